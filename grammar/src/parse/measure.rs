//! Measures: what is counted, over which records, and when it counts.

use super::block::{BlockKind, Item, Notes, Once, Read, block, led};
use super::error::{Expected, Input, PResult, committed, expect};
use super::kind::kind;
use super::quantity::{count, one_of, quantity, rounding, time_unit};
use super::score::{scorecard, servqual};
use super::token::{
    keyword, label, must, must_phrase, must_symbol, name, names, peeks, phrase, piece, spanned, text,
};
use crate::span::Spanned;
use crate::tree::{IfNone, Measure, MeasureKind, Name, Nature, Otherwise, Rounding, Sample, Text, TimeUnit};

const MEASURE: BlockKind = BlockKind {
    what: "a measure",
    words: &[
        "share",
        "ratio",
        "rate",
        "count",
        "distinct",
        "sum",
        "mean",
        "median",
        "percentile",
        "net",
        "top",
        "bottom",
        "highest",
        "lowest",
        "scorecard",
        "servqual",
        "calculated",
        "reported",
        "dimension",
        "kind",
        "by",
        "round",
        "needs",
        "if",
        "matured",
        "shown",
        "clause",
    ],
    rows: None,
};

#[expect(clippy::large_enum_variant, reason = "a contract has few of these, and a box would hide the shape")]
/// What one item of a measure says.
enum Said {
    Kind(MeasureKind),
    Dimension(Name),
    Nature(Nature),
    By(Vec<Name>),
    Round(Rounding),
    Sample(Sample),
    IfNone(IfNone),
    IfNotReported(IfNone),
    Matured,
    ShownIn(TimeUnit),
    Clause(Text),
}

/// ```ebnf
/// measure = "measure" name [ text ] "{" { measure_item [ ";" ] } "}" ;
/// ```
pub(super) fn measure(input: Input<'_>) -> PResult<'_, Read<Measure>> {
    let (input, _) = keyword("measure")(input)?;
    let (input, name) = expect("the name of the measure", name)(input)?;
    let (input, label) = label(input)?;
    let (input, read) = block(input, &MEASURE, item)?;
    let mut notes = read.notes;
    let value = assemble(name, label, read.value, &mut notes);
    Ok((input, Read { value, notes }))
}

/// ```ebnf
/// measure_item = kind | "dimension" name | "kind" nature | "by" names | "round" rounding | "needs" sample
///              | "if" ( "none" | "not" "reported" ) if_none | "matured" "only" | "shown" "in" time_unit
///              | clause_reference ;
/// ```
fn item(input: Input<'_>) -> PResult<'_, Item<Said>> {
    let word = piece(input).map(|(_, word)| word.text).unwrap_or_default();
    match word {
        "dimension" => led(input, keyword("dimension"), expect("the name of a dimension", name))
            .map(|(rest, item)| (rest, item.map(Said::Dimension))),
        "kind" => led(input, keyword("kind"), expect("`outcome`, `experience` or `operational`", nature))
            .map(|(rest, item)| (rest, item.map(Said::Nature))),
        "by" => led(input, keyword("by"), expect("the fields to break down by", names))
            .map(|(rest, item)| (rest, item.map(Said::By))),
        "round" => led(input, keyword("round"), rounding).map(|(rest, item)| (rest, item.map(Said::Round))),
        "needs" => led(input, keyword("needs"), sample).map(|(rest, item)| (rest, item.map(Said::Sample))),
        "if" if peeks(input, phrase("if not")) => {
            led(input, committed(Expected::Word("if not reported"), phrase("if not reported")), if_none)
                .map(|(rest, item)| (rest, item.map(Said::IfNotReported)))
        }
        "if" => led(input, committed(Expected::Word("if none"), phrase("if none")), if_none)
            .map(|(rest, item)| (rest, item.map(Said::IfNone))),
        "matured" => {
            let (rest, _) = keyword("matured")(input)?;
            let (rest, _) = must("only")(rest)?;
            Ok((rest, Item::plain(Said::Matured)))
        }
        "shown" => led(
            input,
            committed(Expected::Word("shown in"), phrase("shown in")),
            expect("`seconds`, `minutes`, `hours`, `days` or `weeks`", time_unit),
        )
        .map(|(rest, item)| (rest, item.map(Said::ShownIn))),
        "scorecard" => nested(scorecard(input)?),
        "servqual" => nested(servqual(input)?),
        "clause" => reference(input).map(|(rest, item)| (rest, item.map(Said::Clause))),
        _ => kind(input).map(|(rest, kind)| (rest, Item::plain(Said::Kind(kind)))),
    }
}

/// A calculation with a block of its own.
fn nested<'s>((rest, read): (Input<'s>, Read<MeasureKind>)) -> PResult<'s, Item<Said>> {
    Ok((rest, Item { notes: read.notes, ..Item::plain(Said::Kind(read.value)) }))
}

/// `clause "6.1"` as an item with two columns.
pub(super) fn reference(input: Input<'_>) -> PResult<'_, Item<Text>> {
    led(input, keyword("clause"), expect("the clause's number as a text, such as `\"6.1\"`", text))
}

fn assemble(name: Name, label: Option<Text>, said: Vec<Spanned<Said>>, notes: &mut Notes) -> Measure {
    let mut measure = Measure {
        name,
        label,
        kind: None,
        dimension: None,
        nature: None,
        by: Vec::new(),
        round: None,
        sample: None,
        if_none: None,
        if_not_reported: None,
        matured_only: false,
        shown_in: None,
        clause: None,
    };
    let mut once = Once::default();
    for Spanned { value, span } in said {
        match value {
            Said::Kind(kind) => {
                once.set(&mut measure.kind, Spanned::new(kind, span), "what is calculated", span, notes);
            }
            Said::Dimension(name) => once.set(&mut measure.dimension, name, "`dimension`", span, notes),
            Said::Nature(it) => {
                once.set(&mut measure.nature, Spanned::new(it, span), "`kind`", span, notes);
            }
            Said::By(names) if once.first("`by`", span, notes) => measure.by = names,
            Said::Round(it) => {
                once.set(&mut measure.round, Spanned::new(it, span), "`round`", span, notes);
            }
            Said::Sample(it) => once.set(&mut measure.sample, Spanned::new(it, span), "`needs`", span, notes),
            Said::IfNone(it) => {
                once.set(&mut measure.if_none, Spanned::new(it, span), "`if none`", span, notes);
            }
            Said::IfNotReported(it) => {
                let said = Spanned::new(it, span);
                once.set(&mut measure.if_not_reported, said, "`if not reported`", span, notes);
            }
            Said::Matured if once.first("`matured only`", span, notes) => measure.matured_only = true,
            Said::ShownIn(it) => {
                once.set(&mut measure.shown_in, Spanned::new(it, span), "`shown in`", span, notes);
            }
            Said::Clause(text) => once.set(&mut measure.clause, text, "`clause`", span, notes),
            Said::By(_) | Said::Matured => {}
        }
    }
    measure
}

/// ```ebnf
/// nature = "outcome" | "experience" | "operational" ;
/// ```
fn nature(input: Input<'_>) -> PResult<'_, Nature> {
    const NATURES: &[(&str, Nature)] = &[
        ("outcome", Nature::Outcome),
        ("experience", Nature::Experience),
        ("operational", Nature::Operational),
    ];
    one_of(input, NATURES, "what it tells of the service")
}

/// ```ebnf
/// sample = "at" "least" number name "," "otherwise" otherwise ;
/// ```
fn sample(input: Input<'_>) -> PResult<'_, Sample> {
    let (input, _) = must_phrase("at least")(input)?;
    let (input, at_least) = expect("how many", count)(input)?;
    let (input, noun) = expect("of what, such as `answers`", name)(input)?;
    let (input, _) = must_symbol(",")(input)?;
    let (input, _) = must("otherwise")(input)?;
    let what =
        "`not measured`, `deemed met`, `pooled with the period before` or `carried into the next period`";
    let (input, otherwise) = expect(what, otherwise)(input)?;
    Ok((input, Sample { at_least, noun: noun.value, otherwise }))
}

/// ```ebnf
/// otherwise = "not" "measured" | "deemed" "met" | "pooled" "with" "the" "period" "before"
///           | "carried" "into" "the" "next" "period" ;
/// ```
fn otherwise(input: Input<'_>) -> PResult<'_, Otherwise> {
    const WAYS: &[(&str, Otherwise)] = &[
        ("not measured", Otherwise::NotMeasured),
        ("deemed met", Otherwise::DeemedMet),
        ("pooled with the period before", Otherwise::Pooled),
        ("carried into the next period", Otherwise::Carried),
    ];
    one_of(input, WAYS, "what happens otherwise")
}

/// ```ebnf
/// if_none = "not" "measured" | "deemed" "met" | "deemed" "missed" | "read" "as" quantity ;
/// ```
fn if_none(input: Input<'_>) -> PResult<'_, IfNone> {
    if let Ok((input, _)) = phrase("read as")(input) {
        let (input, value) = expect("the value it is read as, such as `100%`", spanned(quantity))(input)?;
        return Ok((input, IfNone::Value(value)));
    }
    expect("`not measured`, `deemed met`, `deemed missed` or `read as` a value", plain_if_none)(input)
}

fn plain_if_none(input: Input<'_>) -> PResult<'_, IfNone> {
    if let Ok((input, _)) = phrase("not measured")(input) {
        return Ok((input, IfNone::NotMeasured));
    }
    if let Ok((input, _)) = phrase("deemed met")(input) {
        return Ok((input, IfNone::DeemedMet));
    }
    let (input, _) = phrase("deemed missed")(input)?;
    Ok((input, IfNone::DeemedMissed))
}
