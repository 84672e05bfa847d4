//! The head, calendars, windows and local times.

use super::{HEAD, checked, found, gives, sound};
use crate::contract::{Direction, MeasureKind, Row, WindowLength};

/// The head with one line replaced.
fn head(line: &str, by: &str) -> Vec<String> {
    assert!(HEAD.contains(line));
    found(HEAD.trim_start().replace(line, by).as_str())
}

#[test]
fn the_head_says_everything_that_decides_money() {
    assert_eq!(found("contract \"T\" { client \"C\" }"), ["E0500 1:1"]);
    assert_eq!(found(""), ["E0500 1:1"]);
    let (contract, found) = checked("contract \"T\" { client \"C\" vendor \"V\" currency GBP }");
    assert!(contract.is_none());
    assert_eq!(found[0].message, "the head lacks `term`, `timezone`, `periods`, `rounding`");
}

#[test]
fn one_head_is_enough() {
    gives(HEAD, &["E0515 12:1"]);
}

#[test]
fn the_head_makes_sense() {
    assert_eq!(head("2026-01-01 to 2026-12-31", "2026-12-31 to 2026-01-01"), ["E0400 4:3"]);
    assert_eq!(head("2026-01-01 to 2026-12-31", "2026-01-01 to 2026-01-01"), [""; 0]);
    assert_eq!(head("Europe/London", "Europe/Lodnon"), ["E0401 5:12"]);
    assert_eq!(head("GBP", "GBQ"), ["E0405 6:12"]);
    assert_eq!(head("monthly", "monthly starting on day 32"), ["E0406 7:35"]);
    assert_eq!(head("monthly", "monthly starting on day 31"), [""; 0]);
    assert_eq!(head("to 0.01 half", "to 0 half"), ["E0516 8:21"]);
    assert_eq!(head("to 0.01 half", "to 1% half"), ["E0300 8:21"]);
    assert_eq!(head("to 0.01 half", "to EUR 0.01 half"), ["E0303 8:21"]);
}

#[test]
fn near_zones_are_suggested() {
    let help =
        |name: &str| checked(&HEAD.replace("Europe/London", name)).1[0].help.clone().unwrap_or_default();
    assert_eq!(help("Europe/Londn"), "did you mean `Europe/London`?");
    assert_eq!(help("Madrid"), "did you mean `Europe/Madrid`?");
    assert!(help("CEST").starts_with("name a region and a city"));
}

#[test]
fn the_clocks_change_under_a_local_time() {
    let at = |moment: &str, want: &[&str]| {
        gives(&format!("measure m {{ count of interactions where started_at < {moment} }}"), want);
    };
    at("2026-03-29 00:59:59", &[]);
    at("2026-03-29 01:30:00", &["E0109 1:54"]);
    at("2026-10-25 01:30:00", &["E0109 1:54"]);
    at("2026-10-25 02:00:00", &[]);
}

#[test]
fn calendars_have_hours_that_do_not_overlap() {
    let calendar = |hours: &str, want: &[&str]| {
        let use_it = "measure m { mean of business time from opened_at to closed_at in c over resolutions }";
        gives(&format!("calendar c {{ {hours} }}\n{use_it}"), want);
    };
    calendar("mon to fri 09:00 to 17:00; sat 10:00 to 12:00", &[]);
    calendar("mon to fri 09:00 to 12:00; mon to fri 12:00 to 17:00", &[]);
    calendar("mon to fri 09:00 to 17:00; fri to sat 16:00 to 18:00", &["E0402 1:41"]);
    calendar("closed on 2026-12-25", &["E0402 1:10"]);
    calendar("mon to fri 09:00 to 17:00; timezone \"Mars\"", &["E0401 1:50"]);
}

#[test]
fn hours_may_wrap_over_the_weekend() {
    let contract = sound(
        "calendar c { sat to mon 22:00 to 24:00 }\nmeasure m { mean of business time from opened_at to closed_at in c over resolutions }",
    );
    let open: Vec<usize> = contract.calendars["c"].week.iter().map(Vec::len).collect();
    assert_eq!(open, [1, 0, 0, 0, 0, 1, 1]);
    assert_eq!(contract.calendars["c"].week[0], [(79_200, 86_400)]);
}

#[test]
fn dates_are_named_where_dates_are_needed() {
    gives("set s = surveys dated by customer\nmeasure m { count of s }", &["E0403 1:26"]);
    gives("set s = surveys dated by sent_at\nmeasure m { count of s }", &[]);
    gives("measure m { mean of time from opened_at to outcome over resolutions }", &["E0403 1:44"]);
    gives(
        "measure m { share of surveys where followed by surveys with same customer within 1 day after csat }",
        &["E0403 1:94"],
    );
    gives("fields parcels { sent: date }\nmeasure m { count of parcels }", &["E0513 1:8"]);
    gives("measure m { count of adjustments }", &["E0513 1:22"]);
    gives("fields adjustments dated by at { at: timestamp }\nmeasure m { count of adjustments }", &[]);
}

#[test]
fn windows_are_lengths_of_time() {
    let window = |text: &str, want: &[&str]| {
        gives(
            &format!("measure m {{ share of surveys where followed by surveys with same customer {text} }}"),
            want,
        );
    };
    window("within 7 days", &[]);
    window("within 0 days", &["E0404 1:82"]);
    window("within 7", &["E0404 1:82"]);
    window("within 5%", &["E0404 1:82"]);
    window("within 1.5 months", &["E0404 1:82"]);
    window("within 1.5 hours", &[]);
    window("", &[]);
}

#[test]
fn a_look_ahead_carries_its_sets() {
    let contract = sound(
        "set calls = interactions where channel = \"voice\" excluding abandoned because \"clause 4\"\n\
         measure m { share of calls where not followed by interactions with same topic, customer in less than 2 years after ended_at }",
    );
    let MeasureKind::Share { of, condition: Row::Not(follow), .. } = &contract.measures["m"].kind else {
        panic!()
    };
    let Row::Follow(follow) = follow.as_ref() else { panic!() };
    assert_eq!(follow.base, contract.sets["calls"]);
    assert_eq!(*of, contract.sets["calls"]);
    assert_eq!((of.conditions.len(), of.exclusions.len()), (1, 1));
    assert_eq!(
        (follow.target.name.as_str(), follow.target.dated_by.as_str()),
        ("interactions", "started_at")
    );
    assert_eq!(follow.keys, ["customer", "topic"]);
    assert_eq!(follow.direction, Direction::Followed);
    assert_eq!(follow.after.as_deref(), Some("ended_at"));
    let window = follow.window.unwrap();
    assert_eq!((window.length, window.inclusive), (WindowLength::Months(24), false));
}

#[test]
fn a_set_looks_ahead_from_what_it_draws_on_with_its_own_date() {
    let contract = sound(
        "set solved = resolutions where outcome = \"resolved\" and not followed by interactions with same customer within 7 days dated by closed_at\n\
         measure m { count of solved }",
    );
    let set = &contract.sets["solved"];
    assert_eq!(set.dated_by, "closed_at");
    let Row::And(parts) = &set.conditions[0] else { panic!() };
    let Row::Not(follow) = &parts[1] else { panic!() };
    let Row::Follow(follow) = follow.as_ref() else { panic!() };
    assert_eq!((follow.base.table.as_str(), follow.base.dated_by.as_str()), ("resolutions", "closed_at"));
    assert!(follow.base.conditions.is_empty());
    assert_eq!(contract.tables.keys().collect::<Vec<_>>(), ["interactions", "resolutions"]);
}

#[test]
fn pauses_bring_the_status_events_in() {
    let contract = sound(
        "calendar c { mon to fri 09:00 to 17:00 }\nmeasure m { mean of business time from opened_at to closed_at in c paused while status in (\"waiting\") over resolutions }",
    );
    assert!(contract.tables.contains_key("events"));
    gives(
        "calendar c { mon to fri 09:00 to 17:00 }\nmeasure m { mean of business time from at to at in c paused while status in (\"waiting\") over purchases }",
        &["E0202 2:21"],
    );
}
