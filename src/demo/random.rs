//! A small generator of integers: splitmix64.
//!
//! The first value for seed 0 is `e220a8397b1dcdaf`, on every machine.

/// A stream of integers that depends on its seed alone.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The stream of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    ///
    /// # Source
    ///
    /// Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014).
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.bits() % width)
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// An item, as often as its weight says.
    pub fn pick<T: Copy>(&mut self, weighted: &[(T, i64)], otherwise: T) -> T {
        let mut left = self.between(1, weighted.iter().map(|(_, weight)| weight).sum());
        for (item, weight) in weighted {
            left -= weight;
            if left <= 0 {
                return *item;
            }
        }
        otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_values_are_the_published_ones() {
        // https://prng.di.unimi.it/splitmix64.c, seed 1234567.
        let mut random = Random::new(1_234_567);
        let want = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([random.bits(), random.bits(), random.bits()], want);
    }

    #[test]
    fn a_weight_of_nothing_is_never_picked() {
        let mut random = Random::new(1);
        assert!((0..1000).all(|_| random.pick(&[("a", 1), ("b", 0)], "c") == "a"));
    }
}
