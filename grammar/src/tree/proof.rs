//! What a commitment asks of the number of records: proof, and misses that are allowed, as written.

use super::Quantity;
use crate::span::Spanned;

/// `penalty only if proven at 95% by wilson, one-sided, z 1.645`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// What needs the proof.
    pub side: ProofSide,
    /// `at 95%`
    pub confidence: Spanned<Quantity>,
    /// `by wilson`
    pub method: Spanned<ProofMethod>,
    /// `two-sided`; otherwise `one-sided`.
    pub two_sided: bool,
    /// `z 1.645`: how many standard errors.
    pub z: Spanned<Quantity>,
}

/// What is only paid when it is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProofSide {
    /// `penalty only if proven …`
    Penalty,
    /// `bonus only if proven …`
    Bonus,
    /// `both only if proven …`
    Both,
}

/// How the range is found in which the true value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProofMethod {
    /// `wilson`: the Wilson score interval of a share.
    Wilson,
    /// `margin of error`: the reading plus and minus z standard errors of the sample.
    Margin,
}

/// `or at most 2 misses`, `one miss allowed`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedMisses {
    /// `or at most 2 misses`
    Count(Spanned<Quantity>),
    /// `one miss allowed`
    OneMiss,
}
