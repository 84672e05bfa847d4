//! How caps and the clauses between a penalty and its payment read on one line.

use meed_grammar::span::Spanned;
use meed_grammar::tree::{
    Cap, CapSpan, EarnBack, EarnBackWhen, Excess, Expr, Name, Netting, PaySide, PenaltyRule, PenaltyRuleKind,
    Situation, Within,
};

use super::{level, on};

/// `cap penalties 12% of invoice each period`
pub(in crate::check) fn cap(cap: &Cap) -> String {
    let side = match cap.side {
        PaySide::Penalty => "penalties",
        PaySide::Bonus => "bonuses",
    };
    let over = match cap.over.value {
        CapSpan::Period => "each period".to_owned(),
        CapSpan::Periods(n) => format!("over any {}", periods(n)),
        CapSpan::ContractYear => "over each contract year".to_owned(),
        CapSpan::Term => "over the whole term".to_owned(),
    };
    let excess = match cap.excess.as_ref().map(|it| it.value) {
        None => String::new(),
        Some(Excess::Lapses) => ", excess lapses".to_owned(),
        Some(Excess::CarriesForward(None)) => ", excess carries forward".to_owned(),
        Some(Excess::CarriesForward(Some(n))) => {
            format!(", excess carries forward for at most {}", periods(n))
        }
        Some(Excess::PaidInCash) => ", excess is paid in cash".to_owned(),
    };
    let when = |(limit, when): &(Expr, Spanned<Situation>)| format!(", {} when {}", limit.value, when.value);
    let when: String = cap.when.iter().map(when).collect();
    format!("cap {side}{} {} {over}{when}{excess}", on(&cap.on), cap.value.value)
}

fn periods(n: u8) -> String {
    if n == 1 { "1 period".to_owned() } else { format!("{n} periods") }
}

/// `earn back 50% of penalty on fcr when met in each of the next 3 periods`
pub(in crate::check) fn earn_back(it: &EarnBack) -> String {
    let part = it.part.as_ref().map(|part| format!("{} of ", part.value)).unwrap_or_default();
    let when = match &it.condition.value {
        EarnBackWhen::MetInNext(n) => format!("met in each of the next {}", periods(*n)),
        EarnBackWhen::Year { pooled, measure, level: bound } => {
            format!("{} is {}", of_the_year(*pooled, measure), level(bound))
        }
    };
    let except = if it.except_below_minimum { ", except below minimum" } else { "" };
    format!("earn back {part}penalty on {} when {when}{except}", it.on.value)
}

/// `average of csat over the contract year`
pub(in crate::check) fn of_the_year(pooled: bool, measure: &Name) -> String {
    let how = if pooled { "pooled" } else { "average of" };
    format!("{how} {} over the contract year", measure.value)
}

/// `bonuses only offset penalties`
pub(in crate::check) fn netting(it: &Netting) -> String {
    match it.before_caps {
        true => format!("penalties and bonuses{} are netted before caps", on(&it.on)),
        false => format!("bonuses{} only offset penalties", on(&it.on)),
    }
}

/// `penalties on uptime only if more than USD 1.00`
pub(in crate::check) fn penalty_rule(it: &PenaltyRule) -> String {
    let each = |each: &bool| if *each { " each" } else { "" };
    let said = match &it.kind.value {
        PenaltyRuleKind::OnlyIfMoreThan { amount, each: one } => {
            format!("only if more than {}{}", amount.value, each(one))
        }
        PenaltyRuleKind::AtLeast { amount, each: one } => {
            format!("at least {}{} when any is due", amount.value, each(one))
        }
        PenaltyRuleKind::OnClaim(time) => format!("only on claim {}", within(time)),
        PenaltyRuleKind::SoleRemedy(true) => "are the sole remedy".to_owned(),
        PenaltyRuleKind::SoleRemedy(false) => "are not the sole remedy".to_owned(),
        PenaltyRuleKind::CountTowardLiability(true) => "count toward the liability cap".to_owned(),
        PenaltyRuleKind::CountTowardLiability(false) => "do not count toward the liability cap".to_owned(),
    };
    format!("penalties{} {said}", on(&it.on))
}

/// `within 10 business days in office`
pub(in crate::check) fn within(it: &Within) -> String {
    match it {
        Within::Time(time) => format!("within {}", time.value),
        Within::BusinessDays(n, calendar) => {
            let days = if n.value == 1 { "day" } else { "days" };
            format!("within {} business {days} in {}", n.value, calendar.value)
        }
        Within::Periods(n) => format!("within {}", periods(n.value)),
    }
}

/// `within 90 days if more than GBP 100`
pub(in crate::check) fn restatements(time: &Within, least: Option<&Expr>) -> String {
    let least = least.map(|it| format!(" if more than {}", it.value)).unwrap_or_default();
    within(time) + &least
}
