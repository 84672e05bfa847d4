//! The whole contracts of the language reference pass their checks, their examples included.

use std::fs;
use std::path::Path;

use libtest_mimic::Trial;

use super::laws::contract;

/// One trial for each page beside the reference.
pub fn trials(root: &Path) -> Vec<Trial> {
    let mut pages: Vec<_> = fs::read_dir(root.join("grammar/reference"))
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("the pages can be read").path())
        .collect();
    pages.sort();
    let named = |page: &Path| page.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    pages
        .into_iter()
        .map(|page| Trial::test(format!("reference/{}", named(&page)), move || run(&page)))
        .collect()
}

/// Checks every block marked `contract complete`; a page shows at least one.
fn run(page: &Path) -> Result<(), libtest_mimic::Failed> {
    let text = fs::read_to_string(page).map_err(|error| error.to_string())?;
    let blocks = text.split("```contract complete\n").skip(1);
    let blocks: Vec<&str> = blocks.map(|part| part.split("```").next().unwrap_or_default()).collect();
    if blocks.is_empty() {
        return Err("no block is marked `contract complete`".into());
    }
    for block in blocks {
        contract(block)?;
    }
    Ok(())
}
