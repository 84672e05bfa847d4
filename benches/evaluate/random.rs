//! Numbers that look like chance and are the same every time: splitmix64 over a row number and a salt.
//!
//! All of it is whole-number arithmetic, so that every machine draws the same.

/// 64 bits for this row; draws for different purposes take different salts.
pub fn random(row: u64, salt: u64) -> u64 {
    let mut z =
        row.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(salt.wrapping_mul(0xD1B5_4A32_D192_ED03));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Whether an event of so many in a hundred takes place.
pub fn chance(row: u64, salt: u64, percent: u64) -> bool {
    below(row, salt, 100) < percent
}

/// One of `many` numbers from 0, all alike.
pub fn below(row: u64, salt: u64, many: u64) -> u64 {
    scaled(random(row, salt) >> 32, many)
}

/// One of `many` numbers from 0, by the power law `u^(quarters/4)`: above 4 the small
/// ones come more often, below 4 the great ones.
pub fn skewed(row: u64, salt: u64, many: u64, quarters: u32) -> u64 {
    let root = root(root(random(row, salt) >> 32));
    let power = (1..quarters).fold(root, |power, _| scaled(power, root));
    scaled(power, many)
}

/// A waiting time with this mean, many short and few long: exponential, with straight
/// lines between the powers of two.
pub fn exponential(row: u64, salt: u64, mean: u64) -> u64 {
    /// The natural logarithm of 2, as a part of 2^16.
    const LN_2: u64 = 45_426;
    let drawn = random(row, salt) | 1;
    let zeros = u64::from(drawn.leading_zeros());
    let fraction = (drawn << zeros << 1) >> 48;
    let doublings = ((zeros + 1) << 16) - fraction;
    (doublings * LN_2 / (1 << 16) * mean) >> 16
}

/// The square root of a part of 2^32.
fn root(part: u64) -> u64 {
    (part << 32).isqrt()
}

/// The part of 2^32 of a number.
fn scaled(part: u64, number: u64) -> u64 {
    ((u128::from(part) * u128::from(number)) >> 32) as u64
}
