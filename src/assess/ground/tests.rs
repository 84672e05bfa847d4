//! Proof and allowed misses, on figures worked out elsewhere.

use crate::assess::{Judgement, Status, assess};
use crate::reading::given;
use crate::settle::tests::contract;
use crate::value::Ratio;

/// The judgement of `m` with these items, given numerator and denominator.
fn judged(kind: &str, items: &str, above: &str, below: &str) -> Judgement {
    let text = format!("measure m {{ {kind} }} commitment m {{ {items} }}");
    let contract = contract(&text);
    let periods = contract.schedule.periods(&contract.zone);
    let file = format!("measure,period,numerator,denominator\nm,{},{above},{below}\n", periods[0].label);
    let readings = given(&file, &contract, &periods[..1]).unwrap();
    assess(&contract, &readings).judgements.remove(0)
}

const SHARE: &str = "share of surveys where csat >= 4";

#[track_caller]
fn share(items: &str, above: u64, below: u64, status: &Status, says: &str) {
    let judged = judged(SHARE, items, &above.to_string(), &below.to_string());
    let said: Vec<&str> = judged.grounds.iter().flat_map(|it| &it.steps).map(String::as_str).collect();
    assert_eq!(judged.status, *status, "{items} {above} of {below}: {said:#?}");
    assert!(said.iter().any(|step| step.contains(says)), "{says} in {said:#?}");
}

fn wilson(level: &str, sides: &str) -> String {
    format!("target {level} penalty only if proven at 95% by wilson, {sides}")
}

#[test]
fn wilson_ranges_as_published() {
    let two = wilson("at least 99%", "two-sided, z 1.96");
    share(&wilson("at least 82%", "two-sided, z 1.96"), 98, 122, &Status::NotProven, "72.4% to 86.41%");
    share(&two, 45, 60, &Status::Missed, "62.77% to 84.22%");
    share(&two, 450, 600, &Status::Missed, "71.38% to 78.3%");
    share(&two, 0, 10, &Status::Missed, "0% to 27.75%");
    share(&wilson("at most 1%", "two-sided, z 1.96"), 10, 10, &Status::Missed, "72.25% to 100%");
}

#[test]
fn one_side_may_prove_what_two_do_not() {
    // z = (0.456 - 0.475) / sqrt(0.475 x 0.525 / 2500) = -1.9024.
    share(&wilson("at least 47.5%", "one-sided, z 1.645"), 1140, 2500, &Status::Missed, "proven to be worse");
    share(&wilson("at least 47.5%", "two-sided, z 1.96"), 1140, 2500, &Status::NotProven, "not proven");
}

#[test]
fn a_hurdle_of_fewer_repeats() {
    // 40 - 1.96 x sqrt(0.4 x 0.6 / 2000) = 37.8529.
    let items = "target at most 40% bonus only if proven at 95% by wilson, two-sided, z 1.96";
    share(items, 750, 2000, &Status::Met, "proven to be better");
    share(items, 757, 2000, &Status::Met, "proven to be better");
    share(items, 758, 2000, &Status::Met, "not proven to be better");
}

#[test]
fn the_minimum_is_proven_by_itself() {
    let items =
        "target at least 82% minimum at least 70% penalty only if proven at 95% by wilson, two-sided, z 1.96";
    share(items, 70, 120, &Status::BelowMinimum, "proven to be worse than the minimum");
    share(items, 80, 120, &Status::Missed, "not proven to be worse than the minimum");
    share(items, 92, 120, &Status::NotProven, "not proven to be worse than the target");
}

#[test]
fn the_margin_of_a_score() {
    // p = 1/2, d = 1/6: the score is 33.33 and the variance 5/9.
    for (n, margin) in [("50", "20.66"), ("100", "14.61"), ("324", "8.12"), ("1000", "4.62")] {
        let n: Ratio = n.parse().unwrap();
        let square =
            &(&"1.96".parse::<Ratio>().unwrap() * &"1.96".parse().unwrap()) * &Ratio::new(5, 9).unwrap();
        let (shown, _) = (&square.over(&n).unwrap().root(8) * &Ratio::whole(100)).to_decimal(0, 4);
        let rounded = crate::value::Rounding { step: Ratio::decimal(1, 2), mode: crate::value::Mode::HalfUp };
        assert_eq!(rounded.apply(&shown.parse().unwrap()).to_string(), margin);
    }
}

#[test]
fn a_score_is_proven_by_its_own_spread() {
    let nps = "net promoter score of nps over surveys";
    let items = "target at least 41 penalty only if proven at 95% by margin of error, two-sided, z 1.96";
    // 162 promoters, 54 detractors of 324: 33.33 plus or minus 8.12.
    let near = judged(nps, items, "162 less 54", "324");
    assert_eq!(near.status, Status::NotProven, "{:#?}", near.grounds);
    assert!(near.grounds[0].steps.iter().any(|step| step.contains("25.22 to 41.45")), "{:#?}", near.grounds);
    let far = judged(nps, &items.replace("41", "42"), "162 less 54", "324");
    assert_eq!(far.status, Status::Missed, "{:#?}", far.grounds);
    // Without promoters and detractors there is no spread.
    assert_eq!(judged(nps, items, "108", "324").status, Status::NotProven);
}

#[test]
fn few_records_may_miss_once() {
    for items in ["target at least 95%, one miss allowed", "target at least 95%, or at most 1 miss"] {
        share(items, 11, 12, &Status::Met, "from 20 records on");
        share(items, 10, 12, &Status::Missed, "2 misses of 12, 1 allowed");
        share(items, 0, 1, &Status::Met, "1 miss of 1");
    }
    share("target at most 5%, or at most 2 misses", 2, 12, &Status::Met, "2 misses of 12");
    share("target at most 5%, or at most 2 misses", 3, 12, &Status::Missed, "3 misses of 12");
}
