//! From counts to readings, and from a readings file.

use std::collections::BTreeMap;

use super::{Basis, Reading, Readings, Why, given, of, readings_text};
use crate::contract::Contract;
use crate::measured::{Cell, CellKey, Measured, Segment};
use crate::settle::tests::{contract, ratio};
use crate::value::{Instant, Ratio};

fn cell(above: &str, below: &str) -> Cell {
    Cell { above: ratio(above), below: ratio(below), ..Cell::default() }
}

/// Readings of `measure` from one cell a period.
fn measured(contract: &Contract, measure: &str, cells: Vec<Cell>) -> Readings {
    let periods = contract.schedule.periods(&contract.zone);
    let key = |period| CellKey { period, segment: Segment::whole() };
    let by_key = cells.iter().cloned().enumerate().map(|(period, cell)| (key(period), cell)).collect();
    let measured = Measured { cells: BTreeMap::from([(measure.to_string(), by_key)]), ..Measured::default() };
    of(contract, &periods[..cells.len()], &measured)
}

fn whole<'a>(readings: &'a Readings, measure: &str, period: usize) -> &'a Reading {
    readings.get(measure, period, &Segment::whole()).unwrap()
}

fn share(items: &str) -> Contract {
    contract(&format!("measure m {{ share of surveys where csat >= 4  {items} }}"))
}

#[test]
fn a_share_is_exact_and_then_rounded() {
    let readings = measured(&share("round to 0.01 points half up"), "m", vec![cell("15", "17")]);
    let reading = whole(&readings, "m", 0);
    assert_eq!(
        (reading.exact.clone(), reading.value.clone()),
        (Some(ratio("1500/17")), Some(ratio("88.24")))
    );
    assert_eq!(reading.working, "15 of 17 = 88.235294…%, rounded to 0.01 points half up: 88.24%");
}

#[test]
fn nothing_to_measure_is_never_0_or_100_percent() {
    for (items, basis, value) in [
        ("", Basis::NotMeasured(Why::Nothing), None),
        ("if none not measured", Basis::NotMeasured(Why::Nothing), None),
        ("if none deemed met", Basis::DeemedMet(Why::Nothing), None),
        ("if none deemed missed", Basis::DeemedMissed(Why::Nothing), None),
        ("if none read as 100%", Basis::IfNone, Some(ratio("100"))),
    ] {
        let readings = measured(&share(items), "m", vec![cell("0", "0")]);
        let reading = whole(&readings, "m", 0);
        assert_eq!((&reading.basis, &reading.value), (&basis, &value), "{items}");
    }
}

#[test]
fn a_count_of_nothing_is_0() {
    let contract = contract("measure m { count of surveys  if none deemed missed }");
    let readings = measured(&contract, "m", vec![cell("0", "0")]);
    assert_eq!(whole(&readings, "m", 0).value, Some(Ratio::zero()));
}

#[test]
fn too_few_records_are_no_reading() {
    let too_few = Why::TooFew { n: ratio("99"), needed: 100 };
    for (otherwise, basis) in
        [("not measured", Basis::NotMeasured(too_few.clone())), ("deemed met", Basis::DeemedMet(too_few))]
    {
        let contract = share(&format!("needs at least 100 answers, otherwise {otherwise}"));
        let few = measured(&contract, "m", vec![cell("90", "99")]);
        assert_eq!((&whole(&few, "m", 0).basis, &whole(&few, "m", 0).value), (&basis, &None));
        let enough = measured(&contract, "m", vec![cell("90", "100")]);
        assert_eq!(whole(&enough, "m", 0).value, Some(ratio("90")));
    }
}

#[test]
fn few_answers_are_pooled_with_the_periods_before() {
    let contract = share(
        "round to 0.01 points half up  needs at least 100 answers, otherwise pooled with the period before",
    );
    // March n = 64, February n = 58: together 98 of 122.
    let readings = measured(&contract, "m", vec![cell("500", "500"), cell("47", "58"), cell("51", "64")]);
    let march = whole(&readings, "m", 2);
    assert_eq!(march.basis, Basis::Pooled { from: "2026-02".to_string() });
    assert_eq!((march.above.clone(), march.value.clone()), (Some(ratio("98")), Some(ratio("80.33"))));
    // 58 and 500 before it.
    assert_eq!(whole(&readings, "m", 1).below, Some(ratio("558")));
    // Nothing lies before January.
    let first = measured(&contract, "m", vec![cell("51", "64")]);
    assert_eq!(whole(&first, "m", 0).basis, Basis::NotMeasured(Why::TooFew { n: ratio("64"), needed: 100 }));
}

#[test]
fn histograms_are_pooled_too() {
    let contract = contract(
        "measure m { median of waited over interactions, nearest rank
           needs at least 4 calls, otherwise pooled with the period before }",
    );
    let histogram = |values: &[i64]| {
        let histogram = values.iter().map(|value| (Ratio::whole(*value), 1)).collect();
        let n = Ratio::whole(values.len());
        Cell { above: n.clone(), below: n, histogram, ..Cell::default() }
    };
    let readings = measured(&contract, "m", vec![histogram(&[1, 2, 3]), histogram(&[10, 20])]);
    assert_eq!(whole(&readings, "m", 1).value, Some(ratio("3")));
    assert_eq!(
        whole(&readings, "m", 1).working,
        "percentile 50 of 5 values, nearest rank = 3 s, pooled from 2026-01"
    );
}

#[test]
fn the_kinds_of_measure() {
    for (kind, above, below, want) in [
        ("rate of interactions per 1,000 purchases", "24", "2000", "12"),
        ("ratio of count of interactions to count of purchases", "10450", "110000", "0.095"),
        ("ratio of count of interactions to count of purchases in percent", "66", "200", "33"),
        ("mean of waited over interactions", "23540", "1000", "23.54"),
        ("net promoter score of nps over surveys", "20", "60", "100/3"),
        ("top 2 boxes of csat on 1 to 5 over surveys", "154", "200", "77"),
        ("count of interactions", "253", "253", "253"),
    ] {
        let contract = contract(&format!("measure m {{ {kind} }}"));
        let readings = measured(&contract, "m", vec![cell(above, below)]);
        assert_eq!(whole(&readings, "m", 0).value, Some(ratio(want)), "{kind}");
    }
}

#[test]
fn a_calculated_measure_follows_what_it_is_calculated_from() {
    let contract = contract(
        "measure m { share of surveys where csat >= 4  round to 1 point half up }
         measure twice { calculated as m / 40% }",
    );
    let mut open = cell("79", "100");
    (open.open, open.final_from) = (3, Some(Instant(7)));
    let readings = measured(&contract, "m", vec![open, cell("0", "0")]);
    let twice = whole(&readings, "twice", 0);
    assert_eq!(twice.value, Some(ratio("1.975")));
    assert!(twice.is_provisional());
    assert_eq!(whole(&readings, "twice", 1).basis, Basis::NotMeasured(Why::DependsOn("m".to_string())));
}

#[test]
fn a_readings_file_is_read_back_from_its_own_text() {
    let contract = contract(
        "measure m { share of interactions where resolved  round to 0.01 points half up  by queue }
         measure w { mean of waited over interactions }
         measure s { reported in seconds }
         measure x { reported in percent }
         charge fee = USD 1.00 each of count of interactions",
    );
    let periods = &contract.schedule.periods(&contract.zone)[..2];
    let text = "measure,period,segment,value,numerator,denominator,status\n\
                m,2026-01,,,15,17,\n\
                m,2026-01,\"a, b\",88.24%,15,17,\n\
                m,2026-01,(missing),,0,0,\n\
                w,2026-01,,,100 s,7,\n\
                s,2026-02,,0:00:14.5,,,\n\
                x,2026-01,,,,,excused: storm\n\
                x,2026-02,,12/7,,,\n\
                fee,2026-02,,\"USD 1,000.00\",,,\n";
    let first = given(text, &contract, periods).unwrap();
    assert_eq!(first.given.get(&("fee".to_string(), 1)), Some(&ratio("1000")));
    assert_eq!(whole(&first, "w", 0).value, Some(ratio("100/7")));
    assert_eq!(whole(&first, "s", 0).basis, Basis::NotMeasured(Why::NotReported));
    let written = readings_text(&contract, &first);
    let second =
        given(&written, &contract, periods).unwrap_or_else(|errors| panic!("{written}\n{errors:#?}"));
    assert_eq!(readings_text(&contract, &second), written);
    let figures = |readings: &Readings| {
        let all = readings.measures.values().flat_map(|by_key| by_key.values());
        all.map(|reading| (reading.value.clone(), reading.exact.clone())).collect::<Vec<_>>()
    };
    assert_eq!(figures(&first), figures(&second));
}

#[test]
fn every_fault_of_a_readings_file_is_named() {
    let contract = contract(
        "measure solved { share of resolutions where outcome = \"ok\" }
         measure waited_for { reported in seconds }
         measure calls { count of interactions }
         charge fee = USD 5.00 each period",
    );
    let periods = &contract.schedule.periods(&contract.zone)[..1];
    for (row, want) in [
        (
            "solvd,,77%,,,",
            "line 2, column `measure`: `solvd` is neither a measure nor a charge of this contract",
        ),
        (",,77%,,,", "line 2, column `measure`: the row names no measure"),
        ("solved,2027-01,77%,,,", "line 2, column `period`: `2027-01` is not an evaluated period"),
        ("solved,,USD 7,,,", "line 2, column `value`: `USD 7` cannot be read as a value of `solved`"),
        ("waited_for,,14,,,", "line 2, column `value`: `14` cannot be read as a value of `waited_for`"),
        ("solved,,,3,,", "line 2, column `denominator`: a fraction needs its denominator"),
        ("solved,,,18,17,", "line 2, column `numerator`: 18 of 17 is not a share"),
        (
            "solved,,70%,15,17,",
            "line 2, column `value`: the value `70%` does not agree with its fraction: 15 of 17 = 88.235294…%",
        ),
        ("calls,,,3,4,", "line 2, column `numerator`: `calls` is not one figure over another"),
        ("solved,,,,,", "line 2, column `value`: the row says nothing about `solved`"),
        ("solved,,,,,late", "line 2, column `status`: `late` is not a status of a reading"),
        ("solved,,,,,excused", "line 2, column `status`: an excuse without a reason"),
        ("fee,,5%,,,", "line 2, column `value`: `5%` cannot be read as the amount of the charge `fee`"),
        ("solved,,77%,,,,,", "line 2: 8 cells, but the heading names 6 columns"),
        ("solved,,77%,,,\nsolved,,78%,,,", "line 3, column `measure`: `solved` is given here and on line 2"),
    ] {
        let text = format!("measure,period,value,numerator,denominator,status\n{row}\n");
        let errors = given(&text, &contract, periods).unwrap_err();
        assert_eq!(errors.iter().map(ToString::to_string).collect::<Vec<_>>(), [want], "{row}");
        assert!(errors[0].help.is_some(), "{row}");
    }
    for (text, want) in [
        ("", "line 1: the file is empty"),
        ("measure,valu\n", "line 1, column `valu`: `valu` is not a column of a readings file"),
        ("value,period\n", "line 1: the heading has no column `measure`"),
        ("measure,measure\n", "line 1, column `measure`: the column `measure` stands there twice"),
    ] {
        assert_eq!(given(text, &contract, periods).unwrap_err()[0].to_string(), want);
    }
}
