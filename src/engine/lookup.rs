//! Tables looked up by key whose order never shows.

use std::hash::{BuildHasherDefault, Hasher};

/// A hash table; what is in it is only looked up, added up or sorted.
#[expect(clippy::disallowed_types, reason = "looked up or added up, never listed in its own order")]
pub(super) type Lookup<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Mix>>;

/// A fast hash of small keys, the same in every run.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Mix(u64);

impl Mix {
    fn add(&mut self, word: u64) {
        let wide = u128::from(self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let [low, high] =
            [wide, wide >> 64].map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap_or(0));
        self.0 = low ^ high;
    }
}

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            self.add(chunk.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte)));
        }
        self.add(u64::try_from(bytes.len()).unwrap_or(0));
    }

    fn write_u8(&mut self, value: u8) {
        self.add(value.into());
    }

    fn write_u32(&mut self, value: u32) {
        self.add(value.into());
    }

    fn write_u64(&mut self, value: u64) {
        self.add(value);
    }

    fn write_u128(&mut self, value: u128) {
        self.add(u64::try_from(value & u128::from(u64::MAX)).unwrap_or(0));
        self.add(u64::try_from(value >> 64).unwrap_or(0));
    }
}
