//! Which rows are kept: those of periods that are not over, those that may still change, and those that
//! others may find. Tables are read once more for them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use arrow::buffer::BooleanBuffer;
use rayon::prelude::*;

use super::super::batch::{Batch, Standing};
use super::super::cells::periods_of;
use super::super::error::EngineError;
use super::super::evaluate::{self, Context};
use super::super::frame::Frame;
use super::super::keyed::known as known_moments;
use super::super::source::{Lanes, Rows, Stretch};
use super::super::truth::{Pair, Truth, less};
use super::folder::Writing;
use super::pieces::{PieceWriter, rows_of};
use super::state::Piece;
use super::suited::{self, Wanted};
use crate::measured::OutsidePeriods;
use crate::plan::{Node, NodeId, Plan, Scan};

/// Rows of a file, after which another is begun.
const PIECE: usize = 1 << 20;

/// Chooses among the rows of a table.
pub(super) struct Selection<'a> {
    pub(super) plan: &'a Plan,
    pub(super) scan: &'a Scan,
    pub(super) date: NodeId,
    pub(super) frames: BTreeMap<(usize, usize), &'a Frame>,
    pub(super) context: &'a Context<'a>,
    /// The moment before which rows have all come.
    pub(super) boundary: i64,
    /// The moment up to which answers are settled.
    pub(super) horizon: i64,
    /// Whether records are found whatever the answers to look-aheads.
    pub(super) early: bool,
    /// The fields kept of rows that may be found, and of those that may still change.
    pub(super) fields: BTreeMap<Standing, Vec<String>>,
}

/// What is kept of a table's rows.
#[derive(Default)]
pub(super) struct Selected {
    pub(super) pieces: Vec<Piece>,
    /// Kept rows of which nothing is counted, and which no period holds.
    pub(super) elsewhere: u64,
}

/// The kept rows of a batch.
type Chosen = Vec<(Standing, RecordBatch)>;

impl Selection<'_> {
    /// Reads a table and writes the rows that are kept.
    pub(super) fn write(&self, rows: &mut dyn Rows, writing: &mut Writing) -> Result<Selected, EngineError> {
        let (mut selected, mut files) = (Selected::default(), Files::default());
        let Some(lanes) = rows.lanes() else {
            return Err(EngineError::new("rows that rest on others cannot be kept"));
        };
        loop {
            let stretches = next(lanes)?;
            if stretches.is_empty() {
                break;
            }
            let chosen = stretches.into_par_iter().map(|(number, stretch)| self.stretch(number, stretch));
            for one in chosen.collect::<Vec<_>>() {
                let (chosen, elsewhere) = one?;
                selected.elsewhere += elsewhere;
                for (standing, rows) in chosen {
                    files.add(standing, &rows, writing, &mut selected.pieces)?;
                }
            }
        }
        files.close(writing, &mut selected.pieces)?;
        Ok(selected)
    }

    fn stretch(&self, number: usize, stretch: Stretch<'_>) -> Result<(Chosen, u64), EngineError> {
        let (mut all, mut elsewhere) = (Vec::new(), 0);
        for (at, batch) in stretch.enumerate() {
            elsewhere += self.batch((number, at), &batch?, &mut all)?;
        }
        Ok((all, elsewhere))
    }

    fn batch(&self, number: (usize, usize), batch: &Batch, all: &mut Chosen) -> Result<u64, EngineError> {
        if batch.rows == 0 {
            return Ok(0);
        }
        let known = self.frames.get(&number).copied();
        let frame = self.frame(batch, known)?;
        let dates = frame.get(self.date)?.instants(frame.rows)?;
        let uncounted = since(&dates, self.boundary);
        let nothing = BooleanBuffer::new_unset(frame.rows);
        let undecided = known.and_then(|frame| frame.undecided.as_ref()).unwrap_or(&nothing);
        let open = less(undecided, &uncounted);
        let dated = known_moments(&dates);
        let found = &less(&less(&self.found(&frame, &dates)?, &uncounted), &open) & &dated;
        let answers = self.answers(&frame)?;
        let none = BTreeMap::new();
        // Where nothing rests on their answers, the first of a key is the first of those that are kept.
        let of_found = if self.early { &none } else { &answers };
        for (standing, rows, answers) in [
            (Standing::Uncounted, &uncounted, &none),
            (Standing::Open, &open, &answers),
            (Standing::Counted, &found, of_found),
        ] {
            if rows.count_set_bits() > 0 {
                let fields = self.fields.get(&standing).map(Vec::as_slice);
                all.push((standing, rows_of(batch, &rows.clone().into(), answers, fields)?));
            }
        }
        Ok(self.elsewhere(&dates, &uncounted))
    }

    /// A batch with everything that is known of it after all look-aheads.
    fn frame(&self, batch: &Batch, known: Option<&Frame>) -> Result<Frame, EngineError> {
        let mut frame = Frame::new(self.scan, batch, false);
        evaluate::level(self.scan, 0, Some(batch), &mut frame, self.context)?;
        let Some(known) = known else { return Ok(frame) };
        let answers = self.scan.nodes.iter().enumerate().filter(|(_, node)| matches!(node, Node::Answer(_)));
        for (at, _) in answers {
            frame.set(NodeId(at), known.get(NodeId(at))?.clone());
        }
        for level in 1..=self.scan.levels.iter().copied().max().unwrap_or(0) {
            evaluate::level(self.scan, level, Some(batch), &mut frame, self.context)?;
        }
        Ok(frame)
    }

    /// The records that others may find.
    fn found(&self, frame: &Frame, dates: &Int64Array) -> Result<BooleanBuffer, EngineError> {
        let mut all = BooleanBuffer::new_unset(frame.rows);
        for pass in self.plan.passes.iter().filter(|pass| pass.target.table == self.scan.table.name) {
            for wanted in suited::wanted(self.plan, pass) {
                let member = !&frame.truth(pass.member)?.settled().no;
                let these = match wanted {
                    Wanted::All => member,
                    Wanted::Since(span) => &member & &since(dates, self.horizon.saturating_sub(span)),
                    Wanted::First(question) => &member & &self.answer(frame, question)?.now.no,
                };
                all = &all | &these;
            }
        }
        Ok(all)
    }

    fn answer(&self, frame: &Frame, question: usize) -> Result<Truth, EngineError> {
        let node = self.scan.nodes.iter().position(|node| *node == Node::Answer(question));
        let node = node.ok_or_else(|| EngineError::new(format!("q{question} of the plan is not asked")))?;
        frame.truth(NodeId(node))
    }

    /// The answers that are settled, by question.
    fn answers(&self, frame: &Frame) -> Result<BTreeMap<usize, Pair>, EngineError> {
        let mut all = BTreeMap::new();
        for node in &self.scan.nodes {
            if let Node::Answer(question) = node {
                all.insert(*question, self.answer(frame, *question)?.settled().clone());
            }
        }
        Ok(all)
    }

    /// How many of these rows no period holds.
    fn elsewhere(&self, dates: &Int64Array, rows: &BooleanBuffer) -> u64 {
        let mut outside = OutsidePeriods::default();
        let these = rows.set_indices().map(|row| dates.value(row)).collect::<Vec<i64>>();
        periods_of(&self.plan.periods, &these.into(), &mut outside);
        outside.elsewhere
    }
}

/// The next stretches, enough to keep every thread at work.
fn next(lanes: &dyn Lanes) -> Result<Vec<(usize, Stretch<'_>)>, EngineError> {
    let mut all = Vec::new();
    while all.len() < 2 * rayon::current_num_threads().max(1) {
        match lanes.take()? {
            Some(stretch) => all.push(stretch),
            None => break,
        }
    }
    Ok(all)
}

/// The rows dated at a moment or later.
fn since(dates: &Int64Array, from: i64) -> BooleanBuffer {
    &dates.values().iter().map(|at| *at >= from).collect::<BooleanBuffer>() & &known_moments(dates)
}

/// The files that are being written.
#[derive(Default)]
struct Files(BTreeMap<Standing, (PathBuf, PieceWriter)>);

impl Files {
    /// Adds rows to a file; another is begun where they are of another form, or it is long enough.
    fn add(
        &mut self,
        standing: Standing,
        rows: &RecordBatch,
        writing: &mut Writing,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), EngineError> {
        let goes_on = |(_, file): &(PathBuf, PieceWriter)| file.rows < PIECE && file.schema == rows.schema();
        if !self.0.get(&standing).is_some_and(goes_on) {
            if let Some(full) = self.0.remove(&standing) {
                pieces.push(ended(standing, full, writing)?);
            }
            let path = writing.place();
            let file = PieceWriter::new(&path, Arc::clone(rows.schema_ref()))?;
            self.0.insert(standing, (path, file));
        }
        self.0.get_mut(&standing).map_or(Ok(()), |(_, file)| file.write(rows))
    }

    fn close(self, writing: &Writing, pieces: &mut Vec<Piece>) -> Result<(), EngineError> {
        for (standing, file) in self.0 {
            pieces.push(ended(standing, file, writing)?);
        }
        Ok(())
    }
}

fn ended(
    standing: Standing,
    (path, file): (PathBuf, PieceWriter),
    writing: &Writing,
) -> Result<Piece, EngineError> {
    let rows = u64::try_from(file.rows).unwrap_or(u64::MAX);
    file.close()?;
    Ok(Piece { standing, digest: writing.named(&path, "parquet")?, rows })
}
