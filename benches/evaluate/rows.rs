//! What the rows of the three tables hold: a function of the row's number, the size and the switches.

use crate::clock::{self, DAY, Span};
use crate::random::{below, chance, exponential, random, skewed};

/// Ids have the same number of digits in all tables, so that their order as texts is their order as
/// numbers; contacts come first, cases second, purchases last where times are the same.
const FIRST_CONTACT: i64 = 1_000_000_000;
const FIRST_CASE: i64 = 2_000_000_000;
const FIRST_PURCHASE: i64 = 3_000_000_000;

pub const UNITS: [&str; 8] = [
    "BU Retail",
    "BU Mortgage",
    "BU Cards",
    "BU Business",
    "BU Wealth",
    "BU Insurance",
    "BU Digital",
    "BU Collections",
];

/// What is unlike everyday data.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Skew {
    /// One customer has 5 % of all contacts.
    Customer,
    /// All contacts begin in the same second.
    Second,
}

/// What is generated.
#[derive(Clone, Copy)]
pub struct World {
    pub contacts: Span,
    pub cases: Span,
    pub purchases: Span,
    pub skew: Option<Skew>,
    pub dirt: bool,
}

/// A row of `interactions`.
pub struct Contact {
    pub id: i64,
    pub customer: Option<i64>,
    pub topic: i32,
    pub case: i64,
    pub channel: Option<&'static str>,
    pub site: u64,
    pub vendor: &'static str,
    pub unit: &'static str,
    pub cause: u64,
    pub started: i64,
    pub answered: Option<i64>,
    pub ended: i64,
    pub abandoned: bool,
    pub resolved: bool,
    pub csat: Option<i8>,
    pub nps: Option<i8>,
    pub transferred: bool,
    pub handled: i32,
    /// Its beginning cannot be read.
    pub unreadable: bool,
}

/// A row of `resolutions`.
pub struct Case {
    pub id: i64,
    pub case: i64,
    pub customer: i64,
    pub channel: &'static str,
    pub site: u64,
    pub unit: &'static str,
    pub opened: i64,
    pub resolved: i64,
}

/// A row of `purchases`; the amount is in hundredths.
pub struct Purchase {
    pub id: i64,
    pub customer: i64,
    pub at: i64,
    pub amount: i128,
}

impl World {
    /// So many contacts in so many months, with 0.4 cases and 0.25 purchases each; purchases go on for
    /// `later` months.
    pub fn new(rows: u64, months: u32, later: u32, skew: Option<Skew>, dirt: bool) -> Self {
        Self {
            contacts: Span::new(rows, months),
            cases: Span::new(rows * 2 / 5, months),
            purchases: Span::new(rows / 4, months + later),
            skew,
            dirt,
        }
    }

    /// When a contact begins; in the order of the rows.
    pub fn contact_time(&self, row: u64) -> i64 {
        match self.skew {
            Some(Skew::Second) => clock::month_start(5) + 10 * 3600,
            _ => clock::second(self.contacts.position(row, random(row, 1))),
        }
    }

    /// When a case is resolved; in the order of the rows.
    pub fn case_time(&self, row: u64) -> i64 {
        clock::second(self.case_position(row))
    }

    /// When a purchase is made; in the order of the rows.
    pub fn purchase_time(&self, row: u64) -> i64 {
        clock::second(self.purchases.position(row, random(row, 60)))
    }

    fn case_position(&self, row: u64) -> u64 {
        self.cases.position(row, random(row, 40))
    }

    fn customers(&self) -> u64 {
        self.contacts.rows / 5 + 1
    }

    /// The first contact about the matter: every fourth contact follows up an earlier one, up to 20 days later.
    fn root(&self, mut row: u64) -> u64 {
        while chance(row, 2, 25) {
            let later = 60_000_000 + skewed(row, 3, 20 * DAY, 6);
            let Some(earlier) = row.checked_sub(1 + self.contacts.rows_in(later)) else { break };
            row = earlier;
        }
        row
    }

    fn customer(&self, root: u64) -> i64 {
        if self.skew == Some(Skew::Customer) && chance(root, 4, 5) {
            return 1;
        }
        1 + skewed(root, 5, self.customers(), 5) as i64
    }

    pub fn contact(&self, row: u64) -> Contact {
        let root = self.root(row);
        let started = self.contact_time(row);
        let abandoned = chance(row, 10, 7);
        let wait = exponential(row, 11, 22) as i64;
        let patience = exponential(row, 12, 30) as i64;
        let handled = if abandoned { 0 } else { 30 + exponential(row, 13, 320) as i64 };
        let contact = Contact {
            id: FIRST_CONTACT + row as i64,
            customer: Some(self.customer(root)),
            topic: 1 + skewed(root, 6, 60, 7) as i32,
            case: 1 + root as i64,
            channel: Some(channel(root)),
            site: site(row),
            vendor: ["vendor_a", "vendor_b", "vendor_c", "vendor_d", "vendor_e"][below(row, 15, 5) as usize],
            unit: unit(root),
            cause: 1 + skewed(row, 16, 40, 6),
            started,
            answered: (!abandoned).then_some(started + wait),
            ended: started + if abandoned { patience } else { wait + handled },
            abandoned,
            resolved: !abandoned && chance(row, 17, 72),
            csat: (!abandoned && chance(row, 18, 30)).then(|| 1 + skewed(row, 19, 5, 2) as i8),
            nps: (!abandoned && chance(row, 20, 15)).then(|| skewed(row, 21, 11, 2) as i8),
            transferred: !abandoned && chance(row, 22, 12),
            handled: handled as i32,
            unreadable: false,
        };
        if self.dirt && chance(row, 30, 1) { soiled(contact, row) } else { contact }
    }

    pub fn case(&self, row: u64) -> Case {
        let took = if chance(row, 41, 33) { 0 } else { exponential(row, 42, DAY * 22 / 10 / 1_000_000) };
        let before = self.case_position(row).saturating_sub((900 + took) * 1_000_000);
        let last = self.contacts.row_before(before);
        let root = self.root(last);
        let resolved = self.case_time(row);
        Case {
            id: FIRST_CASE + row as i64,
            case: 1 + root as i64,
            customer: self.customer(root),
            channel: channel(root),
            site: site(last),
            unit: unit(root),
            opened: self.contact_time(root).min(resolved),
            resolved,
        }
    }

    pub fn purchase(&self, row: u64) -> Purchase {
        Purchase {
            id: FIRST_PURCHASE + row as i64,
            customer: 1 + below(row, 61, self.customers()) as i64,
            at: self.purchase_time(row),
            amount: 5 + i128::from(exponential(row, 62, 12_000)),
        }
    }
}

fn channel(root: u64) -> &'static str {
    match below(root, 7, 100) {
        0..55 => "phone",
        55..75 => "chat",
        75..90 => "email",
        90..96 => "whatsapp",
        _ => "social",
    }
}

fn unit(root: u64) -> &'static str {
    UNITS[below(root, 8, 8) as usize]
}

fn site(row: u64) -> u64 {
    1 + below(row, 14, 12)
}

/// A row as exports spoil them.
fn soiled(mut contact: Contact, row: u64) -> Contact {
    match below(row, 31, 6) {
        0 => contact.customer = None,
        1 => contact.channel = None,
        2 => contact.channel = Some("  phone "),
        3 => contact.id -= i64::from(row > 0),
        4 => {
            let earlier = |time: i64| time - 3 * 86_400;
            contact.started = earlier(contact.started);
            contact.answered = contact.answered.map(earlier);
            contact.ended = earlier(contact.ended);
        }
        _ => contact.unreadable = true,
    }
    contact
}
