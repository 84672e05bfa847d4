//! What prices, indices and charge-backs leave to a documented default.

use std::collections::BTreeSet;

use super::names::list;
use crate::contract::{Charge, ChargeKind, Contract, Node, Row, TakenBack};

/// The sentences of this subject.
pub(super) fn of(contract: &Contract, counts_both: bool) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let charges = |holds: &dyn Fn(&Charge) -> bool| -> Vec<&str> {
        contract.charges.values().filter(|it| holds(it)).map(|it| it.name.as_str()).collect()
    };
    let mut say = |names: Vec<&str>, sentence: &str| {
        if !names.is_empty() {
            all.insert(format!("{sentence}: {}", list(&names)));
        }
    };
    if has_part_periods(contract) {
        say(
            charges(&|it| is_fixed(it) && !it.riders.part_said),
            "a fixed fee is owed in full for a part of a period",
        );
    }
    say(
        charges(&|it| it.riders.carried.is_some()),
        "included units kept from earlier periods are used before those of the period, the oldest first",
    );
    let taken_back = |off: bool| {
        charges(&|it| {
            let reversal = it.riders.reversal.as_ref();
            reversal.is_some_and(|it| (it.how == TakenBack::OffTheCount) == off)
        })
    };
    say(taken_back(true), "a count less what came back is never below nothing, and what is beyond lapses");
    say(
        taken_back(false),
        "what is taken back comes off after the least and the most, and may leave less than nothing",
    );
    say(charges(&|it| it.riders.balance.is_some()), "a balance that falls after the term is in no statement");
    let several = |it: &Charge| {
        let riders = &it.riders;
        let parts = [
            riders.indexed.is_some(),
            riders.least.is_some() || riders.most.is_some(),
            riders.prorated.is_some(),
        ];
        parts.into_iter().filter(|said| *said).count() > 1
    };
    say(
        charges(&several),
        "a price is indexed, then held to its least and most, then cut to the part of the period",
    );
    let series = |source: &str| -> Vec<&str> {
        contract.series.values().filter(|it| it.source == source).map(|it| it.name.as_str()).collect()
    };
    say(
        series("index"),
        "a value of an index counts in the periods that begin on its day or later, until the next",
    );
    say(
        series("fact"),
        "a value of a fact counts in the periods that begin on its day or later, until the next",
    );
    say(series("exchange"), "a rate counts in the periods that end on its day or later, until the next");
    let unsaid = contract.series.values().filter(|it| it.source == "index" && !it.each_said);
    say(
        unsaid.map(|it| it.name.as_str()).collect(),
        "each rise of an index is reckoned on the last adjusted",
    );
    if !contract.charge_backs.is_empty() {
        all.insert(
            "a charge-back is shared out to the cent: cents left over go to the largest remainders, among equals in the \
             order of the units' names"
                .to_owned(),
        );
    }
    if contract.charge_backs.iter().any(|back| back.most.is_some()) {
        all.insert("what goes beyond the most of a unit is held centrally".to_owned());
    }
    if counts_both {
        all.insert("days with both counted are none when the end is not after the start".to_owned());
    }
    all
}

/// Whether a first or last period is shorter than a regular one.
fn has_part_periods(contract: &Contract) -> bool {
    let periods = contract.schedule.periods(&contract.zone);
    let ends = [periods.first(), periods.last()];
    ends.into_iter().flatten().any(|period| contract.schedule.whole(period) != (period.first, period.last))
}

/// Whether a charge is the same in every period, but for indices and facts.
fn is_fixed(charge: &Charge) -> bool {
    let ChargeKind::Formula(formula) = &charge.kind else { return false };
    let mut fixed = true;
    formula.node.walk(&mut |node| {
        fixed &= !matches!(
            node,
            Node::Charge(_) | Node::Measure(_) | Node::Pool(_) | Node::Past(_) | Node::Total(_)
        );
    });
    fixed
}

/// The shape that `days from … to …, both counted` becomes.
pub(super) fn counts_both(row: &Row) -> bool {
    match row {
        Row::Arithmetic(_, late, first) => {
            matches!(first.as_ref(), Row::Extreme(false, again, _) if again == late)
                && matches!(late.as_ref(), Row::Extreme(true, elapsed, _) if matches!(elapsed.as_ref(), Row::Elapsed(..)))
        }
        _ => false,
    }
}
