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
    digits: Vec<BooleanBuffer>,
}

impl Classes {
    /// Classes for so many records, all below `width`.
    pub(super) fn new(rows: usize, width: usize) -> Self {
        let digits = usize::BITS - width.saturating_sub(1).leading_zeros();
        let none = BooleanBuffer::new_unset(rows);
        Self { rows, digits: (0..digits.max(3)).map(|_| none.clone()).collect() }
    }

    /// Gives the marked records a class.
    pub(super) fn mark(&mut self, marked: &BooleanBuffer, class: u16) {
        for (digit, bits) in self.digits.iter_mut().enumerate() {
            *bits = if class >> digit & 1 == 1 { &*bits | marked } else { less(bits, marked) };
        }
    }

    /// Hands over cell and class of each record.
    pub(super) fn each(&self, cells: &[u32], mut take: impl FnMut(usize, usize)) {
        let index = |cell: u32| usize::try_from(cell).unwrap_or(usize::MAX >> 8);
        if let [ones, twos, fours] = self.digits.as_slice() {
            let words = words(ones).zip(words(twos)).zip(words(fours));
            for (cells, ((mut ones, mut twos), mut fours)) in cells.chunks(64).zip(words) {
                for cell in cells {
                    let class = (ones & 1) | (twos & 1) << 1 | (fours & 1) << 2;
                    take(index(*cell), usize::try_from(class).unwrap_or(0));
                    (ones, twos, fours) = (ones >> 1, twos >> 1, fours >> 1);
                }
            }
            return;
        }
        for (cell, class) in cells.iter().zip(self.list()) {
            take(index(*cell), class.into());
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
            let mut got = Vec::new();
            classes.each(&(0..130).collect::<Vec<u32>>(), |cell, class| got.push((cell, class as u16)));
            assert_eq!(got, (0..130).zip(want).collect::<Vec<_>>());
        }
    }
}
