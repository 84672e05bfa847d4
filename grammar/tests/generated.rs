//! Files that are written from others are current; `BLESS=1` writes them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use meed_grammar::words::{Role, WORDS};

use crate::ebnf::{Rule, productions, visit};
use crate::support::path;

#[track_caller]
fn assert_current(inside: &str, want: &str) {
    let file = path(inside);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, want).unwrap();
    }
    let is = fs::read_to_string(&file).unwrap_or_default();
    assert!(is == want, "{inside} is not current: run the tests with BLESS=1 and look at the difference");
}

#[test]
fn the_grammar_on_one_page_is_current() {
    let mut page = String::from(
        "(* The contract language on one page; written from the parser's doc comments by a test.\n   \
         [ x ] may be left out, { x } may be repeated, x | y is one of both, ? … ? is said in words.\n   \
         Comments run from # to the end of their line; white space and line breaks have no meaning. *)\n",
    );
    let mut last = String::new();
    for production in productions() {
        let text = production.text.trim_end();
        if text.contains('\n') || last.contains('\n') || last.is_empty() {
            page.push('\n');
        }
        writeln!(page, "{text}").unwrap();
        text.clone_into(&mut last);
    }
    assert_current("contract.ebnf", &page);
}

#[test]
fn every_name_of_the_grammar_is_defined_once_and_used() {
    let productions = productions();
    let defined: Vec<_> = productions.iter().map(|it| it.name.clone()).collect();
    let unique: BTreeSet<_> = defined.iter().cloned().collect();
    assert_eq!(defined.len(), unique.len(), "a production is defined twice");
    let mut used = BTreeSet::from(["contract_file".to_owned()]);
    for production in &productions {
        visit(&production.rule, &mut |rule| {
            if let Rule::Name(name) = rule {
                assert!(unique.contains(name), "`{name}` in `{}` is not defined", production.name);
                used.insert(name.clone());
            }
        });
    }
    assert_eq!(unique, used, "defined but not used, or the other way round");
}

#[test]
fn the_grammar_and_the_word_list_have_the_same_words() {
    let mut quoted = BTreeSet::new();
    for production in productions() {
        visit(&production.rule, &mut |rule| {
            if let Rule::Word(word) = rule {
                quoted.insert(word.clone());
            }
        });
    }
    let listed: BTreeSet<_> = WORDS.iter().map(|word| word.text.to_owned()).collect();
    assert_eq!(quoted, listed);
}

const ROLES: [(Role, &str, &str); 8] = [
    (Role::Clause, "Words that start a clause", "keyword.control.contract"),
    (Role::Item, "Words that start an item", "support.type.property-name.contract"),
    (Role::Form, "Calculations", "support.function.contract"),
    (Role::Operator, "Operators", "keyword.operator.contract"),
    (Role::Unit, "Units", "keyword.other.unit.contract"),
    (Role::Value, "Fixed values", "constant.language.contract"),
    (Role::Connective, "Connectives", "keyword.other.contract"),
    (Role::Symbol, "Punctuation", "punctuation.contract"),
];

#[test]
fn the_table_of_words_is_current() {
    let mut page =
        String::from("# Words\n\nWritten from `src/words.rs` by a test. **Bold** words cannot be names.\n");
    for (role, title, _) in ROLES {
        write!(page, "\n## {title}\n\n| word | meaning |\n|---|---|\n").unwrap();
        for word in WORDS.iter().filter(|word| word.role == role) {
            let bold = if word.reserved { "**" } else { "" };
            writeln!(page, "| {bold}`{}`{bold} | {} |", word.text, word.doc).unwrap();
        }
    }
    assert_current("words.md", &page);
}

/// A rule of the editor grammar.
fn pattern(scope: &str, expression: &str) -> String {
    let escaped = expression.replace('\\', "\\\\").replace('"', "\\\"");
    format!("    {{ \"name\": \"{scope}\", \"match\": \"{escaped}\" }}")
}

#[test]
fn the_editor_grammar_is_current() {
    let mut rules = vec![
        pattern("comment.line.number-sign.contract", "#.*$"),
        pattern("string.quoted.double.contract", r#""(?:\\.|[^"\\])*""#),
        pattern("constant.other.date.contract", r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b"),
        pattern("constant.numeric.contract", r"\b\d{1,3}(?:,\d{3})+(?:\.\d+)?\b|\b\d[\d_]*(?:\.\d+)?\b"),
        pattern("constant.other.currency.contract", r"\b[A-Z]{3}\b"),
    ];
    for (role, _, scope) in ROLES {
        let of_role = WORDS.iter().filter(|word| word.role == role).map(|word| word.text);
        let (mut words, mut signs): (Vec<_>, Vec<_>) =
            of_role.partition(|text| text.starts_with(|letter: char| letter.is_alphabetic()));
        words.sort_unstable();
        signs.sort_unstable_by_key(|sign| std::cmp::Reverse(sign.len()));
        if !words.is_empty() {
            rules.push(pattern(scope, &format!(r"\b(?:{})\b", words.join("|"))));
        }
        if !signs.is_empty() {
            let escaped: Vec<_> = signs.iter().map(|sign| escape(sign)).collect();
            rules.push(pattern(scope, &escaped.join("|")));
        }
    }
    let json = format!(
        "{{\n  \"name\": \"Meed contract\",\n  \"scopeName\": \"source.contract\",\n  \"fileTypes\": [\"contract\"],\n  \
         \"patterns\": [\n{}\n  ]\n}}\n",
        rules.join(",\n")
    );
    assert_current("editors/contract.tmLanguage.json", &json);
}

/// A sign as a regular expression.
fn escape(sign: &str) -> String {
    sign.chars()
        .map(|letter| if "(){}*+/".contains(letter) { format!("\\{letter}") } else { letter.into() })
        .collect()
}

#[test]
fn the_editor_manifests_are_current() {
    let configuration = r##"{
  "comments": { "lineComment": "#" },
  "brackets": [["{", "}"], ["(", ")"]],
  "autoClosingPairs": [["{", "}"], ["(", ")"], { "open": "\"", "close": "\"", "notIn": ["string", "comment"] }],
  "surroundingPairs": [["{", "}"], ["(", ")"], ["\"", "\""]],
  "indentationRules": { "increaseIndentPattern": "\\{[^}\"#]*(?:#.*)?$", "decreaseIndentPattern": "^\\s*\\}" }
}
"##;
    assert_current("editors/language-configuration.json", configuration);
    let manifest = format!(
        r#"{{
  "name": "meed-contract",
  "displayName": "Meed contracts",
  "description": "Colours for outcome-based service contracts",
  "version": "{}",
  "license": "Apache-2.0",
  "engines": {{ "vscode": "^1.75.0" }},
  "categories": ["Programming Languages"],
  "contributes": {{
    "languages": [
      {{
        "id": "contract",
        "aliases": ["Meed contract"],
        "extensions": [".contract"],
        "configuration": "./language-configuration.json"
      }}
    ],
    "grammars": [{{ "language": "contract", "scopeName": "source.contract", "path": "./contract.tmLanguage.json" }}]
  }}
}}
"#,
        env!("CARGO_PKG_VERSION")
    );
    assert_current("editors/package.json", &manifest);
}
