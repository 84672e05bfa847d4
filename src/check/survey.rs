//! Money on answers of a survey, without a word about how many answers it takes.
//!
//! Of 60 answers 45 are satisfied: 75 %, which may stand for anything from
//! 62.77 % to 84.22 %. A payment by such a reading is a payment by chance.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;

use super::Check;
use crate::contract::{Aggregate, Amount, Commitment, Contract, Measure, MeasureKind, Pay};

impl Check<'_> {
    /// Warns of every commitment that pays by a survey of any size.
    pub(super) fn surveys(&mut self, contract: &Contract) {
        let unsure = |it: &&Commitment| {
            let measure = contract.measures.get(&it.measure);
            let proven = it.proofs.penalty.is_some() || it.proofs.bonus.is_some();
            it.pays.iter().any(pays)
                && !proven
                && measure.is_some_and(|it| is_survey(it) && it.sample.is_none())
        };
        for it in contract.commitments.values().filter(unsure) {
            let score = contract.measures.get(&it.measure).is_some_and(|it| !it.is_part());
            self.report(warning(it, if score { "margin of error" } else { "wilson" }));
        }
    }
}

/// Whether anything can be due at all.
fn pays(pay: &Pay) -> bool {
    match pay {
        Pay::Bands { bands, otherwise, .. } => {
            bands.iter().map(|band| &band.amount).chain(otherwise).any(|it| *it != Amount::Nothing)
        }
        _ => true,
    }
}

/// Whether a measure is made of answers.
fn is_survey(measure: &Measure) -> bool {
    let of = |table: &str| table == "surveys";
    match &measure.kind {
        MeasureKind::NetPromoter { .. } | MeasureKind::TopBox { .. } | MeasureKind::Scored { .. } => true,
        MeasureKind::Share { of: set, .. } => of(&set.table),
        MeasureKind::Mean { over, .. } | MeasureKind::Percentile { over, .. } => of(&over.table),
        MeasureKind::Ratio { denominator, .. } => match denominator {
            Aggregate::Count(set) | Aggregate::Distinct(_, set) | Aggregate::Sum(_, set) => of(&set.table),
        },
        _ => false,
    }
}

fn warning(commitment: &Commitment, method: &str) -> Diagnostic {
    let name = &commitment.measure;
    Diagnostic::warning(
        codes::SURVEY_WITHOUT_SAMPLE,
        format!("money hangs on the survey `{name}`, however few answers it has"),
    )
    .label(commitment.span, "pays by any number of answers")
    .note("45 of 60 satisfied may stand for anything from 62.77% to 84.22%")
    .help(format!(
        "add `needs at least 100 answers, otherwise not measured` to `measure {name}`, or \
         `both only if proven at 95% by {method}, two-sided, z 1.96` to the commitment"
    ))
}
