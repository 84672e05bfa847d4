//! Proof by statistics, and misses that are allowed.
//!
//! `z` decides; the confidence and the sides are words for it. 95 % one-sided
//! is 1.645, two-sided 1.96: a `z` that is neither rounds to what the words
//! say draws a warning.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Spanned;
use meed_grammar::tree::{self, ProofMethod, ProofSide, UnitWord};

use super::{Check, literal};
use crate::contract::{Allowed, Commitment, Contract, IfNone, Level, Measure, Otherwise, Proof, Proofs};
use crate::value::Ratio;

/// The usual z in thousandths, one-sided and two-sided, by confidence in tenths of a percent.
const USUAL: &[(i64, i64, i64)] = &[
    (800, 842, 1282),
    (900, 1282, 1645),
    (950, 1645, 1960),
    (975, 1960, 2241),
    (980, 2054, 2326),
    (990, 2326, 2576),
    (995, 2576, 2807),
    (999, 3090, 3291),
];

impl Check<'_> {
    /// What a commitment only pays when it is proven.
    pub(super) fn proofs(
        &mut self,
        written: &[Spanned<tree::Proof>],
        measure: &Measure,
        targets: &[Option<Level>],
    ) -> Option<Proofs> {
        let mut proofs = Proofs::default();
        let mut sound = true;
        for one in written {
            let Some(proof) = self.proof(one, measure, targets) else {
                sound = false;
                continue;
            };
            let side = one.value.side;
            let put = |slot: &mut Option<Proof>, here: bool| {
                let twice = here && slot.is_some();
                if here {
                    *slot = Some(proof.clone());
                }
                twice
            };
            let twice = put(&mut proofs.penalty, side != ProofSide::Bonus)
                | put(&mut proofs.bonus, side != ProofSide::Penalty);
            if twice {
                sound = false;
                self.report(said_twice(one));
            }
        }
        Some(proofs).filter(|_| sound)
    }

    fn proof(
        &mut self,
        written: &Spanned<tree::Proof>,
        measure: &Measure,
        targets: &[Option<Level>],
    ) -> Option<Proof> {
        let proof = &written.value;
        let confidence = self.confidence(&proof.confidence);
        let z = self.plain(&proof.z, "z")?;
        if !z.is_positive() {
            self.report(literal::not_positive("z", proof.z.span));
            return None;
        }
        let fault = not_provable(written, measure, targets);
        let provable = fault.is_none();
        self.found.extend(fault);
        let confidence = confidence.filter(|_| provable)?;
        self.found.extend(unusual(proof, &confidence, &z));
        let sides = if proof.two_sided { "two-sided" } else { "one-sided" };
        let text = format!(
            "proven at {} by {}, {sides}, z {}",
            proof.confidence.value,
            method_words(proof.method.value),
            proof.z.value
        );
        Some(Proof { confidence, method: proof.method.value, z, text })
    }

    fn confidence(&mut self, written: &Spanned<tree::Quantity>) -> Option<Ratio> {
        let value = literal::number(written.value.number);
        let percent = written.value.unit == UnitWord::Percent;
        let fits = percent && value >= Ratio::whole(50) && value < Ratio::whole(100);
        if !fits {
            self.report(
                Diagnostic::error(
                    codes::CONFIDENCE_WRONG,
                    "a confidence is a percentage from 50 to below 100",
                )
                .label(written.span, "not possible")
                .help("write for instance `95%`".to_owned()),
            );
        }
        fits.then_some(value)
    }

    /// How many misses do not fail the target.
    pub(super) fn allowed_misses(
        &mut self,
        written: Option<&Spanned<tree::AllowedMisses>>,
        measure: &Measure,
    ) -> Option<Option<Allowed>> {
        let Some(written) = written else { return Some(None) };
        if !measure.is_part() {
            self.report(
                Diagnostic::error(
                    codes::MISSES_NOT_COUNTED,
                    format!("`{}` has no misses to count", measure.name),
                )
                .label(written.span, "only a share counts records that hit or miss")
                .help("take the words out, or measure a share".to_owned()),
            );
            return None;
        }
        let (misses, text) = match &written.value {
            tree::AllowedMisses::OneMiss => (1, "one miss allowed".to_owned()),
            tree::AllowedMisses::Count(count) => {
                let value = self.plain(count, "how many misses")?;
                let misses = value.to_i64().and_then(|it| u64::try_from(it).ok());
                let Some(misses) = misses else {
                    self.report(
                        Diagnostic::error(codes::MISSES_NOT_COUNTED, "misses are counted in whole numbers")
                            .label(count.span, "not a whole number")
                            .help("write for instance `or at most 1 miss`".to_owned()),
                    );
                    return None;
                };
                let word = if misses == 1 { "miss" } else { "misses" };
                (misses, format!("or at most {} {word}", count.value))
            }
        };
        Some(Some(Allowed { misses, text }))
    }
}

fn said_twice(written: &Spanned<tree::Proof>) -> Diagnostic {
    Diagnostic::error(codes::ITEM_TWICE, "the proof of one side is said twice")
        .label(written.span, "said again")
        .help("keep one line for penalties and one for bonuses, or one for `both`".to_owned())
}

fn method_words(method: ProofMethod) -> &'static str {
    match method {
        ProofMethod::Wilson => "wilson",
        ProofMethod::Margin => "margin of error",
    }
}

fn not_provable(
    written: &Spanned<tree::Proof>,
    measure: &Measure,
    targets: &[Option<Level>],
) -> Option<Diagnostic> {
    let method = written.value.method;
    let fault = |message: String, label: &str, help: &str| {
        Diagnostic::error(codes::PROOF_IMPOSSIBLE, message).label(method.span, label).help(help.to_owned())
    };
    if !measure.can_be_proven(method.value) {
        let message = format!("`{}` cannot be proven by {}", measure.name, method_words(method.value));
        let score = measure.is_net();
        return Some(if score {
            fault(message, "a net promoter score is not a share", "write `by margin of error`")
        } else {
            fault(
                message,
                "only a share of records has such a range",
                "take the line out, or commit to a share of records or a net promoter score",
            )
        });
    }
    if targets.is_empty() {
        return Some(fault(
            "nothing to prove against: the commitment has no target".to_owned(),
            "better or worse than what?",
            "add a `target`",
        ));
    }
    // A level that is worked out is only known in its period.
    let (low, high) = measure.range();
    let outside = |value: &Ratio| {
        low.as_ref().is_some_and(|low| value < low) || high.as_ref().is_some_and(|high| value > high)
    };
    targets.iter().flatten().find(|target| outside(&target.value.value)).map(|target| {
        let message = format!("a target of {} cannot be tested", target.value);
        fault(message, "the reading never comes there", "look at the unit and the decimal point")
    })
}

/// A z that does not belong to the confidence and the sides.
fn unusual(proof: &tree::Proof, confidence: &Ratio, z: &Ratio) -> Option<Diagnostic> {
    let tenths = confidence * &Ratio::whole(10);
    let (_, one, two) = USUAL.iter().find(|(known, ..)| Ratio::whole(*known) == tenths)?;
    let usual = Ratio::decimal((if proof.two_sided { *two } else { *one }).into(), 3);
    // 1.64, 1.645 and 1.65 all stand for 1.6449.
    let near = (z - &usual).abs() <= Ratio::decimal(6, 3);
    (!near).then(|| {
        let sides = if proof.two_sided { "two-sided" } else { "one-sided" };
        let shown = usual.to_exact_text();
        Diagnostic::warning(
            codes::Z_UNUSUAL,
            format!("z {} is not what {} {sides} means", proof.z.value, proof.confidence.value),
        )
        .label(proof.z.span, format!("usually {shown}"))
        .note("z decides; the percentage and the sides are only words for it")
        .help(format!("write `z {shown}`, or the confidence and sides that are meant"))
    })
}

/// What small numbers leave to a default, for the report.
pub(super) fn defaults(contract: &Contract) -> Vec<String> {
    let deems = |it: &Measure| {
        it.if_none == IfNone::DeemedMet
            || it.sample.as_ref().is_some_and(|sample| sample.otherwise == Otherwise::DeemedMet)
    };
    let judged: Vec<(&Commitment, &Measure)> = contract
        .commitments
        .values()
        .filter_map(|it| Some((it, contract.measures.get(&it.measure)?)))
        .collect();
    let any = |holds: &dyn Fn(&Commitment, &Measure) -> bool| judged.iter().any(|(it, of)| holds(it, of));
    let rules = [
        (any(&|_, measure| deems(measure)), DEEMED),
        (any(&|it, _| it.proofs.penalty.is_some()), NOT_PROVEN),
        (any(&|it, _| it.proofs != Proofs::default()), PROVEN),
        (any(&|it, _| it.allowed.is_some()), ALLOWED),
    ];
    rules.iter().filter(|(holds, _)| *holds).map(|(_, text)| (*text).to_owned()).collect()
}

const DEEMED: &str = "a commitment deemed met counts as met wherever met periods are counted; it has no reading, and \
                      enters no average";
const NOT_PROVEN: &str =
    "a missed target that is not proven is neither met nor missed; a minimum is proven by itself";
const PROVEN: &str = "proof rests on the unrounded counts against the target; a bound on the target itself proves \
                      nothing";
const ALLOWED: &str =
    "a target that holds by the misses it allows is met, and no penalty of the commitment is due";
