//! Who, how long, and how time and money are counted.

use meed_grammar::tree::PeriodLength;

use super::words::{date, rounding, several};
use crate::contract::Contract;

/// The sentences a contract opens with.
pub(super) fn lead(contract: &Contract) -> Vec<String> {
    let schedule = &contract.schedule;
    let periods = schedule.periods(&contract.zone).len();
    let each = match schedule.length {
        PeriodLength::Monthly => "month by month",
        PeriodLength::Quarterly => "quarter by quarter",
        PeriodLength::Yearly => "year by year",
        PeriodLength::WholeTerm => "once, over the whole term",
    };
    let start = match (schedule.start_day, schedule.start_month, schedule.length) {
        (1, _, PeriodLength::Monthly) | (1, 1, _) | (_, _, PeriodLength::WholeTerm) => String::new(),
        (day, _, PeriodLength::Monthly) => format!(", each from day {day}"),
        (day, month, _) => format!(", counted from day {day} of month {month}"),
    };
    let currency = contract.currency;
    let step = format!("{currency} {}", contract.rounding.rounding.step);
    let lines = if contract.rounding.each_line { "each line" } else { "only the total" };
    let mut said = vec![
        format!(
            "{} receives the service, {} gives it, from {} to {}, both days included.",
            contract.client,
            contract.vendor,
            date(schedule.from),
            date(schedule.to)
        ),
        format!(
            "It is measured and settled {each}{start}: {}, by the clocks of {}. Amounts are in {currency}; {lines} is \
             rounded {}.",
            several(periods as u64, "period"),
            contract.zone.name(),
            rounding(&contract.rounding.rounding, &step)
        ),
    ];
    if let Some(tail) = &contract.maturity.tail {
        let names: Vec<String> = tail.names.iter().cloned().collect();
        said.push(format!(
            "After the term {} {} for {} more months; nothing else is.",
            super::words::list(&names),
            if names.len() == 1 { "is paid" } else { "are paid" },
            tail.months
        ));
    }
    if let Some(late) = &contract.maturity.late {
        said.push(format!(
            "A record may come up to {} after what it tells of; a reading is provisional until then.",
            super::remedies::time(late)
        ));
    }
    said
}
