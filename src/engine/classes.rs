//! The classes of many records, as the bits of their numbers: one list of
//! bits for the ones, one for the twos, and so on.
//!
//! | record | class | fours | twos | ones |
//! |--------|-------|-------|------|------|
//! | 0 | counted, 4 | 1 | 0 | 0 |
//! | 1 | above, 5 | 1 | 0 | 1 |
//! | 2 | missing, 2 | 0 | 1 | 0 |

use arrow::buffer::BooleanBuffer;

use super::truth::less;

/// A class for each record of a batch; 0 until it is marked.
#[derive(Debug)]
pub(super) struct Classes {
    rows: usize,
    width: usize,
    digits: Vec<BooleanBuffer>,
}

impl Classes {
    /// Classes for so many records, all below `width`.
    pub(super) fn new(rows: usize, width: usize) -> Self {
        let digits = usize::BITS - width.saturating_sub(1).leading_zeros();
        let none = BooleanBuffer::new_unset(rows);
        Self { rows, width, digits: (0..digits.max(3)).map(|_| none.clone()).collect() }
    }

    /// Gives the marked records a class.
    pub(super) fn mark(&mut self, marked: &BooleanBuffer, class: u16) {
        for (digit, bits) in self.digits.iter_mut().enumerate() {
            *bits = if class >> digit & 1 == 1 { &*bits | marked } else { less(bits, marked) };
        }
    }

    /// A class that many records have: of each digit that of most records.
    pub(super) fn most(&self) -> usize {
        let set: Vec<usize> = self.digits.iter().map(BooleanBuffer::count_set_bits).collect();
        let digit = |(at, set): (usize, &usize)| if 2 * set > self.rows { 1 << at } else { 0 };
        Some(set.iter().enumerate().map(digit).sum()).filter(|class| *class < self.width).unwrap_or(0)
    }

    /// Hands over place and class of each record that is not of one class.
    pub(super) fn others(&self, class: usize, mut take: impl FnMut(usize, usize)) {
        if let [ones, twos, fours] = self.digits.as_slice() {
            let [one, two, four] = [0, 1, 2].map(|digit| if class >> digit & 1 == 1 { u64::MAX } else { 0 });
            let words = words(ones).zip(words(twos)).zip(words(fours));
            for (from, ((ones, twos), fours)) in (0..self.rows).step_by(64).zip(words) {
                let left = self.rows - from;
                let there = if left < 64 { (1 << left) - 1 } else { u64::MAX };
                let mut others = ((ones ^ one) | (twos ^ two) | (fours ^ four)) & there;
                while others != 0 {
                    let at = others.trailing_zeros();
                    let class = (ones >> at & 1) | (twos >> at & 1) << 1 | (fours >> at & 1) << 2;
                    let [at, class] = [u64::from(at), class].map(|one| usize::try_from(one).unwrap_or(0));
                    take(from + at, class);
                    others &= others - 1;
                }
            }
            return;
        }
        for (row, other) in self.list().into_iter().enumerate() {
            if usize::from(other) != class {
                take(row, other.into());
            }
        }
    }

    /// The class of each record.
    pub(super) fn list(&self) -> Vec<u16> {
        let mut classes = vec![0; self.rows];
        for (digit, bits) in self.digits.iter().enumerate() {
            for row in bits.set_indices() {
                if let Some(class) = classes.get_mut(row) {
                    *class |= 1 << digit;
                }
            }
        }
        classes
    }
}

/// Hands over the places of the bits that are set.
#[inline]
pub(super) fn each_set(bits: &BooleanBuffer, mut take: impl FnMut(usize)) {
    for (from, mut word) in (0..bits.len()).step_by(64).zip(words(bits)) {
        if word == u64::MAX {
            (from..from + 64).for_each(&mut take);
            continue;
        }
        while word != 0 {
            take(from + usize::try_from(word.trailing_zeros()).unwrap_or(0));
            word &= word - 1;
        }
    }
}

/// The bits of a list, 64 at a time, the first one lowest.
pub(super) fn words(bits: &BooleanBuffer) -> impl Iterator<Item = u64> + '_ {
    let chunks = bits.bit_chunks();
    chunks.iter().chain([chunks.remainder_bits()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_mark_of_a_record_stands() {
        for width in [7, 70] {
            let mut classes = Classes::new(130, width);
            let every = |n: usize| (0..130).map(|row| row % n == 0).collect::<BooleanBuffer>();
            classes.mark(&every(2), 5);
            classes.mark(&every(3), 2);
            let want: Vec<u16> = (0..130)
                .map(|row| {
                    if row % 3 == 0 {
                        2
                    } else if row % 2 == 0 {
                        5
                    } else {
                        0
                    }
                })
                .collect();
            assert_eq!(classes.list(), want);
            for most in [0, 2, 5, 6] {
                let mut got = Vec::new();
                classes.others(most, |row, class| got.push((row, class as u16)));
                let others = want.iter().copied().enumerate().filter(|(_, class)| *class as usize != most);
                assert_eq!(got, others.collect::<Vec<_>>());
            }
            // 44 of class 2, 43 of class 5, 43 of none: no digit is set for more than half.
            assert_eq!(classes.most(), 0);
        }
    }
}
