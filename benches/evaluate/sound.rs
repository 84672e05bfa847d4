//! Whether the generator does what it says; run by `cargo test`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::clock::{last_day, month_start};
use crate::columns::Table;
use crate::generate::{self, Args, Format};
use crate::rows::{Skew, World};

pub fn check() {
    threads_change_nothing();
    rows_come_in_order();
    months_hold_all_rows();
    everyday_data_is_like_a_year_of_service();
    one_customer_has_a_twentieth();
    assert_eq!((month_start(3), last_day(36).as_str()), (1_711_926_000, "2027-01-31"));
    println!("the generator is sound");
}

fn asked(rows: u64) -> Args {
    Args {
        rows,
        folder: None,
        format: Format::Parquet,
        skew: None,
        dirt: false,
        months_files: false,
        months: 24,
        threads: 1,
    }
}

fn world(rows: u64, skew: Option<Skew>) -> World {
    World::new(rows, 24, 18, skew, false)
}

/// The files of a folder, by name.
fn written(args: &Args) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    generate::run(args, folder.path());
    let read =
        |path: &Path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap());
    fs::read_dir(folder.path()).unwrap().map(|entry| read(&entry.unwrap().path())).collect()
}

fn threads_change_nothing() {
    let csv = Args { format: Format::Csv, dirt: true, ..asked(2_000) };
    let months = Args { months_files: true, months: 3, ..asked(2_000) };
    for args in [asked(2_000), csv, months] {
        let one = written(&args);
        let three = written(&Args { threads: 3, ..args });
        assert!(one == three, "{:?} differ", one.keys());
    }
}

fn rows_come_in_order() {
    let world = world(2_000, None);
    let contacts: Vec<_> = (0..2_000).map(|row| world.contact(row)).collect();
    assert!(contacts.is_sorted_by_key(|contact| (contact.started, contact.id)));
    assert!(contacts.iter().all(|contact| contact.ended >= contact.answered.unwrap_or(contact.started)));
    let cases: Vec<_> = (0..800).map(|row| world.case(row)).collect();
    assert!(cases.is_sorted_by_key(|case| case.resolved));
    assert!(cases.iter().all(|case| case.opened <= case.resolved));
    assert!((0..500).is_sorted_by_key(|row| world.purchase(row).at));
}

fn months_hold_all_rows() {
    let world = world(2_000, None);
    for table in Table::ALL {
        let months: Vec<_> = (0..42).map(|month| table.month(&world, month)).collect();
        assert_eq!((months[0].start, months[41].end), (0, table.rows(&world)));
        assert!(months.windows(2).all(|pair| pair[0].end == pair[1].start));
    }
}

/// Shares are counted over 20,000 contacts; what is allowed around them is more than four standard errors.
fn everyday_data_is_like_a_year_of_service() {
    let world = world(20_000, None);
    let contacts: Vec<_> = (0..20_000).map(|row| world.contact(row)).collect();
    let near = |what: &str, found: usize, wanted: usize| {
        assert!(found.abs_diff(wanted) < 300, "{what}: {found}, not about {wanted}");
    };
    near("abandoned", contacts.iter().filter(|contact| contact.abandoned).count(), 1_400);
    near("by phone", contacts.iter().filter(|contact| contact.channel == Some("phone")).count(), 11_000);
    let cases: BTreeSet<i64> = contacts.iter().map(|contact| contact.case).collect();
    near("first contacts", cases.len(), 15_000);
    let mut waits: Vec<i64> =
        contacts.iter().filter_map(|contact| Some(contact.answered? - contact.started)).collect();
    waits.sort_unstable();
    // 22 seconds times ln 2, and times ln 10.
    assert!((14..=16).contains(&waits[waits.len() / 2]) && (48..=53).contains(&waits[waits.len() * 9 / 10]));
}

fn one_customer_has_a_twentieth() {
    let world = world(20_000, Some(Skew::Customer));
    let most = (0..20_000).filter(|row| world.contact(*row).customer == Some(1)).count();
    assert!((800..1_200).contains(&most), "{most}");
}
