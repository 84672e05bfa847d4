//! The contacts as text, in the forms in which DuckDB writes CSV.

use std::io::Write;
use std::ops::Range;

use crate::columns::{Table, cause_name, site_name};
use crate::rows::{Contact, World};

/// The names of the columns, in one line.
pub fn heading() -> String {
    let names: Vec<&str> = Table::Interactions.fields().into_iter().map(|(name, ..)| name).collect();
    names.join(",") + "\n"
}

/// The lines of a range of rows.
pub fn lines(world: &World, rows: Range<u64>) -> Vec<u8> {
    let mut out = Vec::with_capacity(200 * (rows.end - rows.start) as usize);
    for row in rows {
        write_line(&mut out, &world.contact(row));
    }
    out
}

fn write_line(out: &mut Vec<u8>, row: &Contact) {
    let Contact { id, topic, case, vendor, unit, abandoned, resolved, transferred, handled, .. } = row;
    let (site, cause) = (site_name(row.site), cause_name(row.cause));
    let (customer, channel) = (shown(row.customer), row.channel.unwrap_or_default());
    write!(out, "{id},{customer},{topic},{case},{channel},{site},{vendor},{unit},{cause},").unwrap();
    match row.unreadable {
        true => out.extend(b"2024-02-30 25:61"),
        false => write_time(out, row.started),
    }
    out.push(b',');
    if let Some(answered) = row.answered {
        write_time(out, answered);
    }
    out.push(b',');
    write_time(out, row.ended);
    let (csat, nps) = (shown(row.csat), shown(row.nps));
    writeln!(out, ",{abandoned},{resolved},{csat},{nps},{transferred},{handled}").unwrap();
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

/// `2024-01-01 07:00:00`
fn write_time(out: &mut Vec<u8>, second: i64) {
    let time = chrono::DateTime::from_timestamp(second, 0).unwrap().naive_utc();
    write!(out, "{} {}", time.date(), time.time()).unwrap();
}
