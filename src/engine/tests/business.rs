//! Business time from fields, with pauses from the events of a case.

use super::*;
use crate::contract::Typed;

fn business(paused: &[&str]) -> MeasureKind {
    let row = Row::Business {
        from: "opened_at".into(),
        to: "resolved_at".into(),
        calendar: "support".into(),
        paused: paused.iter().map(ToString::to_string).collect(),
    };
    let value = Typed { row, unit: Unit::Duration, text: String::new() };
    MeasureKind::Mean { value, over: all("resolutions", "opened_at") }
}

/// Monday 5 January 2026, 16:00, to the given end; case x pauses on Monday
/// from 17:00 to 19:00.
fn bench(resolved: &str, paused: &[&str]) -> Bench {
    let cases = Given::new(
        "resolutions",
        "opened_at",
        "id opened_at:timestamp resolved_at:timestamp",
        &format!("x | 2026-01-05 16:00 | {resolved}"),
    );
    let events = Given::new(
        "events",
        "at",
        "key case at:timestamp status",
        "e4 | x | 2026-01-05 19:00 | open
         e1 | x | 2026-01-05 16:00 | open
         e2 | x | 2026-01-05 17:00 | waiting
         e3 | x | 2026-01-05 17:00 | pending
         e5 | y | 2026-01-05 16:00 | pending
         e6 |   | 2026-01-05 16:00 | pending",
    );
    let mut bench = Bench::new("UTC", "2026-01-31", &[&cases, &events]);
    bench.contract.calendars.insert("support".into(), calendar("support", "UTC", 0..5, (9, 18)));
    bench.measure("time", business(paused))
}

#[test]
fn eight_hours_are_over_on_tuesday_at_15() {
    reads(&bench("2026-01-06 15:00", &[]).first("time"), "28800", "1");
}

#[test]
fn a_paused_hour_moves_the_end_by_an_open_hour() {
    reads(&bench("2026-01-06 16:00", &["pending"]).first("time"), "28800", "1");
    // `waiting` held for no time: `pending` came at the same moment with a later id.
    reads(&bench("2026-01-06 15:00", &["waiting"]).first("time"), "28800", "1");
}

#[test]
fn an_end_before_the_start_is_negative_and_a_missing_one_missing() {
    reads(&bench("2026-01-05 12:00", &["pending"]).first("time"), "-14400", "1");
    let cell = bench("", &["pending"]).first("time");
    reads(&cell, "0", "0");
    assert_eq!(cell.tallies[0].missing, 1);
}

#[test]
fn the_events_may_be_measured_by_their_own_clock() {
    let mut bench = bench("2026-01-06 15:00", &["pending"]);
    let events = bench.memory.tables.get_mut("events").unwrap();
    for name in ["opened_at", "resolved_at"] {
        events.columns.push((name.into(), FieldType::Timestamp));
        events.table.fields.insert(name.into(), FieldType::Timestamp);
    }
    for row in &mut events.rows {
        row.extend(["2026-01-05 16:00".to_string(), "2026-01-06 16:00".to_string()]);
    }
    bench.contract.tables.insert("events".into(), events.table.clone());
    let MeasureKind::Mean { value, .. } = business(&["pending"]) else { panic!() };
    let over = where_("x", &all("events", "at"), is("case", "x"));
    let bench = bench.measure("events", MeasureKind::Mean { value, over });
    reads(&bench.first("events"), "115200", "4");
}
