//! What is reported about damaged contracts: each fault once, at its place.

use meed_grammar::{Source, parse};

use crate::support::faults;

#[track_caller]
fn check(text: &str, want: &[(&str, &str)]) {
    let got = faults(text);
    let got: Vec<_> = got.iter().map(|(code, slice)| (*code, slice.as_str())).collect();
    assert_eq!(got, want, "{text}");
}

#[test]
fn five_independent_faults_are_five_reports() {
    let text = "\
contract \"c\" {
  client   Northwind
  vendor   \"HelpCo\"
}
set a = interactions wher abandoned
measure b {
  share of a where waited ≥ 5 seconds
  round to 0.01 points half upp
}
commitment b {
  target at least 75 percent
  minimum at least 68%
}
";
    check(
        text,
        &[("E0101", "Northwind"), ("E0106", "wher"), ("E0104", "≥"), ("E0101", "upp"), ("E0115", "percent")],
    );
    assert_eq!(parse(&Source::new("t", text)).tree.clauses.len(), 4);
}

#[test]
fn what_is_not_damaged_is_read() {
    let parsed = parse(&Source::new("t", "measure a { shere of x\n by queue }\nset b = c\n"));
    assert_eq!(parsed.diagnostics.len(), 1);
    let [measure, set] = parsed.tree.clauses.as_slice() else { panic!("{:#?}", parsed.tree) };
    assert!(
        matches!(&measure.value, meed_grammar::tree::Clause::Measure(it) if it.by.len() == 1 && it.kind.is_none())
    );
    assert!(matches!(&set.value, meed_grammar::tree::Clause::Set(_)));
}

#[test]
fn rows_recover_one_by_one() {
    check(
        "commitment a { pay scale on b { 70% -4; 75; foo; 80% 4% } }\ncommitment a { pay bands { 98% nothing\n below nothing\n at least 5% nothing } }",
        &[("E0101", ";"), ("E0107", "foo"), ("E0101", "nothing"), ("E0101", "nothing")],
    );
}

#[test]
fn items_misspelled_one_after_the_other_are_each_reported() {
    check(
        "measure a {\n  shere of b\n  rond to 1 half up\n  bye queue\n}",
        &[("E0107", "shere"), ("E0107", "rond"), ("E0107", "bye")],
    );
}

#[test]
fn an_open_block_ends_where_the_next_clause_starts() {
    check(
        "measure a {\n  share of b\nset c = d where e f\ncap bonuses 5% of g each period",
        &[("E0103", "{"), ("E0106", "f")],
    );
    check("example \"a\" { given b = 1", &[("E0103", "{")]);
    check("set a = b }\nset c = d", &[("E0116", "}")]);
}

#[test]
fn a_text_that_is_not_closed_spoils_one_line() {
    check("contract \"a {\n client \"x\"\n}\nset b = c", &[("E0102", "\"a {")]);
    check("contract \"a\" {\n client \"x\n vendor \"y\"\n}", &[("E0102", "\"x")]);
}

#[test]
fn a_missing_end_is_reported_where_it_is_missing() {
    let text = "commitment a {\n  target at least\n  minimum at least 5%\n}";
    check(text, &[("E0101", "")]);
    let source = Source::new("t", text);
    let place = source.place(parse(&source).diagnostics[0].span().unwrap().start);
    assert_eq!((place.line, place.column), (2, 18));
}

#[test]
fn what_was_said_twice_is_reported_at_the_second() {
    check("commitment a { target at least 5%; target at most 6% }", &[("E0108", "target at most 6%")]);
    check("commitment a { pay bands { otherwise nothing; otherwise -5% } }", &[("E0108", "otherwise -5%")]);
}

#[test]
fn typical_slips_get_a_helpful_word() {
    #[track_caller]
    fn help(text: &str, code: &str, want: &str) {
        let found = parse(&Source::new("t", text)).diagnostics;
        let [one] = found.as_slice() else { panic!("{text}: {found:#?}") };
        assert_eq!((one.code, one.help.as_deref()), (code, Some(want)), "{text}");
    }
    help("kpi a { share of b }", "E0106", "did you mean `measure`?");
    help("Measure a { share of b }", "E0106", "did you mean `measure`?");
    help("set a = b wher c", "E0106", "did you mean `where`?");
    help("set a = b where c ≤ 5", "E0104", "write `<=`");
    help("charge a = £6.00", "E0104", "write the currency's code before the number: `GBP 6.00`");
    help("contract “a” { client \"b\" }", "E0105", "write `\"a\"`");
    help("measure on-time { share of b }", "E0114", "write `on_time`");
    help("commitment a { target at lest 5% }", "E0101", "did you mean `least`?");
    help("commitment a { target at least 5 percent }", "E0115", "write `%`");
    help("commitment a { goal at least 5% }", "E0107", "did you mean `target`?");
    help("set a = b where 1 < c < 2", "E0113", "join two comparisons with `and`: `5 < a and a < 9`");
}

#[test]
fn deep_and_long_expressions_end_in_a_report() {
    let deep = format!("set a = b where {}c{}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(faults(&deep).first().map(|it| it.0), Some("E0111"));
    let long = format!("set a = b where c{}", " or c".repeat(5000));
    assert_eq!(faults(&long).first().map(|it| it.0), Some("E0111"));
    let negated = format!("set a = b where {}c", "not ".repeat(5000));
    assert_eq!(faults(&negated).first().map(|it| it.0), Some("E0111"));
    let minus = format!("fact a = {}b", "-".repeat(5000));
    assert_eq!(faults(&minus).first().map(|it| it.0), Some("E0111"));
    let parts = format!("fact a = {}b", "5% of ".repeat(5000));
    assert_eq!(faults(&parts).first().map(|it| it.0), Some("E0111"));
    check(&format!("set a = b where {}c{}", "(".repeat(30), ")".repeat(30)), &[]);
    check(&format!("set a = b where c{}", " or c".repeat(100)), &[]);
}

#[test]
fn junk_is_one_report_and_the_rest_is_read() {
    let text = "\u{0}\u{1}\u{7f}%%% ]]] \u{1b}[31m\n%%% junk\nset a = b\n";
    let parsed = parse(&Source::new("t", text));
    assert_eq!((parsed.diagnostics.len(), parsed.tree.clauses.len()), (2, 1));
}

#[test]
fn awkward_names_are_fields_where_nothing_else_can_stand() {
    for text in [
        "set a = events where case = \"x\" and by = \"y\" and at < 2026-01-01 and status is known",
        "set a = customers where from < to and value > 5 and time from from to to < 5 days",
        "measure a { share of customers in events where at > by by by, at, status }",
        "set a = events excluding from < 2026-01-01 because \"x\" dated by at",
        "set a = events where followed by events with same case, by within 5 days after at",
        "measure a { sum of value over purchases }",
        "set a = b where count > 5 and sum > time and distinct = business and greater < lesser",
        "cap penalties at each period",
    ] {
        check(text, &[]);
    }
}

#[test]
fn every_clause_may_end_in_a_semicolon_and_stand_on_one_line() {
    check(
        "set a = b; set c = d where e; fact f = 5;; cap bonuses f each period; measure g { count of a; };",
        &[],
    );
}

#[test]
fn signs_where_a_level_is_in_words_and_steps_without_their_parts_are_told_what_to_write() {
    let told = |text: &str| {
        let found = parse(&Source::new("t", text)).diagnostics;
        let [one] = found.as_slice() else { panic!("{found:#?}") };
        (one.message.clone(), one.help.clone().unwrap_or_default())
    };
    let words = "a level is written in words: for `>` write `more than`";
    assert_eq!(told("commitment a { target > 90% }").1, words);
    let gate = "a level is written in words: for `<=` write `at most`";
    assert_eq!(told("bonus only if complaints <= 0.5%").1, gate);
    let step = "commitment a { target at most 0; pay penalty USD 50 for each 1 above 0 }";
    assert_eq!(told(step).0, "expected `or part`, or `full` before the step, found `above`");
}
