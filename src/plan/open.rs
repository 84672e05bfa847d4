//! Cases that are open at the end of a period or day.
//!
//! They have no date of their own: for each end a counter asks all records
//! whether they were open then, and `as_at` stands for that moment.
//!
//! ```text
//! end of March (London)   ->  opened_at < 2026-03-31T23:00Z, and no resolved_at or one from then on
//! ```

use super::ask::{Ask, asks};
use super::build::Builder;
use super::{Figure, Node, NodeId};
use crate::contract::{Compare, Measure, OpenAt, SetRef, Value, period_of};
use crate::measured::Role;
use crate::value::{Instant, Period};

impl<'a> Builder<'a> {
    /// How counts make the figure of a measure; none for one that counts no records.
    pub(super) fn figure(&mut self, measure: &'a Measure) -> Option<Figure> {
        let (shape, asks) = asks(&measure.kind)?;
        self.measure = Some(&measure.name);
        let segments = asks.iter().all(|(_, ask)| {
            let draft = self.scan(&ask.set.table);
            measure.by.iter().all(|field| draft.has(period_of(field).unwrap_or(field)))
        });
        let by: &[String] = if segments { &measure.by } else { &[] };
        let segments = segments && !by.is_empty();
        let (mut counters, mut cutoffs) = (Vec::new(), Vec::new());
        if asks.iter().any(|(_, ask)| ask.set.portions.open.is_some()) {
            for period in self.periods {
                let sides = asks.iter().map(|(role, ask)| (*role, self.looked_at(ask, by, measure, period)));
                cutoffs.push(sides.collect::<Vec<(Role, Vec<usize>)>>());
            }
        } else {
            let all = asks.iter().map(|(role, ask)| (*role, self.counter(ask, by, measure.matured_only)));
            counters.extend(all);
        }
        Some(Figure { shape, counters, cutoffs, segments })
    }

    /// The counters of one side of a figure in one period.
    fn looked_at(&mut self, ask: &Ask<'_>, by: &[String], measure: &Measure, period: &Period) -> Vec<usize> {
        let Some(open) = ask.set.portions.open.as_deref() else {
            return vec![self.counter(ask, by, measure.matured_only)];
        };
        let mut counters = Vec::new();
        for moment in self.moments(open, period) {
            self.scan(&ask.set.table).cutoff = Some(moment);
            counters.push(self.counter(ask, by, measure.matured_only));
            self.scan(&ask.set.table).cutoff = None;
        }
        counters
    }

    /// The moments at which cases are looked at: the first after the period, or after each of its days.
    fn moments(&self, open: &OpenAt, period: &Period) -> Vec<Instant> {
        if !open.each_day {
            return vec![period.end];
        }
        let zone = &self.contract.zone;
        let days = (1..).map_while(|days| period.first.plus_days(days));
        days.map(|after| zone.midnight(after)).take_while(|moment| *moment <= period.end).collect()
    }

    /// Whether a case is open at the moment at hand.
    pub(super) fn open(&mut self, set: &SetRef) -> Option<NodeId> {
        let open = set.portions.open.as_deref()?;
        let draft = self.scan(&set.table);
        let moment = draft.cutoff?;
        let moment = draft.add(Node::Const(Value::Instant(moment)));
        let (from, to) = (draft.field(&open.from), draft.field(&open.to));
        let started = draft.add(Node::Compare(Compare::Less, from, moment));
        let never = draft.add(Node::Missing(to));
        let later = draft.add(Node::Compare(Compare::AtLeast, to, moment));
        let still = draft.add(Node::Or(vec![never, later]));
        Some(draft.add(Node::And(vec![started, still])))
    }
}
