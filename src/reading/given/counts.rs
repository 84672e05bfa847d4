//! Numerators and denominators of a readings file.
//!
//! `15` of `17` for a share; `162 less 54` of `324` for a net promoter score:
//! promoters, detractors and answers.

use super::{Row, Taken};
use crate::contract::{Measure, MeasureKind};
use crate::measured::Cell;
use crate::reading::{figure, written};
use crate::value::{Ratio, Unit};

/// `162 less 54` of 324: promoters, detractors and answers.
fn difference(row: &Row, [more, less, below]: [&str; 3]) -> Taken<Cell> {
    let read = |column: &str, text: &str| {
        written::value(text.trim(), Unit::Number).map_err(|help| {
            let message = format!("`{text}` cannot be read as a count");
            Box::new(row.error(column, message, Some(help)))
        })
    };
    let (more, less) = (read("numerator", more)?, read("numerator", less)?);
    let below = read("denominator", below)?;
    if more.is_negative() || less.is_negative() || &more + &less > below {
        let message = format!("{more} promoters and {less} detractors of {below} answers cannot be");
        let help = "write promoters `less` detractors, and all answers as the denominator".to_string();
        return Err(Box::new(row.error("numerator", message, Some(help))));
    }
    Ok(Cell { above: &more - &less, below, squares: Some(&more + &less), ..Cell::default() })
}

/// Numerator and denominator as counts.
pub(super) fn fraction(measure: &Measure, row: &Row) -> Taken<Option<Cell>> {
    let (above, below) = (row.get("numerator"), row.get("denominator"));
    if above.is_empty() && below.is_empty() {
        return Ok(None);
    }
    if !figure::is_fraction(measure) {
        let message = format!("`{}` is not one figure over another", measure.name);
        let help = "write its value in the column `value`".to_string();
        return Err(Box::new(row.error("numerator", message, Some(help))));
    }
    if let Some((more, less)) = above.split_once(" less ").filter(|_| measure.is_net()) {
        return difference(row, [more, less, below]).map(Some);
    }
    let sum = matches!(measure.kind, MeasureKind::Mean { .. });
    let above = count(row, "numerator", if sum { measure.unit } else { Unit::Number })?;
    let below = count(row, "denominator", Unit::Number)?;
    let share =
        matches!(measure.kind, MeasureKind::Share { .. } | MeasureKind::TopBox { .. }) || measure.is_part();
    if below.is_negative() || (share && (above.is_negative() || above > below)) {
        let message = format!("{above} of {below} is not a share");
        let help = "the numerator lies between 0 and the denominator".to_string();
        return Err(Box::new(row.error("numerator", message, Some(help))));
    }
    Ok(Some(Cell { above, below, ..Cell::default() }))
}

fn count(row: &Row, column: &str, unit: Unit) -> Taken<Ratio> {
    let text = row.get(column);
    let read = written::number(text).ok_or(()).or_else(|()| written::value(text, unit));
    read.map_err(|help| {
        let message = match text {
            "" => format!("a fraction needs its {column}"),
            _ => format!("`{text}` cannot be read as a {column}"),
        };
        Box::new(row.error(column, message, Some(help)))
    })
}
