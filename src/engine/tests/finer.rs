//! Keys of two fields whose records stand among those of the first: what comes
//! out is what comes of each question by itself, when all are laid out apart.

use proptest::prelude::*;

use super::*;
use crate::contract::Aggregate;

/// Customer, topic and hour of a contact.
type Contact = (&'static str, &'static str, i64);

/// Whole numbers that stand in one word, others, texts, and nothing; some batches have one kind alone.
fn contacts() -> impl Strategy<Value = Vec<Contact>> {
    let small = || prop_oneof![Just("1"), Just("2"), Just("4294967295")];
    let customer =
        prop_oneof![8 => small(), 1 => Just("4294967296"), 1 => Just("A"), 1 => Just("-1"), 1 => Just("")];
    let place = || prop_oneof![Just("0"), Just("7"), Just("32766")];
    let topic = prop_oneof![8 => place(), 1 => Just("32767"), 1 => Just("x"), 1 => Just("")];
    let plain = prop::collection::vec((small(), place(), 0_i64..60), 3..12);
    let mixed = prop::collection::vec((customer, topic, 0_i64..60), 0..9);
    (plain, mixed).prop_map(|(plain, mixed)| plain.into_iter().chain(mixed).collect())
}

fn table(contacts: &[Contact]) -> Given {
    let mut given = Given::new("contacts", "at", "id customer topic at:timestamp", "");
    let row = |(n, (customer, topic, hour)): (usize, &Contact)| {
        let at = format!("2026-01-{:02} {:02}:00", 5 + hour / 24, hour % 24);
        // In no order, so that of two at one moment the later row may come first.
        vec![format!("c{:02}", n * 37 % 100), (*customer).to_string(), (*topic).to_string(), at]
    };
    given.rows = contacts.iter().enumerate().map(row).collect();
    given
}

/// The questions, by the name of the measure.
fn measures() -> Vec<(&'static str, MeasureKind)> {
    let contacts = all("contacts", "at");
    let look = |direction, hours: i64, keys: &[&str]| {
        let window = within(WindowLength::Elapsed(hours * 3_600_000_000));
        ahead(Follow { window, ..follow(direction, &contacts, &contacts, keys) })
    };
    vec![
        ("first", share(&contacts, not(look(Direction::Preceded, 24, &["customer"])))),
        ("again", share(&contacts, look(Direction::Followed, 12, &["customer", "topic"]))),
        ("once more", share(&contacts, look(Direction::Preceded, 6, &["customer", "topic"]))),
        ("a case", share(&contacts, look(Direction::StartsCase, 10, &["customer", "topic"]))),
        ("customers", MeasureKind::Single(Aggregate::Distinct("customer".into(), contacts))),
    ]
}

fn bench(given: &Given, batch: usize, measures: Vec<(&'static str, MeasureKind)>) -> Bench {
    let mut bench = Bench::new("UTC", "2026-01-31", &[given]).complete_to("2026-01-06");
    (bench.memory.batch, bench.threads) = (batch, Some(2));
    // By record, since of two at one moment either may be the one that is followed.
    measures.into_iter().fold(bench, |bench, (name, kind)| {
        bench.measure(name, kind).with(name, |measure| measure.by = vec!["id".into()])
    })
}

/// Whether the questions, all together and without those that are not plain, are answered as each alone.
fn answered_as_alone(contacts: &[Contact], batch: usize) -> Result<(), TestCaseError> {
    let given = table(contacts);
    let plain = || measures().into_iter().filter(|(name, _)| *name != "a case").collect();
    let together = [measures(), plain()].map(|measures| bench(&given, batch, measures).run());
    for (name, kind) in measures() {
        let alone = bench(&given, batch, vec![(name, kind)]).run();
        for cells in together.iter().filter_map(|run| run.cells.get(name)) {
            prop_assert_eq!(cells, &alone.cells[name], "{}", name);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn questions_together_are_answered_as_alone(contacts in contacts(), batch in 1_usize..6) {
        answered_as_alone(&contacts, batch)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn questions_about_many_contacts_are_answered_as_alone(
        contacts in prop::collection::vec((Just("7"), prop_oneof![Just("0"), Just("1"), Just("2")], 0_i64..60), 50..90)
    ) {
        answered_as_alone(&contacts, 40)?;
    }
}
