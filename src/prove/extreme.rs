//! The reading at which a measure costs (or earns) most.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::contract::{
    Cap, ChargeKind, Commitment, Contract, Excess, Formula, Measure, Node, PaySide, Remedies,
};
use crate::settle::{Line, LineKind};
use crate::value::Ratio;

use super::bench::{Run, Start, first_period};
use super::exposure::Part;
use super::range::{candidates, far};
use super::reduce::conversion_formulas;
use super::size::Bases;
use super::trial::Trial;
use super::worst::at_worst;

/// What a search for the worst reading comes to.
pub(super) struct Found {
    /// The reading; none when nothing is ever due.
    pub worst: Option<Ratio>,
    /// Figures that amounts need besides the reading.
    pub lacks: BTreeSet<String>,
}

/// A contract set up for finding extremes.
#[derive(Debug, Clone)]
pub(super) struct Search {
    /// The contract at its worst; see [`at_its_worst`].
    trial: Rc<Trial>,
    /// Charges that vary with volumes and that amounts are percentages of.
    pub bases: Rc<[String]>,
    pub side: PaySide,
    original: Rc<Contract>,
    parts: OnceCell<Vec<Part>>,
}

/// The contract with gates and netting left out, as they can only take away, and without
/// caps that do not bound one period; exact unless every base is constant,
/// so that percentages come out exactly.
fn at_its_worst(original: &Contract, bases: &[String]) -> Contract {
    let mut contract = at_worst(original);
    contract.gates.clear();
    contract.remedies = Remedies::default();
    contract.caps.retain(|cap| !cap.is_long() && cap.excess != Excess::PaidInCash);
    if !bases.is_empty() {
        contract.rounding.each_line = false;
    }
    contract
}

impl Search {
    pub(super) fn new(original: &Rc<Contract>, side: PaySide) -> Self {
        let bases = bases(original);
        let trial = Rc::new(Trial::new(at_its_worst(original, &bases), first_period(original)));
        Self { trial, bases: bases.into(), side, original: Rc::clone(original), parts: OnceCell::new() }
    }

    /// One for penalties and one for bonuses.
    pub(super) fn both(original: &Rc<Contract>) -> [Self; 2] {
        let penalty = Self::new(original, PaySide::Penalty);
        let bonus = Self { side: PaySide::Bonus, ..penalty.clone() };
        [penalty, bonus]
    }

    /// The contract at its worst.
    pub(super) fn contract(&self) -> &Contract {
        &self.trial.contract
    }

    /// The same search over these commitments alone, without caps.
    pub(super) fn alone(&self, on: &[&Commitment]) -> Self {
        self.over(self.trial.alone(on))
    }

    /// The same search without this cap.
    pub(super) fn without_cap(&self, cap: &Cap) -> Self {
        self.over(Rc::new(self.trial.with(|contract| contract.caps.retain(|other| other != cap))))
    }

    /// The same search with the caps over several periods, which bound one period too.
    pub(super) fn with_longer_caps(&self) -> Self {
        let bounds = |cap: &&Cap| cap.excess != Excess::PaidInCash;
        let caps: Vec<Cap> = self.original.caps.iter().filter(bounds).cloned().collect();
        match caps == self.contract().caps {
            true => self.clone(),
            false => self.over(Rc::new(self.trial.with(|contract| contract.caps = caps))),
        }
    }

    /// The caps of this side over several periods, as written.
    pub(super) fn longer(&self) -> Vec<String> {
        let long = self.original.caps.iter().filter(|cap| cap.side == self.side && cap.is_long());
        long.map(|cap| cap.text.clone()).collect()
    }

    fn over(&self, trial: Rc<Trial>) -> Self {
        Self { trial, parts: OnceCell::new(), ..self.clone() }
    }

    /// Each measure at its worst, before caps.
    pub(super) fn parts(&self) -> &[Part] {
        self.parts.get_or_init(|| {
            self.measures().iter().filter_map(|(measure, on)| self.alone(on).part(measure, on)).collect()
        })
    }

    /// Settles a made-up period.
    pub(super) fn run(&self, start: &Start) -> Option<Rc<Run>> {
        self.trial.run(start)
    }

    /// A period with these figures in place of the charges that vary.
    pub(super) fn start(&self, bases: &Bases) -> Start {
        Start { charges: bases.clone(), ..Start::default() }
    }

    /// Every charge that varies is 100.
    pub(super) fn hundred(&self) -> Bases {
        self.bases.iter().map(|name| (name.clone(), Ratio::whole(100))).collect()
    }

    /// The measures that commitments are judged on, with their commitments.
    pub(super) fn measures(&self) -> Vec<(&Measure, Vec<&Commitment>)> {
        let all = self.original.measures.values();
        let measures = all.map(|measure| (measure, self.original.commitments_on(&measure.name)));
        measures.filter(|(_, on)| !on.is_empty()).collect()
    }

    /// What these commitments come to on this side, before caps: money, then points.
    pub(super) fn worth(&self, run: &Run, on: &[&Commitment]) -> (Ratio, Ratio) {
        let kind = if self.side == PaySide::Penalty { LineKind::Penalty } else { LineKind::Bonus };
        let of = |line: &&Line, word: &str| {
            on.iter().any(|commitment| line.id.strip_prefix(word).is_some_and(|rest| rest == commitment.name))
        };
        let lines = run.ledger.lines.iter();
        let word = if kind == LineKind::Penalty { "penalty." } else { "bonus." };
        let money =
            lines.clone().filter(|line| line.kind == kind && of(line, word)).map(|line| line.amount.abs());
        let points = lines.filter(|line| line.kind == LineKind::Points && of(line, "points."));
        let counts = self.contract().conversion.as_ref().is_some_and(|item| item.side == self.side);
        let points: Ratio = points.filter(|_| counts).map(|line| line.amount.clone()).sum();
        (money.sum(), points)
    }

    /// The reading at which these commitments come to most; the one nearest to
    /// nothing among equals. What they need besides, and a made-up period does
    /// not have, is named.
    pub(super) fn worst(&self, measure: &Measure, on: &[&Commitment]) -> Option<Found> {
        let start = self.start(&self.hundred());
        let idle = self.run(&start)?;
        let mut best: Option<((Ratio, Ratio), Ratio)> = None;
        let mut lacks = BTreeSet::new();
        for value in candidates(self.contract(), &idle.readings, measure, on) {
            let run = self.run(&start.clone().value(self.contract(), &measure.name, &value))?;
            lacks.extend(self.lines(&run, on).flat_map(|line| line.trace.missing.iter().cloned()));
            let worth = self.worth(&run, on);
            let more =
                best.as_ref().map_or(worth.0.is_positive() || worth.1.is_positive(), |best| worth > best.0);
            if more {
                best = Some((worth, value));
            }
        }
        Some(Found { worst: best.map(|(_, value)| value), lacks })
    }

    /// The lines that these commitments have on this side.
    fn lines<'r>(&self, run: &'r Run, on: &'r [&Commitment]) -> impl Iterator<Item = &'r Line> {
        let word = if self.side == PaySide::Penalty { "penalty." } else { "bonus." };
        let own = move |line: &&Line| {
            let name = line.id.strip_prefix(word).or_else(|| line.id.strip_prefix("points."));
            name.is_some_and(|name| on.iter().any(|commitment| commitment.name == name))
        };
        run.ledger.lines.iter().filter(own)
    }

    /// Whether `what` comes to ever more as the reading goes out without end.
    pub(super) fn grows(&self, measure: &Measure, what: &dyn Fn(&Run) -> (Ratio, Ratio)) -> bool {
        [true, false].into_iter().any(|up| {
            let at = |times| {
                let value = far(measure, up, times)?;
                let start = self.start(&self.hundred()).value(self.contract(), &measure.name, &value);
                self.run(&start).map(|run| what(&run))
            };
            matches!((at(1), at(2)), (Some(once), Some(twice)) if twice > once)
        })
    }
}

/// The charges that vary with volumes and that amounts refer to directly.
fn bases(contract: &Contract) -> Vec<String> {
    let mut formulas: Vec<&Formula> = contract.pools.values().map(|pool| &pool.value).collect();
    formulas.extend(contract.caps.iter().map(|cap| &cap.value));
    formulas.extend(conversion_formulas(contract));
    for pay in contract.commitments.values().flat_map(|commitment| &commitment.pays) {
        formulas.extend(pay.every_formula());
    }
    let mut names: Vec<String> = formulas.into_iter().flat_map(charges_in).collect();
    names.sort();
    names.dedup();
    names.retain(|name| varies(contract, name));
    names
}

fn charges_in(formula: &Formula) -> Vec<String> {
    let mut names = Vec::new();
    formula.node.walk(&mut |node| {
        if let Node::Charge(name) = node {
            names.push(name.clone());
        }
    });
    names
}

/// Whether a charge depends on anything measured.
pub(super) fn varies(contract: &Contract, charge: &str) -> bool {
    let Some(charge) = contract.charges.get(charge) else { return false };
    let ChargeKind::Formula(formula) = &charge.kind else { return true };
    let mut measured = false;
    formula.node.walk(&mut |node| measured |= matches!(node, Node::Measure(_)));
    measured || charges_in(formula).iter().any(|other| varies(contract, other))
}
