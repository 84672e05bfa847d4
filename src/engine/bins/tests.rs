//! Layouts: what goes in comes out, in order.

use arrow::array::Int64Array;
use arrow::buffer::BooleanBuffer;

use super::*;
use crate::engine::hash::{hash, word_of};
use crate::engine::hashes::Hashes;
use crate::engine::texts::Texts;
use crate::engine::values::Values;

/// Everything in a layout, by key and moment, part by part.
fn all(bins: &Bins) -> Vec<Record> {
    let (mut got, mut part_of) = (Vec::new(), Vec::new());
    for part in 0..PARTS {
        bins.sorted(part, &mut part_of).unwrap();
        assert!(part_of.is_sorted_by_key(|one| (key(one), moment(one))));
        got.extend_from_slice(&part_of);
    }
    assert_eq!(got.len(), bins.records());
    got
}

/// The rows of a table with a key, a date or none, and some left out: what is laid out comes back.
fn there_and_back(keys: &Hashes, step: i64) {
    let budget = Budget::new(0);
    let mut writers = [Writer::default(), Writer::default()];
    let rows = 0..40_000_u32;
    let date = |n: u32| (!n.is_multiple_of(11)).then(|| (i64::from(n % 13) - 6) * step);
    let dates: Int64Array = rows.clone().map(date).collect();
    let chosen: BooleanBuffer = rows.clone().map(|n| !n.is_multiple_of(5)).collect();
    for (n, from) in (0..40_000).step_by(20_000).enumerate() {
        let keyed = Keyed {
            keys: &match keys {
                Hashes::Words(words) => Hashes::Words(words[from..from + 20_000].to_vec()),
                Hashes::Any(hashes) => Hashes::Any(hashes[from..from + 20_000].to_vec()),
            },
            dates: &Dated::of(dates.slice(from, 20_000), None),
            places: None,
            chosen: Some(chosen.slice(from, 20_000)),
        };
        writers[n].add(from as u32, &keyed, &budget);
        writers[n].relieve(&budget).unwrap();
    }
    assert!(budget.aside() > 0);
    let mut got = all(&Bins::of(writers.into()));
    got.sort_by_key(row);
    let want = rows.filter(|n| !n.is_multiple_of(5)).map(|n| {
        let (hash, tail) = keys.get(n as usize).unwrap().rest();
        record(hash, tail, date(n), n)
    });
    assert_eq!(got, want.collect::<Vec<_>>());
}

#[test]
fn what_is_put_aside_comes_back_in_order() {
    let any = (0..40_000).map(|n: u128| ((n % 7) << 90) | (n % 3));
    let word = |n: u64| word_of((n % 7 + (n % 3) * 5_000_000_000) as i64).unwrap();
    let kinds = [Hashes::Any(any.collect()), Hashes::Words((0..40_000).map(word).collect())];
    for keys in &kinds {
        // Moments of whole seconds near to one another, minutes, years, and some that no unit reaches.
        for step in [1_000_000_i64, 60_000_000, 31_536_000_000_000, 1 << 52] {
            there_and_back(keys, step);
        }
    }
}

#[test]
fn keys_with_the_same_first_word_stay_apart() {
    let keys = [7_u128 << 64, (7 << 64) | (1 << 54), (7 << 64) | (1 << 40)];
    let keys = Hashes::Any((0..30).map(|n| keys[n % 3]).collect());
    let dates: Int64Array = (0..30).map(|n| Some(n * 11 % 30)).collect();
    let mut writer = Writer::default();
    writer.add(
        0,
        &Keyed { keys: &keys, dates: &Dated::of(dates, None), places: None, chosen: None },
        &Budget::new(u64::MAX),
    );
    let all = all(&Bins::of(vec![writer]));
    let groups: Vec<usize> = all.chunk_by(|a, b| key(a) == key(b)).map(<[Record]>::len).collect();
    assert_eq!(groups, [10, 10, 10]);
}

#[test]
fn a_record_keeps_its_moment_and_row() {
    for time in [None, Some(i64::MIN), Some(-1), Some(0), Some(i64::MAX)] {
        let one = record(u64::MAX, TAIL, time, u32::MAX - 1);
        assert_eq!((moment(&one), row(&one), key(&one)), (time, u32::MAX - 1, (u64::MAX, 0xffff)));
    }
}

#[test]
fn the_hashes_handed_over_are_those_of_the_keys() {
    let numbers = (0..50).map(|n| n * 3_000_000_000);
    let kinds = [
        Hashes::Words(numbers.map(|n| word_of(n).unwrap()).collect()),
        Hashes::Any((0..50).map(|n: u32| hash(format!("A{n}").as_bytes())).collect()),
    ];
    for keys in &kinds {
        let mut writer = Writer::default();
        let keyed = Keyed { keys, dates: &Dated::in_no_order(50), places: None, chosen: None };
        writer.add(0, &keyed, &Budget::new(u64::MAX));
        let mut got = Vec::new();
        Bins::of(vec![writer]).each_hash(|hash| got.push(hash)).unwrap();
        let mut want: Vec<u64> = keys.iter().map(first_word).collect();
        got.sort_unstable();
        want.sort_unstable();
        assert_eq!(got, want);
    }
}

#[test]
fn records_told_apart_come_by_both_keys() {
    // A customer has three topics and contacts without one; the moments are in no order.
    let customer = |n: u64| word_of(i64::try_from(n % 5).unwrap()).unwrap();
    let topic = |n: u64| (!n.is_multiple_of(7)).then(|| i64::try_from(n % 3).unwrap());
    let rows = 0..2000_u64;
    let first = Hashes::Words(rows.clone().map(customer).collect());
    let by = Values::Text(Texts::Digits(rows.clone().map(topic).collect()));
    // Seconds stand in one word, what is a year long in two, and what no unit reaches in three.
    for step in [1_000_000, 31_536_000_000_000, 1 << 52] {
        let date = |n: u64| (!n.is_multiple_of(11)).then(|| i64::try_from(n * 37 % 101).unwrap() * step);
        let dates = Dated::of(rows.clone().map(date).collect(), None);
        let places = first.places(&by).unwrap();
        let budget = Budget::new(u64::MAX);
        let mut writer = Writer::default();
        writer.add(0, &Keyed { keys: &first, dates: &dates, places: Some(&places), chosen: None }, &budget);
        // One more contact, of a batch that was laid out by both keys.
        let last = (Hashes::Words(vec![customer(3)]), Hashes::Words(vec![word_of(1).unwrap()]));
        let one = Dated::of(vec![Some(0)].into(), None);
        writer.add(2000, &Keyed { keys: &last.0, dates: &one, places: None, chosen: None }, &budget);
        let mut other = Writer::default();
        let hashes = last.0.finer(&last.1);
        other.add(2000, &Keyed { keys: &hashes, dates: &one, places: None, chosen: None }, &budget);
        let (bins, own) = (Bins::of(vec![writer]), Bins::of(vec![other]));
        let coarse = all(&bins);
        assert_eq!(coarse.chunk_by(|a, b| key(a) == key(b)).count(), 5);
        let (mut got, mut base) = (Vec::new(), Vec::new());
        for part in 0..PARTS {
            let mut these = Vec::new();
            bins.sorted(part, &mut base).unwrap();
            own.sorted(part, &mut these).unwrap();
            finer(&base, &mut these);
            assert!(these.is_sorted_by_key(|one| (key(one), moment(one))));
            got.extend(these.chunk_by(|a, b| key(a) == key(b)).map(|group| {
                let mut group: Vec<u32> = group.iter().map(row).collect();
                group.sort_unstable();
                group
            }));
        }
        got.sort();
        let mut want: std::collections::BTreeMap<_, Vec<u32>> = std::collections::BTreeMap::new();
        for n in rows.clone() {
            let told = topic(n).map(|topic| (customer(n), topic));
            told.into_iter().for_each(|key| want.entry(key).or_default().push(n as u32));
        }
        want.get_mut(&(customer(3), 1)).unwrap().push(2000);
        let mut want: Vec<Vec<u32>> = want.into_values().collect();
        want.sort();
        assert_eq!(got, want);
    }
}
