//! Look-aheads: who is searched, by which keys, how far.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::tree::{self, Name};

use super::{Check, both, tables};
use crate::contract::{Direction, Follow, Row, SetRef};

impl Check<'_> {
    /// A look-ahead from the records of `base`.
    pub(super) fn follow(&mut self, written: &tree::Follow, base: &SetRef) -> Option<Follow> {
        let target = match &written.set {
            Some(name) => self.set(name),
            None => Some(base.clone()),
        };
        let keys = target.as_ref().and_then(|target| self.keys(&written.keys, base, target));
        let window = match &written.window {
            Some(window) => self.window(window).map(Some),
            None => Some(None),
        };
        // The window is that of the earlier of the two records.
        let earlier = match (&written.direction, &target) {
            (tree::Direction::Preceded, Some(target)) => target.table.clone(),
            _ => base.table.clone(),
        };
        let after = match &written.after {
            Some(field) => self.date_field(field, &earlier).map(Some),
            None => Some(None),
        };
        let ((target, keys), (window, after)) = both(both(target, keys), both(window, after))?;
        let place = written.set.as_ref().or(written.keys.first()).map(|name| name.span).unwrap_or_default();
        for set in [base, &target] {
            self.no_open_cases(set, place, "nothing follows or precedes them").map_or(Some(()), |()| None)?;
        }
        let direction = match written.direction {
            tree::Direction::Followed => Direction::Followed,
            tree::Direction::Preceded => Direction::Preceded,
            tree::Direction::StartsCase => Direction::StartsCase,
            tree::Direction::StillIn => Direction::StillIn,
        };
        if direction == Direction::StillIn && !self.lasts(written, &target) {
            return None;
        }
        let least = match written.least.as_deref() {
            Some(least) => Some(self.least(least, &target)?),
            None => None,
        };
        Some(Follow {
            direction,
            base: base.clone(),
            target,
            keys,
            other_day: written.other_day,
            window,
            after,
            least,
        })
    }

    /// The keys, each a field of both tables with one type.
    pub(super) fn keys(&mut self, names: &[Name], base: &SetRef, target: &SetRef) -> Option<Vec<String>> {
        let mut keys = Vec::new();
        let mut sound = true;
        for name in names {
            let here = self.field_type(name, &base.table);
            let there = if base.table == target.table { here } else { self.field_type(name, &target.table) };
            match both(here, there) {
                Some((here, there)) if here == there => keys.push(name.value.clone()),
                Some((here, there)) => {
                    sound = false;
                    self.report(key_types(name, (&base.table, here), (&target.table, there)));
                }
                None => sound = false,
            }
        }
        keys.sort_unstable();
        keys.dedup();
        sound.then_some(keys)
    }
}

fn key_types(name: &Name, here: (&str, tree::FieldType), there: (&str, tree::FieldType)) -> Diagnostic {
    let (a, b) = (tables::word(here.1), tables::word(there.1));
    Diagnostic::error(
        codes::UNITS_DIFFER,
        format!("`{}` is {a} in `{}` and {b} in `{}`", name.value, here.0, there.0),
    )
    .label(name.span, "the same field has two types")
    .help("records can only be matched by fields of the same type".to_owned())
}

/// How many parts the conditions of a set have, look-aheads included.
pub(super) fn weight(set: &SetRef) -> usize {
    let conditions = set.conditions.iter().chain(set.exclusions.iter().map(|it| &it.condition));
    conditions.map(row_weight).sum()
}

fn row_weight(row: &Row) -> usize {
    let mut total = 0;
    row.walk(&mut |part| {
        total += match part {
            Row::Follow(follow) => 1 + weight(&follow.base) + weight(&follow.target),
            _ => 1,
        }
    });
    total
}
