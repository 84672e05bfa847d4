//! What stops a parser function, before it is worded for the author.
//!
//! A parser function fails in one of two ways, as nom tells them apart:
//! *not this* (another alternative may fit) and *committed* (the deciding word
//! was there, so what follows is wrong). Of several alternatives the one that
//! got furthest into the text is kept.

use nom::error::{ErrorKind, ParseError};
use nom_locate::LocatedSpan;

use super::block::BlockKind;
use crate::diagnostic::Diagnostic;

/// What travels with the text still to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'s> {
    /// The whole text, to look back at.
    pub whole: &'s str,
    /// How deep the expression around this place is nested.
    pub depth: u16,
}

/// The text still to read.
pub(super) type Input<'s> = LocatedSpan<&'s str, Context<'s>>;

/// What a parser function gives.
pub(super) type PResult<'s, T> = nom::IResult<Input<'s>, T, SyntaxError>;

/// What belongs at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// A word or symbol of the language.
    Word(&'static str),
    /// One of several words.
    OneOf(Vec<&'static str>),
    /// A kind of thing: `a number`.
    Part(&'static str),
}

/// Why reading stopped.
#[derive(Debug)]
pub(super) enum SyntaxError {
    /// Something else stands where `expected` belongs.
    Mismatch {
        /// End of the piece before.
        at: usize,
        /// What belongs there.
        expected: Expected,
    },
    /// What stands here starts no item of the block.
    NotAnItem {
        /// End of the piece before.
        at: usize,
        /// The block.
        block: &'static BlockKind,
    },
    /// What stands here starts no clause.
    NotAClause {
        /// End of the piece before.
        at: usize,
    },
    /// A fault with its own wording.
    Fault {
        /// The wording.
        diagnostic: Box<Diagnostic>,
        /// Where reading may go on.
        resume: usize,
    },
    /// Faults of a block that was read before the last one.
    Several {
        /// The faults before.
        earlier: Vec<SyntaxError>,
        /// The fault that stopped reading.
        last: Box<SyntaxError>,
    },
}

impl SyntaxError {
    /// How far reading got.
    pub fn reach(&self) -> usize {
        match self {
            Self::Mismatch { at, .. } | Self::NotAnItem { at, .. } | Self::NotAClause { at } => *at,
            Self::Fault { resume, .. } => *resume,
            Self::Several { last, .. } => last.reach(),
        }
    }
}

impl<'s> ParseError<Input<'s>> for SyntaxError {
    fn from_error_kind(input: Input<'s>, _: ErrorKind) -> Self {
        Self::Mismatch { at: input.location_offset(), expected: Expected::Part("something else") }
    }

    fn append(_: Input<'s>, _: ErrorKind, other: Self) -> Self {
        other
    }

    /// Keeps the alternative that got furthest into the text.
    fn or(self, other: Self) -> Self {
        if other.reach() > self.reach() { other } else { self }
    }
}

/// Not this alternative.
pub(super) fn mismatch<T>(input: Input<'_>, expected: Expected) -> PResult<'_, T> {
    Err(nom::Err::Error(SyntaxError::Mismatch { at: input.location_offset(), expected }))
}

/// A committed error with its own wording; reading may go on at `resume`.
pub(super) fn fault<T>(diagnostic: Diagnostic, resume: usize) -> Result<T, nom::Err<SyntaxError>> {
    Err(nom::Err::Failure(SyntaxError::Fault { diagnostic: Box::new(diagnostic), resume }))
}

/// Turns a mismatch into a committed error that says what belongs here.
pub(super) fn expect<'s, T>(
    what: &'static str,
    parser: impl FnMut(Input<'s>) -> PResult<'s, T>,
) -> impl FnMut(Input<'s>) -> PResult<'s, T> {
    committed(Expected::Part(what), parser)
}

/// Turns a mismatch into a committed error; an alternative that got further
/// than its first piece keeps its own wording.
pub(super) fn committed<'s, T>(
    expected: Expected,
    mut parser: impl FnMut(Input<'s>) -> PResult<'s, T>,
) -> impl FnMut(Input<'s>) -> PResult<'s, T> {
    move |input| match parser(input) {
        Err(nom::Err::Error(error)) => {
            let at = input.location_offset();
            let error = if error.reach() > at {
                error
            } else {
                SyntaxError::Mismatch { at, expected: expected.clone() }
            };
            Err(nom::Err::Failure(error))
        }
        other => other,
    }
}

/// The value, or none when the parser does not fit; committed errors stay.
pub(super) fn maybe<'s, T>(
    mut parser: impl FnMut(Input<'s>) -> PResult<'s, T>,
) -> impl FnMut(Input<'s>) -> PResult<'s, Option<T>> {
    move |input| match parser(input) {
        Ok((rest, value)) => Ok((rest, Some(value))),
        Err(nom::Err::Error(_)) => Ok((input, None)),
        Err(error) => Err(error),
    }
}
