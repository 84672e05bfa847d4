//! Figures are the same whether runs go on from what was kept or start over.

use std::fmt::Write as _;
use std::path::Path;

use meed_grammar::Source as Text;

use super::super::kept::suited;
use super::*;
use crate::book::{self, Book};
use crate::checked;

/// Questions of every kind that can be gone on from.
const TERMS: &str = r#"
contract "Kept" {
  client    "Client"
  vendor    "Vendor"
  term      2026-01-01 to 2026-06-30
  timezone  "Europe/London"
  currency  GBP
  periods   monthly
  rounding  money to 0.01 half up on each line
}
set first_calls = interactions where not preceded by interactions with same customer
set bought_from = purchases where customer is not "c3"
set again_calls = interactions where preceded by interactions with same customer within 10 days
set last_calls = interactions where not followed by interactions with same customer within 9 days
measure calls { count of interactions; by channel }
measure cost { mean of handled_for over interactions; by channel }
measure long { percentile 90 of handled_for over interactions, nearest rank; by channel }
measure sites { count of interactions; by site }
measure customers { distinct customer in interactions; by channel }
measure again { share of interactions where followed by interactions with same customer within 14 days; by channel }
measure other_day { share of interactions where followed by interactions with same customer on a later day within 20 calendar days }
measure twice { share of interactions where followed by at least 2 interactions with same customer within 25 days; by channel }
measure much { share of interactions where followed by at least GBP 12 of value in purchases with same customer within 2 months }
measure back { share of interactions where preceded by interactions with same customer within 10 days; by channel }
measure earlier { share of interactions where preceded by interactions with same customer on an earlier day }
measure sold_before { share of interactions where preceded by bought_from with same customer }
measure sold { share of first_calls where followed by purchases with same customer within 2 months; by channel }
measure sold_at_once { share of first_calls where followed by bought_from with same customer within 3 days }
measure sold_again { share of again_calls where followed by purchases with same customer within 2 months }
measure ever { share of interactions where followed by purchases with same customer; by channel }
measure ended { share of interactions where followed by last_calls with same customer within 20 days; by channel }
measure ripe { share of interactions where not followed by interactions with same customer within 40 days; matured only; by channel }
measure buyers { distinct customer in purchases }
"#;

const BOOK: &str = r#"
zone: Europe/London
tables:
  interactions:
    files: calls-*.csv
    key: id
    rejects: 99
    columns:
      id: id
      customer: customer
      channel: channel
      site: site
      started_at: at
      handled_for: {from: took, unit: seconds}
  purchases:
    files: bought-*.csv
    key: id
    columns: {id: id, customer: customer, at: at, value: value}
"#;

fn contract() -> Contract {
    let checked = checked::of(&Text::new("kept", TERMS));
    checked.contract.unwrap_or_else(|| {
        panic!("{:#?}", checked.diagnostics.iter().map(|it| (&it.message, &it.help)).collect::<Vec<_>>())
    })
}

/// Numbers in no order, always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 33) % count
    }
}

/// The rows of a month, in no order; some without a channel where they are `sparse`.
fn month(folder: &Path, month: u64, dice: &mut Dice, sparse: bool) {
    let at = |month: u64, dice: &mut Dice| {
        let (day, hour) = (1 + dice.below(28), dice.below(24));
        // Moments that several rows have.
        format!("2026-{month:02}-{day:02} {hour:02}:{:02}:00", 30 * dice.below(2))
    };
    let mut calls = "id,customer,channel,site,at,took\n".to_string();
    let rows = 5 + dice.below(40);
    for row in 0..rows {
        let when = at(month, dice);
        let customer = match dice.below(1 + 12 * (1 + month)) {
            0 => String::new(),
            other => format!("c{other}"),
        };
        let channel = ["voice", "chat", ""][dice.below(if sparse { 3 } else { 2 }) as usize];
        let took = if dice.below(30) == 0 { "long".to_string() } else { (dice.below(9) * 17).to_string() };
        let id = 100 * month + row;
        let when = if dice.below(40) == 0 { String::new() } else { when };
        writeln!(calls, "k{id},{customer},{channel},s{},{when},{took}", dice.below(3)).unwrap();
    }
    std::fs::write(folder.join(format!("calls-{month:02}.csv")), calls).unwrap();
    let mut bought = "id,customer,at,value\n".to_string();
    for row in 0..1 + dice.below(12) {
        let (when, customer, value) = (at(month, dice), dice.below(60), dice.below(15));
        writeln!(bought, "b{},c{customer},{when},{value}", 100 * month + row).unwrap();
    }
    std::fs::write(folder.join(format!("bought-{month:02}.csv")), bought).unwrap();
}

fn measured(contract: &Contract, book: &Book, store: Option<&Path>) -> Measurement {
    let periods = contract.schedule.periods(&contract.zone);
    let options = Options { store, ..Options::default() };
    measure_versions(contract, &periods, book, &options).unwrap_or_else(|failure| panic!("{}", failure.error))
}

/// Whether a run went on from what was kept.
fn went_on(found: &Measurement) -> bool {
    found.steps.iter().any(|step| step.what.starts_with("go on from"))
}

/// One question, or some: what one needs is not to stand there for another.
fn some_of(whole: &Contract, seed: u64, dice: &mut Dice) -> Contract {
    let mut contract = whole.clone();
    let names: Vec<&String> = whole.measures.keys().collect();
    let one = names[(seed / 2) as usize % names.len()];
    let chosen = |name: &String| if seed.is_multiple_of(2) { name == one } else { dice.below(6) == 0 };
    let chosen: Vec<bool> = names.iter().copied().map(chosen).collect();
    let mut chosen = chosen.into_iter();
    contract.measures.retain(|name, _| chosen.next() == Some(true) || name == "sites");
    contract
}

#[test]
fn month_by_month_everything_is_as_if_all_were_read_at_once() {
    let whole = contract();
    let (mut runs, mut went) = (0, 0);
    for seed in 0..108 {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store");
        let mut dice = Dice(seed);
        let contract = some_of(&whole, seed, &mut dice);
        for at in 1..=8 {
            month(folder.path(), at, &mut dice, seed % 3 == 1);
            // Some months come together.
            if at < 7 && dice.below(2) == 0 {
                continue;
            }
            let more =
                if seed % 3 == 0 { format!("complete_to: 2026-{at:02}-28 23:59\n") } else { String::new() };
            let book = book::read(&format!("{more}{BOOK}"), &folder.path().join("data.yaml")).unwrap();
            let whole = measured(&contract, &book, None);
            let kept = measured(&contract, &book, Some(&store));
            assert_eq!(kept.measured, whole.measured, "seed {seed}, month {at}");
            assert_eq!(kept.rejects, whole.rejects, "seed {seed}, month {at}");
            (runs, went) = (runs + 1, went + usize::from(went_on(&kept)));
        }
    }
    assert!(went * 2 > runs, "{went} of {runs}");
}

/// Months from the first to the last, without surprises.
fn months(folder: &Path, last: u64) {
    let mut dice = Dice(7);
    (1..=last).for_each(|at| month(folder, at, &mut dice, true));
}

fn book_in(folder: &Path) -> Book {
    book::read(BOOK, &folder.join("data.yaml")).unwrap()
}

/// A run that goes on, after something was done to the data or the store, or one that starts over, is
/// like any other.
fn after(last: u64, change: impl Fn(&Path, &Path)) -> Measurement {
    let contract = contract();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    months(folder.path(), 4);
    measured(&contract, &book_in(folder.path()), Some(&store));
    months(folder.path(), last);
    change(folder.path(), &store);
    let book = book_in(folder.path());
    let found = measured(&contract, &book, Some(&store));
    let whole = measured(&contract, &book, None);
    assert_eq!((&found.measured, &found.rejects), (&whole.measured, &whole.rejects));
    found
}

/// All files of a store.
fn files(store: &Path) -> Vec<std::path::PathBuf> {
    glob::glob(&format!("{}/*/*/*", store.display())).unwrap().map(Result::unwrap).collect()
}

fn edit(path: &Path, change: impl Fn(String) -> String) {
    std::fs::write(path, change(std::fs::read_to_string(path).unwrap())).unwrap();
}

#[test]
fn further_files_are_all_that_is_read() {
    let found = after(5, |_, _| {});
    assert!(went_on(&found), "{:?}", found.steps);
    // Nothing new: nothing is kept anew.
    let same = after(4, |_, _| {});
    assert!(
        went_on(&same) && !same.steps.iter().any(|step| step.what.starts_with("keep")),
        "{:?}",
        same.steps
    );
}

#[test]
fn of_first_contacts_those_that_are_asked_about_are_taken_unless_all_are_kept_anew() {
    let mut contract = contract();
    contract.measures.retain(|name, _| name == "sold");
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let looked = |last: u64| {
        months(folder.path(), last);
        let found = measured(&contract, &book_in(folder.path()), Some(&store));
        let mut looked = found.steps.into_iter().filter(|step| step.what.starts_with("look among"));
        looked.next().map(|step| (step.rows, step.expected.unwrap()))
    };
    assert_eq!(looked(4), None);
    let (taken, expected) = looked(4).unwrap();
    assert!(0 < taken && taken < expected, "{taken} of {expected}");
    let (taken, expected) = looked(5).unwrap();
    assert_eq!(taken, expected);
}

#[test]
fn records_that_nobody_looks_for_stand_in_a_layout_only_to_ask() {
    let whole = contract();
    let periods = whole.schedule.periods(&whole.zone);
    for (measure, only_asking) in [
        ("again", true),
        ("much", true),
        ("back", false),
        ("twice", false),
        ("ripe", false),
        ("ended", false),
    ] {
        let mut contract = whole.clone();
        contract.measures.retain(|name, _| name == measure);
        let plan = plan::of(&contract, &periods, &Registers::default());
        let streams = plan.streams();
        let asking = streams.iter().filter(|stream| stream.table == "interactions");
        let asking: Vec<bool> = asking.map(|it| suited::only_asking(&plan, it).is_some()).collect();
        assert_eq!(asking, [only_asking], "{measure}");
    }
}

#[test]
fn what_does_not_go_together_starts_over() {
    let corrected = |folder: &Path, _: &Path| {
        edit(&folder.join("calls-02.csv"), |text| text.replacen("voice", "chat", 1));
    };
    let same_length = |folder: &Path, _: &Path| {
        edit(&folder.join("calls-02.csv"), |text| text.replacen("voice", "vocie", 1));
    };
    let earlier_file = |folder: &Path, _: &Path| {
        std::fs::write(
            folder.join("calls-00.csv"),
            "id,customer,channel,site,at,took\nk1,c1,chat,s1,2026-01-03 10:00:00,9\n",
        )
        .unwrap();
    };
    let late_row = |folder: &Path, _: &Path| {
        let row = "k599,c3,chat,s1,2026-02-11 10:00:00,51\n";
        edit(&folder.join("calls-05.csv"), |text| text + row);
    };
    let other_rules = |_: &Path, store: &Path| {
        let others = glob::glob(&format!("{}/*", store.display())).unwrap().map(Result::unwrap);
        others.for_each(|place| std::fs::rename(&place, place.with_extension("old")).unwrap());
    };
    for found in [
        after(5, corrected),
        after(5, same_length),
        after(5, earlier_file),
        after(5, late_row),
        after(5, other_rules),
    ] {
        assert!(started_over(&found), "{:?}", found.steps);
    }
}

/// Whether a run read everything.
fn started_over(found: &Measurement) -> bool {
    found.steps.iter().any(|step| step.what.starts_with("start over"))
}

#[test]
fn a_store_that_was_damaged_is_not_used() {
    for at in 0..8 {
        let found = after(5, |_, store| {
            let all = files(store);
            let path = &all[at % all.len()];
            let mut bytes = std::fs::read(path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(path, bytes).unwrap();
        });
        assert!(started_over(&found), "{at}: {:?}", found.steps);
    }
    let found = after(5, |_, store| files(store).iter().for_each(|path| std::fs::remove_file(path).unwrap()));
    assert!(started_over(&found));
}

#[test]
fn a_key_that_comes_back_in_a_later_file_is_found() {
    let contract = contract();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    months(folder.path(), 4);
    measured(&contract, &book_in(folder.path()), Some(&store));
    months(folder.path(), 5);
    edit(&folder.path().join("calls-05.csv"), |text| text + "k203,c3,chat,s1,2026-05-11 10:00:00,51\n");
    let periods = contract.schedule.periods(&contract.zone);
    let errors = [None, Some(store.as_path())].map(|store| {
        let options = Options { store, ..Options::default() };
        let failure = measure_versions(&contract, &periods, &book_in(folder.path()), &options).unwrap_err();
        (failure.error.to_string(), failure.totals)
    });
    assert!(errors[0].0.contains("`k203` again at"), "{}", errors[0].0);
    assert_eq!(errors[0], errors[1]);
}

#[test]
fn what_an_interrupted_run_left_is_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    months(folder.path(), 4);
    measured(&contract(), &book_in(folder.path()), Some(&store));
    let place = std::fs::read_dir(&store).unwrap().next().unwrap().unwrap().path();
    let left = place.join(".meed-kept-abc");
    std::fs::create_dir(&left).unwrap();
    months(folder.path(), 6);
    measured(&contract(), &book_in(folder.path()), Some(&store));
    assert!(!left.exists());
    // The state gone on from, and the new one.
    assert_eq!(std::fs::read_dir(&place).unwrap().count(), 2);
}

#[test]
fn data_that_is_less_complete_than_it_was_starts_over() {
    let contract = contract();
    let said = |day: &str| {
        if day.is_empty() { BOOK.to_string() } else { format!("complete_to: {day} 23:59:59\n{BOOK}") }
    };
    for (before, after, goes_on) in [
        ("2026-04-30", "2026-04-30", true),
        ("2026-04-30", "2026-03-10", false),
        ("2026-04-30", "", false),
        ("", "2026-04-28", true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store");
        months(folder.path(), 4);
        let book = |day| book::read(&said(day), &folder.path().join("data.yaml")).unwrap();
        measured(&contract, &book(before), Some(&store));
        // The second time there is a state of what was said last.
        for again in [goes_on, true] {
            let found = measured(&contract, &book(after), Some(&store));
            assert_eq!(found.measured, measured(&contract, &book(after), None).measured, "{before}, {after}");
            assert_eq!(started_over(&found), !again, "{before}, {after}: {:?}", found.steps);
        }
    }
}
