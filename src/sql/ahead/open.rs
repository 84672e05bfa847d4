//! What may still become of an answer.
//!
//! `followed by lasting with same customer within 7 days`, where `lasting` are
//! orders not followed by a return within 30 days. An order of 3 March is found
//! on 10 March, and is not certain before 2 April: neither is the answer. Three
//! columns tell of a record that is searched: whether it is found now, whether
//! it is certain to be, and whether it may come to be.

use super::Searching;
use crate::contract::Direction;
use crate::plan::{NodeId, Pass};
use crate::sql::Fault;
use crate::sql::lower::{Column, Lowering, Stage};
use crate::sql::value::Truth;

impl Lowering<'_> {
    /// Until when a record may change by the look-aheads it rests on: NULL when it cannot.
    pub(in crate::sql) fn open_until<'q>(
        &self,
        stage: &Stage<'_>,
        questions: impl Iterator<Item = &'q usize>,
    ) -> Option<(String, String)> {
        let open = questions.filter_map(|at| stage.open.get(at)).chain(&stage.own);
        let open: Vec<&(String, String)> = open.collect();
        let any: Vec<&str> = open.iter().map(|(open, _)| open.as_str()).collect();
        let ends: Vec<String> =
            open.iter().map(|(open, until)| format!("CASE WHEN {open} THEN {until} END")).collect();
        let latest = match ends.as_slice() {
            [] => return None,
            [one] => format!("({one})"),
            many => format!("GREATEST({})", many.join(", ")),
        };
        Some((format!("({})", any.join(" OR ")), latest))
    }

    /// Adds what is known of a record that is searched.
    pub(super) fn mark_open(
        &self,
        stage: &Stage<'_>,
        pass: &Pass,
        member: &Truth,
        columns: &mut Vec<Column>,
    ) {
        let (now, settled) = (&member.now, member.settled());
        let mut column = |expression: String, name: &str| columns.push((expression, name.to_string(), None));
        column(format!("COALESCE({now}, FALSE)"), "is_now");
        column(format!("COALESCE({settled}, FALSE)"), "is_certain");
        column(format!("({now} IS NOT NULL AND COALESCE({settled}, TRUE))"), "is_possible");
        let until = self.open_until(stage, pass.ahead.iter());
        column(until.map_or("CAST(NULL AS BIGINT)".to_string(), |(_, until)| until), "open_until");
    }

    /// Adds whether the window of a record is still running, and what waits for other records.
    pub(super) fn running(
        &mut self,
        searching: &Searching<'_>,
        answered: &[(NodeId, usize, String)],
        row: &str,
        columns: &mut Vec<Column>,
        joins: &mut Vec<String>,
    ) -> Result<(), Fault> {
        let target = searching.pass.target.table.clone();
        let mut reach = None;
        for (_, at, name) in answered {
            let question = self.question(*at)?.clone();
            let mut column = |expression: String, what: &str| {
                columns.push((expression, format!("{name}_{what}"), None));
            };
            if question.looks_ahead() {
                let reach = match &reach {
                    Some(known) => known,
                    None => reach.insert(self.reach(&target, joins)?),
                };
                column(format!("COALESCE(a.ends_{at} > {reach}, FALSE)"), "running");
                column(format!("a.ends_{at}"), "ends");
            }
            if searching.nested {
                if question.direction != Direction::StartsCase {
                    column(format!("COALESCE(m{at}.certain = 1, FALSE)"), "certain");
                    column(format!("COALESCE(m{at}.possible = 1, FALSE)"), "possible");
                }
                column(format!("w{at}.until"), "waits");
                self.waits(searching, *at);
                joins.push(format!("LEFT JOIN waits_{at} AS w{at} ON w{at}.record = {row}"));
            }
            if self.sums(*at) {
                self.falling(searching, *at)?;
                column(format!("l{at}.below"), "below");
                joins.push(format!("CROSS JOIN falling_{at} AS l{at}"));
            }
        }
        Ok(())
    }

    /// Whether a question adds up amounts.
    fn sums(&self, at: usize) -> bool {
        self.plan
            .questions
            .get(at)
            .is_some_and(|it| it.looks_ahead() && matches!(it.least, Some((Some(_), _))))
    }

    /// Whether an amount below nothing may make too little of enough.
    fn falling(&mut self, searching: &Searching<'_>, at: usize) -> Result<(), Fault> {
        let question = self.question(at)?;
        let Some((Some(of), _)) = question.least else { return Ok(()) };
        let stage = self.stage(&searching.pass.target.table)?.early();
        let mut joins = super::Joins::default();
        let amount = self.amount(&stage, of, &mut joins)?;
        let columns = [(format!("COALESCE(MIN({}) < 0, FALSE)", amount.units), "below".to_string(), None)];
        let text = self.select(&stage.part, &columns, &joins.list);
        self.add(&format!("falling_{at}"), &["whether an amount is below nothing".to_string()], text);
        Ok(())
    }

    /// Until when what a question finds may change.
    fn waits(&mut self, searching: &Searching<'_>, at: usize) {
        let text = format!(
            "  SELECT b.record, MAX(t.open_until) AS until\n  FROM {} AS b\n  JOIN {} AS t ON {}\n    \
             AND t.is_possible AND NOT t.is_certain AND t.moment <= b.reaches_{at}\n  GROUP BY b.record",
            searching.asked(),
            searching.found(),
            searching.same_keys(),
        );
        self.add(&format!("waits_{at}"), &["until when what is found may change".to_string()], text);
    }

    /// The parts that say what of each answer is settled.
    pub(super) fn settle(
        &mut self,
        searching: &Searching<'_>,
        answered: &[(NodeId, usize, String)],
    ) -> Result<(), Fault> {
        let table = searching.pass.base.table.clone();
        let (mut settled, mut open) = (Vec::new(), Vec::new());
        for (node, at, name) in answered {
            let now = format!("r.{name}");
            let ahead = self.question(*at)?.looks_ahead();
            if !ahead && !searching.nested {
                self.bind(&table, *node, Truth::certain(now), None);
                continue;
            }
            settled.push((self.settled(searching, *at, name)?, format!("{name}_settled"), None));
            let truth = Truth { now, settled: Some(format!("r.{name}_settled")) };
            if searching.nested {
                let (is_open, until) = opened(name, ahead);
                open.push((is_open, format!("{name}_open"), None));
                open.push((until, format!("{name}_until"), None));
            }
            let columns = match searching.nested {
                true => [format!("r.{name}_open"), format!("r.{name}_until")],
                false => [format!("r.{name}_running"), format!("r.{name}_ends")],
            };
            self.bind(&table, *node, truth, Some((*at, columns)));
        }
        if !settled.is_empty() {
            let note = ["what of the answers no later record can change".to_string()];
            self.step(&table, &note, settled, &[])?;
        }
        if !open.is_empty() {
            self.step(&table, &["whether they may change, and until when".to_string()], open, &[])?;
        }
        Ok(())
    }

    /// What of an answer no later record can change.
    fn settled(&self, searching: &Searching<'_>, at: usize, name: &str) -> Result<String, Fault> {
        let question = self.question(at)?;
        let now = format!("r.{name}");
        if question.direction == Direction::StartsCase {
            // Where a case starts hangs on all records before.
            return Ok(format!("(CASE WHEN r.{name}_waits IS NULL THEN {now} END)"));
        }
        let running = if question.looks_ahead() { format!("r.{name}_running") } else { "FALSE".to_string() };
        let firm = match (question.until.is_some(), self.sums(at)) {
            (true, _) => format!("NOT {running}"),
            (false, true) => format!("(NOT r.{name}_below OR NOT {running})"),
            (false, false) => "TRUE".to_string(),
        };
        let (mut yes, mut no) = (format!("{now} AND {firm}"), format!("NOT {now} AND NOT {running}"));
        if searching.nested {
            yes.push_str(&format!(" AND r.{name}_certain"));
            no.push_str(&format!(" AND NOT r.{name}_possible"));
        }
        Ok(format!("(CASE WHEN {yes} THEN TRUE WHEN {no} THEN FALSE END)"))
    }
}

/// Whether an answer may change, and until when.
fn opened(name: &str, ahead: bool) -> (String, String) {
    let open = format!("(r.{name} IS NOT NULL AND r.{name}_settled IS NULL)");
    match ahead {
        false => (open, format!("r.{name}_waits")),
        true => (
            format!("({open} OR r.{name}_running)"),
            format!("GREATEST(CASE WHEN r.{name}_running THEN r.{name}_ends END, r.{name}_waits)"),
        ),
    }
}
