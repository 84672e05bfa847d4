//! Laws that hold for every contract and all data, tried on random ones.
//!
//! - The order of rows, clauses and files, and the number of threads, change no byte of the report.
//! - Parts sum to totals: rows, records, lines.
//! - Penalties never exceed their caps and pools, bonuses never their caps.
//! - A better reading never earns less, in any contract that passes its checks.
//! - Nor does it cost more in later periods, whatever repetition multiplies.
//! - Money that is shared out or taken back is neither made nor lost (`conserved.rs`).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use libtest_mimic::Trial;
use meed::assess::assess;
use meed::book;
use meed::checked;
use meed::contract::Contract;
use meed::engine::{self, Options};
use meed::measured::Measured;
use meed::reading::{self, Readings};
use meed::report::{self, Evaluation};
use meed::settle::{LineKind, Settlement, settle};
use meed::value::Ratio;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::conserved;
use super::rows::{CLAUSES, contacts, orders, shuffled, written};

/// All laws as tests.
pub fn trials() -> Vec<Trial> {
    let law = |name: &str, law: fn()| {
        Trial::test(format!("laws/{name}"), move || {
            law();
            Ok(())
        })
    };
    vec![
        law("order_of_rows_clauses_and_threads_changes_nothing", order_changes_nothing),
        law("parts_sum_to_totals", parts_sum_to_totals),
        law("caps_hold", caps_hold),
        law("a_better_reading_never_earns_less", better_never_earns_less),
        law("a_better_period_never_costs_more_later", better_never_costs_more_later),
        law("charge_backs_of_rows_add_up", conserved::charge_backs_of_rows),
        law("charge_backs_of_any_weights_add_up", conserved::charge_backs_of_weights),
        law("reversals_leave_what_stayed", conserved::reversals_leave_what_stayed),
    ]
}

/// Tries `law` on random values; shows the smallest that breaks it.
pub fn try_on<S: Strategy>(cases: u32, values: &S, law: impl Fn(S::Value)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(values, |value| {
        law(value);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// A contract's text, checked; its faults when it has some.
pub fn contract(text: &str) -> Result<Contract, String> {
    let source = meed_grammar::Source::new("terms.contract", text);
    let found = checked::of(&source);
    found
        .contract
        .ok_or_else(|| found.diagnostics.iter().map(|it| format!("{} {}\n", it.code, it.message)).collect())
}

/// Everything that comes out of a folder with `data.yaml`.
pub struct Evaluated {
    /// The account of the data.
    pub measured: Measured,
    /// The readings.
    pub readings: Readings,
    /// The money.
    pub settlement: Settlement,
    /// The canonical report.
    pub report: String,
}

/// Evaluates the data of a folder in the periods of the term's first months.
pub fn evaluate(contract: &Contract, folder: &Path, months: usize, threads: usize) -> Evaluated {
    let path = folder.join("data.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let book = book::read(&text, &path).unwrap_or_else(|errors| panic!("{}", errors[0]));
    assert_eq!(book.check(contract), Vec::new());
    let mut periods = contract.schedule.periods(&contract.zone);
    periods.truncate(months);
    let options = Options { threads: Some(threads), ..Options::default() };
    let outcome = engine::measure(contract, &periods, &book, &options)
        .unwrap_or_else(|failure| panic!("{}", failure.error));
    let readings = reading::of(contract, &periods, &outcome.measured);
    settled(contract, readings, outcome.measured)
}

pub fn settled(contract: &Contract, readings: Readings, measured: Measured) -> Evaluated {
    let assessment = assess(contract, &readings);
    let settlement = settle(contract, &readings, &assessment);
    let periods = 0..readings.periods.len();
    let view = report::view(&Evaluation {
        contract,
        readings: &readings,
        assessment: &assessment,
        settlement: &settlement,
        corrections: &[],
        posting: None,
        still_provisional: &[],
        measured: Some(&measured),
        as_of: None,
        complete_to: None,
        periods,
    });
    let report = report::json(&view);
    Evaluated { measured, readings, settlement, report }
}

fn order_changes_nothing() {
    let one = contract(&CLAUSES.join("\n")).unwrap();
    try_on(24, &(contacts(), any::<u64>()), |(rows, seed)| {
        let other = contract(&shuffled(&CLAUSES, seed).join("\n\n")).unwrap();
        let orders = orders(seed);
        let first = evaluate(&one, written(&rows, 1, &orders).path(), 3, 1);
        let mixed =
            evaluate(&other, written(&shuffled(&rows, seed), 1, &shuffled(&orders, seed)).path(), 3, 3);
        assert_eq!(first.report, mixed.report);
        let split = evaluate(&one, written(&shuffled(&rows, !seed), 3, &orders).path(), 3, 2);
        assert_eq!(first.readings, split.readings);
        assert_eq!(first.settlement, split.settlement);
    });
}

fn parts_sum_to_totals() {
    let contract = contract(&CLAUSES.join("\n")).unwrap();
    try_on(24, &(contacts(), any::<u64>()), |(rows, seed)| {
        let found = evaluate(&contract, written(&rows, 1, &orders(seed)).path(), 3, 2);
        for (name, table) in &found.measured.tables {
            let rejected: u64 = table.rejected.values().sum();
            assert_eq!(table.read, table.accepted + rejected + table.duplicates + table.folded, "{name}");
        }
        let read = &found.measured.tables["interactions"];
        assert_eq!((read.read, read.duplicates), (rows.len() as u64, 1));
        for (name, readings) in &found.readings.measures {
            records_add_up(name, readings.values());
        }
        segments_add_up(&found.readings);
        lines_add_up(&found.settlement);
    });
}

fn records_add_up<'r>(name: &str, readings: impl Iterator<Item = &'r reading::Reading>) {
    for tally in readings.flat_map(|reading| &reading.tallies) {
        let excluded: u64 = tally.excluded.values().sum();
        let parts = tally.outside + tally.unknown + excluded + tally.missing + tally.open + tally.counted;
        assert_eq!(tally.records, parts, "{name}: {tally:?}");
        assert!(tally.above + tally.undecided <= tally.counted, "{name}: {tally:?}");
    }
}

/// What is counted in the segments of a month is what is counted in the month.
fn segments_add_up(readings: &Readings) {
    for name in ["first", "started"] {
        let of = &readings.measures[name];
        for period in 0..readings.periods.len() {
            let sum = |whole: bool| -> (Ratio, Ratio) {
                let parts =
                    of.iter().filter(|(key, _)| key.period == period && key.segment.is_whole() == whole);
                let (above, below): (Vec<Ratio>, Vec<Ratio>) =
                    parts.map(|(_, it)| (it.above.clone().unwrap(), it.below.clone().unwrap())).unzip();
                (above.into_iter().sum(), below.into_iter().sum())
            };
            assert_eq!(sum(true), sum(false), "{name} in {period}");
        }
    }
}

fn lines_add_up(settlement: &Settlement) {
    for ledger in &settlement.periods {
        let counts = |kind: LineKind| {
            let beside =
                [LineKind::Base, LineKind::Pool, LineKind::Points, LineKind::Cash, LineKind::ChargeBack];
            !beside.contains(&kind)
        };
        let lines: Ratio = ledger.lines.iter().filter(|it| counts(it.kind)).map(|it| it.amount.clone()).sum();
        assert_eq!(lines, ledger.total);
        let paid = &(&ledger.charges + &ledger.bonuses) - &ledger.penalties;
        assert_eq!(&paid + &ledger.earned_back, ledger.total);
    }
}

/// A contract of three commitments with random prices; readings are given.
fn priced(parts: [u32; 5]) -> String {
    let [allocation, scale, cap, pool, bonus] = parts;
    let declared = allocation + 200;
    format!(
        "{}
measure a {{ reported in percent }}
measure b {{ reported in percent }}
measure c {{ reported in seconds }}
charge fee = GBP 1,000.00 each period
at risk pool = {pool}% of fee, allocations total {declared}%
commitment a {{ target at least 80%; pay penalty {allocation}% of pool when missed; pay bonus {bonus}% of fee when met }}
commitment b {{ target at least 80%; pay scale on fee {{ 50% -{scale}%; 80% 0%; 90% +{bonus}% }} }}
commitment c {{ target at most 30 seconds; pay penalty {allocation}% of pool for each full 1 second above 30 seconds, at most 200% of pool }}
cap penalties on b 15% of fee each period
cap penalties {cap}% of fee each period
cap bonuses 5% of fee each period
",
        CLAUSES[0]
    )
}

fn caps_hold() {
    let prices = (1_u32..200, 1_u32..60, 1_u32..60, 1_u32..40, 1_u32..9);
    let readings = (0_u32..=10_000, 0_u32..=10_000, 0_u32..=12_000);
    try_on(160, &(prices, readings), |((allocation, scale, cap, pool, bonus), (a, b, c))| {
        let contract = contract(&priced([allocation, scale, cap, pool, bonus])).unwrap();
        let text = format!(
            "measure,period,value\na,2026-01,{}.{:02}%\nb,2026-01,{}.{:02}%\nc,2026-01,{}.{:02} s\n",
            a / 100,
            a % 100,
            b / 100,
            b % 100,
            c / 100,
            c % 100
        );
        let ledger = ledger(&contract, &text);
        let of_fee = |percent: u32| Ratio::whole(percent * 10);
        let lost = |id: &str| -> Ratio {
            -ledger.lines.iter().filter(|line| line.id == id).map(|line| line.amount.clone()).sum::<Ratio>()
        };
        assert!(ledger.penalties <= of_fee(cap), "{:?}", ledger.penalties);
        assert!(ledger.bonuses <= of_fee(5));
        // The pool holds a and c together, the cap on b holds b: all of them cannot cost more than both.
        assert!(ledger.penalties <= &of_fee(pool) + &of_fee(15));
        let pooled = &lost("penalty.a") + &lost("penalty.c");
        if lost("penalty.b") == Ratio::zero() && pooled <= of_fee(pool) && pooled <= of_fee(cap) {
            assert_eq!(ledger.penalties, pooled, "nothing binds, so nothing may be cut");
        }
        assert!(!ledger.penalties.is_negative() && !ledger.bonuses.is_negative());
    });
}

fn ledger(contract: &Contract, readings: &str) -> meed::settle::Ledger {
    let periods: Vec<_> = contract.schedule.periods(&contract.zone).into_iter().take(1).collect();
    let readings =
        reading::given(readings, contract, &periods).unwrap_or_else(|errors| panic!("{}", errors[0]));
    let found = settled(contract, readings, Measured::default());
    lines_add_up(&found.settlement);
    found.settlement.periods[0].clone()
}

/// Bands and scales with random rows; most are refused by the check, the others must keep the law.
fn paid(scale: bool, rows: &[(u32, i32)], higher: bool) -> String {
    let mut rows = rows.to_vec();
    rows.sort();
    rows.dedup_by_key(|(level, _)| *level);
    let amount = |amount: i32| if amount == 0 { "nothing".to_owned() } else { format!("{amount:+}%") };
    let mut text = String::new();
    if scale {
        for (level, pays) in &rows {
            let _ = writeln!(text, "    {level}% {pays:+}%");
        }
    } else {
        let _ = writeln!(text, "    below {}% {}", rows[0].0, amount(rows[0].1));
        for pair in rows.windows(2) {
            let _ = writeln!(text, "    {}% to below {}% {}", pair[0].0, pair[1].0, amount(pair[1].1));
        }
        let (last, pays) = rows[rows.len() - 1];
        let _ = writeln!(text, "    at least {last}% {}", amount(pays));
    }
    let (kind, bound) = (if scale { "scale" } else { "bands" }, if higher { "at least" } else { "at most" });
    format!(
        "{}\nmeasure m {{ reported in percent }}\ncharge fee = GBP 1,000.00 each period\n\
         commitment m {{\n  target {bound} 50%\n  pay {kind} on fee {{\n{text}  }}\n}}\n",
        CLAUSES[0]
    )
}

fn better_never_earns_less() {
    let rows = prop::collection::vec((0_u32..100, -5_i32..5), 2..5);
    let values =
        (any::<bool>(), rows, any::<bool>(), any::<bool>(), prop::collection::vec(0_u32..=1000, 2..12));
    let kept = std::cell::Cell::new(0);
    try_on(1500, &values, |(scale, mut rows, higher, sorted, mut readings)| {
        if sorted {
            // Left to chance hardly any table would pass.
            let mut amounts: Vec<i32> = rows.iter().map(|(_, amount)| *amount).collect();
            amounts.sort_unstable_by_key(|amount| if higher { *amount } else { -*amount });
            rows.sort();
            rows.iter_mut().zip(amounts).for_each(|(row, amount)| row.1 = amount);
        }
        let Ok(contract) = contract(&paid(scale, &rows, higher)) else { return };
        kept.set(kept.get() + 1);
        // The edges of the table are where it would break.
        readings.extend(
            rows.iter().flat_map(|(level, _)| [level * 10, level * 10 + 1, (level * 10).saturating_sub(1)]),
        );
        readings.push(500);
        readings.sort_unstable();
        let total = |reading: &u32| {
            ledger(
                &contract,
                &format!("measure,period,value\nm,2026-01,{}.{}%\n", reading / 10, reading % 10),
            )
        };
        let ledgers: Vec<_> = readings.iter().map(total).collect();
        for (pair, reading) in ledgers.windows(2).zip(&readings) {
            let (worse, better) = if higher { (&pair[0], &pair[1]) } else { (&pair[1], &pair[0]) };
            assert!(worse.total <= better.total, "around {reading} tenths of a percent");
        }
        for (ledger, reading) in ledgers.iter().zip(&readings) {
            let met = if higher { *reading >= 500 } else { *reading <= 500 };
            assert!(
                !met || ledger.penalties == Ratio::zero(),
                "a penalty at {reading}, where the target is met"
            );
        }
    });
    assert!(kept.get() > 50, "only {} contracts passed their checks", kept.get());
}

/// What a row of readings comes to where misses repeat and multiply.
fn repeated(readings: &[u32]) -> Ratio {
    let text = format!(
        "{}
measure m {{ reported in percent }}
charge fee = GBP 1,000.00 each period
commitment m {{ target at least 80%; minimum at least 70%; pay penalty 1% of fee for each full 1 point below 80%
  pay penalty 2% of fee when missed in 2 of any 3 periods
  missed 2 periods in a row penalty x 1.5; missed 3 periods in a row penalty x 2 compounding
  below minimum in 2 of any 4 periods penalty x 3 }}
cap penalties GBP 600.00 each period
",
        CLAUSES[0].replace("2026-03-31", "2026-12-31")
    );
    let contract = contract(&text).unwrap();
    let periods: Vec<_> =
        contract.schedule.periods(&contract.zone).into_iter().take(readings.len()).collect();
    let rows = periods.iter().zip(readings).map(|(period, reading)| format!("m,{period},{reading}%\n"));
    let csv = format!("measure,period,value\n{}", rows.collect::<String>());
    let readings = reading::given(&csv, &contract, &periods).unwrap_or_else(|errors| panic!("{}", errors[0]));
    let found = settled(&contract, readings, Measured::default());
    lines_add_up(&found.settlement);
    found.settlement.periods.iter().map(|ledger| ledger.total.clone()).sum()
}

fn better_never_costs_more_later() {
    let readings = prop::collection::vec(60_u32..90, 1..7);
    try_on(60, &(readings, 0_usize..7, 1_u32..20), |(mut readings, at, better)| {
        let worse = repeated(&readings);
        let at = at % readings.len();
        readings[at] = (readings[at] + better).min(100);
        assert!(worse <= repeated(&readings), "period {at} of {readings:?} better by {better}");
    });
}
