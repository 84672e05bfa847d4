//! The data of the demonstration, counted by hand: what is dirty in it, and that it never changes.

use super::*;

#[test]
fn the_same_bytes_come_out_every_time() {
    assert_eq!(files(), files());
}

#[test]
fn a_sunday_and_new_years_day_are_quiet() {
    let world = World::new();
    let weekday = |at: i64| at.div_euclid(86_400) % 7;
    assert!(world.contacts.iter().all(|contact| contact.at >= 86_400));
    let sundays = world.contacts.iter().filter(|contact| weekday(contact.at) == 3).count();
    assert!(sundays * 20 < world.contacts.len(), "{sundays}");
}

#[test]
fn there_is_enough_of_everything() {
    let world = World::new();
    let size = [world.contacts.len(), world.cases.len(), world.surveys.len(), world.purchases.len()];
    assert!(size[0] > 30_000 && size[1] > 5_000 && size[2] > 2_000 && size[3] > 10_000, "{size:?}");
}

#[test]
fn the_skipped_hour_is_in_the_data() {
    let files = files();
    let (_, march) = files.iter().find(|(path, _)| path == "data/voice-2026-03.csv").unwrap();
    let text = String::from_utf8(march.clone()).unwrap();
    assert_eq!(text.matches(",29/03/2026 01:30:07,").count(), 2);
}
