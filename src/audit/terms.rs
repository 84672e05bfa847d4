//! The terms in force in a period, by digest: whether a contract still says of
//! a closed period what it said when it was closed.
//!
//! Layout, comments, the order of clauses, examples and accepted warnings do
//! not matter, nor does an amendment that begins later.

use meed_grammar::Source;
use meed_grammar::format::format;
use meed_grammar::span::Spanned;
use meed_grammar::tree::Clause;

use super::digest;

/// The clauses of a contract, each with the first day it holds where it is an amendment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms(Vec<(String, Option<String>)>);

impl Terms {
    /// Reads a contract; none when the text cannot be read.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let laid_out = Source::new("terms", format(&Source::new("terms", text)).ok()?);
        let tree = meed_grammar::parse(&laid_out).tree;
        let clause = |clause: &Spanned<Clause>| {
            let from = match &clause.value {
                Clause::Example(_) | Clause::Accept(_) => return None,
                Clause::Amendment(it) => Some(it.from.value.to_string()),
                _ => None,
            };
            Some((plain(laid_out.slice(clause.span)), from))
        };
        let mut clauses: Vec<_> = tree.clauses.iter().filter_map(clause).collect();
        clauses.sort();
        Some(Self(clauses))
    }

    /// SHA-256 of those that hold in a period with this first day, written `2026-03-01`.
    #[must_use]
    pub fn digest(&self, first: &str) -> String {
        let holds = |from: &Option<String>| from.as_deref().is_none_or(|from| from <= first);
        let clauses = self.0.iter().filter(|(_, from)| holds(from)).map(|(clause, _)| clause.as_str());
        digest(clauses.collect::<Vec<_>>().join("\n").as_bytes())
    }
}

/// A clause without its comments.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut quoted = false;
        let mut escaped = false;
        let mut end = line.len();
        for (at, letter) in line.char_indices() {
            match letter {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                '#' if !quoted => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let words: Vec<&str> = line.get(..end).unwrap_or(line).split_whitespace().collect();
        if !words.is_empty() {
            out.push_str(&words.join(" "));
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEE: &str = "charge fee = GBP 10.00\n";
    const CAP: &str = "cap penalties 10% of fee each period\n";

    fn of(text: &str) -> Option<String> {
        Terms::read(text).map(|terms| terms.digest("2026-03-01"))
    }

    #[test]
    fn only_what_changes_the_period_changes_the_digest() {
        let was = of(&format!("{FEE}{CAP}"));
        assert!(was.is_some());
        assert_eq!(was, of(&format!("# the cap\n{CAP}\n\ncharge   fee = GBP 10.00  # each month\n")));
        assert_ne!(was, of(&format!("charge fee = GBP 12.00\n{CAP}")));
        assert_ne!(was, of(FEE));
        let later = "amendment \"No 1\" from 2026-03-02 {\n  fact rate = 2\n}\n";
        assert_eq!(was, of(&format!("{FEE}{CAP}{later}")));
        assert_ne!(was, of(&format!("{FEE}{CAP}{}", later.replace("03-02", "03-01"))));
    }
}
