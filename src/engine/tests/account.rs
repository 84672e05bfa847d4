//! Every row is accounted for.

use super::*;
use crate::contract::Aggregate;
use crate::measured::{OutsidePeriods, Role};

fn contacts() -> Given {
    Given::new(
        "interactions",
        "started_at",
        "id customer queue started_at:timestamp resolved:yesno abandoned:yesno topic cost:number",
        "i1 | A | voice | 2026-01-01 00:00 | yes | no  | x | 1.10
         i2 | A | voice | 2026-01-31 23:59 | no  | no  | x | 2.20
         i3 | B | chat  | 2026-01-05 10:00 | yes |     | x | 3.30
         i4 | B | chat  | 2026-01-06 10:00 |     | no  | x |
         i5 | C |       | 2026-01-07 10:00 | yes | no  | y | 5.5
         i6 | C | mail  | 2026-01-08 10:00 | yes | yes | x | 1
         i7 |   | voice | 2026-02-01 00:00 | yes | no  | x | 1
         i8 | D | voice | 2025-12-31 23:59 | yes | no  | x | 1
         i9 | D | voice |                  | yes | no  | x | 1
         j1 | A | voice | 2026-01-09 10:00 | yes | no  |   | 0.000000001",
    )
}

fn served() -> SetRef {
    let set = where_("served", &all("interactions", "started_at"), not(field("abandoned")));
    excluding(&set, is("topic", "y"), "clause 4.2")
}

fn bench() -> Bench {
    Bench::new("UTC", "2026-02-28", &[&contacts()])
}

#[test]
fn unknown_excluded_outside_and_undecided_are_told_apart() {
    let bench = bench().measure("m", share(&served(), field("resolved")));
    let measured = bench.run();
    let january = cell(&measured, "m", 0, &[]);
    // i1 and i2 count, i4 counts undecided; i6 is outside; i3 and j1 (no topic) are unknown; i5 excluded.
    reads(&january, "1", "3");
    let tally = &january.tallies[0];
    assert_eq!((tally.records, tally.outside, tally.unknown), (7, 1, 2));
    assert_eq!((tally.above, tally.undecided, tally.role), (1, 1, Role::Both));
    assert_eq!(tally.excluded, [("clause 4.2".to_string(), 1)].into());
    reads(&cell(&measured, "m", 1, &[]), "1", "1");
    let outside = OutsidePeriods { elsewhere: 1, undated: 1 };
    assert_eq!(measured.outside_periods, [("served".to_string(), outside)].into());
    let spans = &measured.tables["interactions"].spans["started_at"];
    assert_eq!(*spans, ("2025-12-31 23:59:00".to_string(), "2026-02-01 00:00:00".to_string()));
}

#[test]
fn a_period_without_records_has_zeros() {
    let bench =
        Bench::new("UTC", "2026-04-30", &[&contacts()]).measure("m", share(&served(), field("resolved")));
    let measured = bench.run();
    reads(&cell(&measured, "m", 3, &[]), "0", "0");
    assert_eq!(measured.cells["m"].len(), 4);
}

#[test]
fn segments_add_up_to_the_whole_and_a_missing_value_is_one() {
    let bench = bench().measure("m", share(&served(), field("resolved")));
    let bench = bench.with("m", |measure| measure.by = vec!["queue".into()]);
    let measured = bench.run();
    reads(&cell(&measured, "m", 0, &[]), "1", "3");
    reads(&cell(&measured, "m", 0, &[Some("voice")]), "1", "2");
    reads(&cell(&measured, "m", 0, &[Some("chat")]), "0", "1");
    // Excluded, but of the set's making; `mail` is outside only, so it is no segment.
    reads(&cell(&measured, "m", 0, &[None]), "0", "0");
    let segments: Vec<String> = measured.cells["m"].keys().map(|key| key.segment.to_string()).collect();
    assert_eq!(segments, ["all", "(missing)", "chat", "voice", "all", "voice"]);
}

#[test]
fn local_midnight_divides_the_months() {
    // 31 January 23:30 UTC is 1 February 00:30 in Madrid.
    let given = Given::new("calls", "at", "id at:timestamp day:date", "c | 2026-02-01 00:30 | 2026-02-01");
    let bench = Bench::new("Europe/Madrid", "2026-02-28", &[&given])
        .measure("moment", MeasureKind::Single(Aggregate::Count(all("calls", "at"))))
        .measure("day", MeasureKind::Single(Aggregate::Count(all("calls", "day"))));
    let measured = bench.run();
    for name in ["moment", "day"] {
        reads(&cell(&measured, name, 0, &[]), "0", "0");
        reads(&cell(&measured, name, 1, &[]), "1", "1");
    }
}

#[test]
fn sums_are_exact_and_leave_out_what_is_missing() {
    let kind = MeasureKind::Single(Aggregate::Sum(field("cost"), all("interactions", "started_at")));
    let cell = bench().measure("sum", kind).first("sum");
    // 1.10 + 2.20 + 3.30 + 5.5 + 1 + 0.000000001; i4 has no cost.
    reads(&cell, "13.100000001", "6");
    assert_eq!((cell.tallies[0].missing, cell.tallies[0].records), (1, 7));
}

#[test]
fn different_keys_count_once_in_the_whole_and_in_each_segment() {
    let set = all("interactions", "started_at");
    let keyed = |condition| MeasureKind::Share {
        key: Some("customer".into()),
        of: set.clone(),
        condition,
        not_above: Vec::new(),
        not_below: Vec::new(),
    };
    let bench = bench()
        .measure("customers", MeasureKind::Single(Aggregate::Distinct("customer".into(), set.clone())))
        .measure("resolved", keyed(field("resolved")))
        .with("resolved", |measure| measure.by = vec!["queue".into()]);
    let measured = bench.run();
    // A, B and C in January; the record without a customer is in February.
    reads(&cell(&measured, "customers", 0, &[]), "3", "7");
    let february = cell(&measured, "customers", 1, &[]);
    reads(&february, "0", "0");
    assert_eq!(february.tallies[0].missing, 1);
    reads(&cell(&measured, "resolved", 0, &[]), "3", "3");
    reads(&cell(&measured, "resolved", 0, &[Some("voice")]), "1", "1");
    reads(&cell(&measured, "resolved", 0, &[Some("chat")]), "1", "1");
    reads(&cell(&measured, "resolved", 0, &[Some("mail")]), "1", "1");
}

#[test]
fn each_side_of_a_rate_is_dated_by_its_own_set() {
    let orders = Given::new(
        "purchases",
        "at",
        "id at:date queue",
        "p1 | 2026-01-31 | voice
         p2 | 2026-02-01 | voice
         p3 | 2026-01-02 | shop",
    );
    let rate = || MeasureKind::Rate {
        of: all("interactions", "started_at"),
        per: ratio("1000"),
        base: all("purchases", "at"),
    };
    let by = |bench: Bench, field: &str| {
        let field = field.to_string();
        bench.with("rate", |measure| measure.by = vec![field])
    };
    let bench = || Bench::new("UTC", "2026-02-28", &[&contacts(), &orders]).measure("rate", rate());
    let measured = by(bench(), "queue").run();
    let whole = cell(&measured, "rate", 0, &[]);
    reads(&whole, "7", "2");
    let sides: Vec<_> =
        whole.tallies.iter().map(|tally| (tally.role, &*tally.table, tally.records)).collect();
    assert_eq!(sides, [(Role::Above, "interactions", 7), (Role::Below, "purchases", 2)]);
    reads(&cell(&measured, "rate", 0, &[Some("voice")]), "3", "1");
    reads(&cell(&measured, "rate", 0, &[Some("shop")]), "0", "1");
    reads(&cell(&measured, "rate", 0, &[Some("chat")]), "2", "0");
    // Purchases know no customer: there are no segments.
    assert_eq!(by(bench(), "customer").run().cells["rate"].len(), 2);
}

#[test]
fn a_count_over_a_set_that_waits_says_what_may_still_come() {
    let calls = all("interactions", "started_at");
    let window = within(WindowLength::Elapsed(30 * DAY));
    let again = ahead(Follow { window, ..follow(Direction::Followed, &calls, &calls, &["customer"]) });
    let stuck = where_("stuck", &where_("resolved", &calls, field("resolved")), not(again));
    let bench = bench().measure("stuck", MeasureKind::Single(Aggregate::Count(stuck)));
    let measured = bench.complete_to("2026-02-05").run();
    let january = cell(&measured, "stuck", 0, &[]);
    // A is followed after i1 and j1, B after i3, C after i5; i4 may or may not be resolved.
    // Left is i6, whose 30 days end on 7 February.
    reads(&january, "1", "1");
    assert_eq!((january.open, january.tallies[0].unknown), (1, 1));
    assert_eq!(january.final_from, Some(Instant(instant(&Zone::new("UTC").unwrap(), "2026-02-07 10:00"))));
    let february = cell(&measured, "stuck", 1, &[]);
    // i7 has no customer: nobody can follow it.
    reads(&february, "1", "1");
    assert_eq!(february.open, 0);
}
