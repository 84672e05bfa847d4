//! Scorecards, gaps of a survey, and scores of answers.
//!
//! A gap becomes one measure for each pair of fields (`gap.tangibles.p1`), one
//! for each dimension (`gap.tangibles`), and the whole: item mean, dimension
//! mean, weighted. Each of them is read and shown.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Expr, GapRule, Name, PartMissing, Score, SetExpr, UnitWord};

use super::{Check, both, literal};
use crate::contract::{
    Arithmetic, IfNone, Measure, MeasureKind, OverSegments, Row, Sample, ScoreKind, SetRef, Typed, Weighted,
    WeightedPart,
};
use crate::value::{Ratio, Unit};

/// A calculation with its unit.
type Kind = (MeasureKind, Unit);

impl Check<'_> {
    /// A score of answers on a scale.
    pub(super) fn scored(
        &mut self,
        score: &Score,
        value: &Expr,
        [low, high]: [&Spanned<tree::Quantity>; 2],
        over: &SetExpr,
    ) -> Option<Kind> {
        let answer = self.answer_over(value, over);
        let scale = self.answer_scale(low, high);
        let mut boxes = |count: &Spanned<tree::Quantity>| -> Option<Ratio> {
            let (low, high) = scale.as_ref()?;
            self.boxes(count, &(high - low))
        };
        let score = match score {
            Score::Mean => Some((ScoreKind::Mean, Unit::Number)),
            Score::Rescaled => Some((ScoreKind::Rescaled, Unit::Percent)),
            Score::Bottom(count) => {
                let to = boxes(count).zip(scale.as_ref()).map(|(count, (low, _))| up_to(low, &count));
                to.map(|to| (ScoreKind::Bottom { to }, Unit::Percent))
            }
            Score::Net(top, bottom) => {
                let counts = both(boxes(top), boxes(bottom));
                let kind = counts.zip(scale.as_ref()).map(|((top, bottom), (low, high))| {
                    let from = &(high - &top) + &Ratio::one();
                    ScoreKind::Net { from, to: up_to(low, &bottom) }
                });
                kind.filter(|kind| self.apart(kind, bottom.span)).map(|kind| (kind, Unit::Number))
            }
        };
        let (((value, over), (low, high)), (score, unit)) = both(both(answer, scale), score)?;
        Some((MeasureKind::Scored { value, over, low, high, score }, unit))
    }

    /// Whether no answer is both among the best and the worst.
    fn apart(&mut self, kind: &ScoreKind, span: Span) -> bool {
        let ScoreKind::Net { from, to } = kind else { return true };
        if to < from {
            return true;
        }
        self.report(
            Diagnostic::error(codes::SCALE_OUT_OF_RANGE, "an answer would be among the best and the worst")
                .label(span, "too many boxes")
                .help("let the boxes end before the best ones begin".to_owned()),
        );
        false
    }

    /// The highest or lowest value.
    pub(super) fn highest_or_lowest(&mut self, highest: bool, value: &Expr, over: &SetExpr) -> Option<Kind> {
        let (value, over) = self.value_over(value, over)?;
        let unit = value.unit;
        Some((MeasureKind::Extreme { highest, value, over }, unit))
    }

    /// The mean of a measure's segments, or the part of them that satisfies a level.
    pub(super) fn over_segments(&mut self, written: &tree::OverSegments) -> Option<Kind> {
        let measure = self.measure(&written.measure)?;
        if measure.by.is_empty() {
            self.report(
                Diagnostic::error(codes::NO_SEGMENTS, format!("`{}` has no segments", measure.name))
                    .label(written.measure.span, "a figure of its segments")
                    .label(measure.span, "has no `by`")
                    .help(format!("add for instance `by queue` to `measure {}`", measure.name)),
            );
            return None;
        }
        let level = match &written.level {
            Some(level) => Some(self.level_of(level, &measure)?),
            None => None,
        };
        let unit = if level.is_some() { Unit::Percent } else { measure.unit };
        Some((MeasureKind::OverSegments(OverSegments { measure: measure.name, level }), unit))
    }

    /// A weighted scorecard.
    pub(super) fn scorecard(&mut self, written: &tree::Scorecard, span: Span) -> Option<Kind> {
        let total = self.plain(&written.total, "what the weights add up to");
        let parts: Vec<Option<WeightedPart>> =
            written.items.iter().map(|it| self.scorecard_item(&it.value)).collect();
        if written.missing.is_none() {
            self.report(missing_unsaid(span));
        }
        let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
        let (total, missing) = (total?, written.missing.as_ref()?.value);
        let sum: Ratio = parts.iter().map(|part| part.weight.clone()).sum();
        if sum != total || parts.is_empty() {
            self.report(wrong_sum(&sum, &total, written.total.span));
            return None;
        }
        let mut names: Vec<&str> = parts.iter().map(|part| part.measure.as_str()).collect();
        names.sort_unstable();
        let twice = names.windows(2).any(|pair| pair.first() == pair.last());
        if twice {
            self.report(
                Diagnostic::error(codes::WEIGHTS_WRONG, "a measure stands twice in the scorecard")
                    .label(span, "each measure has one weight")
                    .help("add the weights up in one row".to_owned()),
            );
            return None;
        }
        let weighted = Weighted { parts, total: Some(total), missing };
        Some((MeasureKind::Weighted(weighted), Unit::Number))
    }

    fn scorecard_item(&mut self, written: &tree::ScorecardItem) -> Option<WeightedPart> {
        let weight = self.weight(&written.weight);
        let measure = self.measure(&written.measure)?;
        let name = &written.measure;
        if written.scale.is_empty() && measure.unit != Unit::Percent {
            self.report(
                Diagnostic::error(
                    codes::ITEM_NOT_SCORED,
                    format!("`{}` is {}, and how it is scored is not said", name.value, measure.unit),
                )
                .label(name.span, "only a percentage scores as it is")
                .help(format!("add for instance `{} scored … as 0%, … as 100%`", name.value)),
            );
            return None;
        }
        let mut scale = Vec::new();
        for (reading, score) in &written.scale {
            let reading = self.level(reading, measure.unit, &format!("`{}`", measure.name))?;
            scale.push((reading, self.score_percent(score)?));
        }
        let descending = scale.windows(2).all(|pair| first(pair) > last(pair));
        if descending {
            scale.reverse();
        }
        let ascending = scale.windows(2).all(|pair| first(pair) < last(pair));
        if !ascending || scale.len() == 1 {
            self.report(
                Diagnostic::error(codes::ITEM_NOT_SCORED, "the readings of a score are not in order")
                    .label(name.span, "two readings or more, each further than the one before")
                    .help("write for instance `scored 70% as 0%, 80% as 100%`".to_owned()),
            );
            return None;
        }
        Some(WeightedPart { measure: measure.name, weight: weight?, scale })
    }

    fn score_percent(&mut self, written: &Spanned<tree::Quantity>) -> Option<Ratio> {
        let value = literal::number(written.value.number);
        let fits = written.value.unit == UnitWord::Percent
            && !value.is_negative()
            && value <= Ratio::whole(100)
            && written.value.number.units >= 0;
        if !fits {
            self.report(
                Diagnostic::error(codes::ITEM_NOT_SCORED, "a score is a percentage of the weight")
                    .label(written.span, "from 0% to 100%")
                    .help("write for instance `scored 70% as 0%, 80% as 100%`".to_owned()),
            );
        }
        fits.then_some(value)
    }

    fn weight(&mut self, written: &Spanned<tree::Quantity>) -> Option<Ratio> {
        let weight = self.plain(written, "a weight")?;
        if weight.is_positive() {
            return Some(weight);
        }
        self.report(literal::not_positive("a weight", written.span));
        None
    }

    /// The gap between perception and expectation, with a measure for each item and dimension.
    pub(super) fn servqual(&mut self, whole: &tree::Measure, written: &tree::Servqual) -> Option<Kind> {
        let over = self.set_expr(&written.over)?;
        let rule = written.rule.value;
        let missing = written.missing.as_ref().map_or(PartMissing::NotMeasured, |it| it.value);
        if let Some(faulty) = written
            .missing
            .as_ref()
            .filter(|_| !matches!(missing, PartMissing::Renormalised | PartMissing::NotMeasured))
        {
            self.report(
                Diagnostic::error(codes::PART_MISSING_UNSAID, "a gap is neither met nor missed")
                    .label(faulty.span, "no gap counts so")
                    .help("write `renormalised` or `not measured`".to_owned()),
            );
            return None;
        }
        let mut parts = Vec::new();
        let mut items = Vec::new();
        let mut sum = Ratio::zero();
        let mut sound = true;
        for dimension in &written.dimensions {
            let weight = self.dimension_weight(&dimension.value, rule, dimension.span);
            let found = self.dimension(whole, &dimension.value, &over);
            let (Some(weight), Some((measure, own))) = (weight, found) else {
                sound = false;
                continue;
            };
            sum = &sum + &weight;
            parts.push(WeightedPart { measure: measure.name.clone(), weight, scale: Vec::new() });
            items.extend(own);
            let twice = self.inline.insert(measure.name.clone(), measure).is_some();
            if twice {
                sound = false;
                self.report(
                    Diagnostic::error(codes::NAME_TWICE, "a dimension stands twice")
                        .label(dimension.value.name.span, "said before")
                        .help("put its items into one row".to_owned()),
                );
            }
        }
        let hundred = Ratio::whole(100);
        if sound && rule == GapRule::Weights && sum != hundred {
            self.report(wrong_sum(&sum, &hundred, written.rule.span));
            return None;
        }
        let parts = if rule == GapRule::Items { items } else { parts };
        let weighted = Weighted { parts, total: None, missing };
        (sound && !weighted.parts.is_empty()).then_some((MeasureKind::Weighted(weighted), Unit::Number))
    }

    fn dimension_weight(&mut self, written: &tree::GapDimension, rule: GapRule, span: Span) -> Option<Ratio> {
        match (&written.weight, rule) {
            (Some(weight), GapRule::Weights) => self.weight(weight),
            (None, GapRule::Dimensions | GapRule::Items) => Some(Ratio::one()),
            (Some(weight), _) => {
                self.report(
                    Diagnostic::error(codes::WEIGHTS_WRONG, "a weight that nothing uses")
                        .label(weight.span, "the mean takes all alike")
                        .help("take it out, or write `by weights`".to_owned()),
                );
                None
            }
            (None, GapRule::Weights) => {
                self.report(
                    Diagnostic::error(
                        codes::WEIGHTS_WRONG,
                        format!("`{}` has no weight", written.name.value),
                    )
                    .label(span, "each dimension needs one")
                    .help(format!("write for instance `{} weight 20: …`", written.name.value)),
                );
                None
            }
        }
    }

    /// The measure of a dimension, and its items as parts.
    fn dimension(
        &mut self,
        whole: &tree::Measure,
        written: &tree::GapDimension,
        over: &SetRef,
    ) -> Option<(Measure, Vec<WeightedPart>)> {
        let name = format!("{}.{}", whole.name.value, written.name.value);
        let mut parts = Vec::new();
        for (perception, expectation) in &written.items {
            let item = self.gap_item(whole, &name, (perception, expectation), over)?;
            parts.push(WeightedPart { measure: item.name.clone(), weight: Ratio::one(), scale: Vec::new() });
            self.inline.insert(item.name.clone(), item);
        }
        let weighted = Weighted { parts: parts.clone(), total: None, missing: PartMissing::Renormalised };
        let text = format!("mean of the items of {}", written.name.value);
        let label = format!("{}, {}", label_of(whole), written.name.value.replace('_', " "));
        let measure = self.inner_measure(whole, name, label, MeasureKind::Weighted(weighted), text, None)?;
        Some((measure, parts))
    }

    /// The measure of one pair of fields: the mean of the differences where both are known.
    fn gap_item(
        &mut self,
        whole: &tree::Measure,
        dimension: &str,
        (perception, expectation): (&Name, &Name),
        over: &SetRef,
    ) -> Option<Measure> {
        let mut field = |name: &Name| {
            let found = self.field_type(name, &over.table)?;
            let unit = crate::contract::unit_of(found, self.head.currency);
            if unit == Unit::Number {
                return Some(Row::Field(name.value.clone()));
            }
            self.report(
                Diagnostic::error(
                    codes::NOT_USABLE_HERE,
                    format!("`{}` is {unit}, not an answer", name.value),
                )
                .label(name.span, "an answer is a plain number")
                .help("name the field that holds the answer".to_owned()),
            );
            None
        };
        let (seen, wanted) = both(field(perception), field(expectation))?;
        let row = Row::Arithmetic(Arithmetic::Minus, Box::new(seen), Box::new(wanted));
        let text = format!("{} - {}", perception.value, expectation.value);
        let value = Typed { row, unit: Unit::Number, text: text.clone() };
        let kind = MeasureKind::Mean { value, over: over.clone() };
        let sample = match &whole.sample {
            Some(sample) => Some(self.sample(sample, &kind)?),
            None => None,
        };
        let name = format!("{dimension}.{}", perception.value);
        let label = format!("{}, {text}", label_of(whole));
        self.inner_measure(whole, name, label, kind, format!("mean of {text} over {}", over.name), sample)
    }

    /// A measure inside another: with its segments, without a rounding of its own.
    fn inner_measure(
        &mut self,
        whole: &tree::Measure,
        name: String,
        label: String,
        kind: MeasureKind,
        text: String,
        sample: Option<Sample>,
    ) -> Option<Measure> {
        let by = self.segments(&whole.by, &kind)?;
        Some(Measure {
            nature: super::nature::of(None, &name, &kind, &[]),
            name,
            label,
            clause: whole.clause.as_ref().map(|it| it.value.clone()),
            dimension: None,
            kind,
            by,
            round: None,
            sample,
            if_none: IfNone::NotMeasured,
            if_not_reported: IfNone::NotMeasured,
            matured_only: whole.matured_only,
            shown_in: None,
            unit: Unit::Number,
            text,
            span: whole.name.span,
        })
    }
}

fn label_of(measure: &tree::Measure) -> &str {
    measure.label.as_ref().map_or(measure.name.value.as_str(), |label| label.value.as_str())
}

fn first(pair: &[(Ratio, Ratio)]) -> Option<&Ratio> {
    pair.first().map(|(reading, _)| reading)
}

fn last(pair: &[(Ratio, Ratio)]) -> Option<&Ratio> {
    pair.last().map(|(reading, _)| reading)
}

fn up_to(low: &Ratio, boxes: &Ratio) -> Ratio {
    &(low + boxes) - &Ratio::one()
}

fn missing_unsaid(span: Span) -> Diagnostic {
    Diagnostic::error(codes::PART_MISSING_UNSAID, "what holds without one of the readings is not said")
        .label(span, "three ways give three scores")
        .help(
            "add `if one is not measured renormalised`, `counted as met`, `counted as missed` or \
             `not measured`"
                .to_owned(),
        )
}

fn wrong_sum(sum: &Ratio, total: &Ratio, span: Span) -> Diagnostic {
    Diagnostic::error(
        codes::WEIGHTS_WRONG,
        format!("the weights add up to {}, not to {}", sum.to_exact_text(), total.to_exact_text()),
    )
    .label(span, format!("{} in all", total.to_exact_text()))
    .help("correct the weights".to_owned())
}
