//! What people decide besides what is measured: relief, disputes, corrections.

use super::Item;
use super::records::phrase;
use super::words::{list, percent, sentence};
use crate::contract::{Contract, Governance, Register, ReliefClause, ReliefEffect};

/// Everything that a register of decisions does.
pub(super) fn all(contract: &Contract, governance: &Governance) -> Vec<Item> {
    let Governance { reliefs, .. } = governance;
    reliefs.iter().map(|it| relief(contract, it)).collect()
}

fn relief(contract: &Contract, relief: &ReliefClause) -> Item {
    let ReliefClause { on, by, approved, because, effect, clause, .. } = relief;
    let mut item = Item { clause: clause.clone(), names: on.clone(), ..Item::default() };
    let about = if on.is_empty() { String::new() } else { format!(" on {}", list(on)) };
    let scope = by.as_ref().map_or_else(String::new, |by| format!(", for the {by} that its scope names"));
    let what = match effect {
        ReliefEffect::TakesOut => "takes out the records it covers, good and bad".to_owned(),
        ReliefEffect::VendorsBetter => {
            "takes out the records it covers, where the reading without them is better for the vendor"
                .to_owned()
        }
        ReliefEffect::Excuses(least) => {
            format!("excuses a period of which it covers at least {}", percent(least))
        }
    };
    item.say(format!("Relief{about}: an approved entry of the relief register {what}{scope} ({because})."));
    let approved = phrase(contract, Register::Relief.table(), approved);
    item.say(format!("{}.", sentence(&format!("approved means: {approved}"))));
    item
}
