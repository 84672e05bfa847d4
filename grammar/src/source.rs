//! A source text and where its bytes stand: line and column.
//!
//! Lines and columns count from one. `"é = 1"` has the `=` at byte 3, at
//! character column 3 and at UTF-16 column 3; an emoji before it would make
//! the UTF-16 column one more than the character column.

use crate::span::Span;

/// One contract text with the label reports call it by.
#[derive(Debug, Clone)]
pub struct Source {
    label: String,
    text: String,
    line_starts: Vec<usize>,
}

/// A place as people and editors count it, from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column in characters.
    pub column: usize,
    /// Column in UTF-16 units, which editors count.
    pub utf16: usize,
}

impl Source {
    /// `text`, called `label` (usually its path) in reports.
    pub fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after_breaks).collect();
        Self { label: label.into(), text, line_starts }
    }

    /// What reports call this text.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of `span`; empty when the span is not of this text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Where byte `at` stands; a byte past the end stands at the end.
    #[must_use]
    pub fn place(&self, at: usize) -> Place {
        let line = self.line_starts.partition_point(|start| *start <= at).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or_default();
        let end = at.min(self.text.len());
        let before = (start..=end).rev().find_map(|end| self.text.get(start..end)).unwrap_or_default();
        Place { line, column: before.chars().count() + 1, utf16: before.encode_utf16().count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, at: usize, line: usize, column: usize, utf16: usize) {
        assert_eq!(Source::new("t", text).place(at), Place { line, column, utf16 });
    }

    #[test]
    fn columns_count_characters_and_utf16_units() {
        check("é = 1", 3, 1, 3, 3);
        check("😀= 1", 4, 1, 2, 3);
    }

    #[test]
    fn a_carriage_return_belongs_to_its_line() {
        check("a\r\nb", 3, 2, 1, 1);
    }

    #[test]
    fn a_byte_inside_a_character_or_past_the_end_still_has_a_place() {
        check("aé", 2, 1, 2, 2);
        check("ab\n", 99, 2, 1, 1);
        check("", 0, 1, 1, 1);
    }
}
