//! How much memory layouts may take, and how much they do.

use std::sync::atomic::{AtomicU64, Ordering};

/// How much memory layouts may take, and how much they do.
#[derive(Debug)]
pub(in crate::engine) struct Budget {
    limit: u64,
    held: AtomicU64,
    /// Bytes that were put aside on disk.
    aside: AtomicU64,
}

impl Budget {
    pub(in crate::engine) fn new(limit: u64) -> Self {
        Self { limit, held: AtomicU64::new(0), aside: AtomicU64::new(0) }
    }

    pub(super) fn take(&self, bytes: usize) {
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
