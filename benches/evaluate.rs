//! How fast `meed evaluate` is: rows per second, CPU and peak memory of the whole process.
//!
//! `cargo bench --bench evaluate -- 1000000 10000000` writes that many
//! interactions (with resolutions and purchases) once, as Parquet and, for
//! the smallest size, as CSV, under the build directory, runs the release
//! binary on them and prints one line a run. `benches/peer.py` answers the same questions with DuckDB.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock, prints, and stops where it cannot go on"
)]

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, BooleanArray, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

const CHUNK: u64 = 250_000;
/// 2024-01-01 00:00 UTC.
const START: i64 = 1_704_067_200;
const YEAR: i64 = 366 * 86_400;

fn main() {
    let mut sizes: Vec<u64> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![1_000_000];
    }
    let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench");
    println!("{:<22} {:>12} {:>9} {:>14} {:>10}", "run", "interactions", "wall s", "rows/s", "peak MB");
    for (at, rows) in sizes.iter().enumerate() {
        let folder = home.join(rows.to_string());
        write_data(&folder, *rows, at == 0);
        measure("parquet", &folder, "data.yaml", *rows);
        if at == 0 {
            measure("csv", &folder, "data-csv.yaml", *rows);
        }
    }
}

/// Runs the binary once and prints its line.
fn measure(name: &str, folder: &Path, book: &str, rows: u64) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_meed"))
        .current_dir(folder)
        .args(["evaluate", "terms.contract", "--data", book, "--format", "json", "--no-run"])
        .stdout(File::create(folder.join(format!("{name}.json"))).unwrap())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let code = loop {
        peak = peak.max(high_water(&status));
        match child.try_wait().unwrap() {
            Some(code) => break code,
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    assert!(code.success(), "{name}: {code}");
    let millis = start.elapsed().as_millis().max(1);
    let speed = u128::from(rows) * 1000 / millis;
    let wall = format!("{}.{:03}", millis / 1000, millis % 1000);
    println!("{name:<22} {rows:>12} {wall:>9} {speed:>14} {:>10}", peak / 1024);
}

/// Peak resident memory in kB, where the system tells.
fn high_water(status: &str) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

/// A pseudo-random stream: splitmix64 over a seed and a row number.
fn random(row: u64, salt: u64) -> u64 {
    let mut z =
        row.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(salt.wrapping_mul(0xD1B5_4A32_D192_ED03));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn chance(row: u64, salt: u64, percent: u64) -> bool {
    random(row, salt) % 100 < percent
}

/// Skewed: the product of two uniform draws favours small numbers.
fn customer(row: u64, salt: u64, rows: u64) -> String {
    let many = rows / 4 + 1;
    let spread = 1 + random(row, salt) % many;
    format!("C{:08}", random(row, salt + 1) % spread)
}

fn moment(row: u64, salt: u64) -> i64 {
    (START + (random(row, salt) % YEAR as u64) as i64) * 1_000_000
}

fn write_data(folder: &Path, rows: u64, csv: bool) {
    if folder.join("complete").exists() {
        return;
    }
    fs::create_dir_all(folder).unwrap();
    write_table(&folder.join("interactions.parquet"), rows, |from, to| interactions(from, to, rows));
    write_table(&folder.join("resolutions.parquet"), rows * 2 / 5, |from, to| resolutions(from, to, rows));
    write_table(&folder.join("purchases.parquet"), rows / 4, |from, to| purchases(from, to, rows));
    if csv {
        write_csv(&folder.join("interactions.csv"), rows);
    }
    fs::write(folder.join("terms.contract"), include_str!("terms.contract")).unwrap();
    let book = include_str!("data.yaml");
    fs::write(folder.join("data.yaml"), book).unwrap();
    fs::write(folder.join("data-csv.yaml"), book.replace("interactions.parquet", "interactions.csv"))
        .unwrap();
    fs::write(folder.join("complete"), "").unwrap();
}

fn write_table(path: &Path, rows: u64, batch: impl Fn(u64, u64) -> RecordBatch) {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(CHUNK as usize))
        .build();
    let mut writer = None;
    for from in (0..rows).step_by(CHUNK as usize) {
        let batch = batch(from, (from + CHUNK).min(rows));
        let writer = writer.get_or_insert_with(|| {
            let file = File::create(path).unwrap();
            ArrowWriter::try_new(file, batch.schema(), Some(properties.clone())).unwrap()
        });
        writer.write(&batch).unwrap();
    }
    if let Some(writer) = writer {
        writer.close().unwrap();
    }
}

fn text(from: u64, to: u64, value: impl Fn(u64) -> String) -> ArrayRef {
    Arc::new(StringArray::from_iter_values((from..to).map(value)))
}

fn optional(from: u64, to: u64, value: impl Fn(u64) -> Option<i64>) -> ArrayRef {
    Arc::new((from..to).map(value).collect::<Int64Array>())
}

fn moments(from: u64, to: u64, value: impl Fn(u64) -> Option<i64>) -> ArrayRef {
    Arc::new((from..to).map(value).collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}

fn wait(row: u64) -> i64 {
    (random(row, 20) % 60 * (random(row, 21) % 4)) as i64 / 2
}

fn abandoned(row: u64) -> bool {
    chance(row, 22, 7)
}

fn topic(row: u64) -> String {
    format!("topic_{:02}", random(row, 23) % (1 + random(row, 24) % 60))
}

fn csat(row: u64) -> Option<i64> {
    (!abandoned(row) && chance(row, 25, 30))
        .then(|| (1 + random(row, 26) % 5).max(1 + random(row, 27) % 5) as i64)
}

fn nps(row: u64) -> Option<i64> {
    (!abandoned(row) && chance(row, 28, 15)).then(|| (random(row, 29) % 11).max(random(row, 30) % 11) as i64)
}

fn site(row: u64) -> String {
    format!("SITE-{:02}", random(row, 31) % 12)
}

fn handled(row: u64) -> i64 {
    if abandoned(row) { 0 } else { (30 + random(row, 32) % 700) as i64 }
}

fn interactions(from: u64, to: u64, rows: u64) -> RecordBatch {
    RecordBatch::try_from_iter([
        ("id", text(from, to, |row| format!("I{row:09}"))),
        ("customer", text(from, to, |row| customer(row, 1, rows))),
        ("topic", text(from, to, topic)),
        ("site", text(from, to, site)),
        ("started_at", moments(from, to, |row| Some(moment(row, 2)))),
        ("waited", optional(from, to, |row| Some(wait(row)))),
        ("handled_for", optional(from, to, |row| Some(handled(row)))),
        ("abandoned", Arc::new(BooleanArray::from_iter((from..to).map(|row| Some(abandoned(row)))))),
        ("resolved", Arc::new(BooleanArray::from_iter((from..to).map(|row| Some(resolved(row)))))),
        ("transferred", Arc::new(BooleanArray::from_iter((from..to).map(|row| Some(chance(row, 34, 12)))))),
        ("csat", optional(from, to, csat)),
        ("nps", optional(from, to, nps)),
    ])
    .unwrap()
}

fn resolved(row: u64) -> bool {
    !abandoned(row) && chance(row, 33, 72)
}

fn resolutions(from: u64, to: u64, rows: u64) -> RecordBatch {
    let opened = |row| moment(row, 40);
    let took = |row| (random(row, 41) % 400_000) as i64 * 1_000_000;
    RecordBatch::try_from_iter([
        ("id", text(from, to, |row| format!("R{row:09}"))),
        ("customer", text(from, to, |row| customer(row, 42, rows))),
        ("opened_at", moments(from, to, |row| Some(opened(row)))),
        ("resolved_at", moments(from, to, |row| chance(row, 43, 94).then(|| opened(row) + took(row)))),
        ("reopen_count", optional(from, to, |row| Some(i64::from(chance(row, 44, 4))))),
    ])
    .unwrap()
}

fn purchases(from: u64, to: u64, rows: u64) -> RecordBatch {
    RecordBatch::try_from_iter([
        ("id", text(from, to, |row| format!("P{row:09}"))),
        ("customer", text(from, to, |row| customer(row, 50, rows))),
        ("at", moments(from, to, |row| Some(moment(row, 51)))),
    ])
    .unwrap()
}

/// The same interactions as text.
fn write_csv(path: &Path, rows: u64) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let heading =
        "id,customer,topic,site,started_at,waited,handled_for,abandoned,resolved,transferred,csat,nps";
    writeln!(out, "{heading}").unwrap();
    let shown = |value: Option<i64>| value.map_or(String::new(), |value| value.to_string());
    for row in 0..rows {
        let seconds = moment(row, 2) / 1_000_000;
        let started = chrono::DateTime::from_timestamp(seconds, 0).unwrap().format("%Y-%m-%dT%H:%M:%SZ");
        let (customer, topic, site) = (customer(row, 1, rows), topic(row), site(row));
        let (waited, handled) = (wait(row), handled(row));
        let flags = format!("{},{},{}", abandoned(row), resolved(row), chance(row, 34, 12));
        let (csat, nps) = (shown(csat(row)), shown(nps(row)));
        let line =
            format!("I{row:09},{customer},{topic},{site},{started},{waited},{handled},{flags},{csat},{nps}");
        writeln!(out, "{line}").unwrap();
    }
}
