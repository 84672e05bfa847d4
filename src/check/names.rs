//! What a contract declares, by name, and what to say about a name it does not.
//!
//! Measures, charges, pools and facts share one space of names, because a
//! formula may name any of them; sets share theirs with tables.

use std::collections::BTreeMap;

use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::suggest;
use meed_grammar::tree::{
    Amendment, Baseline, Calendar, Called, Cap, Charge, ChargeBack, Clause, Commitment, ContractHead,
    Conversion, Deadlines, Disputes, EarnBack, Example, Exchange, Excuse, Fact, Fields, Gate, History, Index,
    Journeys, Measure, Name, Netting, OnePenalty, PaySide, PenaltyRule, Phase, Pool, Relief, Right,
    SetClause, Tail, Tree,
};

use meed_grammar::tree::Accept;

use super::{relief, tables};
use meed_grammar::codes;

/// A clause with its place.
pub(super) type Placed<'a, T> = (&'a T, Span);

/// Every clause of the tree, by kind and name.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    pub heads: Vec<Placed<'a, ContractHead>>,
    pub calendars: BTreeMap<&'a str, Placed<'a, Calendar>>,
    pub fields: Vec<Placed<'a, Fields>>,
    pub sets: BTreeMap<&'a str, Placed<'a, SetClause>>,
    pub journeys: BTreeMap<&'a str, Placed<'a, Journeys>>,
    pub tails: Vec<Placed<'a, Tail>>,
    pub measures: BTreeMap<&'a str, Placed<'a, Measure>>,
    pub facts: BTreeMap<&'a str, Placed<'a, Fact>>,
    pub charges: BTreeMap<&'a str, Placed<'a, Charge>>,
    pub pools: BTreeMap<&'a str, Placed<'a, Pool>>,
    pub commitments: BTreeMap<&'a str, Placed<'a, Commitment>>,
    pub baselines: BTreeMap<&'a str, Placed<'a, Baseline>>,
    pub phases: Vec<Placed<'a, Phase>>,
    pub amendments: Vec<Placed<'a, Amendment>>,
    pub conversions: Vec<Placed<'a, Conversion>>,
    pub gates: Vec<Placed<'a, Gate>>,
    pub caps: Vec<Placed<'a, Cap>>,
    pub rights: Vec<Placed<'a, Right>>,
    pub histories: Vec<Placed<'a, History>>,
    pub earn_backs: Vec<Placed<'a, EarnBack>>,
    pub penalty_rules: Vec<Placed<'a, PenaltyRule>>,
    pub nettings: Vec<Placed<'a, Netting>>,
    pub deadlines: Vec<Placed<'a, Deadlines>>,
    pub called: Vec<Placed<'a, Called>>,
    pub reliefs: Vec<Placed<'a, Relief>>,
    pub excuses: Vec<Placed<'a, Excuse>>,
    pub disputes: Vec<Placed<'a, Disputes>>,
    pub incidents: Vec<Placed<'a, OnePenalty>>,
    pub examples: Vec<Placed<'a, Example>>,
    pub accepts: Vec<Placed<'a, Accept>>,
    pub indices: BTreeMap<&'a str, Placed<'a, Index>>,
    pub exchanges: Vec<Placed<'a, Exchange>>,
    pub charge_backs: Vec<Placed<'a, ChargeBack>>,
}

impl<'a> Names<'a> {
    /// Collects the clauses of `tree`. Of a name declared twice the first stays.
    pub fn of(tree: &'a Tree, found: &mut Vec<Diagnostic>) -> Self {
        let mut names = Self::default();
        tree.clauses.iter().for_each(|clause| names.add(clause, found));
        names.reliefs.sort_by_key(|(it, _)| relief::order(it));
        names.only_one(found);
        names.figures_differ(found);
        names.sets_are_not_tables(found);
        names
    }

    fn add(&mut self, clause: &'a Spanned<Clause>, found: &mut Vec<Diagnostic>) {
        let span = clause.span;
        match &clause.value {
            Clause::Contract(it) => self.heads.push((it, span)),
            Clause::Fields(it) => self.fields.push((it, span)),
            Clause::Amendment(it) => self.amendments.push((it, span)),
            Clause::Baseline(it) => declare(&mut self.baselines, &it.name, (it, span), |it| &it.name, found),
            Clause::Phase(it) => self.phases.push((it, span)),
            Clause::Conversion(it) => self.conversions.push((it, span)),
            Clause::Index(it) => declare(&mut self.indices, &it.name, (it, span), |it| &it.name, found),
            Clause::Exchange(it) => self.exchanges.push((it, span)),
            Clause::ChargeBack(it) => self.charge_backs.push((it, span)),
            Clause::Gate(it) => self.gates.push((it, span)),
            Clause::Cap(it) => self.caps.push((it, span)),
            Clause::Right(it) => self.rights.push((it, span)),
            Clause::History(it) => self.histories.push((it, span)),
            Clause::EarnBack(it) => self.earn_backs.push((it, span)),
            Clause::PenaltyRule(it) => self.penalty_rules.push((it, span)),
            Clause::Netting(it) => self.nettings.push((it, span)),
            Clause::Deadlines(it) => self.deadlines.push((it, span)),
            Clause::Called(it) => self.called.push((it, span)),
            Clause::Relief(it) => self.reliefs.push((it, span)),
            Clause::Excuse(it) => self.excuses.push((it, span)),
            Clause::Disputes(it) => self.disputes.push((it, span)),
            Clause::OnePenalty(it) => self.incidents.push((it, span)),
            Clause::Example(it) => self.examples.push((it, span)),
            Clause::Accept(it) => self.accepts.push((it, span)),
            Clause::Calendar(it) => declare(&mut self.calendars, &it.name, (it, span), |it| &it.name, found),
            Clause::Set(it) => declare(&mut self.sets, &it.name, (it, span), |it| &it.name, found),
            Clause::Journeys(it) => declare(&mut self.journeys, &it.name, (it, span), |it| &it.name, found),
            Clause::Tail(it) => self.tails.push((it, span)),
            Clause::Measure(it) => declare(&mut self.measures, &it.name, (it, span), |it| &it.name, found),
            Clause::Fact(it) => declare(&mut self.facts, &it.name, (it, span), |it| &it.name, found),
            Clause::Charge(it) => declare(&mut self.charges, &it.name, (it, span), |it| &it.name, found),
            Clause::Pool(it) => declare(&mut self.pools, &it.name, (it, span), |it| &it.name, found),
            Clause::Commitment(it) => {
                declare(&mut self.commitments, &it.name, (it, span), |it| &it.name, found);
            }
        }
    }

    fn only_one(&self, found: &mut Vec<Diagnostic>) {
        let heads = self.heads.iter().map(|(_, span)| *span).collect::<Vec<_>>();
        let conversions = self.conversions.iter().map(|(_, span)| *span).collect::<Vec<_>>();
        let histories = self.histories.iter().map(|(_, span)| *span).collect::<Vec<_>>();
        let deadlines = self.deadlines.iter().map(|(_, span)| *span).collect::<Vec<_>>();
        let called = |side: PaySide| {
            let same = self.called.iter().filter(move |(it, _)| it.side == side);
            same.map(|(_, span)| *span).collect::<Vec<_>>()
        };
        let disputes = self.disputes.iter().map(|(_, span)| *span).collect::<Vec<_>>();
        let both = [
            ("contract head", heads),
            ("`after the term`", self.tails.iter().map(|(_, span)| *span).collect()),
            ("conversion of points", conversions),
            ("`history`", histories),
            ("rule on disputes", disputes),
            ("list of deadlines", deadlines),
            ("name for penalties", called(PaySide::Penalty)),
            ("name for bonuses", called(PaySide::Bonus)),
        ];
        for (what, spans) in both {
            let Some(first) = spans.first() else { continue };
            for span in spans.iter().skip(1) {
                found.push(
                    Diagnostic::error(codes::MORE_THAN_ONE, format!("a second {what}"))
                        .label(*span, "one is enough")
                        .label(*first, "the first is here")
                        .help("keep one of them".to_owned()),
                );
            }
        }
    }

    /// A formula may name a measure, a charge, a pool or a fact: they need different names.
    fn figures_differ(&mut self, found: &mut Vec<Diagnostic>) {
        let mut taken: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
        let measures = self.measures.values().map(|(it, _)| ("measure", &it.name));
        let charges = self.charges.values().map(|(it, _)| ("charge", &it.name));
        let pools = self.pools.values().map(|(it, _)| ("pool", &it.name));
        let facts = self.facts.values().map(|(it, _)| ("fact", &it.name));
        let baselines = self.baselines.values().map(|(it, _)| ("baseline", &it.name));
        let indices = self.indices.values().map(|(it, _)| ("index", &it.name));
        let mut all: Vec<(&str, &Name)> =
            measures.chain(charges).chain(pools).chain(facts).chain(baselines).chain(indices).collect();
        all.sort_by_key(|(_, name)| name.span);
        for (what, name) in all {
            match taken.get(name.value.as_str()) {
                Some((other, first)) => found.push(
                    Diagnostic::error(codes::NAME_TWICE, format!("`{}` is already a {other}", name.value))
                        .label(name.span, format!("a {what} of the same name"))
                        .label(*first, format!("the {other} is here"))
                        .help("measures, charges, pools and facts need different names: a formula may name any of them".to_owned()),
                ),
                None => {
                    taken.insert(&name.value, (what, name.span));
                }
            }
        }
    }

    /// Whether a formula may mean something by this name.
    pub fn is_figure(&self, name: &str) -> bool {
        self.measures.contains_key(name)
            || self.charges.contains_key(name)
            || self.pools.contains_key(name)
            || self.facts.contains_key(name)
            || self.indices.contains_key(name)
    }

    fn sets_are_not_tables(&mut self, found: &mut Vec<Diagnostic>) {
        for (set, _) in self.sets.values() {
            let name = &set.name;
            let declared = self.fields.iter().any(|(fields, _)| fields.table.value == name.value);
            if declared || tables::is_standard(&name.value) {
                found.push(
                    Diagnostic::error(codes::NAME_TAKEN, format!("`{}` is a table", name.value))
                        .label(name.span, "a set needs a name of its own")
                        .help(format!(
                            "call it for instance `own_{0}`: `set own_{0} = {0} where …`",
                            name.value
                        )),
                );
            }
        }
    }
}

fn declare<'a, T>(
    all: &mut BTreeMap<&'a str, Placed<'a, T>>,
    name: &'a Name,
    clause: Placed<'a, T>,
    name_of: impl Fn(&T) -> &Name,
    found: &mut Vec<Diagnostic>,
) {
    match all.get(name.value.as_str()) {
        Some((first, _)) => found.push(twice(name, name_of(first).span)),
        None => {
            all.insert(&name.value, clause);
        }
    }
}

/// A name that was declared before.
pub(super) fn twice(name: &Name, first: Span) -> Diagnostic {
    Diagnostic::error(codes::NAME_TWICE, format!("`{}` is declared twice", name.value))
        .label(name.span, "declared again")
        .label(first, "first declared here")
        .help("give one of them another name, or take it out".to_owned())
}

/// A name that nothing has: with the nearest that exists, and the choices when they are few.
pub(super) fn unknown<'c>(
    code: &'static str,
    name: &Name,
    message: &str,
    choices: impl IntoIterator<Item = &'c str>,
) -> Diagnostic {
    let choices: Vec<&str> = choices.into_iter().collect();
    let near = suggest::nearest(&name.value, choices.iter().copied());
    let mut diagnostic =
        Diagnostic::error(code, format!("`{}` {message}", name.value)).label(name.span, "not known");
    if !choices.is_empty() && choices.len() < 8 {
        diagnostic = diagnostic.note(format!("there are: {}", list(&choices)));
    }
    diagnostic.help(near.map(|near| format!("did you mean `{near}`?")))
}

/// `` `a`, `b` ``
pub(super) fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
