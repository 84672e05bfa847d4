//! A contract that asks everything, over rows drawn at random: few customers,
//! close moments, many ties and missing values, and times around the change of
//! the clocks and the ends of months.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use meed::book::{self, Book};
use meed::contract::Contract;
use meed::{checked, engine, plan};
use meed_grammar::Source;

use super::Job;
use super::books::drawn::Draw;

/// How late data may come, by run.
const LATE: [&str; 4] =
    ["", "late data within 3 days", "late data within 1 months", "late data within 2 business days in desk"];

/// The tour, once for each draw.
pub fn jobs(folder: &Path, draws: u64) -> Vec<Job> {
    (0..draws).map(|draw| job(&folder.join(format!("tour-{draw}")), draw)).collect()
}

fn job(folder: &Path, draw: u64) -> Job {
    fs::create_dir_all(folder.join("data")).unwrap();
    let late = LATE.into_iter().cycle().nth(usize::try_from(draw).unwrap()).unwrap();
    let contract = contract(late);
    let book = rows(folder, draw);
    let registers = engine::registers(&contract, &book).unwrap();
    let plan = plan::of(&contract, &contract.periods(), &registers);
    Job { name: format!("tour {draw}"), contract, plan, book }
}

/// The contract of the tour.
pub fn contract(late: &str) -> Contract {
    let text = include_str!("tour.contract").replacen("LATE", late, 1);
    let checked = checked::of(&Source::new("tour.contract", text));
    let found = checked.diagnostics.iter().map(|it| format!("{} {}\n", it.code, it.message));
    checked.contract.unwrap_or_else(|| panic!("{}", found.collect::<String>()))
}

/// Around the change of the clocks, the ends of months, or anywhere from December to May.
fn moment(d: &mut Draw) -> String {
    let (month, day) = match d.below(6) {
        0 => ("03", 28 + d.below(3)),
        1 => (d.one(&["01", "03"]), 30 + d.below(2)),
        2 => ("02", 27 + d.below(2)),
        3 => (d.one(&["01", "02"]), 10 + d.below(4)),
        _ => (d.one(&["01", "02", "03", "04"]), 1 + d.below(28)),
    };
    let (hour, minute) = (d.below(24), d.one(&["00", "00", "30", "59"]));
    format!("2026-{month}-{day:02} {hour:02}:{minute}:{}Z", d.one(&["00", "00", "59"]))
}

fn maybe(d: &mut Draw, text: String) -> String {
    if d.below(12) == 0 { String::new() } else { text }
}

/// Writes the rows of a draw, and the data book.
fn rows(folder: &Path, seed: u64) -> Book {
    let d = &mut Draw::new(seed + 1);
    let mut text = String::from(
        "id,customer,topic,channel,queue,started_at,ended_at,waited,handled_for,abandoned,resolved,cost,score,stars,day,done\n",
    );
    for at in 0..120 {
        let row = [
            format!("i{at}"),
            d.one(&["a", "a", "b", "c", "d", "é", ""]).to_string(),
            d.one(&["bill", "outage", ""]).to_string(),
            d.one(&["phone", "mail", "chat", ""]).to_string(),
            d.one(&["x", "y", "test", ""]).to_string(),
            moment(d),
            moment(d),
            d.one(&["0", "5", "5.4", "5.5", "30", ""]).to_string(),
            d.below(400).to_string(),
            d.one(&["yes", "no", "no", ""]).to_string(),
            d.one(&["yes", "yes", "no", ""]).to_string(),
            format!("{}.{:02}", d.below(30), d.below(100)),
            d.one(&["0", "2.25", "2.5", "6", "9", "10", "-1", "11", ""]).to_string(),
            d.one(&["0", "1", "2", "3", "4", "5", ""]).to_string(),
            moment(d).get(..10).unwrap().to_string(),
            moment(d).get(..10).unwrap().to_string(),
        ];
        let row: Vec<String> = row
            .into_iter()
            .enumerate()
            .map(|(at, cell)| if at == 5 { maybe(d, cell) } else { cell })
            .collect();
        writeln!(text, "{}", row.join(",")).unwrap();
    }
    fs::write(folder.join("data/interactions.csv"), text).unwrap();
    let mut text = String::from("id,customer,at,value\n");
    for at in 0..40 {
        let value = d.one(&["4", "12.50", "5.01", "-3", ""]);
        writeln!(text, "p{at},{},{},{value}", d.one(&["a", "b", "c", "é", ""]), moment(d)).unwrap();
    }
    fs::write(folder.join("data/purchases.csv"), text).unwrap();
    let mut text = String::from("id,topic,opened_at,resolved_at,closed_at,due_at\n");
    for at in 0..50 {
        let (opened, resolved, closed) = (moment(d), moment(d), moment(d));
        let row = [maybe(d, opened), maybe(d, resolved), maybe(d, closed), moment(d)];
        writeln!(text, "r{at},{},{}", d.one(&["outage", "bill", ""]), row.join(",")).unwrap();
    }
    fs::write(folder.join("data/resolutions.csv"), text).unwrap();
    let mut text = String::from("no,case,at,status\n");
    for at in 0..90 {
        let case = format!("r{}", d.below(50));
        writeln!(text, "e{at},{},{},{}", maybe(d, case), moment(d), d.one(&["open", "pending", "hold", ""]))
            .unwrap();
    }
    fs::write(folder.join("data/events.csv"), text).unwrap();
    let mut text = String::from("id,from,to\n");
    for at in 0..60 {
        let (from, to) = (moment(d), moment(d));
        let to = maybe(d, to.get(..10).unwrap().to_string());
        writeln!(text, "i{at},{},{to}", from.get(..10).unwrap()).unwrap();
    }
    fs::write(folder.join("data/customers.csv"), text).unwrap();
    let mut text = String::from("no,period,queue,forecast,parts\n");
    for at in 0..60 {
        let day = moment(d);
        writeln!(
            text,
            "v{at},{},{},{},{}",
            day.get(..10).unwrap(),
            d.one(&["x", "y", ""]),
            d.one(&["1", "2.5", ""]),
            d.one(&["1", "2", "3", "6", "7", "0", "-3", "0.75", ""])
        )
        .unwrap();
    }
    fs::write(folder.join("data/volumes.csv"), text).unwrap();
    let complete = if seed.is_multiple_of(3) { "complete_to: 2026-04-20 23:59:59+01:00\n" } else { "" };
    let path = folder.join("data.yaml");
    book::read(&format!("{complete}{BOOK}"), &path).unwrap()
}

const BOOK: &str = r#"zone: UTC
holidays:
  banks: {dates: [2026-01-01, 2026-04-03, 2026-04-06], source: made up, version: "1"}
tables:
  interactions:
    files: data/interactions.csv
    key: id
    columns: {id: id, customer: customer, topic: topic, channel: channel, queue: queue, started_at: started_at,
      ended_at: ended_at, waited: {from: waited, unit: seconds}, handled_for: {from: handled_for, unit: seconds},
      abandoned: abandoned, resolved: resolved, cost: cost, score: score, stars: stars, day: day, done: done}
  purchases: {files: data/purchases.csv, key: id, columns: {id: id, customer: customer, at: at, value: value}}
  resolutions:
    files: data/resolutions.csv
    key: id
    columns: {id: id, topic: topic, opened_at: opened_at, resolved_at: resolved_at, closed_at: closed_at, due_at: due_at}
  events: {files: data/events.csv, key: none, columns: {case: case, at: at, status: status}}
  customers: {files: data/customers.csv, key: none, columns: {id: id, from: from, to: to}}
  volumes: {files: data/volumes.csv, key: none, columns: {period: period, queue: queue, forecast: forecast, parts: parts}}
"#;
