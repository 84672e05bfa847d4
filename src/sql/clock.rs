//! Business time in SQL: a table of days with how much was open before each.
//!
//! Monday to Friday 09:00 to 18:00: on Tuesday 9 open hours are before, and one
//! interval opens. Open before Tuesday 15:00 are 9 + 6 hours; between two
//! moments it is the difference. Days are those of UTC, so that one lookup by
//! day finds all that is needed, whatever the clocks do.
//!
//! A stop of the clock counts from its event to the next of the case. What is
//! open of it between two moments follows from the same sums, since they never
//! fall: least of the ends less greatest of the starts, if above nothing.

use std::collections::BTreeSet;

use super::Fault;
use super::lower::{Lowering, Stage};
use super::node::{key_parts, known};
use super::value::{Number, Sql};
use super::zone::{DAY, Joins, Range, plus};
use crate::contract::Calendar;
use crate::plan::{Clock, EVENTS, NodeId, Pauses};
use crate::value::{Date, Instant, LocalTime};

/// Years before and after the periods that calendars are written out for.
const YEARS: u32 = 1;
/// Days from 1 January of the year 1 to 1970.
const EPOCH: i64 = 719_162;

/// What business time is asked for.
pub(super) struct Span {
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) case: Option<NodeId>,
    pub(super) clock: usize,
}

/// From which to which moment calendars are written out.
pub(super) fn known_range(lowering: &Lowering<'_>) -> Range {
    Range::around(&lowering.plan.periods, YEARS)
}

impl Lowering<'_> {
    /// The calendars of all clocks, each once.
    pub(super) fn clocks(&mut self) -> Result<(), Fault> {
        let plan = self.plan;
        let mut done = BTreeSet::new();
        for clock in &plan.clocks {
            if done.insert(&clock.calendar) {
                let calendar = self.contract.calendars.get(&clock.calendar);
                let calendar =
                    calendar.ok_or_else(|| Fault::ours(format!("`{}` is no calendar", clock.calendar)))?;
                let calendar = calendar.clone();
                self.calendar(&calendar)?;
            }
        }
        Ok(())
    }

    fn calendar(&mut self, calendar: &Calendar) -> Result<(), Fault> {
        let closed = self.closed(calendar)?;
        let days = days(calendar, &closed, known_range(self));
        let width = days.iter().map(|day| day.open.len()).max().unwrap_or(0).max(1);
        let mut columns = vec!["day".to_string(), "open_before".to_string()];
        for at in 1..=width {
            columns.extend([format!("opens_{at}"), format!("closes_{at}")]);
        }
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let rows: Vec<Vec<i64>> = days.iter().map(|day| day.row(width)).collect();
        let text = self.dialect.written_out(&names, &rows);
        let note = [
            format!("calendar {}: by day since 1970 (UTC) the microseconds open before it,", calendar.name),
            "and when it opens and closes, in microseconds of the day".to_string(),
        ];
        self.add(&calendar_part(&calendar.name), &note, text);
        Ok(())
    }

    /// The dates on which a calendar is closed.
    pub(super) fn closed(&self, calendar: &Calendar) -> Result<BTreeSet<Date>, Fault> {
        let mut closed: BTreeSet<Date> = calendar.closed.iter().copied().collect();
        for list in &calendar.lists {
            let dates = self.relations.holidays.get(list);
            let dates = dates.ok_or_else(|| Fault::of_list(list))?;
            closed.extend(dates);
        }
        Ok(closed)
    }

    /// Microseconds open before a moment.
    fn open_before(&self, calendar: &str, moment: &str, joins: &mut Joins) -> String {
        let d = self.dialect;
        let day = plus(&d.small_quotient(&plus(moment, EPOCH * DAY), &DAY.to_string()), -EPOCH);
        let alias = joins.alias(&calendar_part(calendar), moment, |alias| format!("{alias}.day = {day}"));
        let time = format!("({moment} - {alias}.day * {DAY})");
        let width = self.width(calendar);
        let mut text = format!("({alias}.open_before");
        for at in 1..=width {
            text.push_str(&format!(
                " + GREATEST(0, LEAST({time}, {alias}.closes_{at}) - {alias}.opens_{at})"
            ));
        }
        text + ")"
    }

    /// How many intervals a day of a calendar has at most, by its part.
    fn width(&self, calendar: &str) -> usize {
        let name = calendar_part(calendar);
        let part = self.parts.iter().find(|part| part.name == name);
        part.map_or(1, |part| part.text.lines().next().map_or(1, |line| line.matches("AS closes_").count()))
    }

    /// Open seconds from one moment to another.
    pub(super) fn business(&self, stage: &Stage<'_>, span: &Span, joins: &mut Joins) -> Result<Sql, Fault> {
        let clock =
            self.plan.clocks.get(span.clock).ok_or_else(|| Fault::ours("a clock is not known".into()))?;
        let moment = |node: NodeId, joins: &mut Joins| -> Result<String, Fault> {
            let value = self.node(stage, node, joins)?;
            self.moment(&value, joins)
        };
        let (from, to) = (moment(span.from, joins)?, moment(span.to, joins)?);
        let from_open = self.open_before(&clock.calendar, &from, joins);
        let to_open = self.open_before(&clock.calendar, &to, joins);
        let mut units = format!("({to_open} - {from_open})");
        if let Some(case) = span.case {
            let stopped = self.stopped(stage, span, case, [&from, &to], joins)?;
            units = format!("({units} - {stopped})");
        }
        Ok(Sql::Number(Number::over(units, 1_000_000)))
    }

    /// Open microseconds in which the clock of a case stood still.
    fn stopped(
        &self,
        stage: &Stage<'_>,
        span: &Span,
        case: NodeId,
        [from, to]: [&str; 2],
        joins: &mut Joins,
    ) -> Result<String, Fault> {
        let clock =
            self.plan.clocks.get(span.clock).ok_or_else(|| Fault::ours("a clock is not known".into()))?;
        let mut inner = Joins::default();
        let key = key_parts(&self.node(stage, case, &mut inner)?);
        let from_open = self.open_before(&clock.calendar, from, &mut inner);
        let to_open = self.open_before(&clock.calendar, to, &mut inner);
        let same: Vec<String> = (1..).zip(&key).map(|(at, part)| format!("s.key_{at} = {part}")).collect();
        let row = format!("r.{}", self.row_id(stage)?);
        let (low, high) =
            (format!("LEAST({from_open}, {to_open})"), format!("GREATEST({from_open}, {to_open})"));
        let overlap = format!(
            "GREATEST(0, LEAST({high}, COALESCE(s.open_after, {high})) - GREATEST({low}, s.open_before))"
        );
        let mut text = format!(
            "(\n    SELECT {row} AS record, CAST(SUM({overlap}) AS BIGINT) AS stopped\n    FROM {} AS r",
            stage.part
        );
        for join in &inner.list {
            text.push_str(&format!("\n    {join}"));
        }
        text.push_str(&format!(
            "\n    JOIN stops_{} AS s ON {}\n    GROUP BY {row}\n  )",
            span.clock,
            same.join(" AND ")
        ));
        let alias = joins.alias(&text, &format!("{from}, {to}"), |alias| format!("{alias}.record = {row}"));
        Ok(format!("(CASE WHEN {to} < {from} THEN -1 ELSE 1 END * COALESCE({alias}.stopped, 0))"))
    }

    /// When the clocks of cases stood still, with the open time before the beginning and end of each stop.
    pub(super) fn stops(&mut self) -> Result<(), Fault> {
        let plan = self.plan;
        for (at, clock) in plan.clocks.iter().enumerate() {
            if let Some(pauses) = &clock.pauses {
                self.stops_of(at, clock, pauses)?;
            }
        }
        Ok(())
    }

    fn stops_of(&mut self, at: usize, clock: &Clock, pauses: &Pauses) -> Result<(), Fault> {
        let stage = self.stage(EVENTS)?;
        let mut joins = Joins::default();
        let key = self.node(stage, pauses.events.key, &mut joins)?;
        let date = self.node(stage, pauses.events.date, &mut joins)?;
        let date = self.moment(&date, &mut joins)?;
        let paused = self.truth(stage, pauses.paused, &mut joins)?.now;
        let row = format!("r.{}", self.row_id(stage)?);
        let keys = key_parts(&key);
        let mut columns: Vec<super::lower::Column> =
            (1..).zip(&keys).map(|(at, part)| (part.clone(), format!("key_{at}"), None)).collect();
        columns.push((date.clone(), "since".to_string(), None));
        let order = format!("{date}, {}, {paused}", self.dialect.ordered(&row));
        let next = format!("LEAD({date}) OVER (PARTITION BY {} ORDER BY {order})", keys.join(", "));
        columns.push((next, "until".to_string(), None));
        columns.push((format!("COALESCE({paused}, FALSE)"), "paused".to_string(), None));
        let text = self.select(&stage.part, &columns, &joins.list);
        let text = format!("{text}\n  WHERE {} AND {date} IS NOT NULL", known(&key));
        self.add(&format!("statuses_{at}"), &["each status of a case, until the next one".to_string()], text);
        let mut groups: Vec<String> = (1..=keys.len()).map(|at| format!("r.key_{at}")).collect();
        groups.push("r.since".to_string());
        let (name, from) = (format!("ties_statuses_{at}"), format!("statuses_{at}"));
        self.ties_of_groups(EVENTS, &name, &from, &groups, Some("CASE WHEN r.paused THEN 1 ELSE 0 END"));
        let mut joins = Joins::default();
        let before = self.open_before(&clock.calendar, "r.since", &mut joins);
        let after = self.open_before(&clock.calendar, "r.until", &mut joins);
        let after = format!("CASE WHEN r.until IS NOT NULL THEN {after} END");
        let mut columns: Vec<super::lower::Column> =
            (1..=keys.len()).map(|at| (format!("r.key_{at}"), format!("key_{at}"), None)).collect();
        columns.push((before, "open_before".to_string(), None));
        columns.push((after, "open_after".to_string(), None));
        let text = self.select(&format!("statuses_{at}"), &columns, &joins.list);
        let text = format!("{text}\n  WHERE r.paused AND (r.until IS NULL OR r.since < r.until)");
        let note = format!("when the clock stood still: {}", pauses.statuses.join(", "));
        self.add(&format!("stops_{at}"), &[note], text);
        Ok(())
    }
}

pub(super) fn calendar_part(name: &str) -> String {
    format!("calendar_{}", super::names::simple(name))
}

/// The local dates in a range on which a calendar opens.
pub(super) fn open_days(calendar: &Calendar, closed: &BTreeSet<Date>, range: Range) -> Vec<i64> {
    let opens = |day: &i64| {
        let date = LocalTime(day * DAY).date().filter(|date| !closed.contains(date));
        let hours = date.and_then(|date| calendar.week.get(usize::from(date.weekday())));
        hours.is_some_and(|hours| !hours.is_empty())
    };
    (range.from.div_euclid(DAY)..=range.to.div_euclid(DAY)).filter(opens).collect()
}

/// A day of UTC, and what is open of it.
struct Day {
    day: i64,
    before: i64,
    open: Vec<(i64, i64)>,
}

impl Day {
    fn row(&self, width: usize) -> Vec<i64> {
        let mut row = vec![self.day, self.before];
        let none = std::iter::repeat(&(0, 0));
        row.extend(self.open.iter().chain(none).take(width).flat_map(|(from, to)| [*from, *to]));
        row
    }
}

/// The days of a range.
fn days(calendar: &Calendar, closed: &BTreeSet<Date>, range: Range) -> Vec<Day> {
    let open = intervals(calendar, closed, range);
    let (mut before, mut at) = (0, 0);
    let mut days = Vec::new();
    for day in range.from.div_euclid(DAY)..=range.to.div_euclid(DAY) {
        let (start, end) = (day * DAY, (day + 1) * DAY);
        let mut inside = Vec::new();
        while let Some((from, to)) = open.get(at) {
            if *from < end && *to > start {
                inside.push(((*from).max(start) - start, (*to).min(end) - start));
            }
            if *to > end {
                break;
            }
            at += 1;
        }
        let sum: i64 = inside.iter().map(|(from, to)| to - from).sum();
        days.push(Day { day, before, open: joined(inside) });
        before += sum;
    }
    days
}

/// Intervals that touch as one.
fn joined(open: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let mut all: Vec<(i64, i64)> = Vec::new();
    for (from, to) in open {
        match all.last_mut().filter(|last| last.1 == from) {
            Some(last) => last.1 = to,
            None => all.push((from, to)),
        }
    }
    all
}

/// The open intervals as moments, in order: each local day within each stretch of one offset.
fn intervals(calendar: &Calendar, closed: &BTreeSet<Date>, range: Range) -> Vec<(i64, i64)> {
    let mut found = Vec::new();
    let mut since = range.from - 2 * DAY;
    let last = range.to + 3 * DAY;
    while since < last {
        let offset = calendar.zone.local(Instant(since)).0 - since;
        let until = calendar.zone.next_change(Instant(since)).map_or(last, |at| at.0.min(last));
        let (from, to) = (since + offset, until + offset);
        for day in from.div_euclid(DAY)..=(to - 1).div_euclid(DAY) {
            let Some(date) = LocalTime(day * DAY).date().filter(|date| !closed.contains(date)) else {
                continue;
            };
            let hours = calendar.week.get(usize::from(date.weekday()));
            for (open, close) in hours.into_iter().flatten() {
                let opens = (day * DAY + open * 1_000_000).max(from) - offset;
                let closes = (day * DAY + close * 1_000_000).min(to) - offset;
                if opens < closes {
                    found.push((opens, closes));
                }
            }
        }
        since = until.max(since + 1);
    }
    found
}
