//! What was resolved already, and what is being resolved right now.

use std::collections::BTreeMap;

/// Results by name; a result is none when its clause is at fault.
#[derive(Debug)]
pub(super) struct Memo<T>(BTreeMap<String, State<T>>);

#[derive(Debug)]
enum State<T> {
    Working,
    Done(Option<T>),
}

/// What is known about a name that is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known<T> {
    /// Nothing yet: resolve it now, then call [`Memo::finish`].
    New,
    /// It is being resolved: the definition needs itself.
    Circle,
    /// So many definitions stand one on the other that it is not followed further.
    TooDeep,
    /// The result.
    Done(Option<T>),
}

/// How many definitions may stand one on the other.
pub(super) const MAX_CHAIN: usize = 48;

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Clone> Memo<T> {
    /// Looks `name` up and, when it is new, notes that it is being resolved.
    pub fn begin(&mut self, name: &str) -> Known<T> {
        match self.0.get(name) {
            Some(State::Working) => Known::Circle,
            Some(State::Done(result)) => Known::Done(result.clone()),
            None if self.depth() >= MAX_CHAIN => Known::TooDeep,
            None => {
                self.0.insert(name.to_owned(), State::Working);
                Known::New
            }
        }
    }

    /// Keeps the result of `name`.
    pub fn finish(&mut self, name: &str, result: Option<T>) -> Option<T> {
        self.0.insert(name.to_owned(), State::Done(result.clone()));
        result
    }

    fn depth(&self) -> usize {
        self.0.values().filter(|state| matches!(state, State::Working)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_asked_for_while_it_is_resolved_is_a_circle() {
        let mut memo = Memo::default();
        assert_eq!(memo.begin("a"), Known::New);
        assert_eq!(memo.begin("a"), Known::Circle);
        memo.finish("a", Some(1));
        assert_eq!(memo.begin("a"), Known::Done(Some(1)));
    }

    #[test]
    fn a_long_chain_is_not_followed_to_its_end() {
        let mut memo = Memo::<u8>::default();
        for at in 0..MAX_CHAIN {
            assert_eq!(memo.begin(&at.to_string()), Known::New);
        }
        assert_eq!(memo.begin("one more"), Known::TooDeep);
    }
}
