//! Real files of other people, where they are present; the counts were published or worked out elsewhere.

use super::*;
use FieldType::{Date, Number, Text, Timestamp, Whole, YesNo};

/// Loads from a folder of real data, or says that it is absent.
fn real(folder: &str, text: &str, fields: &[(&str, FieldType)]) -> Option<Out> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(folder);
    if !path.is_dir() {
        println!("skipped: {} is absent", path.display());
        return None;
    }
    let out = load_in(&path, text, fields).unwrap();
    assert_eq!(out.error, None);
    out.adds_up();
    Some(out)
}

#[test]
fn an_incident_log_of_141712_events_is_24918_cases() {
    let text = r#"
zone: UTC
tables:
  calls:
    files: incident_event_log.csv.gz
    missing: ["", "?"]
    columns:
      number: number
      met: made_sla
      reopened: reopen_count
      reassigned: reassignment_count
      caller: caller_id
      category: {from: category, occurrence: 2}
      location: {from: category, occurrence: 1}
      opened: {from: opened_at, format: "%d/%m/%Y %H:%M"}
      resolved: {from: resolved_at, format: "%d/%m/%Y %H:%M"}
    fold: {case: number, take: last}
"#;
    let fields = [
        ("number", Text),
        ("met", YesNo),
        ("reopened", Whole),
        ("reassigned", Whole),
        ("caller", Text),
        ("category", Text),
        ("opened", Timestamp),
        ("resolved", Timestamp),
    ];
    let Some(out) = real("uci_servicenow", text, &fields) else { return };
    assert_eq!((out.loaded.totals.read, out.loaded.totals.accepted), (141_712, 24_918));
    assert_eq!(out.loaded.totals.folded, 141_712 - 24_918);
    assert_eq!(out.field("met").iter().filter(|met| **met == "true").count(), 15_803);
    let reopened: Vec<u64> = out.field("reopened").iter().map(|count| count.parse().unwrap()).collect();
    assert_eq!(
        (reopened.iter().filter(|count| **count > 0).count(), reopened.iter().sum::<u64>()),
        (275, 331)
    );
    let untouched = |row: &&Row| row.fields["reopened"] == "0" && row.fields["reassigned"] == "0";
    assert_eq!(out.rows.iter().filter(untouched).count(), 13_487);
    assert_eq!(out.field("resolved").iter().filter(|at| **at != "-").count(), 23_362);
    let february = |at: &&&str| at.starts_with("2016-02");
    assert_eq!(out.field("opened").iter().filter(february).count(), 207);
    let first = &out.rows[0];
    assert_eq!((first.id.as_str(), first.fields["opened"].as_str()), ("0000045", "2016-02-29 01:16:00"));
    assert_eq!(first.fields["category"], "170", "the second of the two columns headed category");
}

#[test]
fn a_korean_survey_is_read_in_its_encoding() {
    let text = r#"
tables:
  calls:
    files: kiosk_cp949.csv
    encoding: cp949
    columns:
      sex: {from: "귀하의 성별을 선택해주세요."}
      age: {column: 2}
      expected: {column: 4}
      perceived: {column: 5}
"#;
    let fields = [("sex", Text), ("age", Text), ("expected", Whole), ("perceived", Whole)];
    let Some(out) = real("kservqual_kiosk", text, &fields) else { return };
    assert_eq!(out.rows.len(), 211);
    let first = &out.rows[0].fields;
    assert_eq!((first["sex"].as_str(), first["age"].as_str()), ("여", "20대"));
    assert_eq!((first["expected"].as_str(), first["perceived"].as_str()), ("7", "6"));
}

#[test]
fn orders_between_spaces_are_read() {
    let text = r#"
zone: America/New_York
tables:
  calls:
    files: CDNOW_master.txt
    format: columns
    columns: {customer: customer_id, at: {from: date, format: "%Y%m%d"}, count: number_of_cds, value: dollar_value}
"#;
    let fields = [("customer", Text), ("at", Date), ("count", Whole), ("value", Number)];
    let Some(out) = real("cdnow", text, &fields) else { return };
    assert_eq!(out.rows.len(), 69_659);
    assert_eq!(out.field("customer").into_iter().collect::<BTreeSet<_>>().len(), 23_570);
    let first = &out.rows[0];
    assert_eq!((first.line, first.fields["customer"].as_str()), (2, "00001"));
    assert_eq!((first.fields["at"].as_str(), first.fields["value"].as_str()), ("1997-01-01", "11.770000000"));
    assert_eq!(out.loaded.totals.spans["at"], ("1997-01-01".into(), "1998-06-30".into()));
    let ids: BTreeSet<&str> = out.rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids.len(), 69_659, "identical rows have different ids");
}

#[test]
fn street_light_requests_are_read_from_a_packed_file() {
    let text = r#"
zone: America/New_York
tables:
  calls:
    files: street_light_outages.csv.gz
    dst: {gap: later, fold: first}
    columns:
      id: CASE_ENQUIRY_ID
      at: {from: OPEN_DT, format: "%m/%d/%Y %I:%M:%S %p"}
      due: {from: TARGET_DT, format: "%m/%d/%Y %I:%M:%S %p"}
      closed: {from: CLOSED_DT, format: "%m/%d/%Y %I:%M:%S %p"}
"#;
    let fields = [("id", Text), ("at", Timestamp), ("due", Timestamp), ("closed", Timestamp)];
    let Some(out) = real("boston311_2015", text, &fields) else { return };
    assert_eq!(out.rows.len(), 7_956);
    assert_eq!(out.field("due").iter().filter(|at| **at == "-").count(), 2);
    let met = |row: &&Row| {
        row.fields["closed"] != "-" && row.fields["due"] != "-" && row.fields["closed"] <= row.fields["due"]
    };
    assert_eq!(out.rows.iter().filter(met).count(), 5_158);
}

#[test]
fn monthly_files_with_different_headings_are_one_table() {
    let files: String = (1..=12)
        .map(|month| format!("      - {{path: input_{month:02}.csv, set: {{month: 2021-{month:02}-01}}}}\n"))
        .collect();
    let text = format!(
        r#"
tables:
  calls:
    files:
{files}
    key: [agent, month]
    columns:
      agent: AgentID
      offered: {{from: ["Calls Offered", "Offered"]}}
      lost: {{from: ["Calls Not Answered", "Not Answered"]}}
      transfers: {{from: Transfers, optional: yes}}
"#
    );
    let fields =
        [("agent", Text), ("month", Date), ("offered", Whole), ("lost", Whole), ("transfers", Whole)];
    let Some(out) = real("prepbench/case_158/inputs", &text, &fields) else { return };
    // Not answered under 5 %: 661 of 1,516 unrounded.
    assert_eq!(out.rows.len(), 1_516);
    let number = |row: &Row, name: &str| row.fields[name].parse::<u64>().unwrap();
    let met = |row: &&Row| number(row, "lost") * 100 < number(row, "offered") * 5;
    assert_eq!(out.rows.iter().filter(met).count(), 661);
    assert_eq!(out.rows[0].fields["month"], "2021-01-01");
    assert_eq!(out.rows[0].fields["transfers"], "-");
    assert_eq!(out.rows[0].id, "1|2021-01-01");
}

#[test]
fn status_changes_of_tickets_become_one_row_a_ticket() {
    let text = r#"
zone: UTC
tables:
  calls:
    files: ["input_02.csv", "input_03.csv", "input_04.csv"]
    columns:
      ticket: {from: Ticket, split: " / ", part: 1}
      department: {from: Ticket, split: " / ", part: 2}
      allowance: {from: Ticket, split: " / ", part: 2, lookup: {file: input_01.csv, match: Department, take: SLA Agreement}, unit: days}
      status: Status Name
      at: Timestamp
      opened: Timestamp
      closed: Timestamp
    fold:
      case: ticket
      order: at
      columns:
        opened: first
        closed: {last where: {Status Name: Closed}}
"#;
    let fields = [
        ("ticket", Text),
        ("department", Text),
        ("allowance", FieldType::Duration),
        ("status", Text),
        ("opened", Timestamp),
        ("closed", Timestamp),
    ];
    let Some(out) = real("prepbench/case_059/inputs", text, &fields) else { return };
    let mut statuses: BTreeMap<&str, usize> = BTreeMap::new();
    for status in out.field("status") {
        *statuses.entry(status).or_default() += 1;
    }
    let mut counts: Vec<usize> = statuses.values().copied().collect();
    counts.sort_unstable();
    assert_eq!(counts, [101, 103, 115, 128, 218]);
    assert_eq!(statuses["Closed"], 103);
    assert_eq!(out.field("closed").iter().filter(|at| **at != "-").count(), 103);
    let marketing = out.rows.iter().find(|row| row.fields["department"] == "Marketing").unwrap();
    assert_eq!(marketing.fields["allowance"], (18_i64 * 86_400_000_000).to_string());
}
