//! One way through a tree for all who look at every name and expression:
//! formatter, highlighter, editor.

use super::{
    Aggregate, Amount, Cap, Charge, ChargeBack, ChargeKind, Clause, Commitment, ContractHead, Conversion,
    ConversionRule, Deadlines, EarnBack, EarnBackWhen, Example, Expect, Expr, ExprKind, Follow, Gate, Least,
    Measure, MeasureKind, MoveWhen, Name, Pay, PenaltyRule, PenaltyRuleKind, Portion, Rider, SetExpr,
    Situation, Subject, Test, Tree, Volume, Weight, Whom, Within,
};
use crate::span::Spanned;

/// What is met on the way.
#[derive(Debug, Clone, Copy)]
pub enum Part<'t> {
    /// A name that is declared, referred to, or a field.
    Name(&'t Name),
    /// An expression; its own parts come after it.
    Expr(&'t Expr),
}

impl Tree {
    /// Calls `see` with every name and expression.
    pub fn walk<'t>(&'t self, see: &mut dyn FnMut(Part<'t>)) {
        self.clauses.iter().for_each(|clause| clause.value.walk(see));
    }
}

impl Clause {
    /// Calls `see` with every name and expression of this clause.
    pub fn walk<'t>(&'t self, see: &mut dyn FnMut(Part<'t>)) {
        match self {
            Self::Contract(head) => contract(head, see),
            Self::Calendar(calendar) => see(Part::Name(&calendar.name)),
            Self::Fields(fields) => {
                see(Part::Name(&fields.table));
                names(&fields.dated_by, see);
                names(fields.fields.iter().map(|(name, _)| name), see);
            }
            Self::Set(set) => {
                see(Part::Name(&set.name));
                set_expr(&set.source, see);
                names(&set.dated_by, see);
            }
            Self::Journeys(it) => names([&it.name, &it.of].into_iter().chain(&it.keys), see),
            Self::Tail(it) => names(&it.names, see),
            Self::Measure(it) => measure(it, see),
            Self::Fact(fact) => {
                see(Part::Name(&fact.name));
                expr(&fact.value, see);
                exprs(fact.later.iter().map(|(value, _)| value), see);
            }
            Self::Charge(it) => charge(it, see),
            Self::Pool(pool) => {
                see(Part::Name(&pool.name));
                expr(&pool.value, see);
            }
            Self::Commitment(it) => commitment(it, see),
            Self::Phase(it) => names(&it.on, see),
            Self::Baseline(it) => names([&it.name, &it.measure], see),
            Self::Conversion(it) => conversion(it, see),
            Self::Gate(it) => gate(it, see),
            Self::Cap(it) => cap(it, see),
            Self::Right(it) => situation(&it.when.value, see),
            Self::History(_) => {}
            Self::EarnBack(it) => earn_back(it, see),
            Self::PenaltyRule(it) => penalty_rule(it, see),
            Self::Netting(it) => names(&it.on, see),
            Self::Deadlines(it) => deadlines(it, see),
            Self::Called(_) => {}
            Self::Relief(it) => {
                names(it.on.iter().chain(&it.by), see);
                exprs(&it.approved, see);
            }
            Self::Excuse(it) => {
                names(&it.on, see);
                expr(&it.when, see);
            }
            Self::Disputes(_) => {}
            Self::OnePenalty(it) => names([&it.field].into_iter().chain(&it.on), see),
            Self::Index(it) => see(Part::Name(&it.name)),
            Self::Exchange(it) => names([&it.from, &it.to], see),
            Self::ChargeBack(it) => charge_back(it, see),
            Self::Example(it) => example(it, see),
            Self::Accept(it) => names([&it.code].into_iter().chain(&it.on), see),
            Self::Amendment(it) => {
                names(it.removed.iter().map(|removed| &removed.value.name), see);
                let replacing = it.replaced.iter().flat_map(|replaced| &replaced.value.clauses);
                it.clauses.iter().chain(replacing).for_each(|clause| clause.value.walk(see));
            }
        }
    }
}

type See<'a, 't> = &'a mut dyn FnMut(Part<'t>);

fn names<'t>(all: impl IntoIterator<Item = &'t Name>, see: See<'_, 't>) {
    all.into_iter().for_each(|name| see(Part::Name(name)));
}

fn exprs<'t>(all: impl IntoIterator<Item = &'t Expr>, see: See<'_, 't>) {
    all.into_iter().for_each(|one| expr(one, see));
}

fn contract<'t>(head: &'t ContractHead, see: See<'_, 't>) {
    names(&head.currency, see);
    head.late.iter().for_each(|late| within(&late.value, see));
}

fn measure<'t>(it: &'t Measure, see: See<'_, 't>) {
    see(Part::Name(&it.name));
    if let Some(kind) = &it.kind {
        measure_kind(&kind.value, see);
    }
    names(&it.dimension, see);
    names(&it.by, see);
}

fn measure_kind<'t>(kind: &'t MeasureKind, see: See<'_, 't>) {
    match kind {
        MeasureKind::Share { key, of } => {
            names(key, see);
            set_expr(of, see);
        }
        MeasureKind::Ratio { numerator, denominator, .. } => {
            aggregate(numerator, see);
            aggregate(denominator, see);
        }
        MeasureKind::Rate { of, base, .. } => {
            set_expr(of, see);
            set_expr(base, see);
        }
        MeasureKind::Single(it) => aggregate(it, see),
        MeasureKind::Mean { value, over }
        | MeasureKind::Percentile { value, over, .. }
        | MeasureKind::NetPromoter { value, over }
        | MeasureKind::TopBox { value, over, .. }
        | MeasureKind::Scored { value, over, .. }
        | MeasureKind::Extreme { value, over, .. } => {
            expr(value, see);
            set_expr(over, see);
        }
        MeasureKind::OverSegments(it) => see(Part::Name(&it.measure)),
        MeasureKind::Scorecard(it) => names(it.items.iter().map(|item| &item.value.measure), see),
        MeasureKind::Servqual(it) => {
            set_expr(&it.over, see);
            for dimension in &it.dimensions {
                see(Part::Name(&dimension.value.name));
                names(dimension.value.items.iter().flat_map(|(seen, wanted)| [seen, wanted]), see);
            }
        }
        MeasureKind::Calculated(value) => expr(value, see),
        MeasureKind::Reported(_) => {}
    }
}

fn set_expr<'t>(set: &'t SetExpr, see: See<'_, 't>) {
    see(Part::Name(&set.name));
    exprs(&set.filter, see);
    exprs(set.exclusions.iter().map(|exclusion| &exclusion.condition), see);
    set.portions.iter().for_each(|it| portion(&it.value, see));
}

fn portion<'t>(it: &'t Portion, see: See<'_, 't>) {
    match it {
        Portion::InPart { condition, .. } => expr(condition, see),
        Portion::Days(allowance) | Portion::First { allowance, .. } => {
            expr(&allowance.value, see);
            names([&allowance.over].into_iter().chain(&allowance.by), see);
        }
        Portion::One { keys, .. } | Portion::EqualParts { keys, .. } => names(keys, see),
        Portion::Open { from, to, .. } => names([from, to], see),
    }
}

fn aggregate<'t>(it: &'t Aggregate, see: See<'_, 't>) {
    match it {
        Aggregate::Count(set) => set_expr(set, see),
        Aggregate::Distinct(key, set) => {
            see(Part::Name(key));
            set_expr(set, see);
        }
        Aggregate::Sum(value, set) => {
            expr(value, see);
            set_expr(set, see);
        }
    }
}

fn charge<'t>(it: &'t Charge, see: See<'_, 't>) {
    see(Part::Name(&it.name));
    match &it.kind.value {
        ChargeKind::Formula(value) => expr(value, see),
        ChargeKind::Tiered { volume: of, .. }
        | ChargeKind::PerUnit { volume: of, .. }
        | ChargeKind::VolumeBand { volume: of, .. } => volume(of, see),
    }
    for rider in &it.riders {
        match &rider.value {
            Rider::AtLeast(value) | Rider::AtMost(value) => expr(value, see),
            Rider::Indexed(name) => see(Part::Name(name)),
            Rider::Paid { by, .. } => volume(by, see),
            Rider::Less { of, charged_by, .. } => {
                volume(of, see);
                names(charged_by, see);
            }
            Rider::Carried(_) | Rider::Prorated(_) | Rider::Effective { .. } => {}
        }
    }
}

fn volume<'t>(it: &'t Volume, see: See<'_, 't>) {
    match it {
        Volume::Measure(name) => see(Part::Name(name)),
        Volume::Aggregate(it) => aggregate(&it.value, see),
    }
}

fn charge_back<'t>(it: &'t ChargeBack, see: See<'_, 't>) {
    exprs(it.what.iter().chain(&it.at_most), see);
    see(Part::Name(&it.field));
    match &it.weight {
        Weight::Records(set) => see(Part::Name(set)),
        Weight::Shared(by) => volume(by, see),
    }
}

fn commitment<'t>(it: &'t Commitment, see: See<'_, 't>) {
    see(Part::Name(&it.name));
    names(&it.measure, see);
    for moved in &it.moves {
        expr(&moved.value.to, see);
        if let Some(MoveWhen::Compare(left, _, right)) = moved.value.when.as_ref().map(|when| &when.value) {
            exprs([left, right], see);
        }
    }
    exprs(it.targets.iter().chain(&it.minimums).map(|level| &level.value.value), see);
    for pay in &it.pays {
        match &pay.value {
            Pay::Bands { base, bands, otherwise } => {
                exprs(base, see);
                exprs(bands.iter().map(|band| &band.value.amount).chain(otherwise).filter_map(worded), see);
            }
            Pay::Scale { base, points } => {
                exprs(base, see);
                exprs(points.iter().filter_map(|point| worded(&point.value.amount)), see);
            }
            Pay::Step { amount, level, at_most, .. } => {
                exprs([amount, level].into_iter().chain(at_most), see)
            }
            Pay::Share { level, at_most, .. } => exprs(std::iter::once(level).chain(at_most), see),
            Pay::Fixed { amount, .. } | Pay::Events { amount, .. } => expr(amount, see),
        }
    }
}

fn worded(amount: &Spanned<Amount>) -> Option<&Expr> {
    match &amount.value {
        Amount::Worded(_, value) => Some(value),
        Amount::Nothing | Amount::Signed(_) => None,
    }
}

fn conversion<'t>(it: &'t Conversion, see: See<'_, 't>) {
    exprs(&it.base, see);
    if let ConversionRule::Each(value) = &it.rule {
        expr(value, see);
    }
}

fn gate<'t>(it: &'t Gate, see: See<'_, 't>) {
    names(&it.on, see);
    situation(&it.when.value, see);
}

fn situation<'t>(it: &'t Situation, see: See<'_, 't>) {
    for part in &it.parts {
        match &part.value.test {
            Test::Verdict { whom: Whom::One(name), .. } => see(Part::Name(name)),
            Test::Verdict { .. } => {}
            Test::Capped { on, .. } => names(on, see),
            Test::Compare { left, right, .. } => exprs([left, right], see),
        }
    }
}

fn cap<'t>(it: &'t Cap, see: See<'_, 't>) {
    names(&it.on, see);
    expr(&it.value, see);
    for (limit, when) in &it.when {
        expr(limit, see);
        situation(&when.value, see);
    }
}

fn earn_back<'t>(it: &'t EarnBack, see: See<'_, 't>) {
    see(Part::Name(&it.on));
    if let EarnBackWhen::Year { measure, .. } = &it.condition.value {
        see(Part::Name(measure));
    }
}

fn penalty_rule<'t>(it: &'t PenaltyRule, see: See<'_, 't>) {
    names(&it.on, see);
    match &it.kind.value {
        PenaltyRuleKind::OnlyIfMoreThan { amount, .. } | PenaltyRuleKind::AtLeast { amount, .. } => {
            expr(amount, see);
        }
        PenaltyRuleKind::OnClaim(time) => within(time, see),
        PenaltyRuleKind::SoleRemedy(_) | PenaltyRuleKind::CountTowardLiability(_) => {}
    }
}

fn within<'t>(it: &'t Within, see: See<'_, 't>) {
    if let Within::BusinessDays(_, calendar) = it {
        see(Part::Name(calendar));
    }
}

fn deadlines<'t>(it: &'t Deadlines, see: See<'_, 't>) {
    it.report.iter().chain(&it.disputes).for_each(|time| within(&time.value, see));
    if let Some(restatements) = &it.restatements {
        within(&restatements.value.0, see);
        exprs(&restatements.value.1, see);
    }
}

fn example<'t>(it: &'t Example, see: See<'_, 't>) {
    names(it.given.iter().map(|given| &given.name), see);
    for expect in &it.expect {
        let expected = match &expect.value {
            Expect::In(inner, _) => inner.as_ref(),
            other => other,
        };
        match expected {
            Expect::In(..) => {}
            Expect::Value(subject, _) => match subject {
                Subject::Penalty(name)
                | Subject::Bonus(name)
                | Subject::PointsOn(name)
                | Subject::Name(name) => {
                    see(Part::Name(name));
                }
                Subject::Penalties
                | Subject::Bonuses
                | Subject::Points
                | Subject::Charges
                | Subject::Total => {}
            },
            Expect::Status(name, _) => see(Part::Name(name)),
        }
    }
}

fn expr<'t>(it: &'t Expr, see: See<'_, 't>) {
    see(Part::Expr(it));
    match &it.value {
        ExprKind::Not(value)
        | ExprKind::Negative(value)
        | ExprKind::Missing { value, .. }
        | ExprKind::Rounded { value, .. } => expr(value, see),
        ExprKind::Binary(left, _, right)
        | ExprKind::PartOf(left, right)
        | ExprKind::Extreme { left, right, .. } => {
            exprs([left.as_ref(), right.as_ref()], see);
        }
        ExprKind::In { value, list, .. } => {
            expr(value, see);
            exprs(list, see);
        }
        ExprKind::Converted { value, .. } => expr(value, see),
        ExprKind::DaysBetween { from, to, .. } | ExprKind::Elapsed { from, to } => names([from, to], see),
        ExprKind::Business { from, to, calendar, .. } => names([from, to, calendar], see),
        ExprKind::Follow(it) => follow(it, see),
        ExprKind::Aggregate(it) => aggregate(it, see),
        ExprKind::Past(it) => expr(&it.figure, see),
        ExprKind::TotalOn(it) => see(Part::Name(&it.on)),
        ExprKind::Quantity(_)
        | ExprKind::Text(_)
        | ExprKind::YesNo(_)
        | ExprKind::Date(_)
        | ExprKind::Instant(..)
        | ExprKind::DaysInPeriod
        | ExprKind::Name(_) => {}
    }
}

fn follow<'t>(it: &'t Follow, see: See<'_, 't>) {
    if let Some(Least { of: Some(value), .. }) = it.least.as_deref() {
        expr(value, see);
    }
    names(it.set.iter().chain(&it.keys).chain(&it.after), see);
}
