//! What happened at the made-up service desk from January to March 2026.
//!
//! All moments are seconds since 1 January 2026, 00:00 UTC. London is on UTC
//! until 29 March, 01:00, and an hour ahead from then on; Warsaw is always an
//! hour ahead of London.

use super::random::Random;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// When the clocks go forward: 29 March 2026, 01:00 UTC.
pub(super) const CLOCKS_FORWARD: i64 = (31 + 28 + 28) * DAY + HOUR;
/// When a broken clock stamps two calls inside the hour that London skips; no
/// case, which is kept to the minute, has a moment like it.
pub(super) const STUCK: i64 = CLOCKS_FORWARD + HOUR / 2 + 7;

/// The end of the data: 1 April 2026, 00:00 in London.
pub(super) const END: i64 = 90 * DAY - HOUR;

/// How many customers there are.
const CUSTOMERS: i64 = 14_000;

/// First moment of February, and of March: the month in which half of the desk had the flu.
const FLU: std::ops::Range<i64> = 31 * DAY..59 * DAY;

/// Everything that happened.
#[derive(Debug, Clone)]
pub struct World {
    /// Contacts by time.
    pub contacts: Vec<Contact>,
    /// Cases by number.
    pub cases: Vec<Case>,
    /// Answers to the survey, by contact.
    pub surveys: Vec<Survey>,
    /// Orders by time.
    pub purchases: Vec<Purchase>,
}

/// How a contact came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// By telephone, in London.
    Voice,
    /// By chat, in Warsaw.
    Chat,
    /// By e-mail, in Warsaw.
    Email,
}

/// One contact.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Its number, with leading zeros.
    pub id: String,
    /// The customer's number.
    pub customer: i64,
    /// What it was about; none where the agent left it out.
    pub topic: Option<&'static str>,
    /// How it came in.
    pub channel: Channel,
    /// When it began.
    pub at: i64,
    /// Seconds in the queue; none where the switch recorded nothing.
    pub waited: Option<i64>,
    /// Seconds of work.
    pub handled: i64,
    /// The customer gave up.
    pub abandoned: bool,
    /// What the agent ticked; none where nothing was ticked.
    pub resolved: Option<bool>,
    /// A call-back that the client asked for.
    pub asked_by_client: bool,
    /// Whether the export holds the row twice.
    pub twice: bool,
}

/// A case opened at a contact.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its number.
    pub id: String,
    /// The customer's number.
    pub customer: i64,
    /// What it is about.
    pub topic: &'static str,
    /// P1 to P3.
    pub priority: &'static str,
    /// When it was opened, a whole minute.
    pub opened: i64,
    /// When it was resolved, a whole minute; none while it is open.
    pub resolved: Option<i64>,
    /// When it was closed.
    pub closed: Option<i64>,
    /// `resolved` or `cancelled`; none while it is open.
    pub outcome: Option<&'static str>,
    /// When it waited for the customer.
    pub pause: Option<Pause>,
}

/// A time in which a case waited for the customer, whole minutes.
#[derive(Debug, Clone, Copy)]
pub struct Pause {
    /// First moment.
    pub from: i64,
    /// Moment after.
    pub to: i64,
}

/// An answer to the survey.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The contact asked about.
    pub contact: String,
    /// The customer's number.
    pub customer: i64,
    /// When it was answered.
    pub at: i64,
    /// 1 to 5; none where the question was skipped.
    pub csat: Option<i64>,
    /// 0 to 10.
    pub nps: i64,
}

/// An order.
#[derive(Debug, Clone)]
pub struct Purchase {
    /// Its number.
    pub id: String,
    /// The customer's number.
    pub customer: i64,
    /// When it was made.
    pub at: i64,
    /// Its value in pence.
    pub pence: i64,
}

impl World {
    /// The one world there is.
    #[must_use]
    pub fn new() -> Self {
        let mut random = Random::new(2026);
        let contacts = contacts(&mut random);
        let cases = cases(&contacts, &mut random);
        let surveys = surveys(&contacts, &mut random);
        let purchases = purchases(&mut random);
        Self { contacts, cases, surveys, purchases }
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

fn contacts(random: &mut Random) -> Vec<Contact> {
    let mut all = Vec::new();
    for day in 1..90 {
        // 1 January 2026 was a Thursday; the desk is closed on that day and on Sundays.
        let (calls, opens, closes) = match day % 7 {
            3 => continue,
            2 => (210, 9, 17),
            _ => (430, 8, 20),
        };
        for _ in 0..calls + random.between(0, 60) {
            let local = day * DAY + random.between(opens * HOUR, closes * HOUR - 1);
            let first = contact(random, local - summer(local));
            all.extend(again(random, &first));
            all.push(first);
        }
    }
    all.extend((0..2).map(|_| Contact { channel: Channel::Voice, ..contact(random, STUCK) }));
    all.sort_by_key(|contact| (contact.at, contact.customer));
    for (number, contact) in (1..).zip(&mut all) {
        contact.id = format!("{number:07}");
    }
    all
}

/// How far London's clocks are ahead of UTC at a local time.
fn summer(local: i64) -> i64 {
    if local >= CLOCKS_FORWARD + HOUR { HOUR } else { 0 }
}

fn contact(random: &mut Random, at: i64) -> Contact {
    let channels = [(Channel::Voice, 60), (Channel::Chat, 26), (Channel::Email, 14)];
    let channel = random.pick(&channels, Channel::Voice);
    let abandoned = channel != Channel::Email && random.chance(5);
    let waited = match (channel, abandoned) {
        (Channel::Email, _) => random.between(5 * MINUTE, 9 * HOUR),
        (_, true) => random.between(1, 90),
        (_, false) if random.chance(if FLU.contains(&at) { 81 } else { 89 }) => random.between(2, 20),
        _ => random.between(21, 240),
    };
    let topics = [("delivery", 30), ("billing", 22), ("returns", 18), ("product", 16), ("account", 14)];
    Contact {
        id: String::new(),
        customer: random.between(1, CUSTOMERS),
        topic: (!random.chance(1)).then(|| random.pick(&topics, "account")),
        channel,
        at,
        waited: (!random.chance(1)).then_some(waited),
        handled: if abandoned { 0 } else { random.between(60, 900) },
        abandoned,
        resolved: if abandoned {
            Some(false)
        } else {
            (!random.chance(1)).then(|| random.chance(if FLU.contains(&at) { 82 } else { 91 }))
        },
        asked_by_client: !abandoned && random.chance(2),
        twice: random.between(1, 1000) <= 4,
    }
}

/// The contact that follows one that did not help.
fn again(random: &mut Random, first: &Contact) -> Option<Contact> {
    let returns = if first.resolved == Some(true) { 4 } else { 45 };
    let at = first.at + random.between(HOUR, 12 * DAY);
    if !random.chance(returns) || at >= END {
        return None;
    }
    let next = contact(random, at);
    Some(Contact { customer: first.customer, topic: first.topic, ..next })
}

fn cases(contacts: &[Contact], random: &mut Random) -> Vec<Case> {
    let mut all: Vec<Case> = Vec::new();
    for contact in contacts {
        let Some(topic) = contact.topic else { continue };
        if contact.abandoned || contact.at == STUCK || !random.chance(28) {
            continue;
        }
        let opened = (contact.at + contact.handled) / MINUTE * MINUTE;
        let takes = random.pick(&[((3, 110), 55), ((110, 1440), 25), ((1440, 6 * 1440), 20)], (3, 110));
        let resolved = opened + random.between(takes.0, takes.1) * MINUTE;
        let outcome = random.pick(&[("resolved", 94), ("cancelled", 6)], "resolved");
        let done = resolved + 2 * HOUR < END;
        let id = format!("C{:06}", all.len() + 1);
        all.push(Case {
            id,
            customer: contact.customer,
            topic,
            priority: random.pick(&[("P1", 8), ("P2", 32), ("P3", 60)], "P3"),
            opened,
            resolved: done.then_some(resolved),
            closed: done.then(|| resolved + random.between(0, 2 * HOUR)),
            outcome: done.then_some(outcome),
            pause: (done && random.chance(25)).then(|| pause(random, opened, resolved)),
        });
    }
    all
}

fn pause(random: &mut Random, opened: i64, resolved: i64) -> Pause {
    let minutes = (resolved - opened) / MINUTE;
    let from = random.between(0, minutes - 1);
    let to = random.between(from + 1, minutes);
    Pause { from: opened + from * MINUTE, to: opened + to * MINUTE }
}

fn surveys(contacts: &[Contact], random: &mut Random) -> Vec<Survey> {
    let mut all = Vec::new();
    for contact in contacts {
        let at = contact.at + random.between(HOUR, 2 * DAY);
        if contact.abandoned || at >= END || !random.chance(9) {
            continue;
        }
        let happy = contact.resolved != Some(false);
        let stars = if happy {
            [(5, 54), (4, 36), (3, 6), (2, 2), (1, 2)]
        } else {
            [(5, 8), (4, 22), (3, 30), (2, 20), (1, 20)]
        };
        let csat = random.pick(&stars, 3);
        all.push(Survey {
            contact: contact.id.clone(),
            customer: contact.customer,
            at,
            csat: (!random.chance(3)).then_some(csat),
            nps: (csat * 2 + random.between(-1, 1)).clamp(0, 10),
        });
    }
    all
}

fn purchases(random: &mut Random) -> Vec<Purchase> {
    let mut all: Vec<Purchase> = (0..14_000)
        .map(|_| Purchase {
            id: String::new(),
            customer: random.between(1, CUSTOMERS),
            at: random.between(0, END - 1),
            pence: random.between(499, 25_000),
        })
        .collect();
    all.sort_by_key(|purchase| (purchase.at, purchase.customer));
    for (number, purchase) in (1..).zip(&mut all) {
        purchase.id = format!("O{number:06}");
    }
    all
}
