//! Commitments: a measure, the level it must reach, and what follows.

use super::block::{BlockKind, Item, Notes, Once, Read, block, led};
use super::error::{Expected, Input, PResult, expect, fault, maybe, mismatch};
use super::history::multiplier;
use super::measure::reference;
use super::pay::pay;
use super::proof::{is_proof, proof, target};
use super::quantity::{one_of, quantity};
use super::token::{keyword, label, must_phrase, name, piece, spanned, symbol};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::{Span, Spanned};
use crate::tree::{AllowedMisses, Bound, Commitment, Level, Multiplier, Name, Pay, Proof, Text};

const COMMITMENT: BlockKind = BlockKind {
    what: "a commitment",
    words: &[
        "clause", "target", "minimum", "penalty", "bonus", "both", "pay", "missed", "met", "below", "any",
    ],
    rows: None,
};

#[expect(clippy::large_enum_variant, reason = "a contract has few of these, and a box would hide the shape")]
enum Said {
    Clause(Text),
    Target(Level, Option<Spanned<AllowedMisses>>),
    Proof(Proof),
    Minimum(Level),
    Pay(Pay),
    Multiplier(Multiplier),
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
/// commitment_item = clause_reference | "target" target | "minimum" level | proof | pay | multiplier ;
/// ```
fn item(input: Input<'_>) -> PResult<'_, Item<Said>> {
    let Some((rest, word)) = piece(input) else {
        return mismatch(input, Expected::Part("an item of a commitment"));
    };
    match word.text {
        "clause" => reference(input).map(|(rest, it)| (rest, it.map(Said::Clause))),
        "target" => {
            let (rest, it) = led(input, keyword("target"), target)?;
            Ok((rest, it.map(|(level, allowance)| Said::Target(level, allowance))))
        }
        "minimum" => {
            led(input, keyword("minimum"), must_level).map(|(rest, it)| (rest, it.map(Said::Minimum)))
        }
        "penalty" | "bonus" | "both" if is_proof(rest) => {
            proof(input).map(|(rest, it)| (rest, Item::plain(Said::Proof(it))))
        }
        "pay" => {
            let (rest, read) = pay(input)?;
            Ok((rest, Item { notes: read.notes, ..Item::plain(Said::Pay(read.value)) }))
        }
        "missed" | "met" | "below" | "any" => {
            multiplier(input).map(|(rest, it)| (rest, Item::plain(Said::Multiplier(it))))
        }
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
        target: None,
        allowance: None,
        minimum: None,
        proofs: Vec::new(),
        pays: Vec::new(),
        multipliers: Vec::new(),
    };
    let mut once = Once::default();
    for Spanned { value, span } in said {
        match value {
            Said::Clause(text) => once.set(&mut commitment.clause, text, "`clause`", span, notes),
            Said::Target(it, allowance) => {
                commitment.allowance = commitment.allowance.or(allowance);
                once.set(&mut commitment.target, Spanned::new(it, span), "`target`", span, notes);
            }
            Said::Minimum(it) => {
                once.set(&mut commitment.minimum, Spanned::new(it, span), "`minimum`", span, notes);
            }
            Said::Proof(proof) => commitment.proofs.push(Spanned::new(proof, span)),
            Said::Pay(pay) => commitment.pays.push(Spanned::new(pay, span)),
            Said::Multiplier(it) => commitment.multipliers.push(Spanned::new(it, span)),
        }
    }
    commitment
}

/// A level that belongs here.
pub(super) fn must_level(input: Input<'_>) -> PResult<'_, Level> {
    if let Ok((after, span)) = exactly(input) {
        let value = spanned(quantity)(after).ok();
        let resume = value.as_ref().map_or(after, |(rest, _)| *rest).location_offset();
        return fault(must_be_hit(span, value.map(|(_, value)| value.span)), resume);
    }
    expect("`at least`, `more than`, `at most` or `less than` and a value", level)(input)
}

/// `exactly` or `=` where a bound belongs.
fn exactly(input: Input<'_>) -> PResult<'_, Span> {
    keyword("exactly")(input).or_else(|_| symbol("=")(input))
}

fn must_be_hit(word: Span, value: Option<Span>) -> Diagnostic {
    let span = value.map_or(word, |value| word.to(value));
    let message = "a level that must be hit exactly does not say which way is better";
    Diagnostic::error(codes::EXACT_TARGET, message)
        .label(span, "better service than this would miss it")
        .help(Some("write `at least` or `at most` and the value".to_owned()))
}

/// ```ebnf
/// level = bound quantity ;
/// ```
fn level(input: Input<'_>) -> PResult<'_, Level> {
    let (input, bound) = bound(input)?;
    let (input, value) = expect("a value, such as `75%`", spanned(quantity))(input)?;
    Ok((input, Level { bound, value }))
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
