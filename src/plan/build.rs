//! From measures to nodes, passes and counters.

use std::collections::{BTreeMap, BTreeSet};

use super::What;
use super::ask::{Ask, Take};
use super::decided;
use super::draft::{Draft, answers, events};
use super::journey::join;
use super::{
    Clock, Counter, Figure, Grouping, Keyed, Node, NodeId, Pass, Plan, Question, Quota, Scan, Split,
};
use crate::contract::{
    Arithmetic, Contract, Direction, Excluded, Follow, MeasureKind, Register, Row, SetRef, period_of,
};
use crate::measured::{Registers, Version};
use crate::value::Period;

pub(super) fn plan(contract: &Contract, periods: &[Period], registers: &Registers) -> Plan {
    let mut builder = Builder { periods, ..Builder::new(contract, registers) };
    let mut figures = BTreeMap::new();
    let mut others: BTreeMap<Version, BTreeMap<String, Figure>> = BTreeMap::new();
    for (name, measure) in &contract.measures {
        for version in decided::versions(contract, registers, name) {
            builder.version = version;
            let Some(figure) = builder.figure(measure) else { continue };
            match version == Version::default() {
                true => figures.insert(name.clone(), figure),
                false => others.entry(version).or_default().insert(name.clone(), figure),
            };
        }
    }
    builder.finish(periods.to_vec(), figures, others)
}

/// The scan of a register, with the nodes of the contract's conditions for its rows.
pub(super) fn register(contract: &Contract, register: Register) -> (Scan, Vec<NodeId>) {
    let none = Registers::default();
    let mut builder = Builder::new(contract, &none);
    let table = register.table();
    let conditions = match register {
        Register::Relief => contract.governance.reliefs.iter().map(|it| &it.approved).collect(),
        Register::Adjustments | Register::Claims => Vec::new(),
    };
    let nodes = conditions.into_iter().map(|row| builder.row(table, row)).collect();
    (builder.alone(table), nodes)
}

pub(super) struct Builder<'a> {
    pub(super) contract: &'a Contract,
    pub(super) registers: &'a Registers,
    /// The measure at hand.
    pub(super) measure: Option<&'a str>,
    /// The way it is counted.
    pub(super) version: Version,
    pub(super) periods: &'a [Period],
    pub(super) quotas: Vec<Quota>,
    pub(super) splits: Vec<Split>,
    scans: BTreeMap<String, Draft>,
    passes: Vec<Pass>,
    questions: Vec<Question>,
    pub(super) clocks: Vec<Clock>,
    counters: Vec<Counter>,
}

impl<'a> Builder<'a> {
    /// The scan of one table alone.
    pub(super) fn alone(mut self, table: &str) -> Scan {
        self.scan(table);
        self.scans.remove(table).unwrap_or_else(|| Draft::new(events(table))).finish()
    }

    pub(super) fn new(contract: &'a Contract, registers: &'a Registers) -> Self {
        Self {
            contract,
            registers,
            measure: None,
            version: Version::default(),
            periods: &[],
            quotas: Vec::new(),
            splits: Vec::new(),
            scans: BTreeMap::new(),
            passes: Vec::new(),
            questions: Vec::new(),
            clocks: Vec::new(),
            counters: Vec::new(),
        }
    }

    pub(super) fn counter(&mut self, ask: &Ask<'_>, by: &[String], matured_only: bool) -> usize {
        let table = ask.set.table.as_str();
        let (mut conditions, exclusions, mut member) = self.set(ask.set, ask.beyond);
        let mut above = ask.above.map(|row| self.row(table, row));
        if let Some(met) = above.and_then(|_| self.corrected(table, "count as met")) {
            above = above.map(|above| self.scan(table).add(Node::Or(vec![above, met])));
        }
        let mut what = self.what(table, &ask.take);
        if let Some(part) = self.in_part(ask.set) {
            let others = self.others_may_come(ask.set);
            let draft = self.scan(table);
            if let Some(others) = others {
                conditions = draft.add(Node::And(vec![conditions, others]));
                member = draft.add(Node::And(vec![member, others]));
            }
            // Weighed records are added up: those above the line on their own side.
            if let Some(above) = above.take() {
                conditions = draft.add(Node::And(vec![conditions, above]));
                member = draft.add(Node::And(vec![member, above]));
            }
            what = match what {
                What::Sum(value) => What::Sum(draft.add(Node::Arithmetic(Arithmetic::Times, value, part))),
                _ => What::Sum(part),
            };
        }
        let draft = self.scan(table);
        let origin = by.iter().find_map(|field| period_of(field)).map(|field| draft.moment(field));
        let by = by.iter().filter(|field| period_of(field).is_none());
        let by = by.map(|field| draft.field(field)).collect();
        let dated_by = ask.set.dated_by.clone();
        let mut date = draft.date(&dated_by);
        if ask.set.later > 0 {
            date = draft.add(Node::Later(date, ask.set.later));
        }
        let grouping = Grouping { date, dated_by, by, origin };
        let mut counter = Counter {
            table: table.to_string(),
            set: ask.set.name.clone(),
            grouping: draft.grouping(grouping),
            conditions,
            exclusions,
            member,
            above,
            what,
            matured_only,
            ahead: BTreeSet::new(),
            level: 0,
        };
        self.place(&mut counter);
        if let Some(at) = self.counters.iter().position(|known| *known == counter) {
            return at;
        }
        self.counters.push(counter);
        self.counters.len() - 1
    }

    /// Fills in level and look-aheads, and keeps what a late counter needs.
    fn place(&mut self, counter: &mut Counter) {
        let exclusions = counter.exclusions.iter().map(|(node, _)| *node);
        let used: Vec<NodeId> = exclusions
            .chain([counter.conditions, counter.member])
            .chain(counter.above)
            .chain(counter.what.node())
            .collect();
        let changing: BTreeSet<usize> = (0..self.questions.len()).filter(|at| self.may_change(*at)).collect();
        let Some(draft) = self.scans.get_mut(&counter.table) else { return };
        counter.level = used.iter().map(|node| draft.level(*node)).max().unwrap_or(0);
        counter.ahead = answers(draft, &used);
        counter.ahead.retain(|at| changing.contains(at));
        if counter.level > 0 {
            // Keys are laid out while the table streams by.
            let laid = |node: &NodeId| !matches!(draft.node(*node), Some(Node::Key(_)));
            let used: Vec<NodeId> = used.into_iter().filter(laid).collect();
            draft.kept.extend(used);
            draft.kept_groupings.insert(counter.grouping);
        }
    }

    fn what(&mut self, table: &str, take: &Take<'_>) -> What {
        match take {
            Take::Records => What::Records,
            Take::Key(field) => What::Keys(self.key(table, &[*field])),
            Take::Value(row, make) => make(self.row(table, row)),
            Take::Answer(MeasureKind::TopBox { value, from, low, high, .. }) => What::TopBox {
                value: self.row(table, &value.row),
                from: from.clone(),
                low: low.clone(),
                high: high.clone(),
            },
            Take::Answer(MeasureKind::Scored { value, low, high, score, .. }) => What::Scored {
                value: self.row(table, &value.row),
                low: low.clone(),
                high: high.clone(),
                score: score.clone(),
            },
            Take::Answer(_) => What::Records,
        }
    }

    /// Conditions, exclusions, and both together.
    pub(super) fn set(
        &mut self,
        set: &SetRef,
        beyond: &[Excluded],
    ) -> (NodeId, Vec<(NodeId, String)>, NodeId) {
        let table = set.table.as_str();
        let parts = set.conditions.iter().map(|row| self.row(table, row)).collect();
        let mut conditions = self.scan(table).add(Node::And(parts));
        let excluded = set.exclusions.iter().chain(beyond);
        let mut exclusions: Vec<(NodeId, String)> =
            excluded.map(|one| (self.row(table, &one.condition), one.because.clone())).collect();
        exclusions.extend(self.relief(set));
        if let Some(kept) = self.corrected(table, "include") {
            let draft = self.scan(table);
            conditions = draft.add(Node::Or(vec![conditions, kept]));
            let other = draft.add(Node::Not(kept));
            for (node, _) in &mut exclusions {
                *node = draft.add(Node::And(vec![*node, other]));
            }
        }
        if let Some(open) = self.open(set) {
            conditions = self.scan(table).add(Node::And(vec![conditions, open]));
        }
        exclusions.extend(self.struck(table));
        let member = self.member(table, conditions, &exclusions);
        exclusions.extend(self.beyond(set, member));
        (conditions, exclusions.clone(), self.member(table, conditions, &exclusions))
    }

    fn member(&mut self, table: &str, conditions: NodeId, exclusions: &[(NodeId, String)]) -> NodeId {
        let draft = self.scan(table);
        let mut parts = vec![conditions];
        parts.extend(exclusions.iter().map(|(node, _)| draft.add(Node::Not(*node))));
        draft.add(Node::And(parts))
    }

    pub(super) fn row(&mut self, table: &str, row: &Row) -> NodeId {
        let node = match row {
            Row::Const(value) => Node::Const(value.clone()),
            Row::Field(name) => return self.scan(table).field(name),
            Row::Not(a) => Node::Not(self.row(table, a)),
            Row::And(all) => Node::And(all.iter().map(|part| self.row(table, part)).collect()),
            Row::Or(all) => Node::Or(all.iter().map(|part| self.row(table, part)).collect()),
            Row::Compare(compare, a, b) => Node::Compare(*compare, self.row(table, a), self.row(table, b)),
            Row::OneOf(a, list) => Node::OneOf(self.row(table, a), list.clone()),
            Row::Missing(a) => Node::Missing(self.row(table, a)),
            Row::Arithmetic(op, a, b) => Node::Arithmetic(*op, self.row(table, a), self.row(table, b)),
            Row::Elapsed(from, to) => {
                let draft = self.scan(table);
                Node::Elapsed(draft.field(from), draft.field(to))
            }
            Row::Business { from, to, calendar, paused } => {
                return self.business(table, [from, to], calendar, paused);
            }
            Row::Rounded(a, rounding) => Node::Rounded(self.row(table, a), rounding.clone()),
            Row::Extreme(greater, a, b) => Node::Extreme(*greater, self.row(table, a), self.row(table, b)),
            Row::Follow(follow) => return self.follow(follow),
        };
        self.scan(table).add(node)
    }

    fn follow(&mut self, follow: &Follow) -> NodeId {
        let keys: Vec<&str> = follow.keys.iter().map(String::as_str).collect();
        let base = self.keyed(&follow.base, &keys);
        let (_, _, member) = self.set(&follow.target, &[]);
        let still = follow.direction == Direction::StillIn;
        let target = match still {
            true => self.keyed(&SetRef { dated_by: "from".to_string(), ..follow.target.clone() }, &keys),
            false => self.keyed(&follow.target, &keys),
        };
        let until = still.then(|| {
            let draft = self.scan(&target.table);
            let day = draft.is_day("to");
            (draft.moment("to"), day)
        });
        let least = follow.least.as_ref().map(|least| {
            let of = least.of.as_ref().map(|field| self.scan(&target.table).field(field));
            (of, least.at_least.clone())
        });
        let kept = until.iter().map(|(node, _)| *node).chain(least.iter().filter_map(|(of, _)| *of));
        let kept: Vec<NodeId> = kept.collect();
        self.scan(&target.table).kept.extend(kept);
        let level = 1 + self.scan(&target.table).level(member);
        let earlier = if follow.direction == Direction::Preceded { &target } else { &base };
        let earlier = earlier.table.clone();
        let after = follow.after.as_ref().map(|field| {
            let draft = self.scan(&earlier);
            let field = draft.field(field);
            draft.add(Node::Moment(field))
        });
        self.scan(&earlier).kept.extend(after);
        self.scan(&target.table).kept.insert(member);
        let table = base.table.clone();
        let pass = self.pass(base, target, member, level);
        let question = Question {
            direction: follow.direction,
            other_day: follow.other_day,
            window: follow.window,
            after,
            least,
            until,
        };
        let question = self.question(pass, question);
        self.scan(&table).add_at(Node::Answer(question), level)
    }

    fn pass(&mut self, base: Keyed, target: Keyed, member: NodeId, level: u32) -> usize {
        let same = |pass: &Pass| pass.base == base && pass.target == target && pass.member == member;
        if let Some(known) = self.passes.iter().position(same) {
            return known;
        }
        let ahead = self.scans.get(&target.table).map(|draft| answers(draft, &[member])).unwrap_or_default();
        let ahead = ahead.into_iter().filter(|at| self.may_change(*at)).collect();
        self.passes.push(Pass { base, target, member, questions: Vec::new(), level, ahead });
        self.passes.len() - 1
    }

    /// Whether later records can change an answer.
    fn may_change(&self, question: usize) -> bool {
        let nested = self.passes.iter().find(|pass| pass.questions.contains(&question));
        self.questions.get(question).is_some_and(Question::looks_ahead)
            || nested.is_some_and(|pass| !pass.ahead.is_empty())
    }

    fn question(&mut self, pass: usize, question: Question) -> usize {
        let next = self.questions.len();
        let Some(pass) = self.passes.get_mut(pass) else { return next };
        let same = |at: &&usize| self.questions.get(**at) == Some(&question);
        if let Some(known) = pass.questions.iter().find(same) {
            return *known;
        }
        pass.questions.push(next);
        self.questions.push(question);
        next
    }

    fn keyed(&mut self, set: &SetRef, keys: &[&str]) -> Keyed {
        let key = self.key(&set.table, keys);
        let draft = self.scan(&set.table);
        let date = draft.date(&set.dated_by);
        draft.ids = true;
        Keyed { table: set.table.clone(), date, key }
    }

    pub(super) fn key(&mut self, table: &str, fields: &[&str]) -> NodeId {
        let draft = self.scan(table);
        let fields = fields.iter().map(|field| draft.field(field)).collect();
        draft.add(Node::Key(fields))
    }

    pub(super) fn scan(&mut self, table: &str) -> &mut Draft {
        let contract = self.contract;
        self.scans.entry(table.to_string()).or_insert_with(|| {
            let journeys = || contract.maturity.journeys.get(table).map(|journeys| journeys.table.clone());
            Draft::new(contract.tables.get(table).cloned().or_else(journeys).unwrap_or_else(|| events(table)))
        })
    }

    fn finish(
        mut self,
        periods: Vec<Period>,
        figures: BTreeMap<String, Figure>,
        others: BTreeMap<Version, BTreeMap<String, Figure>>,
    ) -> Plan {
        self.passes.sort_by_key(|pass| pass.level);
        let journeys = self.contract.maturity.journeys.iter();
        let joined = journeys.filter(|(name, _)| self.scans.contains_key(name.as_str()));
        let joins =
            joined.map(|(name, it)| (name.clone(), join(self.contract, self.registers, it))).collect();
        Plan {
            periods,
            scans: self.scans.into_iter().map(|(name, draft)| (name, draft.finish())).collect(),
            passes: self.passes,
            questions: self.questions,
            clocks: self.clocks,
            counters: self.counters,
            figures,
            others,
            quotas: self.quotas,
            splits: self.splits,
            registers: self.registers.clone(),
            joins,
        }
    }
}

pub(super) fn position_or_push<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    list.iter().position(|known| *known == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}
