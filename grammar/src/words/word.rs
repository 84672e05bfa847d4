//! What the list says of a word: how it is written, its part, what it means.

/// What part a piece of text plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Starts a clause.
    Clause,
    /// Starts an item of a block.
    Item,
    /// A calculation or a worded form.
    Form,
    /// Compares, joins or calculates.
    Operator,
    /// Unit of a number.
    Unit,
    /// A fixed value: `yes`, `monthly`, `met`.
    Value,
    /// Joins the parts of a sentence.
    Connective,
    /// Punctuation.
    Symbol,
    /// A name the author chose, or a field of a table.
    Name,
    /// A text in quotes.
    Text,
    /// A number, a date, a time of day, a currency code.
    Number,
    /// `#` to the end of the line.
    Comment,
    /// Not part of the language.
    Unknown,
}

/// A word of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// As it is written.
    pub text: &'static str,
    /// What part it plays.
    pub role: Role,
    /// What it means, in one sentence.
    pub doc: &'static str,
    /// Whether it cannot be a name.
    pub reserved: bool,
}

pub(super) const fn word(text: &'static str, role: Role, doc: &'static str) -> Word {
    Word { text, role, doc, reserved: false }
}

pub(super) const fn reserved(text: &'static str, role: Role, doc: &'static str) -> Word {
    Word { text, role, doc, reserved: true }
}
