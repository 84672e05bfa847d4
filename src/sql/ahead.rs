//! Look-aheads: the records asked about joined with those searched, by key.
//!
//! `followed by contacts with same customer within 7 days`, for each contact:
//! is there one with the same customer, later by moment and then by id, and at
//! most 7 days after? A record without the key is followed by nothing; without
//! its date the answer is unknown. While the window of a record has not run out
//! when the data ends, a no is not settled; `open` says what else is not.
//!
//! A join says it in one sentence that an auditor can check. A customer with a
//! million contacts costs a million pairs of each; the engine's sweep does not.

mod cases;
mod open;

pub(super) use cases::Starts;

use super::Fault;
use super::lower::{Column, Lowering, Stage, row_column};
use super::node::{key_parts, known};
use super::value::{Number, Per, Sql, Truth};
use super::words;
use super::zone::Joins;
use crate::contract::Direction;
use crate::plan::{Keyed, Node, NodeId, Pass, Question};

/// A pass while it is lowered.
pub(super) struct Searching<'a> {
    pub(super) at: usize,
    pub(super) pass: &'a Pass,
    /// Whether what is found may still change.
    pub(super) nested: bool,
    /// How many columns the key has.
    pub(super) keys: usize,
}

impl Searching<'_> {
    pub(super) fn asked(&self) -> String {
        format!("asked_{}", self.at)
    }

    pub(super) fn found(&self) -> String {
        format!("found_{}", self.at)
    }

    /// The keys of both sides are the same.
    pub(super) fn same_keys(&self) -> String {
        let same = |at: usize| format!("t.key_{at} = b.key_{at}");
        (1..=self.keys).map(same).collect::<Vec<_>>().join(" AND ")
    }

    fn key_names(&self) -> Vec<String> {
        (1..=self.keys).map(|at| format!("key_{at}")).collect()
    }
}

/// A record by key and moment, before what its questions need.
struct Side {
    columns: Vec<Column>,
    joins: Joins,
    conditions: Vec<String>,
    moment: String,
    keys: usize,
}

impl Lowering<'_> {
    /// Answers the questions of a pass.
    pub(super) fn pass(&mut self, at: usize, pass: &Pass) -> Result<(), Fault> {
        let target = self.stage_before(&pass.target.table)?;
        let member = self.standing(target, pass.member, &mut Joins::default())?;
        let nested = !pass.ahead.is_empty() || member.settled.is_some();
        let base = self.side(&self.stage(&pass.base.table)?.early(), &pass.base)?;
        let searching = Searching { at, pass, nested, keys: base.keys };
        let asked = self.asked(&searching, base)?;
        let found = self.found(&searching, &member)?;
        let of = |keyed: &Keyed| words::cut(&format!("records of `{}`", keyed.table));
        self.add(&searching.asked(), &[format!("{} that are asked about", of(&pass.base))], asked);
        let note =
            format!("{} that can be found: {}", of(&pass.target), self.told(&pass.target, pass.member)?);
        self.add(&searching.found(), &[note], found);
        self.ties_of_pass(&searching);
        for question in &pass.questions {
            self.matched(&searching, *question)?;
        }
        self.answers(&searching)
    }

    pub(super) fn question(&self, at: usize) -> Result<&Question, Fault> {
        self.plan.questions.get(at).ok_or_else(|| Fault::ours(format!("q{at} is not in the plan")))
    }

    fn told(&self, keyed: &Keyed, node: NodeId) -> Result<String, Fault> {
        Ok(words::node(self.plan, self.stage(&keyed.table)?.scan, node))
    }

    /// A condition with what is certain of it; nothing is of a record that is not finished.
    pub(super) fn standing(
        &self,
        stage: &Stage<'_>,
        node: NodeId,
        joins: &mut Joins,
    ) -> Result<Truth, Fault> {
        let truth = self.truth(stage, node, joins)?;
        let Some((open, _)) = &stage.own else { return Ok(truth) };
        let settled = format!("(CASE WHEN NOT {open} THEN {} END)", truth.settled());
        Ok(Truth { now: truth.now, settled: Some(settled) })
    }

    fn side(&self, stage: &Stage<'_>, keyed: &Keyed) -> Result<Side, Fault> {
        let mut joins = Joins::default();
        let key = self.node(stage, keyed.key, &mut joins)?;
        let date = self.node(stage, keyed.date, &mut joins)?;
        let moment = self.moment(&date, &mut joins)?;
        let parts = key_parts(&key);
        let mut columns = vec![(format!("r.{}", self.row_id(stage)?), "record".to_string(), None)];
        columns.push((moment.clone(), "moment".to_string(), None));
        columns.extend((1..).zip(&parts).map(|(at, part)| (part.clone(), format!("key_{at}"), None)));
        let mut conditions: Vec<String> = parts.iter().map(|part| format!("{part} IS NOT NULL")).collect();
        conditions.push(format!("{moment} IS NOT NULL"));
        Ok(Side { columns, joins, conditions, moment, keys: parts.len() })
    }

    /// The records asked about, each with its windows.
    fn asked(&self, searching: &Searching<'_>, mut side: Side) -> Result<String, Fault> {
        let stage = &self.stage(&searching.pass.base.table)?.early();
        for at in &searching.pass.questions {
            let question = self.question(*at)?;
            if question.looks_ahead() {
                let start = self.start(stage, question, &side.moment, &mut side.joins)?;
                self.windows(question, *at, &start, &mut side);
            }
            if searching.nested {
                let reaches = match question.looks_ahead() {
                    true => self.window_end(question.window, &side.moment, &mut side.joins),
                    false => side.moment.clone(),
                };
                side.columns.push((reaches, format!("reaches_{at}"), None));
            }
        }
        Ok(self.filtered(&stage.part, &side))
    }

    /// Where the window of a record starts.
    fn start(
        &self,
        stage: &Stage<'_>,
        question: &Question,
        moment: &str,
        joins: &mut Joins,
    ) -> Result<String, Fault> {
        match question.after {
            None => Ok(moment.to_string()),
            Some(after) => {
                let after = self.node(stage, after, joins)?;
                self.moment(&after, joins)
            }
        }
    }

    /// The first and the last moment that count.
    fn windows(&self, question: &Question, at: usize, start: &str, side: &mut Side) {
        let first = match question.other_day {
            true => self.zone.next_day(start, &mut side.joins),
            false => start.to_string(),
        };
        let ends = self.window_end(question.window, start, &mut side.joins);
        side.columns.push((first, format!("first_{at}"), None));
        side.columns.push((ends, format!("ends_{at}"), None));
    }

    fn filtered(&self, part: &str, side: &Side) -> String {
        let text = self.select(part, &side.columns, &side.joins.list);
        format!("{text}\n  WHERE {}", side.conditions.join("\n    AND "))
    }

    /// The records searched, each with what its questions need.
    fn found(&self, searching: &Searching<'_>, member: &Truth) -> Result<String, Fault> {
        let pass = searching.pass;
        let stage = self.stage_before(&pass.target.table)?;
        let mut side = self.side(stage, &pass.target)?;
        let standing = self.standing(stage, pass.member, &mut side.joins)?;
        debug_assert_eq!(standing.settled.is_some(), member.settled.is_some());
        let mut wanted = standing.now.clone();
        if searching.nested {
            self.mark_open(stage, pass, &standing, &mut side.columns);
            wanted = format!("({wanted} OR ({wanted} IS NOT NULL AND {} IS NULL))", standing.settled());
        }
        for at in &pass.questions {
            let question = self.question(*at)?;
            if question.direction == Direction::Preceded {
                let start = self.start(stage, question, &side.moment, &mut side.joins)?;
                self.windows(question, *at, &start, &mut side);
            }
            if question.direction == Direction::StartsCase {
                let ends = self.window_end(question.window, &side.moment, &mut side.joins);
                side.columns.push((ends, format!("ends_{at}"), None));
            }
            if let Some((Some(of), _)) = &question.least {
                let amount = self.amount(stage, *of, &mut side.joins)?;
                side.columns.push((format!("COALESCE({}, 0)", amount.units), format!("amount_{at}"), None));
            }
            if let Some((until, whole_day)) = question.until {
                let holds = self.holds(stage, until, whole_day, &mut side.joins)?;
                side.columns.push((holds, format!("holds_{at}"), None));
            }
        }
        side.conditions.push(wanted);
        Ok(self.filtered(&stage.part, &side))
    }

    /// What is added up of a record.
    fn amount(&self, stage: &Stage<'_>, of: NodeId, joins: &mut Joins) -> Result<Number, Fault> {
        let number = self.number(stage, of, joins)?;
        match number.per {
            Per::Fixed(_) => Ok(number),
            Per::Each(_) => Err(Fault::ours("a look-ahead adds up what is no field".to_string())),
        }
    }

    /// The last moment at which a record holds.
    fn holds(
        &self,
        stage: &Stage<'_>,
        until: NodeId,
        whole_day: bool,
        joins: &mut Joins,
    ) -> Result<String, Fault> {
        let value = self.node(stage, until, joins)?;
        let moment = self.moment(&value, joins)?;
        let end = if whole_day { self.day_end(&moment, joins) } else { moment.clone() };
        Ok(format!("(CASE WHEN {moment} IS NULL THEN {} ELSE {end} END)", super::zone::NEVER))
    }

    /// For which records a question finds something.
    fn matched(&mut self, searching: &Searching<'_>, at: usize) -> Result<(), Fault> {
        let question = self.question(at)?.clone();
        if question.direction == Direction::StartsCase {
            return self.cases(searching, at);
        }
        let marks: &[&str] = if searching.nested { &["now", "certain", "possible"] } else { &["now"] };
        let column = |mark: &&str| -> Result<String, Fault> {
            let is = if searching.nested { format!("t.is_{mark}") } else { "TRUE".to_string() };
            let met = match &question.least {
                Some((of, least)) if question.direction == Direction::Followed => {
                    let amount = if of.is_some() { format!("t.amount_{at}") } else { "1".to_string() };
                    let per = self.per(searching, *of)?;
                    let level = (least * &crate::value::Ratio::whole(per)).ceil();
                    let sum = format!("SUM(CASE WHEN {is} THEN {amount} ELSE 0 END)");
                    format!("CASE WHEN {sum} >= {} THEN 1 ELSE 0 END", level.numerator())
                }
                _ => format!("MAX(CASE WHEN {is} THEN 1 ELSE 0 END)"),
            };
            Ok(format!("    {met} AS {mark}"))
        };
        let columns = marks.iter().map(column).collect::<Result<Vec<_>, _>>()?;
        let text = format!(
            "  SELECT\n    b.record,\n{}\n  FROM {} AS b\n  JOIN {} AS t ON {}\n    AND {}\n  GROUP BY b.record",
            columns.join(",\n"),
            searching.asked(),
            searching.found(),
            searching.same_keys(),
            self.meeting(searching, &question, at).join("\n    AND "),
        );
        self.add(&format!("matched_{at}"), &[words::question(&question)], text);
        Ok(())
    }

    fn per(&self, searching: &Searching<'_>, of: Option<NodeId>) -> Result<num_bigint::BigInt, Fault> {
        let Some(of) = of else { return Ok(1.into()) };
        let stage = self.stage(&searching.pass.target.table)?;
        match self.amount(stage, of, &mut Joins::default())?.per {
            Per::Fixed(per) => Ok(per),
            Per::Each(_) => Ok(1.into()),
        }
    }

    /// When a record searched, `t`, is one that the record asked about, `b`, asks for.
    fn meeting(&self, searching: &Searching<'_>, question: &Question, at: usize) -> Vec<String> {
        let record = |side: &str| self.dialect.ordered(&format!("{side}.record"));
        let order = |sign: char| {
            format!(
                "(t.moment {sign} b.moment OR (t.moment = b.moment AND {} {sign} {}))",
                record("t"),
                record("b")
            )
        };
        let mut met = match question.direction {
            Direction::Followed | Direction::StartsCase => {
                vec![order('>'), format!("t.moment >= b.first_{at}"), format!("t.moment <= b.ends_{at}")]
            }
            Direction::Preceded => {
                vec![order('<'), format!("t.first_{at} <= b.moment"), format!("b.moment <= t.ends_{at}")]
            }
            Direction::StillIn => {
                vec![format!("t.moment <= b.ends_{at}"), format!("t.holds_{at} >= b.ends_{at}")]
            }
        };
        let pass = searching.pass;
        let by_two_dates = pass.base.table == pass.target.table && pass.base != pass.target;
        if by_two_dates && question.direction != Direction::StillIn {
            met.push("t.record <> b.record".to_string());
        }
        met
    }

    /// The next part of the base table: with the answers.
    fn answers(&mut self, searching: &Searching<'_>) -> Result<(), Fault> {
        let pass = searching.pass;
        let table = pass.base.table.clone();
        let stage = self.stage(&table)?;
        let row = format!("r.{}", self.dialect.name(&row_column(stage.scan)));
        let mut joins = Joins::default();
        let key = known(&self.node(stage, pass.base.key, &mut joins)?);
        let date = self.node(stage, pass.base.date, &mut joins)?;
        let date = self.moment(&date, &mut joins)?;
        let mut columns = Vec::new();
        let asks = searching.nested || pass.questions.iter().any(|at| self.looks_ahead(*at));
        let mut extra: Vec<String> = Vec::new();
        if asks {
            extra.push(format!("LEFT JOIN {} AS a ON a.record = {row}", searching.asked()));
        }
        let mut answered: Vec<(NodeId, usize, String)> = Vec::new();
        for at in &pass.questions {
            let Some(node) = stage.scan.nodes.iter().position(|node| *node == Node::Answer(*at)) else {
                continue;
            };
            let name = format!("{}_{at}", direction_word(self.question(*at)?.direction));
            extra.push(format!("LEFT JOIN matched_{at} AS m{at} ON m{at}.record = {row}"));
            let now = self.answer(stage, *at, [&key, &date], &mut joins)?;
            columns.push((now, name.clone(), Some(words::question(self.question(*at)?))));
            answered.push((NodeId(node), *at, name));
        }
        self.running(searching, &answered, &row, &mut columns, &mut extra)?;
        extra.splice(0..0, joins.list);
        self.step(&table, &[], columns, &extra)?;
        self.settle(searching, &answered)
    }

    fn looks_ahead(&self, at: usize) -> bool {
        self.plan.questions.get(at).is_some_and(Question::looks_ahead)
    }

    /// With all that is known now.
    fn answer(
        &self,
        stage: &Stage<'_>,
        at: usize,
        [key, date]: [&str; 2],
        joins: &mut Joins,
    ) -> Result<String, Fault> {
        let question = self.question(at)?;
        let mut dated = format!("{date} IS NOT NULL");
        if let Some(after) = question.after.filter(|_| question.looks_ahead()) {
            let after = self.node(stage, after, joins)?;
            dated = format!("({dated} AND {} IS NOT NULL)", self.moment(&after, joins)?);
        }
        let found = format!("WHEN m{at}.now = 1 THEN TRUE");
        Ok(match question.direction {
            Direction::StartsCase => {
                format!("(CASE {found} WHEN {dated} AND NOT ({key}) THEN TRUE WHEN {dated} THEN FALSE END)")
            }
            _ => format!("(CASE {found} WHEN NOT ({key}) OR {dated} THEN FALSE END)"),
        })
    }

    /// Notes an answer as columns of its table.
    fn bind(&mut self, table: &str, node: NodeId, truth: Truth, open: Option<(usize, [String; 2])>) {
        if let Some(stage) = self.stages.get_mut(table) {
            stage.bound.insert(node, Sql::Truth(truth));
            if let Some((at, [open, until])) = open {
                stage.open.insert(at, (open, until));
            }
        }
    }
}

/// The word for a direction in names.
fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::Followed => "followed",
        Direction::Preceded => "preceded",
        Direction::StartsCase => "starts_case",
        Direction::StillIn => "still_in",
    }
}
