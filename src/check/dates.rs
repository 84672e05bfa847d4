//! Calendars, local times and windows.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Closed, Opening, UnitWord};

use super::names::unknown;
use super::{Check, head, literal};
use crate::contract::{Calendar, Window, WindowLength};
use crate::value::{Instant, LocalTime, Ratio, Resolved};
use std::collections::{BTreeMap, BTreeSet};

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Opening intervals of one day with the place each was written at.
type Day = Vec<((i64, i64), Span)>;

impl Check<'_> {
    pub(super) fn all_calendars(&mut self) -> BTreeMap<String, Calendar> {
        let clauses: Vec<_> = self.names.calendars.values().copied().collect();
        clauses.into_iter().map(|(it, _)| (it.name.value.clone(), self.calendar_clause(it))).collect()
    }

    fn calendar_clause(&mut self, written: &tree::Calendar) -> Calendar {
        let own = written.timezone.as_ref().and_then(|name| head::zone(name, &mut self.found));
        let mut week: [Day; 7] = Default::default();
        written.hours.iter().for_each(|opening| open(&mut week, opening, &mut self.found));
        if written.hours.is_empty() {
            self.report(never_open(written));
        }
        let mut said = BTreeSet::new();
        for (day, name) in week.iter_mut().zip(DAYS) {
            day.sort_by_key(|(hours, span)| (*hours, *span));
            self.found.extend(overlap(day, name, &mut said));
        }
        let closed = |wanted: &dyn Fn(&Closed) -> bool| {
            written.closed.iter().map(|it| &it.value).filter(|it| wanted(it)).cloned().collect::<Vec<_>>()
        };
        let mut lists: Vec<String> =
            closed(&|it| matches!(it, Closed::List(_))).into_iter().filter_map(list).collect();
        let mut dates: Vec<_> =
            closed(&|it| matches!(it, Closed::Date(_))).into_iter().filter_map(date).collect();
        lists.sort_unstable();
        lists.dedup();
        dates.sort_unstable();
        dates.dedup();
        Calendar {
            name: written.name.value.clone(),
            zone: own.unwrap_or_else(|| self.head.zone.clone()),
            week: week.map(|day| day.into_iter().map(|(hours, _)| hours).collect()),
            lists,
            closed: dates,
        }
    }

    /// The name of a declared calendar.
    pub(super) fn calendar(&mut self, name: &tree::Name) -> Option<String> {
        if self.calendars.contains_key(&name.value) {
            return Some(name.value.clone());
        }
        let fault = unknown(
            codes::UNKNOWN_CALENDAR,
            name,
            "is not a calendar",
            self.calendars.keys().map(String::as_str),
        );
        let help = fault.help.clone();
        let declare = format!("declare it: `calendar {} {{ mon to fri 09:00 to 17:00 }}`", name.value);
        self.report(fault.help(help.unwrap_or(declare)));
        None
    }

    /// A local time of the contract as a moment.
    pub(super) fn moment(&mut self, date: tree::Date, clock: tree::Clock, span: Span) -> Option<Instant> {
        let seconds = i64::from(clock.hour) * 3600 + i64::from(clock.minute) * 60 + i64::from(clock.second);
        let local = LocalTime::at(literal::date(date)?, seconds);
        let (what, instants) = match self.head.zone.resolve(local) {
            Resolved::Once(instant) => return Some(instant),
            Resolved::Gap { backward, forward } => ("does not exist", [backward, forward]),
            Resolved::Fold { first, second } => ("happens twice", [first, second]),
            Resolved::OutOfRange => ("is too far away", [Instant(local.0); 2]),
        };
        let zone = self.head.zone.name().to_owned();
        let utc = instants.map(|it| LocalTime(it.0).to_string()).join(" and ");
        self.report(
            Diagnostic::error(codes::NO_SUCH_DATE, format!("`{local}` {what} in {zone}"))
                .label(span, "the clocks change here")
                .note(format!("it could mean {utc} UTC"))
                .help("name a time before or after the change of the clocks".to_owned()),
        );
        None
    }

    /// A window of a look-ahead.
    pub(super) fn window(&mut self, written: &tree::Window) -> Option<Window> {
        let length = &written.length;
        let number = literal::number(length.value.number);
        if !number.is_positive() {
            self.report(bad_window(
                length,
                "a window must be longer than nothing",
                "write a length above 0, such as `7 days`",
            ));
            return None;
        }
        let length = match window_length(&length.value, &number) {
            Ok(length) => length,
            Err((message, help)) => {
                self.report(bad_window(length, message, help));
                return None;
            }
        };
        Some(Window { length, inclusive: written.inclusive })
    }
}

fn window_length(
    written: &tree::Quantity,
    number: &Ratio,
) -> Result<WindowLength, (&'static str, &'static str)> {
    const LONG: (&str, &str) =
        ("a window this long cannot be counted", "leave the window out to search without limit");
    const PART: (&str, &str) = ("calendar days, months and years are counted whole", "write a whole number");
    let whole = |factor: i64| {
        let count = (number * &Ratio::whole(factor)).to_i64().ok_or(PART)?;
        u32::try_from(count).ok().filter(|count| *count <= 120_000).ok_or(LONG)
    };
    match &written.unit {
        UnitWord::CalendarDays => whole(1).map(WindowLength::CalendarDays),
        UnitWord::Months => whole(1).map(WindowLength::Months),
        UnitWord::Years => whole(12).map(WindowLength::Months),
        UnitWord::Time(unit) => {
            let micros = number * &Ratio::whole(literal::seconds(*unit) * 1_000_000);
            let longest = Ratio::whole(400 * 366 * 86_400 * 1_000_000_i64);
            if micros > longest {
                return Err(LONG);
            }
            micros
                .to_i64()
                .map(WindowLength::Elapsed)
                .ok_or(("time is counted in microseconds", "write a longer part of a second"))
        }
        _ => Err((
            "a window is a length of time",
            "write for instance `within 7 days`, `within 6 months` or `within 3 calendar days`",
        )),
    }
}

fn bad_window(length: &Spanned<tree::Quantity>, message: &str, help: &str) -> Diagnostic {
    Diagnostic::error(codes::WINDOW_NOT_POSITIVE, message)
        .label(length.span, format!("`{}` cannot be a window", length.value))
        .help(help.to_owned())
}

fn list(closed: Closed) -> Option<String> {
    match closed {
        Closed::List(name) => Some(name),
        Closed::Date(_) => None,
    }
}

fn date(closed: Closed) -> Option<crate::value::Date> {
    match closed {
        Closed::Date(date) => literal::date(date),
        Closed::List(_) => None,
    }
}

fn open(week: &mut [Day; 7], opening: &Spanned<Opening>, found: &mut Vec<Diagnostic>) {
    let Opening { first, last, from, to } = opening.value;
    let seconds = |clock: tree::Clock| {
        i64::from(clock.hour) * 3600 + i64::from(clock.minute) * 60 + i64::from(clock.second)
    };
    let hours = (seconds(from), seconds(to));
    if hours.0 >= hours.1 {
        found.push(
            Diagnostic::error(codes::CALENDAR_HOURS, "closing time is not after opening time")
                .label(opening.span, "open for no time at all")
                .help(
                    "hours past midnight are two lines: up to 24:00, and from 00:00 on the next day"
                        .to_owned(),
                ),
        );
        return;
    }
    let mut day = usize::from(first % 7);
    for _ in 0..7 {
        if let Some(list) = week.get_mut(day) {
            list.push((hours, opening.span));
        }
        if day == usize::from(last % 7) {
            return;
        }
        day = (day + 1) % 7;
    }
}

/// Two lines that overlap on this day, unless that was said of an earlier day.
fn overlap(day: &Day, name: &str, said: &mut BTreeSet<(Span, Span)>) -> Option<Diagnostic> {
    let pair = day.windows(2).find_map(|pair| match pair {
        [(first, one), (second, other)] if second.0 < first.1 => Some((*one, *other, second.0)),
        _ => None,
    });
    let (one, other, at) = pair?;
    said.insert((one, other)).then(|| {
        Diagnostic::error(codes::CALENDAR_HOURS, "opening hours overlap")
            .label(one.max(other), format!("{name} {:02}:{:02} is open already", at / 3600, at / 60 % 60))
            .label(one.min(other), "by this line")
            .help("let the hours of a day follow one another".to_owned())
    })
}

fn never_open(written: &tree::Calendar) -> Diagnostic {
    Diagnostic::error(codes::CALENDAR_HOURS, format!("`{}` is never open", written.name.value))
        .label(written.name.span, "no opening hours")
        .help("add for instance `mon to fri 09:00 to 17:00`".to_owned())
}
