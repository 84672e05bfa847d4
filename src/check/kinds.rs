//! What a measure calculates, with the unit it comes in.
//!
//! | calculation | unit |
//! |-------------|------|
//! | share, top box | percent |
//! | count, distinct, rate, net promoter score | number |
//! | sum, mean, percentile | that of the value |
//! | ratio | percent with `in percent`; otherwise that of above over below |

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Expr, Name, ReportedUnit, SetExpr, UnitWord};

use super::figures::Place;
use super::sets::whole;
use super::{Check, both, literal};
use crate::contract::{Aggregate, Arithmetic, MeasureKind, SetRef, Typed};
use crate::value::{Ratio, Unit};

/// A calculation with its unit.
type Kind = (MeasureKind, Unit);

impl Check<'_> {
    pub(super) fn kind(&mut self, written: &tree::MeasureKind, span: Span) -> Option<Kind> {
        match written {
            tree::MeasureKind::Share { key, of } => self.share(key.as_ref(), of, span),
            tree::MeasureKind::Ratio { numerator, denominator, percent } => {
                self.ratio(numerator, denominator, *percent, span)
            }
            tree::MeasureKind::Rate { of, per, base } => self.rate(of, per, base),
            tree::MeasureKind::Single(one) => {
                let (aggregate, unit) = self.aggregate(one)?;
                Some((MeasureKind::Single(aggregate), unit))
            }
            tree::MeasureKind::Mean { value, over } => {
                let (value, over) = self.value_over(value, over)?;
                let unit = value.unit;
                Some((MeasureKind::Mean { value, over }, unit))
            }
            tree::MeasureKind::Percentile { percent, value, over, method } => {
                self.percentile(percent.as_ref(), (value, over), method.as_ref(), span)
            }
            tree::MeasureKind::NetPromoter { value, over } => {
                let (value, over) = self.answer_over(value, over)?;
                Some((MeasureKind::NetPromoter { value, over }, Unit::Number))
            }
            tree::MeasureKind::TopBox { boxes, value, low, high, over } => {
                self.top_box([boxes, low, high], value, over)
            }
            tree::MeasureKind::Scored { score, value, low, high, over } => {
                self.scored(score, value, [low, high], over)
            }
            tree::MeasureKind::Extreme { highest, value, over } => {
                self.highest_or_lowest(*highest, value, over)
            }
            tree::MeasureKind::OverSegments(over) => self.over_segments(over),
            tree::MeasureKind::Scorecard(card) => self.scorecard(card, span),
            // Its parts need what surrounds it: see `measure_clause`.
            tree::MeasureKind::Servqual(_) => None,
            tree::MeasureKind::Calculated(expr) => {
                let formula = self.formula(expr, Place::Measure)?;
                let unit = formula.unit;
                Some((MeasureKind::Calculated(formula), unit))
            }
            tree::MeasureKind::Reported(unit) => Some((MeasureKind::Reported, self.reported(unit)?)),
        }
    }

    /// `share of customers in …` names the field `customer`, as people write it.
    fn singular(&self, key: &Name, table: &str) -> Name {
        let field = |name: &str| self.tables.field(table, name).is_some();
        match key.value.strip_suffix('s') {
            Some(one) if !field(&key.value) && field(one) => Name::new(one.to_string(), key.span),
            _ => key.clone(),
        }
    }

    fn share(&mut self, key: Option<&Name>, of: &SetExpr, span: Span) -> Option<Kind> {
        if of.filter.is_none() {
            self.report(share_of_all(of, span));
        }
        let mut parts = self.parts(of)?;
        let key = key.map(|key| self.singular(key, &parts.base.table));
        if let Some(key) = &key {
            self.field_type(key, &parts.base.table)?;
        }
        let condition = parts.filter.take()?;
        let (not_above, not_below) =
            (std::mem::take(&mut parts.not_above), std::mem::take(&mut parts.not_below));
        let name = parts.base.name.clone();
        let of = whole(parts, name);
        let key = key.map(|key| key.value);
        Some((MeasureKind::Share { key, of, condition, not_above, not_below }, Unit::Percent))
    }

    fn ratio(
        &mut self,
        above: &tree::Aggregate,
        below: &tree::Aggregate,
        percent: bool,
        span: Span,
    ) -> Option<Kind> {
        let (above, below) = (self.aggregate(above), self.aggregate(below));
        let ((numerator, a), (denominator, b)) = both(above, below)?;
        let unit = super::units::arithmetic(Arithmetic::Over, a, b).map(|(unit, _)| unit);
        let unit = match (unit, percent) {
            (_, true) if a == b => Unit::Percent,
            (Some(unit), false) => unit,
            _ => {
                self.report(
                    Diagnostic::error(codes::UNITS_DIFFER, format!("above is {a} and below is {b}"))
                        .label(span, "these two give no ratio")
                        .help(
                            "set figures of the same unit against each other, or divide by a count"
                                .to_owned(),
                        ),
                );
                return None;
            }
        };
        Some((MeasureKind::Ratio { numerator, denominator }, unit))
    }

    fn rate(&mut self, of: &SetExpr, per: &Spanned<tree::Quantity>, base: &SetExpr) -> Option<Kind> {
        let (of, base) = (self.set_expr(of), self.set_expr(base));
        let per_value = self.plain(per, "what a rate is per")?;
        if !per_value.is_positive() {
            self.report(literal::not_positive("what a rate is per", per.span));
            return None;
        }
        let (of, base) = both(of, base)?;
        Some((MeasureKind::Rate { of, per: per_value, base }, Unit::Number))
    }

    /// A single figure over a set.
    pub(super) fn aggregate(&mut self, written: &tree::Aggregate) -> Option<(Aggregate, Unit)> {
        match written {
            tree::Aggregate::Count(of) => Some((Aggregate::Count(self.set_expr(of)?), Unit::Number)),
            tree::Aggregate::Distinct(key, of) => {
                let set = self.set_expr(of)?;
                let key = self.singular(key, &set.table);
                self.field_type(&key, &set.table)?;
                Some((Aggregate::Distinct(key.value, set), Unit::Number))
            }
            tree::Aggregate::Sum(value, over) => {
                let (value, over) = self.value_over(value, over)?;
                Some((Aggregate::Sum(value.row, over), value.unit))
            }
        }
    }

    pub(super) fn value_over(&mut self, value: &Expr, over: &SetExpr) -> Option<(Typed, SetRef)> {
        let base = self.set(&over.name)?;
        let value = self.size(value, &base);
        let over = self.set_expr(over);
        both(value, over)
    }

    /// An answer on a plain scale.
    pub(super) fn answer_over(&mut self, value: &Expr, over: &SetExpr) -> Option<(Typed, SetRef)> {
        let (typed, over) = self.value_over(value, over)?;
        if typed.unit == Unit::Number {
            return Some((typed, over));
        }
        self.report(
            Diagnostic::error(
                codes::NOT_USABLE_HERE,
                format!("`{}` is {}, not an answer", typed.text, typed.unit),
            )
            .label(value.span, "an answer is a plain number")
            .help("name the field that holds the answer, such as `csat` or `nps`".to_owned()),
        );
        None
    }

    fn percentile(
        &mut self,
        percent: Option<&Spanned<tree::Quantity>>,
        (value, over): (&Expr, &SetExpr),
        method: Option<&Spanned<tree::PercentileMethod>>,
        span: Span,
    ) -> Option<Kind> {
        let typed = self.value_over(value, over);
        let percent = match percent {
            Some(written) => self.percent_rank(written),
            None => Some(Ratio::whole(50)),
        };
        if method.is_none() {
            self.report(no_method(span));
        }
        let ((typed, percent), method) = both(both(typed, percent), method)?;
        let (value, over) = typed;
        let unit = value.unit;
        Some((MeasureKind::Percentile { percent, value, over, method: method.value }, unit))
    }

    fn percent_rank(&mut self, written: &Spanned<tree::Quantity>) -> Option<Ratio> {
        let value = match written.value.unit {
            UnitWord::Percent => literal::number(written.value.number),
            _ => self.plain(written, "a percentile")?,
        };
        let fits = value.is_positive() && value <= Ratio::whole(100);
        if !fits {
            let shown = written.value.to_string();
            self.report(
                Diagnostic::error(codes::SCALE_OUT_OF_RANGE, format!("there is no percentile {shown}"))
                    .label(written.span, "not between 0 and 100")
                    .help("write a number above 0 and at most 100, such as `percentile 90`".to_owned()),
            );
        }
        fits.then_some(value)
    }

    fn top_box(
        &mut self,
        [boxes, low, high]: [&Spanned<tree::Quantity>; 3],
        value: &Expr,
        over: &SetExpr,
    ) -> Option<Kind> {
        let answer = self.answer_over(value, over);
        let (low, high) = self.answer_scale(low, high)?;
        let count = self.boxes(boxes, &(&high - &low))?;
        let (value, over) = answer?;
        let from = &(&high - &count) + &Ratio::one();
        Some((MeasureKind::TopBox { value, over, from, low, high }, Unit::Percent))
    }

    /// The lowest and the highest answer.
    pub(super) fn answer_scale(
        &mut self,
        low: &Spanned<tree::Quantity>,
        high: &Spanned<tree::Quantity>,
    ) -> Option<(Ratio, Ratio)> {
        let lowest = self.plain(low, "the lowest answer");
        let highest = self.plain(high, "the highest answer");
        let (lowest, highest) = both(lowest, highest)?;
        if lowest.is_whole() && highest.is_whole() && lowest < highest {
            return Some((lowest, highest));
        }
        self.report(bad_scale(
            low.span.to(high.span),
            "the answers do not ascend in whole numbers",
            "write the scale from its lowest to its highest answer: `on 1 to 5`",
        ));
        None
    }

    /// How many of so many answers and one count.
    pub(super) fn boxes(&mut self, written: &Spanned<tree::Quantity>, answers: &Ratio) -> Option<Ratio> {
        let count = self.plain(written, "how many answers count")?;
        if count.is_whole() && count.is_positive() && count <= *answers {
            return Some(count);
        }
        let most = literal_text(answers);
        self.report(bad_scale(
            written.span,
            "so many boxes would be no answer, or every answer",
            &format!("write a number from 1 to {most}"),
        ));
        None
    }

    fn reported(&mut self, unit: &Spanned<ReportedUnit>) -> Option<Unit> {
        match &unit.value {
            ReportedUnit::Percent => Some(Unit::Percent),
            ReportedUnit::Number => Some(Unit::Number),
            ReportedUnit::Time(_) => Some(Unit::Duration),
            ReportedUnit::Money(code) => match self.head.other_currency(code, unit.span) {
                Some(fault) => {
                    self.report(fault);
                    None
                }
                None => Some(Unit::Money(self.head.currency)),
            },
        }
    }
}

fn literal_text(value: &Ratio) -> String {
    value.to_exact_text()
}

fn share_of_all(of: &SetExpr, span: Span) -> Diagnostic {
    Diagnostic::error(codes::CONDITION_EXPECTED, "a share needs a condition")
        .label(span, "every record would count: always 100%")
        .help(format!("say which records count: `share of {} where …`", of.name.value))
}

fn no_method(span: Span) -> Diagnostic {
    Diagnostic::error(codes::NO_PERCENTILE_METHOD, "the method of the percentile is not said")
        .label(span, "two methods give two different figures")
        .note("of 1, 2, 3 and 4 the median is 2 by nearest rank and 2.5 by linear interpolation")
        .help("add `, nearest rank` or `, linear interpolation`".to_owned())
}

fn bad_scale(span: Span, message: &str, help: &str) -> Diagnostic {
    Diagnostic::error(codes::SCALE_OUT_OF_RANGE, message).label(span, "does not fit").help(help.to_owned())
}
