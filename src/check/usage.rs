//! Sets, facts and calendars that nothing uses.
//!
//! Measures are never unused: each one is in the report, whether money hangs
//! on it or not. While a name of a kind is misspelt somewhere, nothing of that
//! kind is called unused: the misspelt place may be the use.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{ExprKind, Name, Part, Tree};
use std::collections::BTreeSet;

use super::Check;

impl Check<'_> {
    /// Warns of what nothing uses.
    pub(super) fn unused(&mut self, tree: &Tree) {
        let names = &self.names;
        let sets = names.sets.values().map(|(it, _)| ("set", &it.name));
        let facts = names.facts.values().map(|(it, _)| ("fact", &it.name));
        let calendars = names.calendars.values().map(|(it, _)| ("calendar", &it.name));
        let declared: Vec<(&str, &Name)> = sets.chain(facts).chain(calendars).collect();
        let used = mentioned(tree, &declared.iter().map(|(_, name)| name.span).collect());
        let found = &self.found;
        let misspelt = |what: &str| match what {
            "set" => reported(found, codes::UNKNOWN_TABLE),
            "fact" => reported(found, codes::UNKNOWN_FIELD) || reported(found, codes::UNKNOWN_FIGURE),
            _ => reported(found, codes::UNKNOWN_CALENDAR),
        };
        let unused = declared
            .into_iter()
            .filter(|(what, name)| !used.contains(name.value.as_str()) && !misspelt(what));
        let warnings: Vec<Diagnostic> = unused.map(|(what, name)| never_used(what, name)).collect();
        self.found.extend(warnings);
    }
}

/// Every name the text mentions, other than where it is declared.
fn mentioned<'t>(tree: &'t Tree, declared: &BTreeSet<Span>) -> BTreeSet<&'t str> {
    let mut names = BTreeSet::new();
    tree.walk(&mut |part| match part {
        Part::Name(name) if !declared.contains(&name.span) => {
            names.insert(name.value.as_str());
        }
        Part::Expr(expr) => {
            if let ExprKind::Name(name) = &expr.value {
                names.insert(name.as_str());
            }
        }
        Part::Name(_) => {}
    });
    names
}

fn reported(found: &[Diagnostic], code: &str) -> bool {
    found.iter().any(|it| it.code == code)
}

fn never_used(what: &str, name: &Name) -> Diagnostic {
    Diagnostic::warning(codes::UNUSED, format!("the {what} `{}` is never used", name.value))
        .label(name.span, "nothing names it")
        .help("use it, or take it out".to_owned())
}
