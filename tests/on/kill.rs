//! A worker is killed while it counts: the run still gives the right figures, or none.
//!
//! 1,500,000 contacts of 50,000 customers, in January 2026: contact `i` is of
//! customer `i mod 50,000`, one second after contact `i - 1`. Each customer so
//! calls 30 times, 50,000 seconds (13 h 53 min 20 s) apart: every contact but
//! the last of a customer is followed within 14 hours. Eight in ten are
//! resolved, those whose `i div 50,000 mod 10` is below 8; of the last round,
//! `i div 50,000 = 29`, none is. So no contact is both resolved and not followed:
//! 0 of 1,500,000; 1,200,000 are resolved, 24 rounds of 50,000.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use meed::connect::Use;

use crate::connections::connect;
use crate::server::{Server, Servers, Which, trial};
use crate::spark;

const CONTRACT: &str = r#"contract "A worker is lost" {
  client    "Client"
  vendor    "Vendor"
  term      2026-01-01 to 2026-01-31
  timezone  "UTC"
  currency  EUR
  periods   monthly
  rounding  money to 0.01 half up on each line
}

set contacts = interactions

measure resolved_for_good {
  share of contacts where resolved and not followed by contacts with same customer within 14 hours
}

measure resolved_at_once { share of contacts where resolved }
"#;

const BOOK: &str = "complete_to: 2026-03-01 00:00:00+00:00
tables:
  interactions:
    relation: killed.contacts
    key: id
    columns: {id: id, customer: customer, started_at: started_at, resolved: resolved}
";

const ROWS: &str = "create table killed.contacts using parquet as
select cast(id as string) as id, cast(id % 50000 as string) as customer,
  timestamp_seconds(1767225600 + id) as started_at, (id div 50000) % 10 < 8 as resolved
from range(0, 1500000, 1, 8)";

pub fn trials(servers: &Arc<Servers>) -> Vec<Trial> {
    vec![trial(servers, Which::Spark, "a worker is killed half-way", killed)]
}

fn killed(server: &Server) -> Result<(), Failed> {
    let project = tempfile::tempdir()?;
    let home = project.path();
    std::fs::write(home.join("terms.contract"), CONTRACT)?;
    std::fs::write(home.join("data.yaml"), BOOK)?;
    let mut writer = connect(server, Use::Write);
    writer.execute("create schema killed")?;
    writer.execute(ROWS)?;
    let (ticks, done) = waited(&mut run(server, home, "whole"), u32::MAX)?;
    assert_eq!(done, Some(true), "{}", said(home, "whole"));
    let facts = std::fs::read_to_string(home.join("whole/facts.json"))?;
    for count in ["\"above\":\"0\"", "\"above\":\"1200000\"", "\"below\":\"1500000\""] {
        assert!(facts.contains(count), "{count} is not in {facts}");
    }
    let mut child = run(server, home, "disturbed");
    let (_, early) = waited(&mut child, ticks / 4)?;
    if early.is_some() {
        // The second run found everything warm and was faster than a quarter of the first: nothing to disturb.
        return Ok(());
    }
    server.kill("worker-1");
    let (_, done) = waited(&mut child, u32::MAX)?;
    spark::worker(server, "worker-1")?;
    match done {
        Some(true) => assert_eq!(facts, std::fs::read_to_string(home.join("disturbed/facts.json"))?),
        _ => {
            assert!(!home.join("disturbed").exists(), "a run that failed has left a result");
            assert!(said(home, "disturbed").contains("error"), "a run that failed has not said why");
        }
    }
    Ok(())
}

fn run(server: &Server, home: &Path, out: &str) -> Child {
    let log = std::fs::File::create(home.join(format!("{out}.log"))).unwrap();
    Command::new(env!("CARGO_BIN_EXE_meed"))
        .args(["evaluate", "terms.contract", "--no-log", "--on", &server.address, "--out", out])
        .current_dir(home)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

fn said(home: &Path, out: &str) -> String {
    std::fs::read_to_string(home.join(format!("{out}.log"))).unwrap_or_default()
}

/// Waits so many tenths of a second at most: how many it took, and whether it ended well.
fn waited(child: &mut Child, most: u32) -> Result<(u32, Option<bool>), Failed> {
    for tick in 0..most.min(6_000) {
        if let Some(status) = child.try_wait()? {
            return Ok((tick, Some(status.success())));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok((most, None))
}
