//! Commitments: a measure, its levels, what it pays.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Name};

use super::baselines::Own;
use super::coverage::Judged;
use super::figures::Place;
use super::share::ShareWritten;
use super::steps::StepWritten;
use super::stretch::{Stretch, higher_is_better};
use super::{Check, Commitments, both, line};
use crate::contract::{Commitment, DatedLevel, Level, LevelKind, Levels, Measure, Pay};
use crate::value::Quantity;

impl Check<'_> {
    pub(super) fn all_commitments(&mut self) -> Commitments {
        let clauses: Vec<_> = self.names.commitments.values().copied().collect();
        let checked =
            clauses.into_iter().map(|(it, span)| (it.name.value.clone(), self.commitment(it, span)));
        checked.filter_map(|(name, it)| Some((name, it?))).collect()
    }

    fn commitment(&mut self, written: &tree::Commitment, span: Span) -> Option<Commitment> {
        if written.pays.is_empty() && written.targets.is_empty() {
            self.report(incomplete(&written.name));
        }
        let Some(measure) = self.measure_of(written) else {
            written.pays.iter().for_each(|pay| self.pay_alone(&pay.value));
            return None;
        };
        self.has_segments(written, &measure);
        let target = self.dated_levels(LevelKind::Target, &written.targets, &measure);
        let minimum = self.dated_levels(LevelKind::Minimum, &written.minimums, &measure);
        let unpaid = self.unpaid(written);
        let plain = target.iter().flatten().map(|it| it.value.fixed()).collect::<Vec<_>>();
        let proofs = self.proofs(&written.proofs, &measure, &plain);
        let Some(((target, minimum), proofs)) = both(both(target, minimum), proofs) else {
            written.pays.iter().for_each(|pay| self.pay_alone(&pay.value));
            return None;
        };
        self.own = Some(Own { unit: measure.unit, target: !target.is_empty(), minimum: !minimum.is_empty() });
        let stands = Self::stands(&target, &minimum);
        let mut pays = None;
        for [target_now, minimum_now] in &stands {
            if let (Some(target), Some(minimum)) = (target_now, minimum_now) {
                self.found.extend(minimum_above_target(target, minimum));
            }
            let judged = Judged {
                measure: &measure,
                target: target_now.as_ref().map(|it| (&it.value, it.span)),
                minimum: minimum_now.as_ref().map(|it| (&it.value, it.span)),
                worked_out: [&target, &minimum]
                    .map(|levels| levels.iter().any(|it| it.value.fixed().is_none())),
            };
            let checked: Vec<Option<Pay>> = written.pays.iter().map(|it| self.pay(it, &judged)).collect();
            pays.get_or_insert(checked);
        }
        let moves = self.moves(written, &measure, [&target, &minimum]);
        self.moves_alone(written, pays.as_deref().unwrap_or_default());
        self.own = None;
        let pays: Vec<Option<Pay>> = pays.unwrap_or_default();
        let [first_target, first_minimum] = stands.into_iter().next().unwrap_or_default();
        let levels = |all: Vec<Spanned<DatedLevel>>| all.into_iter().map(|it| it.value).collect();
        let pays: Vec<Pay> = pays.into_iter().collect::<Option<_>>()?;
        let multipliers = self.multipliers(written, &pays)?;
        let provisional = self.provisional(written);
        Some(Commitment {
            name: written.name.value.clone(),
            label: written.label.as_ref().map_or_else(|| measure.label.clone(), |it| it.value.clone()),
            clause: written.clause.as_ref().map(|it| it.value.clone()),
            measure: measure.name.clone(),
            each: written.each,
            pays,
            multipliers,
            provisional,
            allowed: target.first().and_then(|it| it.value.allowed.clone()),
            proofs,
            target: first_target.map(|it| it.value),
            minimum: first_minimum.map(|it| it.value),
            levels: Levels { target: levels(target), minimum: levels(minimum), moves: moves? },
            unpaid: unpaid?,
            span,
        })
    }

    fn measure_of(&mut self, written: &tree::Commitment) -> Option<Measure> {
        let name = written.measure.as_ref().unwrap_or(&written.name);
        let reported = self.found.len();
        let measure = self.measure(name);
        let unknown = !self.names.measures.contains_key(name.value.as_str());
        if unknown && written.measure.is_none() {
            for fault in self.found.iter_mut().skip(reported) {
                let near = fault.help.take();
                let say = format!(
                    "a commitment has its measure's name, or says it: `commitment {} on MEASURE`",
                    name.value
                );
                fault.help = near.filter(|it| it.starts_with("did you mean")).or(Some(say));
            }
        }
        measure
    }

    fn has_segments(&mut self, written: &tree::Commitment, measure: &Measure) {
        if written.each && measure.by.is_empty() {
            self.report(
                Diagnostic::error(codes::NO_SEGMENTS, format!("`{}` has no segments", measure.name))
                    .label(written.name.span, "judged `for each segment`")
                    .label(measure.span, "has no `by`")
                    .help(format!(
                        "add for instance `by queue` to `measure {}`, or leave `for each segment` out",
                        measure.name
                    )),
            );
        }
    }

    /// A level of a measure, in its unit.
    pub(super) fn level_of(&mut self, written: &tree::Level, measure: &Measure) -> Option<Level> {
        let value = self.level(&written.value, measure.unit, &format!("`{}`", measure.name))?;
        let level = Level { bound: written.bound, value: Quantity::new(value, measure.unit) };
        self.found.extend(out_of_range(&level, measure, written));
        Some(level)
    }

    fn pay(&mut self, written: &Spanned<tree::Pay>, judged: &Judged<'_>) -> Option<Pay> {
        let span = written.span;
        match &written.value {
            tree::Pay::Bands { base, bands, otherwise } => {
                self.bands(base.as_ref(), bands, otherwise.as_ref(), judged, span)
            }
            tree::Pay::Scale { base, points } => self.scale(base.as_ref(), points, judged, span),
            tree::Pay::Step { side, amount, step, parts, records, below, level, at_most } => {
                let at_most = at_most.as_ref();
                let step = StepWritten {
                    side: *side,
                    amount,
                    step,
                    parts: *parts,
                    below: *below,
                    level,
                    at_most,
                    records: records.as_ref(),
                };
                self.step_pay(step, judged, span)
            }
            tree::Pay::Share { side, below, level, tiers, at_most } => {
                let at_most = at_most.as_ref();
                self.share_pay(
                    ShareWritten { side: *side, below: *below, level, tiers, at_most },
                    judged,
                    span,
                )
            }
            tree::Pay::Fixed { side, amount, when, often } => {
                let sound = often.as_ref().is_none_or(|often| self.often(often));
                let often = often.as_ref().map(|often| often.value);
                self.fixed_pay(*side, amount, when, often, judged).filter(|_| sound)
            }
            tree::Pay::Events { side, amount, every, over, once } => {
                self.events((*side, amount), (every, over), *once, judged.measure)
            }
        }
    }

    /// What can be checked of a payment when its measure is at fault.
    fn pay_alone(&mut self, written: &tree::Pay) {
        match written {
            tree::Pay::Bands { base, bands, otherwise } => {
                self.base(base.as_ref());
                let amounts = bands.iter().map(|band| &band.value.amount).chain(otherwise);
                amounts.for_each(|amount| drop(self.amount(amount)));
            }
            tree::Pay::Scale { base, points } => {
                self.base(base.as_ref());
                points.iter().for_each(|point| drop(self.amount(&point.value.amount)));
            }
            tree::Pay::Step { side, amount, at_most, .. } => {
                let all = std::iter::once(amount).chain(at_most);
                all.for_each(|amount| drop(self.payment(amount, *side)));
            }
            tree::Pay::Share { level, at_most, .. } => {
                let all = std::iter::once(level).chain(at_most);
                all.for_each(|amount| drop(self.money(amount, Place::Pay, "an amount")));
            }
            tree::Pay::Fixed { side, amount, .. } | tree::Pay::Events { side, amount, .. } => {
                drop(self.payment(amount, *side))
            }
        }
    }
}

fn incomplete(name: &Name) -> Diagnostic {
    Diagnostic::error(codes::COMMITMENT_INCOMPLETE, format!("`{}` commits to nothing", name.value))
        .label(name.span, "no target and no payment")
        .help(
            "add for instance `target at least 75%`; a measure without commitment is reported anyway"
                .to_owned(),
        )
}

fn minimum_above_target(target: &Spanned<Level>, minimum: &Spanned<Level>) -> Option<Diagnostic> {
    let higher = higher_is_better(target.value.bound);
    let opposite = higher != higher_is_better(minimum.value.bound);
    let (wanted, least) = (Stretch::met(&target.value), Stretch::met(&minimum.value));
    let wider = if higher { least.from < wanted.from } else { least.to > wanted.to };
    let message = if opposite {
        "target and minimum point in opposite directions"
    } else if wider {
        return None;
    } else {
        "the minimum is not worse than the target"
    };
    let help = if opposite {
        "use the same words for both"
    } else {
        "the minimum is the worse level, with graver consequences"
    };
    Some(
        Diagnostic::error(codes::MINIMUM_ABOVE_TARGET, message)
            .label(minimum.span, format!("minimum {}", minimum.value.value))
            .label(target.span, format!("target {}", target.value.value))
            .help(help.to_owned()),
    )
}

/// A level that every reading, or none, satisfies.
fn out_of_range(level: &Level, measure: &Measure, written: &tree::Level) -> Option<Diagnostic> {
    let (lowest, highest) = measure.range();
    let domain =
        Stretch::between(lowest.map(|it| (it, true)).as_ref(), highest.map(|it| (it, true)).as_ref());
    let never = Stretch::met(level).common(&domain).is_empty();
    let always = Stretch::missed(level).common(&domain).is_empty();
    let beyond = always && {
        let value = Some(&level.value.value);
        let (lowest, highest) = measure.range();
        (lowest.is_some() && value < lowest.as_ref()) || highest.is_some_and(|highest| value > Some(&highest))
    };
    let why = if never { "no reading can reach this" } else { "every reading reaches this" };
    (never || beyond).then(|| {
        Diagnostic::warning(
            codes::LEVEL_OUT_OF_RANGE,
            format!("`{}` can never be {}", measure.name, level.value),
        )
        .label(written.value.span, format!("{why}: {}", line::level(written)))
        .help("look at the unit and the decimal point".to_owned())
    })
}
