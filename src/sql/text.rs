//! All queries of a contract as one text that can be read and run.

use super::{Dialect, Purpose, Query};
use crate::contract::Contract;
use crate::value::{Period, tz_version};

/// The text of some queries, with what to do with them.
#[must_use]
pub fn text(contract: &Contract, periods: &[Period], dialect: Dialect, queries: &[Query]) -> String {
    let mut text = heading(contract, periods, dialect);
    for statement in dialect.session() {
        text.push_str(&format!("{statement};\n"));
    }
    let all = queries.len();
    for (at, query) in (1..).zip(queries) {
        text.push_str(&format!("\n-- {at} of {all}: {}\n", query.title()));
        text.push_str(note(query));
        text.push_str(&format!("{};\n", query.text));
    }
    text
}

fn heading(contract: &Contract, periods: &[Period], dialect: Dialect) -> String {
    let label = |period: Option<&Period>| period.map_or(String::new(), |period| period.label.clone());
    let title: String = contract.title.split_whitespace().collect::<Vec<_>>().join(" ");
    format!(
        "-- {title}\n\
         -- What the contract measures from {} to {}, for {}.\n\
         --\n\
         -- Run the statements in one session, in this order; nothing is written. A control query gives one row: its\n\
         -- columns without_id, repeated_ids, rejected, unordered, tied, unsure_sums, beyond_zone and beyond_calendar must be\n\
         -- 0, or the counts mean nothing. A query of counts gives, for each counter, period, segment and class of records, whole numbers\n\
         -- alone: how many records, and the sum of what is taken from them in parts of 1/per. Percentages are made of\n\
         -- them afterwards, exactly. The comment above each counter has the contract's words.\n\
         --\n\
         -- Times are microseconds since 1970-01-01 00:00 UTC, dates days since then. Local time is that of {}, by the\n\
         -- zone database {}, written out below.\n",
        label(periods.first()),
        label(periods.last()),
        dialect.called(),
        contract.zone.name(),
        tz_version(),
    )
}

fn note(query: &Query) -> &'static str {
    match query.purpose {
        Purpose::Control(_) => "",
        Purpose::Counts(_) => {
            "-- part 1: records by class (0 outside, 1 undecided, 2 value missing, 3 waiting, 4 counted, 5 above the line,\n\
             -- 6 counted with the line undecided, 7 and on excluded); open_records may still change, until open_until;\n\
             -- part 2: different keys by segment, and in total those above the line; part 3: over all segments\n"
        }
    }
}
