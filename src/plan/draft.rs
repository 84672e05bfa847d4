//! Scans under construction: every node once per table.
//!
//! `a and b`, `b and (a and a)` are the same node; `x = no` is `not x`;
//! `5 < x` is `x > 5`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Grouping, Node, NodeId, Scan};
use crate::contract::{AS_AT, Compare, FieldType, Table, Value};
use crate::value::Instant;

/// A scan under construction.
#[derive(Debug)]
pub(super) struct Draft {
    table: Table,
    nodes: Vec<Node>,
    levels: Vec<u32>,
    index: BTreeMap<Node, NodeId>,
    pub(super) groupings: Vec<Grouping>,
    pub(super) ids: bool,
    pub(super) dates: BTreeSet<NodeId>,
    pub(super) kept: BTreeSet<NodeId>,
    pub(super) kept_groupings: BTreeSet<usize>,
    /// The moment at which open cases are looked at, while they are.
    pub(super) cutoff: Option<Instant>,
}

impl Draft {
    pub(super) fn new(table: Table) -> Self {
        Self {
            table,
            nodes: Vec::new(),
            levels: Vec::new(),
            index: BTreeMap::new(),
            groupings: Vec::new(),
            ids: false,
            dates: BTreeSet::new(),
            kept: BTreeSet::new(),
            kept_groupings: BTreeSet::new(),
            cutoff: None,
        }
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.table.fields.contains_key(field)
    }

    pub(super) fn level(&self, node: NodeId) -> u32 {
        self.levels.get(node.0).copied().unwrap_or(0)
    }

    pub(super) fn node(&self, node: NodeId) -> Option<&Node> {
        self.nodes.get(node.0)
    }

    /// The node, at least at the level of what it is made of.
    pub(super) fn add_at(&mut self, node: Node, least: u32) -> NodeId {
        let node = self.plain(node);
        if let Some(known) = self.index.get(&node) {
            return *known;
        }
        let level = children(&node).into_iter().map(|child| self.level(child)).fold(least, u32::max);
        let id = NodeId(self.nodes.len());
        self.ids |= node == Node::Id;
        self.nodes.push(node.clone());
        self.levels.push(level);
        self.index.insert(node, id);
        id
    }

    pub(super) fn add(&mut self, node: Node) -> NodeId {
        match node {
            Node::And(parts) => self.join(parts, true),
            Node::Or(parts) => self.join(parts, false),
            Node::Not(inner) => match self.node(inner) {
                Some(Node::Not(twice)) => *twice,
                _ => self.add_at(Node::Not(inner), 0),
            },
            Node::Compare(Compare::Equal | Compare::NotEqual, left, right) => self.equal(node, left, right),
            node => self.add_at(node, 0),
        }
    }

    pub(super) fn field(&mut self, name: &str) -> NodeId {
        match self.cutoff {
            Some(moment) if name == AS_AT => self.add(Node::Const(Value::Instant(moment))),
            _ => self.add(Node::Field(name.to_string())),
        }
    }

    /// Whether a field holds days, not moments.
    pub(super) fn is_day(&self, field: &str) -> bool {
        self.table.fields.get(field) == Some(&FieldType::Date)
    }

    /// The moments of a field that dates records.
    pub(super) fn date(&mut self, name: &str) -> NodeId {
        if let Some(moment) = self.cutoff.filter(|_| name == AS_AT) {
            // The last moment of the period or day, so that the case belongs to it.
            let last = self.add(Node::Const(Value::Instant(Instant(moment.0 - 1))));
            return self.add(Node::Moment(last));
        }
        let date = self.moment(name);
        self.dates.insert(date);
        date
    }

    /// The moments of a field.
    pub(super) fn moment(&mut self, name: &str) -> NodeId {
        let field = self.field(name);
        self.add(Node::Moment(field))
    }

    pub(super) fn grouping(&mut self, grouping: Grouping) -> usize {
        if let Some(at) = self.groupings.iter().position(|known| *known == grouping) {
            return at;
        }
        self.groupings.push(grouping);
        self.groupings.len() - 1
    }

    /// `and` or `or`: flat, sorted, each part once.
    fn join(&mut self, parts: Vec<NodeId>, all: bool) -> NodeId {
        let mut flat = BTreeSet::new();
        for part in parts {
            match self.node(part) {
                Some(Node::And(inner)) if all => flat.extend(inner.iter().copied()),
                Some(Node::Or(inner)) if !all => flat.extend(inner.iter().copied()),
                Some(Node::Const(Value::YesNo(value))) if *value == all => {}
                _ => {
                    flat.insert(part);
                }
            }
        }
        let flat: Vec<NodeId> = flat.into_iter().collect();
        match flat.as_slice() {
            [] => self.add_at(Node::Const(Value::YesNo(all)), 0),
            [only] => *only,
            _ if all => self.add_at(Node::And(flat), 0),
            _ => self.add_at(Node::Or(flat), 0),
        }
    }

    /// `x = yes` is `x`, `x = no` is `not x`.
    fn equal(&mut self, node: Node, left: NodeId, right: NodeId) -> NodeId {
        let negated = matches!(node, Node::Compare(Compare::NotEqual, ..));
        match self.node(right) {
            Some(Node::Const(Value::YesNo(value))) if *value != negated => left,
            Some(Node::Const(Value::YesNo(_))) => self.add(Node::Not(left)),
            _ => self.add_at(node, 0),
        }
    }

    /// Constants to the right; the sides of what has no sides in order.
    fn plain(&self, node: Node) -> Node {
        let constant = |id: NodeId| matches!(self.node(id), Some(Node::Const(_)));
        match node {
            Node::Compare(compare, left, right) if constant(left) && !constant(right) => {
                Node::Compare(turned(compare), right, left)
            }
            Node::Compare(compare @ (Compare::Equal | Compare::NotEqual), left, right)
                if !constant(right) && right < left =>
            {
                Node::Compare(compare, right, left)
            }
            Node::OneOf(value, mut list) => {
                list.sort();
                list.dedup();
                Node::OneOf(value, list)
            }
            node => node,
        }
    }

    /// Marks what is needed after the scan, from the nodes of higher levels.
    pub(super) fn finish(mut self) -> Scan {
        for (node, level) in self.nodes.iter().zip(&self.levels) {
            if *level > 0 {
                self.kept.extend(children(node));
            }
        }
        let early = |node: &NodeId| self.levels.get(node.0).is_some_and(|level| *level == 0);
        let kept = self.kept.iter().copied().filter(early).collect();
        let fields = self.nodes.iter().filter_map(|node| match node {
            Node::Field(name) => Some(name.clone()),
            _ => None,
        });
        Scan {
            fields: fields.collect(),
            table: self.table,
            ids: self.ids,
            nodes: self.nodes,
            levels: self.levels,
            kept,
            groupings: self.groupings,
            kept_groupings: self.kept_groupings,
            dates: self.dates,
        }
    }
}

/// `a < b` read from the right: `b > a`.
fn turned(compare: Compare) -> Compare {
    match compare {
        Compare::Less => Compare::More,
        Compare::AtMost => Compare::AtLeast,
        Compare::More => Compare::Less,
        Compare::AtLeast => Compare::AtMost,
        same => same,
    }
}

/// The nodes a node is made of.
#[must_use]
pub fn children(node: &Node) -> Vec<NodeId> {
    match node {
        Node::Const(_) | Node::Field(_) | Node::Id | Node::Answer(_) | Node::Beyond(_) | Node::Shared(_) => {
            Vec::new()
        }
        Node::InPart(parts) => parts.iter().map(|(node, _)| *node).collect(),
        Node::Not(a)
        | Node::OneOf(a, _)
        | Node::Missing(a)
        | Node::Rounded(a, _)
        | Node::Moment(a)
        | Node::Later(a, _) => {
            vec![*a]
        }
        Node::And(all) | Node::Or(all) | Node::Key(all) => all.clone(),
        Node::Compare(_, a, b) | Node::Arithmetic(_, a, b) | Node::Elapsed(a, b) | Node::Extreme(_, a, b) => {
            vec![*a, *b]
        }
        Node::Business { from, to, case, .. } => {
            [Some(*from), Some(*to), *case].into_iter().flatten().collect()
        }
    }
}

/// All look-aheads that some nodes rest on.
pub(super) fn answers(draft: &Draft, nodes: &[NodeId]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = nodes.to_vec();
    while let Some(id) = open.pop() {
        let Some(node) = draft.node(id).filter(|_| seen.insert(id)) else { continue };
        if let Node::Answer(question) = node {
            found.insert(*question);
        }
        open.extend(children(node));
    }
    found
}

/// The table of status changes, for a contract that names it only through paused clocks.
pub(super) fn events(name: &str) -> Table {
    let fields = [("case", FieldType::Text), ("at", FieldType::Timestamp), ("status", FieldType::Text)];
    Table {
        name: name.to_string(),
        fields: fields.map(|(field, kind)| (field.to_string(), kind)).into(),
        dated_by: "at".to_string(),
    }
}
