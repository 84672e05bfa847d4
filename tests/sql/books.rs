//! Books whose words SQL has to say: texts taken apart, looked up and mapped, rows of which one
//! stays, events of which a row is made, rows without a key. The embedded
//! engine reads them from files, the SQL from relations with the same texts.
//!
//! The rows are drawn at random, with all that is odd in exports. Some have what
//! a relation cannot say, and must be refused.

pub mod drawn;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray, TimestampMicrosecondArray};
use arrow::record_batch::RecordBatch;
use meed::book::{self, Book};
use meed::checked;
use meed::contract::Contract;
use meed_grammar::Source;

use drawn::{Draw, Repeat};

/// A contract, a book, and the files it names.
pub struct Told {
    /// What it shows.
    pub name: String,
    pub contract: Contract,
    pub book: Book,
    /// The text of the book, with `RELATIONS.` before the name of each relation.
    pub yaml: String,
    /// The rows of each relation: all texts, and moments in columns called `…_at`.
    pub rows: Vec<(String, RecordBatch)>,
    /// What the SQL says when it refuses the rows; otherwise it counts what the engine counts.
    pub refused: Option<&'static str>,
}

const HEAD: &str = r#"contract "Books" {
  client "Client"  vendor "Vendor"
  term 2026-01-01 to 2026-03-31  timezone "Europe/London"  currency GBP  periods monthly
  rounding money to 0.01 half up on each line
}
"#;

const TEXTS: &str = r#"
fields interactions { team: text  rank: text  allowance: duration  talk: duration  hold: duration  price: money
  score: number  stars: whole number  day: date }
measure teams { count of interactions  by team, rank }
measure channels { count of interactions  by channel, queue }
measure allowed { sum of allowance over interactions  by team }
measure talked { sum of talk over interactions }
measure held { sum of hold over interactions }
measure priced { sum of price over interactions  by queue }
measure scores { mean of score over interactions }
measure starred { sum of stars over interactions }
measure sure { share of interactions where resolved  by resolved }
measure early { count of interactions where day < 2026-02-10 }
measure again { share of interactions where followed by interactions with same team within 5 days }
"#;

const TEXTS_BOOK: &str = r##"zone: UTC
tables:
  interactions:
    relation: RELATIONS.interactions_rows
    files: data/interactions.csv
    missing: ["?", n/a]
    key: [place, no]
    columns:
      id: no
      place: place
      no: {from: no, split: "#", part: 2}
      started_at: {from: started_at, format: iso}
      team: {from: path, split: " / ", part: 2}
      rank: {from: path, split: " / ", part: 3, map: {Ann: first, Bob: " second ", Cy: "?"}, unmapped: keep}
      allowance: {from: path, split: " / ", part: 2, lookup: {file: data/days.csv, match: Team, take: Days, unmatched: missing}, unit: days}
      channel: {from: channel, lookup: {file: data/channels.csv, match: code, take: name, unmatched: keep}}
      queue: {from: queue, trim: no}
      talk: {from: talk, unit: "hh:mm:ss"}
      hold: {from: hold, unit: "hh:mm"}
      price: {from: price, decimal: ",", thousands: "."}
      score: score
      stars: {from: stars, map: {one: 1, two: 2}, unmapped: keep}
      day: day
      resolved: {from: resolved, yes: [JA, Ok], no: [Nein, no]}
"##;

const ROWS: &str = r#"
measure all { count of interactions  by queue, channel }
measure costs { sum of cost over interactions }
measure sure { share of interactions where resolved }
measure again { share of interactions where followed by interactions with same queue within 5 days }
"#;

const FOLD: &str = r#"
measure all { count of resolutions  by topic, outcome }
measure fixed { mean of time from opened_at to resolved_at over resolutions }
measure closed { share of resolutions where closed_at < 2026-02-20  by priority }
"#;

const ORDER: &str = r#"
set first_ones = interactions counting only the first with same customer each period because "one each"
set starts = interactions where starts a case with same customer within 3 days
journeys trips = interactions with same customer, at most 2 days apart
measure followed_up { share of interactions where followed by interactions with same customer within 6 days  by queue }
measure bought { share of interactions where followed by purchases with same customer within 6 days }
measure before { share of interactions where preceded by interactions with same customer on an earlier day within 9 days }
measure firsts { count of first_ones  by queue }
measure cases { count of starts  by queue }
measure journeys_n { mean of duration over trips }
measure fix { mean of business time from opened_at to resolved_at in desk paused while status in ("pending") over resolutions }
calendar desk { mon to fri 09:00 to 17:00 }
"#;

/// A book of one table.
fn of(table: &str, key: &str, columns: &str) -> String {
    format!(
        "zone: UTC\ntables:\n  {table}:\n    relation: RELATIONS.{table}_rows\n    files: data/{table}.csv\n{key}    columns: {{{columns}}}\n"
    )
}

const KEPT: &str =
    "id: id, queue: queue, channel: channel, started_at: started_at, cost: cost, resolved: resolved";
const EVENTS: &str = "id: case, topic: topic, priority: priority, outcome: state, opened_at: seen_at, resolved_at: seen_at, \
                      closed_at: seen_at, customer: state, seen: seen_at";
const FOLDED: &str = "    fold:\n      case: id\n      order: seen\n      take: last\n      columns:\n        opened_at: first\n        \
                      topic: first\n        resolved_at: {last where: {state: [Resolved, Fixed]}}\n        closed_at: {last where: \
                      {state: Closed, topic: [bill, net]}}\n";

/// All of them, each drawn so often.
pub fn all(folder: &Path, draws: u64) -> Vec<Told> {
    let mut all = Vec::new();
    for draw in 0..draws {
        let place = |name: &str| folder.join(format!("{name}-{draw}"));
        let mut add = |name: &str, contract: &str, book: String, files: &[(&str, String)], refused| {
            all.push(told(&place(name), &format!("{name} {draw}"), contract, &book, files, refused));
        };
        let d = &mut Draw::new(100 + draw);
        let days = ("days", "Team,Days\nSales,18\nNet,2.5\n Bill ,?\n".to_string());
        let channels = ("channels", "code,name\n1,phone\n2,mail\n3,n/a\n".to_string());
        let texts = |rows: String| [days.clone(), channels.clone(), ("interactions", rows)];
        add("texts", TEXTS, TEXTS_BOOK.to_string(), &texts(d.texts(false)), None);
        let odd = Some("have a value that the data book rejects");
        add("odd texts", TEXTS, TEXTS_BOOK.to_string(), &texts(d.texts(true)), odd);
        let first = "    key: id\n    duplicates: keep first\n";
        let alike = d.kept(Repeat::Alike);
        add(
            "first of alike",
            ROWS,
            of("interactions", first, KEPT),
            &[("interactions", alike.clone())],
            None,
        );
        let unlike = [("interactions", d.kept(Repeat::Unlike))];
        add(
            "first of unlike",
            ROWS,
            of("interactions", first, KEPT),
            &unlike,
            Some("come first or last of the same id"),
        );
        let none = "    key: none\n    duplicates: keep first\n";
        add("different ones", ROWS, of("interactions", none, KEPT), &[("interactions", alike)], None);
        let latest = "    key: id\n    duplicates: keep latest by seen\n";
        let seen = format!("{KEPT}, seen: {{from: seen_at, format: iso}}");
        let later = [("interactions", d.kept(Repeat::Later))];
        add("latest", ROWS, of("interactions", latest, &seen), &later, None);
        let same = [("interactions", d.kept(Repeat::SameTime))];
        add(
            "latest at one time",
            ROWS,
            of("interactions", latest, &seen),
            &same,
            Some("come first or last of the same id"),
        );
        let folded = EVENTS.replace("seen: seen_at", "seen: {from: seen_at, format: iso}, state: state");
        let fold = |columns: &str| of("resolutions", FOLDED, columns);
        add("events", FOLD, fold(&folded), &[("resolutions", d.events(false))], None);
        let ties = [("resolutions", d.events(true))];
        add("events at one time", FOLD, fold(&folded), &ties, Some("come first or last of the same id"));
        add("no key", ORDER, unkeyed(), &d.unkeyed(false), None);
        add(
            "no key at one time",
            ORDER,
            unkeyed(),
            &d.unkeyed(true),
            Some("come at one moment, and have no key"),
        );
    }
    all
}

fn unkeyed() -> String {
    let key = "    key: none\n";
    let mut text = of(
        "interactions",
        key,
        "customer: customer, queue: queue, started_at: started_at, channel: channel, resolved: resolved",
    );
    for (table, columns) in [
        ("purchases", "customer: customer, at: bought_at"),
        ("resolutions", "id: id, opened_at: opened_at, resolved_at: resolved_at"),
        ("events", "case: case, at: seen_at, status: status"),
    ] {
        let key = if table == "resolutions" { "" } else { key };
        text.push_str(of(table, key, columns).split_once("tables:\n").unwrap().1);
    }
    text
}

fn told(
    folder: &Path,
    name: &str,
    contract: &str,
    yaml: &str,
    files: &[(&str, String)],
    refused: Option<&'static str>,
) -> Told {
    fs::create_dir_all(folder.join("data")).unwrap();
    for (file, text) in files {
        fs::write(folder.join(format!("data/{file}.csv")), text).unwrap();
    }
    let checked = checked::of(&Source::new("books.contract", format!("{HEAD}{contract}")));
    let found = checked.diagnostics.iter().map(|it| format!("{} {}\n", it.code, it.message));
    let contract = checked.contract.unwrap_or_else(|| panic!("{name}: {}", found.collect::<String>()));
    let book = book::read(&yaml.replace("RELATIONS.", ""), &folder.join("data.yaml"));
    let book = book.unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
    let tables = book.tables.iter().filter(|(_, table)| table.relation.is_some());
    let rows = tables.map(|(table, _)| {
        let file = folder.join(format!("data/{table}.csv"));
        (format!("{table}_rows"), texts(&file))
    });
    let rows = rows.collect();
    Told { name: name.to_string(), contract, book, yaml: yaml.to_string(), rows, refused }
}

/// The rows of a file as they would stand in a database.
fn texts(file: &Path) -> RecordBatch {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let headings = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let column = |(at, heading): (usize, &str)| {
        let cells = rows.iter().map(|cells| cells.get(at).unwrap());
        let array: ArrayRef = if heading.ends_with("_at") {
            let moments = cells.map(|cell| {
                let moment = chrono::NaiveDateTime::parse_from_str(cell, "%Y-%m-%d %H:%M:%SZ").ok()?;
                Some(moment.and_utc().timestamp_micros())
            });
            Arc::new(moments.collect::<TimestampMicrosecondArray>().with_timezone("+00:00"))
        } else {
            // A missing text is an empty one in some columns, and none at all in others.
            let texts = cells.map(|cell| (!cell.is_empty() || at % 2 == 0).then_some(cell));
            Arc::new(texts.collect::<StringArray>())
        };
        (heading.to_string(), array, true)
    };
    RecordBatch::try_from_iter_with_nullable(headings.iter().enumerate().map(column)).unwrap()
}
