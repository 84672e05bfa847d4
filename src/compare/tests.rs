//! February of [`crate::report::sample`]: 93 of 120 is 77.5 %, a bonus of
//! GBP 733.60 and a total of GBP 55,753.60. Restated to GBP 610.15 it is
//! GBP 123.45 less.

use super::{Comparison, Sides, human, md, reports};
use crate::report::sample::sample;
use crate::report::{Figure, Paint, View};

fn compared(change: impl Fn(&mut View)) -> Comparison {
    let before = sample();
    let mut after = before.clone();
    change(&mut after);
    reports(&before, &after)
}

fn figure(exact: &str, shown: &str) -> Figure {
    Figure { exact: exact.to_string(), shown: shown.to_string() }
}

fn restated(view: &mut View) {
    let february = &mut view.periods[1];
    let bonus = february.lines.iter_mut().find(|line| line.id == "bonus.fcr").unwrap();
    bonus.amount = figure("610.15", "GBP 610.15");
    february.totals.total = figure("55630.15", "GBP 55,630.15");
    february.commitments[0].status = "missed".to_string();
    let reading = february.measures.iter_mut().find(|measure| measure.name == "fcr").unwrap();
    reading.readings[0].shown = "77.17% (92 of 120)".to_string();
    reading.readings[0].value = Some(figure("77.17", "77.17%"));
}

#[test]
fn a_report_does_not_differ_from_itself() {
    let found = compared(|_| ());
    assert!(found.is_empty());
    assert_eq!(found.same, 2);
    assert!(human(&found, 100, Paint::Plain).contains("nothing differs"));
}

#[test]
fn a_restated_month_shows_what_changed_and_by_how_much() {
    let found = compared(restated);
    assert_eq!((found.periods.len(), found.same), (1, 1));
    let february = &found.periods[0];
    assert_eq!((february.label.as_str(), february.sides), ("2026-02", Sides::Both));
    let shown = |change: &super::Change| change.change.clone().map(|figure| figure.shown);
    assert_eq!(shown(&february.lines[0]).as_deref(), Some("-GBP 123.45"));
    assert_eq!(shown(&february.readings[0]).as_deref(), Some("-0.33 points"));
    assert_eq!(february.verdicts[0].after.as_deref(), Some("missed"));
    assert_eq!(shown(&february.total).as_deref(), Some("-GBP 123.45"));
    let text = md(&found);
    assert!(text.contains("GBP 123.45 less is due"), "{text}");
    assert!(text.contains("1 period is the same"), "{text}");
}

#[test]
fn a_period_that_one_side_lacks_is_named_and_not_summed() {
    let found = compared(|view| {
        view.periods.remove(0);
    });
    assert_eq!(found.periods.len(), 1);
    assert_eq!(found.periods[0].sides, Sides::Before);
    let total = found.total.unwrap();
    assert_eq!(total.before, total.after);
}

#[test]
fn a_line_that_one_side_lacks_counts_as_nothing() {
    let found = compared(|view| {
        let february = &mut view.periods[1];
        february.lines.retain(|line| line.id != "bonus.fcr");
        february.totals.total = figure("55020", "GBP 55,020.00");
    });
    let line = &found.periods[0].lines[0];
    assert_eq!((line.name.as_str(), line.after.as_deref()), ("bonus.fcr", None));
    assert_eq!(line.change.as_ref().unwrap().exact, "-733.6");
    assert_eq!(found.lines[0].change.as_ref().unwrap().exact, "-733.6");
}

#[test]
fn amounts_of_two_currencies_are_never_subtracted() {
    let found = compared(|view| {
        restated(view);
        view.contract.currency = "EUR".to_string();
    });
    assert!(found.periods[0].lines.iter().all(|line| line.change.is_none()));
}
