//! Counting periods: rows, hits among the last so many, hits since the start.
//!
//! Missed (F), met (g) and not measured (–, passed over), `2 periods in a row`
//! and `in 2 of any 3 periods`:
//!
//! | period | 1 | 2 | 3 | 4 | 5 |
//! |--------|---|---|---|---|---|
//! | verdict | F | – | F | g | F |
//! | in a row | 1 | unknown | 2: holds | 0 | 1 |
//! | of any 3 | 1 | 1 | 2: holds | 1 | 2: holds |

use crate::contract::Often;

/// What counting came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Counted {
    /// Whether it holds; none when the period itself is not known and decides.
    pub truth: Option<bool>,
    /// The periods that count, in order.
    pub hits: Vec<usize>,
}

/// Counts the periods from `since` to `now` in which something holds; a
/// period in which that is not known is passed over.
pub(super) fn counted(
    often: Option<Often>,
    since: usize,
    now: usize,
    holds: &dyn Fn(usize) -> Option<bool>,
) -> Counted {
    let enough =
        |hits: &Vec<usize>, count: u32| Some(hits.len() >= usize::try_from(count).unwrap_or(usize::MAX));
    let among = |from: usize| (from..=now).filter(|period| holds(*period) == Some(true)).collect::<Vec<_>>();
    match often {
        None => {
            let truth = holds(now);
            Counted { truth, hits: if truth == Some(true) { vec![now] } else { Vec::new() } }
        }
        Some(Often::InARow(count)) => {
            let hits = row(since, now, holds);
            let truth = if holds(now).is_none() { None } else { enough(&hits, count) };
            Counted { truth, hits }
        }
        Some(Often::OfAny(count, of)) => {
            let of = usize::try_from(of).unwrap_or(usize::MAX);
            let hits = among(since.max((now + 1).saturating_sub(of)));
            Counted { truth: enough(&hits, count), hits }
        }
        Some(Often::Times(count)) => {
            let hits = among(since);
            Counted { truth: enough(&hits, count), hits }
        }
    }
}

/// The row of periods that ends with this one, those not known left out.
fn row(since: usize, now: usize, holds: &dyn Fn(usize) -> Option<bool>) -> Vec<usize> {
    let known = (since..=now).rev().filter_map(|period| Some((period, holds(period)?)));
    let mut hits: Vec<usize> = known.take_while(|(_, holds)| *holds).map(|(period, _)| period).collect();
    hits.reverse();
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Verdicts as letters: F holds, g does not, - is not known.
    #[track_caller]
    fn check(often: Often, verdicts: &str, want: &[Option<bool>]) {
        let holds = |period: usize| match verdicts.as_bytes()[period] {
            b'F' => Some(true),
            b'g' => Some(false),
            _ => None,
        };
        let got: Vec<Option<bool>> =
            (0..verdicts.len()).map(|now| counted(Some(often), 0, now, &holds).truth).collect();
        assert_eq!(got, want, "{often} in {verdicts}");
    }

    #[test]
    fn rows_and_windows() {
        let (yes, no) = (Some(true), Some(false));
        check(Often::InARow(2), "F-FgF", &[no, None, yes, no, no]);
        check(Often::OfAny(2, 3), "F-FgF", &[no, no, yes, no, yes]);
        check(Often::OfAny(2, 4), "FggFg", &[no, no, no, yes, no]);
        check(Often::Times(3), "FgFggFF", &[no, no, no, no, no, yes, yes]);
        check(Often::InARow(3), "FFFF", &[no, no, yes, yes]);
    }

    #[test]
    fn what_lies_before_the_start_does_not_count() {
        let all = |_: usize| Some(true);
        let hits = |often, since| counted(Some(often), since, 5, &all).hits;
        assert_eq!(hits(Often::InARow(2), 4), [4, 5]);
        assert_eq!(hits(Often::OfAny(2, 12), 3), [3, 4, 5]);
        assert_eq!(hits(Often::OfAny(2, 2), 0), [4, 5]);
        assert_eq!(counted(Some(Often::Times(1)), 6, 5, &all).truth, Some(false));
    }
}
