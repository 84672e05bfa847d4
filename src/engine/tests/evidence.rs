//! The evidence says of each record what the figures counted.

use arrow::array::{Array, AsArray};
use arrow::datatypes::UInt64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::*;

fn bench() -> Bench {
    let given = Given::new(
        "calls",
        "at",
        "id customer queue at:timestamp resolved:yesno",
        "c3 | K | x | 2026-01-05 10:00 | yes
         c1 | K | y | 2026-01-03 10:00 | yes
         c4 | L |   | 2026-01-31 10:00 | yes
         c2 |   | x | 2026-01-04 10:00 |
         c5 | L | x | 2026-02-28 10:00 | yes
         c6 | M | z | 2026-01-04 10:00 | no
         c7 | N | x | 2026-01-30 10:00 | no",
    );
    let calls = excluding(&all("calls", "at"), is("queue", "z"), "clause 9");
    let window = within(WindowLength::Elapsed(7 * DAY));
    let again = ahead(Follow { window, ..follow(Direction::Followed, &calls, &calls, &["customer"]) });
    let kind = share(&calls, Row::And(vec![field("resolved"), not(again)]));
    Bench::new("UTC", "2026-01-31", &[&given])
        .measure("m", kind)
        .with("m", |measure| {
            measure.by = vec!["queue".into()];
            measure.matured_only = true;
        })
        .complete_to("2026-02-01")
}

/// The folder with the evidence.
fn written(bench: &mut Bench) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    bench.evidence = Some(folder.path().to_path_buf());
    bench.run();
    folder
}

fn rows(folder: &tempfile::TempDir) -> Vec<String> {
    let file = std::fs::File::open(folder.path().join("evidence.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        for row in 0..batch.num_rows() {
            let cell = |column: &std::sync::Arc<dyn Array>| match column.data_type() {
                arrow::datatypes::DataType::Boolean => column.as_boolean().value(row).to_string(),
                arrow::datatypes::DataType::UInt64 => {
                    column.as_primitive::<UInt64Type>().value(row).to_string()
                }
                _ => column.as_string::<i32>().value(row).to_string(),
            };
            rows.push(batch.columns().iter().map(cell).collect::<Vec<_>>().join("|"));
        }
    }
    rows
}

#[test]
fn every_record_of_a_period_stands_there_with_its_reason() {
    let got = rows(&written(&mut bench()));
    let want = [
        "m|2026-01|(missing)|calls|c4|2026-01-31 10:00:00|false|false|unknown|a field that decides is missing||calls.csv|4",
        "m|2026-01|x|calls|c2|2026-01-04 10:00:00|false|true|counted|whether it stands above the line is unknown||calls.csv|5",
        "m|2026-01|x|calls|c3|2026-01-05 10:00:00|true|true|counted|||calls.csv|2",
        "m|2026-01|x|calls|c7|2026-01-30 10:00:00|false|false|open|the look-ahead has not run out|2026-02-06 10:00:00|calls.csv|8",
        "m|2026-01|y|calls|c1|2026-01-03 10:00:00|false|true|counted|||calls.csv|3",
        "m|2026-01|z|calls|c6|2026-01-04 10:00:00|false|false|excluded|clause 9||calls.csv|7",
    ];
    assert_eq!(got, want);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let mut one = bench();
    one.threads = Some(1);
    let mut other = bench();
    (other.threads, other.memory.batch) = (Some(3), 1);
    let bytes = |bench| std::fs::read(written(bench).path().join("evidence.parquet")).unwrap();
    assert!(bytes(&mut one) == bytes(&mut other));
}
