//! The plan: what has to be read and counted, for all measures, periods and
//! segments of a contract at once.
