//! Measures: the calculation, and what surrounds it.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, FieldType, Name};
use std::collections::BTreeMap;

use super::memo::Known;
use super::names::unknown;
use super::{Check, line, literal, nature};
use crate::contract::{Aggregate, IfNone, Measure, MeasureKind, Node, Otherwise, Sample};
use crate::value::{Quantity, Unit};

/// The service dimensions a measure can stand for.
const DIMENSIONS: &[&str] = &["customer", "concept", "process", "tools", "plan", "team"];

impl Check<'_> {
    pub(super) fn all_measures(&mut self) -> BTreeMap<String, Measure> {
        let names: Vec<Name> = self.names.measures.values().map(|(it, _)| it.name.clone()).collect();
        names.iter().filter_map(|name| Some((name.value.clone(), self.measure(name)?))).collect()
    }

    /// The measure of this name.
    pub(super) fn measure(&mut self, name: &Name) -> Option<Measure> {
        let Some((clause, span)) = self.names.measures.get(name.value.as_str()).copied() else {
            let fault = self.unknown_measure(name);
            self.report(fault);
            return None;
        };
        match self.measures.begin(&name.value) {
            Known::Done(measure) => return measure,
            Known::Circle => {
                self.circular(name, "measure");
                return None;
            }
            Known::TooDeep => {
                self.too_deep(name);
                return None;
            }
            Known::New => {}
        }
        let measure = self.measure_clause(clause, span);
        self.measures.finish(&name.value, measure)
    }

    fn unknown_measure(&self, name: &Name) -> Diagnostic {
        let measures = self.names.measures.keys().copied();
        let fault = unknown(codes::UNKNOWN_MEASURE, name, "is not a measure of this contract", measures);
        let set = self.names.sets.contains_key(name.value.as_str()) || self.tables.get(&name.value).is_some();
        let near = fault.help.clone().filter(|_| !set);
        let help = if set {
            format!("say what to do with the set, for instance `count of {}`", name.value)
        } else {
            format!("declare it: `measure {} {{ … }}`", name.value)
        };
        fault.help(near.unwrap_or(help))
    }

    fn measure_clause(&mut self, written: &tree::Measure, span: Span) -> Option<Measure> {
        if let Some(dimension) =
            written.dimension.as_ref().filter(|it| !DIMENSIONS.contains(&it.value.as_str()))
        {
            let choices = DIMENSIONS.iter().copied();
            self.report(unknown(
                codes::UNKNOWN_DIMENSION,
                dimension,
                "is not a dimension of service",
                choices,
            ));
        }
        let Some(kind) = &written.kind else {
            self.report(no_calculation(&written.name));
            return None;
        };
        let text = line::measure(&kind.value);
        let gap = matches!(kind.value, tree::MeasureKind::Servqual(_));
        let (kind, unit) = match &kind.value {
            tree::MeasureKind::Servqual(gap) => self.servqual(written, gap)?,
            other => self.kind(other, kind.span)?,
        };
        let by = self.segments(&written.by, &kind);
        let round = match &written.round {
            Some(rounding) => self.rounding(&rounding.value, unit).map(Some),
            None => Some(None),
        };
        let sample = match &written.sample {
            // The items of a gap have it instead.
            Some(sample) if !gap => self.sample(sample, &kind).map(Some),
            _ => Some(None),
        };
        let if_none = self.if_none(written.if_none.as_ref(), unit);
        let if_not_reported = self.if_none(written.if_not_reported.as_ref(), unit);
        let shown_in = match &written.shown_in {
            Some(time) if unit == Unit::Duration => Some(Some(literal::seconds(time.value))),
            Some(time) => {
                self.report(not_a_duration(time.span, unit));
                None
            }
            None => Some(None),
        };
        let nature = self.nature(written, &kind);
        Some(Measure {
            name: written.name.value.clone(),
            nature,
            label: written.label.as_ref().unwrap_or(&written.name).value.clone(),
            clause: written.clause.as_ref().map(|it| it.value.clone()),
            dimension: written.dimension.as_ref().map(|it| it.value.clone()),
            kind,
            by: by?,
            round: round?,
            sample: sample?,
            if_none: if_none?,
            if_not_reported: if_not_reported?,
            matured_only: written.matured_only,
            shown_in: shown_in?,
            unit,
            text,
            span,
        })
    }

    /// A figure stated in place: a measure whose name is its text.
    pub(super) fn inline(&mut self, written: &tree::Aggregate, span: Span) -> Option<Measure> {
        self.inline_by(written.to_string(), written, span, |_, _| Some(Vec::new()))
    }

    /// Likewise under a name of its own, broken down by what `by` gives.
    pub(super) fn inline_by(
        &mut self,
        name: String,
        written: &tree::Aggregate,
        span: Span,
        by: impl FnOnce(&mut Self, &MeasureKind) -> Option<Vec<String>>,
    ) -> Option<Measure> {
        if let Some(known) = self.inline.get(&name) {
            return Some(known.clone());
        }
        let (aggregate, unit) = self.aggregate(written)?;
        let kind = MeasureKind::Single(aggregate);
        let by = by(self, &kind)?;
        let measure = Measure {
            label: name.clone(),
            clause: None,
            dimension: None,
            nature: nature::of(None, &name, &kind, &[]),
            kind,
            by,
            round: None,
            sample: None,
            if_none: IfNone::NotMeasured,
            if_not_reported: IfNone::NotMeasured,
            matured_only: false,
            shown_in: None,
            unit,
            text: name.clone(),
            span,
            name,
        };
        self.inline.insert(measure.name.clone(), measure.clone());
        Some(measure)
    }

    /// The fields whose values make the segments.
    pub(super) fn segments(&mut self, by: &[Name], kind: &MeasureKind) -> Option<Vec<String>> {
        let mut sound = true;
        for name in by {
            for table in tables_of(kind) {
                let fits = self.field_type(name, table).is_some_and(|field| self.splits(name, field));
                sound &= fits;
            }
        }
        if let Some(first) = by.first() {
            sound &= self.same_segments(&declared_parts(kind), by, first.span);
        }
        if let (MeasureKind::OverSegments(over), Some(first)) = (kind, by.first()) {
            sound = false;
            self.report(
                Diagnostic::error(codes::NOT_USABLE_HERE, "a figure of segments has no segments of its own")
                    .label(first.span, "no `by` here")
                    .help(format!("the segments are those of `{}`", over.measure)),
            );
        }
        sound.then(|| by.iter().map(|name| name.value.clone()).collect())
    }

    fn splits(&mut self, name: &Name, field: FieldType) -> bool {
        let fits = matches!(field, FieldType::Text | FieldType::YesNo | FieldType::Whole);
        if !fits {
            self.report(
                Diagnostic::error(codes::NOT_USABLE_HERE, format!("`{}` makes no segments", name.value))
                    .label(name.span, format!("a field of type {}", super::tables::word(field)))
                    .help("break down by a text, a yes-or-no or a whole-number field".to_owned()),
            );
        }
        fits
    }

    /// A calculated measure has the segments that all its parts have.
    fn same_segments(&mut self, parts: &[String], by: &[Name], span: Span) -> bool {
        let wanted: Vec<&str> = by.iter().map(|name| name.value.as_str()).collect();
        let differs = parts.iter().find(|part| {
            let clause = self.names.measures.get(part.as_str());
            let fields =
                clause.map(|(it, _)| it.by.iter().map(|name| name.value.as_str()).collect::<Vec<_>>());
            fields.as_ref() != Some(&wanted)
        });
        if let Some(part) = &differs {
            self.report(
                Diagnostic::error(codes::NOT_USABLE_HERE, format!("`{part}` has other segments"))
                    .label(span, "the segments of a calculated measure are those of its parts")
                    .help(format!("write the same `by` in `measure {part}`")),
            );
        }
        differs.is_none()
    }

    pub(super) fn sample(&mut self, written: &Spanned<tree::Sample>, kind: &MeasureKind) -> Option<Sample> {
        let at_least = &written.value.at_least;
        let none = matches!(
            kind,
            MeasureKind::Calculated(_) | MeasureKind::Weighted(_) | MeasureKind::OverSegments(_)
        );
        if none {
            self.report(
                Diagnostic::error(codes::NOT_USABLE_HERE, "a calculated measure has no records of its own")
                    .label(written.span, "nothing to count here")
                    .help("state the minimum sample in the measures it is calculated from".to_owned()),
            );
            return None;
        }
        let count = self.plain(at_least, "a minimum sample")?;
        let records = count.to_i64().and_then(|it| u64::try_from(it).ok()).filter(|it| *it > 0);
        if records.is_none() {
            self.report(
                Diagnostic::error(
                    codes::STEP_NOT_POSITIVE,
                    "a minimum sample is a whole number of records above 0",
                )
                .label(at_least.span, "not possible")
                .help("write for instance `needs at least 100 answers, otherwise not measured`".to_owned()),
            );
        }
        let otherwise = written.value.otherwise;
        if matches!(otherwise, Otherwise::Pooled | Otherwise::Carried)
            && let Some(why) = not_poolable(kind)
        {
            self.report(
                Diagnostic::error(
                    codes::POOLING_IMPOSSIBLE,
                    "this measure cannot be pooled with the period before",
                )
                .label(written.span, why)
                .help("write `otherwise not measured` or `otherwise deemed met`".to_owned()),
            );
            return None;
        }
        Some(Sample { at_least: records?, noun: written.value.noun.clone(), otherwise })
    }

    fn if_none(&mut self, written: Option<&Spanned<tree::IfNone>>, unit: Unit) -> Option<IfNone> {
        match written.map(|it| &it.value) {
            None | Some(tree::IfNone::NotMeasured) => Some(IfNone::NotMeasured),
            Some(tree::IfNone::DeemedMet) => Some(IfNone::DeemedMet),
            Some(tree::IfNone::DeemedMissed) => Some(IfNone::DeemedMissed),
            Some(tree::IfNone::Value(value)) => {
                let value = self.level(value, unit, "the reading")?;
                Some(IfNone::Value(Quantity::new(value, unit)))
            }
        }
    }
}

/// The measures of their own clauses that a measure is put together from.
fn declared_parts(kind: &MeasureKind) -> Vec<String> {
    let mut parts = Vec::new();
    match kind {
        MeasureKind::Calculated(formula) => formula.node.walk(&mut |node| {
            if let Node::Measure(name) = node {
                parts.push(name.clone());
            }
        }),
        // The parts of a gap are made with the right segments.
        MeasureKind::Weighted(weighted) if weighted.total.is_some() => {
            parts.extend(weighted.parts.iter().map(|part| part.measure.clone()));
        }
        _ => {}
    }
    parts
}

/// The tables a measure's records come from.
pub(super) fn tables_of(kind: &MeasureKind) -> Vec<&str> {
    let mut tables = match kind {
        MeasureKind::Share { of, .. } => vec![of.table.as_str()],
        MeasureKind::Ratio { numerator, denominator } => vec![table_of(numerator), table_of(denominator)],
        MeasureKind::Rate { of, base, .. } => vec![of.table.as_str(), base.table.as_str()],
        MeasureKind::Single(one) => vec![table_of(one)],
        MeasureKind::Mean { over, .. }
        | MeasureKind::Percentile { over, .. }
        | MeasureKind::NetPromoter { over, .. }
        | MeasureKind::Scored { over, .. }
        | MeasureKind::Extreme { over, .. }
        | MeasureKind::TopBox { over, .. } => vec![over.table.as_str()],
        MeasureKind::Calculated(_)
        | MeasureKind::Weighted(_)
        | MeasureKind::OverSegments(_)
        | MeasureKind::Reported => Vec::new(),
    };
    tables.dedup();
    tables
}

fn table_of(aggregate: &Aggregate) -> &str {
    match aggregate {
        Aggregate::Count(set) | Aggregate::Distinct(_, set) | Aggregate::Sum(_, set) => &set.table,
    }
}

/// Why two periods of this measure cannot be put together.
pub(super) fn not_poolable(kind: &MeasureKind) -> Option<&'static str> {
    const DISTINCT: &str = "the same value may occur in both periods and would count twice";
    match kind {
        MeasureKind::Share { key: Some(_), .. } | MeasureKind::Single(Aggregate::Distinct(..)) => {
            Some(DISTINCT)
        }
        MeasureKind::Ratio { numerator, denominator } => [numerator, denominator]
            .into_iter()
            .any(|it| matches!(it, Aggregate::Distinct(..)))
            .then_some(DISTINCT),
        MeasureKind::Single(_) => Some("the figure of two periods is not the figure of one"),
        _ => None,
    }
}

fn no_calculation(name: &Name) -> Diagnostic {
    Diagnostic::error(codes::NO_CALCULATION, format!("`{}` does not say what is calculated", name.value))
        .label(name.span, "no calculation")
        .help("add for instance `share of … where …`, `count of …`, `mean of … over …` or `reported in percent`".to_owned())
}

fn not_a_duration(span: Span, unit: Unit) -> Diagnostic {
    Diagnostic::error(
        codes::NOT_USABLE_HERE,
        format!("only a duration can be shown in units of time; this is {unit}"),
    )
    .label(span, "not a duration")
    .help("take the line out".to_owned())
}
