//! Warnings the parties accept: that each names a clause there is.

use meed_grammar::codes;
use meed_grammar::span::Span;
use meed_grammar::tree::Name;

use super::Check;
use super::names::unknown;
use crate::contract::Accepted;

impl Check<'_> {
    pub(super) fn all_accepted(&mut self) -> Vec<Accepted> {
        let clauses = self.names.accepts.clone();
        let accepted = clauses.into_iter().filter_map(|(written, span)| {
            let within = match &written.on {
                Some(name) => self.clauses_named(name)?,
                None => Vec::new(),
            };
            Some(Accepted {
                code: written.code.value.clone(),
                on: written.on.as_ref().map(|name| name.value.clone()),
                within,
                because: written.because.value.clone(),
                span,
            })
        });
        let mut accepted: Vec<Accepted> = accepted.collect();
        let key = |it: &Accepted| (it.code.clone(), it.on.clone(), it.because.clone());
        accepted.sort_by_key(key);
        accepted
    }

    /// Where the clauses of this name stand; reported when there is none.
    fn clauses_named(&mut self, name: &Name) -> Option<Vec<Span>> {
        let names = &self.names;
        let key = name.value.as_str();
        let places = [
            names.commitments.get(key).map(|it| it.1),
            names.measures.get(key).map(|it| it.1),
            names.charges.get(key).map(|it| it.1),
            names.pools.get(key).map(|it| it.1),
            names.facts.get(key).map(|it| it.1),
            names.sets.get(key).map(|it| it.1),
            names.calendars.get(key).map(|it| it.1),
        ];
        let found: Vec<Span> = places.into_iter().flatten().collect();
        if found.is_empty() {
            let known = names.commitments.keys().chain(names.measures.keys()).chain(names.charges.keys());
            let mut known: Vec<&str> = known.copied().collect();
            known.sort_unstable();
            known.dedup();
            let fault = unknown(
                codes::UNKNOWN_COMMITMENT,
                name,
                "is no commitment, measure or charge of this contract",
                known,
            );
            self.report(fault);
            return None;
        }
        Some(found)
    }
}
