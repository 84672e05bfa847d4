//! Stretches of readings, and a reading that lies in one.
//!
//! An edge is a cut just before or just after a value, so whether the value
//! belongs to a stretch needs no case of its own:
//!
//! | written | from | to |
//! |---------|------|----|
//! | `98% to below 99%` | before 98 | before 99 |
//! | `above 98% to 99%` | after 98 | after 99 |
//! | what lies between `… to 98.9%` and `99% to …` | after 98.9 | before 99: witness 98.95, or none in steps of 0.1 |

use meed_grammar::tree::Bound;

use crate::contract::Level;
use crate::value::Ratio;

/// A cut between readings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cut {
    /// Below every reading.
    Low,
    /// Just before the value, or (true) just after it.
    At(Ratio, bool),
    /// Above every reading.
    High,
}

/// All readings between two cuts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    pub from: Cut,
    pub to: Cut,
}

impl Stretch {
    pub fn new(from: Cut, to: Cut) -> Self {
        Self { from, to }
    }

    /// Between an edge below and one above, each with whether it belongs.
    pub fn between(lower: Option<&(Ratio, bool)>, upper: Option<&(Ratio, bool)>) -> Self {
        let from = lower.map_or(Cut::Low, |(edge, inclusive)| Cut::At(edge.clone(), !inclusive));
        let to = upper.map_or(Cut::High, |(edge, inclusive)| Cut::At(edge.clone(), *inclusive));
        Self { from, to }
    }

    /// The readings that satisfy a level.
    pub fn met(level: &Level) -> Self {
        let value = level.value.value.clone();
        match level.bound {
            Bound::AtLeast => Self::new(Cut::At(value, false), Cut::High),
            Bound::MoreThan => Self::new(Cut::At(value, true), Cut::High),
            Bound::AtMost => Self::new(Cut::Low, Cut::At(value, true)),
            Bound::LessThan => Self::new(Cut::Low, Cut::At(value, false)),
        }
    }

    /// The readings that do not.
    pub fn missed(level: &Level) -> Self {
        let met = Self::met(level);
        if higher_is_better(level.bound) {
            Self::new(Cut::Low, met.from)
        } else {
            Self::new(met.to, Cut::High)
        }
    }

    /// What both have in common; may be empty.
    pub fn common(&self, other: &Self) -> Self {
        Self { from: self.from.clone().max(other.from.clone()), to: self.to.clone().min(other.to.clone()) }
    }

    pub fn is_empty(&self) -> bool {
        self.from >= self.to
    }

    /// A reading in the stretch, as plain as can be. With a grid only its multiples are readings.
    pub fn witness(&self, grid: Option<&Ratio>) -> Option<Ratio> {
        if self.is_empty() {
            return None;
        }
        let found = match grid {
            Some(step) => self.on_grid(step)?,
            None => self.anywhere(),
        };
        self.contains(&found).then_some(found)
    }

    fn contains(&self, reading: &Ratio) -> bool {
        self.from <= Cut::At(reading.clone(), false) && Cut::At(reading.clone(), true) <= self.to
    }

    fn anywhere(&self) -> Ratio {
        match (&self.from, &self.to) {
            (Cut::At(from, false), _) => from.clone(),
            (_, Cut::At(to, true)) => to.clone(),
            (Cut::At(from, _), Cut::At(to, _)) => (from + to).over(&Ratio::whole(2)).unwrap_or_default(),
            (Cut::At(from, _), _) => from + &Ratio::one(),
            (_, Cut::At(to, _)) => to - &Ratio::one(),
            _ => Ratio::zero(),
        }
    }

    fn on_grid(&self, step: &Ratio) -> Option<Ratio> {
        let steps = match (&self.from, &self.to) {
            (Cut::At(from, after), _) => {
                let steps = from.over(step)?;
                if *after { &steps.floor() + &Ratio::one() } else { steps.ceil() }
            }
            (_, Cut::At(to, after)) => {
                let steps = to.over(step)?;
                if *after { steps.floor() } else { &steps.ceil() - &Ratio::one() }
            }
            _ => Ratio::zero(),
        };
        Some(&steps * step)
    }

    /// What `pieces`, sorted by their start, leave open of this stretch.
    pub fn without<'s>(&self, pieces: impl IntoIterator<Item = &'s Self>) -> Vec<Self> {
        let mut open = Vec::new();
        let mut reached = self.from.clone();
        for piece in pieces {
            let hole = Self::new(reached.clone(), piece.from.clone().min(self.to.clone()));
            if !hole.is_empty() {
                open.push(hole);
            }
            reached = reached.max(piece.to.clone());
        }
        let rest = Self::new(reached, self.to.clone());
        if !rest.is_empty() {
            open.push(rest);
        }
        open
    }
}

/// Whether a level with these words asks for high readings.
pub(super) fn higher_is_better(bound: Bound) -> bool {
    matches!(bound, Bound::AtLeast | Bound::MoreThan)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    fn stretch(lower: (&str, bool), upper: (&str, bool)) -> Stretch {
        Stretch::between(Some(&(ratio(lower.0), lower.1)), Some(&(ratio(upper.0), upper.1)))
    }

    #[track_caller]
    fn check(lower: (&str, bool), upper: (&str, bool), grid: Option<&str>, want: Option<&str>) {
        let grid = grid.map(ratio);
        assert_eq!(stretch(lower, upper).witness(grid.as_ref()), want.map(ratio));
    }

    #[test]
    fn a_hole_between_two_decimals_has_a_reading_unless_readings_are_rounded() {
        check(("98.9", false), ("99", false), None, Some("98.95"));
        check(("98.9", false), ("99", false), Some("0.1"), None);
        check(("98.9", false), ("99", false), Some("0.05"), Some("98.95"));
    }

    #[test]
    fn an_edge_that_belongs_is_the_witness() {
        check(("98", true), ("99", false), None, Some("98"));
        check(("98", false), ("99", true), None, Some("99"));
        check(("98", true), ("98", true), None, Some("98"));
        check(("98", false), ("98", true), None, None);
    }

    #[test]
    fn what_is_left_open_lies_before_between_and_behind() {
        let whole = stretch(("0", true), ("100", true));
        let pieces = [stretch(("10", true), ("20", false)), stretch(("20", false), ("90", true))];
        let open = whole.without(&pieces);
        let want = [
            stretch(("0", true), ("10", false)),
            stretch(("20", true), ("20", true)),
            stretch(("90", false), ("100", true)),
        ];
        assert_eq!(open, want);
    }
}
