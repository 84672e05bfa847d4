//! Whether a key comes back, in any order of the rows and at little cost.
//!
//! | keys of a batch | what is kept of them |
//! |-----------------|----------------------|
//! | `A1`, `A3`, `A7` | the run from `A1` to `A7` |
//! | `A3`, `A1`, `A7` | the hash of each, 16 bytes |
//!
//! Keys that only rise are all different, and so are those of runs that do not
//! overlap. Where that cannot be told, equal hashes show whether a key came back.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::Texts;
use super::super::hash::{hash, hash_whole};

/// Partitions that hashes are sorted in.
const PARTITIONS: usize = 256;

/// What is known of the keys of some rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Keys {
    /// First and last of keys that only rise, as whole numbers.
    whole: Vec<(i64, i64)>,
    /// The same as texts.
    texts: Vec<(String, String)>,
    /// Hashes of all other keys.
    #[serde(skip)]
    hashes: Vec<Vec<u128>>,
}

/// Whether a key comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeats {
    /// None does.
    No,
    /// One does, or two keys have the same hash.
    Yes,
    /// That cannot be told without all hashes.
    Unknown,
}

impl Keys {
    /// Notes the keys of a batch.
    pub fn note(&mut self, keys: &Texts) {
        match run(keys) {
            Some(Run::Whole(first, last)) => follow(&mut self.whole, (first, last)),
            Some(Run::Texts(first, last)) => follow(&mut self.texts, (first, last)),
            None => self.note_hashes(keys),
        }
    }

    /// Notes the hashes of the keys of a batch.
    pub fn note_hashes(&mut self, keys: &Texts) {
        if !keys.is_empty() {
            self.hashes.push(hashes(keys));
        }
    }

    /// Adds the keys of rows that come later.
    pub fn add(&mut self, later: Self) {
        later.whole.into_iter().for_each(|run| follow(&mut self.whole, run));
        later.texts.into_iter().for_each(|run| follow(&mut self.texts, run));
        self.hashes.extend(later.hashes);
    }

    /// Whether hashes stand for some of them.
    pub fn have_hashes(&self) -> bool {
        !self.hashes.is_empty()
    }

    /// The hashes that stand for some of them.
    pub fn hashes(&self) -> &[Vec<u128>] {
        &self.hashes
    }

    /// The same with these hashes.
    pub fn with_hashes(&self, hashes: Vec<Vec<u128>>) -> Self {
        Self { whole: self.whole.clone(), texts: self.texts.clone(), hashes }
    }

    /// Whether one comes back.
    pub fn repeats(&mut self) -> Repeats {
        match (self.whole.is_empty(), self.texts.is_empty(), self.hashes.is_empty()) {
            (true, true, true) => Repeats::No,
            (true, true, false) => {
                if any_twice(&mut self.hashes) {
                    Repeats::Yes
                } else {
                    Repeats::No
                }
            }
            (_, true, true) if apart(&mut self.whole) => Repeats::No,
            (true, _, true) if apart(&mut self.texts) => Repeats::No,
            _ => Repeats::Unknown,
        }
    }
}

/// A batch of keys that only rise.
enum Run {
    Whole(i64, i64),
    Texts(String, String),
}

fn run(keys: &Texts) -> Option<Run> {
    match keys {
        Texts::Digits(numbers) => {
            let (first, last) = rising(numbers.values().iter())?;
            Some(Run::Whole(*first, *last))
        }
        Texts::Plain(texts) => text_run(texts.iter().map(Option::unwrap_or_default)),
        Texts::View(texts) => text_run(texts.iter().map(Option::unwrap_or_default)),
        Texts::Coded(..) => None,
    }
}

fn text_run<'t>(texts: impl Iterator<Item = &'t str>) -> Option<Run> {
    let (first, last) = rising(texts)?;
    Some(Run::Texts(first.to_string(), last.to_string()))
}

/// First and last of values that rise from each to the next.
fn rising<T: PartialOrd + Copy>(mut values: impl Iterator<Item = T>) -> Option<(T, T)> {
    let first = values.next()?;
    let mut last = first;
    for value in values {
        if value <= last {
            return None;
        }
        last = value;
    }
    Some((first, last))
}

/// Adds a run to those before; one that goes on where the last ended becomes one with it.
fn follow<T: PartialOrd>(runs: &mut Vec<(T, T)>, run: (T, T)) {
    match runs.last_mut() {
        Some(last) if last.1 < run.0 => last.1 = run.1,
        _ => runs.push(run),
    }
}

/// Whether runs do not overlap.
fn apart<T: Ord>(runs: &mut [(T, T)]) -> bool {
    runs.sort_unstable();
    let mut pairs = runs.iter().zip(runs.iter().skip(1));
    pairs.all(|(one, next)| one.1 < next.0)
}

fn hashes(keys: &Texts) -> Vec<u128> {
    let text = |text: Option<&str>| hash(text.unwrap_or_default().as_bytes());
    match keys {
        Texts::Digits(numbers) => numbers.values().iter().map(|number| hash_whole(*number)).collect(),
        Texts::Plain(texts) => texts.iter().map(text).collect(),
        Texts::View(texts) => texts.iter().map(text).collect(),
        Texts::Coded(..) => (0..keys.len()).map(|row| text(keys.get(row).as_deref())).collect(),
    }
}

/// Whether one is there twice; leaves them in order.
fn any_twice(hashes: &mut Vec<Vec<u128>>) -> bool {
    let mut partitions: Vec<Vec<u128>> = vec![Vec::new(); PARTITIONS];
    for hash in hashes.drain(..).flatten() {
        let at = usize::try_from(hash >> 120).unwrap_or(0);
        partitions.get_mut(at).into_iter().for_each(|partition| partition.push(hash));
    }
    *hashes = partitions;
    hashes.par_iter_mut().any(|partition| {
        partition.sort_unstable();
        partition.iter().zip(partition.iter().skip(1)).any(|(one, next)| one == next)
    })
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use super::*;

    fn repeats(batches: &[&[&str]]) -> Repeats {
        let mut keys = Keys::default();
        batches.iter().for_each(|batch| keys.note(&StringArray::from(batch.to_vec()).into()));
        keys.repeats()
    }

    #[test]
    fn runs_that_do_not_overlap_hold_no_key_twice() {
        assert_eq!(repeats(&[&["a", "c"], &["d"], &["e", "f"]]), Repeats::No);
        assert_eq!(repeats(&[&["e", "f"], &["a", "c"]]), Repeats::No);
        assert_eq!(repeats(&[&["a", "c"], &["c", "d"]]), Repeats::Unknown);
        assert_eq!(repeats(&[&["a", "e"], &["c", "d"]]), Repeats::Unknown);
        assert_eq!(repeats(&[]), Repeats::No);
    }

    #[test]
    fn out_of_order_hashes_decide() {
        assert_eq!(repeats(&[&["c", "a"], &["b", "1", "01"]]), Repeats::No);
        assert_eq!(repeats(&[&["c", "a"], &["b", "b"]]), Repeats::Yes);
        assert_eq!(repeats(&[&["c", "a"], &["a", "b"]]), Repeats::Unknown);
    }

    #[test]
    fn numbers_rise_as_numbers() {
        let mut keys = Keys::default();
        for batch in [vec![-5, 7, 999], vec![1000, 1001]] {
            keys.note(&Texts::Digits(Int64Array::from(batch)));
        }
        assert_eq!(keys.whole, [(-5, 1001)]);
        keys.note(&StringArray::from(vec!["7"]).into());
        assert_eq!(keys.repeats(), Repeats::Unknown, "the text 7 is the number 7");
    }
}
