//! Conditions and arithmetic.
//!
//! From weakest to strongest: `or`, `and`, `not`, comparisons (which do not
//! chain), `rounded`, `+ -`, `* /`, the sign, `of`. So
//! `a / b rounded to 0.1 half up < 5 and not c` reads
//! `(((a / b) rounded to 0.1 half up) < 5) and (not c)`.

use super::block::stop;
use super::error::{Expected, Input, PResult, SyntaxError, committed, expect, fault, mismatch};
use super::past::{before, of_a_period_before};
use super::primary::primary;
use super::quantity::{quantity, rounding};
use super::token::{between, currency, keyword, must_symbol, next_start, peeks, phrase, piece, symbol};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::{Span, Spanned};
use crate::tree::{Expr, ExprKind, Operator};

/// How deep brackets and the like may be nested.
const MAX_DEPTH: u16 = 32;

/// How many operators may stand one inside the other, as in `a or b or c or …`.
const MAX_HEIGHT: u16 = 128;

/// An expression and how many levels it has.
#[derive(Debug)]
pub(super) struct Tall {
    /// The expression.
    pub expr: Expr,
    /// One for a leaf.
    pub height: u16,
}

type Level = for<'s> fn(Input<'s>) -> PResult<'s, Tall>;
type Sign = for<'s> fn(Input<'s>) -> PResult<'s, Spanned<Operator>>;

impl Tall {
    /// A leaf, or a part whose inside counts on its own.
    pub fn leaf(kind: ExprKind, span: Span) -> Self {
        Self { expr: Expr::new(kind, span), height: 1 }
    }

    /// Puts `wrap` around the expression.
    fn wrapped(
        self,
        span: Span,
        wrap: impl FnOnce(Box<Expr>) -> ExprKind,
    ) -> Result<Self, nom::Err<SyntaxError>> {
        let height = grow(self.height, span)?;
        Ok(Self { expr: Expr::new(wrap(Box::new(self.expr)), span), height })
    }

    /// Puts `join` around two expressions.
    pub fn joined(
        self,
        other: Self,
        join: impl FnOnce(Box<Expr>, Box<Expr>) -> ExprKind,
    ) -> Result<Self, nom::Err<SyntaxError>> {
        let span = self.expr.span.to(other.expr.span);
        let height = grow(self.height.max(other.height), span)?;
        Ok(Self { expr: Expr::new(join(Box::new(self.expr), Box::new(other.expr)), span), height })
    }
}

fn grow(height: u16, span: Span) -> Result<u16, nom::Err<SyntaxError>> {
    if height < MAX_HEIGHT { Ok(height + 1) } else { stop(too_deep(span), span) }
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(codes::TOO_DEEP, "this expression is nested too deeply")
        .label(span, "too many levels")
        .note(format!("at most {MAX_DEPTH} brackets and {MAX_HEIGHT} operators one inside the other"))
        .help(Some("give parts of it names with `set`, `measure` or `fact`, or use `in (…)`".to_owned()))
}

/// ```ebnf
/// expr = both { "or" both } ;
/// ```
pub(super) fn expr(input: Input<'_>) -> PResult<'_, Expr> {
    let (rest, tall) = any(input)?;
    Ok((rest, tall.expr))
}

/// An expression that belongs here.
pub(super) fn must_expr(input: Input<'_>) -> PResult<'_, Expr> {
    expect("a value or condition", expr)(input)
}

/// An expression with its height, one level deeper.
pub(super) fn any(input: Input<'_>) -> PResult<'_, Tall> {
    deeper(input, |input| chain(input, both, or))
}

/// Reads one nesting level deeper, up to the limit.
pub(super) fn deeper<'s, T>(
    mut input: Input<'s>,
    read: impl FnOnce(Input<'s>) -> PResult<'s, T>,
) -> PResult<'s, T> {
    if input.extra.depth >= MAX_DEPTH {
        let at = next_start(input);
        return fault(too_deep(Span::new(at, at)), at);
    }
    input.extra.depth += 1;
    let (mut rest, value) = read(input)?;
    rest.extra.depth -= 1;
    Ok((rest, value))
}

/// ```ebnf
/// both = negation { "and" negation } ;
/// ```
fn both(input: Input<'_>) -> PResult<'_, Tall> {
    chain(input, negation, and)
}

fn chain<'s>(input: Input<'s>, operand: Level, operator: Sign) -> PResult<'s, Tall> {
    let (mut input, mut left) = operand(input)?;
    while let Ok((rest, sign)) = operator(input) {
        let (rest, right) = expect("a value or condition", operand)(rest)?;
        left = left.joined(right, |left, right| ExprKind::Binary(left, sign, right))?;
        input = rest;
    }
    Ok((input, left))
}

fn or(input: Input<'_>) -> PResult<'_, Spanned<Operator>> {
    let (input, span) = keyword("or")(input)?;
    Ok((input, Spanned::new(Operator::Or, span)))
}

fn and(input: Input<'_>) -> PResult<'_, Spanned<Operator>> {
    let (input, span) = keyword("and")(input)?;
    Ok((input, Spanned::new(Operator::And, span)))
}

/// ```ebnf
/// negation = { "not" } comparison ;
/// ```
fn negation(input: Input<'_>) -> PResult<'_, Tall> {
    let (input, signs) = repeated(input, keyword("not"));
    if signs.is_empty() {
        return comparison(input);
    }
    let (input, value) = expect("a condition", comparison)(input)?;
    Ok((input, prefixed(value, &signs, ExprKind::Not)?))
}

fn repeated<'s>(
    mut input: Input<'s>,
    sign: impl Fn(Input<'s>) -> PResult<'s, Span>,
) -> (Input<'s>, Vec<Span>) {
    let mut signs = Vec::new();
    while let Ok((rest, span)) = sign(input) {
        signs.push(span);
        input = rest;
    }
    (input, signs)
}

fn prefixed(
    mut value: Tall,
    signs: &[Span],
    wrap: fn(Box<Expr>) -> ExprKind,
) -> Result<Tall, nom::Err<SyntaxError>> {
    for sign in signs.iter().rev() {
        let span = sign.to(value.expr.span);
        value = value.wrapped(span, wrap)?;
    }
    Ok(value)
}

/// ```ebnf
/// comparison = rounded [ test | comparator rounded ] ;
/// test = [ "not" ] "in" "(" list ")" | "is" [ "not" ] ( "missing" | "known" ) ;
/// ```
fn comparison(input: Input<'_>) -> PResult<'_, Tall> {
    let (input, left) = rounded(input)?;
    if !compares(input) {
        return Ok((input, left));
    }
    if let Some((rest, negated)) = membership(input) {
        let (rest, (list, end)) = in_list(rest)?;
        let span = left.expr.span.to(end);
        let value = left.wrapped(span, |value| ExprKind::In { value, list, negated })?;
        return Ok((rest, value));
    }
    if let Some((rest, negated)) = missing(input) {
        let span = left.expr.span.to(between(input, rest));
        let value = left.wrapped(span, |value| ExprKind::Missing { value, negated })?;
        return Ok((rest, value));
    }
    let Ok((rest, sign)) = comparator(input) else { return Ok((input, left)) };
    let (rest, right) = expect("a value to compare with", rounded)(rest)?;
    let value = left.joined(right, |left, right| ExprKind::Binary(left, sign, right))?;
    match comparator(rest) {
        Ok((after, second)) => fault(chained(sign.span, second.span), after.location_offset()),
        Err(_) => Ok((rest, value)),
    }
}

/// Whether what stands here can compare at all, told by its first piece.
fn compares(input: Input<'_>) -> bool {
    let first = piece(input).map(|(_, first)| first.text);
    matches!(first, Some("=" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not" | "is"))
}

fn chained(first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(codes::COMPARISON_CHAIN, "one comparison directly follows another")
        .label(second, "compares again")
        .label(first, "first comparison")
        .help(Some("join two comparisons with `and`: `5 < a and a < 9`".to_owned()))
}

/// `in (` or `not in (`; `in` without a bracket belongs to what surrounds the expression.
fn membership(input: Input<'_>) -> Option<(Input<'_>, bool)> {
    if let Ok((rest, _)) = phrase("not in")(input) {
        return Some((rest, true));
    }
    let (rest, _) = keyword("in")(input).ok()?;
    let listed = peeks(rest, symbol("(")) || !peeks(rest, |input| piece_is_word(input));
    listed.then_some((rest, false))
}

fn piece_is_word(input: Input<'_>) -> PResult<'_, ()> {
    match piece(input) {
        Some((rest, word)) if word.kind == crate::lex::Kind::Word || word.text == "}" => Ok((rest, ())),
        _ => mismatch(input, Expected::Part("a word")),
    }
}

/// ```ebnf
/// list = expr { "," expr } ;
/// ```
fn in_list(input: Input<'_>) -> PResult<'_, (Vec<Expr>, Span)> {
    let (mut input, _) = must_symbol("(")(input)?;
    let mut list = Vec::new();
    loop {
        let (rest, value) = expect("a value of the list", expr)(input)?;
        list.push(value);
        match symbol(",")(rest) {
            Ok((rest, _)) => input = rest,
            Err(_) => {
                let (rest, end) = committed(Expected::Part("`,` or `)`"), symbol(")"))(rest)?;
                return Ok((rest, (list, end)));
            }
        }
    }
}

fn missing(input: Input<'_>) -> Option<(Input<'_>, bool)> {
    let forms =
        [("is missing", false), ("is known", true), ("is not missing", true), ("is not known", false)];
    forms.into_iter().find_map(|(form, known)| Some((phrase(form)(input).ok()?.0, known)))
}

/// ```ebnf
/// comparator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "is" [ worded ] ;
/// worded = "not" | "at" "least" | "at" "most" | "more" "than" | "less" "than" ;
/// ```
fn comparator(input: Input<'_>) -> PResult<'_, Spanned<Operator>> {
    const FORMS: &[(&str, Operator)] = &[
        ("is at least", Operator::AtLeast),
        ("is at most", Operator::AtMost),
        ("is more than", Operator::More),
        ("is less than", Operator::Less),
        ("is not", Operator::NotEqual),
        ("is", Operator::Equal),
    ];
    const SYMBOLS: &[(&str, Operator)] = &[
        ("=", Operator::Equal),
        ("!=", Operator::NotEqual),
        ("<=", Operator::AtMost),
        ("<", Operator::Less),
        (">=", Operator::AtLeast),
        (">", Operator::More),
    ];
    if let Ok(found) = one_symbol(input, SYMBOLS) {
        return Ok(found);
    }
    let worded = FORMS.iter().find_map(|(form, operator)| Some((phrase(form)(input).ok()?, *operator)));
    match worded {
        Some(((rest, span), operator)) => Ok((rest, Spanned::new(operator, span))),
        None => mismatch(input, Expected::Part("a comparison")),
    }
}

fn one_symbol<'s>(input: Input<'s>, table: &[(&str, Operator)]) -> PResult<'s, Spanned<Operator>> {
    let found = piece(input).and_then(|(rest, sign)| {
        let (_, operator) = table.iter().find(|(text, _)| sign.is(text))?;
        Some((rest, Spanned::new(*operator, sign.span)))
    });
    found.map_or_else(|| mismatch(input, Expected::Part("an operator")), Ok)
}

/// ```ebnf
/// rounded = sum { "rounded" rounding } ;
/// ```
pub(super) fn rounded(input: Input<'_>) -> PResult<'_, Tall> {
    let (mut input, mut value) = sum(input)?;
    while let Ok((rest, _)) = keyword("rounded")(input) {
        let (rest, rounding) = expect("`to 0.01 half up` or the like", rounding)(rest)?;
        let span = value.expr.span.to(between(input, rest));
        value = value.wrapped(span, |value| ExprKind::Rounded { value, rounding })?;
        input = rest;
    }
    Ok((input, value))
}

/// ```ebnf
/// sum = product { ( "+" | "-" ) product } ;
/// ```
fn sum(input: Input<'_>) -> PResult<'_, Tall> {
    chain(input, product, |input| one_symbol(input, &[("+", Operator::Plus), ("-", Operator::Minus)]))
}

/// ```ebnf
/// product = signed { ( "*" | "x" | "/" ) signed } ;
/// ```
fn product(input: Input<'_>) -> PResult<'_, Tall> {
    chain(input, signed, |input| {
        one_symbol(input, &[("*", Operator::Times), ("x", Operator::Times), ("/", Operator::Over)])
    })
}

/// A product where what follows must not be taken for a part of it.
pub(super) fn factors(input: Input<'_>) -> PResult<'_, Expr> {
    let (rest, tall) = deeper(input, product)?;
    Ok((rest, tall.expr))
}

/// A sign directly before a literal belongs to the literal.
///
/// ```ebnf
/// signed = { "-" } part ;
/// ```
fn signed(input: Input<'_>) -> PResult<'_, Tall> {
    let (mut input, mut signs) = (input, Vec::new());
    while !peeks(input, quantity) {
        let Ok((rest, sign)) = symbol("-")(input) else { break };
        signs.push(sign);
        input = rest;
    }
    if signs.is_empty() {
        return part(input);
    }
    let (input, value) = expect("a value", part)(input)?;
    Ok((input, prefixed(value, &signs, ExprKind::Negative)?))
}

/// ```ebnf
/// part = primary { "of" primary } [ "in" currency ] ;
/// ```
fn part(input: Input<'_>) -> PResult<'_, Tall> {
    let (mut input, first) = dated(input)?;
    let mut parts = vec![first];
    while let Ok((rest, _)) = keyword("of")(input) {
        let (rest, next) = expect("what it is a part of", dated)(rest)?;
        parts.push(next);
        input = rest;
    }
    let whole = parts.pop();
    let Some(mut value) = whole else { return mismatch(input, Expected::Part("a value")) };
    while let Some(part) = parts.pop() {
        value = part.joined(value, ExprKind::PartOf)?;
    }
    converted(input, value)
}

/// `in GBP` behind an amount of another currency.
fn converted(input: Input<'_>, value: Tall) -> PResult<'_, Tall> {
    let to = keyword("in")(input).and_then(|(rest, _)| currency(rest));
    let Ok((rest, to)) = to else { return Ok((input, value)) };
    let span = value.expr.span.to(to.span);
    Ok((rest, value.wrapped(span, |value| ExprKind::Converted { value, to })?))
}

/// A primary, which `of the period before` or `of 12 periods before` may follow when it is a figure.
fn dated(input: Input<'_>) -> PResult<'_, Tall> {
    let (rest, value) = primary(input)?;
    let is_figure = matches!(value.expr.value, ExprKind::Name(_) | ExprKind::TotalOn(_));
    match of_a_period_before(rest) {
        Ok((rest, many)) if is_figure => {
            let whole = value.expr.span.to(many.span);
            Ok((rest, Tall::leaf(before(value.expr, many), whole)))
        }
        _ => Ok((rest, value)),
    }
}

/// Arithmetic without conditions, one level deeper.
pub(super) fn arithmetic(input: Input<'_>) -> PResult<'_, Tall> {
    deeper(input, rounded)
}
