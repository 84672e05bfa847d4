//! Traces while an amount is worked out: in words, or bare.
//!
//! A proof settles a made-up period hundreds of times and looks at amounts
//! alone. Its traces are bare: what is missing is noted, and no rule, figure
//! or step is put into words. So words are always given as something to call.

use super::Trace;
use super::desk::Desk;

impl Desk<'_> {
    /// A trace of this rule, as full as the desk's traces are.
    pub(super) fn trace(&self, rule: impl FnOnce() -> String) -> Trace {
        let rule = if self.bare { String::new() } else { rule() };
        Trace { rule, bare: self.bare, ..Trace::default() }
    }
}

impl Trace {
    /// Adds a step, if steps are wanted.
    pub(super) fn step(&mut self, words: impl FnOnce() -> String) {
        if !self.bare {
            self.steps.push(words());
        }
    }
}
