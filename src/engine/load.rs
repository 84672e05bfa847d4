//! Loading: from the files of the data book to typed batches of rows.
