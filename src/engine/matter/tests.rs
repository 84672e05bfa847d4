//! Which moments matter, by what is asked of a table.

use super::*;
use crate::contract::{Follow, MeasureKind, Row, SetRef, WindowLength};
use crate::engine::tests::{
    Bench, DAY, Given, ahead, all, field, follow, instant, not, share, where_, within as long,
};
use crate::measured::Registers;
use crate::plan::{Quota, Slotted, of};
use crate::value::Zone;

fn contacts() -> SetRef {
    all("interactions", "at")
}

fn orders() -> SetRef {
    all("orders", "at")
}

/// The plan for March 2026 of these measures.
fn plan(measures: &[MeasureKind]) -> Plan {
    let contacts =
        Given::new("interactions", "at", "id customer at:timestamp closed:timestamp resolved:yesno", "");
    let orders = Given::new("orders", "at", "id customer at:timestamp", "");
    let bench = Bench::new("UTC", "2026-12-31", &[&contacts, &orders]);
    let bench = measures
        .iter()
        .enumerate()
        .fold(bench, |bench, (at, kind)| bench.measure(&format!("m{at}"), kind.clone()));
    let periods = bench.contract.schedule.periods(&bench.contract.zone);
    of(&bench.contract, &periods[2..3], &Registers::default())
}

fn question(direction: Direction, target: &SetRef, window: Option<WindowLength>) -> Follow {
    let window = window.and_then(long);
    Follow { window, ..follow(direction, &contacts(), target, &["customer"]) }
}

fn asked(direction: Direction, target: &SetRef, window: Option<WindowLength>) -> Row {
    ahead(question(direction, target, window))
}

fn resolved() -> MeasureKind {
    share(&contacts(), field("resolved"))
}

/// From when to when rows of a table matter: days before 1 March, and days after 31 March.
#[track_caller]
fn check<const N: usize>(measures: [MeasureKind; N], table: &str, want: Option<(i64, i64)>) {
    let utc = Zone::new("UTC").unwrap();
    let at = |text: &str| instant(&utc, text);
    let found = within(&plan(&measures), table).map(|(field, span)| {
        assert_eq!(field, "at");
        span
    });
    let far = |at: i64, days: i64| if days == i64::MAX { i64::MAX } else { at + days * DAY };
    let want =
        want.map(|(before, after)| (at("2026-03-01") - before * DAY, far(at("2026-04-01") - 1, after)));
    assert_eq!(found, want, "{measures:?}");
}

const WEEK: Option<WindowLength> = Some(WindowLength::Elapsed(7 * DAY));

#[test]
fn what_is_counted_matters_in_its_periods() {
    check([resolved()], "interactions", Some((0, 0)));
}

#[test]
fn what_is_searched_matters_as_far_as_the_window_goes() {
    let followed = share(&contacts(), asked(Direction::Followed, &contacts(), WEEK));
    let preceded = share(&contacts(), asked(Direction::Preceded, &contacts(), WEEK));
    check([followed.clone()], "interactions", Some((0, 7)));
    check([preceded.clone()], "interactions", Some((7, 0)));
    check([followed, preceded, resolved()], "interactions", Some((7, 7)));
}

#[test]
fn another_table_matters_from_the_records_that_look_at_it() {
    let sold = |window| share(&contacts(), asked(Direction::Followed, &orders(), window));
    check([sold(WEEK)], "interactions", Some((0, 0)));
    check([sold(WEEK)], "orders", Some((0, 7)));
    check([sold(None)], "orders", Some((0, i64::MAX)));
    // Calendar days and months may be longer than they look.
    check([sold(Some(WindowLength::CalendarDays(7)))], "orders", Some((0, 10)));
    check([sold(Some(WindowLength::Months(1)))], "orders", Some((0, 34)));
}

#[test]
fn what_is_searched_may_look_further_itself() {
    // Followed within a week by a contact that no order comes after within a month.
    let idle = not(asked(Direction::Followed, &orders(), Some(WindowLength::Months(1))));
    let idle = where_("idle", &contacts(), idle);
    let nested = share(&contacts(), asked(Direction::Followed, &idle, WEEK));
    check([nested.clone()], "interactions", Some((0, 7)));
    check([nested], "orders", Some((0, 41)));
    // Of the same table: each step a week further, and no step goes on for ever.
    let last = where_("last", &contacts(), not(asked(Direction::Followed, &contacts(), WEEK)));
    let nested = share(&contacts(), asked(Direction::Followed, &last, WEEK));
    check([nested], "interactions", Some((0, 14)));
}

#[test]
fn another_day_may_begin_later() {
    let other = Follow { other_day: true, ..question(Direction::Followed, &contacts(), WEEK) };
    check([share(&contacts(), ahead(other))], "interactions", Some((0, 9)));
}

#[test]
fn everything_matters_where_other_dates_have_a_say() {
    let starts = share(&contacts(), asked(Direction::StartsCase, &contacts(), WEEK));
    check([starts], "interactions", None);
    let late = Follow { after: Some("closed".into()), ..question(Direction::Followed, &orders(), WEEK) };
    let late = share(&contacts(), ahead(late));
    check([late.clone()], "interactions", Some((0, 0)));
    check([late], "orders", None);
    check([resolved(), share(&all("interactions", "closed"), field("resolved"))], "interactions", None);
    let cohort = SetRef { later: 6, ..contacts() };
    check([share(&cohort, field("resolved"))], "interactions", None);
}

#[test]
fn everything_matters_where_records_share_an_allowance() {
    let mut plan = plan(&[resolved(), share(&contacts(), asked(Direction::Followed, &orders(), WEEK))]);
    assert!(within(&plan, "orders").is_some());
    let (date, member) = (plan.scans["interactions"].groupings[0].date, plan.counters[0].member);
    let base = Slotted { table: "interactions".into(), date, by: Vec::new(), member };
    let quota = Quota { base, allowed: Allowed::One, each_day: false, all: false, latest: true, level: 1 };
    plan.quotas.push(quota);
    assert_eq!(within(&plan, "interactions"), None);
    // And so does everything that its records look at.
    assert_eq!(within(&plan, "orders"), None);
}
