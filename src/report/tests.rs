//! The forms of a report against figures worked out by hand: see [`super::sample`].

use super::sample::sample;
use super::*;

#[test]
fn the_view_has_the_figures_of_the_hand_calculation() {
    let view = sample();
    let february = &view.periods[1];
    assert_eq!((february.label.as_str(), february.provisional), ("2026-02", true));
    let fcr = &february.commitments[0];
    assert_eq!(fcr.reading, "77.50% (93 of 120)");
    assert_eq!(fcr.target.as_deref(), Some("at least 75%"));
    assert_eq!(fcr.status, "met");
    assert_eq!(fcr.amount.as_ref().unwrap().shown, "GBP 733.60");
    let reading = &february.measures.iter().find(|it| it.name == "fcr").unwrap().readings[0];
    assert_eq!((reading.exact.as_deref(), reading.numerator.as_deref()), (Some("77.5"), Some("93")));
    assert_eq!(
        reading.tallies[0].text,
        "140 records = 5 outside the set + 2 undecided + 13 excluded + 120 counted"
    );
    assert!(reading.tallies[0].adds_up);
    // 55,020 + 733.60
    assert_eq!(february.totals.total, Figure { exact: "55753.6".into(), shown: "GBP 55,753.60".into() });
    // January: 60 % is below 70 %, so 4 % of the fee: 2,200.80
    let january = &view.periods[0];
    assert_eq!(january.commitments[0].status, "below minimum");
    assert_eq!(january.totals.penalties.shown, "GBP 2,200.80");
    assert_eq!(january.totals.total.shown, "GBP 52,819.20");
    assert!(!january.provisional);
}

#[test]
fn the_distance_to_the_next_edge_is_in_points_and_records() {
    let view = sample();
    let distances = &view.periods[1].commitments[0].distances;
    let better = distances.iter().find(|it| it.better).unwrap();
    // 80 % of 120 are 96, three more than 93.
    assert_eq!((better.gap.shown.as_str(), better.records.as_deref()), ("2.50 points", Some("3")));
    let worse = distances.iter().find(|it| !it.better).unwrap();
    // 75.5 % of 120 are 90.6: with 90 the reading is past the point.
    assert_eq!((worse.gap.shown.as_str(), worse.records.as_deref()), ("2.00 points", Some("3")));
}

#[test]
fn json_is_canonical_and_reads_back() {
    let view = sample();
    let text = json(&view);
    assert_eq!(read(&text).unwrap(), view);
    assert!(
        text.starts_with(r#"{"contract":{"bonuses_called":"bonuses","client":"Northwind Retail plc""#),
        "{text}"
    );
    assert!(!text.contains("sha256") && text.ends_with("}\n"));
    assert!(read("{}").is_err());
    let other = text.replace("meed report 1", "meed report 9");
    assert_eq!(read(&other), Err("its format is `meed report 9`, not `meed report 1`".into()));
}

#[test]
fn the_published_schema_is_current() {
    let published = include_str!("report.schema.json");
    assert!(schema() == published, "write it again: meed schema > src/report/report.schema.json");
}

#[test]
fn rows_that_were_not_read_are_said_in_every_form() {
    let mut view = sample();
    assert!(!json(&view).contains("passed_over"));
    let passed = PassedOverView { rows: 19_000_000, row_groups: 76, of_row_groups: 80 };
    view.data.as_mut().unwrap().tables[0].passed_over = Some(passed);
    let said = "interactions: 19,000,000 more rows were not read: 76 of 80 row groups were passed over";
    assert!(human(&view, 200, Paint::Plain).contains(said) && md(&view).contains(said));
    assert!(json(&view).contains(r#""passed_over":{"of_row_groups":80,"row_groups":76,"rows":19000000}"#));
    assert_eq!(read(&json(&view)).unwrap(), view);
    assert!(controls(&view).contains(",passed over,,19000000\n"), "{}", controls(&view));
}

#[test]
fn the_statement_shows_what_is_due_and_why() {
    let text = human(&sample(), 100, Paint::Plain);
    for line in [
        " total due   GBP 55,753.60",
        "PROVISIONAL: records of this period can still change what is counted; final from 2026-03-08 20:00:00",
        "77.50% (93 of 120)",
        "GBP 733.60",
        "3 × not a date",
        "13 × clause 4.2",
        "a missing value leaves a condition undecided",
    ] {
        assert!(text.contains(line), "{line:?} is missing:\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100 && line == line.trim_end()), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{2060}', '\u{2062}', '\u{2064}']));
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let view = sample();
    let colour = human(&view, 72, Paint::Colour);
    assert!(colour.contains("\u{1b}[32mmet\u{1b}[0m"));
    assert_eq!(anstream::adapter::strip_str(&colour).to_string(), human(&view, 72, Paint::Plain));
}

#[test]
fn every_amount_stands_whole_on_its_line_however_narrow() {
    for width in [60, 72, 100, 160] {
        let text = human(&sample(), width, Paint::Plain);
        for amount in ["GBP 55,753.60", "GBP 52,819.20", "GBP 2,200.80"] {
            assert!(text.contains(amount), "{width}: {amount}:\n{text}");
        }
    }
}

#[test]
fn markdown_has_every_period_in_full_and_escapes_names() {
    let text = md(&sample());
    assert!(text.starts_with("# Northwind \\| customer support\n"));
    assert!(text.contains("| 4.1 | Resolved on the phone | 77.50% (93 of 120) |"), "{text}");
    assert!(text.contains("| **total due (provisional)** | **GBP 55,753.60** |"), "{text}");
    assert!(text.contains("# Period 2026-01\n"), "{text}");
    let columns = |line: &str| line.replace("\\|", "").matches('|').count();
    let mut table = Vec::new();
    for line in text.lines().chain([""]) {
        if line.starts_with('|') {
            table.push(columns(line));
        } else {
            assert!(table.windows(2).all(|pair| pair[0] == pair[1]), "{table:?}");
            table.clear();
        }
    }
}

#[test]
fn csv_lines_sum_to_the_total() {
    let text = csv(&sample());
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let summed = ["charge", "penalty", "bonus", "cap", "gate", "rounding"];
    let amounts = rows.iter().filter(|row| &row[0] == "2026-02" && summed.contains(&&row[2]));
    let sum: crate::value::Ratio = amounts.map(|row| super::sample::ratio(&row[11])).sum();
    assert_eq!(sum, super::sample::ratio("55753.6"));
    let bonus = rows.iter().rfind(|row| &row[1] == "bonus.fcr").unwrap();
    assert_eq!([&bonus[6], &bonus[7], &bonus[8], &bonus[9]], ["77.5", "93", "120", "met"]);
}

#[test]
fn controls_and_rejects_are_tables() {
    let text = controls(&sample());
    assert!(text.contains("\ntable,,interactions,,,,rejected,not a date,3\n"), "{text}");
    assert!(
        text.contains("\nmeasure,2026-02,fcr,all,contacts,both sides,excluded,clause 4.2,13\n"),
        "{text}"
    );
    let reject = |line| crate::measured::Reject {
        table: "interactions".into(),
        file: "data/a,b.csv".into(),
        line,
        column: "Start".into(),
        value: "31/02\n2026".into(),
        reason: "not a date".into(),
    };
    let want = "table,file,line,column,value,reason\n\
                interactions,\"data/a,b.csv\",2,Start,\"31/02\n2026\",not a date\n\
                interactions,\"data/a,b.csv\",17,Start,\"31/02\n2026\",not a date\n";
    assert_eq!(rejects(&[reject(17), reject(2)]), want);
}

#[test]
fn why_goes_down_to_counts_per_clause() {
    let view = sample();
    let text = why(&view.periods[1], "bonus.fcr").unwrap();
    for line in [
        "bonus.fcr: GBP 733.60 in 2026-02",
        "  charge.fee: GBP 55,020.00 in 2026-02",
        "  fcr: 77.50% (93 of 120)",
        "    contacts (table interactions), both sides: 140 records = 5 outside the set + 2 undecided + 13 excluded + 120 counted",
        "      excluded: 13 × clause 4.2",
        "      of 120 counted: 93 above the line, 1 of them undecided because a field is missing",
    ] {
        assert!(text.lines().any(|it| it == line), "{line:?} is missing:\n{text}");
    }
    assert!(why(&view.periods[1], "total").unwrap().contains("total due for 2026-02: GBP 55,753.60"));
    assert!(
        why(&view.periods[1], "fcr")
            .unwrap()
            .contains("Resolved at first contact in 2026-02, clause 6.1: met")
    );
    let unknown = why(&view.periods[1], "bonus.fc").unwrap_err();
    assert_eq!(unknown.known, ["charge.fee", "penalty.fcr", "bonus.fcr", "total", "fcr", "calls"]);
}

#[test]
fn a_charge_may_be_asked_for_by_its_bare_name_and_nothing_is_told_twice() {
    let view = sample();
    let february = &view.periods[1];
    let fee = why(february, "fee").unwrap();
    assert!(fee.starts_with("charge.fee: GBP 55,020.00 in 2026-02\n"), "{fee}");
    let fcr = why(february, "fcr").unwrap();
    assert!(!fcr.contains("fcr: 77.50% (93 of 120), as above\nfcr"), "{fcr}");
    assert_eq!(fcr.lines().filter(|line| line.starts_with("fcr:")).count(), 0, "{fcr}");
}

#[test]
fn a_long_table_of_what_was_counted_says_how_many_rows_it_leaves_out() {
    let mut view = sample();
    let measures = &mut view.periods[1].measures;
    let counted = measures.iter().find(|it| it.name == "fcr").unwrap().clone();
    for n in 0..60 {
        measures.push(MeasureView { name: format!("fcr_{n}"), ..counted.clone() });
    }
    let tallies = measures.iter().flat_map(|it| &it.readings).filter(|it| it.segment.is_whole());
    let rows: usize = tallies.map(|it| it.tallies.len()).sum();
    let text = human(&view, 100, Paint::Plain);
    let more = format!("and {} more, in the JSON and CSV reports", rows - 40);
    assert!(text.contains(&more), "{more} in {text}");
}

#[test]
fn a_period_that_the_data_does_not_reach_the_end_of_is_provisional() {
    // 1,769,904,000 seconds after 1970 January 2026 ends in London.
    let january = |seconds: i64| {
        let view = super::sample::complete_to(Some(Instant(seconds * 1_000_000)));
        let january = view.periods[0].clone();
        (january.provisional, january.final_from)
    };
    assert_eq!(january(1_769_904_000 - 86_400), (true, Some("2026-02-01 00:00:00".to_string())));
    // 23:59 of its last day is its end.
    assert_eq!(january(1_769_904_000 - 60), (false, None));
    assert_eq!(january(1_769_904_000), (false, None));
}

#[test]
fn a_total_that_lacks_an_amount_is_not_final() {
    let mut view = sample();
    let text = |view: &View| human(view, 100, Paint::Plain);
    assert!(!text(&view).contains("INCOMPLETE"));
    view.periods[1].lines[0].missing = vec!["count of solved".into()];
    let text = text(&view);
    assert!(text.contains("state       INCOMPLETE"), "{text}");
    assert!(text.contains("INCOMPLETE: 1 amount counts as 0 for want of `count of solved`"), "{text}");
}
