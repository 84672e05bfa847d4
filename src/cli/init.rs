//! `meed init --template NAME DIR`, `meed init --demo DIR`: a contract with data to start from.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::input;
use super::screen::{Done, Screen, Stop};
use crate::demo::{self, Template};

/// Arguments of `meed init`.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    /// A contract to fill in, with its data book and a few made-up months
    #[arg(long, value_enum, value_name = "NAME", required_unless_present = "demo", conflicts_with = "demo")]
    template: Option<Kind>,
    /// A contract with generated data of three months, to look around in
    #[arg(long)]
    demo: bool,
    /// The folder; it must not hold anything yet
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// The templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// Telephone service for a monthly fee: resolved at the first call, satisfied, easy to reach
    Voice,
    /// A help desk by working time: fixed in time and for good, nothing left behind
    Tickets,
    /// Back-office cases: done in time, done right, none left to age
    BackOffice,
    /// Paid by the case that is solved and stays solved
    PerResolution,
}

impl Kind {
    fn template(self) -> Template {
        match self {
            Self::Voice => Template::Voice,
            Self::Tickets => Template::Tickets,
            Self::BackOffice => Template::BackOffice,
            Self::PerResolution => Template::PerResolution,
        }
    }
}

/// Writes the project and says what to do with it.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let shown = args.folder.display();
    let begins = match args.template {
        None => {
            write_demo(&args.folder)?;
            format!("The demonstration is in `{shown}`; its README.md says what is what.")
        }
        Some(kind) => {
            write_files(&args.folder, &kind.template().files())?;
            format!(
                "The contract is `{shown}/terms.contract`: fill in what stands in [brackets] or is marked so."
            )
        }
    };
    screen.result(&format!(
        "{begins}\n\n    meed check {shown}/terms.contract\n    meed explain {shown}/terms.contract\n    \
         meed evaluate {shown}/terms.contract\n"
    ))?;
    Ok(Done::Well)
}

/// Writes the demonstration, whole or not at all.
pub fn write_demo(folder: &Path) -> Result<(), Stop> {
    write_files(folder, &demo::files())
}

/// Writes files below the folder, all or none.
fn write_files(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Stop> {
    let shown = folder.display();
    if occupied(folder).map_err(|error| Stop::fault(format!("cannot look into `{shown}`: {error}")))? {
        let message = format!("`{shown}` is not empty");
        return Err(Stop::fault(message).help("name a folder that does not exist yet".to_string()));
    }
    write(folder, files).map_err(|error| Stop::fault(format!("cannot write `{shown}`: {error}")))
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

fn write(folder: &Path, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    let parent = input::folder(folder);
    fs::create_dir_all(&parent)?;
    let draft = tempfile::Builder::new().prefix(".meed-").tempdir_in(&parent)?;
    let inner = draft.path().join("demo");
    for (path, bytes) in files {
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
