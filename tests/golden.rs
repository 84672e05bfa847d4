//! One folder, one test: every case under `tests/cases` and every contract under `contracts`;
//! the laws, and the demonstration counted a second time.
//!
//! `cargo golden penalty` runs the cases whose name has `penalty` in it.
//! `MEED_BLESS=1 cargo golden` writes the expected texts anew; figures that
//! were worked out by hand are never written.
#![expect(clippy::disallowed_methods, reason = "a test reads how it was called")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

#[path = "golden/alone.rs"]
mod alone;
#[path = "golden/conserved.rs"]
mod conserved;
#[path = "golden/demo.rs"]
mod demo;
#[path = "golden/laws.rs"]
mod laws;
#[path = "golden/order.rs"]
mod order;
#[path = "golden/pages.rs"]
mod pages;
#[path = "golden/rows.rs"]
mod rows;
#[path = "golden/tables.rs"]
mod tables;
#[path = "golden/together.rs"]
mod together;

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use meed::case::{self, Case, Texts};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let texts = if std::env::var("MEED_BLESS").is_ok() { Texts::Bless } else { Texts::Compare };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let trials = ["tests/cases", "contracts"].into_iter().flat_map(|folder| {
        let cases = case::find(&root.join(folder)).expect("the cases can be read");
        assert!(!cases.is_empty(), "there are no cases in `{folder}`");
        cases.into_iter().flat_map(move |case| {
            let others = [order::trial(folder, &case), together::trial(folder, &case)];
            [trial(folder, case, texts)].into_iter().chain(others.into_iter().flatten())
        })
    });
    let all = trials
        .chain(pages::trials(root))
        .chain(tables::trials(root, texts == Texts::Bless))
        .chain(laws::trials())
        .chain([alone::trial(root), demo::trial()])
        .collect();
    libtest_mimic::run(&arguments, all).exit_code()
}

fn trial(folder: &str, case: Case, texts: Texts) -> Trial {
    Trial::test(format!("{folder}/{}", case.name), move || {
        let differences = case::run(&case, texts);
        if differences.is_empty() { Ok(()) } else { Err(differences.join("\n").into()) }
    })
}
