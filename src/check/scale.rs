//! `pay bands` and `pay scale`: from rows to pieces, and what may be wrong with the rows.
//!
//! ```text
//! pay scale on fee { 70% -4%; 74.5% 0%; 75.5% 0%; 80% +3% }
//! ```
//!
//! pays −4 % up to 70 %, then a straight line to nothing at 74.5 %, nothing to
//! 75.5 %, a straight line to +3 % at 80 %, and +3 % beyond.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Expr};

use super::amounts::Signed;
use super::coverage::{Judged, Piece};
use super::stretch::{Cut, Stretch};
use super::{Check, both, line};
use crate::contract::{Amount, Band, Pay};
use crate::value::{Ratio, Unit};

/// A band with its signed amount and place.
#[derive(Debug, Clone)]
struct Row {
    band: Band,
    stretch: Stretch,
    signed: Signed,
    span: Span,
}

impl Check<'_> {
    pub(super) fn bands(
        &mut self,
        base: Option<&Expr>,
        written: &[Spanned<tree::Band>],
        otherwise: Option<&Spanned<tree::Amount>>,
        judged: &Judged<'_>,
        span: Span,
    ) -> Option<Pay> {
        let base = self.base(base);
        let mut rows = Vec::new();
        let mut sound = true;
        for band in written {
            let row = self.row(band, judged);
            sound &= row.is_some();
            rows.extend(row);
        }
        let rest = match otherwise {
            Some(amount) => self.amount(amount).map(Some),
            None => Some(None),
        };
        let (base, rest) = both(base, rest).filter(|_| sound)?;
        let amounts: Vec<Signed> = rows.iter().map(|row| row.signed.clone()).chain(rest.clone()).collect();
        self.one_kind(&amounts, base.is_some())?;
        rows.sort_by(|a, b| (&a.stretch.from, &a.stretch.to).cmp(&(&b.stretch.from, &b.stretch.to)));
        self.cover(&rows, rest.as_ref(), judged, span);
        let bands = rows.into_iter().map(|row| row.band).collect();
        Some(Pay::Bands { base, bands, otherwise: rest.map(|it| it.amount()) })
    }

    fn row(&mut self, written: &Spanned<tree::Band>, judged: &Judged<'_>) -> Option<Row> {
        let range = &written.value.range;
        let signed = self.amount(&written.value.amount);
        let lower = self.edge(range.lower.as_ref(), judged);
        let upper = self.edge(range.upper.as_ref(), judged);
        let ((lower, upper), signed) = both(both(lower, upper), signed)?;
        let stretch = Stretch::between(lower.as_ref(), upper.as_ref());
        let text = line::range(range);
        if stretch.is_empty() {
            self.report(
                Diagnostic::error(codes::SCALE_ORDER, format!("no reading lies in `{text}`"))
                    .label(written.span, "the upper end is not above the lower one")
                    .help("write the lower value first: `98% to below 99%`".to_owned()),
            );
            return None;
        }
        let band = Band { lower, upper, amount: signed.amount(), text };
        Some(Row { band, stretch, signed, span: written.span })
    }

    fn edge(&mut self, edge: Option<&tree::Edge>, judged: &Judged<'_>) -> Option<Option<(Ratio, bool)>> {
        let Some(edge) = edge else { return Some(None) };
        let value = self.level(&edge.value, judged.measure.unit, &format!("`{}`", judged.measure.name))?;
        Some(Some((value, edge.inclusive)))
    }

    /// Gaps and overlaps; then, where none overlap, the proofs.
    fn cover(&mut self, rows: &[Row], rest: Option<&Signed>, judged: &Judged<'_>, span: Span) {
        let overlaps = overlaps(rows, judged);
        let gaps = if rest.is_none() { gaps(rows, judged, span) } else { Vec::new() };
        let apart = overlaps.is_empty();
        self.found.extend(overlaps);
        self.found.extend(gaps);
        if apart {
            self.found.extend(judged.prove(&pieces(rows, rest, judged, span)));
        }
    }

    pub(super) fn scale(
        &mut self,
        base: Option<&Expr>,
        written: &[Spanned<tree::ScalePoint>],
        judged: &Judged<'_>,
        span: Span,
    ) -> Option<Pay> {
        let base = self.base(base);
        let mut points = Vec::new();
        let mut sound = true;
        for point in written {
            let level =
                self.level(&point.value.level, judged.measure.unit, &format!("`{}`", judged.measure.name));
            let amount = self.amount(&point.value.amount);
            let both = both(level, amount);
            sound &= both.is_some();
            points.extend(both.map(|(level, signed)| (level, signed, point.span)));
        }
        if written.len() < 2 {
            self.report(too_short(span));
            return None;
        }
        let base = base.filter(|_| sound)?;
        let amounts: Vec<Signed> = points.iter().map(|(_, signed, _)| signed.clone()).collect();
        let unit = self.one_kind(&amounts, base.is_some())?;
        if let Some((_, signed, _)) = points.iter().find(|(_, signed, _)| signed.formula.is_some()) {
            self.report(formula_in_scale(signed.span));
            return None;
        }
        if let Some(fault) = unordered(&points) {
            self.report(fault);
            return None;
        }
        self.found.extend(judged.prove(&lines(&points, unit)));
        let points =
            points.into_iter().map(|(level, signed, _)| (level, of_kind(&signed.value, unit))).collect();
        Some(Pay::Scale { base, points })
    }
}

/// An amount of the table's kind, nothing included.
fn of_kind(value: &Ratio, unit: Option<Unit>) -> Amount {
    match unit {
        Some(Unit::Percent) => Amount::Percent(value.clone()),
        Some(Unit::Points) => Amount::Points(value.clone()),
        Some(Unit::Money(_)) => Amount::Money(value.clone()),
        Some(Unit::Duration) => Amount::Days(value.clone()),
        _ => Amount::Nothing,
    }
}

fn overlaps(rows: &[Row], judged: &Judged<'_>) -> Vec<Diagnostic> {
    let grid = judged.grid();
    let mut found = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let earlier = rows.iter().take(at).rev();
        let clash = earlier
            .filter_map(|other| Some((other, other.stretch.common(&row.stretch).witness(grid.as_ref())?)))
            .next();
        if let Some((other, reading)) = clash {
            found.push(overlap(row, other, &judged.show(&reading)));
        }
    }
    found
}

fn overlap(row: &Row, other: &Row, at: &str) -> Diagnostic {
    let (first, second) = if row.span > other.span { (row, other) } else { (other, row) };
    Diagnostic::error(codes::BAND_OVERLAP, format!("at {at} two bands apply"))
        .label(first.span, format!("`{}` holds {at}", first.band.text))
        .label(second.span, format!("`{}` holds it too", second.band.text))
        .help("let one band end where the next begins: `98% to below 99%`, then `99% to …`".to_owned())
}

fn gaps(rows: &[Row], judged: &Judged<'_>, span: Span) -> Vec<Diagnostic> {
    let grid = judged.grid();
    let open = judged.required().without(rows.iter().map(|row| &row.stretch));
    let witnesses = open.iter().filter_map(|hole| Some((hole, hole.witness(grid.as_ref())?)));
    witnesses.map(|(hole, reading)| gap(hole, &judged.show(&reading), rows, judged, span)).collect()
}

fn gap(hole: &Stretch, at: &str, rows: &[Row], judged: &Judged<'_>, span: Span) -> Diagnostic {
    let before = rows.iter().rev().find(|row| row.stretch.to == hole.from);
    let after = rows.iter().find(|row| row.stretch.from == hole.to);
    let missed = judged.target.is_some();
    let said = if missed { "the target is missed and no band applies" } else { "no band applies" };
    let mut diagnostic = Diagnostic::error(codes::BAND_GAP, format!("at {at} {said}"));
    diagnostic = match (before, after) {
        (Some(before), Some(after)) => {
            diagnostic.label(before.span, "ends before it").label(after.span, "begins after it")
        }
        (Some(before), None) => diagnostic.label(before.span, "ends before it"),
        (None, Some(after)) => diagnostic.label(after.span, "begins after it"),
        (None, None) => diagnostic.label(span, "these bands"),
    };
    let rule = if missed {
        "readings that meet the target need no band and pay nothing; every reading that misses it needs one"
    } else {
        "a commitment without a target needs a band for every reading"
    };
    let close = if judged.grid().is_none() && before.is_some() && after.is_some() {
        "let the bands meet (`98% to below 99%`), round the measure, or add `otherwise nothing`"
    } else {
        "extend a band (`below 98%`, `at least 98%`), or add `otherwise nothing`"
    };
    diagnostic.note(rule).help(close.to_owned())
}

/// Bands as pieces, with what applies where there is none: `otherwise`, or
/// nothing for readings that meet the target. A gap is no piece.
fn pieces(rows: &[Row], rest: Option<&Signed>, judged: &Judged<'_>, span: Span) -> Vec<Piece> {
    let flat = |stretch: &Stretch, signed: &Signed| {
        let piece = Piece::flat(stretch.clone(), signed.value.clone(), signed.unit, signed.span);
        Piece { worked_out: signed.formula.is_some(), ..piece }
    };
    let mut pieces: Vec<Piece> = rows.iter().map(|row| flat(&row.stretch, &row.signed)).collect();
    let nothing = Signed { value: Ratio::zero(), unit: None, span, formula: None };
    for hole in judged.domain().without(rows.iter().map(|row| &row.stretch)) {
        match (rest, judged.target) {
            (Some(rest), _) => pieces.push(flat(&hole, rest)),
            (None, Some((target, _))) => pieces.push(flat(&hole.common(&Stretch::met(target)), &nothing)),
            (None, None) => {}
        }
    }
    pieces.sort_by(|a, b| a.stretch.from.cmp(&b.stretch.from));
    pieces
}

type Point = (Ratio, Signed, Span);

/// A scale as pieces: flat, lines, flat.
fn lines(points: &[Point], unit: Option<Unit>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if let Some((level, signed, _)) = points.first() {
        let stretch = Stretch::new(Cut::Low, Cut::At(level.clone(), false));
        pieces.push(Piece::flat(stretch, signed.value.clone(), unit, signed.span));
    }
    for pair in points.windows(2) {
        let [(from, low, _), (to, high, _)] = pair else { continue };
        let Some(slope) = (&high.value - &low.value).over(&(to - from)) else { continue };
        let offset = &low.value - &(&slope * from);
        let stretch = Stretch::new(Cut::At(from.clone(), false), Cut::At(to.clone(), false));
        let piece = Piece::flat(stretch, offset, unit, low.span.to(high.span));
        pieces.push(Piece { slope, ..piece });
    }
    if let Some((level, signed, _)) = points.last() {
        let stretch = Stretch::new(Cut::At(level.clone(), false), Cut::High);
        pieces.push(Piece::flat(stretch, signed.value.clone(), unit, signed.span));
    }
    pieces
}

fn formula_in_scale(span: Span) -> Diagnostic {
    Diagnostic::error(codes::FORMULA_IN_SCALE, "a scale is drawn between fixed amounts")
        .label(span, "worked out anew each period")
        .help("write a fixed amount or a percentage of the scale's base, or use `pay bands`".to_owned())
}

fn too_short(span: Span) -> Diagnostic {
    Diagnostic::error(codes::SCALE_ORDER, "a scale needs at least two points")
        .label(span, "no line can be drawn")
        .help("write one level and amount a line, such as `70% -4%` and `75% 0%`".to_owned())
}

/// Levels that do not ascend; one level may stand twice, for a jump.
fn unordered(points: &[Point]) -> Option<Diagnostic> {
    let falls = points.windows(2).find_map(|pair| match pair {
        [(from, ..), (to, _, span)] if to < from => Some((*span, "lower than the level before it")),
        _ => None,
    });
    let thrice = points.windows(3).find_map(|three| match three {
        [(one, ..), _, (last, _, span)] if one == last => Some((*span, "the same level for the third time")),
        _ => None,
    });
    let (span, why) = falls.or(thrice)?;
    Some(
        Diagnostic::error(codes::SCALE_ORDER, "the levels of a scale do not ascend")
            .label(span, why)
            .help("sort the points by level, lowest first; the same level twice makes a jump".to_owned()),
    )
}
