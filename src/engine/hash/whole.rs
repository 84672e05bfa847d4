//! Words of whole numbers: one of 64 bits for each, different for every number,
//! so that ids, which mostly are whole numbers, cannot be taken for one another.
//!
//! | bits | what |
//! |------|------|
//! | 32 | the lowest 32 bits of the number, mixed with the others |
//! | 28 | the others, which mostly are few |
//! | 4 | nothing |
//!
//! # Source
//!
//! C. Wellons, *Prospecting for hash functions* (2018): `lowbias32`, a bijection
//! of 32 bits, and its inverse.

/// The bits of a number that are not mixed.
const OTHERS: u32 = 28;
const LOW: u64 = 0xffff_ffff;
/// Where these stand in a word.
pub(in crate::engine) const ALL_OTHERS: u64 = ((1 << OTHERS) - 1) << 4;
/// How many places there are.
pub(in crate::engine) const PLACES: u64 = (1 << 15) - 1;

/// The word of a number; none from 2⁶⁰.
#[inline]
pub(super) fn of(number: u64) -> Option<u64> {
    let (low, others) = (number & LOW, number >> 32);
    (others >> OTHERS == 0).then(|| mixed(low ^ stirred(others)) << 32 | others << 4)
}

/// The words of some numbers below 2³²; none where one is not.
pub(in crate::engine) fn small(numbers: &[i64]) -> Option<Vec<u64>> {
    let all = numbers.iter().fold(0, |all, number| all | number);
    u32::try_from(all).ok()?;
    // With nothing but 32 bits, several are mixed at a time.
    let low = |number: &i64| u32::try_from(number & 0xffff_ffff).unwrap_or_default();
    Some(numbers.iter().map(|number| u64::from(mixed_low(low(number))) << 32).collect())
}

/// The number of a word.
#[inline]
pub(in crate::engine) fn number(word: u64) -> u64 {
    let others = (word & ALL_OTHERS) >> 4;
    others << 32 | parted(word >> 32) ^ stirred(others)
}

/// The word of two numbers in this order; none where they are too large to stand in one.
#[inline]
pub(in crate::engine) fn pair(first: u64, second: u64) -> Option<u64> {
    let (first, second) = (number(first), number(second));
    (first <= LOW).then(|| of(second.checked_mul(1 << 32)? | first)).flatten()
}

/// Where the second of two numbers stands among those with the same first, counted from 1; none where either is too
/// large to stand in one word with the other.
#[inline]
pub(in crate::engine) fn place(first: u64, second: u64) -> Option<u64> {
    (others(first) == 0).then(|| number(second) + 1).filter(|place| *place <= PLACES)
}

/// The word of a number and of such a place; it begins like the number's.
#[inline]
pub(in crate::engine) fn at_place(first: u64, place: u64) -> u64 {
    first | place << 4
}

/// Bits of the others in all of some words, where each word's stands or-ed.
#[inline]
pub(in crate::engine) fn others(words: u64) -> u32 {
    let others = (words & ALL_OTHERS) >> 4;
    u64::BITS - others.leading_zeros()
}

/// A bijection of 32 bits in which every bit of the input changes half of the output.
#[inline]
fn mixed(low: u64) -> u64 {
    u32::try_from(low & LOW).map_or(0, |low| mixed_low(low).into())
}

#[inline]
fn mixed_low(low: u32) -> u32 {
    let low = (low ^ low >> 16).wrapping_mul(0x7feb_352d);
    let low = (low ^ low >> 15).wrapping_mul(0x846c_a68b);
    low ^ low >> 16
}

/// What was mixed.
#[inline]
fn parted(mixed: u64) -> u64 {
    let low = (mixed ^ mixed >> 16).wrapping_mul(0x4302_1123) & LOW;
    let low = (low ^ low >> 15 ^ low >> 30).wrapping_mul(0x1d69_e2a5) & LOW;
    low ^ low >> 16
}

/// Numbers that differ in their other bits alone are mixed differently.
#[inline]
fn stirred(others: u64) -> u64 {
    let stirred = others.wrapping_mul(0x9e37_79b1) & LOW;
    stirred ^ stirred >> 15
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_gives_its_number_back() {
        let mut numbers: Vec<u64> =
            (0..60).flat_map(|bit| [(1 << bit) - 1, 1 << bit, 3 << bit >> 1]).collect();
        numbers.extend((0..1000).map(|n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 4));
        for number in numbers {
            assert_eq!(super::number(of(number).unwrap()), number);
        }
        assert_eq!((of(1 << 60), of(u64::MAX)), (None, None));
        let numbers = [0, 1, 7, 0xffff_ffff, 0x8000_0000];
        let words = numbers.iter().map(|number| of(u64::try_from(*number).unwrap()).unwrap());
        assert_eq!(small(&numbers), Some(words.collect()));
        assert_eq!((small(&[3, -1]), small(&[1 << 32])), (None, None));
    }

    #[test]
    fn a_pair_that_fits_is_told_from_every_other() {
        let word = |number| of(number).unwrap();
        let pairs = [(0, 0), (0, 1), (1, 0), (7, 12), (12, 7), (LOW, (1 << 28) - 1)];
        let words: Vec<u64> = pairs.iter().map(|(a, b)| pair(word(*a), word(*b)).unwrap()).collect();
        assert!(words.iter().enumerate().all(|(at, one)| !words[..at].contains(one)));
        assert_eq!(pair(word(LOW + 1), word(0)), None);
        assert_eq!(pair(word(0), word(1 << 28)), None);
    }

    #[test]
    fn other_bits_are_counted_from_the_lowest() {
        let bits = |number| others(of(number).unwrap());
        assert_eq!([bits(0), bits(LOW), bits(1 << 32), bits(5 << 32), bits((1 << 60) - 1)], [0, 0, 1, 3, 28]);
    }

    #[test]
    fn a_place_is_told_from_every_other() {
        let word = |number| of(number).unwrap();
        let all = [(0, 0), (0, 1), (1, 0), (7, 12), (12, 7), (LOW, PLACES - 1)];
        let words: Vec<u64> =
            all.iter().map(|(a, b)| at_place(word(*a), place(word(*a), word(*b)).unwrap())).collect();
        assert!(words.iter().enumerate().all(|(at, one)| !words[..at].contains(one)));
        assert_eq!((place(word(7), word(PLACES)), place(word(LOW + 1), word(0))), (None, None));
    }

    /// The first 9 bits choose the part of a layout.
    #[test]
    fn numbers_in_a_row_and_those_far_apart_spread_over_the_parts() {
        for step in [1, 1 << 9, 1 << 32, 1 << 33] {
            let mut parts = [0; 512];
            (0..51_200).for_each(|n| parts[(of(n * step).unwrap() >> 55) as usize] += 1);
            let (least, most) = (parts.iter().min().unwrap(), parts.iter().max().unwrap());
            assert!(*least > 50 && *most < 160, "{step}: {least} to {most}");
        }
    }
}
