//! Every code by a wrong contract and the smallest right one beside it.

use meed_grammar::Source;

mod whole;

/// What a text gives: the code, line and column of every finding.
fn found(text: &str) -> Vec<String> {
    let source = Source::new("t", text);
    let parsed = meed_grammar::parse(&source);
    let (_, checked) = super::contract(&parsed.tree);
    let place = |it: &meed_grammar::diagnostic::Diagnostic| {
        let place = source.place(it.span().unwrap_or_default().start);
        format!("{} {}:{} {}", it.code, place.line, place.column, it.message)
    };
    parsed.diagnostics.iter().chain(&checked).map(place).collect()
}
