//! What is read of the contacts that are joined into journeys.

use super::build::Builder;
use super::{NodeId, Scan};
use crate::contract::{Contract, Journeys, Window};
use crate::measured::Registers;

/// A table whose records are journeys of contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// What is read of the contacts.
    pub scan: Scan,
    /// Which of them are joined.
    pub member: NodeId,
    /// Their date, a [`super::Node::Moment`].
    pub date: NodeId,
    /// What is the same in a journey, a [`super::Node::Key`].
    pub key: NodeId,
    /// The fields the key is made of.
    pub keys: Vec<String>,
    /// How far the next contact may be.
    pub gap: Window,
    /// From the first contact; otherwise from the one before.
    pub from_first: bool,
    /// A contact within this time of the one before is not counted.
    pub merged: Option<Window>,
}

/// How the journeys of a clause come about.
pub(super) fn join(contract: &Contract, registers: &Registers, journeys: &Journeys) -> Join {
    let mut builder = Builder::new(contract, registers);
    let of = &journeys.of;
    let (_, _, member) = builder.set(of, &[]);
    let keys: Vec<&str> = journeys.keys.iter().map(String::as_str).collect();
    let key = builder.key(&of.table, &keys);
    let draft = builder.scan(&of.table);
    draft.ids = true;
    let date = draft.date(&of.dated_by);
    for field in ["channel", "resolved"] {
        if draft.has(field) {
            draft.field(field);
        }
    }
    Join {
        scan: builder.alone(&of.table),
        member,
        date,
        key,
        keys: journeys.keys.clone(),
        gap: journeys.gap,
        from_first: journeys.from_first,
        merged: journeys.merged,
    }
}
