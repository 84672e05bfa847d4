//! Reading the files that are named on the command line.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use meed_grammar::Source;

use super::screen::Stop;
use crate::audit::{self, FileDigest};

/// A text file as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Where.
    pub path: PathBuf,
    /// Its bytes, for digests.
    pub bytes: Vec<u8>,
    /// Its text, without a byte order mark.
    pub text: String,
}

/// Reads a file that must be text.
pub fn text(path: &Path, what: &str) -> Result<TextFile, Stop> {
    let shown = path.display();
    if path.is_dir() {
        return Err(Stop::fault(format!("`{shown}` is a folder, not a {what}")).help(inside(path, what)));
    }
    let bytes = fs::read(path).map_err(|error| {
        let message = match error.kind() {
            ErrorKind::NotFound => format!("there is no {what} `{shown}`"),
            _ => format!("cannot read the {what} `{shown}`: {error}"),
        };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Stop::fault(message).help(inside(parent, what))
    })?;
    let decoded = String::from_utf8(bytes.clone()).map_err(|error| {
        let before = bytes.get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Stop::fault(format!("the {what} `{shown}` is not UTF-8 text: line {line} has other bytes"))
            .help("save it as UTF-8".to_string())
    })?;
    let text = decoded.strip_prefix('\u{feff}').map(String::from).unwrap_or(decoded);
    Ok(TextFile { path: path.to_path_buf(), bytes, text })
}

/// The contracts in a folder, as a hint.
fn inside(folder: &Path, what: &str) -> Option<String> {
    let end = if what == "contract" { "contract" } else { "yaml" };
    let entries = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let mut found: Vec<String> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == end))
        .map(|path| format!("`{}`", path.strip_prefix(".").unwrap_or(&path).display()))
        .collect();
    found.sort();
    found.truncate(7);
    (!found.is_empty()).then(|| format!("there is {}", found.join(", ")))
}

/// The only contract of a folder, for the command that wants one.
pub fn only_contract(folder: &Path, command: &str) -> Result<PathBuf, Stop> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "contract")).collect();
    found.sort();
    match found.as_slice() {
        [only] => Ok(only.strip_prefix(".").unwrap_or(only).to_path_buf()),
        [] => Err(Stop::fault(format!("there is no contract in `{}`", folder.display()))
            .help(format!("name it: `{command} CONTRACT`"))),
        _ => {
            let names: Vec<String> = found.iter().map(|path| format!("`{}`", path.display())).collect();
            Err(Stop::fault(format!("there are several contracts in `{}`", folder.display()))
                .help(format!("name one of {}", names.join(", "))))
        }
    }
}

/// Reads a contract.
pub fn contract(path: &Path) -> Result<(TextFile, Source), Stop> {
    let file = text(path, "contract")?;
    let source = Source::new(path.display().to_string(), file.text.clone());
    Ok((file, source))
}

/// The folder a file stands in.
pub fn folder(path: &Path) -> PathBuf {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf()
}

/// The file or folder `name` beside a file.
pub fn beside(path: &Path, name: &str) -> PathBuf {
    path.parent().map_or_else(|| PathBuf::from(name), |parent| parent.join(name))
}

/// `path` seen from `folder`, with `/` between its parts; its name alone when
/// that would need a way up.
pub fn below(path: &Path, folder: &Path) -> String {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let name = || PathBuf::from(path.file_name().unwrap_or(path.as_os_str()));
    slashes(&real(path).strip_prefix(real(folder)).map(Path::to_path_buf).unwrap_or_else(|_| name()))
}

/// What a file is called from `folder`, and the digest of its bytes.
pub fn digest(path: &Path, bytes: &[u8], folder: &Path) -> FileDigest {
    FileDigest { path: below(path, folder), sha256: audit::digest(bytes) }
}

/// `path` seen from `folder`, with `..` where it stands elsewhere.
pub fn relative(path: &Path, folder: &Path) -> String {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let (to, from) = (real(path), real(folder));
    let same = to.components().zip(from.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(same).map(|_| PathBuf::from(".."));
    let down = to.components().skip(same).map(|part| PathBuf::from(part.as_os_str()));
    slashes(&up.chain(down).collect::<PathBuf>())
}

fn slashes(path: &Path) -> String {
    let parts: Vec<_> =
        path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_a_folder() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("a/b")).unwrap();
        fs::write(home.path().join("a/terms.contract"), "").unwrap();
        let terms = home.path().join("a/terms.contract");
        assert_eq!(below(&terms, &home.path().join("a")), "terms.contract");
        assert_eq!(below(&terms, home.path()), "a/terms.contract");
        assert_eq!(below(&terms, &home.path().join("a/b")), "terms.contract");
        assert_eq!(relative(&terms, &home.path().join("a/b")), "../terms.contract");
        assert_eq!(relative(&terms, home.path()), "a/terms.contract");
    }
}
