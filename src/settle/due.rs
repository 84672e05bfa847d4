//! What is still due of each penalty and bonus while caps, pools and gates work.
//!
//! Three bonuses of 50.00 cut to 100.00 together keep 33.34, 33.33 and 33.33:
//! parts are cut in proportion, the cents left over go to the largest rests,
//! the first in order where rests are equal.

use crate::contract::PaySide;
use crate::value::{Ratio, Rounding};

/// A part of a penalty or bonus line, as a magnitude.
#[derive(Debug, Clone)]
pub(super) struct Due {
    /// Index of its line in the ledger.
    pub line: usize,
    /// The commitment; none for converted points.
    pub commitment: Option<String>,
    pub side: PaySide,
    /// The pools it draws on.
    pub pools: Vec<String>,
    /// What is left of it, not below 0.
    pub left: Ratio,
    /// What is paid beside the invoice.
    pub cash: Ratio,
    /// The cap whose excess of an earlier period it is.
    pub carried: Option<usize>,
}

impl Due {
    /// A part of the line at this place.
    pub(super) fn new(line: usize, commitment: Option<String>, side: PaySide, left: Ratio) -> Self {
        Self { line, commitment, side, pools: Vec::new(), left, cash: Ratio::zero(), carried: None }
    }
}

/// What is left of all parts together.
pub(super) fn total(parts: &[&mut Due]) -> Ratio {
    parts.iter().map(|part| part.left.clone()).sum()
}

/// Cuts the parts to `limit` together, in proportion; the parts then sum to it exactly.
pub(super) fn cut(parts: &mut [&mut Due], limit: &Ratio, rounding: Option<&Rounding>) {
    let weights: Vec<Ratio> = parts.iter().map(|part| part.left.clone()).collect();
    for (part, share) in parts.iter_mut().zip(share_out(limit, &weights, rounding)) {
        part.left = share;
    }
}

/// `total` split in proportion to `weights`, in whole steps of `rounding`;
/// the shares sum to `total` exactly.
pub(super) fn share_out(total: &Ratio, weights: &[Ratio], rounding: Option<&Rounding>) -> Vec<Ratio> {
    let sum: Ratio = weights.iter().cloned().sum();
    let exact = weights.iter().map(|weight| (weight * total).over(&sum).unwrap_or_default());
    let exact: Vec<Ratio> = exact.collect();
    let Some(step) = rounding.map(|rounding| &rounding.step) else { return exact };
    let in_steps = |share: &Ratio| share.over(step).unwrap_or_default();
    let mut shares: Vec<Ratio> = exact.iter().map(|share| &in_steps(share).floor() * step).collect();
    let mut order: Vec<(Ratio, usize)> =
        exact.iter().zip(&shares).enumerate().map(|(at, (exact, share))| (share - exact, at)).collect();
    order.sort();
    let mut rest = total - &shares.iter().cloned().sum();
    for (_, at) in order {
        let piece = step.clone().min(rest.clone());
        if let Some(share) = shares.get_mut(at).filter(|_| rest.is_positive()) {
            *share = &*share + &piece;
            rest = &rest - &piece;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Mode;

    #[track_caller]
    fn check(total: &str, weights: &[&str], want: &[&str]) {
        let read = |text: &&str| text.parse::<Ratio>().unwrap();
        let rounding = Rounding { step: Ratio::decimal(1, 2), mode: Mode::HalfUp };
        let weights: Vec<Ratio> = weights.iter().map(read).collect();
        let shares = share_out(&read(&total), &weights, Some(&rounding));
        assert_eq!(shares, want.iter().map(read).collect::<Vec<_>>());
        assert_eq!(shares.into_iter().sum::<Ratio>(), read(&total));
    }

    #[test]
    fn shares_sum_to_the_total() {
        check("100.00", &["1", "1", "1"], &["33.34", "33.33", "33.33"]);
        check("54000", &["43200", "32400"], &["30857.14", "23142.86"]);
        check("0.01", &["1", "2"], &["0", "0.01"]);
        check("0", &["1", "2"], &["0", "0"]);
    }
}
