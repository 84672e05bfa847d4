//! Syntax errors in the author's words.
//!
//! The parser only knows what belongs at a place. What stands there instead
//! often tells more: an unclosed text, a typographic quote, `≥`, a reserved
//! word, the name of the same thing in other contracts.

use super::block::BlockKind;
use super::error::{Expected, SyntaxError};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lex::{Kind, Lexeme, next_solid};
use crate::source::Source;
use crate::span::Span;
use crate::suggest::{nearest, synonym};
use crate::words;

const CLAUSES: &[&str] = &[
    "contract",
    "calendar",
    "fields",
    "set",
    "journeys",
    "measure",
    "fact",
    "charge",
    "at risk",
    "commitment",
    "convert",
    "bonus",
    "cap",
    "right",
    "history",
    "earn back",
    "penalties",
    "bonuses",
    "deadlines",
    "call",
    "example",
    "accept",
    "after",
];

/// The findings of one fault.
pub(super) fn diagnostics(error: &SyntaxError, source: &Source) -> Vec<Diagnostic> {
    match error {
        SyntaxError::Fault { diagnostic, .. } => vec![diagnostic.as_ref().clone()],
        SyntaxError::Several { earlier, last } => {
            earlier.iter().chain([last.as_ref()]).flat_map(|error| diagnostics(error, source)).collect()
        }
        SyntaxError::Mismatch { at, expected } => vec![unexpected(*at, expected, source)],
        SyntaxError::NotAnItem { at, block } => vec![not_an_item(*at, block, source)],
        SyntaxError::NotAClause { at } => vec![not_a_clause(*at, source)],
    }
}

/// A `}` without its `{`.
pub(super) fn stray_brace(brace: Span) -> SyntaxError {
    let diagnostic = Diagnostic::error(codes::STRAY_BRACE, "this `}` closes nothing")
        .label(brace, "no block is open here")
        .help(Some("leave it out, or look for a `{` that is missing above".to_owned()));
    SyntaxError::Fault { diagnostic: Box::new(diagnostic), resume: brace.end }
}

fn unexpected(at: usize, expected: &Expected, source: &Source) -> Diagnostic {
    let Some(found) = next_solid(source.text(), at) else {
        return missing(Span::new(at, at), expected).note("the text ends here");
    };
    if let Some(diagnostic) = lexical(found, at, source) {
        return diagnostic;
    }
    if let Some(diagnostic) = spelling(found, expected, source) {
        return diagnostic;
    }
    if source.slice(Span::new(at, found.span.start)).contains('\n') {
        return missing(Span::new(at, at), expected);
    }
    let message = format!("expected {}, found `{}`", worded(expected), found.text);
    let near = match expected {
        Expected::Word(word) => nearest(found.text, [*word]),
        Expected::OneOf(words) => nearest(found.text, words.iter().copied()),
        Expected::Part(_) => None,
    };
    let help = near.map(|word| format!("did you mean `{word}`?"));
    let help = help.or_else(|| in_words(found.text));
    Diagnostic::error(codes::UNEXPECTED, message)
        .label(found.span, format!("{} belongs here", worded(expected)))
        .help(help)
}

/// A level compares in words: `>=` is `at least` there.
fn in_words(sign: &str) -> Option<String> {
    let words = match sign {
        ">=" => "at least",
        ">" => "more than",
        "<=" => "at most",
        "<" => "less than",
        _ => return None,
    };
    Some(format!("a level is written in words: for `{sign}` write `{words}`"))
}

fn missing(place: Span, expected: &Expected) -> Diagnostic {
    Diagnostic::error(codes::UNEXPECTED, format!("expected {}", worded(expected)))
        .label(place, format!("{} belongs here", worded(expected)))
}

fn worded(expected: &Expected) -> String {
    match expected {
        Expected::Word(word) => format!("`{word}`"),
        Expected::OneOf(words) => {
            words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
        }
        Expected::Part(part) => (*part).to_owned(),
    }
}

fn not_an_item(at: usize, block: &BlockKind, source: &Source) -> Diagnostic {
    let Some(found) = next_solid(source.text(), at) else {
        return missing(Span::new(at, at), &Expected::Word("}"));
    };
    if let Some(diagnostic) = lexical(found, at, source) {
        return diagnostic;
    }
    let message = format!("`{}` does not start an item of {}", found.text, block.what);
    let diagnostic = Diagnostic::error(codes::UNKNOWN_ITEM, message).label(found.span, "not known here");
    let diagnostic = match block.rows {
        Some(rows) => diagnostic.note(format!("expected {rows}")),
        None if block.words.len() < 8 => diagnostic.note(format!("items here: {}", list(block.words))),
        None => diagnostic,
    };
    let meant = if block.rows.is_some() { None } else { meant(found, block.words) };
    diagnostic.help(pay_help(found, block).or(meant).or_else(|| separator_help(found)))
}

/// `penalty 5% of fee when missed` is a way of paying, and says so.
fn pay_help(found: Lexeme<'_>, block: &BlockKind) -> Option<String> {
    let side = matches!(found.text, "penalty" | "bonus" | "bands" | "scale");
    (side && block.words.contains(&"pay")).then(|| format!("write `pay {} …`", found.text))
}

fn not_a_clause(at: usize, source: &Source) -> Diagnostic {
    let Some(found) = next_solid(source.text(), at) else {
        return missing(Span::new(at, at), &Expected::Part("a clause"));
    };
    if let Some(diagnostic) = lexical(found, at, source) {
        return diagnostic;
    }
    let shown = shorten(found.text);
    Diagnostic::error(codes::UNKNOWN_CLAUSE, format!("no clause starts with `{shown}`"))
        .label(found.span, "a clause starts here, or the one before goes on")
        .note(format!("clauses: {}", list(CLAUSES)))
        .help(meant(found, CLAUSES).or_else(|| separator_help(found)))
}

fn separator_help(found: Lexeme<'_>) -> Option<String> {
    (found.text == ",").then(|| "items are separated by line breaks or `;`".to_owned())
}

/// What the author most likely meant: a word of this place, its name in other
/// contracts, or a word of the language that continues what stands before.
fn meant(found: Lexeme<'_>, here: &[&'static str]) -> Option<String> {
    if found.kind != Kind::Word {
        return None;
    }
    let all =
        || words::WORDS.iter().map(|word| word.text).filter(|text| text.len() > 2 && *text != found.text);
    let near = nearest(found.text, here.iter().copied());
    let meant = near.or_else(|| synonym(found.text)).or_else(|| nearest(found.text, all()))?;
    Some(format!("did you mean `{meant}`?"))
}

/// What is wrong with the piece itself, whatever belongs there.
fn lexical(found: Lexeme<'_>, at: usize, source: &Source) -> Option<Diagnostic> {
    match found.kind {
        Kind::OpenText => Some(
            Diagnostic::error(codes::TEXT_NOT_CLOSED, "this text is not closed")
                .label(found.span, "runs to the end of the line")
                .help(Some("write `\"` where the text ends; a text stays on one line".to_owned())),
        ),
        Kind::OddText => Some(
            Diagnostic::error(codes::ODD_QUOTES, "a text stands between plain double quotes")
                .label(found.span, "other quotes")
                .help(Some(format!("write `\"{}\"`", inside(found.text)))),
        ),
        Kind::Stray => Some(stray(found)),
        Kind::Word => percent_word(found, at, source),
        _ => None,
    }
}

fn inside(text: &str) -> String {
    let mut letters = text.chars();
    letters.next();
    letters.next_back();
    letters.as_str().replace('\\', "\\\\").replace('"', "\\\"")
}

/// `75 percent` and the like.
fn percent_word(found: Lexeme<'_>, at: usize, source: &Source) -> Option<Diagnostic> {
    let after_number = source.slice(Span::new(0, at)).ends_with(|letter: char| letter.is_ascii_digit());
    let unit = match found.text.to_lowercase().as_str() {
        "percent" | "pct" | "percentage" => "%",
        "pp" | "pts" => "points",
        "sec" | "secs" | "s" => "seconds",
        "min" | "mins" => "minutes",
        "h" | "hr" | "hrs" => "hours",
        "d" => "days",
        _ => return None,
    };
    after_number.then(|| {
        Diagnostic::error(codes::UNIT_SPELLING, format!("`{}` is not a unit here", found.text))
            .label(found.span, "unit not known")
            .help(Some(format!("write `{unit}`")))
    })
}

fn stray(found: Lexeme<'_>) -> Diagnostic {
    const INSTEAD: &[(&str, &str)] = &[
        ("≥", "`>=`"),
        ("≤", "`<=`"),
        ("≠", "`!=`"),
        ("×", "`*`"),
        ("÷", "`/`"),
        ("−", "`-`"),
        ("–", "`-`, or `to` between two values"),
        ("—", "`-`, or `to` between two values"),
        ("£", "the currency's code before the number: `GBP 6.00`"),
        ("€", "the currency's code before the number: `EUR 6.00`"),
        ("$", "the currency's code before the number: `USD 6.00`"),
        ("&", "`and`"),
        ("|", "`or`"),
        ("!", "`not`"),
        ("[", "`(`"),
        ("]", "`)`"),
        ("•", "nothing: items need no mark"),
        (".", "a digit on both sides of a decimal point: `0.5`"),
        ("‰", "a part of a hundred: `0.5%`"),
    ];
    let instead = INSTEAD.iter().find(|(sign, _)| found.text.starts_with(sign));
    let shown: String = found.text.chars().take(8).flat_map(visible).collect();
    Diagnostic::error(codes::STRAY_CHARACTER, format!("`{shown}` is not part of the language"))
        .label(found.span, "not known")
        .help(instead.map(|(_, instead)| format!("write {instead}")))
}

fn visible(letter: char) -> Vec<char> {
    if letter.is_control() { letter.escape_unicode().collect() } else { vec![letter] }
}

/// A word that stands where a name belongs but cannot be one.
fn spelling(found: Lexeme<'_>, expected: &Expected, source: &Source) -> Option<Diagnostic> {
    let &Expected::Part(part) = expected else { return None };
    let wants_name =
        ["name", "figure", "field"].iter().any(|word| part.contains(word)) && !part.contains("text");
    if found.kind != Kind::Word || !wants_name {
        return None;
    }
    let hyphenated = hyphenated(found, source);
    if hyphenated.len() == found.text.len() && words::find(found.text).is_some_and(|word| word.reserved) {
        return Some(reserved(found, part));
    }
    let whole = Span::new(found.span.start, found.span.start + hyphenated.len());
    if hyphenated.len() == found.text.len() && words::is_name_spelling(found.text) {
        return None;
    }
    let better: String =
        hyphenated.to_lowercase().chars().map(|it| if it == '-' { '_' } else { it }).collect();
    Some(
        Diagnostic::error(
            codes::NAME_SPELLING,
            format!("`{}` is not spelled as a name", shorten(hyphenated)),
        )
        .label(whole, "a name has `a` to `z`, `0` to `9` and `_`, and starts with a letter")
        .help(words::is_name(&better).then(|| format!("write `{better}`"))),
    )
}

fn reserved(found: Lexeme<'_>, part: &str) -> Diagnostic {
    Diagnostic::error(codes::RESERVED_WORD, format!("expected {part}, found the word `{}`", found.text))
        .label(found.span, "has a meaning of its own and cannot be a name")
}

/// The word together with what hangs on it by hyphens: `on-time`.
fn hyphenated<'s>(found: Lexeme<'_>, source: &'s Source) -> &'s str {
    let rest = source.text().get(found.span.start..).unwrap_or_default();
    let end = rest.find(|letter: char| letter != '-' && !crate::lex::is_word(letter)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default().trim_end_matches('-')
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_owned() } else { text.chars().take(39).chain(['…']).collect() }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
