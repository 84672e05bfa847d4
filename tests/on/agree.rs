//! What is counted where the data lives is what the embedded engine counts: every cell of every case.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use meed::case::{self, Case};
use meed::connect::{Address, Connection, Use};
use meed::engine::{self, Options};
use meed::measured::Measured;
use meed::remote::{self, Watch};

use crate::connections::connect;
use crate::load::load;
use crate::server::{Server, Servers, Which, trial};

/// Areas of cases that Spark counts as well; it takes seconds for what PostgreSQL does in milliseconds.
const ON_SPARK: &[&str] = &[
    "contracts/",
    "tests/cases/clock/",
    "tests/cases/cohorts/",
    "tests/cases/follow/",
    "tests/cases/journeys/",
];

pub fn trials(servers: &Arc<Servers>) -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut trials = Vec::new();
    for folder in ["contracts", "tests/cases"] {
        for case in case::find(&root.join(folder)).unwrap() {
            let name = format!("{folder}/{}", case.name);
            if !has_data(&case.path) {
                continue;
            }
            let one = One { schema: format!("case_{}", trials.len()), case };
            if ON_SPARK.iter().any(|area| name.starts_with(area)) {
                trials.push(one.clone().trial(servers, Which::Spark, &name));
            }
            trials.push(one.trial(servers, Which::PostgreSql, &name));
        }
    }
    trials
}

/// Whether a case has records; the data may be that of another folder.
fn has_data(case: &Path) -> bool {
    let settings = std::fs::read_to_string(case.join("case.yaml")).unwrap_or_default();
    case.join("data.yaml").is_file() || settings.contains("data:")
}

/// A case, and where its records go.
#[derive(Clone)]
struct One {
    schema: String,
    case: Case,
}

impl One {
    fn trial(self, servers: &Arc<Servers>, which: Which, name: &str) -> Trial {
        let name = format!("counts as embedded: {name}");
        trial(servers, which, &name, move |server| {
            for (at, run) in case::runs(&self.case)?.iter().enumerate() {
                compare(server, which, &format!("{}_{at}", self.schema), run)?;
            }
            Ok(())
        })
    }
}

/// Counts the records of a run in both ways.
fn compare(server: &Server, which: Which, schema: &str, run: &case::Run) -> Result<(), Failed> {
    let case::Run { name, contract, periods, book } = run;
    let want = engine::measure_versions(contract, periods, book, &Options::default());
    let want = want.map_err(|failure| failure.error.to_string())?;
    let folder = matches!(which, Which::Spark).then(|| server.folder.path());
    let mut writer = connect(server, Use::Write);
    let (away, _) = load(writer.as_mut(), folder, schema, contract, book)?;
    let mut reader: Box<dyn Connection> = connect(server, Use::Read);
    let kind = Address::read(&server.address)?.engine;
    let got = remote::measure_versions(contract, periods, &away, (kind, reader.as_mut()), &mut Nobody)?;
    let mut found = Vec::new();
    for (want, got) in want.parts.iter().zip(&got.measurement.parts) {
        assert_eq!(want.periods, got.periods);
        differences(&want.measured, &got.measured, &mut found);
    }
    if found.is_empty() { Ok(()) } else { Err(format!("{name}\n{}", found.join("\n")).into()) }
}

pub struct Nobody;

impl Watch for Nobody {
    fn asks(&mut self, _: &str, _: usize, _: usize) {}
}

/// Where two accounts differ in what a statement rests on.
pub fn differences(want: &Measured, got: &Measured, found: &mut Vec<String>) {
    let mut differ = |what: &str, want: String, got: String| {
        if want != got {
            found.push(format!("{what}\n  want {want}\n  got  {got}"));
        }
    };
    for name in want.cells.keys().chain(got.cells.keys()).collect::<BTreeSet<_>>() {
        let none = BTreeMap::new();
        let (want, got) = (want.cells.get(name).unwrap_or(&none), got.cells.get(name).unwrap_or(&none));
        for key in want.keys().chain(got.keys()).collect::<BTreeSet<_>>() {
            let (want, got) = (want.get(key), got.get(key));
            // Histograms are equal whatever list their values stand in.
            if want != got {
                differ(&format!("{name} {key:?}"), format!("{want:?}"), format!("{got:?}"));
            }
        }
    }
    assert!(want.others == got.others, "counted another way: {:?} {:?}", want.others, got.others);
    differ("outside", format!("{:?}", want.outside_periods), format!("{:?}", got.outside_periods));
    differ("complete to", format!("{:?}", want.complete_to), format!("{:?}", got.complete_to));
    let decided = |it: &Measured| {
        format!("{:?}", (&it.registers.relief, &it.registers.adjustments, &it.registers.claims))
    };
    differ("registers", decided(want), decided(got));
    let accepted =
        |it: &Measured| it.tables.iter().map(|(name, it)| (name.clone(), it.accepted)).collect::<Vec<_>>();
    differ("tables", format!("{:?}", accepted(want)), format!("{:?}", accepted(got)));
    // Files also tell the spans of fields that no figure is dated by.
    for (name, totals) in &got.tables {
        for (field, span) in &totals.spans {
            let known = want.tables.get(name).and_then(|table| table.spans.get(field));
            differ(&format!("{name}.{field}"), format!("{known:?}"), format!("{:?}", Some(span)));
        }
    }
}
