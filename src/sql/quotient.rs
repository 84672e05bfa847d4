//! Sums of quotients, exact: what no decimal holds.
//!
//! 1/3 + 1/6 + 1/2, each cut after 24 decimals, add up to 0.99…9, and the three
//! cuts took less than 3 · 10⁻²⁴ away. Against a level of 0.9 that decides, and
//! so it does nearly always. Against 1 it does not; but the sum is a multiple of
//! 1/(3 · 6 · 2), and of the multiples of 1/36 only 1 is as near. A sum that is
//! nearer to its level than the cuts, and whose denominators are too many to say
//! so, is counted by the control query.
//!
//! | column | what it holds |
//! |---|---|
//! | `low` | the sum of what is left of the quotients, in parts of 10⁻²⁴ |
//! | `cuts` | how many of them are cut: the sum is less than `low + cuts`, or `low` itself |
//! | `digits` | how many digits the product of the denominators has at most |

use num_bigint::BigInt;

use super::dialect::Dialect;
use super::lower::Lowering;
use super::value::signed;

/// Decimals that are kept.
const DECIMALS: u32 = 24;
/// Decimals worked out at a time, so that nothing outgrows 38 digits.
const STEP: u32 = 6;

/// Sums of units over denominators, which are to become one sum for each group.
pub(super) struct Quotients<'q> {
    /// The end of the names of the parts.
    pub(super) name: &'q str,
    /// The part with the columns `units` and `per`, above 0.
    pub(super) from: &'q str,
    /// Its columns that make the groups.
    pub(super) groups: &'q [String],
}

impl Lowering<'_> {
    /// The part `sums_NAME`: `low`, `cuts` and `digits` of each group.
    pub(super) fn quotients(&mut self, of: &Quotients<'_>) {
        let Quotients { name, from, groups } = of;
        let own =
            |alias: &str| groups.iter().map(|it| format!("{alias}.{it}")).collect::<Vec<_>>().join(", ");
        let d = self.dialect;
        let text = format!(
            "  SELECT {0}, q.per, SUM(q.units) AS units\n  FROM {from} AS q\n  GROUP BY {0}, q.per",
            own("q")
        );
        self.add(&format!("quotients_{name}"), &["added up by denominator".to_string()], text);
        let (units, per) = (d.widened("q.units"), d.widened("q.per"));
        let text = format!(
            "  SELECT {}, {per} AS per, {} AS whole,\n    {} AS rest,\n    {} AS common\n  FROM quotients_{name} AS q",
            own("q"),
            d.floor(&units, &per),
            d.modulus(&units, &per),
            d.common_divisor(&format!("ABS({units})"), &per),
        );
        let note = ["the whole part of each quotient, what is left over it, and what cancels".to_string()];
        self.add(&format!("wholes_{name}"), &note, text);
        let (decimals, left) = decimals(d);
        let text = format!(
            "  SELECT {0},\n    SUM({decimals}) AS low,\n    SUM(CASE WHEN {left} > 0 THEN 1 ELSE 0 END) AS cuts,\n    \
             SUM(CASE WHEN q.common = q.per THEN 0 ELSE {1} - {2} + 1 END) AS digits\n  FROM wholes_{name} AS q\n  \
             GROUP BY {0}",
            own("q"),
            d.digits("q.per"),
            d.digits("q.common"),
        );
        let note = [
            format!("their sum in parts of 1/{}, how many of them are cut,", one()),
            "and the digits that the product of their denominators has at most".to_string(),
        ];
        self.add(&format!("sums_{name}"), &note, text);
    }
}

/// What a sum is a multiple of when it is cut: 10²⁴ of it make one.
fn one() -> BigInt {
    BigInt::from(10).pow(DECIMALS)
}

/// How a multiple of one of the sums, above 0, compares with another whole number: whether it is less. NULL when
/// that cannot be told.
pub(super) fn is_less(d: Dialect, sum: &str, times: &BigInt, than: &str) -> String {
    let (times, than) = (signed(times), format!("({than} * {})", d.widened(&one().to_string())));
    let low = format!("({sum}.low * {times})");
    let high = format!("(({sum}.low + {sum}.cuts) * {times})");
    let room = i64::from(DECIMALS) - i64::try_from(times.len()).unwrap_or(i64::MAX);
    format!(
        "(CASE WHEN {low} >= {than} THEN FALSE WHEN {sum}.cuts = 0 OR {high} <= {than} THEN TRUE\n    \
         WHEN {sum}.digits + {} <= {room} THEN FALSE END)",
        d.digits(&format!("{sum}.cuts"))
    )
}

/// The decimals of `q.rest / q.per` with the whole part before them, and what is left over.
fn decimals(d: Dialect) -> (String, String) {
    let step = format!("1{}", "0".repeat(STEP as usize));
    let above = |rest: &str| format!("({rest} * {})", d.widened(&step));
    let (mut text, mut rest) = ("q.whole".to_string(), "q.rest".to_string());
    for _ in 0..DECIMALS / STEP {
        let next = d.widened(&d.quotient(&above(&rest), "q.per"));
        text = format!("({} * {} + {next})", d.widened(&text), d.widened(&step));
        rest = format!("mod({}, q.per)", above(&rest));
    }
    (text, rest)
}

impl Dialect {
    /// What is left over the greatest multiple of `below`, above 0, that is not above `above`.
    fn modulus(self, above: &str, below: &str) -> String {
        format!("mod(mod({above}, {below}) + {below}, {below})")
    }

    /// The greatest number that divides both, of which one is above 0.
    fn common_divisor(self, a: &str, b: &str) -> String {
        match self {
            Self::DuckDb | Self::PostgreSql => format!("gcd({a}, {b})"),
            // Euclid's way, which takes 182 steps at most for numbers of 38 digits.
            Self::Spark => format!(
                "aggregate(sequence(1, 184), named_struct('a', {a}, 'b', {b}),\n      \
                 (s, i) -> CASE WHEN s.b = 0 THEN s ELSE named_struct('a', s.b, 'b', CAST(mod(s.a, s.b) AS {wide})) \
                 END,\n      s -> s.a)",
                wide = self.wide()
            ),
        }
    }

    /// How many digits a number, not negative, has.
    fn digits(self, number: &str) -> String {
        format!("LENGTH(CAST({number} AS {}))", self.text())
    }
}
