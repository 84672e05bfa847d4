//! What is done with a text before it is a value: trimmed, taken apart, looked up, mapped.
//!
//! ```text
//! " C0047 / Sales / Ann "    split: " / ", part: 2    Sales    looked up: 18
//! ```
//!
//! After each step the text may be one that stands for a missing value. Of what
//! is looked up or mapped that is known beforehand, and written so.

use std::collections::BTreeMap;

use super::super::Fault;
use super::super::dialect::Dialect;
use super::super::lower::Lowering;
use super::super::zone::Joins;
use super::{Otherwise, Part, Texts};

/// The most texts that a list may hold to be written out.
pub(super) const LISTED: usize = 1000;

/// A text after all steps, and when a row is at fault on the way.
pub(super) struct Treated {
    pub(super) text: String,
    pub(super) faults: Vec<String>,
}

impl Texts {
    /// Whether texts are taken apart, looked up or mapped.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.is_deep() || self.map.is_some()
    }

    /// Whether that takes more than an expression.
    pub(super) fn is_deep(&self) -> bool {
        self.part.is_some() || self.lookup.is_some()
    }

    /// A column of texts after all steps; `list` is the part with the list they are looked up in.
    pub(super) fn treated(&self, d: Dialect, column: &str, list: &str, joins: &mut Joins) -> Treated {
        let mut treated = Treated { text: self.known(d, column), faults: Vec::new() };
        if let Some(part) = &self.part {
            self.take(d, part, &mut treated);
        }
        if let Some((_, otherwise)) = &self.lookup {
            look_up(list, *otherwise, &mut treated, joins);
        }
        if let Some((map, otherwise)) = &self.map {
            self.map(d, map, *otherwise, &mut treated);
        }
        treated
    }

    /// Trimmed, unless it stands for a missing value.
    fn known(&self, d: Dialect, text: &str) -> String {
        let trimmed = d.trimmed(text);
        let words: Vec<String> =
            std::iter::once("").chain(self.missing()).map(|word| d.literal(word)).collect();
        // Spark reads NULLIF as a CASE that has its text twice: a chain of them would double it again and again.
        match words.as_slice() {
            [empty] if self.trim => format!("NULLIF({trimmed}, {empty})"),
            words => {
                let text = if self.trim { trimmed.as_str() } else { text };
                format!("(CASE WHEN {trimmed} NOT IN ({}) THEN {text} END)", words.join(", "))
            }
        }
    }

    /// Spellings of missing, without the empty one.
    fn missing(&self) -> impl Iterator<Item = &str> {
        self.missing.iter().map(String::as_str).filter(|word| !word.is_empty())
    }

    /// The same for a text that is known beforehand.
    fn known_now<'t>(&self, text: &'t str) -> Option<&'t str> {
        let trimmed = text.trim();
        let missing = trimmed.is_empty() || self.missing.iter().any(|word| word == trimmed);
        (!missing).then_some(if self.trim { trimmed } else { text })
    }

    fn stands_for(&self, d: Dialect, text: &str) -> String {
        self.known_now(text).map_or_else(|| "NULL".to_string(), |text| d.literal(text))
    }

    fn take(&self, d: Dialect, part: &Part, treated: &mut Treated) {
        let (text, between) = (&treated.text, d.literal(&part.between));
        let (before, width) = (part.number.saturating_sub(1), part.between.chars().count());
        if before > 0 {
            let lengths = format!("LENGTH({text}) - LENGTH(REPLACE({text}, {between}, ''))");
            treated.faults.push(format!("({lengths} < {})", before.saturating_mul(width)));
        }
        treated.text = self.known(d, &format!("SPLIT_PART({text}, {between}, {})", part.number));
    }

    fn map(&self, d: Dialect, map: &BTreeMap<String, String>, otherwise: Otherwise, treated: &mut Treated) {
        let text = &treated.text;
        let words: Vec<String> = map.keys().map(|word| d.literal(word)).collect();
        if otherwise == Otherwise::Reject {
            treated.faults.push(match words.as_slice() {
                [] => format!("({text} IS NOT NULL)"),
                words => format!("({text} NOT IN ({}))", words.join(", ")),
            });
        }
        let others = if otherwise == Otherwise::Keep { text.as_str() } else { "NULL" };
        let arms: Vec<String> = map
            .iter()
            .map(|(from, to)| format!("WHEN {} THEN {}", d.literal(from), self.stands_for(d, to)))
            .collect();
        treated.text = match arms.as_slice() {
            [] => format!("CAST({others} AS {})", d.text()),
            arms => format!("CAST(CASE {text} {} ELSE {others} END AS {})", arms.join(" "), d.text()),
        };
    }

    /// Writes the list out that texts are looked up in, once.
    pub(super) fn write_list(
        &self,
        lowering: &mut Lowering<'_>,
        [table, field]: [&str; 2],
        name: &str,
    ) -> Result<(), Fault> {
        let Some((list, _)) = &self.lookup else { return Ok(()) };
        if list.len() > LISTED {
            let message = format!("it is looked up in a list of {} texts, {LISTED} are the most", list.len());
            return Err(Fault::new(table, Some(field), &message)
                .help("load the list as a relation, and make a view that joins it".to_string()));
        }
        let d = lowering.dialect;
        let row = |(word, means): (&String, &String)| {
            format!("({}, {})", d.literal(word), self.stands_for(d, means))
        };
        let rows: Vec<String> = list.iter().map(row).collect();
        let note = [format!("what is looked up for `{field}`")];
        lowering.add(name, &note, d.texts_written_out(&["word", "means"], &rows));
        Ok(())
    }
}

fn look_up(list: &str, otherwise: Otherwise, treated: &mut Treated, joins: &mut Joins) {
    let text = &treated.text;
    let alias = joins.alias(list, text, |alias| format!("{alias}.word = {text}"));
    if otherwise == Otherwise::Reject {
        treated.faults.push(format!("({text} IS NOT NULL AND {alias}.word IS NULL)"));
    }
    treated.text = match otherwise {
        Otherwise::Keep => format!("(CASE WHEN {alias}.word IS NULL THEN {text} ELSE {alias}.means END)"),
        Otherwise::Reject | Otherwise::Missing => format!("{alias}.means"),
    };
}
