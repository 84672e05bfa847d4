//! Dates after the end of a period.
//!
//! | the period ends on | within | date |
//! |---|---|---|
//! | 31 January 2026 | 30 days | 2 March 2026 |
//! | 31 January 2026 | 1 month | 28 February 2026, its last day |
//! | Friday 30 January 2026 | 2 business days, Monday to Friday | Tuesday 3 February |
//! | January 2026, by the month | 2 periods | 31 March 2026 |

use crate::contract::{Calendar, Contract, Within};
use crate::measured::Registers;
use crate::value::{Date, Period, PeriodLength};

/// The last day that is still within the time after a period, or why there is none.
pub(crate) fn last_day(
    contract: &Contract,
    registers: &Registers,
    period: &Period,
    within: &Within,
) -> Result<Date, String> {
    let beyond = || "the date lies beyond the calendar".to_string();
    match within {
        Within::Days(n) => period.last.plus_days(*n).ok_or_else(beyond),
        Within::Months(n) => period.last.plus_months(*n).ok_or_else(beyond),
        Within::BusinessDays(n, calendar) => match contract.calendars.get(calendar) {
            Some(calendar) => business_day(registers, calendar, period.last, *n),
            None => Err(format!("`{calendar}` is no calendar")),
        },
        Within::Periods(n) => end_of_period(contract, period, *n).ok_or_else(beyond),
    }
}

/// The last day of the period that many periods later, also beyond the term.
fn end_of_period(contract: &Contract, period: &Period, n: u32) -> Option<Date> {
    let all = contract.schedule.periods(&contract.zone);
    let here = all.iter().position(|it| it.first == period.first)?;
    if let Some(later) = all.get(here + usize::try_from(n).ok()?) {
        return Some(later.last);
    }
    let months = match contract.schedule.length {
        PeriodLength::Monthly => 1,
        PeriodLength::Quarterly => 3,
        PeriodLength::Yearly => 12,
        PeriodLength::WholeTerm => return None,
    };
    period.last.plus_days(1)?.plus_months(months * n)?.before()
}

/// The n-th day after `date` on which the calendar opens.
fn business_day(registers: &Registers, calendar: &Calendar, date: Date, n: u32) -> Result<Date, String> {
    let mut holidays = Vec::new();
    for list in &calendar.lists {
        let dates = registers.holidays.get(list);
        holidays.extend(dates.ok_or_else(|| format!("the holiday list `{list}` is in no data book"))?);
    }
    let opens = |date: Date| {
        let hours = calendar.week.get(usize::from(date.weekday()));
        let closed = calendar.closed.contains(&date) || holidays.contains(&&date);
        !closed && hours.is_some_and(|hours| !hours.is_empty())
    };
    // A calendar that opens at all opens within a few years.
    let days = (1..=n.saturating_add(10) * 40).filter_map(|days| date.plus_days(days));
    let nth = usize::try_from(n.max(1)).unwrap_or(usize::MAX) - 1;
    days.filter(|date| opens(*date)).nth(nth).ok_or_else(|| format!("`{}` never opens", calendar.name))
}
