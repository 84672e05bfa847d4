//! Conditions over many records at once, with three truth values.
//!
//! A condition is kept as two bit lists: the records for which it holds, and
//! those for which it does not; in neither it is unknown.
//!
//! | a | b | a and b | a or b |
//! |---|---|---------|--------|
//! | unknown | no | no | unknown |
//! | unknown | yes | unknown | yes |
//!
//! A look-ahead whose window has not run out may still turn out otherwise.
//! What is certain already is kept beside what holds now: `resolved and not
//! followed` is certainly no for a record that is not resolved.

use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};

/// For which records something holds, and for which it does not.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pair {
    pub(super) yes: BooleanBuffer,
    pub(super) no: BooleanBuffer,
}

impl Pair {
    pub(super) fn all(rows: usize, value: bool) -> Self {
        let (set, unset) = (BooleanBuffer::new_set(rows), BooleanBuffer::new_unset(rows));
        if value { Self { yes: set, no: unset } } else { Self { yes: unset, no: set } }
    }

    fn not(&self) -> Self {
        Self { yes: self.no.clone(), no: self.yes.clone() }
    }

    fn and(&self, other: &Self) -> Self {
        Self { yes: &self.yes & &other.yes, no: &self.no | &other.no }
    }

    fn or(&self, other: &Self) -> Self {
        Self { yes: &self.yes | &other.yes, no: &self.no & &other.no }
    }

    pub(super) fn known(&self) -> BooleanBuffer {
        &self.yes | &self.no
    }

    pub(super) fn unknown(&self) -> BooleanBuffer {
        !&self.known()
    }
}

/// A condition over the records of a batch.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Truth {
    /// With all that is known now.
    pub(super) now: Pair,
    /// What no later record can change; none when that is all of `now`.
    pub(super) settled: Option<Pair>,
}

impl From<Pair> for Truth {
    fn from(now: Pair) -> Self {
        Self { now, settled: None }
    }
}

impl Truth {
    pub(super) fn all(rows: usize, value: bool) -> Self {
        Pair::all(rows, value).into()
    }

    /// `holds` where a value is known, unknown elsewhere.
    pub(super) fn known(holds: BooleanBuffer, known: Option<&NullBuffer>) -> Self {
        let not = !&holds;
        match known {
            None => Pair { yes: holds, no: not }.into(),
            Some(known) => Pair { yes: &holds & known.inner(), no: &not & known.inner() }.into(),
        }
    }

    pub(super) fn settled(&self) -> &Pair {
        self.settled.as_ref().unwrap_or(&self.now)
    }

    pub(super) fn not(&self) -> Self {
        Self { now: self.now.not(), settled: self.settled.as_ref().map(Pair::not) }
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        self.with(other, Pair::and)
    }

    pub(super) fn or(&self, other: &Self) -> Self {
        self.with(other, Pair::or)
    }

    /// Both known and the same.
    pub(super) fn same(&self, other: &Self) -> Self {
        self.with(other, |a, b| a.and(b).or(&a.not().and(&b.not())))
    }

    /// The same, but for the records for which this was settled before.
    pub(super) fn with_settled(&self, before: &Pair) -> Self {
        let put = |pair: &Pair| Pair {
            yes: &less(&pair.yes, &before.no) | &before.yes,
            no: &less(&pair.no, &before.yes) | &before.no,
        };
        Self { now: put(&self.now), settled: self.settled.as_ref().map(put) }
    }

    /// The records for which this is known now and may still change.
    pub(super) fn open(&self) -> Option<BooleanBuffer> {
        self.settled.as_ref().map(|settled| &self.now.known() & &settled.unknown())
    }

    fn with(&self, other: &Self, join: impl Fn(&Pair, &Pair) -> Pair) -> Self {
        let settled = (self.settled.is_some() || other.settled.is_some())
            .then(|| join(self.settled(), other.settled()));
        Self { now: join(&self.now, &other.now), settled }
    }
}

/// One bit per value: whether it passes.
pub(super) fn bits<T: Copy>(values: &[T], passes: impl Fn(T) -> bool) -> BooleanBuffer {
    let byte =
        |chunk: &[T; 8]| chunk.iter().rev().fold(0_u8, |byte, value| byte << 1 | u8::from(passes(*value)));
    let (chunks, rest) = values.as_chunks::<8>();
    let mut bytes: Vec<u8> = Vec::with_capacity(chunks.len() + 1);
    bytes.extend(chunks.iter().map(byte));
    if !rest.is_empty() {
        bytes.push(rest.iter().rev().fold(0, |byte, value| byte << 1 | u8::from(passes(*value))));
    }
    BooleanBuffer::new(Buffer::from_vec(bytes), 0, values.len())
}

/// `a` where not `b`.
pub(super) fn less(a: &BooleanBuffer, b: &BooleanBuffer) -> BooleanBuffer {
    a & &!b
}

/// Both, where none means all.
pub(super) fn both(a: Option<&NullBuffer>, b: Option<&NullBuffer>) -> Option<NullBuffer> {
    NullBuffer::union(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `y`, `n` and `?` per record.
    fn truth(text: &str) -> Truth {
        let is = |want: char| text.chars().map(|c| c == want).collect();
        Pair { yes: is('y'), no: is('n') }.into()
    }

    #[test]
    fn three_values_join_as_kleene_has_it() {
        let (a, b) = (truth("yyynnn???"), truth("yn?yn?yn?"));
        assert_eq!(a.and(&b), truth("yn?nnn?n?"));
        assert_eq!(a.or(&b), truth("yyyyn?y??"));
        assert_eq!(a.same(&b), truth("yn?ny????"));
        assert_eq!(a.not(), truth("nnnyyy???"));
    }

    #[test]
    fn what_is_no_anyway_is_settled() {
        // The second condition may still change for both records.
        let ahead = Truth { settled: Some(truth("??").now), ..truth("yy") };
        let both = truth("yn").and(&ahead);
        assert_eq!(both.now, truth("yn").now);
        assert_eq!(both.open(), Some([true, false].into_iter().collect()));
    }

    #[test]
    fn bits_stand_in_the_order_of_the_values() {
        let values: Vec<u32> = (0..130).collect();
        let got: Vec<u32> = values
            .iter()
            .copied()
            .zip(bits(&values, |v| v % 7 == 0).iter())
            .filter(|p| p.1)
            .map(|p| p.0)
            .collect();
        assert_eq!(got, (0..130).step_by(7).collect::<Vec<_>>());
    }
}
