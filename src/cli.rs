//! Commands, files, terminal and exit codes.
