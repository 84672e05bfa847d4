//! Proofs about what a commitment pays, each with a witness.
//!
//! With `target at least 99%` and bands `98.0% to 98.9% penalty 1%`,
//! `below 98% penalty 2%`:
//!
//! - at 98.95% the target is missed and no band applies: a gap, unless the
//!   measure is rounded to 0.1 points;
//! - readings that meet the target need no band and pay nothing;
//! - were the first band `98% to 99%`, then at 99% the target would be met and
//!   a penalty owed;
//! - were its penalty 3%, then 98.5% would cost more than 97%.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;

use super::amounts::shown;
use super::stretch::{Cut, Stretch, higher_is_better};
use crate::contract::{Aggregate, Level, Measure, MeasureKind};
use crate::value::{Quantity, Ratio, Unit};

/// What a proof needs to know of a commitment.
#[derive(Debug)]
pub(super) struct Judged<'m> {
    pub measure: &'m Measure,
    pub target: Option<(&'m Level, Span)>,
    pub minimum: Option<(&'m Level, Span)>,
    /// Whether a target, or a minimum, is worked out at some time and so not known here.
    pub worked_out: [bool; 2],
}

/// Readings that pay by one straight line.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub stretch: Stretch,
    /// The amount at reading 0, if the line went that far.
    pub offset: Ratio,
    /// What one more of the reading adds.
    pub slope: Ratio,
    pub unit: Option<Unit>,
    pub span: Span,
    /// The amount is a formula: only its side is known, and it counts as 1.
    pub worked_out: bool,
}

impl Piece {
    /// The same amount for every reading of the stretch.
    pub fn flat(stretch: Stretch, amount: Ratio, unit: Option<Unit>, span: Span) -> Self {
        Self { stretch, offset: amount, slope: Ratio::zero(), unit, span, worked_out: false }
    }

    fn at(&self, reading: &Ratio) -> Ratio {
        &self.offset + &(&self.slope * reading)
    }

    /// `a penalty of 5%`; of a formula only the side.
    fn words(&self, reading: &Ratio) -> String {
        match self.worked_out {
            true if self.offset.is_negative() => "a penalty".to_owned(),
            true => "a bonus".to_owned(),
            false => shown(&self.at(reading), self.unit),
        }
    }

    /// The amount the line comes to at a cut of its own.
    fn edge(&self, cut: &Cut) -> Ratio {
        match cut {
            Cut::At(value, _) => self.at(value),
            Cut::Low | Cut::High => self.offset.clone(),
        }
    }

    fn lowest(&self) -> Ratio {
        self.edge(&self.stretch.from).min(self.edge(&self.stretch.to))
    }

    fn highest(&self) -> Ratio {
        self.edge(&self.stretch.from).max(self.edge(&self.stretch.to))
    }

    /// The readings that pay less than `limit`.
    fn below(&self, limit: &Ratio) -> Stretch {
        let zero = (limit - &self.offset).over(&self.slope);
        match zero {
            None if self.offset < *limit => self.stretch.clone(),
            None => Stretch::new(Cut::High, Cut::Low),
            Some(zero) if self.slope.is_positive() => {
                self.stretch.common(&Stretch::new(Cut::Low, Cut::At(zero, false)))
            }
            Some(zero) => self.stretch.common(&Stretch::new(Cut::At(zero, true), Cut::High)),
        }
    }

    /// The readings that pay more than `limit`.
    fn above(&self, limit: &Ratio) -> Stretch {
        let mirrored = Self { offset: -self.offset.clone(), slope: -self.slope.clone(), ..self.clone() };
        mirrored.below(&-limit.clone())
    }
}

impl Judged<'_> {
    /// The readings the measure can have.
    pub fn domain(&self) -> Stretch {
        let (lowest, highest) = self.measure.range();
        Stretch::between(lowest.map(|it| (it, true)).as_ref(), highest.map(|it| (it, true)).as_ref())
    }

    /// The step between readings, when not every number can be one.
    pub fn grid(&self) -> Option<Ratio> {
        let counted =
            matches!(self.measure.kind, MeasureKind::Single(Aggregate::Count(_) | Aggregate::Distinct(..)));
        match &self.measure.round {
            Some(rounding) => Some(rounding.step.clone()),
            None => counted.then(Ratio::one),
        }
    }

    /// The readings a table has to pay for: all that miss the target, or all.
    pub fn required(&self) -> Stretch {
        let domain = self.domain();
        self.target.map_or(domain.clone(), |(target, _)| domain.common(&Stretch::missed(target)))
    }

    /// Whether higher readings are better, when the words say so.
    pub fn higher_is_better(&self) -> Option<bool> {
        self.target.or(self.minimum).map(|(level, _)| higher_is_better(level.bound))
    }

    pub fn show(&self, reading: &Ratio) -> String {
        Quantity::new(reading.clone(), self.measure.unit).to_string()
    }

    /// Penalties while the target is met, bonuses while it is missed, better
    /// readings that are paid less. `pieces` are sorted and do not overlap.
    pub fn prove(&self, pieces: &[Piece]) -> Vec<Diagnostic> {
        let domain = self.domain();
        let inside = |piece: &Piece| Piece { stretch: piece.stretch.common(&domain), ..piece.clone() };
        let grid = self.grid();
        let pieces: Vec<Piece> =
            pieces.iter().map(inside).filter(|it| it.stretch.witness(grid.as_ref()).is_some()).collect();
        let mut found = Vec::new();
        if let Some((target, span)) = self.target {
            found.extend(self.penalty_while_met(&pieces, target, span));
            found.extend(self.bonus_while_missed(&pieces, target, span));
        }
        // Of amounts that are worked out nobody can say here which is more.
        let known = pieces.iter().all(|piece| !piece.worked_out);
        if let Some(higher) = self.higher_is_better().filter(|_| known) {
            found.extend(self.better_paid_less(&pieces, higher));
        }
        found
    }

    fn penalty_while_met(&self, pieces: &[Piece], target: &Level, span: Span) -> Option<Diagnostic> {
        let (met, grid, zero) = (Stretch::met(target), self.grid(), Ratio::zero());
        let owed =
            |piece: &Piece| Some((piece.below(&zero).common(&met).witness(grid.as_ref())?, piece.clone()));
        let (reading, piece) = pieces.iter().find_map(owed)?;
        let at = self.show(&reading);
        Some(
            Diagnostic::error(
                codes::PENALTY_WHILE_MET,
                format!("at {at} the target is met and {} is owed", piece.words(&reading)),
            )
            .label(piece.span, format!("applies at {at}"))
            .label(span, format!("met at {at}"))
            .help(
                "end the penalty where the target begins; with `at least` the target's own value meets it"
                    .to_owned(),
            ),
        )
    }

    fn bonus_while_missed(&self, pieces: &[Piece], target: &Level, span: Span) -> Option<Diagnostic> {
        let (missed, grid, zero) = (Stretch::missed(target), self.grid(), Ratio::zero());
        let paid =
            |piece: &Piece| Some((piece.above(&zero).common(&missed).witness(grid.as_ref())?, piece.clone()));
        let (reading, piece) = pieces.iter().find_map(paid)?;
        let at = self.show(&reading);
        Some(
            Diagnostic::warning(
                codes::BONUS_WHILE_MISSED,
                format!("at {at} the target is missed and {} is paid", piece.words(&reading)),
            )
            .label(piece.span, format!("applies at {at}"))
            .label(span, format!("missed at {at}"))
            .help("let the bonus begin at the target, if that is what is meant".to_owned()),
        )
    }

    fn better_paid_less(&self, pieces: &[Piece], higher: bool) -> Option<Diagnostic> {
        let inside = pieces.iter().find_map(|piece| self.falls_inside(piece, higher));
        let across = || pieces.windows(2).find_map(|pair| self.falls_across(pair, higher));
        let (worse, better) = inside.or_else(across)?;
        let amount = |(piece, reading): &(Piece, Ratio)| piece.words(reading);
        let (low, high) = (self.show(&worse.1), self.show(&better.1));
        let mut diagnostic = Diagnostic::error(
            codes::BETTER_PAID_LESS,
            format!("at {high}, which is better than {low}, less is paid"),
        )
        .label(better.0.span, format!("{} at {high}", amount(&better)));
        if worse.0.span != better.0.span {
            diagnostic = diagnostic.label(worse.0.span, format!("{} at {low}", amount(&worse)));
        }
        let direction = if higher { "higher" } else { "lower" };
        Some(
            diagnostic
                .note(format!("the words of the target say that {direction} readings are better"))
                .help("let the amount never fall as the reading gets better".to_owned()),
        )
    }

    /// Two readings of one piece, the worse one first, when the better earns less.
    fn falls_inside(&self, piece: &Piece, higher: bool) -> Option<((Piece, Ratio), (Piece, Ratio))> {
        let falls = if higher { piece.slope.is_negative() } else { piece.slope.is_positive() };
        if !falls {
            return None;
        }
        let grid = self.grid();
        let low = piece.stretch.witness(grid.as_ref())?;
        let rest = Stretch::new(Cut::At(low.clone(), true), piece.stretch.to.clone());
        let middle = match &rest.to {
            Cut::At(end, _) => (&low + end).over(&Ratio::whole(2))?,
            _ => &low + &Ratio::one(),
        };
        let upper = Stretch::new(Cut::At(middle, false), rest.to.clone()).witness(grid.as_ref());
        let high = upper.or_else(|| rest.witness(grid.as_ref()))?;
        let (worse, better) = if higher { (low, high) } else { (high, low) };
        Some(((piece.clone(), worse), (piece.clone(), better)))
    }

    /// Likewise of two neighbours.
    fn falls_across(&self, pair: &[Piece], higher: bool) -> Option<((Piece, Ratio), (Piece, Ratio))> {
        let [left, right] = pair else { return None };
        let (worse, better) = if higher { (left, right) } else { (right, left) };
        let grid = self.grid();
        let reading = better.below(&worse.highest()).witness(grid.as_ref())?;
        let other = worse.above(&better.at(&reading)).witness(grid.as_ref())?;
        (worse.highest() > better.lowest()).then(|| ((worse.clone(), other), (better.clone(), reading)))
    }
}
