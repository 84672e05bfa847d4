//! How many rows a table has in all, before they are read: exact for Parquet,
//! whose footer says it, otherwise from the rows that a byte has held so far.
//!
//! Read 10,000 rows from 1 MB of a text file of 4 MB; a second file has 2 MB
//! and a Parquet file 500 rows: 10,000 + 30,000 + 20,000 + 500 = 60,500 rows.

/// What is known of one file's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// So many rows, exactly.
    Rows(u64),
    /// So many rows were found in so many of its bytes.
    Partly {
        /// Rows found.
        rows: u64,
        /// Bytes they took, packed where the file is.
        read: u64,
        /// Bytes of the file.
        bytes: u64,
    },
}

/// All rows of these files; none while nothing says how many a byte holds.
pub(super) fn rows(files: &[Extent]) -> Option<u64> {
    let (mut known, mut left, mut seen, mut read) = (0, 0, 0, 0);
    for file in files {
        match *file {
            Extent::Rows(rows) => known += rows,
            Extent::Partly { rows, read: part, bytes } => {
                known += rows;
                seen += rows;
                read += part;
                left += bytes.saturating_sub(part);
            }
        }
    }
    if left == 0 {
        return Some(known);
    }
    let more = u128::from(left) * u128::from(seen);
    let more = more.checked_div(u128::from(read)).filter(|_| seen > 0)?;
    known.checked_add(u64::try_from(more).ok()?)
}

#[cfg(test)]
mod tests {
    use super::{Extent, rows};

    fn partly(rows: u64, read: u64, bytes: u64) -> Extent {
        Extent::Partly { rows, read, bytes }
    }

    #[test]
    fn rows_so_far_and_what_the_other_bytes_will_hold() {
        let files = [partly(10_000, 1_000_000, 4_000_000), partly(0, 0, 2_000_000), Extent::Rows(500)];
        assert_eq!(rows(&files), Some(60_500));
    }

    #[test]
    fn a_file_read_to_its_end_counts_what_it_had() {
        assert_eq!(rows(&[partly(12, 340, 340)]), Some(12));
        assert_eq!(rows(&[Extent::Rows(7), Extent::Rows(5)]), Some(12));
    }

    #[test]
    fn before_the_first_row_nothing_can_be_said() {
        assert_eq!(rows(&[partly(0, 0, 340)]), None);
        assert_eq!(rows(&[partly(0, 100, 340)]), None);
    }
}
