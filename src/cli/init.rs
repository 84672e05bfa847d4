//! `meed init --demo DIR`: a contract with data to try things on.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::input;
use super::screen::{Done, Screen, Stop};
use crate::demo;

/// Arguments of `meed init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A contract with generated data of three months
    #[arg(long, required = true)]
    demo: bool,
    /// The folder; it must not hold anything yet
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Writes the project and says what to do with it.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    write_demo(&args.folder)?;
    let shown = args.folder.display();
    screen.result(&format!(
        "The demonstration is in `{shown}`; its README.md says what is what.\n\n    \
         meed check {shown}/terms.contract\n    meed evaluate {shown}/terms.contract\n"
    ))?;
    Ok(Done::Well)
}

/// Writes the demonstration, whole or not at all.
pub fn write_demo(folder: &Path) -> Result<(), Stop> {
    let shown = folder.display();
    if occupied(folder).map_err(|error| Stop::fault(format!("cannot look into `{shown}`: {error}")))? {
        let message = format!("`{shown}` is not empty");
        return Err(Stop::fault(message).help("name a folder that does not exist yet".to_string()));
    }
    write(folder).map_err(|error| Stop::fault(format!("cannot write `{shown}`: {error}")))
}

/// Whether something stands there that would be lost.
fn occupied(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) if error.kind() == ErrorKind::NotADirectory => Ok(true),
        Err(error) => Err(error),
    }
}

fn write(folder: &Path) -> io::Result<()> {
    let parent = input::folder(folder);
    fs::create_dir_all(&parent)?;
    let draft = tempfile::Builder::new().prefix(".meed-").tempdir_in(&parent)?;
    let inner = draft.path().join("demo");
    for (path, bytes) in demo::files() {
        let path = inner.join(path);
        fs::create_dir_all(input::folder(&path))?;
        fs::write(path, bytes)?;
    }
    if folder.is_dir() {
        fs::remove_dir(folder)?;
    }
    fs::rename(inner, folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_folder_is_filled_and_a_full_one_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("below/demo");
        write_demo(&folder).unwrap();
        assert!(folder.join("terms.contract").is_file() && folder.join("data/cases.csv").is_file());
        assert_eq!(fs::read_dir(home.path().join("below")).unwrap().count(), 1);

        fs::write(folder.join("own.txt"), "mine").unwrap();
        assert!(write_demo(&folder).is_err());
        assert_eq!(fs::read_to_string(folder.join("own.txt")).unwrap(), "mine");
        assert!(write_demo(&folder.join("own.txt")).is_err());

        let empty = home.path().join("empty");
        fs::create_dir(&empty).unwrap();
        write_demo(&empty).unwrap();
        assert!(empty.join("data.yaml").is_file());
    }
}
