//! Which keys are asked about: records of other keys need not be laid out.
//!
//! Of 20 million contacts that may reopen a case, half belong to cases that
//! are not asked about. One bit for each of eight times as many hashes as there
//! are keys tells most of them; what passes by chance is found out later.

use super::bins::Bins;
use super::error::EngineError;

/// Hashes that occur, by their first bits.
#[derive(Debug)]
pub(super) struct Filter {
    bits: Vec<u64>,
    shift: u32,
}

impl Filter {
    /// The keys of some records.
    pub(super) fn of(all: &[&Bins]) -> Result<Self, EngineError> {
        let records = all.iter().map(|bins| bins.records()).sum::<usize>();
        let many = u64::try_from(records).unwrap_or(u64::MAX).saturating_mul(8).max(64);
        let size = many.checked_next_power_of_two().unwrap_or(1 << 63);
        let words = usize::try_from(size / 64).unwrap_or(1);
        let mut filter = Self { bits: vec![0; words], shift: 64 - size.trailing_zeros() };
        for bins in all {
            bins.each_hash(|hash| {
                let (word, bit) = filter.place(hash);
                filter.bits.get_mut(word).into_iter().for_each(|word| *word |= bit);
            })?;
        }
        Ok(filter)
    }

    /// How many bytes it takes.
    pub(super) fn size(&self) -> usize {
        8 * self.bits.len()
    }

    /// Whether a key may be among them, by the first half of its hash.
    #[inline]
    pub(super) fn may_have(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.bits.get(word).is_some_and(|word| word & bit != 0)
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let at = hash >> self.shift;
        (usize::try_from(at / 64).unwrap_or(usize::MAX), 1 << (at % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::bins::{Budget, Dated, Keyed, Writer};
    use crate::engine::hash::{first_word, hash_whole};
    use crate::engine::hashes::Hashes;

    #[test]
    fn every_key_that_is_there_passes_and_most_others_do_not() {
        let budget = Budget::new(u64::MAX);
        let mut writer = Writer::default();
        let keys = Hashes::Any((0..1000).map(hash_whole).collect());
        writer.add(
            0,
            &Keyed { keys: &keys, dates: &Dated::in_no_order(1000), places: None, chosen: None },
            &budget,
        );
        let filter = Filter::of(&[&Bins::of(vec![writer])]).unwrap();
        assert!((0..1000).all(|n| filter.may_have(first_word(hash_whole(n)))));
        let others = (1000..11_000).filter(|n| filter.may_have(first_word(hash_whole(*n)))).count();
        assert!((500..2000).contains(&others), "{others}");
    }
}
