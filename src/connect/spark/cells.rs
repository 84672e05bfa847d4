//! From Arrow batches to rows of texts.

use std::io::Cursor;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type};
use arrow::ipc::reader::StreamReader;
use arrow::record_batch::RecordBatch;

use super::super::{ConnectError, Rows};
use super::protocol::ArrowBatch;

/// Puts the rows of an answer after those that came before.
pub(super) fn append(batch: &ArrowBatch, rows: &mut Rows) -> Result<(), ConnectError> {
    let unreadable = |error: arrow::error::ArrowError| {
        ConnectError::new(format!("the server's answer cannot be read: {error}"))
    };
    let before = rows.rows.len();
    let reader = StreamReader::try_new(Cursor::new(&batch.data), None).map_err(unreadable)?;
    rows.columns = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
    for part in reader {
        take(&part.map_err(unreadable)?, rows)?;
    }
    let announced = batch.start_offset.is_none_or(|offset| usize::try_from(offset) == Ok(before));
    if !announced || usize::try_from(batch.row_count) != Ok(rows.rows.len() - before) {
        return Err(ConnectError::new("the server's answer lacks rows").help("evaluate again"));
    }
    Ok(())
}

fn take(batch: &RecordBatch, rows: &mut Rows) -> Result<(), ConnectError> {
    let mut columns = Vec::new();
    for (array, name) in batch.columns().iter().zip(&rows.columns) {
        columns.push(texts(array.as_ref(), name)?.into_iter());
    }
    for _ in 0..batch.num_rows() {
        rows.rows.push(columns.iter_mut().map(|column| column.next().flatten()).collect());
    }
    Ok(())
}

/// The values of a column as texts.
fn texts(array: &dyn Array, name: &str) -> Result<Vec<Option<String>>, ConnectError> {
    macro_rules! all {
        ($values:expr) => {
            $values.iter().map(|value| value.map(|value| value.to_string())).collect()
        };
    }
    Ok(match array.data_type() {
        DataType::Null => vec![None; array.len()],
        DataType::Utf8 => all!(array.as_string::<i32>()),
        DataType::LargeUtf8 => all!(array.as_string::<i64>()),
        DataType::Boolean => all!(array.as_boolean()),
        DataType::Int8 => all!(array.as_primitive::<Int8Type>()),
        DataType::Int16 => all!(array.as_primitive::<Int16Type>()),
        DataType::Int32 => all!(array.as_primitive::<Int32Type>()),
        DataType::Int64 => all!(array.as_primitive::<Int64Type>()),
        DataType::Decimal128(_, 0) => all!(array.as_primitive::<Decimal128Type>()),
        other => {
            return Err(ConnectError::new(format!(
                "the column `{name}` is {other}, neither text nor whole number"
            )));
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Decimal128Array, Float64Array, Int64Array, StringArray};
    use arrow::ipc::writer::StreamWriter;

    use super::*;

    fn batch(columns: Vec<(&str, ArrayRef)>, offset: i64) -> ArrowBatch {
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        let data = writer.into_inner().unwrap();
        ArrowBatch { row_count: i64::try_from(batch.num_rows()).unwrap(), data, start_offset: Some(offset) }
    }

    #[test]
    fn rows_come_as_texts_and_whole_numbers() {
        let columns = || -> Vec<(&str, ArrayRef)> {
            let sums = Decimal128Array::from(vec![170_i128.pow(15), -1]).with_precision_and_scale(38, 0);
            vec![
                ("queue", Arc::new(StringArray::from(vec![Some("billing"), None])) as ArrayRef),
                ("n", Arc::new(Int64Array::from(vec![i64::MIN, 7]))),
                ("sum", Arc::new(sums.unwrap())),
            ]
        };
        let mut rows = Rows::default();
        append(&batch(columns(), 0), &mut rows).unwrap();
        append(&batch(columns(), 2), &mut rows).unwrap();
        assert_eq!(rows.columns, ["queue", "n", "sum"]);
        let text = |text: &str| Some(text.to_string());
        let wide = 170_i128.pow(15).to_string();
        assert_eq!(rows.rows[0], [text("billing"), text("-9223372036854775808"), Some(wide)]);
        assert_eq!(rows.rows[3], [None, text("7"), text("-1")]);
    }

    #[test]
    fn an_answer_that_lacks_rows_is_none() {
        let column = || -> Vec<(&str, ArrayRef)> { vec![("n", Arc::new(Int64Array::from(vec![1, 2])))] };
        let mut rows = Rows::default();
        assert!(append(&batch(column(), 1), &mut rows).is_err());
        let short = ArrowBatch { row_count: 3, ..batch(column(), 0) };
        assert!(append(&short, &mut Rows::default()).is_err());
        let mut cut = batch(column(), 0);
        cut.data.truncate(cut.data.len() / 2);
        assert!(append(&cut, &mut Rows::default()).is_err());
    }

    #[test]
    fn a_float_is_refused() {
        let column: Vec<(&str, ArrayRef)> = vec![("x", Arc::new(Float64Array::from(vec![0.5])))];
        let error = append(&batch(column, 0), &mut Rows::default()).unwrap_err();
        assert_eq!(error.message, "the column `x` is Float64, neither text nor whole number");
    }
}
