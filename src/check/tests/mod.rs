//! Every code by wrong contracts, and the nearest right one beside it.

use meed_grammar::Source;
use meed_grammar::diagnostic::Diagnostic;

use crate::contract::Contract;

mod bands;
mod flat;
mod names;
mod pay;
mod times;
mod units;
mod whole;

/// Stands after the text under test, so that lines count from the text's first.
const HEAD: &str = r#"
contract "T" {
  client "C"
  vendor "V"
  term 2026-01-01 to 2026-12-31
  timezone "Europe/London"
  currency GBP
  periods monthly
  rounding money to 0.01 half up on each line
}
"#;

/// A base for money, and a measure in percent.
const FAST: &str = r"
charge fee = GBP 1,000.00 each period
measure fast { share of interactions where waited <= 20 seconds }
";

fn checked(text: &str) -> (Option<Contract>, Vec<Diagnostic>) {
    let source = Source::new("t", text);
    let parsed = meed_grammar::parse(&source);
    assert_eq!(parsed.diagnostics, [], "{text}");
    super::contract(&parsed.tree)
}

/// What a whole text gives: the code, line and column of every finding.
fn found(text: &str) -> Vec<String> {
    let source = Source::new("t", text);
    let place = |it: &Diagnostic| {
        let place = source.place(it.span().unwrap_or_default().start);
        format!("{} {}:{}", it.code, place.line, place.column)
    };
    checked(text).1.iter().map(place).collect()
}

/// What a text gives when a head follows it.
#[track_caller]
fn gives(text: &str, want: &[&str]) {
    assert_eq!(found(&format!("{text}{HEAD}")), want, "{text}");
}

/// Likewise with a charge `fee` and a measure `fast` to refer to.
#[track_caller]
fn pays(text: &str, want: &[&str]) {
    gives(&format!("{text}{FAST}"), want);
}

/// The message of the only finding of a text with `fee` and `fast`.
#[track_caller]
fn says(text: &str, message: &str) {
    let (_, found) = checked(&format!("{text}{FAST}{HEAD}"));
    assert_eq!(found.iter().map(|it| it.message.as_str()).collect::<Vec<_>>(), [message], "{text}");
}

/// The contract of a text with `fee` and `fast`, which has to be without error.
#[track_caller]
fn sound(text: &str) -> Contract {
    let (contract, found) = checked(&format!("{text}{FAST}{HEAD}"));
    assert_eq!(found, [], "{text}");
    contract.unwrap()
}
