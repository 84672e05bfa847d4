//! UTF-16 files as UTF-8: whole units are decoded as they come; what is no letter becomes a byte that is no UTF-8.

use std::io::{BufRead, Read, Result};

/// UTF-16 text turned into UTF-8 while it is read.
pub(super) struct Utf16 {
    bytes: Box<dyn BufRead + Send>,
    big: Option<bool>,
    default_big: bool,
    buffer: Vec<u8>,
    at: usize,
    /// A unit that waits for its second half.
    high: Option<u16>,
}

/// A byte that never occurs in UTF-8: marks a unit that is no letter.
const BROKEN: u8 = 0xff;

impl Utf16 {
    /// Reads `bytes`, big endian or not unless a byte order mark says which.
    pub fn new(bytes: Box<dyn BufRead + Send>, big: bool) -> Self {
        Self { bytes, big: None, default_big: big, buffer: Vec::new(), at: 0, high: None }
    }

    /// Decodes some more; false at the end.
    fn refill(&mut self) -> Result<bool> {
        self.buffer.clear();
        self.at = 0;
        let mut raw = Vec::new();
        (&mut self.bytes).take(1 << 16).read_to_end(&mut raw)?;
        if self.big.is_none() && !raw.is_empty() {
            self.big = Some(match raw.get(..2) {
                Some([0xfe, 0xff]) => true,
                Some([0xff, 0xfe]) => false,
                _ => self.default_big,
            });
        }
        let big = self.big.unwrap_or(self.default_big);
        for pair in raw.chunks(2) {
            match *pair {
                [a, b] => {
                    self.unit(if big { u16::from_be_bytes([a, b]) } else { u16::from_le_bytes([a, b]) })
                }
                _ => self.buffer.push(BROKEN),
            }
        }
        if raw.is_empty() && self.high.take().is_some() {
            self.buffer.push(BROKEN);
        }
        Ok(!raw.is_empty())
    }

    fn unit(&mut self, unit: u16) {
        let pair: Vec<u16> = self.high.take().into_iter().chain([unit]).collect();
        if pair.len() == 1 && (0xd800..0xdc00).contains(&unit) {
            self.high = Some(unit);
            return;
        }
        for letter in char::decode_utf16(pair) {
            match letter {
                Ok(letter) => self.buffer.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(_) => self.buffer.push(BROKEN),
            }
        }
    }
}

impl Read for Utf16 {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let mut available = self.fill_buf()?;
        let count = available.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Utf16 {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        while self.at >= self.buffer.len() && self.refill()? {}
        Ok(self.buffer.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
    }
}
