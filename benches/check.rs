//! How long reading and checking a contract of 1,000 lines takes.
//!
//! `cargo bench --bench check`

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

use std::fmt::Write;

use meed_grammar::Source;

fn main() {
    divan::main();
}

/// A contract with so many measures and commitments that it has about 1,000 lines.
fn long_contract() -> String {
    let head = include_str!("head.contract");
    let mut text = head.to_string();
    for number in 0..82 {
        write!(
            text,
            r#"
set contacts_{number} = interactions
  where queue = "queue {number}" and not (abandoned and waited < 5 seconds)

measure solved_{number} "Solved at first contact in queue {number}" {{
  share of contacts_{number} where resolved
    and not followed by contacts_{number} with same customer, topic within 14 days
  round to 0.01 points half up
}}

commitment solved_{number} {{
  target at least 75%
  pay scale on fee {{ 70% -4%; 74.5% 0%; 75.5% 0%; 80% +3% }}
}}
"#
        )
        .unwrap();
    }
    text
}

#[divan::bench]
fn parse(bencher: divan::Bencher<'_, '_>) {
    let source = Source::new("long.contract", long_contract());
    bencher.bench(|| meed_grammar::parse(&source));
}

#[divan::bench]
fn parse_and_check(bencher: divan::Bencher<'_, '_>) {
    let source = Source::new("long.contract", long_contract());
    bencher.bench(|| {
        let parsed = meed_grammar::parse(&source);
        assert!(parsed.diagnostics.is_empty());
        let (contract, _) = meed::check::contract(&parsed.tree);
        assert!(contract.is_some());
        contract
    });
}

#[divan::bench]
fn parse_check_and_prove(bencher: divan::Bencher<'_, '_>) {
    let source = Source::new("long.contract", long_contract());
    bencher.bench(|| {
        let parsed = meed_grammar::parse(&source);
        let (contract, _) = meed::check::contract(&parsed.tree);
        contract.map(|contract| meed::prove::contract(&contract))
    });
}
