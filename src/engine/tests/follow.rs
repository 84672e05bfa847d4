//! Look-aheads. The example is a service desk's January: contacts by customer,
//! issue and day, resolved for good when nobody calls again within 7 days.

use super::*;

/// A billing 3, 8, 16; B delivery 5 and returns 6; C login 28 and again on
/// 2 February; D billing 30; E delivery 10, and again four minutes later.
fn january() -> Given {
    Given::new(
        "interactions",
        "started_at",
        "id customer topic started_at:timestamp",
        "a1 | A | billing  | 2026-01-03 10:00
         a2 | A | billing  | 2026-01-08 10:00
         a3 | A | billing  | 2026-01-16 10:00
         b1 | B | delivery | 2026-01-05 10:00
         b2 | B | returns  | 2026-01-06 10:00
         c1 | C | login    | 2026-01-28 10:00
         c2 | C | login    | 2026-02-02 10:00
         d1 | D | billing  | 2026-01-30 10:00
         e1 | E | delivery | 2026-01-10 10:00
         e2 | E | delivery | 2026-01-10 10:04",
    )
}

fn contacts() -> SetRef {
    all("interactions", "started_at")
}

fn again(keys: &[&str]) -> Row {
    let window = within(WindowLength::Elapsed(7 * DAY));
    not(ahead(Follow { window, ..follow(Direction::Followed, &contacts(), &contacts(), keys) }))
}

fn bench(kind: MeasureKind) -> Bench {
    Bench::new("UTC", "2026-02-28", &[&january()]).measure("resolved", kind)
}

#[test]
fn each_contact_starts_a_window_of_its_own() {
    let bench = bench(share(&contacts(), again(&["customer", "topic"]))).complete_to("2026-03-31");
    reads(&bench.first("resolved"), "6", "9");
}

#[test]
fn any_issue_counts_when_only_the_customer_is_the_key() {
    let bench = bench(share(&contacts(), again(&["customer"]))).complete_to("2026-03-31");
    reads(&bench.first("resolved"), "5", "9");
}

/// On 1 February C's second contact is not known yet.
fn on_the_first_of_february(kind: MeasureKind) -> Bench {
    let mut bench = bench(kind).complete_to("2026-02-01");
    bench.memory.tables.get_mut("interactions").unwrap().rows.retain(|row| row[0] != "c2");
    bench
}

#[test]
fn with_the_data_of_1_february_the_figure_is_higher_and_provisional() {
    let cell = on_the_first_of_february(share(&contacts(), again(&["customer", "topic"]))).first("resolved");
    reads(&cell, "7", "9");
    // C's and D's windows end on 4 and 6 February.
    assert_eq!(cell.open, 2);
    assert_eq!(cell.final_from.unwrap().0, instant(&Zone::new("UTC").unwrap(), "2026-02-06 10:00"));
}

#[test]
fn matured_only_leaves_out_what_is_not_decided() {
    let bench = on_the_first_of_february(share(&contacts(), again(&["customer", "topic"])));
    let cell = bench.with("resolved", |measure| measure.matured_only = true).first("resolved");
    reads(&cell, "5", "7");
    assert_eq!((cell.tallies[0].open, cell.open), (2, 2));
}

#[test]
fn dropped_calls_are_merged_with_the_contact_before() {
    let window = within(WindowLength::Elapsed(30 * 60 * 1_000_000));
    let redial = ahead(Follow {
        window,
        ..follow(Direction::Preceded, &contacts(), &contacts(), &["customer", "topic"])
    });
    let merged = excluding(&contacts(), redial, "redial within 30 minutes");
    let window = within(WindowLength::Elapsed(7 * DAY));
    let again =
        ahead(Follow { window, ..follow(Direction::Followed, &merged, &merged, &["customer", "topic"]) });
    let cell = bench(share(&merged, not(again))).complete_to("2026-03-31").first("resolved");
    reads(&cell, "6", "8");
    assert_eq!(cell.tallies[0].excluded, [("redial within 30 minutes".to_string(), 1)].into());
}

#[test]
fn cases_are_anchored_at_their_first_contact() {
    let window = within(WindowLength::Elapsed(7 * DAY));
    let keys = ["customer", "topic"];
    let starts = ahead(Follow { window, ..follow(Direction::StartsCase, &contacts(), &contacts(), &keys) });
    let cases = where_("cases", &contacts(), starts);
    let cell = bench(share(&cases, again(&keys))).complete_to("2026-03-31").first("resolved");
    // A3, A16, B5, B6, C28, D30, E10: of these A3, C28 and E10 failed.
    reads(&cell, "4", "7");
    assert_eq!(cell.tallies[0].outside, 2);
}

// --- boundaries ------------------------------------------------------------

/// One customer's contacts, in London; how many of the first `n` are followed.
fn followed(moments: &[&str], window: Option<Window>) -> Vec<bool> {
    let rows: Vec<String> =
        moments.iter().enumerate().map(|(at, moment)| format!("r{at} | K | {moment}")).collect();
    let given = Given::new("calls", "at", "id customer at:timestamp", &rows.join("\n"));
    let calls = all("calls", "at");
    let mut bench = Bench::new("Europe/London", "2026-12-31", &[&given]);
    for at in 0..moments.len() {
        let one = where_(&format!("r{at}"), &calls, is("id", &format!("r{at}")));
        let row = ahead(Follow { window, ..follow(Direction::Followed, &calls, &calls, &["customer"]) });
        bench = bench.measure(&format!("m{at}"), share(&one, row));
    }
    let measured = bench.run();
    let above =
        |at: usize| measured.cells[&format!("m{at}")].values().map(|cell| cell.above.clone()).sum::<Ratio>();
    (0..moments.len()).map(|at| above(at) == Ratio::one()).collect()
}

#[test]
fn day_7_is_in_within_and_out_in_less_than() {
    let seven = WindowLength::Elapsed(7 * DAY);
    let at = ["2026-01-03 10:00", "2026-01-10 10:00"];
    assert_eq!(followed(&at, within(seven)), [true, false]);
    assert_eq!(followed(&at, less_than(seven)), [false, false]);
    assert_eq!(followed(&["2026-01-03 10:00", "2026-01-10 09:59:59"], less_than(seven)), [true, false]);
    assert_eq!(followed(&["2026-01-03 10:00", "2026-01-10 10:00:01"], within(seven)), [false, false]);
}

#[test]
fn calendar_days_and_24_hours_differ_across_the_change_of_clocks() {
    // On 29 March the clocks go forward: 10:30 a week later is 167.5 hours on.
    let at = ["2026-03-28 10:00", "2026-03-29 10:30"];
    assert_eq!(followed(&at, within(WindowLength::Elapsed(DAY))), [true, false]);
    assert_eq!(
        followed(&["2026-03-28 10:00", "2026-03-29 11:30"], within(WindowLength::Elapsed(DAY))),
        [false, false]
    );
    let late = ["2026-03-28 10:00", "2026-03-29 23:59"];
    assert_eq!(followed(&late, within(WindowLength::CalendarDays(1))), [true, false]);
    assert_eq!(followed(&late, less_than(WindowLength::CalendarDays(1))), [false, false]);
    assert_eq!(
        followed(&["2026-03-28 10:00", "2026-03-30 00:00"], within(WindowLength::CalendarDays(1))),
        [false, false]
    );
}

#[test]
fn a_month_after_31_january_ends_on_28_february() {
    let month = within(WindowLength::Months(1));
    assert_eq!(followed(&["2026-01-31 10:00", "2026-02-28 10:00"], month), [true, false]);
    assert_eq!(followed(&["2026-01-31 10:00", "2026-02-28 10:01"], month), [false, false]);
}

#[test]
fn of_two_contacts_at_one_moment_the_second_follows_by_id() {
    let same = ["2026-01-03 10:00", "2026-01-03 10:00", "2026-01-03 10:00"];
    assert_eq!(followed(&same, within(WindowLength::Elapsed(DAY))), [true, true, false]);
    assert_eq!(followed(&same, None), [true, true, false]);
}

/// Nobody bought anything: that K called twice is no purchase.
#[test]
fn a_table_without_rows_is_searched_in_vain() {
    let rows = "r1 | K | 2026-01-03 10:00
                r2 | K | 2026-01-04 10:00";
    let given = Given::new("calls", "at", "id customer at:timestamp", rows);
    let none = Given::new("purchases", "at", "id customer at:timestamp", "");
    let (calls, purchases) = (all("calls", "at"), all("purchases", "at"));
    for direction in [Direction::Followed, Direction::Preceded] {
        let row = ahead(follow(direction, &calls, &purchases, &["customer"]));
        let bench = Bench::new("UTC", "2026-01-31", &[&given, &none]);
        reads(&bench.measure("m", share(&calls, row)).first("m"), "0", "2");
    }
}

#[test]
fn records_without_a_key_match_nothing_and_those_without_a_date_are_unknown() {
    let given = Given::new(
        "calls",
        "at",
        "id customer at:timestamp opened:timestamp",
        "r1 |   | 2026-01-03 10:00 | 2026-01-03 10:00
         r2 |   | 2026-01-04 10:00 | 2026-01-03 10:00
         r3 | K |                  | 2026-01-03 10:00
         r4 | K | 2026-01-04 10:00 | 2026-01-03 10:00",
    );
    let calls = all("calls", "at");
    let base = all("calls", "opened");
    // Searched by `at`, asked by `opened`: r4 does not find itself, r3 has no `at` to be found by.
    let row = ahead(follow(Direction::Followed, &base, &calls, &["customer"]));
    let cell = Bench::new("UTC", "2026-01-31", &[&given]).measure("m", share(&base, row)).first("m");
    reads(&cell, "1", "4");
    let row = ahead(Follow {
        after: Some("at".into()),
        ..follow(Direction::Followed, &base, &calls, &["customer"])
    });
    let cell = Bench::new("UTC", "2026-01-31", &[&given]).measure("m", share(&base, row)).first("m");
    assert_eq!((cell.tallies[0].above, cell.tallies[0].undecided), (0, 1));
}

#[test]
fn after_a_field_the_window_starts_there() {
    let cases = Given::new(
        "resolutions",
        "opened_at",
        "id customer opened_at:timestamp closed_at:timestamp",
        "x1 | K | 2026-01-01 10:00 | 2026-01-10 10:00
         x2 | L | 2026-01-01 10:00 | 2026-01-10 10:00
         x3 | M | 2026-01-01 10:00 |
         x4 | N | 2026-01-01 10:00 | 2026-01-10 10:00",
    );
    let calls = Given::new(
        "interactions",
        "started_at",
        "id customer started_at:timestamp",
        "i1 | K | 2026-01-05 10:00
         i2 | K | 2026-01-12 10:00
         i3 | L | 2026-01-05 10:00
         i4 | L | 2026-01-18 10:00
         i5 | M | 2026-01-05 10:00
         i6 | N | 2026-01-10 10:00",
    );
    let (base, target) = (all("resolutions", "opened_at"), all("interactions", "started_at"));
    let follow = Follow {
        window: within(WindowLength::Elapsed(7 * DAY)),
        after: Some("closed_at".into()),
        ..follow(Direction::Followed, &base, &target, &["customer"])
    };
    let bench = Bench::new("UTC", "2026-01-31", &[&cases, &calls]);
    let bench = bench.measure("reopened", share(&base, ahead(follow.clone())));
    let bench = bench.measure("later_day", share(&base, ahead(Follow { other_day: true, ..follow })));
    let measured = bench.run();
    // K on the 12th, N at the very moment; L's are too early and too late; M was not closed.
    let cell = cell(&measured, "reopened", 0, &[]);
    reads(&cell, "2", "4");
    assert_eq!(cell.tallies[0].undecided, 1);
    reads(&super::cell(&measured, "later_day", 0, &[]), "1", "4");
}

#[test]
fn preceded_mirrors_followed() {
    let calls = all("calls", "at");
    let given = Given::new(
        "calls",
        "at",
        "id customer at:timestamp",
        "r1 | K | 2026-01-03 10:00
         r2 | K | 2026-01-03 10:00
         r3 | K | 2026-01-10 10:00
         r4 | K | 2026-01-17 10:01
         r5 | L | 2026-01-03 10:00",
    );
    let look = |direction| {
        let window = within(WindowLength::Elapsed(7 * DAY));
        ahead(Follow { window, ..follow(direction, &calls, &calls, &["customer"]) })
    };
    let bench = Bench::new("UTC", "2026-01-31", &[&given])
        .measure("after", share(&calls, look(Direction::Preceded)))
        .measure("before", share(&calls, look(Direction::Followed)))
        .complete_to("2026-12-31");
    let measured = bench.run();
    // r2 after r1, r3 after r2 (and r1); r4 is a minute too late.
    reads(&cell(&measured, "after", 0, &[]), "2", "5");
    reads(&cell(&measured, "before", 0, &[]), "2", "5");
}

#[test]
fn a_look_ahead_may_search_a_set_with_a_look_ahead() {
    // Contacts that are followed by one that was itself final.
    let final_ones = where_("final", &contacts(), again(&["customer", "topic"]));
    let row = ahead(Follow {
        window: within(WindowLength::Elapsed(7 * DAY)),
        ..follow(Direction::Followed, &contacts(), &final_ones, &["customer", "topic"])
    });
    let cell = bench(share(&contacts(), row)).complete_to("2026-03-31").first("resolved");
    // a1 by a2 (final: a3 comes on day 8), c1 by c2, e1 by e2.
    reads(&cell, "3", "9");
}

#[test]
fn one_customer_with_very_many_contacts_is_no_worse_than_many_customers() {
    let at = |n: i64| 1_767_225_600_000_000 + n * 1_000_000;
    let frames = |one: bool| {
        let rows = 1_000_000_usize;
        let customers: Vec<String> =
            (0..rows).map(|n| if one { "K".into() } else { n.to_string() }).collect();
        (rows, customers, (0..rows).map(|n| at(i64::try_from(n).unwrap() / 3)).collect::<Vec<i64>>())
    };
    let (rows, customers, moments) = frames(true);
    let ids: Vec<String> = (0..rows).map(|n| format!("{:07}", (n * 7919) % rows)).collect();
    let batch = Batch {
        rows,
        columns: [
            ("customer".to_string(), Column::Text(StringArray::from(customers).into())),
            ("at".to_string(), Column::Instant(moments.into())),
        ]
        .into(),
        ids: Some(StringArray::from(ids).into()),
        files: vec![0; rows],
        lines: vec![0; rows],
        ends: None,
        earlier: None,
    };
    let given = Given::new("calls", "at", "id customer at:timestamp", "");
    let calls = all("calls", "at");
    let mut bench = Bench::new("UTC", "2026-01-31", &[&given]);
    for (name, direction) in
        [("f", Direction::Followed), ("p", Direction::Preceded), ("s", Direction::StartsCase)]
    {
        let window = within(WindowLength::Elapsed(DAY));
        let row = ahead(Follow { window, ..follow(direction, &calls, &calls, &["customer"]) });
        bench = bench.measure(name, share(&calls, row));
    }
    let plan = plan::of(
        &bench.contract,
        &bench.contract.schedule.periods(&bench.contract.zone),
        &Registers::default(),
    );
    let source = Single(batch);
    let measured = run_on(&bench.contract, &plan, &source, &Options::default()).unwrap().measured;
    // All but the last are followed, all but the first preceded; 333,334 s are 3.86 days.
    reads(&cell(&measured, "f", 0, &[]), "999999", "1000000");
    reads(&cell(&measured, "p", 0, &[]), "999999", "1000000");
    reads(&cell(&measured, "s", 0, &[]), "4", "1000000");
}

/// One batch, whatever is asked.
struct Single(Batch);

impl Source for Single {
    fn maps(&self, _: &str, _: &str) -> bool {
        false
    }

    fn open(&self, _: &Table, _: &Needs) -> Result<Box<dyn Rows + '_>, EngineError> {
        Ok(Box::new(MemoryRows(vec![self.0.clone()].into_iter(), Loaded::default())))
    }

    fn holidays(&self, _: &str) -> Result<Vec<Date>, EngineError> {
        Ok(Vec::new())
    }

    fn complete_to(&self, _: &str) -> Option<Instant> {
        None
    }
}
