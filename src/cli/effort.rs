//! With how much memory and how many threads records are measured, and the
//! clock that says how long it took. None of it changes a figure.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::engine;

/// Arguments of commands that measure.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
pub struct Effort {
    /// About how much memory measuring may take; the rest is put aside on disk: 512MB, 2GB
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "1GB")]
    pub memory: u64,
    /// How many threads measure; otherwise one for each core
    #[arg(long, value_name = "NUMBER", value_parser = threads)]
    pub threads: Option<usize>,
    /// Keep partial results in this folder, and go on from those that are there, so that a month more
    /// costs that month; no figure changes, and the folder can be deleted at any time
    #[arg(long, value_name = "DIR", conflicts_with_all = ["readings", "on", "evidence", "as_of"])]
    pub store: Option<PathBuf>,
    /// Whether steps are timed.
    #[arg(skip)]
    pub timed: bool,
    /// Whether nobody asks for the digests of the files, and from when to when dates are.
    #[arg(skip)]
    pub unaccounted: bool,
}

impl Default for Effort {
    fn default() -> Self {
        Self { memory: engine::MEMORY, threads: None, store: None, timed: false, unaccounted: false }
    }
}

/// `512MB`, `2GB`, `1.5 GB`; a thousand megabytes are not quite a gigabyte.
fn size(text: &str) -> Result<u64, String> {
    let wrong = || "write a number and a unit: 512MB, 2GB".to_string();
    let text = text.trim();
    let at = text.find(|letter: char| letter.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(at);
    let scale: u64 = match unit.to_ascii_uppercase().as_str() {
        "KB" | "K" | "KIB" => 1 << 10,
        "MB" | "M" | "MIB" => 1 << 20,
        "GB" | "G" | "GIB" => 1 << 30,
        "TB" | "T" | "TIB" => 1 << 40,
        _ => return Err(wrong()),
    };
    let number: crate::value::Ratio = number.trim().parse().map_err(|_| wrong())?;
    let bytes = (&number * &crate::value::Ratio::whole(scale)).floor().to_i64();
    let bytes = bytes.and_then(|bytes| u64::try_from(bytes).ok()).ok_or_else(wrong)?;
    if bytes < LEAST { Err("less than 64MB is not enough".to_string()) } else { Ok(bytes) }
}

/// The least memory that can be asked for.
const LEAST: u64 = 64 << 20;

fn threads(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=1024).contains(number));
    number.ok_or_else(|| "write a whole number from 1 to 1024".to_string())
}

/// Tells how much time has passed.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts.
    #[expect(clippy::disallowed_methods, reason = "says how long steps took; no figure depends on it")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn read(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(size("512MB"), Ok(512 << 20));
        assert_eq!(size("2GB"), Ok(2 << 30));
        assert_eq!(size("1.5 gb"), Ok(3 << 29));
        for wrong in ["2", "GB", "-2GB", "2 boxes", "63MB", "99999999999TB"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
