//! Calendars and declared fields.

use super::block::{BlockKind, Item, Once, Read, block, led};
use super::error::{Expected, Input, PResult, committed, expect};
use super::head::zone;
use super::quantity::one_of;
use super::set::dated_by;
use super::token::{clock, date, keyword, must, name, next_start, phrase, piece, spanned, symbol, text};
use crate::lex::Kind;
use crate::span::Spanned;
use crate::tree::{Calendar, Clock, Closed, FieldType, Fields, Name, Opening, Text};

const CALENDAR: BlockKind = BlockKind {
    what: "a calendar",
    words: &["mon", "tue", "wed", "thu", "fri", "sat", "sun", "closed", "timezone"],
    rows: None,
};

const FIELDS: BlockKind = BlockKind {
    what: "a list of fields",
    words: &[],
    rows: Some("a field and its type, such as `fee: money`"),
};

enum Said {
    Hours(Opening),
    Closed(Vec<Spanned<Closed>>),
    Timezone(Text),
}

/// ```ebnf
/// calendar = "calendar" name "{" { calendar_item [ ";" ] } "}" ;
/// ```
pub(super) fn calendar(input: Input<'_>) -> PResult<'_, Read<Calendar>> {
    let (input, _) = keyword("calendar")(input)?;
    let (input, name) = expect("the name of the calendar", name)(input)?;
    let (input, mut read) = block(input, &CALENDAR, item)?;
    let mut calendar = Calendar { name, hours: Vec::new(), closed: Vec::new(), timezone: None };
    let mut once = Once::default();
    for Spanned { value, span } in read.value {
        match value {
            Said::Hours(hours) => calendar.hours.push(Spanned::new(hours, span)),
            Said::Closed(closed) => calendar.closed.extend(closed),
            Said::Timezone(text) => {
                once.set(&mut calendar.timezone, text, "`timezone`", span, &mut read.notes);
            }
        }
    }
    Ok((input, Read { value: calendar, notes: read.notes }))
}

/// ```ebnf
/// calendar_item = weekday [ "to" weekday ] hours | "closed" "on" closed { "," closed } | "timezone" text ;
/// hours = "all" "day" | clock "to" clock ;
/// ```
fn item(input: Input<'_>) -> PResult<'_, Item<Said>> {
    match piece(input).map(|(_, word)| word.text) {
        Some("closed") => {
            led(input, keyword("closed"), closed).map(|(rest, it)| (rest, it.map(Said::Closed)))
        }
        Some("timezone") => {
            led(input, keyword("timezone"), zone()).map(|(rest, it)| (rest, it.map(Said::Timezone)))
        }
        _ => opening(input),
    }
}

fn opening(input: Input<'_>) -> PResult<'_, Item<Said>> {
    let (input, first) = weekday(input)?;
    let (input, last) = match keyword("to")(input) {
        Ok((rest, _)) => expect("a weekday, such as `fri`", weekday)(rest)?,
        Err(_) => (input, first),
    };
    let column = next_start(input);
    if let Ok((input, _)) = phrase("all day")(input) {
        let from = Clock { hour: 0, minute: 0, second: 0 };
        let to = Clock { hour: 24, minute: 0, second: 0 };
        return Ok((input, Item::columns(Said::Hours(Opening { first, last, from, to }), column)));
    }
    let (input, from) = expect("an opening time, such as `08:00`, or `all day`", clock)(input)?;
    let (input, _) = must("to")(input)?;
    let (input, to) = expect("a closing time, such as `20:00`", clock)(input)?;
    Ok((input, Item::columns(Said::Hours(Opening { first, last, from, to }), column)))
}

/// ```ebnf
/// weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun" ;
/// ```
fn weekday(input: Input<'_>) -> PResult<'_, u8> {
    const DAYS: &[(&str, u8)] =
        &[("mon", 0), ("tue", 1), ("wed", 2), ("thu", 3), ("fri", 4), ("sat", 5), ("sun", 6)];
    one_of(input, DAYS, "a weekday")
}

fn closed(input: Input<'_>) -> PResult<'_, Vec<Spanned<Closed>>> {
    let (mut input, _) = must("on")(input)?;
    let mut all = Vec::new();
    loop {
        let (rest, one) =
            expect("a date, or the name of a holiday list as a text", spanned(closed_on))(input)?;
        all.push(one);
        match symbol(",")(rest) {
            Ok((rest, _)) => input = rest,
            Err(_) => return Ok((rest, all)),
        }
    }
}

/// ```ebnf
/// closed = text | date ;
/// ```
fn closed_on(input: Input<'_>) -> PResult<'_, Closed> {
    if matches!(piece(input), Some((_, next)) if next.kind == Kind::Text) {
        return text(input).map(|(rest, list)| (rest, Closed::List(list.value)));
    }
    date(input).map(|(rest, date)| (rest, Closed::Date(date)))
}

/// ```ebnf
/// fields = "fields" name [ "dated" "by" name ] "{" { field [ ";" ] } "}" ;
/// ```
pub(super) fn fields(input: Input<'_>) -> PResult<'_, Read<Fields>> {
    let (input, _) = keyword("fields")(input)?;
    let (input, table) = expect("the name of a table", name)(input)?;
    let (input, dated_by) = dated_by(input)?;
    let (input, read) = block(input, &FIELDS, field)?;
    let fields = read.value.into_iter().map(|field| field.value).collect();
    Ok((input, Read { value: Fields { table, dated_by, fields }, notes: read.notes }))
}

/// ```ebnf
/// field = name ":" field_type ;
/// ```
fn field(input: Input<'_>) -> PResult<'_, Item<(Name, Spanned<FieldType>)>> {
    let (input, name) = expect("a field name", name)(input)?;
    let (input, _) = committed(Expected::Word(":"), symbol(":"))(input)?;
    let column = next_start(input);
    let what =
        "a type: `text`, `yes or no`, `whole number`, `number`, `money`, `duration`, `timestamp` or `date`";
    let (input, kind) = expect(what, spanned(field_type))(input)?;
    Ok((input, Item::columns((name, kind), column)))
}

/// ```ebnf
/// field_type = "text" | "yes" "or" "no" | "whole" "number" | "number" | "money" | "duration"
///            | "timestamp" | "date" ;
/// ```
fn field_type(input: Input<'_>) -> PResult<'_, FieldType> {
    const TYPES: &[(&str, FieldType)] = &[
        ("text", FieldType::Text),
        ("yes or no", FieldType::YesNo),
        ("whole number", FieldType::Whole),
        ("number", FieldType::Number),
        ("money", FieldType::Money),
        ("duration", FieldType::Duration),
        ("timestamp", FieldType::Timestamp),
        ("date", FieldType::Date),
    ];
    one_of(input, TYPES, "a type")
}
