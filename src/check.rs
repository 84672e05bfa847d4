//! From tree to checked contract: names, units, dates, coverage of bands. Finds all faults at once.
