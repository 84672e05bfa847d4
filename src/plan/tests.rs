//! What the plan shares.
