//! Sentences drawn from the grammar are read without faults and survive
//! formatting; damaged and arbitrary text never stops the parser.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use meed_grammar::format::expr_text;
use meed_grammar::tree::{Expr, ExprKind, Part};
use meed_grammar::{Source, codes, highlight, parse};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, RngSeed, TestRng};

use crate::ebnf::{Rule, productions};
use crate::support::{blocks, read, survives_formatting};

static RULES: LazyLock<BTreeMap<String, Rule>> =
    LazyLock::new(|| productions().into_iter().map(|it| (it.name, it.rule)).collect());

/// Draws sentences; the deeper, the more often it takes the short way.
struct Drawing {
    rng: TestRng,
    words: Vec<String>,
}

impl Drawing {
    fn pick(&mut self, n: usize) -> usize {
        usize::try_from(self.rng.next_u32()).unwrap() % n
    }

    fn rule(&mut self, rule: &Rule, depth: usize) {
        let short = self.words.len() > 40 || depth > 30;
        match rule {
            Rule::Word(word) => self.words.push(word.clone()),
            Rule::Name(name) => self.name(name, depth + 1),
            Rule::Said => unreachable!("said in words: drawn by name"),
            Rule::All(parts) => parts.iter().for_each(|part| self.rule(part, depth)),
            Rule::OneOf(choices) => {
                let choice = if short { 0 } else { self.pick(choices.len()) };
                self.rule(&choices[choice], depth);
            }
            Rule::Maybe(inner) => {
                if !short && self.pick(3) == 0 {
                    self.rule(inner, depth);
                }
            }
            Rule::Many(inner) => {
                let times = if short { 0 } else { self.pick(6).saturating_sub(3) };
                (0..times).for_each(|_| self.rule(inner, depth));
            }
        }
    }

    fn name(&mut self, name: &str, depth: usize) {
        let texts: &[&str] = match name {
            "name" => &[
                "contacts",
                "b2",
                "case",
                "by",
                "at",
                "to",
                "from",
                "status",
                "value",
                "customers",
                "x",
                "unit",
            ],
            "text" => &["\"a\"", "\"say \\\"b\\\" \\\\ # c\"", "\"é {\""],
            "number" => &["0", "5", "8,000", "1_000.50", "75.25"],
            "date" => &["2026-01-31", "2024-02-29"],
            "small" => &["2", "16"],
            "clock" => &["00:00", "08:30", "22:53:53", "24:00"],
            "currency" => &["GBP", "USD"],
            "warning" => &["W0605", "W0601"],
            _ => {
                let rule = &RULES[name];
                return self.rule(rule, depth);
            }
        };
        let picked = texts[self.pick(texts.len())].to_owned();
        self.words.push(picked);
    }
}

fn sentence(start: &str, seed: u64) -> String {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed.to_le_bytes(); 4].concat());
    let mut drawing = Drawing { rng, words: Vec::new() };
    drawing.name(start, 0);
    let breaks = [" ", " ", " ", "\n", "\t", "  ", " # c\n"];
    let mut text = String::new();
    for word in std::mem::take(&mut drawing.words) {
        text.push_str(&word);
        let space = drawing.pick(breaks.len());
        text.push_str(breaks[space]);
    }
    text
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn every_clause_that_is_drawn_is_read_and_survives_formatting(seed: u64) {
        let text = sentence("clause", seed);
        let found = parse(&Source::new("drawn", text.clone())).diagnostics;
        // That an item stands once in its block is not for productions to say.
        if found.iter().any(|it| it.code == codes::ITEM_TWICE) {
            return Ok(());
        }
        survives_formatting("drawn", &text);
    }

    #[test]
    fn the_text_of_an_expression_is_read_back_as_the_same(seed: u64) {
        let text = format!("charge f = {}", sentence("expr", seed));
        let first = value(&text);
        let shown = expr_text(&first);
        prop_assert_eq!(&value(&format!("charge f = {shown}")), &first, "{} became {}", text, shown);
        prop_assert_eq!(expr_text(&value(&format!("charge f = {shown}"))), shown);
    }
}

/// The value of the one charge of a text.
fn value(text: &str) -> Expr {
    let parsed = parse(&Source::new("drawn", text));
    assert_eq!(parsed.diagnostics, [], "{text}");
    let mut first = None;
    parsed.tree.walk(&mut |part| {
        if let Part::Expr(expr) = part {
            first.get_or_insert(expr.clone());
        }
    });
    first.unwrap_or_else(|| panic!("no expression in {text}"))
}

#[test]
fn most_sentences_are_whole() {
    let whole = |seed: &u64| parse(&Source::new("drawn", sentence("clause", *seed))).diagnostics.is_empty();
    let n_whole = (0..100).filter(whole).count();
    assert!(n_whole > 70, "only {n_whole} of 100 drawn clauses were tried");
}

/// Reads a text and looks at all that is made of it.
fn read_anything(text: &str) {
    let source = Source::new("any", text);
    let parsed = parse(&source);
    for diagnostic in &parsed.diagnostics {
        let span = diagnostic.span().expect("every syntax error has a place");
        assert!(text.get(span.range()).is_some(), "{span:?} is not a place of the text");
        assert!(source.place(span.start).line >= 1);
    }
    let ranges = highlight::ranges(&source);
    assert!(ranges.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
}

static BASIS: LazyLock<String> = LazyLock::new(|| blocks(&read("README.md"), "contract").concat());

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn arbitrary_text_never_stops_the_parser(text in "(?s).{0,300}") {
        read_anything(&text);
    }

    #[test]
    fn a_mix_of_words_never_stops_the_parser(
        picks in prop::collection::vec(0..meed_grammar::words::WORDS.len() + 6, 0..120)
    ) {
        let others = ["a", "5", "\"t\"", "\n", "\"open", "GBP"];
        let word = |at: &usize| meed_grammar::words::WORDS.get(*at).map_or_else(|| others[*at % 6], |word| word.text);
        read_anything(&picks.iter().map(word).collect::<Vec<_>>().join(" "));
    }

    #[test]
    fn a_damaged_contract_never_stops_the_parser(
        cuts in prop::collection::vec((0_usize..1000, 0_usize..12, "[\"{}();#≥“x0 \n]{0,3}"), 1..5)
    ) {
        let mut text: Vec<char> = BASIS.chars().collect();
        for (place, length, instead) in cuts {
            let at = text.len() * place / 1000;
            let end = (at + length).min(text.len());
            text.splice(at..end, instead.chars());
        }
        read_anything(&text.into_iter().collect::<String>());
    }
}

#[test]
fn every_kind_of_expression_is_drawn() {
    let mut kinds = std::collections::BTreeSet::new();
    for seed in 0..400 {
        let parsed = parse(&Source::new("drawn", format!("charge f = {}", sentence("expr", seed))));
        parsed.tree.walk(&mut |part| {
            if let Part::Expr(expr) = part {
                kinds.insert(kind(&expr.value));
            }
        });
    }
    assert_eq!(kinds.len(), 23, "{kinds:?}");
}

fn kind(expr: &ExprKind) -> String {
    let shown = format!("{expr:?}");
    shown.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned()
}
