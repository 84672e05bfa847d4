//! Local time in SQL: the changes of a zone's offset as a small table.
//!
//! Europe/London 2026, in hours: `ahead` is 0 until 29 March 01:00 UTC, 1 until
//! 25 October 01:00 UTC, then 0. A moment finds its local time by joining on
//! `since <= moment < until`; a local time finds its moment by the same table
//! read from the other side, where a time that comes twice or not at all goes
//! with the offset before the change, or with that after it.
//!
//! The table is the one of this program, so that all engines agree whatever
//! zone database they have. It reaches some years beyond the periods; a control
//! query counts dates beyond that.

use std::collections::BTreeMap;

use super::dialect::Dialect;
use crate::contract::{Window, WindowLength};
use crate::value::{Date, Instant, Period, Zone};

/// Microseconds of a day.
pub(super) const DAY: i64 = 86_400_000_000;
/// The end of a window that never ends.
pub(super) const NEVER: i64 = i64::MAX;
/// Days from 1 January of the year 1 to 1970: added, no date is negative.
const EPOCH: i64 = 719_162;
/// Years before and after the periods that zones are laid out for.
const YEARS: u32 = 10;
/// Years that look-aheads may go beyond that.
const BEYOND: u32 = 12;

/// From which to which moment (excluded) the text knows local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Range {
    /// So many years around the periods.
    pub(super) fn around(periods: &[Period], years: u32) -> Self {
        let day = |date: Option<Date>| date.map(|date| i64::from(date.days()) * DAY);
        let first = periods.first().and_then(|period| day(period.first.minus_months(12 * years)));
        let last = periods.last().and_then(|period| day(period.last.plus_months(12 * years)));
        Self { from: first.unwrap_or(0), to: last.unwrap_or(0) }
    }
}

/// The days that zones are laid out for.
pub(super) fn known(periods: &[Period]) -> Range {
    Range::around(periods, YEARS)
}

/// A change of the offset: from when on, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) at: i64,
    pub(super) before: i64,
    pub(super) after: i64,
}

/// The first offset and all changes after it.
pub(super) fn changes(zone: &Zone, periods: &[Period]) -> (i64, Vec<Change>) {
    let Range { from, to } = Range::around(periods, YEARS + BEYOND);
    let offset = |at: i64| zone.local(Instant(at)).0 - at;
    let first = offset(from);
    let mut found = Vec::new();
    let (mut before, mut next) = (first, zone.next_change(Instant(from)));
    while let Some(Instant(at)) = next.filter(|at| at.0 < to) {
        let after = offset(at);
        if after != before {
            found.push(Change { at, before, after });
        }
        before = after;
        next = zone.next_change(Instant(at)).filter(|later| later.0 > at);
    }
    (first, found)
}

/// How a local time that does not exist, or comes twice, is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reading {
    /// With the offset before the change: skipped times as later ones, repeated ones as the first.
    Before,
    /// Skipped times with the offset before, repeated ones as the second.
    Second,
    /// Skipped times with the offset after the change, repeated ones as the first.
    Earlier,
    /// With the offset after the change, both.
    After,
}

impl Reading {
    /// The local time from which on the offset after a change holds.
    fn edge(self, change: &Change) -> i64 {
        let gap = change.after > change.before;
        let before = match self {
            Self::Before => !gap,
            Self::Second => false,
            Self::Earlier => true,
            Self::After => gap,
        };
        change.at + if before { change.before } else { change.after }
    }

    fn called(self) -> &'static str {
        match self {
            Self::Before => "wall",
            Self::Second => "wall_second",
            Self::Earlier => "wall_earlier",
            Self::After => "wall_after",
        }
    }
}

/// The joins that the expressions of one SELECT need.
#[derive(Debug, Clone, Default)]
pub(super) struct Joins {
    /// `LEFT JOIN …`, in order.
    pub(super) list: Vec<String>,
    /// Expressions that are joined already, with the alias.
    known: BTreeMap<(String, String), String>,
}

impl Joins {
    /// The alias under which a table is joined on a condition about an expression.
    pub(super) fn alias(
        &mut self,
        table: &str,
        expression: &str,
        condition: impl Fn(&str) -> String,
    ) -> String {
        let key = (table.to_string(), expression.to_string());
        if let Some(alias) = self.known.get(&key) {
            return alias.clone();
        }
        let alias = format!("j{}", self.list.len() + 1);
        self.list.push(format!("LEFT JOIN {table} AS {alias} ON {}", condition(&alias)));
        self.known.insert(key, alias.clone());
        alias
    }
}

/// A zone whose tables the text has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LocalTime {
    pub(super) dialect: Dialect,
    /// The beginning of the names of its tables; none for one offset throughout.
    pub(super) tables: Option<String>,
    /// The offset, where there is only one.
    pub(super) offset: i64,
    changes: Vec<Change>,
}

impl LocalTime {
    pub(super) fn new(dialect: Dialect, zone: &Zone, periods: &[Period]) -> Self {
        let (offset, changes) = changes(zone, periods);
        let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        let tables = (!changes.is_empty()).then(|| zone.name().chars().map(letter).collect());
        Self { dialect, tables, offset, changes }
    }

    /// The local time of a moment.
    pub(super) fn local(&self, moment: &str, joins: &mut Joins) -> String {
        let Some(zone) = &self.tables else { return plus(moment, self.offset) };
        let alias = span(&format!("{zone}_clock"), moment, joins);
        format!("({moment} + {alias}.ahead)")
    }

    /// The local date of a moment.
    pub(super) fn day(&self, moment: &str, joins: &mut Joins) -> String {
        let local = self.local(moment, joins);
        day_of(self.dialect, &local)
    }

    /// The moment of a local time.
    pub(super) fn moment(&self, local: &str, reading: Reading, joins: &mut Joins) -> String {
        let Some(zone) = &self.tables else { return plus(local, -self.offset) };
        let alias = span(&format!("{zone}_{}", reading.called()), local, joins);
        format!("({local} - {alias}.ahead)")
    }

    /// The first moment of a local date.
    pub(super) fn midnight(&self, day: &str, joins: &mut Joins) -> String {
        self.moment(&format!("({day} * {DAY})"), Reading::Before, joins)
    }

    /// The first moment of the local day after that of a moment.
    pub(super) fn next_day(&self, moment: &str, joins: &mut Joins) -> String {
        let day = self.day(moment, joins);
        self.midnight(&format!("({day} + 1)"), joins)
    }

    /// The last moment that counts for a window from a moment.
    pub(super) fn window_end(&self, window: Option<Window>, start: &str, joins: &mut Joins) -> String {
        let Some(window) = window else { return format!("(CASE WHEN {start} IS NOT NULL THEN {NEVER} END)") };
        let short = i64::from(!window.inclusive);
        match window.length {
            WindowLength::Elapsed(micros) => plus(start, micros - short),
            WindowLength::CalendarDays(days) => {
                let day = self.day(start, joins);
                let after = plus(&day, i64::from(days) + 1 - short);
                plus(&self.midnight(&after, joins), -1)
            }
            WindowLength::Months(months) => self.months_later(start, months, window.inclusive, joins),
        }
    }

    /// The same local date and time so many months later.
    fn months_later(&self, start: &str, months: u32, inclusive: bool, joins: &mut Joins) -> String {
        let local = self.local(start, joins);
        let day = day_of(self.dialect, &local);
        let later = self.dialect.months_later(&day, i64::from(months));
        let local = format!("({later} * {DAY} + {local} - {day} * {DAY})");
        let reading = if inclusive { Reading::Second } else { Reading::Before };
        plus(&self.moment(&local, reading, joins), -i64::from(!inclusive))
    }

    /// The tables of the zone, with their names.
    pub(super) fn written_out(&self) -> Vec<(String, String)> {
        let Some(zone) = &self.tables else { return Vec::new() };
        let columns = ["since", "until", "ahead"];
        let clock = (format!("{zone}_clock"), self.spans(|change| change.at));
        let readings = [Reading::Before, Reading::Second, Reading::Earlier, Reading::After];
        let walls = readings.iter().map(|reading| {
            (format!("{zone}_{}", reading.called()), self.spans(|change| reading.edge(change)))
        });
        [clock]
            .into_iter()
            .chain(walls)
            .map(|(name, rows)| (name, self.dialect.written_out(&columns, &rows)))
            .collect()
    }

    fn spans(&self, edge: impl Fn(&Change) -> i64) -> Vec<Vec<i64>> {
        let mut rows = Vec::new();
        let mut since = -NEVER;
        for change in &self.changes {
            let until = edge(change);
            rows.push(vec![since, until, change.before]);
            since = until;
        }
        let last = self.changes.last().map_or(self.offset, |change| change.after);
        rows.push(vec![since, NEVER, last]);
        rows
    }

    /// When a local time is one that the clocks skip, or repeat, where that matters; none where it never is.
    pub(super) fn odd(&self, local: &str, skipped: bool, repeated: bool) -> Option<String> {
        let wanted = |change: &&Change| if change.after < change.before { repeated } else { skipped };
        let span = |change: &Change| {
            let (low, high) = (change.before.min(change.after), change.before.max(change.after));
            format!("({local} >= {} AND {local} < {})", change.at + low, change.at + high)
        };
        let spans: Vec<String> = self.changes.iter().filter(wanted).map(span).collect();
        (!spans.is_empty()).then(|| format!("({})", spans.join(" OR ")))
    }
}

/// The date of a local time.
pub(super) fn day_of(dialect: Dialect, local: &str) -> String {
    let positive = plus(local, EPOCH * DAY);
    format!("({} - {EPOCH})", dialect.small_quotient(&positive, &DAY.to_string()))
}

/// An expression and a constant.
pub(super) fn plus(expression: &str, constant: i64) -> String {
    match constant {
        0 => expression.to_string(),
        1.. => format!("({expression} + {constant})"),
        _ => format!("({expression} - {})", constant.unsigned_abs()),
    }
}

fn span(table: &str, expression: &str, joins: &mut Joins) -> String {
    joins.alias(table, expression, |alias| {
        format!("{expression} >= {alias}.since AND {expression} < {alias}.until")
    })
}
