//! Arithmetic of fractions, and the short form against the long one.

use proptest::prelude::*;

use super::text::NotANumber;
use super::*;

#[track_caller]
fn shows(text: &str, least: usize, places: usize, want: (&str, bool)) {
    let value: Ratio = text.parse().unwrap();
    assert_eq!(value.to_decimal(least, places), (want.0.to_string(), want.1));
}

#[test]
fn decimals_keep_their_digits() {
    shows("2.50", 2, 6, ("2.50", false));
    shows("-1/3", 0, 4, ("-0.3333", true));
    shows("-0.00001", 2, 2, ("0.00", true));
    shows("1055", 0, 0, ("1055", false));
}

#[test]
fn a_tenth_three_times_is_three_tenths() {
    // In binary floating point 0.1 + 0.1 + 0.1 is not 0.3.
    let tenth: Ratio = "0.1".parse().unwrap();
    assert_eq!(&(&tenth + &tenth) + &tenth, "0.3".parse().unwrap());
}

#[test]
fn roots_are_cut() {
    let root = |text: &str, places| text.parse::<Ratio>().unwrap().root(places).to_string();
    assert_eq!(root("2", 4), "1.4142");
    assert_eq!(root("6.25", 4), "2.5");
    assert_eq!(root("1/3", 3), "0.577");
    assert_eq!(root("-1", 3), "0");
}

#[test]
fn what_is_not_a_decimal_is_refused() {
    for text in ["", ".5", "5.", "1e3", "1,000", " 1", "--1", "1/0", "NaN", "1.2.3"] {
        assert_eq!(text.parse::<Ratio>(), Err(NotANumber), "{text:?}");
    }
}

/// Integers of every length: small ones, those at the ends of a word, and longer ones.
fn integer() -> impl Strategy<Value = i128> {
    let end = i128::from(i64::MAX);
    prop_oneof![
        -12_i128..=12,
        any::<i64>().prop_map(i128::from),
        (end - 2)..=(end + 2),
        (-end - 3)..=(2 - end),
        any::<i128>(),
    ]
}

/// A fraction, and the same in integers of any size alone.
fn fraction() -> impl Strategy<Value = (Ratio, BigRational)> {
    (integer(), integer().prop_filter("below the line is not 0", |lower| *lower != 0)).prop_map(
        |(upper, lower)| {
            let big = BigRational::new(upper.into(), lower.into());
            (Ratio::new(upper, lower).unwrap(), big)
        },
    )
}

/// The fraction is `want`, and kept in words whenever it fits in them.
#[track_caller]
fn same(got: &Ratio, want: &BigRational) {
    assert_eq!((&got.numerator(), &got.denominator()), (want.numer(), want.denom()));
    let fits =
        want.numer().to_i64().is_some_and(|upper| upper != i64::MIN) && want.denom().to_i64().is_some();
    assert_eq!(matches!(got.0, Short(_)), fits, "{want}");
}

proptest! {
    #[test]
    fn words_say_what_integers_of_any_size_say((a, x) in fraction(), (b, y) in fraction()) {
        same(&a, &x);
        same(&(&a + &b), &(&x + &y));
        same(&(&a - &b), &(&x - &y));
        same(&(&a * &b), &(&x * &y));
        match a.over(&b) {
            Some(quotient) => same(&quotient, &(&x / &y)),
            None => prop_assert!(y.is_zero()),
        }
        prop_assert_eq!(a.cmp(&b), x.cmp(&y));
        prop_assert_eq!(a == b, x == y);
    }

    #[test]
    fn one_fraction_likewise((a, x) in fraction()) {
        same(&a.floor(), &x.floor());
        same(&a.ceil(), &x.ceil());
        same(&a.abs(), &x.abs());
        same(&-a.clone(), &-x.clone());
        same(&(&a - &a), &BigRational::zero());
        prop_assert_eq!(a.is_whole(), x.is_integer());
        prop_assert_eq!((a.is_negative(), a.is_positive()), (x.is_negative(), x.is_positive()));
        prop_assert_eq!(a.to_i64(), x.is_integer().then(|| x.to_integer().to_i64()).flatten());
        for places in [0, 2, 6, 18, 20] {
            let (whole, digits, cut) = text::big_digits(&x, places);
            if let Short(small) = &a.0 && let Some(short) = small.digits(places) {
                prop_assert_eq!(short, (whole, digits, cut));
            }
        }
    }

    #[test]
    fn what_is_shown_is_read_again((a, _) in fraction()) {
        prop_assert_eq!(a.to_exact_text().parse::<Ratio>(), Ok(a));
    }

    #[test]
    fn a_decimal_is_its_units_over_a_power_of_ten(units in integer(), scale in 0_u32..24) {
        let big = BigRational::new(units.into(), power_of_ten(scale as usize));
        same(&Ratio::decimal(units, scale), &big);
    }
}
