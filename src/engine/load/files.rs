//! Which files a table has, and reading each once while its digest is taken.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::super::EngineError;
use crate::book::{Book, FileEntry, TableBook};
use crate::measured::FileTotals;

/// A file to be read.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    /// The path as the book gives it, with `/` between its parts.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// The book's entry it comes from.
    pub entry: FileEntry,
}

impl Listed {
    /// Its size in bytes; 0 when it cannot be told.
    pub fn bytes(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |data| data.len())
    }
}

/// The files of a table, sorted by name.
pub(super) fn list(book: &Book, table: &TableBook) -> Result<Vec<Listed>, EngineError> {
    if let ([], Some(relation)) = (table.files.as_slice(), &table.relation) {
        return Err(EngineError::new(format!("no file holds the rows of `{relation}`, a database does"))
            .help("name the database with `--on`, or add `files` to the data book"));
    }
    let mut files = Vec::new();
    for entry in &table.files {
        files.extend(matches(book, entry)?);
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let mut seen: Vec<(PathBuf, String)> = Vec::new();
    for file in &files {
        let place = file.path.canonicalize().unwrap_or_else(|_| file.path.clone());
        if let Some((_, other)) = seen.iter().find(|(path, _)| *path == place) {
            return Err(EngineError::new(format!("the file is read twice, also as `{other}`"))
                .file(&file.name)
                .help("let only one entry of `files` match it"));
        }
        seen.push((place, file.name.clone()));
    }
    Ok(files)
}

fn matches(book: &Book, entry: &FileEntry) -> Result<Vec<Listed>, EngineError> {
    let listed = |path: PathBuf| Listed { name: name(book, &path), path, entry: entry.clone() };
    if !entry.path.contains(['*', '?', '[']) {
        return Ok(vec![listed(book.resolve(&entry.path))]);
    }
    let folder = glob::Pattern::escape(&book.folder.to_string_lossy());
    let pattern = Path::new(&folder).join(&entry.path);
    let bad = |why: String| EngineError::new(why).file(&entry.path);
    let found =
        glob::glob(&pattern.to_string_lossy()).map_err(|error| bad(format!("not a pattern: {error}")))?;
    let mut files = Vec::new();
    for path in found {
        let path = path.map_err(|error| bad(format!("cannot be read: {}", error.error())))?;
        if path.is_file() {
            files.push(listed(path));
        }
    }
    if files.is_empty() {
        let help = format!("paths start at the book's folder, `{}`", book.folder.display());
        return Err(bad("no file matches this pattern".to_string()).help(help));
    }
    Ok(files)
}

fn name(book: &Book, path: &Path) -> String {
    let inside = if book.folder.as_os_str().is_empty() {
        path
    } else {
        path.strip_prefix(&book.folder).unwrap_or(path)
    };
    inside.to_string_lossy().replace('\\', "/")
}

/// What has been read of a file so far: its digest, unless nobody asks for it, and how many bytes.
#[derive(Debug, Clone)]
pub(super) struct Meter(Arc<Mutex<(Option<Sha256>, u64)>>);

impl Meter {
    /// Nothing read yet.
    pub fn new(digested: bool) -> Self {
        Self(Arc::new(Mutex::new((digested.then(Sha256::default), 0))))
    }

    /// A file of so many bytes, of which nobody asks for the digest.
    pub fn of_bytes(bytes: u64) -> Self {
        Self(Arc::new(Mutex::new((None, bytes))))
    }

    fn add(&self, bytes: &[u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0.iter_mut().for_each(|digest| digest.update(bytes));
        state.1 += u64::try_from(bytes.len()).unwrap_or(0);
    }

    /// How many bytes were read so far.
    pub fn bytes(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    /// The account of the file after it was read to its end; without a digest that nobody asks for.
    pub fn totals(&self, name: &str, rows: u64) -> FileTotals {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sha256 = state.0.clone().map(|digest| hex(&digest.finalize())).unwrap_or_default();
        FileTotals { path: name.to_string(), rows, bytes: state.1, sha256 }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// BLAKE3 of some bytes, in hexadecimal: what nobody reads, but is compared in every run, is told apart by it.
pub(in crate::engine) fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// BLAKE3 of the bytes of a file, in hexadecimal.
pub(in crate::engine) fn digest_of(path: &Path) -> Result<String, EngineError> {
    let mut hasher = blake3::Hasher::new();
    each_piece(path, &path.display().to_string(), |bytes| {
        hasher.update(bytes);
    })?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// SHA-256 and BLAKE3 of the same bytes of a file.
pub(super) fn both_digests(file: &Listed) -> Result<(String, String), EngineError> {
    let (meter, mut hasher) = (Meter::new(true), blake3::Hasher::new());
    each_piece(&file.path, &file.name, |bytes| {
        meter.add(bytes);
        hasher.update(bytes);
    })?;
    Ok((meter.totals(&file.name, 0).sha256, hasher.finalize().to_hex().to_string()))
}

/// Hands over the bytes of a file, piece by piece.
fn each_piece(path: &Path, name: &str, mut take: impl FnMut(&[u8])) -> Result<(), EngineError> {
    let fault = |error: std::io::Error| unreadable(&error, name);
    let mut file = File::open(path).map_err(fault)?;
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer).map_err(fault)? {
            0 => return Ok(()),
            count => take(buffer.get(..count).unwrap_or_default()),
        }
    }
}

/// A reader whose bytes are metered.
struct Metered {
    file: File,
    meter: Meter,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.meter.add(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// An open file: its unpacked bytes, and the meter on its packed ones.
pub(super) struct Opened {
    /// The bytes.
    pub bytes: Box<dyn BufRead + Send>,
    /// The meter.
    pub meter: Meter,
}

/// Opens a file, and takes its digest on the way if it is asked for; gzip is recognised by its first two bytes.
pub(super) fn open(path: &Path, name: &str, digested: bool) -> Result<Opened, EngineError> {
    let fault = |error: std::io::Error| unreadable(&error, name);
    if path.is_dir() {
        return Err(EngineError::new("is a folder").file(name).help(format!("write `{name}/*.csv`")));
    }
    let meter = Meter::new(digested);
    let metered = Metered { file: File::open(path).map_err(fault)?, meter: meter.clone() };
    let mut bytes = BufReader::with_capacity(1 << 18, metered);
    let packed = bytes.fill_buf().map_err(fault)?.starts_with(&[0x1f, 0x8b]);
    let bytes: Box<dyn BufRead + Send> = if packed {
        Box::new(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(bytes)))
    } else {
        Box::new(bytes)
    };
    Ok(Opened { bytes, meter })
}

/// Reads a whole file.
pub(super) fn whole(path: &Path, name: &str) -> Result<(Vec<u8>, Meter), EngineError> {
    let mut opened = open(path, name, true)?;
    let mut content = Vec::new();
    opened.bytes.read_to_end(&mut content).map_err(|error| unreadable(&error, name))?;
    Ok((content, opened.meter))
}

/// The digest of a file that is going to be read out of order.
pub(super) fn meter(path: &Path, name: &str) -> Result<Meter, EngineError> {
    let meter = Meter::new(true);
    each_piece(path, name, |bytes| meter.add(bytes))?;
    Ok(meter)
}

/// A file that cannot be read.
pub(super) fn unreadable(error: &std::io::Error, name: &str) -> EngineError {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_string(),
        std::io::ErrorKind::PermissionDenied => "the file may not be read".to_string(),
        std::io::ErrorKind::UnexpectedEof => "the file ends too early; it was cut off".to_string(),
        _ => format!("cannot be read: {error}"),
    };
    EngineError::new(why).file(name)
}
