//! Formatting keeps the meaning and the comments, and twice is the same as once.

use std::fs;

use meed_grammar::format::{FormatError, format};
use meed_grammar::{Source, codes, explain};

use crate::support::{blocks, files, read, survives_formatting};

#[test]
fn the_blocks_of_the_reference_survive_and_are_canonical() {
    for block in blocks(&read("README.md"), "contract") {
        survives_formatting("README.md", &block);
        assert_eq!(format(&Source::new("README.md", block.clone())).unwrap(), block);
    }
}

#[test]
fn the_right_examples_of_the_explain_pages_survive_and_are_canonical() {
    for (code, _) in codes::ALL {
        for block in blocks(explain::page(code).unwrap(), "contract right") {
            survives_formatting(code, &block);
            assert_eq!(format(&Source::new(*code, block.clone())).unwrap(), block, "{code}");
        }
    }
}

#[test]
fn contracts_and_cases_survive() {
    let bad = |text: &str| !meed_grammar::parse(&Source::new("", text)).diagnostics.is_empty();
    for file in files("../contracts", "contract").into_iter().chain(files("../tests/cases", "contract")) {
        let text = fs::read_to_string(&file).unwrap();
        // Some cases are about syntax errors; a contract to be shown has none.
        let is_case = file.components().any(|part| part.as_os_str() == "cases");
        if !(is_case && bad(&text)) {
            survives_formatting(&file.display().to_string(), &text);
        }
    }
}

#[test]
fn a_faulty_text_is_left_alone() {
    let error = format(&Source::new("t", "measure a { share of }")).unwrap_err();
    assert!(matches!(error, FormatError::Faulty(faults) if faults.len() == 1));
}

#[track_caller]
fn check(text: &str, want: &str) {
    survives_formatting("t", text);
    assert_eq!(format(&Source::new("t", text)).unwrap(), want);
}

#[test]
fn comments_stay_where_they_belong() {
    check(
        "# first\n\n\n# second\ncommitment a{ # head\n# lead\ntarget at least 75%;# trail\n\n\nminimum at least 5% # other\n# end\n} # after\n# last",
        "# first\n\n# second\ncommitment a {  # head\n  # lead\n  target   at least 75%  # trail\n\n  minimum  at least 5%  # other\n  # end\n}  # after\n# last\n",
    );
}

#[test]
fn a_comment_inside_a_sentence_ends_its_line() {
    check(
        "set a = interactions # why\n where queue = \"x\" # so\n# and\n and abandoned",
        "set a = interactions  # why\n  where queue = \"x\"  # so\n  # and\n  and abandoned\n",
    );
}

#[test]
fn carriage_returns_tabs_and_the_byte_order_mark_go() {
    check("\u{feff}set\ta = b # c\t\r\n\r\n\r\nset c = d\r\n", "set a = b  # c\n\nset c = d\n");
}

#[test]
fn one_spelling_is_kept_of_several() {
    check(
        "fact a = 2 x 3\nset b = c where d is at least 5 and e is not \"f\"",
        "fact a = 2 * 3\nset b = c where d >= 5 and e != \"f\"\n",
    );
}

#[test]
fn a_short_list_on_one_line_stays_there_and_a_long_one_is_set_in_columns() {
    check(
        "commitment a { pay scale on b { 70% -4%;80% 0% } pay scale on b { 70% -4%\n74.5% 0%\n80% +12.5% } }",
        "commitment a {\n  pay scale on b { 70% -4%; 80% 0% }\n  pay scale on b {\n    70%       -4%\n    74.5%      0%\n    80%    +12.5%\n  }\n}\n",
    );
}

#[test]
fn a_long_sentence_is_broken_where_it_reads_best() {
    check(
        "measure a { share of interactions where resolved and not transferred and not followed by interactions with same customer, topic within 14 days }",
        "measure a {\n  share of interactions\n    where resolved\n      and not transferred\n      and not followed by interactions with same customer, topic within 14 days\n}\n",
    );
}

#[test]
fn signs_stay_with_their_numbers() {
    check("fact a = -5 - -3 + -(2)", "fact a = -5 - -3 + -(2)\n");
}
