//! Names for tables and columns of the text, from the contract's words.
//!
//! A condition that a counter asks for is called after its set (`in_solved`,
//! `out_of_contacts_1`) or measure (`above_resolved_first_time`); a look-ahead
//! after its direction (`followed_0`); other nodes that more than one thing
//! asks for after their place in the plan (`n12`).

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::{Direction, FieldType};
use crate::plan::{Counter, Node, NodeId, Plan, Scan, children};

/// A word of small letters, digits and `_`.
pub(super) fn simple(text: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let word: String = text.chars().map(letter).collect();
    let parts: Vec<&str> = word.split('_').filter(|part| !part.is_empty()).collect();
    let mut name: String = parts.join("_").chars().take(40).collect();
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        name.insert_str(0, "t_");
    }
    name.trim_end_matches('_').to_string()
}

/// The nodes of a scan that become columns, with their names.
pub(super) fn columns(plan: &Plan, scan: &Scan) -> BTreeMap<NodeId, String> {
    let mut names = Names { scan, taken: scan.fields.clone(), given: BTreeMap::new() };
    names.answers(plan);
    let counters = plan.counters.iter().enumerate();
    for (at, counter) in counters.filter(|(_, counter)| counter.table == scan.table.name) {
        names.counter(plan, at, counter);
    }
    names.shared(plan);
    names.given
}

struct Names<'a> {
    scan: &'a Scan,
    taken: BTreeSet<String>,
    given: BTreeMap<NodeId, String>,
}

impl Names<'_> {
    fn give(&mut self, node: NodeId, wanted: &str) {
        if self.given.contains_key(&node) || !self.is_made(node) {
            return;
        }
        let mut name = wanted.to_string();
        let mut count = 1;
        while !self.taken.insert(name.clone()) {
            count += 1;
            name = format!("{wanted}_{count}");
        }
        self.given.insert(node, name);
    }

    /// Whether a node is more than what a record has anyway.
    fn is_made(&self, node: NodeId) -> bool {
        match self.scan.nodes.get(node.0) {
            None | Some(Node::Const(_) | Node::Field(_) | Node::Id | Node::Key(_)) => false,
            Some(Node::Moment(inner)) => match self.scan.nodes.get(inner.0) {
                Some(Node::Field(field)) => self.scan.table.fields.get(field) != Some(&FieldType::Timestamp),
                Some(Node::Const(_)) | None => false,
                Some(_) => true,
            },
            Some(_) => true,
        }
    }

    fn answers(&mut self, plan: &Plan) {
        for (at, node) in self.scan.nodes.iter().enumerate() {
            let name = match node {
                Node::Answer(question) => {
                    let direction = plan.questions.get(*question).map(|question| question.direction);
                    let word = match direction {
                        Some(Direction::Preceded) => "preceded",
                        Some(Direction::StartsCase) => "starts_case",
                        Some(Direction::StillIn) => "still_in",
                        Some(Direction::Followed) | None => "followed",
                    };
                    format!("{word}_{question}")
                }
                Node::Beyond(quota) => format!("beyond_allowance_{quota}"),
                Node::Shared(split) => format!("share_of_split_{split}"),
                Node::Business { .. } => format!("business_time_{at}"),
                Node::Moment(inner) => match self.scan.nodes.get(inner.0) {
                    Some(Node::Field(field)) => format!("moment_of_{}", simple(field)),
                    _ => continue,
                },
                Node::Later(..) => format!("later_{at}"),
                _ => continue,
            };
            self.give(NodeId(at), &name);
        }
    }

    fn counter(&mut self, plan: &Plan, at: usize, counter: &Counter) {
        let set = simple(&counter.set);
        self.give(counter.conditions, &format!("meets_{set}"));
        for (number, (node, _)) in (1..).zip(&counter.exclusions) {
            self.give(*node, &format!("out_of_{set}_{number}"));
        }
        self.give(counter.member, &format!("in_{set}"));
        if let Some(above) = counter.above {
            let measure = plan.figures.iter().find(|(_, figure)| figure.all().iter().any(|it| it.1 == at));
            let measure = measure.map_or_else(|| format!("counter_{at}"), |(name, _)| simple(name));
            self.give(above, &format!("above_{measure}"));
        }
        if let Some(node) = counter.what.node() {
            self.give(node, &format!("value_{}", node.0));
        }
    }

    /// What passes, allowances and several nodes ask for.
    fn shared(&mut self, plan: &Plan) {
        let mut uses: BTreeMap<NodeId, usize> = BTreeMap::new();
        for node in &self.scan.nodes {
            for child in children(node) {
                *uses.entry(child).or_default() += if matches!(node, Node::Rounded(..)) { 2 } else { 1 };
            }
        }
        let table = &self.scan.table.name;
        let mut asked: Vec<NodeId> = Vec::new();
        for pass in plan.passes.iter().filter(|pass| pass.target.table == *table) {
            asked.push(pass.member);
        }
        let quotas = plan.quotas.iter().map(|quota| &quota.base);
        for base in quotas.chain(plan.splits.iter().map(|split| &split.base)) {
            asked.extend((base.table == *table).then_some(base.member));
        }
        asked
            .extend(uses.into_iter().filter(|(node, uses)| *uses > 1 && self.is_heavy(*node)).map(|it| it.0));
        for node in asked {
            self.give(node, &format!("n{}", node.0));
        }
    }

    /// Whether a node is worth a column once two others are made of it.
    fn is_heavy(&self, node: NodeId) -> bool {
        let node = self.scan.nodes.get(node.0);
        !matches!(node, Some(Node::Not(_) | Node::Missing(_) | Node::Moment(_)) | None)
    }
}
