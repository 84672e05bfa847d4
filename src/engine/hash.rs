//! 128-bit hashes of keys: equal keys have equal hashes, and different keys
//! as good as always different ones.
//!
//! Among 10⁹ different keys the odds that any two share a hash are below
//! 10⁻²⁰ (n² / 2¹²⁹): far below those of a memory error. No look-up of a key,
//! distinct count or share by key compares the keys themselves.
//!
//! # Source
//!
//! J.-P. Aumasson, D. J. Bernstein, *SipHash: a fast short-input PRF* (2012),
//! in its 128-bit form, with one round a word and three at the end. Whole numbers,
//! which most keys are, have a word of their own instead (see `whole`).

pub(super) mod whole;

/// The state of a hash in the making.
#[derive(Clone, Copy)]
struct Sip(u64, u64, u64, u64);

impl Sip {
    fn new(key: [u64; 2]) -> Self {
        let [k0, k1] = key;
        Self(
            k0 ^ 0x736f_6d65_7073_6575,
            k1 ^ 0x646f_7261_6e64_6f6d ^ 0xee,
            k0 ^ 0x6c79_6765_6e65_7261,
            k1 ^ 0x7465_6462_7974_6573,
        )
    }

    fn round(&mut self) {
        let Self(a, b, c, d) = *self;
        let (a, c) = (a.wrapping_add(b), c.wrapping_add(d));
        let (b, d) = (b.rotate_left(13) ^ a, d.rotate_left(16) ^ c);
        let (a, c) = (a.rotate_left(32).wrapping_add(d), c.wrapping_add(b));
        let (b, d) = (b.rotate_left(17) ^ c, d.rotate_left(21) ^ a);
        *self = Self(a, b, c.rotate_left(32), d);
    }

    fn rounds(&mut self, count: usize) {
        (0..count).for_each(|_| self.round());
    }

    fn word(&mut self, word: u64, rounds: usize) {
        self.3 ^= word;
        self.rounds(rounds);
        self.0 ^= word;
    }

    fn folded(self) -> u64 {
        self.0 ^ self.1 ^ self.2 ^ self.3
    }
}

/// SipHash with `C` rounds a word and `D` at the end.
fn sip<const C: usize, const D: usize>(key: [u64; 2], bytes: &[u8]) -> u128 {
    let mut state = Sip::new(key);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        state.word(little(chunk), C);
    }
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    state.word(little(chunks.remainder()) | (length << 56), C);
    state.2 ^= 0xee;
    state.rounds(D);
    let low = state.folded();
    state.1 ^= 0xdd;
    state.rounds(D);
    u128::from(low) | (u128::from(state.folded()) << 64)
}

/// Up to eight bytes as a number, the first one lowest.
fn little(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte))
}

/// The hash of a text. One that is the digits of a whole number has the hash of that number.
pub(super) fn hash(bytes: &[u8]) -> u128 {
    match digits(bytes) {
        Some(number) => hash_whole(number),
        None => sip::<1, 3>([0, 0], bytes),
    }
}

/// The hash of the digits of a whole number. Up to 18 of them and no sign are a word of the number, and nothing.
#[inline]
pub(super) fn hash_whole(number: i64) -> u128 {
    match word_of(number) {
        Some(word) => of_word(word),
        None => sip::<1, 3>([0, 0], number.to_string().as_bytes()),
    }
}

/// The word of a whole number; none below 0 and from 10¹⁸.
#[inline]
pub(super) fn word_of(number: i64) -> Option<u64> {
    let number = u64::try_from(number).ok()?;
    if number < 1_000_000_000_000_000_000 { whole::of(number) } else { None }
}

/// The hash of a word.
#[inline]
pub(super) fn of_word(word: u64) -> u128 {
    u128::from(word) << 64
}

/// The first half of a hash.
#[inline]
pub(super) fn first_word(hash: u128) -> u64 {
    u64::try_from(hash >> 64).unwrap_or(0)
}

/// The word of a hash, where it is that of a whole number.
#[inline]
pub(super) fn word_in(hash: u128) -> Option<u64> {
    (hash << 60 == 0).then(|| first_word(hash))
}

/// The hash of two hashes in this order; that of two small whole numbers is a word.
#[inline]
pub(super) fn pair(first: u128, second: u128) -> u128 {
    let words = word_in(first).zip(word_in(second));
    match words.and_then(|(first, second)| whole::pair(first, second)) {
        Some(word) => of_word(word),
        None => mixed(first, second),
    }
}

/// The hash of two hashes in this order, where the second tells records of one key apart.
#[inline]
pub(super) fn finer(first: u128, second: u128) -> u128 {
    let words = word_in(first).zip(word_in(second));
    match words.and_then(|(first, second)| Some((first, whole::place(first, second)?))) {
        Some((first, place)) => of_word(whole::at_place(first, place)),
        None => pair(first, second),
    }
}

fn mixed(first: u128, second: u128) -> u128 {
    const ODD: [u128; 2] =
        [0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835, 0xc2b2_ae3d_27d4_eb4f_1656_67b1_9e37_79f9];
    let [a, b] = ODD;
    let sum = first.wrapping_mul(a).wrapping_add(second.wrapping_mul(b)).wrapping_add(a >> 7);
    let folded = (sum ^ (sum >> 64)).wrapping_mul(a);
    folded ^ (folded >> 64)
}

/// The number whose digits these are, written the only way a number is: `7`, `-12`, never `07`, `+7` or `-0`.
#[inline]
pub(super) fn digits(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    match digits {
        [b'0'] => return (!negative).then_some(0),
        [b'1'..=b'9', rest @ ..] if rest.len() < 18 => {}
        _ => return None,
    }
    let (mut number, mut plain) = (0_i64, true);
    for digit in digits.iter().map(|byte| byte.wrapping_sub(b'0')) {
        plain &= digit < 10;
        number = number.wrapping_mul(10).wrapping_add(digit.into());
    }
    plain.then_some(if negative { number.wrapping_neg() } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the authors' reference: key 00 01 … 0f, message 00 01 …
    #[test]
    fn the_published_values_come_out() {
        let key = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];
        let check = |message: &[u8], want: [u8; 16]| {
            assert_eq!(sip::<2, 4>(key, message).to_le_bytes(), want);
        };
        check(
            &[],
            [0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93],
        );
        check(
            &[0],
            [0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45],
        );
    }

    #[test]
    fn digits_have_the_hash_of_their_number_and_nothing_else_has() {
        for number in [
            0,
            7,
            -12,
            i64::MAX,
            i64::MIN,
            1_000_000_000_000_000_000,
            999_999_999_999_999_999,
            -999_999_999_999_999_999,
        ] {
            assert_eq!(hash(number.to_string().as_bytes()), hash_whole(number));
        }
        for text in ["07", "+7", "-0", "", "-", "7 ", "1e3", "12a"] {
            assert_eq!(hash(text.as_bytes()), sip::<1, 3>([0, 0], text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn order_and_boundaries_count() {
        assert_ne!(hash(b"ab"), hash(b"ba"));
        assert_ne!(pair(hash(b"a"), hash(b"bc")), pair(hash(b"ab"), hash(b"c")));
        assert_ne!(hash(b""), hash(b"\0"));
    }
}
