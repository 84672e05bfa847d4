//! When figures become final, and how long outcomes go on being paid.

use super::Within;

/// What the contract says of data and outcomes that come late.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Maturity {
    /// How long after an event its record may still come; none when records are complete at once.
    pub late: Option<Within>,
}
