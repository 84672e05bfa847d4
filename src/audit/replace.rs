//! Writing one file: the old one or the new one, never a half of either.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Writes beside the file and renames, so that nobody ever sees a half of it.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mut beside = tempfile::Builder::new().prefix(".meed-").tempfile_in(super::parent(&real))?;
    beside.write_all(bytes)?;
    beside.as_file().sync_all()?;
    if let Ok(there) = fs::metadata(&real) {
        fs::set_permissions(beside.path(), there.permissions())?;
    } else {
        open_to_others(beside.path())?;
    }
    beside.persist(&real).map_err(|error| error.error)?;
    super::bundle::sync_folder(super::parent(&real));
    Ok(())
}

/// Temporary files are for their owner alone; what is kept is for all who may read beside it.
#[cfg(unix)]
fn open_to_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}
