//! How measures, charges, bands, gates and caps read on one line.

use meed_grammar::tree::{
    Bound, Charge, ChargeBack, ChargeKind, Date, Gate, Level, MeasureKind, Name, PercentileMethod, Proration,
    Quantity, Range, ReportedUnit, Rider, SetExpr, TakenBack, Tier, TimeUnit, Unattributed, Volume, Weight,
};
use meed_grammar::tree::{GapRule, Score, Servqual};

use meed_grammar::span::Spanned;

/// `share of contacts where resolved`
pub(super) fn measure(kind: &MeasureKind) -> String {
    match kind {
        MeasureKind::Share { key, of } => {
            let key = key.as_ref().map(|key| format!("{} in ", key.value)).unwrap_or_default();
            format!("share of {key}{}", of)
        }
        MeasureKind::Ratio { numerator, denominator, percent } => {
            let percent = if *percent { " in percent" } else { "" };
            format!("ratio of {} to {}{percent}", numerator, denominator)
        }
        MeasureKind::Rate { of, per, base } => {
            format!("rate of {} per {} {}", of, per.value, base)
        }
        MeasureKind::Single(one) => one.to_string(),
        MeasureKind::Mean { value, over } => {
            format!("mean of {} over {}", value.value, over)
        }
        MeasureKind::Percentile { percent, value, over, method } => {
            let start =
                percent.as_ref().map_or_else(|| "median".to_owned(), |it| format!("percentile {}", it.value));
            let method = method.as_ref().map(|it| method_word(it.value)).unwrap_or_default();
            format!("{start} of {} over {}{method}", value.value, over)
        }
        MeasureKind::NetPromoter { value, over } => {
            format!("net promoter score of {} over {}", value.value, over)
        }
        MeasureKind::TopBox { boxes, value, low, high, over } => {
            top_box([boxes, low, high], &value.value.to_string(), over)
        }
        MeasureKind::Scored { score, value, low, high, over } => {
            scored(score, &value.value.to_string(), [low, high], over)
        }
        MeasureKind::Extreme { highest, value, over } => {
            format!("{} of {} over {over}", if *highest { "highest" } else { "lowest" }, value.value)
        }
        MeasureKind::OverSegments(over) => match &over.level {
            Some(at) => format!("share of segments with {} {}", over.measure.value, level(at)),
            None => format!("mean over segments of {}", over.measure.value),
        },
        MeasureKind::Scorecard(card) => {
            let items =
                card.items.iter().map(|it| format!("{} {}", it.value.weight.value, it.value.measure.value));
            let items: Vec<String> = items.collect();
            format!("scorecard of {} {{ {} }}", card.total.value, items.join("; "))
        }
        MeasureKind::Servqual(gap) => servqual(gap),
        MeasureKind::Calculated(value) => format!("calculated as {}", value.value),
        MeasureKind::Reported(unit) => format!("reported in {}", reported(&unit.value)),
    }
}

fn method_word(method: PercentileMethod) -> &'static str {
    match method {
        PercentileMethod::NearestRank => ", nearest rank",
        PercentileMethod::Linear => ", linear interpolation",
    }
}

fn top_box([boxes, low, high]: [&Spanned<Quantity>; 3], value: &str, over: &SetExpr) -> String {
    let one = boxes.value.number.units == 1 && boxes.value.number.scale == 0;
    let (boxes, low, high) = (boxes.value.to_string(), low.value.to_string(), high.value.to_string());
    let word = if one { "box" } else { "boxes" };
    format!("top {boxes} {word} of {value} on {low} to {high} over {}", over)
}

fn scored(score: &Score, value: &str, [low, high]: [&Spanned<Quantity>; 2], over: &SetExpr) -> String {
    let boxes = |count: &Spanned<Quantity>| {
        let one = count.value.number.units == 1 && count.value.number.scale == 0;
        format!("{} {}", count.value, if one { "box" } else { "boxes" })
    };
    let scale = format!("of {value} on {} to {}", low.value, high.value);
    match score {
        Score::Mean => format!("mean {scale} over {over}"),
        Score::Rescaled => format!("mean {scale} rescaled over {over}"),
        Score::Bottom(count) => format!("bottom {} {scale} over {over}", boxes(count)),
        Score::Net(top, bottom) => {
            format!("top {} less bottom {} {scale} over {over}", boxes(top), boxes(bottom))
        }
    }
}

fn servqual(gap: &Servqual) -> String {
    let rule = match gap.rule.value {
        GapRule::Weights => "by weights",
        GapRule::Dimensions => "mean of dimensions",
        GapRule::Items => "mean of items",
    };
    let names: Vec<&str> = gap.dimensions.iter().map(|it| it.value.name.value.as_str()).collect();
    let over = &gap.over;
    format!("servqual gap over {over}, perception less expectation, {rule} of {}", names.join(", "))
}

fn reported(unit: &ReportedUnit) -> String {
    match unit {
        ReportedUnit::Percent => "percent".to_owned(),
        ReportedUnit::Number => "number".to_owned(),
        ReportedUnit::Money(code) => code.clone(),
        ReportedUnit::Time(TimeUnit::Second) => "seconds".to_owned(),
        ReportedUnit::Time(TimeUnit::Minute) => "minutes".to_owned(),
        ReportedUnit::Time(TimeUnit::Hour) => "hours".to_owned(),
        ReportedUnit::Time(TimeUnit::Day) => "days".to_owned(),
        ReportedUnit::Time(TimeUnit::Week) => "weeks".to_owned(),
    }
}

/// `at least 75%`
pub(super) fn level(level: &Level) -> String {
    format!("{} {}", bound(level.bound), level.value.value)
}

/// The words of a bound.
pub(super) fn bound(bound: Bound) -> &'static str {
    match bound {
        Bound::AtLeast => "at least",
        Bound::MoreThan => "more than",
        Bound::AtMost => "at most",
        Bound::LessThan => "less than",
    }
}

/// `98% to below 99%`, `above 5%`, `exactly 80%`
pub(super) fn range(range: &Range) -> String {
    let value = |edge: &meed_grammar::tree::Edge| edge.value.value.to_string();
    match (&range.lower, &range.upper) {
        (Some(lower), Some(upper)) if lower.inclusive && upper.inclusive && lower.value == upper.value => {
            format!("exactly {}", value(lower))
        }
        (Some(lower), Some(upper)) => {
            let above = if lower.inclusive { "" } else { "above " };
            let below = if upper.inclusive { "" } else { "below " };
            format!("{above}{} to {below}{}", value(lower), value(upper))
        }
        (Some(lower), None) => {
            format!("{} {}", if lower.inclusive { "at least" } else { "above" }, value(lower))
        }
        (None, Some(upper)) => {
            format!("{} {}", if upper.inclusive { "at most" } else { "below" }, value(upper))
        }
        (None, None) => "every reading".to_owned(),
    }
}

/// A charge's price.
pub(super) fn charge(charge: &Charge) -> String {
    let riders = charge.riders.iter().map(|it| format!(", {}", rider(&it.value)));
    std::iter::once(price(&charge.kind.value)).chain(riders).collect()
}

/// What is added to a price.
fn rider(rider: &Rider) -> String {
    let date = |word: &str, date: &Option<Spanned<Date>>| {
        date.as_ref().map(|it| format!(" {word} {}", it.value)).unwrap_or_default()
    };
    match rider {
        Rider::Carried(None) => "unused ones carried".to_owned(),
        Rider::Carried(Some(most)) => format!("unused ones carried for at most {} periods", most.value),
        Rider::Indexed(name) => format!("indexed by {}", name.value),
        Rider::AtLeast(value) => format!("at least {}", value.value),
        Rider::AtMost(value) => format!("at most {}", value.value),
        Rider::Prorated(Proration::Not) => "not prorated".to_owned(),
        Rider::Prorated(Proration::ActualDays) => "prorated by actual days".to_owned(),
        Rider::Prorated(Proration::Months(days)) => format!("prorated by months of {} days", days.value),
        Rider::Prorated(Proration::Years(days)) => format!("prorated by years of {} days", days.value),
        Rider::Effective { from, until } => {
            format!("effective{}{}", date("from", from), date("until", until))
        }
        Rider::Less { of, charged_by, how } => {
            let by = charged_by.as_ref().map(|it| format!(" charged by {}", it.value)).unwrap_or_default();
            format!("less {}{by} {}", volume(of), taken_back(&how.value))
        }
        Rider::Paid { at_once, later, by } => {
            let later = later.value.to_string();
            let periods = if later == "1" { "period" } else { "periods" };
            format!("paid {} at once, balance {later} {periods} later by {}", at_once.value, volume(by))
        }
    }
}

fn taken_back(how: &TakenBack) -> String {
    match how {
        TakenBack::BeforeAllowance => "before the allowance".to_owned(),
        TakenBack::BeforeTiers => "before the tiers".to_owned(),
        TakenBack::AsIfNever => "as if never counted".to_owned(),
        TakenBack::AveragePrice => "at the average price paid".to_owned(),
        TakenBack::Each(price) => format!("at {} each", price.value),
    }
}

/// `charge back total by cause of contacts, unknown pro rata`
pub(super) fn charge_back(back: &ChargeBack) -> String {
    let what = back.what.as_ref().map_or_else(|| "total".to_owned(), |what| what.value.to_string());
    let weight = match &back.weight {
        Weight::Records(set) => format!(" of {}", set.value),
        Weight::Shared(by) => format!(", shared by {}", volume(by)),
    };
    let unknown = match &back.unknown.value {
        Unattributed::ProRata => "pro rata".to_owned(),
        Unattributed::To(unit) => format!("to \"{}\"", unit.value),
        Unattributed::Centrally => "held centrally".to_owned(),
    };
    let most = back.at_most.as_ref().map(|most| format!(", at most {} each", most.value)).unwrap_or_default();
    format!("charge back {what} by {}{weight}, unknown {unknown}{most}", back.field.value)
}

/// A price.
fn price(kind: &ChargeKind) -> String {
    match kind {
        ChargeKind::Formula(value) => value.value.to_string(),
        ChargeKind::Tiered { volume: of, graduated, tiers } => {
            let word = if *graduated { "graduated" } else { "slab" };
            let rows: Vec<String> = tiers.iter().enumerate().map(|(at, it)| tier(at, &it.value)).collect();
            format!("{word} price of {} {{ {} }}", volume(of), rows.join("; "))
        }
        ChargeKind::PerUnit { price, per, volume: of, included } => {
            let after =
                included.as_ref().map(|it| format!(" after {} included", it.value)).unwrap_or_default();
            format!("{} per {} of {}{after}", price.value, per.value, volume(of))
        }
        ChargeKind::VolumeBand { price, baseline, volume: of, dead_band, above, below, from_edge } => {
            let edge = if *from_edge { "from the edge" } else { "from the baseline" };
            format!(
                "{} for {} of {}, dead band {} {{ above {} each; below {} each; {edge} }}",
                price.value,
                baseline.value,
                volume(of),
                dead_band.value,
                above.value,
                below.value,
            )
        }
    }
}

fn tier(at: usize, tier: &Tier) -> String {
    let start = match &tier.size {
        Some(size) => format!("{} {}", if at == 0 { "first" } else { "next" }, size.value),
        None => "then".to_owned(),
    };
    format!("{start} {} each", tier.price.value)
}

/// `solved_cases`, `count of solved`
pub(super) fn volume(volume: &Volume) -> String {
    match volume {
        Volume::Measure(name) => name.value.clone(),
        Volume::Aggregate(it) => it.value.to_string(),
    }
}

/// `bonus only if complaint_rate is at most 0.50%`
pub(super) fn gate(gate: &Gate) -> String {
    let open = if gate.open_if_unmeasured { ", if not measured open" } else { "" };
    format!("bonus{} only if {}{open}", on(&gate.on), gate.when.value)
}

mod remedy;

pub(super) use remedy::{cap, earn_back, netting, of_the_year, penalty_rule, restatements, within};

fn on(names: &[Name]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let mut names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
    names.sort_unstable();
    format!(" on {}", names.join(", "))
}
