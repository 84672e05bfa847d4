//! The value of a column as an integer, text or boolean of the text.

use super::super::Fault;
use super::super::dialect::Dialect;
use super::super::lower::Lowering;
use super::super::zone::{Joins, Reading};
use super::written::{self, Value};
use super::{Form, Gap, Held, Place, Repeat, Skipped, zone_of};

impl Held {
    /// What the comment says of it.
    pub(super) fn note(&self) -> Option<String> {
        match &self.form {
            Form::Number => Some("in parts of 1/1000000000".to_string()),
            Form::Duration(_) | Form::Clock { .. } => Some("in microseconds".to_string()),
            Form::Moment(_) => Some("microseconds since 1970-01-01 00:00 UTC".to_string()),
            Form::Day => Some("days since 1970-01-01".to_string()),
            Form::Text | Form::YesNo | Form::Words { .. } | Form::Whole => None,
        }
    }

    /// Whether its texts are worked out in a part of their own, before their value.
    pub(super) fn is_deep(&self) -> bool {
        self.read
            && (self.texts.is_deep() || !matches!(self.form, Form::Text | Form::YesNo | Form::Words { .. }))
    }

    /// What stands in a row: the column as it is, or its text where that is read.
    pub(super) fn raw(&self, d: Dialect) -> String {
        match &self.place {
            Place::Value(value) => d.literal(value),
            Place::Column(column) if self.read => format!("CAST(r.{} AS {})", d.name(column), d.text()),
            Place::Column(column) => format!("r.{}", d.name(column)),
        }
    }

    /// The value of a row, and when the data book rejects it; `raw` is what stands there.
    pub(super) fn value(
        &self,
        lowering: &Lowering<'_>,
        [table, field]: [&str; 2],
        raw: &str,
        joins: &mut Joins,
    ) -> Result<Value, Fault> {
        let d = lowering.dialect;
        if self.read {
            let value = written::value(d, raw, &self.form, &self.texts.numbers);
            return value.map_err(|message| Fault::new(table, Some(field), message).help(CAST.to_string()));
        }
        let sure = |value: String| Ok(Value { value, fault: None });
        match &self.form {
            Form::Text => sure(format!("CAST({raw} AS {})", d.text())),
            Form::YesNo | Form::Words { .. } => sure(format!("CAST({raw} AS BOOLEAN)")),
            Form::Whole => sure(format!("CAST({raw} AS BIGINT)")),
            Form::Number => Ok(number(d, raw, 1_000_000_000, d.wide(), self)),
            Form::Duration(1) => {
                let value = format!("CAST({raw} AS BIGINT)");
                let fault = self.column().map(|_| format!("({value} <> {raw})"));
                Ok(Value { value, fault })
            }
            Form::Duration(micros) => Ok(number(d, raw, *micros, "BIGINT", self)),
            Form::Clock { .. } => {
                Err(Fault::new(table, Some(field), "a duration written like `1:30` is one of a text")
                    .help(CAST.to_string()))
            }
            Form::Day => sure(d.days(raw)),
            Form::Moment(None) => sure(d.micros(raw, false)),
            Form::Moment(Some((zone, skipped))) => {
                let (zone, local) = (zone_of(lowering, zone), d.micros(raw, true));
                let read = zone.moment(&local, reading(*skipped), joins);
                let value =
                    format!("(CASE WHEN {} THEN {read} ELSE {} END)", d.is_naive(raw), d.micros(raw, false));
                let (gap, repeat) = (skipped.gap == Gap::Reject, skipped.repeat == Repeat::Reject);
                let fault = zone.odd(&local, gap, repeat);
                let fault = fault.filter(|_| self.column().is_some());
                Ok(Value { value, fault: fault.map(|odd| format!("({} AND {odd})", d.is_naive(raw))) })
            }
        }
    }
}

/// What helps where texts are not values.
const CAST: &str = "make a view that casts it, and name that";

/// A decimal times a whole number, as an integer; what would have to be rounded is counted.
fn number(d: Dialect, raw: &str, factor: i64, kind: &str, held: &Held) -> Value {
    let all = format!("CAST({raw} AS {}) * {factor}", d.exact());
    // Without decimals, of which there are none left.
    let whole = if kind == "NUMERIC" { "NUMERIC(38, 0)" } else { kind };
    let value = format!("CAST({all} AS {whole})");
    // A billionth times a billion is whole, where the engine's type has no more decimals than nine.
    let whole = factor == 1_000_000_000 && d != Dialect::PostgreSql;
    let fault = (!whole && held.column().is_some()).then(|| format!("({value} <> {all})"));
    Value { value, fault }
}

/// How the local times that clocks skip or repeat are read. What the book
/// rejects is counted by a control query; here it is read like the first.
fn reading(skipped: Skipped) -> Reading {
    match (skipped.gap, skipped.repeat) {
        (Gap::Later | Gap::Reject, Repeat::First | Repeat::Reject) => Reading::Before,
        (Gap::Later | Gap::Reject, Repeat::Second) => Reading::Second,
        (Gap::Earlier, Repeat::First | Repeat::Reject) => Reading::Earlier,
        (Gap::Earlier, Repeat::Second) => Reading::After,
    }
}
