//! The contract language of Meed: text to tree and back. No engine, no I/O.

pub mod diagnostic;
pub mod span;
pub mod tree;
