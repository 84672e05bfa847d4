//! Look-aheads against their definition, record by record.

use proptest::prelude::*;

use super::*;
use crate::engine::offsets::Offsets;
use crate::engine::window::{end, next_day};

/// A record: key, date and anchor in hours, whether it can be found.
type Record = (Option<u8>, Option<i64>, Option<i64>, bool);

/// Id, key, date, anchor, whether it can be found.
#[derive(Debug, Clone)]
struct Call {
    id: String,
    key: Option<u8>,
    at: Option<i64>,
    anchor: Option<i64>,
    found: bool,
}

#[derive(Debug, Clone)]
struct Question {
    direction: Direction,
    window: Option<Window>,
    other_day: bool,
    after: bool,
}

const START: i64 = 1_774_569_600_000_000; // 27 March 2026, two days before the clocks change
const HOUR: i64 = 3_600_000_000;

fn record() -> impl Strategy<Value = Record> {
    let moment = || prop_oneof![1 => Just(None), 12 => (0_i64..120).prop_map(Some)];
    let key = prop_oneof![1 => Just(None), 9 => (0_u8..3).prop_map(Some)];
    (key, moment(), moment(), prop::bool::weighted(0.7))
}

fn question() -> impl Strategy<Value = Question> {
    let direction =
        prop_oneof![Just(Direction::Followed), Just(Direction::Preceded), Just(Direction::StartsCase)];
    let length = prop_oneof![
        (0_i64..60).prop_map(|hours| WindowLength::Elapsed(hours * HOUR)),
        (0_u32..4).prop_map(WindowLength::CalendarDays),
        (0_u32..2).prop_map(WindowLength::Months),
    ];
    let window = prop_oneof![
        1 => Just(None),
        9 => (length, any::<bool>()).prop_map(|(length, inclusive)| Some(Window { length, inclusive })),
    ];
    (direction, window, any::<bool>(), any::<bool>()).prop_map(|(direction, window, other_day, after)| {
        let cases = direction == Direction::StartsCase;
        Question { direction, window, other_day: other_day && !cases, after: after && !cases }
    })
}

/// The definition: yes, no, or unknown.
fn expected(searched: &[Call], call: &Call, question: &Question, offsets: &Offsets) -> Option<bool> {
    let start = |call: &Call| if question.after { call.anchor } else { call.at };
    let known = call.at.is_some() && (question.direction == Direction::Preceded || start(call).is_some());
    if question.direction == Direction::StartsCase {
        return known
            .then(|| call.key.is_none() || (call.found && starts_case(searched, call, question, offsets)));
    }
    if call.key.is_none() {
        return Some(false);
    }
    let others = searched.iter().filter(|other| other.found && other.key == call.key && other.id != call.id);
    let matching = |other: &Call| {
        let (earlier, later) =
            if question.direction == Direction::Followed { (call, other) } else { (other, call) };
        let (Some(from), Some(to), Some(start)) = (earlier.at, later.at, start(earlier)) else {
            return false;
        };
        let first = if question.other_day { next_day(start, offsets) } else { start };
        (from, &earlier.id) < (to, &later.id) && first <= to && to <= end(question.window, start, offsets)
    };
    known.then(|| others.into_iter().any(matching))
}

fn starts_case(calls: &[Call], call: &Call, question: &Question, offsets: &Offsets) -> bool {
    let mut same: Vec<&Call> =
        calls.iter().filter(|other| other.found && other.key == call.key && other.at.is_some()).collect();
    same.sort_by_key(|other| (other.at, other.id.clone()));
    let mut until = None;
    for other in same {
        let starts = until.is_none_or(|until| other.at.unwrap() > until);
        if starts {
            until = Some(end(question.window, other.at.unwrap(), offsets));
        }
        if other.id == call.id {
            return starts;
        }
    }
    false
}

/// Records with ids in another order than they come in.
fn calls(letter: &str, records: Vec<Record>, everything: bool, rough: bool) -> Vec<Call> {
    let rounded = |hours: i64| if rough { hours - hours % 12 } else { hours };
    let moment = |hours: Option<i64>| hours.map(|hours| START + rounded(hours) * HOUR);
    let call = |(at, (key, date, anchor, found)): (usize, Record)| Call {
        id: format!("{letter}{:02}", (at * 7) % 16),
        key,
        at: moment(date),
        anchor: moment(anchor),
        found: found || everything,
    };
    records.into_iter().enumerate().map(call).collect()
}

/// The records as a table.
fn table(name: &str, calls: &[Call]) -> Given {
    let cell = |moment: Option<i64>| moment.map_or(String::new(), |at| at.to_string());
    let row = |call: &Call| {
        let key = call.key.map_or(String::new(), |key| key.to_string());
        let found = if call.found { "yes" } else { "no" };
        // Moments as whole numbers; the day is only there to make cells.
        vec![
            call.id.clone(),
            key,
            cell(call.at),
            cell(call.anchor),
            found.to_string(),
            "2026-01-01".to_string(),
        ]
    };
    let mut given = Given::new(name, "day", "id key at:timestamp anchor:timestamp found:yesno day:date", "");
    given.rows = calls.iter().map(row).collect();
    given
}

/// What the engine answers; `others` where the records searched stand in a table of their own.
fn measured(calls: &[Call], others: Option<&[Call]>, question: &Question, zone: &Zone) -> Vec<Option<bool>> {
    let (given, other) = (table("calls", calls), table("others", others.unwrap_or_default()));
    let base = SetRef { dated_by: "at".into(), ..all("calls", "at") };
    let searched = if others.is_some() { all("others", "at") } else { base.clone() };
    let target = where_("found", &searched, field("found"));
    let base = if question.direction == Direction::StartsCase { target.clone() } else { base };
    let look = Follow {
        window: question.window,
        other_day: question.other_day,
        after: question.after.then(|| "anchor".to_string()),
        ..follow(question.direction, &base, &target, &["key"])
    };
    let bench = Bench::new(zone.name(), "2026-01-31", &[&given, &other])
        .measure("m", share(&all("calls", "day"), ahead(look)))
        .with("m", |measure| measure.by = vec!["id".into()]);
    let measured = bench.run();
    let answer = |call: &Call| {
        let tally = super::cell(&measured, "m", 0, &[Some(&call.id)]).tallies[0].clone();
        (tally.undecided == 0).then_some(tally.above == 1)
    };
    calls.iter().map(answer).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_record_gets_the_answer_of_the_definition(
        records in prop::collection::vec(record(), 1..14),
        others in prop::option::of(prop::collection::vec(record(), 0..14)),
        question in question(),
        // All can be found; moments half a day apart or none.
        everything in any::<bool>(),
        rough in any::<bool>(),
    ) {
        let zone = Zone::new("Europe/London").unwrap();
        let offsets = Offsets::new(&zone);
        let others = others.filter(|_| question.direction != Direction::StartsCase);
        let others = others.map(|records| calls("b", records, everything, rough));
        let calls = calls("c", records, everything, rough);
        let searched = others.as_deref().unwrap_or(&calls);
        let want: Vec<Option<bool>> = calls.iter().map(|call| expected(searched, call, &question, &offsets)).collect();
        prop_assert_eq!(measured(&calls, others.as_deref(), &question, &zone), want);
    }

    #[test]
    fn only_of_first_contacts_is_asked_what_follows(
        records in prop::collection::vec(record(), 1..14),
        others in prop::collection::vec(record(), 0..14),
        hours in prop::option::of(0_i64..60),
        rough in any::<bool>(),
    ) {
        let zone = Zone::new("Europe/London").unwrap();
        let offsets = Offsets::new(&zone);
        let (calls, others) = (calls("c", records, true, rough), calls("b", others, true, rough));
        let window = hours.map(|hours| Window { length: WindowLength::Elapsed(hours * HOUR), inclusive: true });
        let before = Question { direction: Direction::Preceded, window: None, other_day: false, after: false };
        let after = Question { direction: Direction::Followed, window, ..before.clone() };
        let base = all("calls", "at");
        let first = not(ahead(follow(Direction::Preceded, &base, &base, &["key"])));
        let set = SetRef { dated_by: "day".into(), ..where_("first", &base, first) };
        let look = Follow { window, ..follow(Direction::Followed, &base, &all("others", "at"), &["key"]) };
        let bench = Bench::new(zone.name(), "2026-01-31", &[&table("calls", &calls), &table("others", &others)])
            .measure("m", share(&set, ahead(look)))
            .with("m", |measure| measure.by = vec!["id".into()]);
        let measured = bench.run();
        for call in &calls {
            let key = CellKey { period: 0, segment: Segment([Some(call.id.clone())].into()) };
            // A segment of records outside the set has no cell.
            let cell = measured.cells["m"].get(&key);
            let tally = cell.map(|cell| cell.tallies[0].clone()).unwrap_or_default();
            match expected(&calls, call, &before, &offsets) {
                None => prop_assert_eq!(tally.unknown, 1),
                Some(true) => prop_assert_eq!(tally.records - tally.outside, 0),
                Some(false) => {
                    let followed = expected(&others, call, &after, &offsets);
                    let got = (tally.above == 1, tally.undecided == 1);
                    prop_assert_eq!(got, (followed == Some(true), followed.is_none()));
                }
            }
        }
    }
}
