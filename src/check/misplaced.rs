//! What has no place in a formula about a period.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{Expr, ExprKind, Name};

use super::figures::Place;
use super::records::not_a_number;
use crate::value::Unit;

pub(super) fn not_here(name: &Name, place: Place, what: &str) -> Diagnostic {
    match place {
        Place::Fact => not_a_fact(name.span, &format!("`{}` is a {what}", name.value)),
        Place::Measure => {
            Diagnostic::error(codes::NOT_USABLE_HERE, format!("`{}` is a {what}, not a measure", name.value))
                .label(name.span, "a measure is calculated before any money")
                .help("calculate with measures and facts only".to_owned())
        }
        Place::Charge | Place::Pay | Place::Gate | Place::End => {
            Diagnostic::error(codes::NOT_USABLE_HERE, format!("`{}` is a {what}, not a charge", name.value))
                .label(name.span, "charges are worked out before pools")
                .help("calculate a charge from measures, facts and other charges".to_owned())
        }
    }
}

pub(super) fn not_a_fact(span: Span, why: &str) -> Diagnostic {
    Diagnostic::error(codes::NOT_USABLE_HERE, "a fact is the same in every period")
        .label(span, why)
        .help("write a fact with numbers and other facts only, or make it a measure or charge".to_owned())
}

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

pub(super) fn not_a_formula(sign: Span) -> Diagnostic {
    Diagnostic::error(codes::NUMBER_EXPECTED, "a formula gives a number, not yes or no")
        .label(sign, "a comparison")
        .help("compare readings in a commitment's `target`, or in `bonus only if …`".to_owned())
}
