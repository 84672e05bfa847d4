//! The demonstration: a contract, its data book and three months of made-up
//! data, the same bytes every time.
//!
//! Everything comes out of one small integer generator, so the data needs no
//! download, and its answers can be recomputed by brute force from
//! [`World`], without any of the code that measures contracts:
//!
//! | in the data            | put there because                                   |
//! |------------------------|-----------------------------------------------------|
//! | repeated rows          | exports overlap; a contact may count only once      |
//! | `n/a`, `-` and nothing | systems disagree on how to leave a value out        |
//! | Warsaw and London time | one site says which it writes, the other does not   |
//! | 29 March 2026, 01:30   | a time of day that London's clocks skipped          |
//! | a date 31/02/2026      | some rows cannot be read, and somebody has to see it |

mod random;
mod template;
mod world;
mod write;

pub use template::Template;
pub use world::{Case, Channel, Contact, Pause, Purchase, Survey, World};

/// The files of the demonstration: path below the folder, and content.
#[must_use]
pub fn files() -> Vec<(String, Vec<u8>)> {
    let world = World::new();
    let text = |path: &str, text: &str| (path.to_owned(), text.as_bytes().to_vec());
    let mut files = vec![
        text("README.md", include_str!("demo/files/README.md")),
        text("terms.contract", include_str!("demo/files/terms.contract")),
        text("data.yaml", include_str!("demo/files/data.yaml")),
        text("calendars/gb-eng.csv", include_str!("demo/files/gb-eng.csv")),
    ];
    files.extend(write::data(&world));
    files
}

#[cfg(test)]
mod tests;
