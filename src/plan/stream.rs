//! Which records are laid out by key, for look-aheads and for different keys.
//!
//! A look-ahead by customer and a distinct count of customers go over the same
//! records of a key; they are laid out once.

use std::fmt;

use super::{Keyed, NodeId, Plan, What};

/// The records of a table by a key, those of one key in the order of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// The table.
    pub table: String,
    /// The key, a [`super::Node::Key`].
    pub key: NodeId,
    /// The date, a [`super::Node::Moment`]; none where no order is asked for.
    pub date: Option<NodeId>,
}

impl Stream {
    /// Whether these are the records of one side of a look-ahead.
    #[must_use]
    pub fn holds(&self, keyed: &Keyed) -> bool {
        self.table == keyed.table && self.key == keyed.key && self.date == Some(keyed.date)
    }

    /// Whether these records have this key, in whatever order.
    #[must_use]
    pub fn has_key(&self, table: &str, key: NodeId) -> bool {
        self.table == table && self.key == key
    }
}

impl Plan {
    /// The records that are laid out by key, each way once.
    #[must_use]
    pub fn streams(&self) -> Vec<Stream> {
        let mut streams: Vec<Stream> = Vec::new();
        for keyed in self.passes.iter().flat_map(|pass| [&pass.base, &pass.target]) {
            if !streams.iter().any(|stream| stream.holds(keyed)) {
                let Keyed { table, date, key } = keyed.clone();
                streams.push(Stream { table, key, date: Some(date) });
            }
        }
        for counter in &self.counters {
            let What::Keys(key) = counter.what else { continue };
            if !streams.iter().any(|stream| stream.has_key(&counter.table, key)) {
                streams.push(Stream { table: counter.table.clone(), key, date: None });
            }
        }
        streams
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {}", self.table, self.key)?;
        self.date.map_or(Ok(()), |date| write!(f, " dated by {date}"))
    }
}
