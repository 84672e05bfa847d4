//! Business time: which calendar, and which events stop its clock.

use super::build::{Builder, position_or_push};
use super::{Clock, EVENTS, Keyed, Node, NodeId, Pauses};
use crate::contract::Value;

impl Builder<'_> {
    pub(super) fn business(
        &mut self,
        table: &str,
        fields: [&String; 2],
        calendar: &str,
        paused: &[String],
    ) -> NodeId {
        let pauses = (!paused.is_empty()).then(|| self.pauses(paused));
        let clock = Clock { calendar: calendar.to_string(), pauses };
        let paused = clock.pauses.is_some();
        let clock = position_or_push(&mut self.clocks, clock);
        // The pauses of a case are only known when all events have been read.
        let least = u32::from(paused && table == EVENTS);
        let case = paused.then(|| self.case(table));
        let draft = self.scan(table);
        let [from, to] = fields.map(|field| {
            let field = draft.field(field);
            draft.add(Node::Moment(field))
        });
        draft.add_at(Node::Business { from, to, case, clock }, least)
    }

    /// What the events of a record's case are found by: its field `case`, or its id.
    fn case(&mut self, table: &str) -> NodeId {
        let draft = self.scan(table);
        let case = if draft.has("case") { draft.field("case") } else { draft.add(Node::Id) };
        draft.add(Node::Key(vec![case]))
    }

    fn pauses(&mut self, statuses: &[String]) -> Pauses {
        let key = self.key(EVENTS, &["case"]);
        let draft = self.scan(EVENTS);
        let status = draft.field("status");
        let list = statuses.iter().cloned().map(Value::Text).collect();
        let paused = draft.add(Node::OneOf(status, list));
        let date = draft.date("at");
        draft.ids = true;
        draft.kept.extend([key, paused, date]);
        Pauses { events: Keyed { table: EVENTS.to_string(), date, key }, paused, statuses: statuses.to_vec() }
    }
}
