//! What becomes of each record in the figure of one counter. The account of a
//! cell, its figures and the evidence all follow from this one decision.
//!
//! In this order: a record whose conditions are not met is outside; one whose
//! conditions cannot be decided is unknown; then the first exclusion that
//! applies; then `matured only`; then the value the measure needs; what is
//! left counts.

use arrow::buffer::{BooleanBuffer, NullBuffer};

use super::classes::Classes;
use super::error::EngineError;
use super::frame::Frame;
use super::numbers::Numbers;
use super::truth::{Pair, Truth, less};
use crate::contract::{Compare, ScoreKind};
use crate::measured::sheet::{ABOVE, COUNTED, EXCLUDED, MISSING, OPEN, UNDECIDED, UNKNOWN};
use crate::plan::{Counter, What};
use crate::value::Ratio;

/// The decision for all records of a batch.
pub(super) struct Decision {
    pub(super) classes: Classes,
    /// Which of them are in the figure.
    pub(super) counted: BooleanBuffer,
    /// Which of these stand above the line, where some do.
    pub(super) above: Option<BooleanBuffer>,
    /// Records whose class can still change, with the moment from which it cannot.
    pub(super) open: Vec<(usize, i64)>,
    pub(super) taken: Taken,
}

/// What is taken from the records that count.
pub(super) enum Taken {
    Nothing,
    /// Different keys, which are counted where records are laid out by key.
    Keys,
    Sum(Numbers),
    Ranks(Numbers),
    /// One more for each of some records, one less for each of others.
    Net {
        more: BooleanBuffer,
        less: BooleanBuffer,
    },
}

/// Decides on every record of a batch.
pub(super) fn decide(counter: &Counter, frame: &Frame) -> Result<Decision, EngineError> {
    let member = frame.truth(counter.member)?;
    let (taken, known, scored) = taken(counter, frame)?;
    let above = counter.above.map(|node| frame.truth(node)).transpose()?.or(scored);
    let mut classes = Classes::new(frame.rows, counter.classes());
    let unripe = unripe(counter, frame);
    let mut left = exclude(counter, frame, &mut classes)?;
    let mut waiting = None;
    if let Some(unripe) = unripe.as_ref().filter(|_| counter.matured_only) {
        // What is unknown now cannot come to count, whatever follows.
        let open = less(&(unripe & &member.now.known()), &member.settled().no);
        classes.mark(&open, OPEN);
        left = less(&left, &open);
        waiting = Some(open);
    }
    if let Some(known) = &known {
        classes.mark(&less(&left, known.inner()), MISSING);
        left = &left & known.inner();
    }
    classes.mark(&left, COUNTED);
    let mut over = None;
    if let Some(above) = &above {
        let standing = &left & &above.now.yes;
        classes.mark(&standing, ABOVE);
        classes.mark(&(&left & &above.now.unknown()), UNDECIDED);
        over = Some(standing);
    }
    let open = match (waiting, &unripe) {
        (Some(waiting), _) => ends(counter, frame, &waiting),
        (None, Some(unripe)) => {
            ends(counter, frame, &(&may_change(&member, above.as_ref(), &left, known.as_ref()) & unripe))
        }
        (None, None) => Vec::new(),
    };
    Ok(Decision { classes, counted: left, above: over, open, taken })
}

/// Marks what is unknown or excluded; gives what is in the set.
fn exclude(counter: &Counter, frame: &Frame, classes: &mut Classes) -> Result<BooleanBuffer, EngineError> {
    let conditions = frame.truth(counter.conditions)?.now;
    classes.mark(&conditions.unknown(), UNKNOWN);
    let mut left = conditions.yes;
    let mut unknown = BooleanBuffer::new_unset(frame.rows);
    for (class, (node, _)) in (EXCLUDED..).zip(&counter.exclusions) {
        let exclusion = frame.truth(*node)?.now;
        classes.mark(&(&left & &exclusion.yes), class);
        left = less(&left, &exclusion.yes);
        unknown = &unknown | &exclusion.unknown();
    }
    classes.mark(&(&left & &unknown), UNKNOWN);
    Ok(less(&left, &unknown))
}

/// Records that may come into the set, leave it, or change sides.
fn may_change(
    member: &Truth,
    above: Option<&Truth>,
    left: &BooleanBuffer,
    known: Option<&NullBuffer>,
) -> BooleanBuffer {
    let none = || BooleanBuffer::new_unset(left.len());
    let joins = member.open().unwrap_or_else(none);
    let sides = above.and_then(Truth::open).map_or_else(none, |open| &open & left);
    let may = &joins | &sides;
    known.map_or(may.clone(), |known| &may & known.inner())
}

/// Records with a look-ahead that has not run out; none when all have.
fn unripe(counter: &Counter, frame: &Frame) -> Option<BooleanBuffer> {
    frame.unripe(&counter.ahead).map(|ripeness| ripeness.unripe.clone()).reduce(|a, b| &a | &b)
}

/// For each marked record the moment at which its last look-ahead ends.
fn ends(counter: &Counter, frame: &Frame, marked: &BooleanBuffer) -> Vec<(usize, i64)> {
    let ripeness: Vec<_> = frame.unripe(&counter.ahead).collect();
    let end = |row: usize| ripeness.iter().filter_map(|one| one.end(row)).max().unwrap_or(i64::MAX);
    marked.set_indices().map(|row| (row, end(row))).collect()
}

type Needed = (Taken, Option<NullBuffer>, Option<Truth>);

/// The value taken, where it is known and fits, and for scores which are high.
fn taken(counter: &Counter, frame: &Frame) -> Result<Needed, EngineError> {
    let on_scale = |numbers: &Numbers, low: &Ratio, high: &Ratio| {
        let bits = numbers.within(low, high);
        let known = numbers.known.as_ref();
        NullBuffer::new(known.map_or(bits.clone(), |known| &bits & known.inner()))
    };
    Ok(match &counter.what {
        What::Records => (Taken::Nothing, None, None),
        What::Keys(node) => {
            let known = frame.keyed.get(node).cloned().map(NullBuffer::new);
            (Taken::Keys, known, None)
        }
        What::Sum(node) | What::Values(node) => {
            let numbers = frame.numbers(*node)?;
            let known = numbers.known.clone();
            let ranked = matches!(counter.what, What::Values(_));
            (if ranked { Taken::Ranks(numbers) } else { Taken::Sum(numbers) }, known, None)
        }
        What::NetPromoter(node) => {
            let numbers = frame.numbers(*node)?;
            let known = on_scale(&numbers, &Ratio::zero(), &Ratio::whole(10));
            let (scores, promoters) = scores(&numbers, &Ratio::whole(9), &Ratio::whole(6));
            (scores, Some(known), Some(promoters))
        }
        What::Scored { value, low, high, score } => {
            let numbers = frame.numbers(*value)?;
            let known = Some(on_scale(&numbers, low, high));
            match score {
                ScoreKind::Mean | ScoreKind::Rescaled => (Taken::Sum(numbers), known, None),
                ScoreKind::Bottom { to } => {
                    let worst = numbers.compare_with(Compare::AtMost, to);
                    (Taken::Nothing, known, Some(Truth::known(worst, None)))
                }
                ScoreKind::Net { from, to } => {
                    let (scores, best) = scores(&numbers, from, to);
                    (scores, known, Some(best))
                }
            }
        }
        What::TopBox { value, from, low, high } => {
            let numbers = frame.numbers(*value)?;
            let known = on_scale(&numbers, low, high);
            let high = numbers.compare_with(Compare::AtLeast, from);
            (Taken::Nothing, Some(known), Some(Truth::known(high, None)))
        }
    })
}

/// 1 from one answer on, -1 up to another, else 0; and which are 1.
fn scores(numbers: &Numbers, from: &Ratio, to: &Ratio) -> (Taken, Truth) {
    let more = numbers.compare_with(Compare::AtLeast, from);
    let less = numbers.compare_with(Compare::AtMost, to);
    let pair = Pair { no: !&more, yes: more.clone() };
    (Taken::Net { more, less }, pair.into())
}
