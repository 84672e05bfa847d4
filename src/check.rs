//! From tree to checked contract: names, units, dates, coverage of bands. Finds all faults at once.
//!
//! Two passes: [`names`] collects what is declared, then every clause is
//! resolved where it is first needed, each once. A part that is at fault is
//! reported once and then left out silently, so that one slip gives one
//! finding:
//!
//! ```text
//! measure quick { share of calls where wait <= 20 }   E0202: no field `wait`
//! commitment quick { target at least 80% }            nothing: `quick` is known to be at fault
//! ```

mod accepts;
mod amounts;
mod back;
mod baselines;
mod charges;
mod coverage;
mod dates;
mod days;
mod defaults;
mod examples;
mod figures;
mod follow;
mod head;
mod history;
mod join;
mod kinds;
mod levels;
mod limits;
mod line;
mod literal;
mod maturity;
mod measures;
mod memo;
mod misplaced;
mod names;
mod nature;
mod past;
mod pay;
mod pools;
mod pricing_defaults;
mod proof;
mod records;
mod relief;
mod remedies;
mod reversal;
mod riders;
mod scale;
mod score;
mod series;
mod sets;
mod share;
mod situation;
mod steps;
mod stretch;
mod survey;
mod tables;
#[cfg(test)]
mod tests;
mod units;
mod usage;
mod versions;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use meed_grammar::codes;
use meed_grammar::diagnostic::{Diagnostic, Severity};
use meed_grammar::tree::Tree;

use crate::contract::{
    Amended, Calendar, Charge, Commitment, Contract, Conversion, Fact, Measure, Pool, Register, Series,
    SetRef, Unpaid,
};
use baselines::Own;
use head::Head;
use memo::Memo;
use names::Names;
use relief::registers;
use tables::Tables;
use versions::Version;

/// The checked contract, when there is no error, and everything found.
///
/// Findings are in the order of the text. Warnings do not keep a contract
/// from being used.
#[must_use]
pub fn contract(source_tree: &Tree) -> (Option<Contract>, Vec<Diagnostic>) {
    let (mut contract, mut found) = version(source_tree);
    let mut sound = contract.is_some();
    for later in versions::later(source_tree, &mut found) {
        let (amended, of_version) = version(&later.tree);
        sound &= amended.is_some();
        found.extend(new_findings(&later, of_version, &found));
        if let (Some(contract), Some(amended)) = (&mut contract, amended) {
            contract.amended.push(Amended { from: later.from, title: later.title, contract: amended });
        }
    }
    found.sort_by_key(|it| (it.span().unwrap_or_default(), it.severity, it.code, it.message.clone()));
    let faulty = !sound || found.iter().any(|it| it.severity == Severity::Error);
    (contract.filter(|_| !faulty), found)
}

/// What is wrong with a later version and was not with those before it. That
/// nothing uses a clause any more is only said of clauses of the amendment.
fn new_findings(later: &Version, found: Vec<Diagnostic>, before: &[Diagnostic]) -> Vec<Diagnostic> {
    let inside = |it: &Diagnostic| {
        it.span().is_some_and(|span| later.span.start <= span.start && span.end <= later.span.end)
    };
    let new = |it: &Diagnostic| !before.contains(it) && (it.code != codes::UNUSED || inside(it));
    let note = format!("in the contract as amended from {} (\"{}\")", later.from, later.title);
    found.into_iter().filter(new).map(|it| it.note(note.clone())).collect()
}

/// One version of a contract: the first, or one with its amendments put in.
fn version(source_tree: &Tree) -> (Option<Contract>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let names = Names::of(source_tree, &mut found);
    let Some(head) = Head::of(&names, &mut found) else { return (None, found) };
    let tables = Tables::of(&names, &mut found);
    let mut check = Check::new(names, head, tables, found);
    let contract = check.whole(source_tree);
    let mut found = check.found;
    found.sort_by_key(|it| (it.span().unwrap_or_default(), it.severity, it.code, it.message.clone()));
    found.dedup();
    let faulty = found.iter().any(|it| it.severity == Severity::Error);
    (contract.filter(|_| !faulty), found)
}

/// The work in hand: what is declared, what is resolved, what was found.
struct Check<'a> {
    names: Names<'a>,
    head: Head,
    tables: Tables,
    found: Vec<Diagnostic>,
    calendars: BTreeMap<String, Calendar>,
    sets: Memo<SetRef>,
    measures: Memo<Measure>,
    facts: Memo<Fact>,
    charges: Memo<Charge>,
    pools: Memo<Pool>,
    /// Periods without pay, with the commitments they are about; none named means all.
    phases: Vec<(Vec<String>, Unpaid)>,
    /// The levels of the commitment at hand.
    own: Option<Own>,
    /// Whether the formula at hand is that of a level.
    in_level: bool,
    /// Indices, exchange rates and dated facts.
    series: BTreeMap<String, Series>,
    /// Amounts may be in another currency, for they are converted.
    abroad: bool,
    /// Measures that charges and formulas state in place, by their text.
    inline: BTreeMap<String, Measure>,
}

impl<'a> Check<'a> {
    fn new(names: Names<'a>, head: Head, tables: Tables, found: Vec<Diagnostic>) -> Self {
        Self {
            names,
            head,
            tables,
            found,
            calendars: BTreeMap::new(),
            sets: Memo::default(),
            measures: Memo::default(),
            facts: Memo::default(),
            charges: Memo::default(),
            pools: Memo::default(),
            phases: Vec::new(),
            own: None,
            in_level: false,
            series: BTreeMap::new(),
            abroad: false,
            inline: BTreeMap::new(),
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Resolves every clause, so that nothing at fault stays unseen.
    fn whole(&mut self, source_tree: &Tree) -> Option<Contract> {
        self.calendars = self.all_calendars();
        let sets = self.all_sets();
        let facts = self.all_facts();
        self.series = self.all_series();
        let charges = self.all_charges();
        let mut measures = self.all_measures();
        let baselines = self.all_baselines();
        let mut pools = self.all_pools();
        self.phases = self.all_phases();
        let commitments = self.all_commitments();
        let conversion = self.conversion();
        let gates = self.all_gates();
        let caps = self.all_caps();
        let rights = self.all_rights();
        let remedies = self.remedies(&commitments);
        let maturity = self.maturity();
        let governance = self.governance(&measures, &commitments);
        let charge_backs = self.all_charge_backs();
        let examples = self.all_examples();
        let accepted = self.all_accepted();
        self.amendment_dates();
        self.allocate(&mut pools, &commitments);
        self.unused(source_tree);
        measures.append(&mut self.inline);
        let mut contract = Contract {
            title: self.head.title.clone(),
            client: self.head.client.clone(),
            vendor: self.head.vendor.clone(),
            zone: self.head.zone.clone(),
            currency: self.head.currency,
            schedule: self.head.schedule.clone(),
            rounding: self.head.rounding.clone(),
            calendars: self.calendars.clone(),
            tables: BTreeMap::new(),
            sets,
            measures,
            facts,
            charges,
            baselines,
            pools,
            commitments,
            conversion,
            gates,
            caps,
            registers: BTreeSet::new(),
            rights,
            history: self.history(),
            remedies,
            maturity,
            governance,
            series: self.series.clone(),
            charge_backs,
            examples,
            accepted,
            defaults: Vec::new(),
            amended: Vec::new(),
        };
        if !contract.remedies.claims.is_empty() {
            contract.registers.insert(Register::Claims);
        }
        contract.registers.extend(registers(&contract.governance));
        contract.tables = self.tables.used_by(&contract);
        contract.defaults = defaults::of(&contract);
        self.surveys(&contract);
        Some(contract)
    }
}

/// Commitments by name; at fault ones are left out.
type Commitments = BTreeMap<String, Commitment>;

/// How points become money, when the contract says so.
type MaybeConversion = Option<Conversion>;

/// Both, or nothing when one is missing: nothing more to say then.
fn both<A, B>(a: Option<A>, b: Option<B>) -> Option<(A, B)> {
    a.zip(b)
}
