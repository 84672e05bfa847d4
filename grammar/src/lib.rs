//! The contract language of Meed: text to tree and back. No engine, no I/O.
//!
//! | stage | function | takes | gives |
//! |---|---|---|---|
//! | parse | [`parse()`] | [`Source`] | [`Parsed`]: tree, comments, diagnostics; never fails |
//! | format | [`format::format`] | [`Source`] | canonical text, or a reason not to touch it |
//! | highlight | [`highlight::ranges`] | [`Source`] | ranges with a [`words::Role`] |
//!
//! `README.md` beside this package is the language reference; `contract.ebnf`
//! the grammar on one page, gathered from the parser functions.

pub mod codes;
pub mod diagnostic;
pub mod explain;
pub mod format;
pub mod highlight;
mod lex;
pub mod parse;
mod source;
pub mod span;
pub mod suggest;
pub mod tree;
pub mod words;

pub use parse::{Comment, Parsed, parse};
pub use source::{Place, Source};
