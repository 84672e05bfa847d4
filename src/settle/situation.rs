//! Whether a situation holds: three-valued, with what it rests on.
//!
//! `answered is missed 2 periods in a row and points is at least 5`: false as
//! soon as one part is, unknown while one is unknown and none is false.

use crate::assess::{Judgement, Status};
use crate::contract::{
    Bound, Commitment, Formula, Gap, Level, Node, Situation, SituationPart, Test, Verdict, Whom,
};
use crate::reading::Basis;
use crate::reading::formula::{Figures, value};
use crate::value::{Quantity, Ratio};

use super::desk::{Desk, note, work_out};
use super::often::{Counted, counted};
use super::{Kept, Trace};

/// What one part came to.
pub(super) struct Answer {
    /// Whether it holds; none when that is not known.
    pub truth: Option<bool>,
    /// What was found, in words.
    pub says: String,
    /// The periods it rests on, with their figures.
    pub evidence: Vec<(usize, String)>,
}

/// The truth of all parts together.
pub(super) fn all(answers: &[Answer]) -> Option<bool> {
    let mut truths = answers.iter().map(|answer| answer.truth);
    if truths.clone().any(|truth| truth == Some(false)) {
        return Some(false);
    }
    truths.all(|truth| truth == Some(true)).then_some(true)
}

/// Works out every part; what lies before `desk.since` does not count.
pub(super) fn answers(desk: &Desk<'_>, situation: &Situation, trace: &mut Trace) -> Vec<Answer> {
    situation.parts.iter().map(|part| answer(desk, part, trace)).collect()
}

fn answer(desk: &Desk<'_>, part: &SituationPart, trace: &mut Trace) -> Answer {
    if part.often.is_none() {
        match &part.test {
            Test::Verdict(Whom::Every, verdict) => return every(desk, *verdict),
            Test::Compare(left, bound, right) => return compared(desk, left, *bound, right, trace),
            _ => {}
        }
    }
    let (found, one) = match &part.test {
        Test::Verdict(Whom::Same, verdict) => same(desk, part, *verdict),
        test => (
            counted(part.often, desk.since, desk.period, &|period| {
                holds(desk, test, period, part.often.is_some(), None)
            }),
            None,
        ),
    };
    let evidence: Vec<(usize, String)> =
        found.hits.iter().map(|period| (*period, shown(desk, &part.test, *period, one))).collect();
    let which = evidence.iter().map(|(period, figure)| format!("{} {figure}", desk.label(*period)));
    let which = which.collect::<Vec<_>>().join(", ");
    let says = if which.is_empty() { part.text.clone() } else { format!("{} ({which})", part.text) };
    Answer { truth: found.truth, says, evidence }
}

/// The same commitment all along: the one that has it most often.
fn same<'a>(desk: &'a Desk<'_>, part: &SituationPart, verdict: Verdict) -> (Counted, Option<&'a str>) {
    let test = Test::Verdict(Whom::Any, verdict);
    let of = |name: &'a str| {
        let holds = |period: usize| holds(desk, &test, period, part.often.is_some(), Some(name));
        (counted(part.often, desk.since, desk.period, &holds), Some(name))
    };
    let mut all = judged(desk).into_iter().map(|commitment| of(&commitment.name));
    let Some(mut best) = all.next() else { return (Counted::default(), None) };
    for next in all {
        let rank = |found: &Counted| (found.truth == Some(true), found.truth.is_none(), found.hits.len());
        if rank(&next.0) > rank(&best.0) {
            best = next;
        }
    }
    best
}

/// The commitments that a verdict can be asked of.
fn judged<'a>(desk: &Desk<'a>) -> Vec<&'a Commitment> {
    let mut all = desk.contract.commitments_in_order();
    all.retain(|commitment| !commitment.levels.target.is_empty() || !commitment.levels.minimum.is_empty());
    all
}

/// Whether something held in a period; `counting` applies the contract's rule
/// for periods without a verdict, `only` looks at one commitment.
pub(super) fn holds(
    desk: &Desk<'_>,
    test: &Test,
    period: usize,
    counting: bool,
    only: Option<&str>,
) -> Option<bool> {
    match test {
        Test::Verdict(whom, verdict) => {
            let one = |name: &str| verdict_on(desk, name, *verdict, period, counting);
            if let Some(name) = only {
                return one(name);
            }
            if let Whom::One(name) = whom {
                return one(name);
            }
            let all: Vec<Option<bool>> =
                judged(desk).iter().map(|commitment| one(&commitment.name)).collect();
            enough(whom, &all)
        }
        Test::Capped(side, on) => {
            let kept = kept(desk, period)?;
            Some(kept.capped.contains(&(*side, on.clone())))
        }
        Test::Compare(left, bound, right) => {
            let then = desk.at(period)?;
            let (left, right) = (value(&left.node, &then).ok()?, value(&right.node, &then).ok()?);
            Some(within(*bound, &left, &right))
        }
    }
}

fn kept<'a>(desk: &'a Desk<'_>, period: usize) -> Option<&'a Kept> {
    if period == desk.period { desk.kept.as_ref() } else { desk.past.get(period).map(|ledger| &ledger.kept) }
}

/// Whether so many of the commitments have it, whatever the unknown ones have.
fn enough(whom: &Whom, all: &[Option<bool>]) -> Option<bool> {
    let count = |truth: Option<bool>| all.iter().filter(|it| **it == truth).count();
    let (yes, unknown) = (count(Some(true)), count(None));
    let is_enough = |hits: usize| match whom {
        Whom::Every => hits == all.len(),
        Whom::AtLeast(least) => hits >= usize::try_from(*least).unwrap_or(usize::MAX),
        Whom::MoreThan(percent) => {
            Ratio::whole(100) * Ratio::whole(hits) > percent * &Ratio::whole(all.len())
        }
        Whom::One(_) | Whom::Any | Whom::Same => hits >= 1,
    };
    match (is_enough(yes), is_enough(yes + unknown)) {
        (true, _) => Some(true),
        (false, true) => None,
        (false, false) => Some(false),
    }
}

/// The judgements of a commitment in a period, unless a phase keeps its misses from counting.
fn counting_ones<'a>(
    desk: &'a Desk<'_>,
    name: &'a str,
    period: usize,
) -> impl Iterator<Item = &'a Judgement> {
    desk.assessment.of(name, period).filter(|judgement| judgement.counts())
}

/// A commitment's verdict in a period. Of several segments one is enough for
/// a bad verdict and all that are known must have a good one.
fn verdict_on(desk: &Desk<'_>, name: &str, verdict: Verdict, period: usize, counting: bool) -> Option<bool> {
    let said: Vec<Option<bool>> =
        counting_ones(desk, name, period).map(|it| said(desk, &it.status, verdict, counting)).collect();
    let known = || said.iter().flatten();
    let any_known = known().next().is_some();
    match verdict {
        Verdict::Met | Verdict::AtMinimum => any_known.then(|| known().all(|it| *it)),
        Verdict::NotMeasured | Verdict::Excused => any_known.then(|| known().all(|it| *it)),
        _ => any_known.then(|| known().any(|it| *it)),
    }
}

/// Whether a status is the verdict asked for.
pub(super) fn said(desk: &Desk<'_>, status: &Status, verdict: Verdict, counting: bool) -> Option<bool> {
    let gap = |gap: Gap| match gap {
        _ if !counting => None,
        Gap::PassedOver => None,
        Gap::Met => said(desk, &Status::Met, verdict, false),
        Gap::Missed => said(desk, &Status::Missed, verdict, false),
    };
    let history = desk.contract.history;
    match (status, verdict) {
        (Status::NotMeasured(_), Verdict::NotMeasured) | (Status::Excused(_), Verdict::Excused) => Some(true),
        (_, Verdict::NotMeasured | Verdict::Excused) => Some(false),
        (Status::NotMeasured(_), _) => gap(history.not_measured),
        (Status::Excused(_), _) => gap(history.excused),
        (Status::NotJudged(_), _) => None,
        // Neither met nor missed: in a row it is passed over.
        (Status::NotProven, Verdict::AtMinimum) => Some(true),
        (Status::NotProven, _) => (!counting).then_some(false),
        (Status::Met, _) => Some(matches!(verdict, Verdict::Met | Verdict::AtMinimum)),
        (Status::Missed, _) => {
            Some(matches!(verdict, Verdict::Missed | Verdict::MissedAboveMinimum | Verdict::AtMinimum))
        }
        (Status::BelowMinimum, _) => Some(matches!(verdict, Verdict::Missed | Verdict::BelowMinimum)),
        (Status::NoTarget, _) => Some(verdict == Verdict::AtMinimum),
    }
}

fn within(bound: Bound, left: &Ratio, right: &Ratio) -> bool {
    match bound {
        Bound::AtLeast => left >= right,
        Bound::MoreThan => left > right,
        Bound::AtMost => left <= right,
        Bound::LessThan => left < right,
    }
}

/// What a period contributed, in words.
fn shown(desk: &Desk<'_>, test: &Test, period: usize, only: Option<&str>) -> String {
    let of = |commitment: &str| {
        let values = desk.assessment.of(commitment, period).map(figure).collect::<Vec<_>>();
        values.join(", ")
    };
    match test {
        Test::Verdict(Whom::One(name), _) => of(name),
        Test::Verdict(_, verdict) => {
            let all = judged(desk);
            let hit = |name: &str| {
                only.map_or_else(
                    || verdict_on(desk, name, *verdict, period, true) == Some(true),
                    |only| only == name,
                )
            };
            let hits = all.iter().filter(|commitment| hit(&commitment.name));
            hits.map(|commitment| format!("{} {}", commitment.name, of(&commitment.name)))
                .collect::<Vec<_>>()
                .join(" and ")
        }
        Test::Capped(side, on) => {
            let sums = kept(desk, period).map(|kept| kept.sums(*side).get(on.as_ref()));
            sums.map_or_else(String::new, |sum| desk.money(&sum))
        }
        Test::Compare(left, _, _) => desk
            .at(period)
            .and_then(|then| value(&left.node, &then).ok())
            .map_or_else(String::new, |it| Quantity::new(it, left.unit).to_string()),
    }
}

fn figure(judgement: &Judgement) -> String {
    let value =
        judgement.value.as_ref().map_or_else(|| judgement.status.word().to_string(), ToString::to_string);
    if judgement.is_whole() { value } else { format!("{value} [{}]", judgement.segment) }
}

/// Two figures of this period compared.
fn compared(desk: &Desk<'_>, left: &Formula, bound: Bound, right: &Formula, trace: &mut Trace) -> Answer {
    if let (Node::Measure(name), Node::Const(level)) = (&left.node, &right.node) {
        return on_measure(desk, name, &Level { bound, value: level.clone() }, trace);
    }
    let figures: &dyn Figures = desk;
    let found = work_out(desk, figures, left, trace)
        .and_then(|left| Ok((left, work_out(desk, figures, right, trace)?)));
    match found {
        Err(missing) => Answer { truth: None, says: missing.to_string(), evidence: Vec::new() },
        Ok((a, b)) => {
            let against = if matches!(right.node, Node::Const(_)) {
                String::new()
            } else {
                format!(", against {}", b.working)
            };
            let says = match a.working.as_str() {
                working if *working == left.text => working.to_string(),
                working => format!("{} is {working}{against}", left.text),
            };
            let shown = Quantity::new(a.amount.clone(), left.unit).to_string();
            let truth = within(bound, &a.amount, &b.amount);
            let evidence = if truth { vec![(desk.period, shown)] } else { Vec::new() };
            Answer { truth: Some(truth), says, evidence }
        }
    }
}

fn on_measure(desk: &Desk<'_>, name: &str, level: &Level, trace: &mut Trace) -> Answer {
    let answer = |truth, says, evidence| Answer { truth, says, evidence };
    let Some(reading) = desk.reading(name) else {
        return answer(None, format!("`{name}` was not reported"), Vec::new());
    };
    let value = reading.value.as_ref().map(|value| Quantity::new(value.clone(), reading.unit).to_string());
    let says = format!("`{name}` is {}", value.as_ref().unwrap_or(&reading.working));
    note(trace, desk.measure_input(name, reading));
    let truth = match (&reading.basis, &reading.value) {
        (Basis::Excused { .. } | Basis::NotMeasured(_), _) => None,
        (_, Some(value)) => Some(level.holds(value)),
        (Basis::DeemedMet(_), None) => Some(true),
        (_, None) => Some(false),
    };
    let evidence = value.filter(|_| truth == Some(true)).map(|value| (desk.period, value));
    answer(truth, says, evidence.into_iter().collect())
}

/// Whether every commitment with a verdict has this one; one without a reading
/// leaves it open unless another has it not.
fn every(desk: &Desk<'_>, verdict: Verdict) -> Answer {
    let here = || {
        let all = desk.assessment.judgements.iter();
        all.filter(|judgement| judgement.period == desk.period && judgement.counts())
    };
    let known = |judgement: &&Judgement| judgement.status != Status::NoTarget;
    let truth = |judgement: &Judgement| said(desk, &judgement.status, verdict, false);
    let bad = here().filter(known).find(|judgement| truth(judgement) == Some(false));
    let open = here().find(|judgement| truth(judgement).is_none());
    let answer = |truth, but: Option<&Judgement>| {
        let but = but.map(|it| format!("; `{}` is {}", it.commitment, it.status.word())).unwrap_or_default();
        Answer { truth, says: format!("every commitment is {verdict}{but}"), evidence: Vec::new() }
    };
    match (bad, open) {
        (Some(bad), _) => answer(Some(false), Some(bad)),
        (None, Some(open)) => answer(None, Some(open)),
        (None, None) => answer(Some(true), None),
    }
}
