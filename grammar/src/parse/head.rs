//! The contract's head: parties, term, zone, currency, periods, rounding.

use super::block::{BlockKind, Item, Notes, Once, Read, block, led};
use super::deadline::must_within;
use super::error::{Expected, Input, PResult, committed, expect, maybe, mismatch};
use super::quantity::{one_of, rounding, small};
use super::token::{currency, date, keyword, must, must_phrase, phrase, piece, spanned, text};
use crate::span::Spanned;
use crate::tree::{ContractHead, Date, MoneyRounding, Name, PeriodLength, Periods, Text, Within};

const CONTRACT: BlockKind = BlockKind {
    what: "the contract's head",
    words: &["client", "vendor", "term", "timezone", "currency", "periods", "rounding", "late data"],
    rows: None,
};

enum Said {
    Client(Text),
    Vendor(Text),
    Term((Date, Date)),
    Timezone(Text),
    Currency(Name),
    Periods(Periods),
    Rounding(MoneyRounding),
    Late(Within),
}

/// ```ebnf
/// contract = "contract" text "{" { contract_item [ ";" ] } "}" ;
/// ```
pub(super) fn contract(input: Input<'_>) -> PResult<'_, Read<ContractHead>> {
    let (input, _) = keyword("contract")(input)?;
    let (input, title) = expect("the title as a text in quotes", text)(input)?;
    let (input, read) = block(input, &CONTRACT, item)?;
    let mut notes = read.notes;
    let value = assemble(title, read.value, &mut notes);
    Ok((input, Read { value, notes }))
}

/// ```ebnf
/// contract_item = "client" text | "vendor" text | "term" date "to" date | "timezone" text
///               | "currency" currency | "periods" periods | "rounding" money_rounding
///               | "late" "data" "within" within ;
/// ```
fn item(input: Input<'_>) -> PResult<'_, Item<Said>> {
    let word = piece(input).map(|(_, word)| word.text).unwrap_or_default();
    let party = || expect("a name as a text in quotes", text);
    match word {
        "client" => led(input, keyword("client"), party()).map(|(rest, it)| (rest, it.map(Said::Client))),
        "vendor" => led(input, keyword("vendor"), party()).map(|(rest, it)| (rest, it.map(Said::Vendor))),
        "term" => led(input, keyword("term"), term).map(|(rest, it)| (rest, it.map(Said::Term))),
        "timezone" => {
            led(input, keyword("timezone"), zone()).map(|(rest, it)| (rest, it.map(Said::Timezone)))
        }
        "currency" => led(input, keyword("currency"), expect("a currency code, such as `GBP`", currency))
            .map(|(rest, it)| (rest, it.map(Said::Currency))),
        "periods" => led(input, keyword("periods"), periods).map(|(rest, it)| (rest, it.map(Said::Periods))),
        "rounding" => {
            led(input, keyword("rounding"), money_rounding).map(|(rest, it)| (rest, it.map(Said::Rounding)))
        }
        "late" => led(input, committed(Expected::Word("late data"), phrase("late data")), |input| {
            let (input, _) = must("within")(input)?;
            must_within(input)
        })
        .map(|(rest, it)| (rest, it.map(Said::Late))),
        _ => mismatch(input, Expected::Part("an item of the contract's head")),
    }
}

/// The text of a time zone.
pub(super) fn zone<'s>() -> impl FnMut(Input<'s>) -> PResult<'s, Text> {
    expect("a time zone as a text, such as `\"Europe/London\"`", text)
}

fn assemble(title: Text, said: Vec<Spanned<Said>>, notes: &mut Notes) -> ContractHead {
    let mut head = ContractHead {
        title,
        client: None,
        vendor: None,
        term: None,
        timezone: None,
        currency: None,
        periods: None,
        rounding: None,
        late: None,
    };
    let mut once = Once::default();
    for Spanned { value, span } in said {
        match value {
            Said::Client(text) => once.set(&mut head.client, text, "`client`", span, notes),
            Said::Vendor(text) => once.set(&mut head.vendor, text, "`vendor`", span, notes),
            Said::Term(it) => once.set(&mut head.term, Spanned::new(it, span), "`term`", span, notes),
            Said::Timezone(text) => once.set(&mut head.timezone, text, "`timezone`", span, notes),
            Said::Currency(code) => once.set(&mut head.currency, code, "`currency`", span, notes),
            Said::Periods(it) => {
                once.set(&mut head.periods, Spanned::new(it, span), "`periods`", span, notes)
            }
            Said::Rounding(it) => {
                once.set(&mut head.rounding, Spanned::new(it, span), "`rounding`", span, notes);
            }
            Said::Late(it) => once.set(&mut head.late, Spanned::new(it, span), "`late data`", span, notes),
        }
    }
    head
}

pub(super) fn term(input: Input<'_>) -> PResult<'_, (Date, Date)> {
    let (input, first) = expect("the first day, such as `2026-01-01`", date)(input)?;
    let (input, _) = must("to")(input)?;
    let (input, last) = expect("the last day, such as `2028-12-31`", date)(input)?;
    Ok((input, (first, last)))
}

/// ```ebnf
/// periods = length [ "starting" "on" "day" small ] [ "in" "month" small ] ;
/// length = "monthly" | "quarterly" | "yearly" | "whole" "term" ;
/// ```
fn periods(input: Input<'_>) -> PResult<'_, Periods> {
    const LENGTHS: &[(&str, PeriodLength)] = &[
        ("monthly", PeriodLength::Monthly),
        ("quarterly", PeriodLength::Quarterly),
        ("yearly", PeriodLength::Yearly),
        ("whole term", PeriodLength::WholeTerm),
    ];
    let length = |input| one_of(input, LENGTHS, "a length");
    let (input, length) = expect("`monthly`, `quarterly`, `yearly` or `whole term`", length)(input)?;
    let (input, start_day) = numbered(input, "starting", "on day", "a day of the month, 1 to 31")?;
    let (input, start_month) = numbered(input, "in", "month", "a month, 1 to 12")?;
    Ok((input, Periods { length, start_day, start_month }))
}

/// A small number after its words, or nothing.
fn numbered<'s>(
    input: Input<'s>,
    first: &'static str,
    then: &'static str,
    what: &'static str,
) -> PResult<'s, Option<Spanned<u8>>> {
    let (input, found) = maybe(keyword(first))(input)?;
    if found.is_none() {
        return Ok((input, None));
    }
    let (input, _) = must_phrase(then)(input)?;
    let (input, number) = expect(what, spanned(small))(input)?;
    Ok((input, Some(number)))
}

/// ```ebnf
/// money_rounding = "money" rounding "on" ( "each" "line" | "the" "total" ) ;
/// ```
fn money_rounding(input: Input<'_>) -> PResult<'_, MoneyRounding> {
    let (input, _) = must("money")(input)?;
    let (input, rounding) = rounding(input)?;
    let (input, each_line) =
        either(input, "on each line", "on the total", "`on each line` or `on the total`")?;
    Ok((input, MoneyRounding { rounding, each_line }))
}

/// Whether one of two phrases stands here.
pub(super) fn either<'s>(
    input: Input<'s>,
    yes: &'static str,
    no: &'static str,
    what: &'static str,
) -> PResult<'s, bool> {
    if let Ok((rest, _)) = phrase(yes)(input) {
        return Ok((rest, true));
    }
    let (rest, _) = expect(what, phrase(no))(input)?;
    Ok((rest, false))
}
