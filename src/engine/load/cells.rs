//! The cells of rows of text, as places in it.
//!
//! | text | places |
//! |------|--------|
//! | `7,"a, b"` | 0 to 1, 3 to 7 |
//! | `7,"a ""b"""` | 0 to 1; 0 to 5 of `a "b"`, which stands in a text of its own |

use super::lines::Split;

/// What marks a place in the text of cells that had doubled quotation marks.
const SPARE: u32 = 1 << 31;
/// The place of a cell of a row that cannot be read.
const NOWHERE: (u32, u32) = (u32::MAX, u32::MAX);

/// The cells of rows, one row after the other, as places in the text of all rows.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// Text of cells that had doubled quotation marks.
    spare: Vec<u8>,
    /// From and to.
    places: Vec<(u32, u32)>,
}

impl Cells {
    /// The same without a cell; its room is kept.
    pub fn cleared(mut self) -> Self {
        self.spare.clear();
        self.places.clear();
        self
    }

    /// The cells of one row.
    pub fn of(row: &[u8], split: Split) -> Result<Self, &'static str> {
        let mut cells = Self::default();
        cells.add(row, 0, split).map(|()| cells)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Drops all cells but the first so many, and adds such as cannot be read.
    pub fn spoil(&mut self, first: usize, unread: usize) {
        self.places.truncate(first);
        self.places.resize(first + unread, NOWHERE);
    }

    /// What stands in a cell; none where it cannot be read.
    #[inline]
    pub fn get<'t>(&'t self, text: &'t [u8], index: usize) -> Option<&'t [u8]> {
        let (from, to) = *self.places.get(index)?;
        let index = |at: u32| usize::try_from(at & !SPARE).ok();
        let range = index(from)?..index(to)?;
        if from & SPARE == 0 { text.get(range) } else { self.spare.get(range) }
    }

    /// Likewise of a text that is letters.
    #[inline]
    pub fn text<'t>(&'t self, text: &'t str, index: usize) -> Option<&'t str> {
        let (from, to) = *self.places.get(index)?;
        if from & SPARE == 0 {
            return text.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?);
        }
        // A cell of letters without some of its quotation marks.
        self.get(text.as_bytes(), index).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// Adds the cells of a row that starts at a place in the text of all rows; a fault where it cannot be split.
    pub fn add(&mut self, row: &[u8], start: usize, split: Split) -> Result<(), &'static str> {
        match split {
            Split::Delimited { delimiter, quotes } => {
                let before = self.places.len();
                if self.delimited(row, start, delimiter, quotes) {
                    return Ok(());
                }
                self.places.truncate(before);
                let whole = self.quoted_row(row, start, delimiter);
                whole.then_some(()).ok_or("text follows a closing quotation mark")
            }
            Split::Spaces | Split::Json => {
                self.spaces(row, start);
                Ok(())
            }
        }
    }

    fn push(&mut self, from: usize, to: usize, mark: u32) {
        // A row has 64 MiB at most, and a stretch of rows not much more.
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX) | mark;
        self.places.push((place(from), place(to)));
    }

    /// Adds the cells of a row between signs; false at a quotation mark that quotes.
    fn delimited(&mut self, row: &[u8], base: usize, delimiter: u8, quotes: bool) -> bool {
        // Cells are short: eight bytes are looked at together, and the signs among them found.
        let (chunks, rest) = row.as_chunks::<8>();
        let mut last = [0; 8];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        let (mut start, mut from) = (base, base);
        for chunk in chunks.iter().chain([&last]) {
            let word = u64::from_le_bytes(*chunk);
            if quotes && places_of(word, b'"') != 0 {
                return false;
            }
            let mut places = places_of(word, delimiter);
            while places != 0 {
                let end = from + usize::try_from(places.trailing_zeros() / 8).unwrap_or(0);
                self.push(start, end, 0);
                start = end + 1;
                places &= places - 1;
            }
            from += 8;
        }
        self.push(start, base + row.len(), 0);
        true
    }

    /// Adds the cells of a row some of which may be quoted; false when text follows a closing quotation mark.
    fn quoted_row(&mut self, row: &[u8], base: usize, delimiter: u8) -> bool {
        let mut start = 0;
        loop {
            let rest = row.get(start..).unwrap_or_default();
            if rest.first() == Some(&b'"') {
                let Some(next) = self.quoted(row, base, start + 1, delimiter) else { return false };
                match next {
                    Next::Cell(at) => start = at,
                    Next::End => return true,
                }
                continue;
            }
            match memchr::memchr(delimiter, rest) {
                Some(length) => {
                    self.push(base + start, base + start + length, 0);
                    start += length + 1;
                }
                None => {
                    self.push(base + start, base + row.len(), 0);
                    return true;
                }
            }
        }
    }

    /// Adds a quoted cell whose text starts at `start`.
    fn quoted(&mut self, row: &[u8], base: usize, start: usize, delimiter: u8) -> Option<Next> {
        let kept = self.spare.len();
        let mut from = start;
        loop {
            let length = memchr::memchr(b'"', row.get(from..)?)?;
            let end = from + length;
            let after = row.get(end + 1);
            if after == Some(&b'"') {
                self.spare.extend_from_slice(row.get(from..=end)?);
                from = end + 2;
                continue;
            }
            if self.spare.len() > kept {
                self.spare.extend_from_slice(row.get(from..end)?);
                self.push(kept, self.spare.len(), SPARE);
            } else {
                self.push(base + start, base + end, 0);
            }
            return match after {
                None => Some(Next::End),
                Some(byte) if *byte == delimiter => Some(Next::Cell(end + 2)),
                Some(_) => None,
            };
        }
    }

    /// Adds the cells of a row between runs of spaces.
    fn spaces(&mut self, row: &[u8], base: usize) {
        let mut start = None;
        for (at, byte) in row.iter().enumerate() {
            match (byte.is_ascii_whitespace(), start) {
                (false, None) => start = Some(at),
                (true, Some(from)) => {
                    self.push(base + from, base + at, 0);
                    start = None;
                }
                _ => {}
            }
        }
        if let Some(from) = start {
            self.push(base + from, base + row.len(), 0);
        }
    }
}

/// What follows a quoted cell.
enum Next {
    /// Another cell that starts here.
    Cell(usize),
    /// The end of the row.
    End,
}

/// The highest bit of each byte of a word that is this sign, which is not zero.
fn places_of(word: u64, sign: u8) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let other = word ^ u64::from_ne_bytes([sign; 8]);
    // A byte of zero is the only one of which neither this sum nor itself has the highest bit.
    !(((other & LOW) + LOW) | other | LOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_several_rows_stand_one_after_the_other() {
        let rows = ["7,\"a, b\",", "\"a \"\"b\"\"\",8,x", "1,2,a long cell in plain letters"];
        let (text, split) = (rows.concat(), Split::Delimited { delimiter: b',', quotes: true });
        let (mut cells, mut start) = (Cells::default(), 0);
        for row in rows {
            cells.add(row.as_bytes(), start, split).unwrap();
            start += row.len();
        }
        let got: Vec<&str> = (0..cells.len()).map(|index| cells.text(&text, index).unwrap()).collect();
        let want = ["7", "a, b", "", "a \"b\"", "8", "x", "1", "2", "a long cell in plain letters"];
        assert_eq!(got, want);
        cells.spoil(3, 3);
        assert_eq!((cells.len(), cells.text(&text, 2), cells.text(&text, 3)), (6, Some(""), None));
        assert!(cells.add(b"1,\"2\"3", start, split).is_err());
    }
}
