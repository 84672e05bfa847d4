//! The records of one key after another, those asked about and those searched
//! together, in the order of moment and id.

use arrow::buffer::BooleanBuffer;

use super::plain::Stretch;
use super::{BASE, CERTAIN, Entry, POSSIBLE, Sides, TARGET};
use crate::engine::bins::{self, Record};
use crate::engine::error::EngineError;
use crate::engine::table;
use crate::engine::truth::less;

/// Which records of the table searched can be found; none where all can.
pub(super) struct Marks {
    found: Option<BooleanBuffer>,
    /// Those certain to be found and those that may come to be, where that differs.
    open: Option<(BooleanBuffer, BooleanBuffer)>,
}

impl Marks {
    /// What decides of the records of a pass; `nested` where that may still change.
    pub(super) fn of(sides: &Sides<'_>, nested: bool) -> Result<Self, EngineError> {
        let member = sides.pass.member;
        let mut found = Vec::with_capacity(sides.target.len());
        let (mut certain, mut possible) = (Vec::new(), Vec::new());
        for frame in sides.target {
            let truth = frame.truth(member)?;
            if nested {
                let settled = truth.settled();
                certain.push(settled.yes.clone());
                possible.push(less(&truth.now.known(), &settled.no));
            }
            found.push(truth.now.yes);
        }
        let whole = |bits: &[BooleanBuffer]| table::all(sides.target, bits);
        let all = found.iter().all(|bits| bits.count_set_bits() == bits.len());
        let open = nested.then(|| (whole(&certain), whole(&possible)));
        Ok(Self { found: (!all || nested).then(|| whole(&found)), open })
    }

    /// Whether every record can be found, whatever comes.
    pub(super) fn all(&self) -> bool {
        self.found.is_none()
    }

    /// What the record of a row is there for.
    fn of_row(&self, row: u32) -> u32 {
        let Some(found) = &self.found else { return TARGET };
        let at = usize::try_from(row).unwrap_or(usize::MAX);
        let mark = |bits: &BooleanBuffer, tag| if at < bits.len() && bits.value(at) { tag } else { 0 };
        let open = self
            .open
            .as_ref()
            .map_or(0, |(certain, possible)| mark(certain, CERTAIN) | mark(possible, POSSIBLE));
        mark(found, TARGET) | open
    }
}

/// The groups of one part.
pub(super) struct Groups<'a> {
    base: &'a [Record],
    /// None where the records searched are those asked about.
    target: Option<&'a [Record]>,
    marks: &'a Marks,
    /// Whether each record of the base is asked about; none where all are.
    matters: Option<&'a [bool]>,
    group: Vec<Entry>,
}

impl<'a> Groups<'a> {
    pub(super) fn new(part: Stretch<'a>, marks: &'a Marks) -> Self {
        let Stretch { base, target, matters } = part;
        Self { base, target, marks, matters, group: Vec::new() }
    }

    /// Starts over with other records.
    pub(super) fn restart(&mut self, part: Stretch<'a>) {
        (self.base, self.target, self.matters) = (part.base, part.target, part.matters);
    }

    /// The next records of one key that are dated, in order.
    pub(super) fn next(&mut self, order: &dyn Fn(&Entry, &Entry) -> std::cmp::Ordering) -> Option<&[Entry]> {
        loop {
            let base = self.base.first().map(bins::key);
            let other = self.target.and_then(|target| target.first()).map(bins::key);
            let key = match (base, other) {
                (Some(base), Some(other)) => base.min(other),
                (one, other) => one.or(other)?,
            };
            self.group.clear();
            let marks = self.marks;
            let alone = self.target.is_none();
            if base != Some(key) {
                // Nobody asks about this key.
                if let Some(target) = &mut self.target {
                    skip(target, key);
                }
                continue;
            }
            let all = self.base.len();
            let mut matters = self.matters.unwrap_or_default().iter();
            take(&mut self.base, key, &mut self.group, |row| match (alone, matters.next()) {
                (true, _) => BASE | marks.of_row(row),
                (false, Some(false)) => 0,
                (false, _) => BASE,
            });
            let taken = all - self.base.len();
            self.matters = self.matters.and_then(|matters| matters.get(taken..));
            let asked = self.group.len();
            match &mut self.target {
                Some(target) if asked == 0 => skip(target, key),
                Some(target) => take(target, key, &mut self.group, |row| marks.of_row(row)),
                None => {}
            }
            if asked == 0 {
                continue;
            }
            if asked < self.group.len() {
                self.group.sort_by_key(|entry| entry.time);
            }
            if self.group.len() > 1 {
                for same in self.group.chunk_by_mut(|a, b| a.time == b.time).filter(|same| same.len() > 1) {
                    same.sort_by(|a, b| order(a, b).then_with(|| (a.row, a.tag).cmp(&(b.row, b.tag))));
                }
            }
            return Some(&self.group);
        }
    }
}

/// Passes over the records of a key.
fn skip(from: &mut &[Record], key: (u64, u64)) {
    let count = from.iter().take_while(|record| bins::key(record) == key).count();
    *from = from.get(count..).unwrap_or_default();
}

/// Moves the dated records of a key into a group; those there for nothing are left out.
fn take(from: &mut &[Record], key: (u64, u64), group: &mut Vec<Entry>, mut tag: impl FnMut(u32) -> u32) {
    let count = from.iter().take_while(|record| bins::key(record) == key).count();
    let (these, rest) = from.split_at(count);
    *from = rest;
    for record in these {
        let row = bins::row(record);
        let tag = tag(row);
        if let Some(time) = bins::moment(record).filter(|_| tag != 0) {
            group.push(Entry { time, row, tag });
        }
    }
}
