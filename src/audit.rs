//! The run folder: manifest, digests, snapshot; written whole or not at all.
