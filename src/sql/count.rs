//! What becomes of each record in the figure of a counter, and how many of each.
//!
//! | class | a record that is |
//! |---|---|
//! | 0 | outside the set |
//! | 1 | undecided: a field is missing |
//! | 2 | in the set, without the value the measure needs |
//! | 3 | left out by `matured only` |
//! | 4, 5, 6 | counted: not above the line, above it, undecided |
//! | 7 and on | excluded, by the first reason that applies |

use super::Fault;
use super::lower::{Column, Lowering, Stage};
use super::node::{key_parts, known};
use super::value::{Number, Per, Sql, Truth};
use super::words;
use super::zone::Joins;
use crate::contract::{Compare, ScoreKind};
use crate::measured::sheet::{ABOVE, COUNTED, EXCLUDED, MISSING, OPEN, OUTSIDE, UNDECIDED, UNKNOWN};
use crate::plan::{Counter, Grouping, What};
use crate::value::Ratio;

/// What is taken from a record.
struct Taken {
    value: Option<Number>,
    keys: Vec<String>,
    /// Where it is known and fits.
    known: Option<String>,
    /// Whether it is above the line, for scores.
    scored: Option<String>,
}

/// A counter as a part, and what it has for the query.
pub(super) struct Counted {
    at: usize,
    segments: usize,
    keys: usize,
    ranked: bool,
    per: Option<Per>,
    summed: bool,
    open: Open,
}

/// Which records may still change.
enum Open {
    None,
    /// Those left out by `matured only`.
    Waiting,
    /// Those that may come in, leave or change sides.
    Changing,
}

impl Lowering<'_> {
    /// The part `counter_N`.
    pub(super) fn counter(&mut self, at: usize, counter: &Counter) -> Result<Counted, Fault> {
        let stage = self.stage(&counter.table)?;
        let mut joins = Joins::default();
        let grouping = stage.scan.groupings.get(counter.grouping);
        let grouping = grouping.ok_or_else(|| Fault::ours("a counter has no cells".to_string()))?;
        let date = self.node(stage, grouping.date, &mut joins)?;
        let date = self.moment(&date, &mut joins)?;
        let period = self.period_of(&date, &mut joins);
        let mut columns: Vec<Column> = vec![(period.clone(), "period".to_string(), None)];
        let segments = self.segments(stage, grouping, &mut joins)?;
        columns.extend((1..).zip(&segments).map(|(at, text)| (text.clone(), format!("segment_{at}"), None)));
        let taken = self.taken(stage, counter, &mut joins)?;
        let member = self.standing(stage, counter.member, &mut joins)?;
        let above = match counter.above {
            Some(node) => Some(self.standing(stage, node, &mut joins)?),
            None => taken.scored.clone().map(Truth::certain),
        };
        let unripe = self.open_until(stage, counter.ahead.iter());
        let class =
            self.class(stage, counter, &taken, [Some(&member), above.as_ref()], &unripe, &mut joins)?;
        columns.push((class, "class".to_string(), None));
        columns.extend((1..).zip(&taken.keys).map(|(at, key)| (key.clone(), format!("key_{at}"), None)));
        let mut per = None;
        if let Some(value) = &taken.value {
            columns.push((self.dialect.widened(&value.units), "value".to_string(), None));
            if let Per::Each(each) = &value.per {
                columns.push((each.clone(), "per".to_string(), None));
            }
            per = Some(value.per.clone());
        }
        let open = self.change(counter, &taken, &member, above.as_ref(), unripe, &mut columns);
        let text = self.select(&stage.part, &columns, &joins.list);
        let text = format!("{text}\n  WHERE {period} IS NOT NULL");
        let note = self.counter_note(at, counter, stage);
        self.add(&format!("counter_{at}"), &note, text);
        Ok(Counted {
            at,
            segments: segments.len(),
            keys: taken.keys.len(),
            ranked: matches!(counter.what, What::Values(_)),
            summed: taken.value.is_some() && !matches!(counter.what, What::Values(_)),
            per,
            open,
        })
    }

    fn counter_note(&self, at: usize, counter: &Counter, stage: &Stage<'_>) -> Vec<String> {
        let used = |figure: &crate::plan::Figure| figure.all().iter().any(|(_, counter)| *counter == at);
        let others = self.plan.others.values().flatten();
        let measures = self.plan.figures.iter().chain(others).filter(|(_, figure)| used(figure));
        let mut names: Vec<&str> = measures.map(|(name, _)| name.as_str()).collect();
        names.dedup();
        let mut note =
            vec![format!("{}: what becomes of each record of `{}`", names.join(", "), counter.set)];
        let told = |node| words::node(self.plan, stage.scan, node);
        note.push(format!("in the set where {}", told(counter.conditions)));
        for (class, (node, because)) in (EXCLUDED..).zip(&counter.exclusions) {
            note.push(format!("{class}: not where {} (\"{because}\")", told(*node)));
        }
        note.extend(counter.above.map(|above| format!("above the line where {}", told(above))));
        note.extend(counter.what.node().map(|node| format!("taken from each: {}", told(node))));
        note
    }

    /// The values that make the segments, as texts.
    fn segments(
        &self,
        stage: &Stage<'_>,
        grouping: &Grouping,
        joins: &mut Joins,
    ) -> Result<Vec<String>, Fault> {
        let kind = self.dialect.text();
        let mut segments = Vec::new();
        for node in &grouping.by {
            segments.push(match self.node(stage, *node, joins)? {
                Sql::Text(text) => text,
                Sql::Truth(truth) => {
                    format!("(CASE WHEN {0} THEN 'yes' WHEN NOT {0} THEN 'no' END)", truth.now)
                }
                Sql::Day(value) | Sql::Moment(value) => format!("CAST({value} AS {kind})"),
                Sql::Number(number) => format!("CAST({} AS {kind})", number.units),
                Sql::Key(_) => return Err(Fault::ours("a key cannot make segments".to_string())),
            });
        }
        if let Some(origin) = grouping.origin {
            let value = self.node(stage, origin, joins)?;
            let moment = self.moment(&value, joins)?;
            segments.push(format!("CAST({} AS {kind})", self.period_of(&moment, joins)));
        }
        Ok(segments)
    }

    fn taken(&self, stage: &Stage<'_>, counter: &Counter, joins: &mut Joins) -> Result<Taken, Fault> {
        let mut taken = Taken { value: None, keys: Vec::new(), known: None, scored: None };
        let Some(node) = counter.what.node() else { return Ok(taken) };
        let value = self.node(stage, node, joins)?;
        taken.known = Some(known(&value));
        if let What::Keys(_) = &counter.what {
            taken.keys = key_parts(&value);
            return Ok(taken);
        }
        let Sql::Number(number) = value else { return Err(Fault::ours("a number is wanted".to_string())) };
        let level =
            |compare, level: &Ratio| self.dialect.compare_numbers(compare, &number, &Number::constant(level));
        let scale = |low: &Ratio, high: &Ratio| {
            Some(format!(
                "COALESCE({} AND {}, FALSE)",
                level(Compare::AtLeast, low),
                level(Compare::AtMost, high)
            ))
        };
        let net = |from: &Ratio, to: &Ratio| {
            let (best, worst) = (level(Compare::AtLeast, from), level(Compare::AtMost, to));
            let score = format!("(CASE WHEN {best} THEN 1 ELSE 0 END - CASE WHEN {worst} THEN 1 ELSE 0 END)");
            (Some(Number::over(score, 1)), Some(best))
        };
        match &counter.what {
            What::Records | What::Keys(_) => {}
            What::Sum(_) | What::Values(_) => taken.value = Some(number),
            What::NetPromoter(_) => {
                taken.known = scale(&Ratio::zero(), &Ratio::whole(10));
                (taken.value, taken.scored) = net(&Ratio::whole(9), &Ratio::whole(6));
            }
            What::TopBox { from, low, high, .. } => {
                taken.known = scale(low, high);
                taken.scored = Some(level(Compare::AtLeast, from));
            }
            What::Scored { low, high, score, .. } => {
                taken.known = scale(low, high);
                match score {
                    ScoreKind::Mean | ScoreKind::Rescaled => taken.value = Some(number),
                    ScoreKind::Bottom { to } => taken.scored = Some(level(Compare::AtMost, to)),
                    ScoreKind::Net { from, to } => (taken.value, taken.scored) = net(from, to),
                }
            }
        }
        Ok(taken)
    }

    /// The class of a record.
    fn class(
        &self,
        stage: &Stage<'_>,
        counter: &Counter,
        taken: &Taken,
        [member, above]: [Option<&Truth>; 2],
        unripe: &Option<(String, String)>,
        joins: &mut Joins,
    ) -> Result<String, Fault> {
        let mut text = String::from("(CASE");
        let mut arm =
            |condition: &str, class: u16| text.push_str(&format!("\n      WHEN {condition} THEN {class}"));
        if let (true, Some((unripe, _)), Some(member)) = (counter.matured_only, unripe, member) {
            let certain = member.settled();
            arm(&format!("{unripe} AND {} IS NOT NULL AND COALESCE({certain}, TRUE)", member.now), OPEN);
        }
        let conditions = self.truth(stage, counter.conditions, joins)?.now;
        arm(&format!("{conditions} IS NULL"), UNKNOWN);
        arm(&format!("NOT {conditions}"), OUTSIDE);
        let mut undecided = Vec::new();
        for (class, (node, _)) in (EXCLUDED..).zip(&counter.exclusions) {
            let exclusion = self.truth(stage, *node, joins)?.now;
            arm(&exclusion, class);
            undecided.push(format!("{exclusion} IS NULL"));
        }
        if !undecided.is_empty() {
            arm(&undecided.join(" OR "), UNKNOWN);
        }
        if let Some(known) = &taken.known {
            arm(&format!("NOT ({known})"), MISSING);
        }
        if let Some(above) = above {
            arm(&above.now, ABOVE);
            arm(&format!("{} IS NULL", above.now), UNDECIDED);
        }
        Ok(format!("{text}\n      ELSE {COUNTED} END)"))
    }

    /// Adds whether a record may still change, and until when.
    fn change(
        &self,
        counter: &Counter,
        taken: &Taken,
        member: &Truth,
        above: Option<&Truth>,
        unripe: Option<(String, String)>,
        columns: &mut Vec<Column>,
    ) -> Open {
        let Some((unripe, until)) = unripe else { return Open::None };
        columns.push((until, "may_change_until".to_string(), None));
        if counter.matured_only {
            return Open::Waiting;
        }
        let open = |truth: &Truth| match &truth.settled {
            Some(settled) => format!("({} IS NOT NULL AND {settled} IS NULL)", truth.now),
            None => "FALSE".to_string(),
        };
        let known = taken.known.as_ref().map_or(String::new(), |known| format!(" AND ({known})"));
        let set = format!("({unripe} AND {}{known})", open(member));
        columns.push((set, "may_join_or_leave".to_string(), None));
        let side = above.map_or("FALSE".to_string(), |above| format!("({unripe} AND {})", open(above)));
        columns.push((side, "may_change_sides".to_string(), None));
        Open::Changing
    }

    /// The query over some counters of a table.
    pub(super) fn counts(&self, counters: &[Counted]) -> (Vec<String>, String) {
        let width = counters.iter().map(|counter| counter.segments).max().unwrap_or(0);
        let mut columns: Vec<String> = ["counter", "part", "period"].map(str::to_string).to_vec();
        columns.extend((1..=width).map(|at| format!("segment_{at}")));
        columns.extend(
            ["class", "value", "per", "records", "open_records", "open_until", "total"].map(str::to_string),
        );
        let parts = counters.iter().flat_map(|counter| {
            let mut parts = vec![self.classes(counter, width)];
            if counter.keys > 0 {
                parts.extend((counter.segments > 0).then(|| self.keys(counter, width, true)));
                parts.push(self.keys(counter, width, false));
            }
            parts
        });
        (columns, parts.collect::<Vec<_>>().join("\nUNION ALL\n"))
    }

    /// `1`: how many records of each class, with their sum or each value.
    fn classes(&self, counter: &Counted, width: usize) -> String {
        let wide = self.dialect.wide();
        let counted = format!("c.class BETWEEN {COUNTED} AND {UNDECIDED}");
        let open = match counter.open {
            Open::None => None,
            Open::Waiting => Some(format!("c.class = {OPEN}")),
            Open::Changing => Some(format!("c.may_join_or_leave OR (c.may_change_sides AND {counted})")),
        };
        let own = |column: &str| format!("CASE WHEN {counted} THEN c.{column} END AS {column}");
        let mut inner = vec!["c.period".to_string(), "c.class".to_string()];
        inner.extend((1..=counter.segments).map(|at| format!("c.segment_{at}")));
        inner.extend(counter.per.as_ref().map(|_| own("value")));
        let each = matches!(counter.per, Some(Per::Each(_)));
        inner.extend(each.then(|| own("per")));
        inner.extend(open.map(|open| format!("CASE WHEN {open} THEN c.may_change_until END AS open_until")));
        let mut groups = vec!["c.period".to_string(), "c.class".to_string()];
        groups.extend((1..=counter.segments).map(|at| format!("c.segment_{at}")));
        groups.extend(counter.ranked.then(|| "c.value".to_string()));
        groups.extend(each.then(|| "c.per".to_string()));
        let per = match &counter.per {
            None => "1".to_string(),
            Some(Per::Fixed(per)) => per.to_string(),
            Some(Per::Each(_)) => "c.per".to_string(),
        };
        let has_open = !matches!(counter.open, Open::None);
        let cells = [
            ("class", "BIGINT", "c.class".to_string()),
            ("value", wide, if counter.ranked { "c.value".to_string() } else { "NULL".to_string() }),
            ("per", wide, per),
            ("records", "BIGINT", "COUNT(*)".to_string()),
            ("open_records", "BIGINT", if has_open { "COUNT(c.open_until)".into() } else { "0".into() }),
            ("open_until", "BIGINT", if has_open { "MAX(c.open_until)".into() } else { "NULL".into() }),
            ("total", wide, if counter.summed { "SUM(c.value)".into() } else { "NULL".into() }),
        ];
        let from = format!("(SELECT {} FROM counter_{} AS c) AS c", inner.join(", "), counter.at);
        self.row(counter, 1, width, true, &cells, &from) + &format!("\nGROUP BY {}", groups.join(", "))
    }

    /// `2`: how many different keys in each segment; `3`: in all together.
    fn keys(&self, counter: &Counted, width: usize, segments: bool) -> String {
        let wide = self.dialect.wide();
        let mut groups = vec!["c.period".to_string()];
        groups.extend((1..=counter.segments).filter(|_| segments).map(|at| format!("c.segment_{at}")));
        let mut inner = groups.clone();
        inner.extend((1..=counter.keys).map(|at| format!("c.key_{at}")));
        let from = format!(
            "(SELECT {0}, MAX(CASE WHEN c.class = {ABOVE} THEN 1 ELSE 0 END) AS above FROM counter_{1} AS c \
             WHERE c.class BETWEEN {COUNTED} AND {UNDECIDED} GROUP BY {0}) AS c",
            inner.join(", "),
            counter.at
        );
        let none = || "NULL".to_string();
        let cells = [
            ("class", "BIGINT", none()),
            ("value", wide, none()),
            ("per", wide, none()),
            ("records", "BIGINT", "COUNT(*)".to_string()),
            ("open_records", "BIGINT", none()),
            ("open_until", "BIGINT", none()),
            ("total", wide, "SUM(c.above)".to_string()),
        ];
        let part = if segments { 2 } else { 3 };
        self.row(counter, part, width, segments, &cells, &from) + &format!("\nGROUP BY {}", groups.join(", "))
    }

    fn row(
        &self,
        counter: &Counted,
        part: u8,
        width: usize,
        segments: bool,
        cells: &[(&str, &str, String)],
        from: &str,
    ) -> String {
        let text = self.dialect.text();
        let mut columns = vec![
            format!("CAST({} AS BIGINT) AS counter", counter.at),
            format!("CAST({part} AS BIGINT) AS part"),
            "CAST(c.period AS BIGINT) AS period".to_string(),
        ];
        for at in 1..=width {
            let has = segments && at <= counter.segments;
            let value = if has { format!("c.segment_{at}") } else { "NULL".to_string() };
            columns.push(format!("CAST({value} AS {text}) AS segment_{at}"));
        }
        columns.extend(cells.iter().map(|(name, kind, value)| format!("CAST({value} AS {kind}) AS {name}")));
        format!("SELECT\n  {}\nFROM {from}", columns.join(",\n  "))
    }
}
