//! The made-up world as the files its systems would export.
//!
//! | file                    | zone written in | what is odd about it                        |
//! |-------------------------|-----------------|---------------------------------------------|
//! | `voice-2026-01.csv` …   | London          | day first, `Y`/`N`, rows twice              |
//! | `chat-and-email.csv.gz` | Warsaw, said so | another date format, `true`/`false`, `n/a`  |
//! | `cases.csv`             | London          | to the minute                               |
//! | `case-events.csv`       | London          | one row for each change of status           |
//! | `surveys.jsonl`         | UTC, said so    | skipped questions are `null`                |
//! | `orders.tsv`            | UTC, said so    | money with two decimals                     |

use std::fmt::Write as _;
use std::io::Write as _;

use super::world::{CLOCKS_FORWARD, Case, Channel, Contact, Purchase, STUCK, Survey, World};

/// The files below `data/`.
pub(super) fn data(world: &World) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for (month, first_day, end_day) in [("01", 0, 31), ("02", 31, 59), ("03", 59, 90)] {
        let calls = world.contacts.iter().filter(|contact| contact.channel == Channel::Voice);
        let of_month = calls.filter(|contact| {
            let day = clock(contact.at, 0).day;
            (first_day..end_day).contains(&day)
        });
        files.push((format!("data/voice-2026-{month}.csv"), voice(of_month, month == "02").into_bytes()));
    }
    let written = world.contacts.iter().filter(|contact| contact.channel != Channel::Voice);
    files.push(("data/chat-and-email.csv.gz".to_owned(), gzip(&chat(written))));
    files.push(("data/cases.csv".to_owned(), cases(&world.cases).into_bytes()));
    files.push(("data/case-events.csv".to_owned(), events(&world.cases).into_bytes()));
    files.push(("data/surveys.jsonl".to_owned(), surveys(&world.surveys).into_bytes()));
    files.push(("data/orders.tsv".to_owned(), orders(&world.purchases).into_bytes()));
    files
}

/// Adds a formatted line; writing into a text cannot fail.
macro_rules! line {
    ($text:expr, $($part:tt)*) => {
        let _ = writeln!($text, $($part)*);
    };
}

fn voice<'a>(calls: impl Iterator<Item = &'a Contact>, unreadable: bool) -> String {
    let mut text = String::from(
        "Call,Customer No,Reason,Line,Start,Queue Seconds,Work Seconds,Abandoned,Solved,Requested By\n",
    );
    for call in calls {
        let at = clock(call.at, 0);
        let row = format!(
            "{},{:06},{},voice,{},{},{},{},{},{}",
            call.id,
            call.customer,
            call.topic.unwrap_or("-"),
            at.day_first(),
            call.waited.map(|seconds| seconds.to_string()).unwrap_or_default(),
            call.handled,
            if call.abandoned { "Y" } else { "N" },
            call.resolved.map_or("-", |solved| if solved { "Y" } else { "N" }),
            requested(call),
        );
        line!(text, "{row}");
        if call.twice {
            line!(text, "{row}");
        }
    }
    if unreadable {
        // Three rows that no reader can save: a day that is not, a word for a number, a half row.
        text.push_str("9000001,000017,billing,voice,31/02/2026 10:00:00,4,120,N,Y,customer\n");
        text.push_str("9000002,000018,billing,voice,27/02/2026 10:00:00,four,120,N,Y,customer\n");
        text.push_str("9000003,000019,billing\n");
    }
    text
}

fn requested(contact: &Contact) -> &'static str {
    if contact.asked_by_client { "client" } else { "customer" }
}

fn chat<'a>(contacts: impl Iterator<Item = &'a Contact>) -> String {
    let mut text =
        String::from("id,customer,topic,channel,started,waited,handled,abandoned,resolved,initiated_by\n");
    for contact in contacts {
        let yes_or_no = |value: bool| if value { "true" } else { "false" };
        line!(
            text,
            "{},{:06},{},{},{},{},{},{},{},{}",
            contact.id,
            contact.customer,
            contact.topic.unwrap_or("n/a"),
            if contact.channel == Channel::Chat { "chat" } else { "email" },
            warsaw(contact.at),
            contact.waited.map(|seconds| seconds.to_string()).unwrap_or_default(),
            contact.handled,
            yes_or_no(contact.abandoned),
            contact.resolved.map_or("n/a", yes_or_no),
            requested(contact),
        );
    }
    text
}

fn cases(cases: &[Case]) -> String {
    let mut text = String::from("case,customer,topic,priority,opened,resolved,closed,outcome\n");
    for case in cases {
        let at = |moment: Option<i64>| moment.map(|at| clock(at, 0).year_first()).unwrap_or_default();
        line!(
            text,
            "{},{:06},{},{},{},{},{},{}",
            case.id,
            case.customer,
            case.topic,
            case.priority,
            at(Some(case.opened)),
            at(case.resolved),
            at(case.closed),
            case.outcome.unwrap_or_default(),
        );
    }
    text
}

fn events(cases: &[Case]) -> String {
    let mut text = String::from("case,at,status\n");
    for case in cases {
        let mut event = |at: i64, status: &str| {
            line!(text, "{},{},{status}", case.id, clock(at, 0).year_first());
        };
        event(case.opened, "open");
        if let Some(pause) = case.pause {
            event(pause.from, "waiting for customer");
            event(pause.to, "open");
        }
        if let Some(at) = case.resolved {
            event(at, "solved");
        }
    }
    text
}

fn surveys(surveys: &[Survey]) -> String {
    let mut text = String::new();
    for (number, survey) in (1..).zip(surveys) {
        let csat = survey.csat.map_or("null".to_owned(), |stars| stars.to_string());
        line!(
            text,
            r#"{{"id":"S{number:05}","interaction":"{}","customer":"{:06}","answered_at":"{}","csat":{csat},"nps":{}}}"#,
            survey.contact,
            survey.customer,
            utc(survey.at),
            survey.nps,
        );
    }
    text
}

fn orders(purchases: &[Purchase]) -> String {
    let mut text = String::from("order\tcustomer\tplaced\tvalue\n");
    for order in purchases {
        let (pounds, pence) = (order.pence / 100, order.pence % 100);
        line!(text, "{}\t{:06}\t{}\t{pounds}.{pence:02}", order.id, order.customer, utc(order.at));
    }
    text
}

/// A gzip file without name and time, so that its bytes depend on the text alone.
fn gzip(text: &str) -> Vec<u8> {
    let mut file = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::default());
    // Writing into memory does not fail.
    let _ = file.write_all(text.as_bytes());
    file.finish().unwrap_or_default()
}

/// A local time.
struct Clock {
    /// Days since 1 January 2026.
    day: i64,
    /// Seconds since midnight.
    second: i64,
}

/// The time shown `ahead` seconds ahead of London. The two calls that a broken
/// clock stamped inside the skipped hour keep the time it showed.
fn clock(at: i64, ahead: i64) -> Clock {
    let stuck = at == STUCK && ahead == 0;
    let summer = if at >= CLOCKS_FORWARD && !stuck { 3600 } else { 0 };
    let local = at + summer + ahead;
    Clock { day: local.div_euclid(86_400), second: local.rem_euclid(86_400) }
}

/// `2026-01-31T09:05:00+01:00`
fn warsaw(at: i64) -> String {
    let offset = if at >= CLOCKS_FORWARD { 2 } else { 1 };
    format!("{}+0{offset}:00", clock(at, 3600).year_first().replace(' ', "T"))
}

fn utc(at: i64) -> String {
    let clock = Clock { day: at.div_euclid(86_400), second: at.rem_euclid(86_400) };
    format!("{}Z", clock.year_first().replace(' ', "T"))
}

impl Clock {
    fn date(&self) -> (i64, i64) {
        match self.day {
            ..31 => (1, self.day + 1),
            31..59 => (2, self.day - 30),
            59..90 => (3, self.day - 58),
            _ => (4, self.day - 89),
        }
    }

    fn time(&self) -> String {
        format!("{:02}:{:02}:{:02}", self.second / 3600, self.second / 60 % 60, self.second % 60)
    }

    /// `31/01/2026 08:05:00`
    fn day_first(&self) -> String {
        let (month, day) = self.date();
        format!("{day:02}/{month:02}/2026 {}", self.time())
    }

    /// `2026-01-31 08:05:00`
    fn year_first(&self) -> String {
        let (month, day) = self.date();
        format!("2026-{month:02}-{day:02} {}", self.time())
    }
}
