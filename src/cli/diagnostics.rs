//! Diagnostics drawn for people. The only place that knows the drawing crate.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};
use meed_grammar::Source;
use meed_grammar::diagnostic::{Diagnostic, Severity};
use meed_grammar::span::Span;

/// A diagnostic with the lines it points at.
///
/// ```text
/// error[E0203]: `on_tme` is not a measure of this contract
///   --> terms.contract:14:8
///    |
/// 14 |   target on_tme at least 95%
///    |          ^^^^^^ not declared
///    = help: did you mean `on_time`?
///    = more: meed explain E0203
/// ```
pub fn draw(diagnostic: &Diagnostic, source: &Source, width: u16) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    let mut group = title.elements(snippet(diagnostic, source));
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let more = format!("meed explain {}", diagnostic.code);
    group = group.element(Level::NOTE.with_name("more").message(more.as_str()));
    Renderer::styled().term_width(width.into()).render(&[group]).to_string()
}

/// The source with its marked places; none when the diagnostic has no place.
fn snippet<'a>(diagnostic: &'a Diagnostic, source: &'a Source) -> Option<Snippet<'a, Annotation<'a>>> {
    let (first, others) = diagnostic.labels.split_first()?;
    let mark = |kind: AnnotationKind, span: Span, text: &'a str| {
        let annotation = kind.span(within(span, source.text()));
        if text.is_empty() { annotation } else { annotation.label(text) }
    };
    let others = others.iter().map(|label| mark(AnnotationKind::Context, label.span, &label.text));
    let first = mark(AnnotationKind::Primary, first.span, &first.text);
    Some(Snippet::source(source.text()).path(source.label()).annotation(first).annotations(others))
}

/// The span as a range that lies on characters of `text`.
fn within(span: Span, text: &str) -> Range<usize> {
    let on_character =
        |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = on_character(span.start);
    start..on_character(span.end).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(diagnostic: &Diagnostic, source: &Source) -> String {
        anstream::adapter::strip_str(&draw(diagnostic, source, 100)).to_string()
    }

    #[test]
    fn a_diagnostic_shows_its_place_notes_help_and_page() {
        let source = Source::new("terms.contract", "a\n  target on_tme at least 95%\n");
        let diagnostic = Diagnostic::error("E0203", "`on_tme` is not a measure of this contract")
            .label(Span::new(11, 17), "not declared")
            .note("measures here: `on_time`")
            .help("did you mean `on_time`?".to_string());
        let want = "\
error[E0203]: `on_tme` is not a measure of this contract
 --> terms.contract:2:10
  |
2 |   target on_tme at least 95%
  |          ^^^^^^ not declared
  |
  = note: measures here: `on_time`
  = help: did you mean `on_time`?
  = more: meed explain E0203";
        assert_eq!(plain(&diagnostic, &source), want);
    }

    #[test]
    fn odd_spans_do_not_break_the_drawing() {
        for text in ["", "é", "a\r\nb", "\n\n"] {
            let source = Source::new("t", text);
            for span in [Span::new(0, 0), Span::new(1, 2), Span::new(5, 9), Span::new(2, 1)] {
                let drawn = plain(&Diagnostic::error("E0101", "odd").label(span, ""), &source);
                assert!(drawn.contains("meed explain E0101"), "{text:?} {span:?}: {drawn}");
            }
        }
        assert!(plain(&Diagnostic::warning("W0602", "no place"), &Source::new("t", "")).contains("no place"));
    }
}
