//! The value of a column as an integer, text or boolean of the text.

use super::super::Fault;
use super::super::dialect::Dialect;
use super::super::lower::Lowering;
use super::super::zone::{Joins, Reading};
use super::{Form, Gap, Held, Place, Repeat, Skipped, zone_of};
use crate::contract::Table;

impl Held {
    /// What the comment says of it.
    pub(super) fn note(&self) -> Option<String> {
        match &self.form {
            Form::Number => Some("in parts of 1/1000000000".to_string()),
            Form::Duration(_) => Some("in microseconds".to_string()),
            Form::Moment(_) => Some("microseconds since 1970-01-01 00:00 UTC".to_string()),
            Form::Day => Some("days since 1970-01-01".to_string()),
            Form::Text | Form::YesNo | Form::Words { .. } | Form::Whole => None,
        }
    }

    /// Whether the texts of the column have to be looked at.
    fn is_text(&self) -> bool {
        self.trim || !self.missing.is_empty() || self.map.is_some() || matches!(self.form, Form::Words { .. })
    }

    /// The value of a row.
    pub(super) fn value(
        &self,
        lowering: &Lowering<'_>,
        table: &Table,
        field: &str,
        joins: &mut Joins,
    ) -> Result<String, Fault> {
        let d = lowering.dialect;
        let raw = match &self.place {
            Place::Column(column) if self.is_text() => {
                self.text(d, &format!("CAST(r.{} AS {})", d.name(column), d.text()))
            }
            Place::Column(column) => format!("r.{}", d.name(column)),
            Place::Value(value) => d.literal(value),
        };
        Ok(match &self.form {
            Form::Text => format!("CAST({raw} AS {})", d.text()),
            Form::YesNo => format!("CAST({raw} AS BOOLEAN)"),
            Form::Words { yes, no } => words(d, &raw, yes, no),
            Form::Whole => format!("CAST({raw} AS BIGINT)"),
            Form::Number => number(d, &raw, 1_000_000_000, d.wide()),
            Form::Duration(1) => format!("CAST({raw} AS BIGINT)"),
            Form::Duration(micros) => number(d, &raw, *micros, "BIGINT"),
            Form::Day => d.days(&raw),
            Form::Moment(None) => d.micros(&raw, false),
            Form::Moment(Some((zone, skipped))) => {
                let local = d.micros(&raw, true);
                let reading = reading(*skipped).ok_or_else(|| {
                    Fault::new(&table.name, Some(field), "local times are read in a way SQL text cannot say")
                })?;
                let read = zone_of(lowering, zone).moment(&local, reading, joins);
                format!("(CASE WHEN {} THEN {read} ELSE {} END)", d.is_naive(&raw), d.micros(&raw, false))
            }
        })
    }

    /// When a row has a value that the book rejects: a local time that is not one moment, a text without meaning.
    pub(super) fn odd(&self, lowering: &Lowering<'_>) -> Option<String> {
        let Place::Column(column) = &self.place else { return None };
        let d = lowering.dialect;
        let column = format!("r.{}", d.name(column));
        let text = self.text(d, &format!("CAST({column} AS {})", d.text()));
        match &self.form {
            Form::Moment(Some((zone, skipped))) => {
                let (gap, repeat) = (skipped.gap == Gap::Reject, skipped.repeat == Repeat::Reject);
                let raw = if self.is_text() { text } else { column.clone() };
                let odd = zone_of(lowering, zone).odd(&d.micros(&raw, true), gap, repeat)?;
                Some(format!("({} AND {odd})", d.is_naive(&column)))
            }
            Form::Words { yes, no } => {
                let read = words(d, &text, yes, no);
                Some(format!("({text} IS NOT NULL AND {read} IS NULL)"))
            }
            _ if self.rejects => {
                let plain = Held { map: None, ..self.clone() };
                let before = plain.text(d, &format!("CAST({column} AS {})", d.text()));
                Some(format!("({before} IS NOT NULL AND {text} IS NULL)"))
            }
            _ => None,
        }
    }

    /// Trimmed, without what stands for missing, and mapped.
    fn text(&self, d: Dialect, column: &str) -> String {
        let trimmed = if self.trim { format!("TRIM({column})") } else { column.to_string() };
        let missing: Vec<String> = self.missing.iter().map(|word| d.literal(word)).collect();
        let known = match missing.as_slice() {
            [] => trimmed,
            [one] => format!("NULLIF({trimmed}, {one})"),
            many => format!("(CASE WHEN {trimmed} NOT IN ({}) THEN {trimmed} END)", many.join(", ")),
        };
        let Some((map, keep)) = &self.map else { return known };
        let arms: Vec<String> =
            map.iter().map(|(from, to)| format!("WHEN {} THEN {}", d.literal(from), d.literal(to))).collect();
        let others = if *keep { format!(" ELSE {known}") } else { String::new() };
        format!("(CASE {known} {}{others} END)", arms.join(" "))
    }
}

fn words(d: Dialect, raw: &str, yes: &[String], no: &[String]) -> String {
    let list = |words: &[String]| {
        words.iter().map(|word| d.literal(&word.to_lowercase())).collect::<Vec<_>>().join(", ")
    };
    format!(
        "(CASE WHEN LOWER({raw}) IN ({}) THEN TRUE WHEN LOWER({raw}) IN ({}) THEN FALSE END)",
        list(yes),
        list(no)
    )
}

/// A decimal times a whole number, as an integer.
fn number(d: Dialect, raw: &str, factor: i64, kind: &str) -> String {
    let decimal = match d {
        Dialect::PostgreSql => format!("CAST({raw} AS NUMERIC)"),
        Dialect::DuckDb | Dialect::Spark => format!("CAST({raw} AS DECIMAL(38, 9))"),
    };
    // Without decimals, of which there are none left.
    let kind = if kind == "NUMERIC" { "NUMERIC(38, 0)" } else { kind };
    format!("CAST({decimal} * {factor} AS {kind})")
}

/// How the local times that clocks skip or repeat are read. What the book
/// rejects is counted by a control query; here it is read like the first.
fn reading(skipped: Skipped) -> Option<Reading> {
    Some(match (skipped.gap, skipped.repeat) {
        (Gap::Later | Gap::Reject, Repeat::First | Repeat::Reject) => Reading::Before,
        (Gap::Later | Gap::Reject, Repeat::Second) => Reading::Second,
        (Gap::Earlier, Repeat::First | Repeat::Reject) => Reading::Earlier,
        (Gap::Earlier, Repeat::Second) => Reading::After,
    })
}
