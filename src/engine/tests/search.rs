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
fn expected(calls: &[Call], call: &Call, question: &Question, offsets: &Offsets) -> Option<bool> {
    let start = |call: &Call| if question.after { call.anchor } else { call.at };
    let known = call.at.is_some() && (question.direction == Direction::Preceded || start(call).is_some());
    if question.direction == Direction::StartsCase {
        return known
            .then(|| call.key.is_none() || (call.found && starts_case(calls, call, question, offsets)));
    }
    if call.key.is_none() {
        return Some(false);
    }
    let others = calls.iter().filter(|other| other.found && other.key == call.key && other.id != call.id);
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

fn measured(calls: &[Call], question: &Question, zone: &Zone) -> Vec<Option<bool>> {
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
    let mut given =
        Given::new("calls", "day", "id key at:timestamp anchor:timestamp found:yesno day:date", "");
    given.rows = calls.iter().map(row).collect();
    let base = SetRef { dated_by: "at".into(), ..all("calls", "at") };
    let target = where_("found", &base, field("found"));
    let base = if question.direction == Direction::StartsCase { target.clone() } else { base };
    let look = Follow {
        window: question.window,
        other_day: question.other_day,
        after: question.after.then(|| "anchor".to_string()),
        ..follow(question.direction, &base, &target, &["key"])
    };
    let bench = Bench::new(zone.name(), "2026-01-31", &[&given])
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
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_record_gets_the_answer_of_the_definition(records in prop::collection::vec(record(), 1..14), question in question()) {
        let zone = Zone::new("Europe/London").unwrap();
        let offsets = Offsets::new(&zone);
        let moment = |hours: Option<i64>| hours.map(|hours| START + hours * HOUR);
        let calls: Vec<Call> = records.into_iter().enumerate().map(|(at, (key, date, anchor, found))| Call {
            id: format!("c{:02}", (at * 7) % 16), key, at: moment(date), anchor: moment(anchor), found,
        }).collect();
        let want: Vec<Option<bool>> = calls.iter().map(|call| expected(&calls, call, &question, &offsets)).collect();
        prop_assert_eq!(measured(&calls, &question, &zone), want);
    }
}
