//! What is kept of a period comes back as it was.

use super::Facts;
use crate::measured::{CellKey, Segment};
use crate::reading::{Basis, Reading, Readings, Why};
use crate::value::{Instant, Ratio, Unit};

fn reading(basis: Basis, value: Option<Ratio>) -> Reading {
    Reading {
        unit: Unit::Percent,
        above: Ratio::new(93, 1),
        below: Ratio::new(122, 1),
        squares: Ratio::new(101, 1),
        exact: Ratio::new(9300, 122),
        value,
        basis,
        tallies: Vec::new(),
        open: 3,
        final_from: Some(Instant(1_767_225_600_000_000)),
        working: "as closed".to_string(),
    }
}

fn readings(cells: Vec<(Segment, Reading)>) -> Readings {
    let mut readings = Readings::default();
    let keyed = cells.into_iter().map(|(segment, reading)| (CellKey { period: 0, segment }, reading));
    readings.measures.insert("fcr".to_string(), keyed.collect());
    readings.given.insert(("fee".to_string(), 0), Ratio::new(1, 3).unwrap());
    readings
}

#[test]
fn every_kind_of_reading_comes_back_through_json() {
    let too_few = Why::TooFew { n: Ratio::whole(11), needed: 100 };
    let kinds = [
        Basis::Measured,
        Basis::Given,
        Basis::IfNone,
        Basis::Pooled { from: "2026-01".to_string() },
        Basis::Carried { from: "2026-02".to_string() },
        Basis::NotMeasured(Why::CarriedOver { n: Ratio::whole(12), needed: 50 }),
        Basis::Excused { reason: "storm".to_string() },
        Basis::DeemedMet(too_few.clone()),
        Basis::DeemedMissed(Why::Nothing),
        Basis::NotMeasured(Why::DependsOn("x".to_string())),
        Basis::NotMeasured(Why::NotReported),
        Basis::NotMeasured(Why::DivisionByZero),
    ];
    let cells = kinds.iter().enumerate().map(|(at, basis)| {
        let segment = if at == 0 { Segment::whole() } else { Segment([Some(at.to_string()), None].into()) };
        (segment, reading(basis.clone(), (at % 2 == 0).then(|| Ratio::new(7623, 100).unwrap())))
    });
    let closed = readings(cells.collect());
    let text = Facts::to_json(&[Facts::of(&closed, 0)]);
    let kept: Vec<Facts> = serde_json::from_str(&text).unwrap();
    let mut today = readings(vec![(Segment::whole(), reading(Basis::Measured, Some(Ratio::whole(50))))]);
    kept[0].put(&mut today, 0);
    assert_eq!(today, closed);
}

/// A segment that has come up since was not there when the period was closed.
#[test]
fn what_was_not_there_is_not_there() {
    let whole = || (Segment::whole(), reading(Basis::Measured, Some(Ratio::whole(50))));
    let closed = readings(vec![whole()]);
    let mut today = readings(vec![whole(), (Segment([Some("new".to_string())].into()), whole().1)]);
    Facts::of(&closed, 0).put(&mut today, 0);
    assert_eq!(today, closed);
}
