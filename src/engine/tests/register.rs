//! Rows of registers as they reach the settlement.

use super::*;
use crate::contract::Register;

#[test]
fn the_rows_of_a_register_come_typed_and_in_order() {
    let claims = Given::new(
        "claims",
        "period",
        "id period:date commitment claimed_on:date amount:number",
        "1 | 2026-02-01 | uptime | 2026-03-09 | 500.25
         2 | 2026-01-01 | uptime |            | 100",
    );
    let mut bench = Bench::new("UTC", "2026-03-31", &[&claims]);
    bench.contract.registers.insert(Register::Claims);
    let outcome =
        measure_on(&bench.contract, &[], &bench.memory, &Options::default()).unwrap_or_else(|_| panic!());
    let claims = &outcome.measured.registers.claims;
    assert_eq!(claims.len(), 2);
    assert_eq!((claims[0].period, claims[0].claimed_on), (Some(date("2026-01-01")), None));
    assert_eq!(claims[1].commitment.as_deref(), Some("uptime"));
    assert_eq!(claims[1].amount, Some(ratio("500.25")));
    assert_eq!(claims[1].value, None, "a column that nobody maps is missing");
    assert_eq!(outcome.measured.tables["claims"].accepted, 2);
}
