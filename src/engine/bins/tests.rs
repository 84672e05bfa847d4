//! Layouts: what goes in comes out, in order.

use arrow::array::Int64Array;
use arrow::buffer::BooleanBuffer;

use super::*;

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

#[test]
fn what_is_put_aside_comes_back_in_order() {
    // Moments of whole seconds, and some that no unit reaches.
    for step in [1_000_000_i64, 1 << 52] {
        let budget = Budget::new(0);
        let mut writers = [Writer::default(), Writer::default()];
        let rows = 0..40_000_u32;
        let keys: Vec<u128> = rows.clone().map(|n| u128::from(n % 7) << 90 | u128::from(n % 3)).collect();
        let date = |n: u32| (!n.is_multiple_of(11)).then(|| (i64::from(n % 13) - 6) * step);
        let dates: Int64Array = rows.clone().map(date).collect();
        let chosen: BooleanBuffer = rows.clone().map(|n| !n.is_multiple_of(5)).collect();
        for (n, from) in (0..keys.len()).step_by(20_000).enumerate() {
            let keyed = Keyed {
                keys: &keys[from..from + 20_000],
                dates: &Dated::of(dates.slice(from, 20_000)),
                chosen: Some(chosen.slice(from, 20_000)),
            };
            writers[n].add(from as u32, &keyed, &budget);
            writers[n].relieve(&budget).unwrap();
        }
        assert!(budget.aside() > 0);
        let mut got = all(&Bins::of(writers.into()));
        got.sort_by_key(row);
        let want = rows.filter(|n| !n.is_multiple_of(5)).map(|n| {
            let (_, hash, tail) = parted(keys[n as usize]);
            record(hash, tail, date(n), n)
        });
        assert_eq!(got, want.collect::<Vec<_>>());
    }
}

#[test]
fn keys_with_the_same_first_word_stay_apart() {
    let keys = [7_u128 << 64, (7 << 64) | (1 << 54), (7 << 64) | (1 << 40)];
    let keys: Vec<u128> = (0..30).map(|n| keys[n % 3]).collect();
    let dates: Int64Array = (0..30).map(|n| Some(n * 11 % 30)).collect();
    let mut writer = Writer::default();
    writer.add(0, &Keyed { keys: &keys, dates: &Dated::of(dates), chosen: None }, &Budget::new(u64::MAX));
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
    let keys: Vec<u128> = (0..50).map(crate::engine::hash::hash_whole).collect();
    let mut writer = Writer::default();
    writer.add(
        0,
        &Keyed { keys: &keys, dates: &Dated::in_no_order(50), chosen: None },
        &Budget::new(u64::MAX),
    );
    let mut got = Vec::new();
    Bins::of(vec![writer]).each_hash(|hash| got.push(hash)).unwrap();
    let mut want: Vec<u64> = keys.iter().map(|key| (key >> 64) as u64).collect();
    got.sort_unstable();
    want.sort_unstable();
    assert_eq!(got, want);
}
