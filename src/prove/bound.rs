//! Caps that can never bind, and amounts that nothing bounds.

use std::rc::Rc;

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;

use crate::contract::{Cap, CapSpan, Commitment, Contract, Measure, Pay, PaySide};
use crate::settle::{limit_times, worked};
use crate::value::{PeriodLength, Quantity, Ratio, Unit};

use super::bench::Run;
use super::exposure::Part;
use super::extreme::Search;
use super::size::{Bases, Size, size};
use super::worst::{looks_back, pays_by_the_past};

/// The findings of both sides.
pub(super) fn findings(contract: &Contract, sides: &[Search; 2]) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = sides.iter().flat_map(unbounded).collect();
    for search in sides {
        let caps = || contract.caps.iter().filter(|cap| cap.side == search.side);
        if caps().next().is_some() {
            let worst = Worst::new(search);
            found.extend(caps().filter_map(|cap| worst.never_binds(cap)));
        }
    }
    found
}

/// Commitments that can cost ever more, with nothing that stops them.
fn unbounded(search: &Search) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // A cap that is taken from earlier periods may bind, whatever they were.
    let caps = search.contract().caps.iter().filter(|cap| cap.side == search.side);
    if caps.into_iter().any(|cap| looks_back(search.contract(), &cap.value)) {
        return found;
    }
    let capped = search.with_longer_caps();
    for (measure, on) in search.measures() {
        let grows = |commitment: &&&Commitment| {
            let alone = search.alone(&[**commitment]);
            alone.grows(measure, &|run| alone.worth(run, &[**commitment]))
        };
        let growing: Vec<&&Commitment> = on.iter().filter(grows).collect();
        let with_caps = |run: &Run| (search.side_of(run), Ratio::zero());
        if !growing.is_empty() && capped.grows(measure, &with_caps) {
            let found_here = growing.into_iter().map(|commitment| {
                let found = diagnostic(commitment, search.side);
                match thousand(search, measure, commitment) {
                    Some(note) => found.note(note),
                    None => found,
                }
            });
            found.extend(found_here);
        }
    }
    found
}

fn diagnostic(commitment: &Commitment, side: PaySide) -> Diagnostic {
    let (word, plural) = words(side);
    let message = format!("nothing bounds the {word} on `{}`", commitment.name);
    Diagnostic::warning(codes::PAY_UNBOUNDED, message)
        .label(commitment.span, format!("the {word} grows with every step"))
        .note(format!("`{}` has no end of its own, and no cap or pool applies", commitment.measure))
        .help(format!("add `, at most …` to the step, or `cap {plural} … each period`"))
}

/// What a thousand steps come to: 50.00 for each missed pick-up are 50,000.00 for a thousand.
fn thousand(search: &Search, measure: &Measure, commitment: &Commitment) -> Option<String> {
    let alone = search.alone(&[commitment]);
    let start = alone.start(&search.hundred());
    let idle = alone.run(&start)?;
    let most = commitment.pays.iter().filter_map(|pay| {
        let Pay::Step { side, step, below, level, at_most: None, .. } = pay else { return None };
        let away = step * &Ratio::whole(1_000);
        let level = worked(alone.contract(), &idle.readings, 0, level)?;
        let reading = if *below { &level - &away } else { &level + &away };
        let run = alone.run(&start.clone().value(alone.contract(), &measure.name, &reading))?;
        let (money, points) = alone.worth(&run, &[commitment]);
        (*side == search.side && search.bases.is_empty()).then_some((money, points, reading))
    });
    let (money, points, reading) = most.max()?;
    let amount = match money.is_zero() {
        true => Quantity::new(points, Unit::Points),
        false => Quantity::new(money, alone.money()),
    };
    Some(format!(
        "a thousand steps, `{}` = {}, come to {amount}",
        measure.name,
        Quantity::new(reading, measure.unit)
    ))
}

fn words(side: PaySide) -> (&'static str, &'static str) {
    match side {
        PaySide::Penalty => ("penalty", "penalties"),
        PaySide::Bonus => ("bonus", "bonuses"),
    }
}

/// The period in which everything is at its worst, for one side.
struct Worst<'a> {
    search: &'a Search,
    parts: &'a [Part],
}

impl<'a> Worst<'a> {
    fn new(search: &'a Search) -> Self {
        Self { search, parts: search.parts() }
    }

    /// That period with figures in place of the charges that vary.
    fn at(&self, bases: &Bases) -> Option<Rc<Run>> {
        self.search.together(self.parts, bases, 1)
    }

    /// A cap that lies above everything it applies to, even at its worst.
    fn never_binds(&self, cap: &Cap) -> Option<Diagnostic> {
        let search = self.search;
        // What earlier periods left of it is not known here.
        if !cap.when.is_empty() || looks_back(search.contract(), &cap.value) {
            return None;
        }
        let applies = |name: &str| cap.on.is_empty() || cap.on.iter().any(|on| on == name);
        let all = search.contract().commitments.values();
        let under: Vec<&Commitment> = all.filter(|commitment| applies(&commitment.name)).collect();
        let measured = |part: &&Part| under.iter().any(|commitment| commitment.measure == part.measure);
        let parts: Vec<&Part> = self.parts.iter().filter(measured).collect();
        if under.iter().any(|commitment| pays_by_the_past(search.contract(), commitment)) {
            return None;
        }
        if parts
            .iter()
            .any(|part| part.each_segment || matches!(part.size, Size::Unbounded | Size::Depends(_)))
        {
            return None;
        }
        let periods = periods_of(search.contract(), cap.over);
        let times = |amount: Ratio| Some(&amount * &Ratio::whole(periods));
        let most = if cap.on.is_empty() {
            let without = search.without_cap(cap);
            let run = |bases: &Bases| without.together(self.parts, bases, 1);
            size(&search.bases, search.money(), &|bases| times(search.side_of(&*run(bases)?)))
        } else {
            size(&search.bases, search.money(), &|bases| times(search.worth(&*self.at(bases)?, &under).0))
        };
        let limit =
            |bases: &Bases| limit_times(search.contract(), &self.at(bases)?.readings, &cap.value, periods);
        let limit = size(&search.bases, search.money(), &limit);
        most.is_less_than(&limit).then(|| diagnostic_of(cap, &most, &limit, &parts, periods))
    }
}

fn diagnostic_of(cap: &Cap, most: &Size, limit: &Size, parts: &[&Part], periods: usize) -> Diagnostic {
    let plural = words(cap.side).1;
    let together = if periods == 1 { String::new() } else { format!(" in {periods} periods together") };
    Diagnostic::warning(codes::CAP_NEVER_BINDS, format!("this cap on {plural} can never bind"))
        .label(cap.span, format!("{limit}"))
        .note(format!("all {plural} it applies to come to {most} at most{together}"))
        .note(witness(parts))
        .help(format!("lower it below {most}, or leave it out"))
}

/// How many periods count together under a cap.
fn periods_of(contract: &Contract, over: CapSpan) -> usize {
    match over {
        CapSpan::Period => 1,
        CapSpan::Periods(n) => usize::from(n),
        CapSpan::ContractYear => match contract.schedule.length {
            PeriodLength::Monthly => 12,
            PeriodLength::Quarterly => 4,
            PeriodLength::Yearly | PeriodLength::WholeTerm => 1,
        },
        CapSpan::Term => contract.schedule.periods(&contract.zone).len(),
    }
}

fn witness(parts: &[&Part]) -> String {
    let at = |part: &&Part| part.at.as_ref().map(|at| format!("`{}` = {at}", part.measure));
    match parts.iter().filter_map(at).collect::<Vec<_>>() {
        all if all.is_empty() => "nothing is ever due".to_string(),
        all => format!("with {}", all.join(", ")),
    }
}
