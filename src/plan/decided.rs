//! What people decided, as conditions over records: relief, approved
//! corrections, disputes, and allowances.
//!
//! ```text
//! RL-7, 3 to 5 March, queue `billing`   ->  excluding started_at in these days and queue = "billing"
//! ADJ-3, contact 1009, exclude          ->  excluding the record with id 1009
//! ```
//!
//! Each row keeps its own reason, so that the account of every figure names it.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Builder;
use super::{Allowed, Node, NodeId, Quota, Slotted, Split};
use crate::contract::{
    Allowance, Arithmetic, Compare, Contract, Direction, Disputes, Follow, Least, OneOfKey, Portions,
    ReliefClause, ReliefEffect, Row, SetRef, Value,
};
use crate::measured::{Adjustment, Registers, Relief, Version};
use crate::value::Ratio;

/// Reasons to leave records out.
type Exclusions = Vec<(NodeId, String)>;

/// The ways a measure is counted.
pub(super) fn versions(contract: &Contract, registers: &Registers, measure: &str) -> Vec<Version> {
    let governance = &contract.governance;
    let optional = |clause: &ReliefClause| {
        clause.effect == ReliefEffect::VendorsBetter && clause.on.iter().any(|name| name == measure)
    };
    let unrelieved = governance.reliefs.iter().any(optional);
    let disputed = governance.disputes.is_some() && registers.adjustments.iter().any(Adjustment::is_open);
    let all = [(false, false), (false, true), (true, false), (true, true)];
    all.into_iter()
        .filter(|(a, b)| (disputed || !a) && (unrelieved || !b))
        .map(|(disputed, unrelieved)| Version { disputed, unrelieved })
        .collect()
}

impl Builder<'_> {
    /// The relief that holds for the records of a set in the measure at hand.
    pub(super) fn relief(&mut self, set: &SetRef) -> Exclusions {
        let (contract, registers) = (self.contract, self.registers);
        let mut found = Vec::new();
        for (at, clause) in contract.governance.reliefs.iter().enumerate() {
            let here = set.portions.relief.contains(&at) || self.measures(&clause.on);
            let taken = match clause.effect {
                ReliefEffect::TakesOut => true,
                ReliefEffect::VendorsBetter => !self.version.unrelieved,
                ReliefEffect::Excuses(_) => false,
            };
            if here && taken {
                let rows = registers.relief.iter().filter(|row| row.meets.contains(&at));
                found.extend(rows.filter_map(|row| self.relieved(set, clause, row)));
            }
        }
        found
    }

    fn measures(&self, on: &[String]) -> bool {
        self.measure.is_some_and(|measure| on.iter().any(|name| name == measure))
    }

    /// The records one row covers.
    fn relieved(&mut self, set: &SetRef, clause: &ReliefClause, row: &Relief) -> Option<(NodeId, String)> {
        let zone = &self.contract.zone;
        if row.fault(clause.by.is_some(), zone).is_some() {
            return None;
        }
        let span = row.span(zone);
        let draft = self.scan(&set.table);
        let mut parts = Vec::new();
        if let Some(record) = &row.record {
            let id = draft.add(Node::Id);
            parts.push(draft.add(Node::OneOf(id, vec![Value::Text(record.clone())])));
        }
        if let Some((from, to)) = span {
            let date = draft.date(&set.dated_by);
            for (compare, moment) in [(Compare::AtLeast, from), (Compare::Less, to)] {
                let moment = draft.add(Node::Const(Value::Instant(moment)));
                parts.push(draft.add(Node::Compare(compare, date, moment)));
            }
        }
        if let Some((scope, field)) = row.scope.as_ref().zip(clause.by.as_ref()) {
            let field = draft.field(field);
            // A record of no known queue is in none of them.
            let unknown = draft.add(Node::Missing(field));
            parts.push(draft.add(Node::Not(unknown)));
            parts.push(draft.add(Node::OneOf(field, vec![Value::Text(scope.clone())])));
        }
        let covered = draft.add(Node::And(parts));
        Some((covered, format!("{}: {}", clause.because, row.named())))
    }

    /// The corrections and disputes about records of a table, for the measure at hand.
    fn adjusted(&self, table: &str, wanted: impl Fn(&Adjustment) -> bool) -> Vec<&Adjustment> {
        let commitments = &self.contract.commitments;
        let mine = |row: &&Adjustment| {
            let about = row.commitment.as_ref().is_none_or(|name| {
                commitments.get(name).is_some_and(|it| self.measure == Some(it.measure.as_str()))
            });
            about && row.table.as_deref() == Some(table) && row.record.is_some() && wanted(row)
        };
        match self.contract.governance.disputes {
            Some(_) => self.registers.adjustments.iter().filter(mine).collect(),
            None => Vec::new(),
        }
    }

    /// The records of some rows.
    fn records(&mut self, table: &str, rows: BTreeSet<String>) -> Option<NodeId> {
        if rows.is_empty() {
            return None;
        }
        let draft = self.scan(table);
        let id = draft.add(Node::Id);
        Some(draft.add(Node::OneOf(id, rows.into_iter().map(Value::Text).collect())))
    }

    /// Records that an approved correction gives this action.
    pub(super) fn corrected(&mut self, table: &str, action: &str) -> Option<NodeId> {
        let rows = self.adjusted(table, |row| row.is_approved() && row.action.as_deref() == Some(action));
        let records = rows.into_iter().filter_map(|row| row.record.clone()).collect();
        self.records(table, records)
    }

    /// Records taken out by approved corrections and, where they are, by disputes.
    pub(super) fn struck(&mut self, table: &str) -> Exclusions {
        let left_out = match &self.contract.governance.disputes {
            Some(Disputes { left_out, .. }) => *left_out != self.version.disputed,
            None => return Vec::new(),
        };
        let mut reasons: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in self.adjusted(table, |row| row.is_approved() || row.is_open()) {
            let word = match (row.is_open(), row.action.as_deref()) {
                (true, _) if left_out => "in dispute",
                (false, Some("exclude")) => "corrected",
                _ => continue,
            };
            let reason = format!("{word}: {}", row.named());
            reasons.entry(reason).or_default().extend(row.record.clone());
        }
        let mut found = Vec::new();
        for (reason, records) in reasons {
            found.extend(self.records(table, records).map(|node| (node, reason)));
        }
        found
    }

    /// What each record of a set counts; none when all count whole.
    pub(super) fn in_part(&mut self, set: &SetRef) -> Option<NodeId> {
        let parts = &set.portions.in_part;
        let parts: Vec<_> =
            parts.iter().map(|(row, part)| (self.row(&set.table, row), part.clone())).collect();
        let part = (!parts.is_empty()).then(|| self.scan(&set.table).add(Node::InPart(parts)));
        let shared = set.portions.split.as_ref().map(|split| self.shared(set, split));
        match (part, shared) {
            (Some(part), Some(shared)) => {
                Some(self.scan(&set.table).add(Node::Arithmetic(Arithmetic::Times, part, shared)))
            }
            (part, shared) => part.or(shared),
        }
    }

    /// What each record of a set counts that shares one with those near it.
    fn shared(&mut self, set: &SetRef, split: &crate::contract::Split) -> NodeId {
        let (_, _, member) = self.set(set, &[]);
        let base = self.slotted(set, member, &split.keys);
        let level = 1 + self.scan(&set.table).level(member);
        let split = Split { base, window: split.window, level };
        let at = super::build::position_or_push(&mut self.splits, split);
        self.scan(&set.table).add_at(Node::Shared(at), level)
    }

    /// A condition that always holds, and is open while another record of the
    /// set may still come with which this one would share.
    pub(super) fn others_may_come(&mut self, set: &SetRef) -> Option<NodeId> {
        let split = set.portions.split.as_ref()?;
        let alone = SetRef { portions: Portions { split: None, ..set.portions.clone() }, ..set.clone() };
        let never = Follow {
            direction: Direction::Followed,
            base: alone.clone(),
            target: alone,
            keys: split.keys.clone(),
            other_day: false,
            window: Some(split.window),
            after: None,
            least: Some(Least { at_least: Ratio::whole(u64::MAX), of: None }),
        };
        Some(self.row(&set.table, &Row::Not(Box::new(Row::Follow(Box::new(never))))))
    }

    /// Records beyond the allowances of a set whose other rules `member` holds.
    pub(super) fn beyond(&mut self, set: &SetRef, mut member: NodeId) -> Exclusions {
        let Portions { days, one, first, .. } = &set.portions;
        let mut found = Vec::new();
        let mut beyond = |builder: &mut Self, member: NodeId, node: NodeId, because: &str| {
            found.push((node, because.to_owned()));
            let draft = builder.scan(&set.table);
            let within = draft.add(Node::Not(node));
            draft.add(Node::And(vec![member, within]))
        };
        if let Some(allowance) = days {
            let node = self.quota(set, member, allowance, true);
            member = beyond(self, member, node, &allowance.because);
        }
        if let Some(one) = one {
            let node = self.one_of_key(set, member, one);
            member = beyond(self, member, node, &one.because);
        }
        if let Some(allowance) = first {
            let node = self.quota(set, member, allowance, false);
            beyond(self, member, node, &allowance.because);
        }
        found
    }

    /// Whether a record is not the one of its key that counts.
    fn one_of_key(&mut self, set: &SetRef, member: NodeId, one: &OneOfKey) -> NodeId {
        let base = self.slotted(set, member, &one.keys);
        let draft = self.scan(&set.table);
        draft.ids = true;
        let level = 1 + draft.level(member);
        let allowed = Allowed::One;
        self.beyond_quota(Quota { base, allowed, each_day: false, all: false, latest: one.latest, level })
    }

    fn beyond_quota(&mut self, quota: Quota) -> NodeId {
        let (table, level) = (quota.base.table.clone(), quota.level);
        let at = super::build::position_or_push(&mut self.quotas, quota);
        self.scan(&table).add_at(Node::Beyond(at), level)
    }

    fn quota(&mut self, set: &SetRef, member: NodeId, allowance: &Allowance, all: bool) -> NodeId {
        let (_, _, allowed) = self.set(&allowance.over, &[]);
        let value = self.row(&allowance.over.table, &allowance.value);
        let base = self.slotted(set, member, &allowance.by);
        let forecast = self.slotted(&allowance.over, allowed, &allowance.by);
        self.scan(&set.table).ids = true;
        let draft = self.scan(&forecast.table);
        draft.kept.insert(value);
        let least = draft.level(allowed).max(draft.level(value));
        let level = 1 + least.max(self.scan(&base.table).level(member));
        let allowed = Allowed::PartOf { forecast, value, percent: allowance.percent.clone() };
        let each_day = allowance.each_day;
        self.beyond_quota(Quota { base, allowed, each_day, all, latest: false, level })
    }

    fn slotted(&mut self, set: &SetRef, member: NodeId, by: &[String]) -> Slotted {
        let draft = self.scan(&set.table);
        let date = draft.date(&set.dated_by);
        let by: Vec<NodeId> = by.iter().map(|field| draft.field(field)).collect();
        draft.kept.extend(by.iter().copied().chain([date, member]));
        Slotted { table: set.table.clone(), date, by, member }
    }
}
