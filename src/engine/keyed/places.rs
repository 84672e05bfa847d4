//! Plain questions by a finer key, straight from the records by its first field.
//!
//! Whether a customer comes back with the same topic within 14 days: of the few
//! records that follow within the window, the first with the same place decides.
//!
//! | customer | topic | at | the next in 14 days | answer |
//! |----------|-------|----|---------------------|--------|
//! | 7 | 3 | 1 March | topics 5, 3 | yes |
//! | 7 | 5 | 2 March | topic 3 | no |
//! | 7 | 3 | 9 March | none | no |
//!
//! Where a key has many records, or ids have to tell which of two comes first, those of the finer key are put in
//! order as elsewhere.

use super::answers::Answers;
use super::groups::Groups;
use super::inquiry::Inquiry;
use super::plain::{Stretch, Told};
use super::sweep::Sweep;
use crate::contract::Direction;
use crate::engine::bins::{self, Record};

/// Records of a key that are looked through one by one.
const FEW: usize = 64;

impl Inquiry<'_> {
    /// Answers plain questions about the records of a part, which say their places.
    pub(super) fn by_places(&self, base: &[Record], answers: &mut [Answers]) {
        let order = self.order();
        let (sweeps, mut apart) = (self.sweeps(&order), Vec::new());
        for group in base.chunk_by(|one, next| bins::key(one) == bins::key(next)) {
            if group.len() <= FEW && looked_through(group, &sweeps, answers) {
                continue;
            }
            apart.clear();
            bins::finer(group, &mut apart);
            let part = Stretch { base: &apart, target: None, matters: None };
            let mut groups = Groups::new(part, &self.marks);
            self.plain(part, &sweeps, &mut groups, answers, Told { question: None, yes: &mut [] });
        }
    }
}

/// Answers the questions about the few records of a key; not where ids have to tell which of two comes first.
fn looked_through(group: &[Record], sweeps: &[Sweep<'_>], answers: &mut [Answers]) -> bool {
    for (at, one) in group.iter().enumerate() {
        let later = group.get(at + 1..).unwrap_or_default();
        let place = bins::place(one);
        if place == 0 || !bins::is_dated(one) {
            continue;
        }
        for (sweep, answers) in sweeps.iter().zip(answers.iter_mut()) {
            let end = sweep.at_most(bins::time(one));
            let next = later
                .iter()
                .find(|other| bins::time(other) > end || bins::place(other) == place)
                .filter(|other| sweep.reaches(bins::time(one), bins::time(other)));
            if let Some(next) = next {
                if bins::time(next) == bins::time(one) {
                    // What was found so far is found again.
                    return false;
                }
                let ahead = sweep.question.direction == Direction::Followed;
                answers.matched.set(bins::row(if ahead { one } else { next }));
            }
            if sweep.may_wait() {
                sweep.unripe_of(one, &mut answers.found.unripe);
            }
        }
    }
    true
}
