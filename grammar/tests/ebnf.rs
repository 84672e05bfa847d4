//! The grammar as the parser's doc comments state it.
//!
//! ```text
//! set = "set" name "=" set_expr [ "dated" "by" name ] ;
//! ```
//! is a production; `[ ]` may be left out, `{ }` may be repeated, `? ?` is said
//! in words.

use crate::support::{files, path};
use std::fs;

/// The right-hand side of a production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    Word(String),
    Name(String),
    Said,
    All(Vec<Rule>),
    OneOf(Vec<Rule>),
    Maybe(Box<Rule>),
    Many(Box<Rule>),
}

/// One production: its name, its rule, and its text.
#[derive(Debug, Clone)]
pub struct Production {
    pub name: String,
    pub rule: Rule,
    pub text: String,
}

/// The parser's files in the order a reader goes: from the whole to the parts.
const ORDER: &[&str] = &[
    "parse",
    "head",
    "calendar",
    "set",
    "journey",
    "measure",
    "kind",
    "score",
    "charge",
    "pricing",
    "back",
    "commitment",
    "levels",
    "proof",
    "pay",
    "rules",
    "history",
    "cap",
    "remedy",
    "deadline",
    "relief",
    "example",
    "amendment",
    "accept",
    "expr",
    "past",
    "situation",
    "primary",
    "quantity",
    "token",
];

/// All productions, the whole first.
pub fn productions() -> Vec<Production> {
    let sources: Vec<_> = files("src/parse", "rs").into_iter().chain([path("src/parse.rs")]).collect();
    let stem = |path: &std::path::Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    for source in &sources {
        let text = fs::read_to_string(source).unwrap();
        let listed = ORDER.contains(&stem(source).as_str());
        assert!(listed || !text.contains("```ebnf"), "{} is not in ORDER", source.display());
    }
    let of = |name: &&str| sources.iter().find(|path| stem(path) == **name).unwrap();
    ORDER.iter().flat_map(|name| in_file(&fs::read_to_string(of(name)).unwrap())).collect()
}

fn in_file(source: &str) -> Vec<Production> {
    let parts = source.split("/// ```ebnf\n").skip(1);
    let blocks = parts.map(|part| part.split("/// ```").next().unwrap().replace("/// ", ""));
    blocks.flat_map(|block| split(&block)).collect()
}

fn split(block: &str) -> Vec<Production> {
    let ends = block.trim_end().strip_suffix(';').unwrap_or_else(|| panic!("no `;` at the end of {block}"));
    let texts = ends.split(" ;\n").map(|text| format!("{} ;", text.trim_end()));
    texts.map(|text| production(&text)).collect()
}

fn production(text: &str) -> Production {
    let (name, rest) = text.split_once(" = ").unwrap_or_else(|| panic!("no ` = ` in {text}"));
    let mut tokens = tokens(rest.trim_end_matches(" ;"));
    tokens.reverse();
    let rule = one_of(&mut tokens);
    assert!(tokens.is_empty(), "{name}: {tokens:?} is left over");
    Production { name: name.trim().to_owned(), rule, text: text.to_owned() }
}

fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '?' => rest[1..].find(first).unwrap() + 2,
            _ => rest.find(char::is_whitespace).unwrap_or(rest.len()),
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

fn one_of(tokens: &mut Vec<String>) -> Rule {
    let mut choices = vec![all(tokens)];
    while tokens.last().is_some_and(|token| token == "|") {
        tokens.pop();
        choices.push(all(tokens));
    }
    if choices.len() == 1 { choices.remove(0) } else { Rule::OneOf(choices) }
}

fn all(tokens: &mut Vec<String>) -> Rule {
    let mut parts = Vec::new();
    while let Some(token) = tokens.pop_if(|token| !["|", ")", "]", "}"].contains(&token.as_str())) {
        let mut inside = |close: &str| {
            let rule = one_of(tokens);
            assert_eq!(tokens.pop().as_deref(), Some(close));
            rule
        };
        parts.push(match token.as_str() {
            "(" => inside(")"),
            "[" => Rule::Maybe(Box::new(inside("]"))),
            "{" => Rule::Many(Box::new(inside("}"))),
            _ if token.starts_with('"') => Rule::Word(token.trim_matches('"').to_owned()),
            _ if token.starts_with('?') => Rule::Said,
            _ => Rule::Name(token),
        });
    }
    if parts.len() == 1 { parts.remove(0) } else { Rule::All(parts) }
}

/// Calls `see` with every part of a rule.
pub fn visit(rule: &Rule, see: &mut dyn FnMut(&Rule)) {
    see(rule);
    match rule {
        Rule::All(parts) | Rule::OneOf(parts) => parts.iter().for_each(|part| visit(part, see)),
        Rule::Maybe(inner) | Rule::Many(inner) => visit(inner, see),
        Rule::Word(_) | Rule::Name(_) | Rule::Said => {}
    }
}

#[test]
fn a_production_is_read_as_it_is_written() {
    let read = production("a = ( \"x\" | b ) [ c ] { \"{\" } ;");
    let word = |text: &str| Rule::Word(text.to_owned());
    let name = |text: &str| Rule::Name(text.to_owned());
    let choice = Rule::OneOf(vec![word("x"), name("b")]);
    let (maybe, many) = (Rule::Maybe(Box::new(name("c"))), Rule::Many(Box::new(word("{"))));
    assert_eq!(read.rule, Rule::All(vec![choice, maybe, many]));
}
