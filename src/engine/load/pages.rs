//! The pages of a Parquet file, read into memory that is used again: new memory
//! comes from the system cleared, which takes longer than reading into it.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use parquet::errors::Result;
use parquet::file::reader::{ChunkReader, Length};

use super::lanes::locked;

/// Memory that pages were read into and that nobody reads any more.
type Spare = Arc<Mutex<Vec<Vec<u8>>>>;

/// A file that is read page by page.
pub(super) struct Pages {
    file: File,
    spare: Spare,
}

impl Pages {
    /// The pages of an open file.
    pub fn of(file: File) -> Self {
        Self { file, spare: Spare::default() }
    }

    /// The file from a place on.
    fn from(&self, start: u64) -> Result<File> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(file)
    }
}

impl Length for Pages {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl ChunkReader for Pages {
    type T = BufReader<File>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::new(self.from(start)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let mut bytes = locked(&self.spare).pop().unwrap_or_default();
        bytes.resize(length, 0);
        self.from(start)?.read_exact(&mut bytes)?;
        Ok(Bytes::from_owner(Page { bytes, spare: self.spare.clone() }))
    }
}

/// The bytes of a page, which give back their memory.
struct Page {
    bytes: Vec<u8>,
    spare: Spare,
}

impl AsRef<[u8]> for Page {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        locked(&self.spare).push(std::mem::take(&mut self.bytes));
    }
}
