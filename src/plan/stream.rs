//! Which records are laid out by key, for look-aheads and for different keys.
//!
//! A look-ahead by customer and a distinct count of customers go over the same
//! records of a key; they are laid out once.

use std::fmt;

use super::{Counter, Keyed, Node, NodeId, Pass, Plan, What};

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

/// A stream whose records stand among those of another: it has the same dates, and its key is
/// the other's and one field more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finer {
    /// The stream.
    pub stream: usize,
    /// The one that they stand among.
    pub among: usize,
    /// The further field.
    pub by: NodeId,
}

impl Plan {
    /// Which of some streams stand among others: those searched from their own records alone. Among
    /// each other one stands one at most.
    #[must_use]
    pub fn finer(&self, streams: &[Stream]) -> Vec<Finer> {
        let mut all: Vec<Finer> = Vec::new();
        for (stream, own) in streams.iter().enumerate().filter(|(_, own)| self.is_by_itself(own)) {
            let Some([first, by]) = self.fields(own) else { continue };
            let coarse = |other: &Stream| {
                other.table == own.table && other.date == own.date && self.fields(other) == Some(&[*first])
            };
            let among = streams.iter().position(coarse);
            let taken = |among: &usize| all.iter().any(|finer| finer.among == *among);
            let among = among.filter(|among| !taken(among));
            all.extend(among.map(|among| Finer { stream, among, by: *by }));
        }
        all
    }

    /// The fields of a stream's key, where there are so many.
    fn fields<const N: usize>(&self, stream: &Stream) -> Option<&[NodeId; N]> {
        match self.scans.get(&stream.table)?.nodes.get(stream.key.0)? {
            Node::Key(fields) => fields.as_slice().try_into().ok(),
            _ => None,
        }
    }

    /// Whether a stream is there for look-aheads from its records to its records alone.
    fn is_by_itself(&self, stream: &Stream) -> bool {
        let sides = |pass: &Pass| [stream.holds(&pass.base), stream.holds(&pass.target)];
        let counted = |counter: &Counter| matches!(counter.what, What::Keys(key) if stream.has_key(&counter.table, key));
        self.passes.iter().all(|pass| matches!(sides(pass), [true, true] | [false, false]))
            && !self.counters.iter().any(counted)
    }

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
