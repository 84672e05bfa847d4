//! Which kept rows anybody asks about: of millions of first contacts those of customers who called again.

use std::collections::BTreeSet;

use arrow::array::BooleanArray;
use arrow::buffer::BooleanBuffer;

use super::super::batch::Batch;
use super::super::error::EngineError;
use super::super::evaluate::{self, Context};
use super::super::filter::Filter;
use super::super::frame::Frame;
use super::super::layouts;
use super::super::scan::LaidOut;
use super::suited;
use crate::plan::{NodeId, Scan};

/// The keys that are asked about.
pub(super) struct Asked<'a> {
    scan: &'a Scan,
    context: &'a Context<'a>,
    /// The keys, with all that they are made of.
    nodes: BTreeSet<NodeId>,
    filters: Vec<(NodeId, Filter)>,
}

impl<'a> Asked<'a> {
    /// Takes over the filters of layouts, whose rows need no other then.
    pub(super) fn of(scan: &'a Scan, context: &'a Context<'a>, streams: &mut [LaidOut<'_>]) -> Self {
        let filters = streams.iter_mut().filter_map(|(_, stream, filter)| Some((stream.key, filter.take()?)));
        let filters: Vec<(NodeId, Filter)> = filters.collect();
        let nodes = suited::made_of(scan, filters.iter().map(|(key, _)| *key).collect());
        Self { scan, context, nodes, filters }
    }

    /// The rows with a key that may be asked about.
    pub(super) fn rows(&self, batch: &Batch) -> Result<BooleanArray, EngineError> {
        let mut frame = Frame::new(self.scan, batch, false);
        evaluate::some(self.scan, &self.nodes, batch, &mut frame, self.context)?;
        let mut all = BooleanBuffer::new_unset(batch.rows);
        for (key, filter) in &self.filters {
            let these = layouts::chosen(frame.keys(*key)?, Some(filter));
            all = these.map_or_else(|| BooleanBuffer::new_set(batch.rows), |these| &all | &these);
        }
        Ok(all.into())
    }
}
