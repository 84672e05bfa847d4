//! The smallest pieces of a contract text.
//!
//! `target at least 75%   # why` is word, word, word, number, symbol, comment
//! with spaces between. Parser, recovery, formatter and highlighter all cut
//! the text with [`lexeme`], so they cannot disagree about where a text ends.

use crate::span::Span;

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// White space and invisible marks.
    Space,
    /// `#` to the end of the line.
    Comment,
    /// Letters, digits and `_`, not starting with a digit.
    Word,
    /// `8,000`, `1_000.50`
    Number,
    /// `2026-01-31`, not yet checked.
    Date,
    /// `08:00`, `22:53:53`, not yet checked.
    Clock,
    /// `"…"`
    Text,
    /// `"…` without its closing quote on the same line.
    OpenText,
    /// A text in quotes other than `"`.
    OddText,
    /// Punctuation and operators.
    Symbol,
    /// Anything else.
    Stray,
}

/// A piece with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lexeme<'s> {
    pub kind: Kind,
    pub text: &'s str,
    pub span: Span,
}

impl Lexeme<'_> {
    /// Whether this is the symbol or word `text`.
    pub fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Symbol) && self.text == text
    }

    /// Whether nothing of the meaning depends on it.
    pub fn is_trivia(&self) -> bool {
        matches!(self.kind, Kind::Space | Kind::Comment)
    }
}

/// All pieces of `text` from byte `from` on, without gaps.
pub(crate) fn lexemes(text: &str, from: usize) -> impl Iterator<Item = Lexeme<'_>> {
    let mut at = from;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let (kind, length) = lexeme(rest)?;
        let span = Span::new(at, at + length);
        at = span.end;
        Some(Lexeme { kind, text: rest.get(..length)?, span })
    })
}

/// The first piece that is neither space nor comment at or after byte `from`.
pub(crate) fn next_solid(text: &str, from: usize) -> Option<Lexeme<'_>> {
    lexemes(text, from).find(|lexeme| !lexeme.is_trivia())
}

/// The piece `text` starts with and its length in bytes; none at the end.
pub(crate) fn lexeme(text: &str) -> Option<(Kind, usize)> {
    let first = text.chars().next()?;
    let piece = match first {
        '#' => (Kind::Comment, line_length(text)),
        '"' => quoted(text),
        '0'..='9' => numeric(text),
        _ if is_space(first) => (Kind::Space, prefix(text, is_space)),
        _ if is_word_start(first) => (Kind::Word, hyphened(text).unwrap_or_else(|| prefix(text, is_word))),
        _ if is_odd_quote(first) => odd_quoted(text, first),
        _ => match symbol_length(text) {
            Some(length) => (Kind::Symbol, length),
            // Signs like `½` can stand in a word but not start one.
            None => (Kind::Stray, prefix(text, is_stray).max(first.len_utf8())),
        },
    };
    Some(piece)
}

/// How many bytes of space and comments `text` starts with.
pub(crate) fn trivia_length(text: &str) -> usize {
    let mut length = 0;
    loop {
        let rest = text.get(length..).unwrap_or_default();
        let more = match rest.chars().next() {
            Some('#') => line_length(rest),
            Some(first) if is_space(first) => prefix(rest, is_space),
            _ => return length,
        };
        length += more;
    }
}

/// Whether `letter` can stand in a word.
pub(crate) fn is_word(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

fn is_word_start(letter: char) -> bool {
    letter == '_' || letter.is_alphabetic()
}

/// The length of the only words with a hyphen: `one-sided`, `two-sided`.
fn hyphened(text: &str) -> Option<usize> {
    let words = ["one-sided", "two-sided"];
    let ends = |rest: &str| !rest.starts_with(is_word);
    words.iter().find(|word| text.strip_prefix(**word).is_some_and(ends)).map(|word| word.len())
}

/// White space, byte order mark, zero-width space.
fn is_space(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{feff}' | '\u{200b}')
}

fn is_odd_quote(letter: char) -> bool {
    matches!(letter, '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '‚' | '\'')
}

fn is_stray(letter: char) -> bool {
    let known = is_space(letter) || is_word(letter) || is_odd_quote(letter);
    !known && !matches!(letter, '#' | '"') && symbol_length(letter.encode_utf8(&mut [0; 4])).is_none()
}

fn symbol_length(text: &str) -> Option<usize> {
    let mut letters = text.chars();
    match (letters.next()?, letters.next()) {
        ('!' | '<' | '>', Some('=')) => Some(2),
        ('{' | '}' | '(' | ')' | ',' | ';' | ':' | '=' | '<' | '>' | '+' | '-' | '*' | '/' | '%', _) => {
            Some(1)
        }
        _ => None,
    }
}

fn prefix(text: &str, keep: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !keep(letter)).unwrap_or(text.len())
}

fn line_length(text: &str) -> usize {
    let line = text.split('\n').next().unwrap_or_default();
    line.strip_suffix('\r').unwrap_or(line).len()
}

fn quoted(text: &str) -> (Kind, usize) {
    let line = text.get(..line_length(text)).unwrap_or_default();
    let mut escaped = false;
    for (at, letter) in line.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return (Kind::Text, at + 1),
            _ => escaped = letter == '\\' && !escaped,
        }
    }
    (Kind::OpenText, line.len())
}

fn odd_quoted(text: &str, opening: char) -> (Kind, usize) {
    let line = text.get(..line_length(text)).unwrap_or_default();
    let single = matches!(opening, '\'' | '‘' | '’' | '‚');
    let closes = |letter: char| match letter {
        '\'' | '‘' | '’' => single,
        '"' | '“' | '”' | '«' | '»' => !single,
        _ => false,
    };
    match line.char_indices().skip(1).find(|(_, letter)| closes(*letter)) {
        Some((at, letter)) => (Kind::OddText, at + letter.len_utf8()),
        None => (Kind::Stray, opening.len_utf8()),
    }
}

fn numeric(text: &str) -> (Kind, usize) {
    let digits = prefix(text, |letter| letter.is_ascii_digit());
    if !matches!(text.as_bytes().get(digits), Some(b'-' | b':')) {
        return (Kind::Number, number_length(text));
    }
    let shaped = |shape: &str| {
        let fits = shape.bytes().enumerate().all(|(at, want)| match (want, text.as_bytes().get(at)) {
            (b'0', Some(got)) => got.is_ascii_digit(),
            (want, got) => got == Some(&want),
        });
        let ends = !text.get(shape.len()..).unwrap_or_default().starts_with(is_word);
        (fits && ends).then_some(shape.len())
    };
    let date = shaped("0000-00-00").map(|length| (Kind::Date, length));
    let clocks = ["00:00:00", "0:00:00", "00:00", "0:00"];
    let clock = || clocks.into_iter().find_map(shaped).map(|length| (Kind::Clock, length));
    date.or_else(clock).unwrap_or_else(|| (Kind::Number, number_length(text)))
}

fn number_length(text: &str) -> usize {
    let digits = |from: usize| prefix(text.get(from..).unwrap_or_default(), |letter| letter.is_ascii_digit());
    let mut length = digits(0);
    let may_group = length <= 3;
    loop {
        let more = digits(length + 1);
        match text.as_bytes().get(length) {
            Some(b',') if more == 3 && may_group => length += 4,
            Some(b'_') if more > 0 => length += 1 + more,
            _ => break,
        }
    }
    match text.as_bytes().get(length) {
        Some(b'.') if digits(length + 1) > 0 => length + 1 + digits(length + 1),
        _ => length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, kind: Kind, piece: &str) {
        assert_eq!(lexeme(text), Some((kind, piece.len())), "{text}");
        assert!(text.starts_with(piece));
    }

    #[test]
    fn thousands_commas_belong_to_a_number_and_list_commas_do_not() {
        check("8,000 GBP", Kind::Number, "8,000");
        check("1,250.50", Kind::Number, "1,250.50");
        check("1_000.5", Kind::Number, "1_000.5");
        check("1, 2", Kind::Number, "1");
        check("1,20", Kind::Number, "1");
        check("2026,100", Kind::Number, "2026");
        check("5.", Kind::Number, "5");
    }

    #[test]
    fn dates_and_clocks_are_told_from_numbers() {
        check("2026-01-31 x", Kind::Date, "2026-01-31");
        check("2026-1-31", Kind::Number, "2026");
        check("08:00 to", Kind::Clock, "08:00");
        check("22:53:53", Kind::Clock, "22:53:53");
    }

    #[test]
    fn a_text_ends_on_its_line() {
        check("\"a \\\" b\" c", Kind::Text, "\"a \\\" b\"");
        check("\"a \r\n b\"", Kind::OpenText, "\"a ");
        check("\"a\\", Kind::OpenText, "\"a\\");
    }

    #[test]
    fn odd_quotes_are_one_piece() {
        check("“fine” x", Kind::OddText, "“fine”");
        check("’s", Kind::Stray, "’");
    }

    #[test]
    fn pieces_leave_no_gap() {
        let text = "\u{feff}a ≥≥ 5 ½ٳ # c\r\n\"x\" \u{0}{}";
        let joined: String = lexemes(text, 0).map(|lexeme| lexeme.text).collect();
        assert_eq!(joined, text);
    }
}
