//! The order of its clauses, and their layout, change nothing that comes out of a contract.
//!
//! Every case is worked out again with its clauses in reverse, shuffled, and as `meed fmt` lays
//! them out; findings and report must be the same, byte for byte.

use libtest_mimic::{Failed, Trial};
use meed::case::{self, Case};
use meed_grammar::format::format;
use meed_grammar::{Source, parse};

use super::rows::shuffled;

/// One trial for the case; none for a contract that is wrong on purpose.
pub fn trial(folder: &str, case: &Case) -> Option<Trial> {
    let case = case.clone();
    case.path.is_dir().then(|| Trial::test(format!("order/{folder}/{}", case.name), move || compare(&case)))
}

/// A way to write a contract differently.
type Rewrite<'a> = &'a dyn Fn(&Source) -> String;

fn compare(case: &Case) -> Result<(), Failed> {
    let told = |rewrite: Rewrite<'_>| case::rewritten(case, rewrite).map_err(Failed::from);
    let want = told(&|source| source.text().to_owned())?;
    let others: [(&str, Rewrite<'_>); 3] = [
        ("in reverse", &|source| clauses(source, |all| all.reverse())),
        ("shuffled", &|source| clauses(source, |all| *all = shuffled(all, 0x9E37_79B9_7F4A_7C15))),
        ("laid out by `meed fmt`", &|source| format(source).unwrap_or_else(|_| source.text().to_owned())),
    ];
    for (how, rewrite) in others {
        if told(rewrite)? != want {
            return Err(format!("something else comes out with its clauses {how}").into());
        }
    }
    Ok(())
}

/// The clauses in another order; a text with damaged clauses stays as it is.
fn clauses(source: &Source, reorder: impl Fn(&mut Vec<String>)) -> String {
    let parsed = parse(source);
    if !parsed.diagnostics.is_empty() {
        return source.text().to_owned();
    }
    let text = |span| source.slice(span).to_owned();
    let mut all: Vec<String> = parsed.tree.clauses.iter().map(|clause| text(clause.span)).collect();
    reorder(&mut all);
    all.join("\n\n")
}
