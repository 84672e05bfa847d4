//! Which keys are asked about: records of other keys need not be laid out.
//!
//! Of 20 million contacts that may reopen a case, half belong to cases that
//! are not asked about. Where keys are whole numbers that lie close together, a
//! bit for each number tells which, and as later records have later numbers, few
//! places in memory do for many records. Otherwise one bit for each of eight times
//! as many hashes as there are keys tells most of them; what passes by chance is
//! found out later.

use super::bins::Bins;
use super::error::EngineError;
use super::hash::whole;

/// Bits for each key, at most.
const ROOM: u64 = 8;

/// Keys that occur.
#[derive(Debug)]
pub(super) struct Filter {
    bits: Vec<u64>,
    place: Place,
}

/// Where the bit of a key stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// By the number that the key is, counted from the least one.
    Number(u64),
    /// By the first bits of its hash, without so many others.
    Hash(u32),
}

impl Place {
    /// The bit of a key, by the first half of its hash.
    #[inline]
    fn of(self, hash: u64) -> u64 {
        match self {
            Self::Number(least) => whole::number(hash).wrapping_sub(least),
            Self::Hash(shift) => hash >> shift,
        }
    }
}

impl Filter {
    /// The keys of some records.
    pub(super) fn of(all: &[&Bins]) -> Result<Self, EngineError> {
        let records = all.iter().map(|bins| bins.records()).sum::<usize>();
        let many = u64::try_from(records).unwrap_or(u64::MAX).saturating_mul(ROOM).max(64);
        let size = many.checked_next_power_of_two().unwrap_or(1 << 63);
        let by_hash = (Place::Hash(64 - size.trailing_zeros()), size);
        let (place, size) = numbers(all)?.filter(|(_, size)| *size <= many).unwrap_or(by_hash);
        let words = usize::try_from(size.div_ceil(64)).unwrap_or(1);
        let mut filter = Self { bits: vec![0; words], place };
        for bins in all {
            bins.each_hash(|hash| {
                let (word, bit) = filter.bit(hash);
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
        let (word, bit) = self.bit(hash);
        self.bits.get(word).is_some_and(|word| word & bit != 0)
    }

    #[inline]
    fn bit(&self, hash: u64) -> (usize, u64) {
        let at = self.place.of(hash);
        (usize::try_from(at / 64).unwrap_or(usize::MAX), 1 << (at % 64))
    }
}

/// The place of keys that are all whole numbers, and how many there are from the least to the greatest.
fn numbers(all: &[&Bins]) -> Result<Option<(Place, u64)>, EngineError> {
    if !all.iter().all(|bins| bins.are_whole()) {
        return Ok(None);
    }
    let (mut least, mut most) = (u64::MAX, 0);
    for bins in all {
        bins.each_hash(|hash| {
            let number = whole::number(hash);
            (least, most) = (least.min(number), most.max(number));
        })?;
    }
    Ok(most.checked_sub(least).map(|span| (Place::Number(least), span + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::bins::{Budget, Dated, Keyed, Writer};
    use crate::engine::hash::{first_word, hash_whole};
    use crate::engine::hashes::Hashes;

    /// The filter of some keys.
    fn of(keys: &Hashes, rows: usize) -> Filter {
        let mut writer = Writer::default();
        let dates = Dated::in_no_order(rows);
        writer.add(0, &Keyed { keys, dates: &dates, places: None, chosen: None }, &Budget::new(u64::MAX));
        Filter::of(&[&Bins::of(vec![writer])]).unwrap()
    }

    fn has(filter: &Filter, number: i64) -> bool {
        filter.may_have(first_word(hash_whole(number)))
    }

    #[test]
    fn every_key_that_is_there_passes_and_most_others_do_not() {
        let filter = of(&Hashes::Any((0..1000).map(hash_whole).collect()), 1000);
        assert!((0..1000).all(|number| has(&filter, number)));
        let others = (1000..11_000).filter(|number| has(&filter, *number)).count();
        assert!((500..2000).contains(&others), "{others}");
    }

    #[test]
    fn of_numbers_close_together_none_passes_that_is_not_there() {
        let words = |numbers: &[i64]| {
            Hashes::Words(numbers.iter().map(|number| first_word(hash_whole(*number))).collect())
        };
        let even: Vec<i64> = (0..1000).map(|n| 5_000_000_000 + 2 * n).collect();
        let filter = of(&words(&even), even.len());
        for number in (5_000_000_000 - 100)..5_000_002_100 {
            assert_eq!(has(&filter, number), even.contains(&number), "{number}");
        }
        assert!(![0, 1, i64::MAX, -1].into_iter().any(|number| has(&filter, number)));
        // One that is far from the others takes them all back to their hashes.
        let far = [even.as_slice(), &[7]].concat();
        let filter = of(&words(&far), far.len());
        assert!(far.iter().all(|number| has(&filter, *number)));
        assert!((0..10_000).filter(|number| has(&filter, *number)).count() < 2000);
    }
}
