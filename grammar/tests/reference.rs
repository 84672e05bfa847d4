//! The code blocks of the reference and of the explain pages behave as they say.

use meed_grammar::{codes, explain, words};

use crate::support::{blocks, faults, files, read};

/// The language reference: the overview, and a page for each subject beside it.
fn reference() -> Vec<String> {
    let pages = files("reference", "md").into_iter().map(|page| std::fs::read_to_string(page).unwrap());
    std::iter::once(read("README.md")).chain(pages).collect()
}

/// The blocks of the reference: clauses, and whole contracts (which the main package also executes).
fn reference_blocks() -> Vec<String> {
    let marks = ["contract", "contract complete"];
    let of = |page: &String| marks.iter().flat_map(|mark| blocks(page, mark)).collect::<Vec<_>>();
    reference().iter().flat_map(of).collect()
}

#[test]
fn every_block_of_the_reference_is_read_without_faults() {
    let blocks = reference_blocks();
    assert!(blocks.len() > 10);
    for block in blocks {
        assert_eq!(faults(&block), [], "{block}");
    }
}

#[test]
fn the_reference_shows_every_word() {
    let shown = reference_blocks().concat();
    let without_comments: String =
        shown.lines().map(|line| line.split('#').next().unwrap()).collect::<Vec<_>>().join("\n");
    let singular = |word: &str| word.strip_suffix('s').unwrap_or(word).to_owned();
    let used: Vec<&str> =
        without_comments.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    // The layout of the blocks turns `x` into `*`; an edge is said where its counterpart is shown.
    for word in words::WORDS.iter().filter(|word| !["x", "edge"].contains(&word.text)) {
        let text = word.text;
        let is_sign = !text.starts_with(char::is_alphabetic) || text.contains('-');
        // Units are shown in one of their two forms.
        let unit = word.role == words::Role::Unit && used.iter().any(|it| singular(it) == singular(text));
        let found = if is_sign { without_comments.contains(text) } else { used.contains(&text) || unit };
        assert!(found, "`{text}` is in no block of the reference");
    }
}

#[test]
fn every_code_has_its_page_and_every_page_its_code() {
    let pages: Vec<_> = files("explain", "md")
        .iter()
        .map(|it| it.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let mut known: Vec<_> = codes::ALL.iter().map(|(code, _)| (*code).to_owned()).collect();
    known.sort();
    assert_eq!(pages, known);
    for (code, title) in codes::ALL {
        let page = explain::page(code).unwrap_or_else(|| panic!("{code} has no page"));
        assert!(page.starts_with(&format!("# {code}: {title}\n")), "{code}: the title differs");
    }
    assert_eq!(explain::page("E9999"), None);
}

#[test]
fn wrong_examples_of_syntax_give_exactly_their_code_and_all_others_are_well_formed() {
    for (code, _) in codes::ALL {
        let page = explain::page(code).unwrap();
        let (wrong, right) = (blocks(page, "contract wrong"), blocks(page, "contract right"));
        assert_eq!((wrong.len(), right.len()), (1, 1), "{code}");
        let found: Vec<_> = faults(&wrong[0]).iter().map(|(code, _)| *code).collect();
        let want: &[&str] = if code.starts_with("E01") { &[code] } else { &[] };
        assert_eq!(found, want, "{code}, wrong example");
        assert_eq!(faults(&right[0]), [], "{code}, right example");
    }
}
