//! Sets, facts and calendars that nothing uses.
//!
//! Measures are never unused: each one is in the report, whether money hangs
//! on it or not. While a name of a kind is misspelt somewhere, nothing of that
//! kind is called unused: the misspelt place may be the use.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::tree::{
    Aggregate, ChargeKind, ConversionRule, Expr, ExprKind, MeasureKind, Name, Pay, SetExpr, Volume,
};
use std::collections::BTreeSet;

use super::Check;

/// Every name that is used, by what it may stand for.
#[derive(Debug, Default)]
struct Used<'a> {
    /// Where a set belongs.
    sets: BTreeSet<&'a str>,
    /// Where a field or figure belongs.
    figures: BTreeSet<&'a str>,
    calendars: BTreeSet<&'a str>,
}

impl Check<'_> {
    /// Warns of what nothing uses.
    pub(super) fn unused(&mut self) {
        let mut used = Used::default();
        used.clauses(self);
        let names = &self.names;
        let open = |code: &str| self.found.iter().any(|it| it.code == code);
        let mut warnings = Vec::new();
        if !open(codes::UNKNOWN_TABLE) {
            let unused = names.sets.iter().filter(|(name, _)| !used.sets.contains(*name));
            warnings.extend(unused.map(|(_, (it, _))| unused_clause("set", &it.name)));
        }
        if !open(codes::UNKNOWN_FIELD) && !open(codes::UNKNOWN_FIGURE) {
            let unused = names.facts.iter().filter(|(name, _)| !used.figures.contains(*name));
            warnings.extend(unused.map(|(_, (it, _))| unused_clause("fact", &it.name)));
        }
        if !open(codes::UNKNOWN_CALENDAR) {
            let unused = names.calendars.iter().filter(|(name, _)| !used.calendars.contains(*name));
            warnings.extend(unused.map(|(_, (it, _))| unused_clause("calendar", &it.name)));
        }
        self.found.extend(warnings);
    }
}

fn unused_clause(what: &str, name: &Name) -> Diagnostic {
    Diagnostic::warning(codes::UNUSED, format!("the {what} `{}` is never used", name.value))
        .label(name.span, "nothing names it")
        .help("use it, or take it out".to_owned())
}

impl<'a> Used<'a> {
    fn clauses(&mut self, check: &Check<'a>) {
        let names = &check.names;
        names.sets.values().for_each(|(it, _)| self.set(&it.source));
        names
            .measures
            .values()
            .filter_map(|(it, _)| it.kind.as_ref())
            .for_each(|kind| self.kind(&kind.value));
        names.facts.values().for_each(|(it, _)| self.expr(&it.value));
        names.pools.values().for_each(|(it, _)| self.expr(&it.value));
        names.caps.iter().for_each(|(it, _)| self.expr(&it.value));
        names.charges.values().for_each(|(it, _)| self.charge(&it.kind.value));
        names.commitments.values().flat_map(|(it, _)| &it.pays).for_each(|pay| self.pay(&pay.value));
        for (conversion, _) in &names.conversions {
            conversion.base.iter().for_each(|expr| self.expr(expr));
            if let ConversionRule::Each(expr) = &conversion.rule {
                self.expr(expr);
            }
        }
        for expect in names.examples.iter().flat_map(|(it, _)| &it.expect) {
            if let meed_grammar::tree::Expect::Value(meed_grammar::tree::Subject::Name(name), _) =
                &expect.value
            {
                self.figures.insert(&name.value);
            }
        }
    }

    fn set(&mut self, set: &'a SetExpr) {
        self.sets.insert(&set.name.value);
        set.filter
            .iter()
            .chain(set.exclusions.iter().map(|it| &it.condition))
            .for_each(|expr| self.expr(expr));
    }

    fn kind(&mut self, kind: &'a MeasureKind) {
        match kind {
            MeasureKind::Share { of, .. } => self.set(of),
            MeasureKind::Ratio { numerator, denominator, .. } => {
                self.aggregate(numerator);
                self.aggregate(denominator);
            }
            MeasureKind::Rate { of, base, .. } => {
                self.set(of);
                self.set(base);
            }
            MeasureKind::Single(one) => self.aggregate(one),
            MeasureKind::Mean { value, over }
            | MeasureKind::Percentile { value, over, .. }
            | MeasureKind::NetPromoter { value, over }
            | MeasureKind::TopBox { value, over, .. } => {
                self.expr(value);
                self.set(over);
            }
            MeasureKind::Calculated(expr) => self.expr(expr),
            MeasureKind::Reported(_) => {}
        }
    }

    fn aggregate(&mut self, aggregate: &'a Aggregate) {
        match aggregate {
            Aggregate::Count(set) | Aggregate::Distinct(_, set) => self.set(set),
            Aggregate::Sum(value, set) => {
                self.expr(value);
                self.set(set);
            }
        }
    }

    fn charge(&mut self, kind: &'a ChargeKind) {
        match kind {
            ChargeKind::Formula(expr) => self.expr(expr),
            ChargeKind::Tiered { volume, .. }
            | ChargeKind::PerUnit { volume, .. }
            | ChargeKind::VolumeBand { volume, .. } => match volume {
                Volume::Aggregate(it) => self.aggregate(&it.value),
                Volume::Measure(_) => {}
            },
        }
    }

    fn pay(&mut self, pay: &'a Pay) {
        match pay {
            Pay::Bands { base, .. } | Pay::Scale { base, .. } => base.iter().for_each(|expr| self.expr(expr)),
            Pay::Step { amount, level, at_most, .. } => {
                [amount, level].into_iter().chain(at_most).for_each(|expr| self.expr(expr));
            }
            Pay::Fixed { amount, .. } => self.expr(amount),
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.value {
            ExprKind::Name(name) => {
                self.figures.insert(name);
            }
            ExprKind::Not(inner) | ExprKind::Negative(inner) => self.expr(inner),
            ExprKind::Missing { value, .. } | ExprKind::Rounded { value, .. } => self.expr(value),
            ExprKind::Binary(left, _, right)
            | ExprKind::Extreme { left, right, .. }
            | ExprKind::PartOf(left, right) => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::In { value, list, .. } => {
                self.expr(value);
                list.iter().for_each(|item| self.expr(item));
            }
            ExprKind::Business { calendar, .. } => {
                self.calendars.insert(&calendar.value);
            }
            ExprKind::Follow(follow) => self.sets.extend(follow.set.as_ref().map(|name| name.value.as_str())),
            ExprKind::Aggregate(it) => self.aggregate(it),
            ExprKind::Quantity(_)
            | ExprKind::Text(_)
            | ExprKind::YesNo(_)
            | ExprKind::Date(_)
            | ExprKind::Instant(..)
            | ExprKind::Elapsed { .. } => {}
        }
    }
}
