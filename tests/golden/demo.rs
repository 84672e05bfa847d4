//! The demonstration's figures, counted a second time by brute force.
//!
//! Nothing of the product is used for the count but the made-up world itself:
//! look-aheads compare every contact of a customer with every other, desk time
//! is counted minute by minute.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use libtest_mimic::Trial;
use meed::demo::{self, Case, Channel, Contact, World};
use meed::measured::Segment;
use meed::value::Ratio;

use super::laws::{Evaluated, contract, evaluate};

const DAY: i64 = 86_400;
/// 29 March 2026, 01:00 UTC.
const SUMMER: i64 = 87 * DAY + 3600;
/// First days of January, February, March and April, counted from 1 January.
const MONTHS: [i64; 4] = [0, 31, 59, 90];

/// The comparison as a test.
pub fn trial() -> Trial {
    Trial::test("demo/figures_by_brute_force", || {
        compare();
        Ok(())
    })
}

/// Seconds since 1 January 2026 on London's clocks.
fn local(at: i64) -> i64 {
    if at >= SUMMER { at + 3600 } else { at }
}

fn month(at: i64) -> usize {
    MONTHS.iter().rposition(|first| local(at) >= first * DAY).unwrap()
}

fn compare() {
    let home = tempfile::tempdir().unwrap();
    for (path, bytes) in demo::files() {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let terms = fs::read_to_string(home.path().join("terms.contract")).unwrap();
    let contract = contract(&terms).unwrap();
    let found = evaluate(&contract, home.path(), 3, 2);
    let world = World::new();
    rows(&world, &found);
    for month in 0..3 {
        contacts(&world, &found, month);
        surveys(&world, &found, month);
        solved(&world, &found, month);
        desk_time(&world, &found, month);
        bought(&world, &found, month);
    }
}

#[track_caller]
fn fraction(found: &Evaluated, measure: &str, month: usize, want: (usize, usize)) {
    let reading = found.readings.get(measure, month, &Segment::whole()).unwrap();
    let counts = (reading.above.clone().unwrap(), reading.below.clone().unwrap());
    assert_eq!(counts, (Ratio::whole(want.0), Ratio::whole(want.1)), "{measure} in month {month}");
}

fn rows(world: &World, found: &Evaluated) {
    let twice =
        world.contacts.iter().filter(|contact| contact.twice && contact.channel == Channel::Voice).count();
    let table = &found.measured.tables["interactions"];
    assert_eq!(table.read, (world.contacts.len() + twice + 3) as u64);
    assert_eq!(table.duplicates, twice as u64);
    assert_eq!(table.rejected.values().sum::<u64>(), 3);
    assert_eq!((table.dst_gaps, table.dst_folds), (2, 0));
}

/// Whether the contact is one of the contract's contacts: yes, no, or nobody knows.
fn counts(contact: &Contact) -> bool {
    let left_out = contact.abandoned && contact.waited.is_none_or(|waited| waited < 5);
    !left_out && !contact.asked_by_client
}

fn by_customer<'w>(contacts: impl Iterator<Item = &'w Contact>) -> BTreeMap<i64, Vec<&'w Contact>> {
    let mut all: BTreeMap<i64, Vec<&Contact>> = BTreeMap::new();
    for contact in contacts {
        all.entry(contact.customer).or_default().push(contact);
    }
    all
}

fn contacts(world: &World, found: &Evaluated, period: usize) {
    let customers = by_customer(world.contacts.iter().filter(|contact| counts(contact)));
    let again = |contact: &Contact| {
        let later = |other: &&&Contact| {
            (other.at, &other.id) > (contact.at, &contact.id) && other.at - contact.at <= 14 * DAY
        };
        let same = |other: &&Contact| contact.topic.is_some() && other.topic == contact.topic;
        customers[&contact.customer].iter().filter(later).any(same)
    };
    let all: Vec<&Contact> =
        customers.values().flatten().copied().filter(|it| month(it.at) == period).collect();
    let stayed = all.iter().filter(|it| it.resolved == Some(true) && !again(it)).count();
    fraction(found, "resolved_first_time", period, (stayed, all.len()));

    let calls: Vec<&&Contact> = all.iter().filter(|it| it.channel == Channel::Voice).collect();
    let quick =
        calls.iter().filter(|it| !it.abandoned && it.waited.is_some_and(|waited| waited <= 20)).count();
    fraction(found, "answered_in_20", period, (quick, calls.len()));
    fraction(found, "gave_up", period, (all.iter().filter(|it| it.abandoned).count(), all.len()));
    for (channel, name) in [(Channel::Voice, "voice"), (Channel::Chat, "chat"), (Channel::Email, "email")] {
        let of_channel = || all.iter().filter(|it| it.channel == channel);
        let reading =
            found.readings.get("gave_up", period, &Segment([Some(name.to_owned())].into())).unwrap();
        assert_eq!(
            reading.above,
            Some(Ratio::whole(of_channel().filter(|it| it.abandoned).count())),
            "{name}"
        );
        assert_eq!(reading.below, Some(Ratio::whole(of_channel().count())), "{name}");
    }
    let worked: Vec<i64> = all.iter().filter(|it| !it.abandoned).map(|it| it.handled).collect();
    let reading = found.readings.get("worktime", period, &Segment::whole()).unwrap();
    assert_eq!(reading.above, Some(Ratio::whole(worked.iter().sum::<i64>())));
}

fn surveys(world: &World, found: &Evaluated, period: usize) {
    let of_month = || world.surveys.iter().filter(|survey| month(survey.at) == period);
    let stars: Vec<i64> = of_month().filter_map(|survey| survey.csat).collect();
    fraction(found, "satisfied", period, (stars.iter().filter(|stars| **stars >= 4).count(), stars.len()));
    let scores: Vec<i64> = of_month().map(|survey| survey.nps).collect();
    let promoters = scores.iter().filter(|score| **score >= 9).count();
    let detractors = scores.iter().filter(|score| **score <= 6).count();
    let reading = found.readings.get("recommend", period, &Segment::whole()).unwrap();
    assert_eq!(reading.above, Some(&Ratio::whole(promoters) - &Ratio::whole(detractors)));
    assert_eq!(reading.below, Some(Ratio::whole(scores.len())));
}

fn solved(world: &World, found: &Evaluated, period: usize) {
    let customers = by_customer(world.contacts.iter());
    let back = |case: &Case, closed: i64| {
        let of_customer = customers.get(&case.customer).into_iter().flatten();
        of_customer
            .filter(|it| it.topic == Some(case.topic))
            .any(|it| it.at > closed && it.at - closed <= 7 * DAY)
    };
    let solved = world.cases.iter().filter(|case| {
        let closed =
            case.closed.filter(|closed| month(*closed) == period && case.outcome == Some("resolved"));
        closed.is_some_and(|closed| !back(case, closed))
    });
    let count = solved.count();
    let pence =
        count.min(1500) * 600 + count.saturating_sub(1500).min(500) * 540 + count.saturating_sub(2000) * 490;
    let ledger = &found.settlement.periods[period];
    let line = ledger.lines.iter().find(|line| line.id == "charge.resolutions_fee").unwrap();
    assert_eq!(line.amount, Ratio::new(pence, 100).unwrap(), "{count} cases solved in month {period}");
}

/// Minutes in which the desk is open and the case does not wait.
fn open_minutes(case: &Case, resolved: i64) -> i64 {
    let open = |at: i64| {
        let (day, second) = (local(at).div_euclid(DAY), local(at).rem_euclid(DAY));
        let waits = case.pause.is_some_and(|pause| pause.from <= at && at < pause.to);
        // 1 January 2026 was a Thursday, and a holiday.
        let hours = match day % 7 {
            _ if day == 0 => 0..0,
            3 => 0..0,
            2 => 9 * 3600..17 * 3600,
            _ => 8 * 3600..20 * 3600,
        };
        hours.contains(&second) && !waits
    };
    (case.opened..resolved).step_by(60).filter(|at| open(*at)).count() as i64
}

fn desk_time(world: &World, found: &Evaluated, period: usize) {
    let of_month =
        world.cases.iter().filter(|case| month(case.opened) == period && case.outcome == Some("resolved"));
    let mut minutes: Vec<i64> =
        of_month.filter_map(|case| case.resolved.map(|resolved| open_minutes(case, resolved))).collect();
    minutes.sort_unstable();
    let rank = (minutes.len() * 9).div_ceil(10);
    let reading = found.readings.get("nine_in_ten_fixed", period, &Segment::whole()).unwrap();
    assert_eq!(reading.exact, Some(Ratio::whole(minutes[rank - 1] * 60)), "rank {rank} in month {period}");
}

/// A month later on the wall clock, at most the last day of that month; all of them lie before the end of April.
fn month_later(at: i64) -> i64 {
    let (day, second) = (local(at).div_euclid(DAY), local(at).rem_euclid(DAY));
    let here = MONTHS.iter().rposition(|first| day >= *first).unwrap();
    let length = [31, 28, 31, 30][here + 1];
    let next = MONTHS[here + 1] + (day - MONTHS[here]).min(length - 1);
    let then = next * DAY + second;
    // What the clocks skip on 29 March is read as an hour later.
    if then >= SUMMER + 3600 { then - 3600 } else { then }
}

fn bought(world: &World, found: &Evaluated, period: usize) {
    let mut orders: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for order in &world.purchases {
        orders.entry(order.customer).or_default().push(order.at);
    }
    let of_month = || world.contacts.iter().filter(|it| counts(it) && month(it.at) == period);
    let customers: BTreeSet<i64> = of_month().map(|it| it.customer).collect();
    let within = |it: &&Contact| {
        let later = |at: &&i64| **at > it.at && **at <= month_later(it.at);
        orders.get(&it.customer).is_some_and(|orders| orders.iter().any(|at| later(&at)))
    };
    let bought: BTreeSet<i64> = of_month().filter(within).map(|it| it.customer).collect();
    fraction(found, "bought_again", period, (bought.len(), customers.len()));
}
