//! A contract read back in plain sentences: what it says, with the numbers filled in.
//!
//! ```text
//! 5.3  Resolved at the first contact (stayed_resolved)
//!      Promised: at least 78%.
//!      When missed: a penalty of 80% of pool, GBP 17,280.00.
//! ```
//!
//! One function for each kind of clause. A contract is taken apart here
//! without leaving a part out, so a new kind of clause does not compile until
//! it has its sentence.

mod charges;
mod commitments;
mod condition;
mod decisions;
mod field;
mod head;
mod levels;
mod measures;
mod pays;
mod prices;
mod proof;
mod records;
mod remedies;
mod render;
mod rules;
mod samples;
mod words;
mod worth;

pub use render::{human, json, md};

use serde::Serialize;

use crate::contract::Contract;

/// A contract in sentences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The contract's title.
    pub title: String,
    /// Who, how long, and how time and money are counted.
    pub lead: Vec<String>,
    /// The clauses by subject.
    pub sections: Vec<Section>,
}

/// The clauses on one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The subject.
    pub heading: String,
    /// The clauses, in the order of a statement.
    pub items: Vec<Item>,
}

/// One clause.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Item {
    /// The clause of the agreement: `6.1`.
    pub clause: Option<String>,
    /// The names it is about, its own first.
    pub names: Vec<String>,
    /// What it is called; empty when the sentences say it all.
    pub heading: String,
    /// What it says.
    pub sentences: Vec<String>,
    /// Figures worked out for it.
    pub table: Option<Table>,
}

/// Figures worked out for a clause.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Table {
    /// What the columns hold.
    pub heads: Vec<String>,
    /// The rows, each as long as `heads`.
    pub rows: Vec<Vec<String>>,
}

impl Item {
    /// A clause with its reference, name and what people call it.
    fn new(clause: Option<&String>, name: &str, label: &str) -> Self {
        let heading = if label == name { name.to_owned() } else { format!("{label} ({name})") };
        Self { clause: clause.cloned(), names: vec![name.to_owned()], heading, ..Self::default() }
    }

    fn say(&mut self, sentence: impl Into<String>) {
        self.sentences.push(sentence.into());
    }

    /// Whether somebody who asks for `what` means this clause.
    fn is_about(&self, what: &str) -> bool {
        let below = |clause: &String| {
            clause == what || clause.strip_prefix(what).is_some_and(|rest| rest.starts_with('.'))
        };
        self.clause.as_ref().is_some_and(below) || self.names.iter().any(|name| name == what)
    }
}

/// The contract in sentences.
#[must_use]
pub fn contract(contract: &Contract) -> Told {
    let Contract {
        title,
        client: _,
        vendor: _,
        zone: _,
        currency: _,
        schedule: _,
        rounding: _,
        calendars,
        tables: _,
        sets,
        measures: _,
        facts,
        charges: _,
        baselines,
        pools: _,
        commitments: _,
        conversion,
        gates,
        caps,
        remedies,
        maturity,
        rights,
        history,
        registers: _,
        governance,
        series: _,
        charge_backs,
        examples,
        accepted,
        defaults,
        amended,
    } = contract;
    let sections = [
        ("When the clock runs", calendars.values().map(records::calendar).collect()),
        (
            "Which contacts belong together",
            maturity.journeys.values().map(|it| records::journeys(contract, it)).collect(),
        ),
        ("Who counts", sets.iter().map(|(name, set)| records::set(contract, name, set)).collect()),
        ("What is measured", measures::all(contract)),
        ("What is charged", charges::all(contract, facts)),
        ("What changes with time", prices::series(contract)),
        ("What is taken from the past", levels::baselines(baselines.values())),
        ("What is promised, and what follows", commitments::all(contract)),
        ("Over all commitments", rules::all(contract, conversion.as_ref(), gates, caps)),
        ("Between a penalty and its payment", remedies::all(remedies)),
        ("Who bears the cost", prices::charge_backs(charge_backs)),
        ("What else follows", rules::rights(rights, *history)),
        ("What people decide", decisions::all(contract, governance)),
        ("What changes on a date", levels::amendments(amended)),
        ("Examples in the text, calculated with every check", rules::examples(examples)),
        ("Warnings the parties accept", rules::accepted(accepted)),
        ("What the contract pays for", worth::all(contract)),
        ("Where the text says nothing", rules::defaults(defaults)),
    ];
    let told = |(heading, items): (&str, Vec<Item>)| Section { heading: heading.to_owned(), items };
    let sections = sections.into_iter().map(told).filter(|section| !section.items.is_empty()).collect();
    Told { title: title.clone(), lead: head::lead(contract), sections }
}

impl Told {
    /// Only the clauses about `what`: a name, or a clause reference with those below it.
    #[must_use]
    pub fn only(&self, what: &str) -> Option<Self> {
        let of = |section: &Section| Section {
            heading: section.heading.clone(),
            items: section.items.iter().filter(|item| item.is_about(what)).cloned().collect(),
        };
        let sections: Vec<Section> = self.sections.iter().map(of).filter(|it| !it.items.is_empty()).collect();
        let found = !sections.is_empty();
        found.then(|| Self { title: self.title.clone(), lead: Vec::new(), sections })
    }

    /// Everything that can be asked for.
    #[must_use]
    pub fn askable(&self) -> Vec<&str> {
        let items = self.sections.iter().flat_map(|section| &section.items);
        let mut all: Vec<&str> =
            items.flat_map(|item| item.clause.iter().chain(&item.names)).map(String::as_str).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

#[cfg(test)]
mod tests;
