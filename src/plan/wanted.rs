//! Records whose answer to a look-ahead matters only if another look-ahead
//! says so.
//!
//! `share of first_contacts where followed by purchases …`, where
//! `first_contacts` are not preceded by a contact of the same customer: of 20
//! million contacts only the 4 million first ones need to look for purchases.

use std::collections::BTreeSet;

use super::draft::children;
use super::{Counter, Node, NodeId, Plan, Scan};

impl Plan {
    /// The question, and the answer to it, without which none of the answers of
    /// a pass matters; none when that cannot be told.
    #[must_use]
    pub fn wanted(&self, pass: usize) -> Option<(usize, bool)> {
        let pass = self.passes.get(pass)?;
        let scan = self.scans.get(&pass.base.table)?;
        let mut found: Option<BTreeSet<(usize, bool)>> = None;
        for question in &pass.questions {
            for counter in self.asking(scan, &pass.base.table, *question)? {
                let needed = self.needed(scan, counter);
                found = Some(match found {
                    None => needed,
                    Some(known) => known.intersection(&needed).copied().collect(),
                });
            }
        }
        found?.into_iter().find(|(question, _)| !pass.questions.contains(question))
    }

    /// The counters for which the answer to a question decides what stands above
    /// the line; none when it is asked for anything else as well.
    fn asking(&self, scan: &Scan, table: &str, question: usize) -> Option<Vec<&Counter>> {
        let mut resting: BTreeSet<NodeId> = BTreeSet::new();
        for (at, node) in scan.nodes.iter().enumerate() {
            if *node == Node::Answer(question) || children(node).iter().any(|child| resting.contains(child)) {
                resting.insert(NodeId(at));
            }
        }
        let rests = |node: &NodeId| resting.contains(node);
        let elsewhere = self.passes.iter().any(|pass| pass.target.table == table && rests(&pass.member))
            || self.quotas.iter().any(|quota| quota.base.table == table)
            || self.splits.iter().any(|split| split.base.table == table)
            || self.questions.iter().any(|asked| asked.after.iter().any(rests));
        let counters = self.counters.iter().filter(|counter| counter.table == table);
        let mut asking = Vec::new();
        for counter in counters {
            let set = [counter.conditions, counter.member].into_iter();
            let mut set =
                set.chain(counter.exclusions.iter().map(|(node, _)| *node)).chain(counter.what.node());
            if set.any(|node| rests(&node)) {
                return None;
            }
            asking.extend(counter.above.filter(rests).map(|_| counter));
        }
        (!elsewhere && !asking.is_empty()).then_some(asking)
    }

    /// The answers that a record must have to be in the set of a counter.
    fn needed(&self, scan: &Scan, counter: &Counter) -> BTreeSet<(usize, bool)> {
        let node = |id: NodeId| scan.nodes.get(id.0);
        let parts = match node(counter.conditions) {
            Some(Node::And(all)) => all.clone(),
            _ => vec![counter.conditions],
        };
        let answer = |id: NodeId| match node(id)? {
            Node::Answer(question) => Some((*question, true)),
            Node::Not(inner) => match node(*inner)? {
                Node::Answer(question) => Some((*question, false)),
                _ => None,
            },
            _ => None,
        };
        parts.into_iter().filter_map(answer).collect()
    }
}
