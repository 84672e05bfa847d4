//! Meed.
