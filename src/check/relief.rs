//! What people decide: relief by register, excuses, disputes, incidents that
//! cost once, and the part of a set that counts.
//!
//! ```text
//! relief on contacts from register where approved_by is known because "clause 9"
//! set delays = minutes counting 50% where responsibility = "joint"
//! ```

mod portion;

use std::collections::{BTreeMap, BTreeSet};

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{self, ExprKind, FieldType, Name, Operator};

use super::figures::Place;
use super::measures::tables_of;
use super::names::unknown;
use super::walk::{self, Met};
use super::{Check, Commitments, both, tables, units};
use crate::contract::{
    Aggregate, Compare, Disputes, Excuse, Formula, Governance, Measure, MeasureKind, OnePenalty, Register,
    ReliefClause, ReliefEffect, Row, Stays, clause_order,
};
use crate::value::{Ratio, Unit};

/// Relief clauses in canonical order, which numbers them.
pub(super) fn order(written: &tree::Relief) -> (bool, Vec<(u64, String)>, String) {
    let (none, parts) = clause_order(written.clause.as_ref().map(|it| it.value.as_str()));
    (none, parts, written.to_string())
}

/// The registers these clauses read.
pub(super) fn registers(governance: &Governance) -> BTreeSet<Register> {
    let chosen = governance.incidents.iter().any(|it| it.stays == Stays::Chosen);
    let adjustments = governance.disputes.is_some() || chosen;
    let relief = !governance.reliefs.is_empty();
    relief
        .then_some(Register::Relief)
        .into_iter()
        .chain(adjustments.then_some(Register::Adjustments))
        .collect()
}

impl Check<'_> {
    /// The relief clauses that name this set or table, by their place.
    pub(super) fn reliefs_on(&self, name: &str) -> BTreeSet<usize> {
        let named = |(_, (it, _)): &(usize, &(&tree::Relief, Span))| it.on.iter().any(|on| on.value == name);
        self.names.reliefs.iter().enumerate().filter(named).map(|(at, _)| at).collect()
    }

    pub(super) fn governance(
        &mut self,
        measures: &BTreeMap<String, Measure>,
        commitments: &Commitments,
    ) -> Governance {
        self.in_part_adds_up(measures);
        self.relief_once(measures);
        let reliefs = self.names.reliefs.clone();
        let reliefs =
            reliefs.into_iter().filter_map(|(it, _)| self.relief(it, measures, commitments)).collect();
        let excuses = self.names.excuses.clone();
        let mut excuses: Vec<Excuse> = excuses.into_iter().filter_map(|(it, _)| self.excuse(it)).collect();
        excuses.sort_by_key(|it| (clause_order(it.clause.as_deref()), it.text.clone()));
        let disputes = self.names.disputes.first().map(|(it, _)| Disputes {
            left_out: it.left_out,
            clause: it.clause.as_ref().map(|it| it.value.clone()),
            text: it.to_string(),
        });
        let incidents = self.names.incidents.clone();
        let mut incidents: Vec<OnePenalty> =
            incidents.into_iter().filter_map(|(it, _)| self.one_penalty(it, measures, commitments)).collect();
        incidents.sort_by_key(|it| (clause_order(it.clause.as_deref()), it.text.clone()));
        Governance { reliefs, excuses, disputes, incidents }
    }

    fn relief(
        &mut self,
        written: &tree::Relief,
        measures: &BTreeMap<String, Measure>,
        commitments: &Commitments,
    ) -> Option<ReliefClause> {
        let table = Register::Relief.table();
        let approved = match &written.approved {
            Some(expr) => {
                let base = self.set(&Name::new(table.to_owned(), expr.span))?;
                self.condition(expr, &base).and_then(|row| self.of_a_row(row, expr.span))
            }
            None => Some(Row::Not(Box::new(Row::Missing(Box::new(Row::Field("approved_by".to_owned())))))),
        };
        let mut sound = true;
        for name in &written.on {
            sound &= self.relieved(name, written, measures, commitments);
        }
        let effect = match &written.effect.value {
            tree::ReliefEffect::TakesOut => Some(ReliefEffect::TakesOut),
            tree::ReliefEffect::VendorsBetter => Some(ReliefEffect::VendorsBetter),
            tree::ReliefEffect::Excuses(part) => {
                let percent = self.level(part, Unit::Percent, "the part of a period");
                percent.and_then(|percent| {
                    if percent.is_positive() && percent <= Ratio::whole(100) {
                        return Some(ReliefEffect::Excuses(percent));
                    }
                    self.report(bad_part(part.span));
                    None
                })
            }
        };
        let (approved, effect) = both(approved, effect)?;
        let mut on: Vec<String> = written.on.iter().map(|it| it.value.clone()).collect();
        on.sort_unstable();
        on.dedup();
        sound.then(|| ReliefClause {
            on,
            by: written.by.as_ref().map(|it| it.value.clone()),
            approved,
            because: written.because.value.clone(),
            effect,
            clause: written.clause.as_ref().map(|it| it.value.clone()),
            text: written.to_string(),
        })
    }

    /// A condition that one row of a register answers.
    fn of_a_row(&mut self, row: Row, span: Span) -> Option<Row> {
        let mut beyond = false;
        row.walk(&mut |part| beyond |= matches!(part, Row::Follow(_) | Row::Business { .. }));
        if beyond {
            self.report(
                Diagnostic::error(codes::REGISTER_CONDITION, "a row of a register is judged by itself")
                    .label(span, "looks at other records or at a calendar")
                    .help("compare the row's own fields: `where approved_by is known`".to_owned()),
            );
            return None;
        }
        Some(row)
    }

    /// Whether relief can be given on this set or measure.
    fn relieved(
        &mut self,
        name: &Name,
        written: &tree::Relief,
        measures: &BTreeMap<String, Measure>,
        commitments: &Commitments,
    ) -> bool {
        let is_set =
            self.names.sets.contains_key(name.value.as_str()) || self.tables.get(&name.value).is_some();
        let is_measure = self.names.measures.contains_key(name.value.as_str());
        if !is_set && !is_measure {
            let choices = self.names.sets.keys().chain(self.names.measures.keys()).copied();
            let fault = unknown(codes::RELIEF_ON, name, "is neither a set nor a measure", choices);
            let help =
                fault.help.clone().unwrap_or_else(|| "name the records or the measure it is for".to_owned());
            self.report(fault.help(help));
            return false;
        }
        let needs_measure = !matches!(written.effect.value, tree::ReliefEffect::TakesOut);
        if needs_measure && !is_measure {
            self.report(only_measures(name));
            return false;
        }
        let tables: Vec<String> = match (is_set, measures.get(&name.value)) {
            (true, _) => self.set(name).map(|set| set.table).into_iter().collect(),
            (false, Some(measure)) => tables_of(&measure.kind).into_iter().map(str::to_owned).collect(),
            (false, None) => return false,
        };
        let judged = |it: &&crate::contract::Commitment| it.measure == name.value && it.target.is_some();
        let better = matches!(written.effect.value, tree::ReliefEffect::VendorsBetter);
        if better && commitments.values().find(judged).is_none() {
            self.report(no_better(name));
            return false;
        }
        tables.iter().all(|table| self.has_scope(written.by.as_ref(), table))
    }

    fn has_scope(&mut self, by: Option<&Name>, table: &str) -> bool {
        let Some(by) = by else { return true };
        match self.field_type(by, table) {
            Some(FieldType::Text) => true,
            Some(kind) => {
                self.report(
                    Diagnostic::error(
                        codes::RELIEF_SCOPE,
                        format!("`{}` is {}", by.value, tables::word(kind)),
                    )
                    .label(by.span, "the scope of a row is a text")
                    .help("name a text field, such as `queue` or `site`".to_owned()),
                );
                false
            }
            None => false,
        }
    }

    fn excuse(&mut self, written: &tree::Excuse) -> Option<Excuse> {
        let on = self.commitments_named(&written.on);
        let mut parts = Vec::new();
        flatten(&written.when, &mut parts);
        let when: Vec<_> = parts.into_iter().map(|part| self.comparison(part)).collect();
        let (on, when) = both(on, when.into_iter().collect::<Option<Vec<_>>>())?;
        Some(Excuse {
            on,
            when,
            because: written.because.value.clone(),
            clause: written.clause.as_ref().map(|it| it.value.clone()),
            text: written.to_string(),
        })
    }

    /// Two figures of the period, compared.
    fn comparison(&mut self, expr: &tree::Expr) -> Option<(Formula, Compare, Formula)> {
        let compared = match &expr.value {
            ExprKind::Binary(left, operator, right) => {
                compare(operator.value).map(|compare| (left.as_ref(), compare, right.as_ref()))
            }
            _ => None,
        };
        let Some((left, compare, right)) = compared else {
            self.report(
                Diagnostic::error(codes::EXCUSE_CONDITION, "an excuse compares figures of the period")
                    .label(expr.span, "not a comparison")
                    .help(
                        "write for instance `excuse … when offered is more than 110% of agreed`".to_owned(),
                    ),
            );
            return None;
        };
        let (a, b) = both(self.formula(left, Place::Measure), self.formula(right, Place::Measure))?;
        if !units::comparable(compare, a.unit, b.unit) {
            self.report(
                Diagnostic::error(codes::UNITS_DIFFER, format!("{} is compared with {}", a.unit, b.unit))
                    .label(expr.span, "these two cannot be compared")
                    .help("compare figures of the same unit".to_owned()),
            );
            return None;
        }
        Some((a, compare, b))
    }

    fn one_penalty(
        &mut self,
        written: &tree::OnePenalty,
        measures: &BTreeMap<String, Measure>,
        commitments: &Commitments,
    ) -> Option<OnePenalty> {
        self.commitments_named(&written.on)?;
        let mut sound = true;
        for name in &written.on {
            let Some(commitment) = commitments.get(&name.value) else { continue };
            let by = measures.get(&commitment.measure).map_or(&[][..], |it| it.by.as_slice());
            if !commitment.each || !by.contains(&written.field.value) {
                self.report(not_by_incident(name, &written.field, &commitment.measure));
                sound = false;
            }
        }
        sound.then(|| OnePenalty {
            field: written.field.value.clone(),
            on: written.on.iter().map(|it| it.value.clone()).collect(),
            stays: written.stays,
            clause: written.clause.as_ref().map(|it| it.value.clone()),
            text: written.to_string(),
        })
    }

    /// A clock that pauses for an event, and relief for the same event, would help twice.
    fn relief_once(&mut self, measures: &BTreeMap<String, Measure>) {
        for measure in measures.values() {
            let (mut paused, mut relieved) = (false, !self.reliefs_on(&measure.name).is_empty());
            walk::kind(&measure.kind, &mut |met| match met {
                Met::Set(set) => relieved |= !set.portions.relief.is_empty(),
                Met::Row(Row::Business { paused: statuses, .. }) => paused |= !statuses.is_empty(),
                Met::Row(_) => {}
            });
            if paused && relieved {
                self.found.push(
                    Diagnostic::warning(
                        codes::RELIEF_TWICE,
                        format!("`{}` pauses its clock, and relief takes records out of it", measure.name),
                    )
                    .label(measure.span, "one event might help twice")
                    .help("see that no event both stops the clock and stands in the register".to_owned()),
                );
            }
        }
    }

    /// Records that count in part only add up where records are added up.
    fn in_part_adds_up(&mut self, measures: &BTreeMap<String, Measure>) {
        let faulty = measures.values().filter(|measure| in_part_unfit(&measure.kind));
        for (span, name) in faulty.map(|it| (it.span, it.name.clone())).collect::<Vec<_>>() {
            self.report(
                Diagnostic::error(codes::IN_PART, format!("`{name}` cannot count records in part"))
                    .label(span, "half a record has no place in a ranking or among different values")
                    .help("count in part in a `count`, a `sum`, a `share`, a `ratio` or a `rate`".to_owned()),
            );
        }
    }
}

fn flatten<'e>(expr: &'e tree::Expr, parts: &mut Vec<&'e tree::Expr>) {
    match &expr.value {
        ExprKind::Binary(left, operator, right) if operator.value == Operator::And => {
            flatten(left, parts);
            flatten(right, parts);
        }
        _ => parts.push(expr),
    }
}

fn compare(operator: Operator) -> Option<Compare> {
    Some(match operator {
        Operator::Equal => Compare::Equal,
        Operator::NotEqual => Compare::NotEqual,
        Operator::Less => Compare::Less,
        Operator::AtMost => Compare::AtMost,
        Operator::More => Compare::More,
        Operator::AtLeast => Compare::AtLeast,
        _ => return None,
    })
}

fn in_part_unfit(kind: &MeasureKind) -> bool {
    let distinct = |it: &Aggregate| match it {
        Aggregate::Distinct(_, set) => set.portions.weighs(),
        _ => false,
    };
    match kind {
        MeasureKind::Share { key, of, not_above, not_below, .. } => {
            let plain = key.is_none() && not_above.is_empty() && not_below.is_empty();
            !plain && of.portions.weighs()
        }
        MeasureKind::Ratio { numerator, denominator } => distinct(numerator) || distinct(denominator),
        MeasureKind::Single(one) => distinct(one),
        MeasureKind::Mean { over, .. }
        | MeasureKind::Percentile { over, .. }
        | MeasureKind::NetPromoter { over, .. }
        | MeasureKind::Scored { over, .. }
        | MeasureKind::Extreme { over, .. }
        | MeasureKind::TopBox { over, .. } => over.portions.weighs(),
        _ => false,
    }
}

fn bad_part(span: Span) -> Diagnostic {
    Diagnostic::error(codes::RELIEF_ON, "relief cannot cover such a part of a period")
        .label(span, "not above 0% and at most 100%")
        .help("write for instance `when it covers at least 10% of it`".to_owned())
}

fn only_measures(name: &Name) -> Diagnostic {
    Diagnostic::error(
        codes::RELIEF_ON,
        format!("`{}` is a set, and only a measure is excused or better", name.value),
    )
    .label(name.span, "a set has no reading")
    .help("name the measure: `relief on resolved_first_time from register …`".to_owned())
}

fn no_better(name: &Name) -> Diagnostic {
    Diagnostic::error(codes::RELIEF_NOT_BETTER, format!("nothing says when `{}` is better", name.value))
        .label(name.span, "no commitment has a target for it")
        .help(
            "give it a commitment with a target, or leave `only where the vendor is better for it` out"
                .to_owned(),
        )
}

fn not_by_incident(name: &Name, field: &Name, measure: &str) -> Diagnostic {
    Diagnostic::error(codes::ONE_PENALTY, format!("`{}` is not judged for each {}", name.value, field.value))
        .label(name.span, "its penalties belong to no single incident")
        .help(format!(
            "write `by {}` in the measure `{measure}` and `for each segment` in the commitment",
            field.value
        ))
}
