//! How much memory layouts may take, and how much they do.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a run takes whatever the data: the batches that threads work on, counts, half-filled blocks,
/// and what the allocator keeps; of a small budget a quarter.
const AT_LEAST: u64 = 384 << 20;

/// How much memory a run may take. What is kept of rows for later steps, and
/// what these steps take themselves, goes first; layouts get what is left.
#[derive(Debug)]
pub(in crate::engine) struct Budget {
    limit: u64,
    /// Bytes of layouts and of what is kept of rows.
    held: AtomicU64,
    /// Bytes that were put aside on disk.
    aside: AtomicU64,
}

impl Budget {
    /// A run that may take so many bytes in all.
    pub(in crate::engine) fn new(memory: u64) -> Self {
        let limit = memory - AT_LEAST.min(memory / 4);
        Self { limit, held: AtomicU64::new(0), aside: AtomicU64::new(0) }
    }

    pub(in crate::engine) fn take(&self, bytes: usize) {
        self.held.fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
    }

    pub(super) fn give(&self, bytes: usize) {
        self.held.fetch_sub(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
    }

    pub(super) fn put(&self, bytes: u64) {
        self.aside.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn is_spent(&self) -> bool {
        self.held.load(Ordering::Relaxed) > self.limit
    }

    /// Bytes that were put aside on disk so far.
    pub(in crate::engine) fn aside(&self) -> u64 {
        self.aside.load(Ordering::Relaxed)
    }
}
