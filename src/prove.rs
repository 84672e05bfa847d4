//! Proofs about a checked contract: its examples, its worst and best period, its caps.
