//! A measure that is tried out alone pays what it pays among all others, in every contract of the cases,
//! at every reading at which something can change.

use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};
use meed::case::{self, Case};
use meed::prove::{Setting, net};

use super::laws::contract;

/// What is worked out from another measure is paid with it; what stands beside it is not.
const JOINED: &str = r#"
contract "Joined" {
  client    "A"
  vendor    "B"
  term      2026-01-01 to 2026-12-31
  timezone  "UTC"
  currency  USD
  periods   monthly
  rounding  money to 0.01 half up on each line
}
charge fee = USD 1,000.00 each period
measure calls { reported in number }
measure doubled { calculated as calls * 2 }
measure other { reported in percent }
commitment calls { target at least 10; pay bonus USD 7.00 when met }
commitment doubled { target at least 40; pay bonus USD 30.00 when met }
commitment other { target at least 90%; pay penalty USD 5.00 when missed }
cap bonuses USD 32.00 each period
"#;

/// One trial for all of them.
pub fn trial(root: &Path) -> Trial {
    let folders = ["tests/cases", "contracts"].map(|folder| root.join(folder));
    Trial::test("alone", move || {
        let mut tried = 0;
        for folder in &folders {
            for case in case::find(folder).map_err(|error| error.to_string())? {
                tried += compare(&case.name, &text(&case)?)?;
            }
        }
        assert!(tried > 1000, "only {tried} readings were tried");
        joined()
    })
}

fn text(case: &Case) -> Result<String, Failed> {
    let terms = case.path.join("terms.contract");
    let path = if terms.is_file() { &terms } else { &case.path };
    // A case whose contract stands elsewhere has been tried there.
    if path.is_dir() { Ok(String::new()) } else { Ok(fs::read_to_string(path)?) }
}

/// How many readings were tried.
fn compare(name: &str, text: &str) -> Result<usize, Failed> {
    let Ok(contract) = contract(text) else { return Ok(0) };
    let Some(setting) = Setting::of(&contract) else { return Ok(0) };
    let mut tried = 0;
    for measure in contract.measures.values().filter(|it| !setting.commitments(&it.name).is_empty()) {
        let alone = setting.alone(&measure.name);
        for value in setting.edges(measure) {
            let of = |setting: &Setting<'_>| {
                let ledger = setting.only(&[(measure.name.as_str(), &value)])?;
                Some((net(&ledger), ledger.charges, ledger.total))
            };
            if of(&setting) != of(&alone) {
                return Err(format!("{name}: `{}` at {value} pays something else alone", measure.name).into());
            }
            tried += 1;
        }
    }
    Ok(tried)
}

/// 20 calls earn 7.00, and twice as many 30.00: 32.00 under the cap.
fn joined() -> Result<(), Failed> {
    let contract = contract(JOINED)?;
    let setting = Setting::of(&contract).ok_or("no period")?.alone("calls");
    let earned = |calls: &str| setting.net_alone("calls", &calls.parse().ok()?).map(|net| net.to_string());
    let found = ["9", "10", "20"].map(earned);
    let want = ["0", "7", "32"].map(|amount| Some(amount.to_owned()));
    if found == want { Ok(()) } else { Err(format!("{found:?}").into()) }
}
