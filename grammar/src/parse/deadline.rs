//! Times after the end of a period, and the deadlines that are such times.

use super::block::{BlockKind, Item, Once, Read, block, led};
use super::error::{Expected, Input, PResult, expect, maybe, mismatch};
use super::expr::must_expr;
use super::measure::reference;
use super::quantity::{small, unsigned};
use super::token::{keyword, must, must_phrase, name, phrase, piece, spanned};
use crate::span::Spanned;
use crate::tree::{Deadlines, Expr, Quantity, Text, Within};

const DEADLINES: BlockKind = BlockKind {
    what: "a list of deadlines",
    words: &["report", "disputes", "restatements", "evidence", "clause"],
    rows: None,
};

enum Said {
    Report(Within),
    Disputes(Within),
    Restatements(Within, Option<Expr>),
    Evidence(Spanned<Quantity>),
    Clause(Text),
}

/// ```ebnf
/// deadlines = "deadlines" "{" { deadline [ ";" ] } "}" ;
/// ```
pub(super) fn deadlines(input: Input<'_>) -> PResult<'_, Read<Deadlines>> {
    let (input, _) = keyword("deadlines")(input)?;
    let (input, mut read) = block(input, &DEADLINES, deadline)?;
    let (report, disputes, restatements, evidence, clause) = (None, None, None, None, None);
    let mut all = Deadlines { report, disputes, restatements, evidence, clause };
    let (mut once, notes) = (Once::default(), &mut read.notes);
    for Spanned { value, span } in read.value {
        match value {
            Said::Report(time) => {
                once.set(&mut all.report, Spanned::new(time, span), "`report`", span, notes);
            }
            Said::Disputes(time) => {
                once.set(&mut all.disputes, Spanned::new(time, span), "`disputes`", span, notes);
            }
            Said::Restatements(time, least) => {
                let said = Spanned::new((time, least), span);
                once.set(&mut all.restatements, said, "`restatements`", span, notes);
            }
            Said::Evidence(time) => once.set(&mut all.evidence, time, "`evidence`", span, notes),
            Said::Clause(text) => once.set(&mut all.clause, text, "`clause`", span, notes),
        }
    }
    Ok((input, Read { value: all, notes: read.notes }))
}

/// ```ebnf
/// deadline = "report" "due" "within" within | "disputes" "within" within
///          | "restatements" "within" within [ "if" "more" "than" expr ]
///          | "evidence" "kept" "for" unsigned | clause_reference ;
/// ```
fn deadline(input: Input<'_>) -> PResult<'_, Item<Said>> {
    match piece(input).map(|(_, word)| word.text) {
        Some("report") => led(input, keyword("report"), |input| {
            let (input, _) = must_phrase("due within")(input)?;
            must_within(input).map(|(rest, time)| (rest, Said::Report(time)))
        }),
        Some("disputes") => led(input, keyword("disputes"), |input| {
            let (input, _) = must("within")(input)?;
            must_within(input).map(|(rest, time)| (rest, Said::Disputes(time)))
        }),
        Some("restatements") => led(input, keyword("restatements"), restatements),
        Some("evidence") => led(input, keyword("evidence"), |input| {
            let (input, _) = must_phrase("kept for")(input)?;
            let (input, time) = expect("a length of time, such as `7 years`", spanned(unsigned))(input)?;
            Ok((input, Said::Evidence(time)))
        }),
        Some("clause") => reference(input).map(|(rest, it)| (rest, it.map(Said::Clause))),
        _ => mismatch(input, Expected::Part("a deadline")),
    }
}

fn restatements(input: Input<'_>) -> PResult<'_, Said> {
    let (input, _) = must("within")(input)?;
    let (input, time) = must_within(input)?;
    if keyword("if")(input).is_err() {
        return Ok((input, Said::Restatements(time, None)));
    }
    let (input, _) = must_phrase("if more than")(input)?;
    let (input, least) = must_expr(input)?;
    Ok((input, Said::Restatements(time, Some(least))))
}

/// A time after the end of a period that belongs here.
pub(super) fn must_within(input: Input<'_>) -> PResult<'_, Within> {
    expect("a time, such as `30 days` or `10 business days in CALENDAR`", within)(input)
}

/// ```ebnf
/// within = small ( "business" ( "day" | "days" ) "in" name | "period" | "periods" ) | unsigned ;
/// ```
fn within(input: Input<'_>) -> PResult<'_, Within> {
    if let Ok((rest, n)) = spanned(small)(input) {
        if keyword("business")(rest).is_ok() {
            let days = |input| phrase("business days")(input).or_else(|_| phrase("business day")(input));
            let (rest, _) = expect("`business days`", days)(rest)?;
            let (rest, _) = must("in")(rest)?;
            let (rest, calendar) = expect("the name of a calendar", name)(rest)?;
            return Ok((rest, Within::BusinessDays(n, calendar)));
        }
        let (after, periods) =
            maybe(|input| keyword("periods")(input).or_else(|_| keyword("period")(input)))(rest)?;
        if periods.is_some() {
            return Ok((after, Within::Periods(n)));
        }
    }
    spanned(unsigned)(input).map(|(rest, time)| (rest, Within::Time(time)))
}
