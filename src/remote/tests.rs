//! What the book and a relation make together, and what is said where they do not fit.

use std::collections::BTreeSet;
use std::path::Path;

use super::describe::Kind;
use super::*;
use crate::book;
use crate::connect::ConnectError;
use crate::contract::{FieldType, Table};
use crate::plan::Scan;
use crate::sql::{Form, Place};

fn table() -> Table {
    let fields = [
        ("id", FieldType::Text),
        ("at", FieldType::Timestamp),
        ("waited", FieldType::Duration),
        ("cost", FieldType::Money),
        ("resolved", FieldType::YesNo),
        ("day", FieldType::Date),
    ];
    let fields = fields.iter().map(|(name, kind)| (name.to_string(), *kind)).collect();
    Table { name: "calls".into(), fields, dated_by: "at".into() }
}

fn columns(list: &[(&str, Kind)]) -> Columns {
    list.iter().map(|(name, kind)| (name.to_string(), kind.clone())).collect()
}

/// What the book and the columns make of all fields that one of them knows.
fn read(words: &str, list: &[(&str, Kind)]) -> Result<sql::Relation, RemoteError> {
    let text = format!("tables:\n  calls:\n    relation: service.calls\n{words}");
    let book = book::read(&text, Path::new("data.yaml")).unwrap();
    let (all, columns, written) = (table(), columns(list), &book.tables["calls"]);
    let known = |field: &String| columns.contains_key(field) || written.columns.contains_key(field);
    let fields: BTreeSet<String> = all.fields.keys().filter(|field| known(field)).cloned().collect();
    let scan = Scan { table: all.clone(), fields, ..scan() };
    let plan = Plan { scans: BTreeMap::from([("calls".to_string(), scan)]), ..plan() };
    let mut relations = Relations::of_book(&plan, &book, BTreeMap::new())?;
    let mut relation = relations.tables.remove("calls").unwrap();
    Found { table: &all, written, columns: &columns, engine: Engine::PostgreSql }.fit(&mut relation)?;
    Ok(relation)
}

fn scan() -> Scan {
    Scan {
        table: table(),
        fields: BTreeSet::new(),
        ids: false,
        nodes: Vec::new(),
        levels: Vec::new(),
        kept: BTreeSet::new(),
        groupings: Vec::new(),
        kept_groupings: BTreeSet::new(),
        dates: BTreeSet::new(),
    }
}

fn plan() -> Plan {
    Plan {
        periods: Vec::new(),
        scans: BTreeMap::new(),
        passes: Vec::new(),
        questions: Vec::new(),
        clocks: Vec::new(),
        counters: Vec::new(),
        figures: BTreeMap::new(),
        others: BTreeMap::new(),
        quotas: Vec::new(),
        splits: Vec::new(),
        registers: Default::default(),
        joins: BTreeMap::new(),
    }
}

fn told(words: &str, list: &[(&str, Kind)]) -> String {
    let error = read(words, list).unwrap_err();
    format!("{} | {}", error.message, error.help.unwrap_or_default())
}

#[test]
fn columns_are_read_by_what_they_hold() {
    let list = [
        ("id", Kind::Text),
        ("at", Kind::Moment),
        ("wait_s", Kind::Decimal(Some(3))),
        ("cost", Kind::Decimal(Some(2))),
        ("resolved", Kind::Text),
    ];
    // The zone is for local times; moments have no need of it.
    let words = "    zone: Europe/London\n    key: id\n    columns:\n      id: id\n      waited: {from: wait_s, unit: seconds}\n      resolved: {from: resolved, yes: [J], no: [N]}\n";
    let found = read(words, &list).unwrap();
    let id: Vec<&str> = found.id.iter().flatten().filter_map(sql::Held::column).collect();
    assert_eq!((found.from.as_str(), id), ("service.calls", vec!["id"]));
    assert_eq!(found.fields["at"].form, Form::Moment(None));
    assert_eq!(found.fields["waited"].form, Form::Duration(1_000_000));
    assert_eq!(found.fields["waited"].place, Place::Column("wait_s".into()));
    let Form::Words { yes, no } = &found.fields["resolved"].form else { panic!("{found:?}") };
    assert!(yes.contains(&"J".to_string()) && no.contains(&"N".to_string()));
    assert!(!found.fields.contains_key("day"));
    let local = read("    zone: Europe/London\n", &[("at", Kind::Local)]).unwrap();
    assert!(
        matches!(&local.fields["at"].form, Form::Moment(Some((zone, _))) if zone.name() == "Europe/London")
    );
}

#[test]
fn a_field_may_be_written_out_or_not_be_there() {
    let words =
        "    key: none\n    columns:\n      id: {value: x}\n      cost: {from: price, optional: yes}\n";
    let found = read(words, &[("at", Kind::Moment)]).unwrap();
    assert_eq!(found.fields["id"].place, Place::Value("x".into()));
    assert_eq!(found.from, "(SELECT t.*, CAST(NULL AS DECIMAL(38, 9)) AS \"cost\" FROM service.calls AS t)");
}

#[test]
fn what_does_not_fit_is_said_with_what_to_write() {
    assert_eq!(
        told("", &[("cost", Kind::Float)]),
        "`calls`, from `service.calls`: `cost`: its column holds floating point numbers, which are not exact | make a view that casts it to a decimal"
    );
    assert!(
        told("", &[("at", Kind::Local)])
            .ends_with("add `zone: Europe/London` to the book, the table or the column")
    );
    assert!(told("", &[("waited", Kind::Whole)]).contains("a duration in a relation is a number of units"));
    assert!(told("", &[("day", Kind::Moment)]).contains("its column holds timestamps, not dates"));
    assert!(told("", &[("cost", Kind::Decimal(Some(12)))]).contains("more than 9 decimals"));
    let misspelt = "    columns: {cost: {from: prise}}\n";
    assert!(
        told(misspelt, &[("price", Kind::Whole)])
            .ends_with("the relation has no column `prise` | did you mean `price`?")
    );
    assert!(
        told("    fold: {case: id, order: file}\n", &[("id", Kind::Text)]).contains("in the order of a file")
    );
    let clock = "    columns: {waited: {from: wait, unit: \"hh:mm\"}}\n";
    assert!(
        told(clock, &[("wait", Kind::Whole)])
            .contains("a duration written `1:30` is one of a column of texts")
    );
    let stripped = "    columns: {cost: {from: price, strip: [\"£\"]}}\n";
    assert_eq!(read(stripped, &[("price", Kind::Whole)]).unwrap().fields["cost"].form, Form::Number);
}

#[test]
fn what_the_book_says_of_texts_holds_for_the_texts_of_numbers() {
    let list = [("prio", Kind::Whole), ("cost", Kind::Decimal(Some(2))), ("at", Kind::Moment)];
    let words = "    missing: [\"-1\"]\n    columns: {id: {from: prio, map: {1: high}}, cost: cost}\n";
    let found = read(words, &list).unwrap();
    assert!(found.fields["id"].read && found.fields["cost"].read && !found.fields["at"].read);
    let words = "    missing: [\"?\", \"-\"]\n    columns: {cost: cost}\n";
    assert!(!read(words, &list).unwrap().fields["cost"].read);
    let words = "    columns: {at: {from: at, missing: [\"1900-01-01 00:00:00\"]}}\n";
    assert!(told(words, &list).contains("of which the book says more"));
}

/// Answers every query with an error.
struct Broken;

impl Connection for Broken {
    fn query(&mut self, _: &str) -> Result<Rows, ConnectError> {
        Err(ConnectError::new("the server has gone away").help("evaluate again"))
    }

    fn engine(&mut self) -> Result<String, ConnectError> {
        Ok("PostgreSQL 15".to_string())
    }
}

#[test]
fn an_error_names_the_query_and_has_the_servers_words() {
    let error = ask(&mut Broken, "control counts of `calls`", "SELECT 1", &mut Vec::new()).unwrap_err();
    assert_eq!(error.message, "control counts of `calls`: the server has gone away");
    assert_eq!(error.help.as_deref(), Some("evaluate again"));
    let unknown = describe::columns(&mut Broken, Engine::PostgreSql, "calls", "service.calls").unwrap_err();
    assert!(unknown.help.unwrap().contains("name the relation of `calls`"));
}

#[test]
fn the_order_of_rows_does_not_change_their_digest() {
    let text = |text: &str| Some(text.to_string());
    let (one, other) = (vec![text("b"), None], vec![text("a\"\n"), text("1")]);
    let rows = |rows: Vec<Vec<Option<String>>>| Rows { columns: Vec::new(), rows };
    let wanted = "[\"a\\\"\\n\",\"1\"]\n[\"b\",null]\n";
    assert_eq!(cells(&rows(vec![one.clone(), other.clone()])), wanted);
    assert_eq!(cells(&rows(vec![other, one])), wanted);
}
