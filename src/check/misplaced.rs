//! What has no place in a formula about a period.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{Expr, ExprKind};

use super::records::not_a_number;
use crate::value::Unit;

/// What belongs to one record, in a formula about a period.
pub(super) fn of_a_record(expr: &Expr) -> Diagnostic {
    match &expr.value {
        ExprKind::Text(_) => not_a_number(expr, Unit::Text),
        ExprKind::Date(_) => not_a_number(expr, Unit::Date),
        ExprKind::Instant(..) => not_a_number(expr, Unit::Instant),
        ExprKind::YesNo(_) | ExprKind::Not(_) => not_a_number(expr, Unit::YesNo),
        _ => Diagnostic::error(codes::NOT_USABLE_HERE, format!("`{}` belongs to one record", expr.value))
            .label(expr.span, "a formula is about a whole period")
            .help("count or average it over a set: `count of … where …`, `mean of … over …`".to_owned()),
    }
}

/// A comparison in a formula.
pub(super) fn not_a_formula(sign: Span) -> Diagnostic {
    Diagnostic::error(codes::NUMBER_EXPECTED, "a formula gives a number, not yes or no")
        .label(sign, "a comparison")
        .help("compare readings in a commitment's `target`, or in `bonus only if …`".to_owned())
}
