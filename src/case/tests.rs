//! Cases that hold, cases that do not, and what is said about them.

use super::*;

#[track_caller]
fn case(files: &[(&str, &str)]) -> (tempfile::TempDir, Vec<String>) {
    let home = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let found = find(home.path()).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    let differences = run(&found[0], Texts::Compare);
    (home, differences)
}

const TERMS: &str = r#"contract "T" {
  client "C"; vendor "V"; term 2026-01-01 to 2026-02-28; timezone "UTC"; currency USD
  periods monthly; rounding money to 0.01 half up on each line
}
measure m { reported in percent }
charge fee = USD 100.00 each period
commitment m { target at least 90%; pay penalty 10% of fee when missed }
"#;

#[test]
fn a_case_holds_or_says_what_differs() {
    let readings = ("readings.csv", "measure,period,value\nm,2026-01,89%\n");
    let right =
        "2026-01: {m is: missed, penalty.m: USD -10.00, total: USD 90.00}\n2026-02: {m is: not measured}\n";
    let (_home, differences) = case(&[("terms.contract", TERMS), readings, ("expected/figures.yaml", right)]);
    assert_eq!(differences, Vec::<String>::new());

    let wrong = "2026-01: {m is: met, penalty.m: USD -9.99, penalty.n: USD 0}\n2027-01: {m: 1%}\n";
    let (_home, differences) = case(&[("terms.contract", TERMS), readings, ("expected/figures.yaml", wrong)]);
    let starts = [
        "2026-01: `m is` should be met: it is missed",
        "2026-01: `penalty.m` should be USD -9.99: it is -USD 10.00",
        "2026-01: `penalty.n` should be USD 0: there is no such line",
        "`2027-01` is not an evaluated period",
    ];
    assert_eq!(differences.len(), starts.len(), "{differences:?}");
    for (difference, start) in differences.iter().zip(starts) {
        assert!(difference.starts_with(start), "{difference}");
    }
}

#[test]
fn a_contract_with_errors_fails_unless_it_expects_them() {
    let broken = TERMS.replace("commitment m", "commitment n");
    let (_home, differences) = case(&[("terms.contract", &broken)]);
    assert!(differences.len() == 1 && differences[0].starts_with("E0203 7:12"), "{differences:?}");
    let (_home, differences) = case(&[("one.contract", &format!("# expect: E0203 8:12\n{broken}"))]);
    assert_eq!(differences, Vec::<String>::new());
    let (_home, differences) = case(&[("one.contract", &format!("# expect: E0203 8:13\n{broken}"))]);
    assert_eq!(differences.len(), 2, "{differences:?}");
}

#[test]
fn a_refusal_is_compared_by_its_words() {
    let readings = ("readings.csv", "measure,period,value\nm,2026-01,many\n");
    let (_home, differences) = case(&[("terms.contract", TERMS), readings]);
    assert!(differences[0].starts_with("the data is refused: line 2, column `value`"), "{differences:?}");
    let settings = ("case.yaml", "error: [line 2, many]\n");
    let (_home, differences) = case(&[("terms.contract", TERMS), readings, settings]);
    assert_eq!(differences, Vec::<String>::new());
    let settings = ("case.yaml", "error: [line 3]\n");
    let (_home, differences) = case(&[("terms.contract", TERMS), readings, settings]);
    assert!(differences[0].starts_with("the refusal does not say `line 3`"), "{differences:?}");
}

#[test]
fn texts_are_compared_line_by_line_and_written_only_when_asked() {
    let readings = ("readings.csv", "measure,period,value\nm,2026-01,89%\n");
    let settings = ("case.yaml", "period: 2026-01\n");
    let (home, differences) =
        case(&[("terms.contract", TERMS), readings, settings, ("expected/settlement.txt", "old\n")]);
    assert!(differences[0].starts_with("settlement.txt: line 1 should be `old`"), "{differences:?}");
    let found = find(home.path()).unwrap();
    assert_eq!(run(&found[0], Texts::Bless), Vec::<String>::new());
    assert_eq!(run(&found[0], Texts::Compare), Vec::<String>::new());
}
