//! How often each value occurs.
//!
//! The cells of a measure share one list of values: 12,000 cells of waiting
//! times hold places in that list and counts, not the times themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::Ratio;

/// Values with how often each occurs, ascending; counts are above 0.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    values: Arc<Vec<Ratio>>,
    /// Places in the list of values, rising.
    counts: Vec<(u32, u64)>,
}

impl Histogram {
    /// Counts by place in a list of values; both must be ascending, and counts above 0.
    #[must_use]
    pub fn of(values: &Arc<Vec<Ratio>>, counts: Vec<(u32, u64)>) -> Self {
        Self { values: Arc::clone(values), counts }
    }

    /// Whether nothing occurs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How many values there are, each as often as it occurs.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// The values with their counts, ascending.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Ratio, u64)> {
        let value = |place: u32| self.values.get(usize::try_from(place).ok()?);
        self.counts.iter().filter_map(move |(place, count)| Some((value(*place)?, *count)))
    }

    /// The value at a position, counted from 1, when each stands as often as it occurs.
    #[must_use]
    pub fn at(&self, position: u64) -> Option<&Ratio> {
        let mut passed = 0;
        self.iter().find_map(|(value, count)| {
            passed += count;
            (passed >= position).then_some(value)
        })
    }

    /// Adds another one.
    pub fn add(&mut self, other: &Self) {
        if self.is_empty() {
            self.clone_from(other);
        } else if !other.is_empty() {
            let mut all: BTreeMap<Ratio, u64> = BTreeMap::new();
            for (value, count) in self.iter().chain(other.iter()) {
                *all.entry(value.clone()).or_default() += count;
            }
            *self = all.into_iter().collect();
        }
    }
}

impl FromIterator<(Ratio, u64)> for Histogram {
    /// From values that are ascending.
    fn from_iter<I: IntoIterator<Item = (Ratio, u64)>>(pairs: I) -> Self {
        let (values, counts): (Vec<Ratio>, Vec<u64>) =
            pairs.into_iter().filter(|(_, count)| *count > 0).unzip();
        Self { values: Arc::new(values), counts: (0..).zip(counts).collect() }
    }
}

impl From<BTreeMap<Ratio, u64>> for Histogram {
    fn from(counts: BTreeMap<Ratio, u64>) -> Self {
        counts.into_iter().collect()
    }
}

impl PartialEq for Histogram {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Histogram {}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(u64, u64)]) -> Histogram {
        pairs.iter().map(|(value, count)| (Ratio::whole(*value), *count)).collect()
    }

    #[test]
    fn two_are_added_value_by_value() {
        let mut all = of(&[(1, 2), (5, 1)]);
        all.add(&of(&[(3, 4), (5, 1)]));
        assert_eq!(all, of(&[(1, 2), (3, 4), (5, 2)]));
        assert_eq!((all.total(), all.at(2), all.at(3)), (8, Some(&Ratio::whole(1)), Some(&Ratio::whole(3))));
        assert_eq!((all.at(8), all.at(9)), (Some(&Ratio::whole(5)), None));
    }

    #[test]
    fn what_shares_a_list_equals_what_has_its_own() {
        let values = Arc::new((0..9_u64).map(Ratio::whole).collect());
        assert_eq!(Histogram::of(&values, vec![(1, 2), (5, 1)]), of(&[(1, 2), (5, 1)]));
        assert_ne!(Histogram::of(&values, vec![(1, 2)]), of(&[(1, 3)]));
    }
}
