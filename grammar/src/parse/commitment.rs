//! Commitments: a measure, the level it must reach, and what follows.

use super::block::{BlockKind, Item, Notes, Once, Read, block, led};
use super::error::{Expected, Input, PResult, expect, fault, maybe, mismatch};
use super::history::multiplier;
use super::levels::{moved, must_dated_level, paid};
use super::measure::reference;
use super::pay::pay;
use super::proof::{is_proof, proof, target};
use super::quantity::{one_of, quantity, unsigned};
use super::token::{keyword, label, must_phrase, name, next_start, piece, spanned, symbol};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::{Span, Spanned};
use crate::tree::{
    Bound, Commitment, DatedLevel, Move, Multiplier, Name, Paid, Pay, Proof, ProvisionalPay, Text,
};

const COMMITMENT: BlockKind = BlockKind {
    what: "a commitment",
    words: &[
        "clause", "target", "minimum", "raise", "reset", "paid", "penalty", "bonus", "both", "pay", "missed",
        "met", "below", "any", "while",
    ],
    rows: None,
};

enum Said {
    Clause(Text),
    Target(DatedLevel),
    Proof(Proof),
    Minimum(DatedLevel),
    Paid(Paid),
    Move(Move),
    Pay(Pay),
    Multiplier(Multiplier),
    Provisional(ProvisionalPay),
}

/// ```ebnf
/// commitment = "commitment" name [ "on" name ] [ text ] [ "for" "each" "segment" ]
///              "{" { commitment_item [ ";" ] } "}" ;
/// ```
pub(super) fn commitment(input: Input<'_>) -> PResult<'_, Read<Commitment>> {
    let (input, _) = keyword("commitment")(input)?;
    let (input, name) = expect("the name of the commitment or its measure", name)(input)?;
    let (input, measure) = on_measure(input)?;
    let (input, label) = label(input)?;
    let (input, each) = maybe(keyword("for"))(input)?;
    let (input, _) =
        if each.is_some() { must_phrase("each segment")(input)? } else { (input, Default::default()) };
    let (input, read) = block(input, &COMMITMENT, item)?;
    let mut notes = read.notes;
    let value = assemble((name, measure, label, each.is_some()), read.value, &mut notes);
    Ok((input, Read { value, notes }))
}

fn on_measure(input: Input<'_>) -> PResult<'_, Option<Name>> {
    let Ok((input, _)) = keyword("on")(input) else { return Ok((input, None)) };
    let (input, measure) = expect("the name of a measure", name)(input)?;
    Ok((input, Some(measure)))
}

/// ```ebnf
/// commitment_item = clause_reference | "target" target | "minimum" dated_level | moved | paid | proof
///                 | pay | multiplier | while_provisional ;
/// ```
fn item(input: Input<'_>) -> PResult<'_, Item<Said>> {
    match piece(input).map(|(_, word)| word.text) {
        Some("clause") => reference(input).map(|(rest, it)| (rest, it.map(Said::Clause))),
        Some("target") => {
            led(input, keyword("target"), target).map(|(rest, it)| (rest, it.map(Said::Target)))
        }
        Some("minimum") => {
            led(input, keyword("minimum"), must_dated_level).map(|(rest, it)| (rest, it.map(Said::Minimum)))
        }
        Some("raise" | "reset") => moved(input).map(|(rest, it)| (rest, it.map(Said::Move))),
        Some("paid") => paid(input).map(|(rest, it)| (rest, it.map(Said::Paid))),
        Some("penalty" | "bonus" | "both") if is_proof(input) => {
            proof(input).map(|(rest, it)| (rest, Item::plain(Said::Proof(it))))
        }
        Some("pay") => {
            let (rest, read) = pay(input)?;
            Ok((rest, Item { notes: read.notes, ..Item::plain(Said::Pay(read.value)) }))
        }
        Some("missed" | "met" | "below" | "any") => {
            multiplier(input).map(|(rest, it)| (rest, Item::plain(Said::Multiplier(it))))
        }
        Some("while") => while_provisional(input).map(|(rest, it)| (rest, it.map(Said::Provisional))),
        _ => mismatch(input, Expected::Part("an item of a commitment")),
    }
}

fn assemble(
    (name, measure, label, each): (Name, Option<Name>, Option<Text>, bool),
    said: Vec<Spanned<Said>>,
    notes: &mut Notes,
) -> Commitment {
    let mut commitment = Commitment {
        name,
        measure,
        label,
        each,
        clause: None,
        targets: Vec::new(),
        minimums: Vec::new(),
        paid: Vec::new(),
        moves: Vec::new(),
        proofs: Vec::new(),
        pays: Vec::new(),
        multipliers: Vec::new(),
        provisional: None,
    };
    let mut once = Once::default();
    for Spanned { value, span } in said {
        match value {
            Said::Clause(text) => once.set(&mut commitment.clause, text, "`clause`", span, notes),
            // Further levels have the day they start to hold.
            Said::Target(it) => {
                if it.from.is_some() || once.first("`target`", span, notes) {
                    commitment.targets.push(Spanned::new(it, span));
                }
            }
            Said::Minimum(it) => {
                if it.from.is_some() || once.first("`minimum`", span, notes) {
                    commitment.minimums.push(Spanned::new(it, span));
                }
            }
            Said::Move(it) => commitment.moves.push(Spanned::new(it, span)),
            Said::Paid(it) => {
                let what = if it.from { "`paid from`" } else { "`paid until`" };
                if once.first(what, span, notes) {
                    commitment.paid.push(Spanned::new(it, span));
                }
            }
            Said::Proof(proof) => commitment.proofs.push(Spanned::new(proof, span)),
            Said::Pay(pay) => commitment.pays.push(Spanned::new(pay, span)),
            Said::Multiplier(it) => commitment.multipliers.push(Spanned::new(it, span)),
            Said::Provisional(it) => {
                let said = Spanned::new(it, span);
                once.set(&mut commitment.provisional, said, "`while provisional`", span, notes);
            }
        }
    }
    commitment
}

/// ```ebnf
/// while_provisional = "while" "provisional" "pay" ( "nothing" | unsigned ) ;
/// ```
fn while_provisional(input: Input<'_>) -> PResult<'_, Item<ProvisionalPay>> {
    let (input, _) = keyword("while")(input)?;
    let column = next_start(input);
    let (input, _) = must_phrase("provisional pay")(input)?;
    if let Ok((rest, _)) = keyword("nothing")(input) {
        return Ok((rest, Item::columns(ProvisionalPay(None), column)));
    }
    let (rest, share) = expect("`nothing`, or a share such as `80%`", spanned(unsigned))(input)?;
    Ok((rest, Item::columns(ProvisionalPay(Some(share)), column)))
}

/// Refuses `exactly` or `=` where a bound belongs.
pub(super) fn not_exactly(input: Input<'_>) -> PResult<'_, ()> {
    let Ok((after, span)) = keyword("exactly")(input).or_else(|_| symbol("=")(input)) else {
        return Ok((input, ()));
    };
    let value = spanned(quantity)(after).ok();
    let resume = value.as_ref().map_or(after, |(rest, _)| *rest).location_offset();
    fault(must_be_hit(span, value.map(|(_, value)| value.span)), resume)
}

fn must_be_hit(word: Span, value: Option<Span>) -> Diagnostic {
    let span = value.map_or(word, |value| word.to(value));
    let message = "a level that must be hit exactly does not say which way is better";
    Diagnostic::error(codes::EXACT_TARGET, message)
        .label(span, "better service than this would miss it")
        .help(Some("write `at least` or `at most` and the value".to_owned()))
}

/// ```ebnf
/// bound = "at" "least" | "more" "than" | "above" | "at" "most" | "less" "than" | "below" ;
/// ```
pub(super) fn bound(input: Input<'_>) -> PResult<'_, Bound> {
    const BOUNDS: &[(&str, Bound)] = &[
        ("at least", Bound::AtLeast),
        ("more than", Bound::MoreThan),
        ("above", Bound::MoreThan),
        ("at most", Bound::AtMost),
        ("less than", Bound::LessThan),
        ("below", Bound::LessThan),
    ];
    one_of(input, BOUNDS, "a bound")
}
