//! Situations: names, levels and units of what a gate, right or multiplier asks.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, ExprKind, Name, Often, PaySide, Total, Verdict};

use super::figures::Place;
use super::units::{self, Part};
use super::{Check, both};
use crate::contract::{Compare, Formula, Node, Situation, SituationPart, Test, Whom};
use crate::value::{Quantity, Unit};

impl Check<'_> {
    pub(super) fn situation(&mut self, written: &tree::Situation, place: Place) -> Option<Situation> {
        let parts: Vec<Option<SituationPart>> =
            written.parts.iter().map(|part| self.situation_part(part, place)).collect();
        Some(Situation { parts: parts.into_iter().collect::<Option<_>>()? })
    }

    fn situation_part(&mut self, part: &Spanned<tree::SituationPart>, place: Place) -> Option<SituationPart> {
        let written = &part.value;
        let test = match &written.test {
            tree::Test::Verdict { whom, verdict } => self.verdict_of(whom, *verdict),
            tree::Test::Capped { total, on } => self.capped(*total, on.as_ref(), part.span),
            tree::Test::Compare { left, bound, right } => {
                let figures = self.compared(left, right, place);
                figures.map(|(left, right)| Test::Compare(Box::new(left), *bound, Box::new(right)))
            }
        };
        let sound = written.often.as_ref().is_none_or(|often| self.often(often));
        let often = written.often.as_ref().map(|often| often.value);
        test.filter(|_| sound).map(|test| SituationPart { test, often, text: written.to_string() })
    }

    /// Whether so many can be among so many; reported when not.
    pub(super) fn often(&mut self, often: &Spanned<Often>) -> bool {
        let Often::OfAny(hits, of) = often.value else { return true };
        if hits > of {
            self.report(
                Diagnostic::error(codes::NEVER_SO_OFTEN, format!("{hits} of any {of} periods can never be"))
                    .label(often.span, "more than there are")
                    .help(format!("write for instance `in {of} of any {hits} periods`")),
            );
        }
        hits <= of
    }

    fn verdict_of(&mut self, whom: &tree::Whom, verdict: Verdict) -> Option<Test> {
        let whom = match whom {
            tree::Whom::One(name) => {
                let found = self.is_commitment(name) && self.has_level(name, verdict);
                found.then(|| Whom::One(name.value.clone()))
            }
            tree::Whom::Any => Some(Whom::Any),
            tree::Whom::Same => Some(Whom::Same),
            tree::Whom::Every => Some(Whom::Every),
            tree::Whom::AtLeast(count) => Some(Whom::AtLeast(count.value)),
            tree::Whom::MoreThan(share) => {
                self.level(share, Unit::Percent, "the share of commitments").map(Whom::MoreThan)
            }
        };
        whom.map(|whom| Test::Verdict(whom, verdict))
    }

    /// Whether the commitment has the level such a verdict is about.
    fn has_level(&mut self, name: &Name, verdict: Verdict) -> bool {
        let Some((written, _)) = self.names.commitments.get(name.value.as_str()).copied() else {
            return false;
        };
        let lacks = match verdict {
            Verdict::Met | Verdict::Missed => written.targets.is_empty().then_some("target"),
            Verdict::MissedAboveMinimum | Verdict::BelowMinimum | Verdict::AtMinimum => {
                written.minimums.is_empty().then_some("minimum")
            }
            Verdict::NotMeasured | Verdict::Excused => None,
        };
        if let Some(word) = lacks {
            self.report(
                Diagnostic::error(
                    codes::COMMITMENT_INCOMPLETE,
                    format!("`{}` has no {word}, so it is never {verdict}", name.value),
                )
                .label(name.span, format!("without a {word}"))
                .help(format!("add a `{word}` to the commitment")),
            );
        }
        lacks.is_none()
    }

    fn capped(&mut self, total: Total, on: Option<&Name>, span: Span) -> Option<Test> {
        let side = if total == Total::Bonuses { PaySide::Bonus } else { PaySide::Penalty };
        if let Some(name) = on
            && !self.is_commitment(name)
        {
            return None;
        }
        let named = |written: &tree::Cap| match on {
            None => written.on.is_empty(),
            Some(name) => written.on.iter().any(|on| on.value == name.value),
        };
        let exists = self.names.caps.iter().any(|(written, _)| written.side == side && named(written));
        if !exists {
            let whom = on.map(|name| format!(" on {}", name.value)).unwrap_or_default();
            self.report(
                Diagnostic::error(codes::NO_SUCH_CAP, format!("there is no cap on {total}{whom}"))
                    .label(span, "nothing is ever capped")
                    .help(format!("add for instance `cap {total}{whom} … each period`")),
            );
        }
        exists.then(|| Test::Capped(side, on.map(|name| name.value.clone())))
    }

    /// Two figures of one unit.
    fn compared(
        &mut self,
        left: &tree::Expr,
        right: &tree::Expr,
        place: Place,
    ) -> Option<(Formula, Formula)> {
        if let (ExprKind::Name(name), ExprKind::Quantity(value)) = (&left.value, &right.value)
            && !self.is_amount(name)
        {
            return self.reading_against(&Name::new(name.clone(), left.span), value, right.span);
        }
        let (a, b) = both(self.formula(left, place), self.formula(right, place))?;
        if units::comparable(Compare::Less, a.unit, b.unit) {
            return Some((a, b));
        }
        // Points may be written without their word.
        if a.unit == Unit::Points
            && let Node::Const(value) = &b.node
            && b.unit == Unit::Number
        {
            let value = Quantity::new(value.value.clone(), Unit::Points);
            let points = Formula { unit: Unit::Points, text: value.to_string(), node: Node::Const(value) };
            return Some((a, points));
        }
        let part = |formula: &Formula, span| (formula.unit, span);
        let ((left_unit, left_span), (right_unit, right_span)) = (part(&a, left.span), part(&b, right.span));
        let left_part = Part { unit: left_unit, span: left_span, expr: left };
        let right_part = Part { unit: right_unit, span: right_span, expr: right };
        self.report(units::differ(right.span, &left_part, &right_part));
        None
    }

    /// Whether a name is a figure of money or a sum, and not a measure.
    fn is_amount(&self, name: &str) -> bool {
        let names = &self.names;
        names.charges.contains_key(name)
            || names.pools.contains_key(name)
            || names.facts.contains_key(name)
            || self.is_total(name)
    }

    /// A measure against a level in its unit.
    fn reading_against(
        &mut self,
        name: &Name,
        value: &tree::Quantity,
        span: Span,
    ) -> Option<(Formula, Formula)> {
        let measure = self.measure(name)?;
        let level =
            self.level(&Spanned::new(value.clone(), span), measure.unit, &format!("`{}`", measure.name))?;
        let level = Quantity::new(level, measure.unit);
        let text = level.to_string();
        let left =
            Formula { node: Node::Measure(measure.name.clone()), unit: measure.unit, text: measure.name };
        Some((left, Formula { node: Node::Const(level), unit: measure.unit, text }))
    }
}
