//! Sets, flattened to the table they draw on.
//!
//! ```text
//! set calls  = interactions where channel = "voice"
//! set timely = calls where waited <= 20 seconds excluding abandoned because "clause 4"
//! ```
//!
//! `timely` is `interactions` with both conditions and one exclusion, dated by
//! `started_at`. A look-ahead in a set's condition starts from the set that
//! the clause draws on, so `timely where followed by calls …` asks about all
//! records of `timely`.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{Exclusion, Name, SetClause, SetExpr, Side};
use std::collections::BTreeMap;

use super::follow::weight;
use super::memo::{Known, MAX_CHAIN};
use super::names::unknown;
use super::tables::is_standard;
use super::{Check, both};
use crate::contract::{AS_AT, Excluded, Portions, Row, SetRef};

/// The most parts the conditions of a set may have, look-aheads included.
const MAX_WEIGHT: usize = 20_000;

/// A set expression, taken apart: what it draws on, and what it adds.
#[derive(Debug)]
pub(super) struct Parts {
    /// The named set or table.
    pub base: SetRef,
    /// The condition it adds.
    pub filter: Option<Row>,
    /// What it takes out of both sides.
    pub out: Vec<Excluded>,
    /// What it takes out of the numerator only.
    pub not_above: Vec<Excluded>,
    /// What it takes out of the denominator only.
    pub not_below: Vec<Excluded>,
    /// What counts in part or up to a number.
    pub portions: Portions,
}

impl Check<'_> {
    pub(super) fn all_sets(&mut self) -> BTreeMap<String, SetRef> {
        let names: Vec<Name> = self.names.sets.values().map(|(it, _)| it.name.clone()).collect();
        names.iter().filter_map(|name| Some((name.value.clone(), self.set(name)?))).collect()
    }

    /// The set or table of this name.
    pub(super) fn set(&mut self, name: &Name) -> Option<SetRef> {
        let set = self.undated_set(name)?;
        if !set.dated_by.is_empty() {
            return Some(set);
        }
        // A table of the contract's own was reported where it is declared.
        if is_standard(&set.table) {
            self.report(
                Diagnostic::error(
                    codes::NO_DATE_FIELD,
                    format!("nothing says which field dates a record of `{}`", set.table),
                )
                .label(name.span, "its records belong to no period")
                .help(format!("declare a date: `fields {} dated by at {{ at: timestamp }}`", set.table)),
            );
        }
        None
    }

    fn undated_set(&mut self, name: &Name) -> Option<SetRef> {
        let Some((clause, _)) = self.names.sets.get(name.value.as_str()).copied() else {
            return self.table_set(name);
        };
        match self.sets.begin(&name.value) {
            Known::Done(set) => return set,
            Known::Circle => {
                self.circular(name, "set");
                return None;
            }
            Known::TooDeep => {
                self.too_deep(name);
                return None;
            }
            Known::New => {}
        }
        let set = self.set_clause(clause);
        self.sets.finish(&name.value, set)
    }

    /// A whole table as a set.
    fn table_set(&mut self, name: &Name) -> Option<SetRef> {
        if let Some(table) = self.tables.get(&name.value) {
            return Some(SetRef {
                name: name.value.clone(),
                table: name.value.clone(),
                conditions: Vec::new(),
                exclusions: Vec::new(),
                dated_by: table.dated_by.clone().unwrap_or_default(),
                later: 0,
                portions: Portions { relief: self.reliefs_on(&name.value), ..Portions::default() },
            });
        }
        let choices = self.names.sets.keys().copied().chain(self.tables.names());
        let mut fault = unknown(codes::UNKNOWN_TABLE, name, "is neither a set nor a table", choices);
        if fault.help.is_none() {
            let help = format!(
                "declare it: `set {0} = interactions where …`, or as a table: `fields {0} dated by … {{ … }}`",
                name.value
            );
            fault = fault.help(help);
        }
        self.report(fault);
        None
    }

    fn set_clause(&mut self, clause: &SetClause) -> Option<SetRef> {
        let base = self.undated_set(&clause.source.name);
        let dated_by = match (&clause.dated_by, &base) {
            (Some(field), Some(base)) => self.date_field(field, &base.table).map(Some),
            (Some(_), None) => None,
            (None, _) => Some(None),
        };
        let mut base = base?;
        if let Some(Some(field)) = &dated_by {
            base.dated_by = field.clone();
        }
        let later = self.months_later(clause.later.as_ref());
        self.no_sides(&clause.source);
        let parts = self.parts_on(base, &clause.source)?;
        dated_by?;
        let mut set = SetRef { name: clause.name.value.clone(), ..whole(parts, String::new()) };
        set.later = later?.unwrap_or(set.later);
        set.portions.relief.extend(self.reliefs_on(&clause.name.value));
        if let (Some(field), Some(_)) = (&clause.dated_by, &set.portions.open) {
            self.report(
                Diagnostic::error(
                    codes::OPEN_CASES,
                    "open cases belong to the period at whose end they are open",
                )
                .label(field.span, "no other date puts them into a period")
                .help("take `dated by` out".to_owned()),
            );
            return None;
        }
        if weight(&set) > MAX_WEIGHT {
            self.report(too_heavy(&clause.name));
            return None;
        }
        Some(set)
    }

    /// A set expression without sides: `contacts where resolved`.
    pub(super) fn set_expr(&mut self, written: &SetExpr) -> Option<SetRef> {
        self.no_sides(written);
        let parts = self.parts(written)?;
        Some(whole(parts, written.to_string()))
    }

    /// A set expression, taken apart.
    pub(super) fn parts(&mut self, written: &SetExpr) -> Option<Parts> {
        let base = self.set(&written.name)?;
        self.parts_on(base, written)
    }

    fn parts_on(&mut self, base: SetRef, written: &SetExpr) -> Option<Parts> {
        let filter = match &written.filter {
            Some(expr) => self.condition(expr, &base).map(Some),
            None => Some(None),
        };
        let mut sides = [Some(Vec::new()), Some(Vec::new()), Some(Vec::new())];
        for exclusion in &written.exclusions {
            let excluded = self.exclusion(exclusion, &base);
            let [both_sides, above, below] = &mut sides;
            let side = match exclusion.side {
                Side::Both => both_sides,
                Side::Numerator => above,
                Side::Denominator => below,
            };
            *side = both(side.take(), excluded).map(|(mut all, one)| {
                all.push(one);
                all
            });
        }
        let portions = self.portions(&base, &written.portions);
        let [out, not_above, not_below] = sides;
        let (filter, (out, (not_above, not_below))) = both(filter, both(out, both(not_above, not_below)))?;
        Some(Parts { base, filter, out, not_above, not_below, portions: portions? })
    }

    fn exclusion(&mut self, written: &Exclusion, base: &SetRef) -> Option<Excluded> {
        let condition = self.condition(&written.condition, base)?;
        Some(Excluded { condition, because: written.because.value.clone() })
    }

    fn no_sides(&mut self, written: &SetExpr) {
        for exclusion in written.exclusions.iter().filter(|it| it.side != Side::Both) {
            let side = if exclusion.side == Side::Numerator { "numerator" } else { "denominator" };
            self.report(
                Diagnostic::error(codes::NOT_USABLE_HERE, format!("there is no {side} here"))
                    .label(exclusion.condition.span, "only a `share of …` has two sides")
                    .help(format!("write `excluding …` without `from {side}`")),
            );
        }
    }

    /// Reports a definition that needs itself.
    pub(super) fn circular(&mut self, name: &Name, what: &str) {
        self.report(
            Diagnostic::error(codes::CIRCULAR, format!("the {what} `{}` is defined by itself", name.value))
                .label(name.span, "leads back to its own definition")
                .help("let one of the definitions involved stand on its own".to_owned()),
        );
    }

    /// Reports a chain of definitions that is not followed further.
    pub(super) fn too_deep(&mut self, name: &Name) {
        self.report(
            Diagnostic::error(codes::TOO_DEEP, "too many definitions stand one on the other")
                .label(name.span, "not followed further than this")
                .note(format!("at most {MAX_CHAIN} definitions may stand one on the other"))
                .help("define some of them directly".to_owned()),
        );
    }
}

/// All parts together, called `name`.
pub(super) fn whole(parts: Parts, name: String) -> SetRef {
    let mut set = SetRef { name, ..parts.base };
    set.conditions.extend(parts.filter);
    set.exclusions.extend(parts.out);
    set.portions = parts.portions;
    if set.portions.open.is_some() {
        set.dated_by = AS_AT.to_owned();
    }
    set
}

fn too_heavy(name: &Name) -> Diagnostic {
    Diagnostic::error(codes::TOO_DEEP, format!("`{}` stands on too many look-aheads", name.value))
        .label(Span::new(name.span.start, name.span.end), "sets that follow sets that follow sets …")
        .help("let the look-aheads search a plainer set".to_owned())
}
