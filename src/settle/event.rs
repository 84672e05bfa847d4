//! Payments for every so many events, wherever they lie within some periods.
//!
//! Every 6 events over any 12 periods, events 5, 0, 8:
//!
//! | period | events | each used once | used again |
//! |---|---|---|---|
//! | 1 | 5 | – | – |
//! | 2 | 0 | – | – |
//! | 3 | 8 | 13 make two, one is left | 13 reach two sixes, 5 before reached none: two |

use crate::value::Ratio;

/// How many payments are due in the last of the periods; `events` by period.
pub(super) fn payments(events: &[Ratio], every: u32, over: u32, once: bool) -> Ratio {
    let every = Ratio::whole(every);
    let over = usize::try_from(over).unwrap_or(usize::MAX);
    if once { used_once(events, &every, over) } else { used_again(events, &every, over) }
}

/// Each new event that completes another so many within the window.
fn used_again(events: &[Ratio], every: &Ratio, over: usize) -> Ratio {
    let recent = events.get(events.len().saturating_sub(over)..).unwrap_or_default();
    let Some((now, before)) = recent.split_last() else { return Ratio::zero() };
    let before: Ratio = before.iter().cloned().sum();
    let groups = |sum: &Ratio| sum.over(every).unwrap_or_default().floor();
    &groups(&(&before + now)) - &groups(&before)
}

/// The oldest unused events make up each payment; those too old lapse.
fn used_once(events: &[Ratio], every: &Ratio, over: usize) -> Ratio {
    let mut unused: Vec<Ratio> = Vec::new();
    let mut last = Ratio::zero();
    for count in events {
        unused.push(count.clone());
        let lapsed = unused.len().saturating_sub(over);
        unused.iter_mut().take(lapsed).for_each(|left| *left = Ratio::zero());
        let sum: Ratio = unused.iter().cloned().sum();
        last = sum.over(every).unwrap_or_default().floor();
        take(&mut unused, &last * every);
    }
    last
}

fn take(unused: &mut [Ratio], mut rest: Ratio) {
    for left in unused {
        let taken = left.clone().min(rest.clone());
        *left = &*left - &taken;
        rest = &rest - &taken;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(events: &[i64], every: u32, over: u32, once: &[i64], again: &[i64]) {
        let events: Vec<Ratio> = events.iter().map(|count| Ratio::whole(*count)).collect();
        let paid = |once| {
            (1..=events.len()).map(|to| payments(&events[..to], every, over, once)).collect::<Vec<_>>()
        };
        let whole = |all: &[i64]| all.iter().map(|count| Ratio::whole(*count)).collect::<Vec<_>>();
        assert_eq!(paid(true), whole(once), "used once");
        assert_eq!(paid(false), whole(again), "used again");
    }

    #[test]
    fn thirteen_events_make_two_payments() {
        check(&[5, 0, 8], 6, 12, &[0, 0, 2], &[0, 0, 2]);
        check(
            &[1; 13],
            6,
            12,
            &[0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0],
            &[0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1],
        );
    }

    #[test]
    fn events_lapse_after_the_window() {
        // Three periods: the 4 of the first are gone in the fourth.
        check(&[4, 0, 1, 1], 6, 3, &[0, 0, 0, 0], &[0, 0, 0, 0]);
        check(&[4, 0, 2, 0], 6, 3, &[0, 0, 1, 0], &[0, 0, 1, 0]);
        // 2, 2, 2 make one; the next 2 with those of the window make one again only when used again.
        check(&[2, 2, 2, 2], 6, 3, &[0, 0, 1, 0], &[0, 0, 1, 1]);
    }
}
