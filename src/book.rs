//! The data book: `data.yaml`, which says which file feeds which table and how it is read.
