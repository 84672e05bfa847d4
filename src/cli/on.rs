//! `--on CONNECTION`: counting where the data lives, and what the run folder says of it.
//!
//! A password that the address does not have is looked for where the engine's
//! own programs look: `PGPASSWORD` and `~/.pgpass` for PostgreSQL,
//! `SPARK_CONNECT_AUTHENTICATE_TOKEN` for Spark.

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::screen::Stop;
use crate::audit::{self, ConnectionDigest, QueryDigest, RelationDigest};
use crate::book::Book;
use crate::connect::{self, Address, ConnectError, Engine, Secret, Use};
use crate::contract::Contract;
use crate::engine::Measurement;
use crate::remote::{self, Remote, Watch};
use crate::value::Period;

/// Reads a connection, and finds its secret.
pub fn address(text: &str) -> Result<Address, Stop> {
    let mut address = Address::read(text).map_err(stop)?;
    if address.secret.is_none() {
        address.secret = match address.engine {
            Engine::PostgreSql => variable("PGPASSWORD").or_else(|| kept(&address)),
            Engine::Spark => variable("SPARK_CONNECT_AUTHENTICATE_TOKEN"),
        }
        .map(Secret);
    }
    Ok(address)
}

/// Measures the contract over the relations of a database.
pub fn run(
    contract: &Contract,
    periods: &[Period],
    book: &Book,
    address: &Address,
) -> Result<(Measurement, ConnectionDigest), Stop> {
    let mut connection = connect::open(address, Use::Read).map_err(stop)?;
    let mut bar = Bar(ProgressBar::hidden());
    let measured =
        remote::measure_versions(contract, periods, book, (address.engine, connection.as_mut()), &mut bar);
    bar.0.finish_and_clear();
    let found =
        measured.map_err(|error| Stop::fault(format!("{}: {error}", address.shown())).help(error.help))?;
    let digest = digest(address, &found);
    Ok((found.measurement, digest))
}

fn stop(error: ConnectError) -> Stop {
    Stop::fault(error.message).help(error.help)
}

/// What the run folder says of the connection.
fn digest(address: &Address, found: &Remote) -> ConnectionDigest {
    let tables = found.measurement.measured.tables.iter();
    let relation = |(table, totals): (&String, &crate::measured::TableTotals)| {
        let relation = totals.relation.clone()?;
        Some(RelationDigest { table: table.clone(), relation, rows: totals.read })
    };
    let query = |asked: &remote::Asked| QueryDigest {
        title: asked.title.clone(),
        sha256: audit::digest(asked.text.as_bytes()),
        cells: audit::digest(asked.cells.as_bytes()),
    };
    ConnectionDigest {
        address: address.shown(),
        engine: found.engine.clone(),
        relations: tables.filter_map(relation).collect(),
        queries: found.asked.iter().map(query).collect(),
    }
}

/// The query at work, on stderr when that is a terminal.
struct Bar(ProgressBar);

impl Watch for Bar {
    fn asks(&mut self, title: &str, number: usize, of: usize) {
        if number == 1 {
            let style = ProgressStyle::with_template("{pos} of {len}  {msg}  {elapsed}");
            self.0 = ProgressBar::new(of.try_into().unwrap_or(u64::MAX))
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            self.0.enable_steady_tick(std::time::Duration::from_millis(500));
        }
        self.0.set_position(number.try_into().unwrap_or(u64::MAX));
        self.0.set_message(title.to_string());
    }
}

#[expect(clippy::disallowed_methods, reason = "a secret is no input of the result")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The password that PostgreSQL's own programs would take from their file.
fn kept(address: &Address) -> Option<String> {
    let named = variable("PGPASSFILE").map(PathBuf::from);
    let path = named.or_else(|| Some(Path::new(&variable("HOME")?).join(".pgpass")))?;
    if others_can_read(&path) {
        return None;
    }
    password(&std::fs::read_to_string(path).ok()?, address)
}

/// PostgreSQL's own programs pass over a file that others can read.
#[cfg(unix)]
fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
}

/// `host:port:database:user:password` of the first line that fits; `*` fits all.
fn password(text: &str, address: &Address) -> Option<String> {
    let user = address.user.clone().or_else(|| variable("USER")).unwrap_or_default();
    let database = address.database.clone().unwrap_or_else(|| user.clone());
    let host = if address.is_socket() { "localhost".to_string() } else { address.host.clone() };
    let wanted = [host, address.port.to_string(), database, user];
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let parts = parts(line);
        let (password, place) = parts.split_last().filter(|(_, place)| place.len() == wanted.len())?;
        let fits = place.iter().zip(&wanted).all(|(part, wanted)| part == "*" || part == wanted);
        fits.then(|| password.clone())
    })
}

/// The parts between colons; `\` before a colon or itself makes a letter of it.
fn parts(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let letter = match letter {
            ':' => {
                parts.push(String::new());
                continue;
            }
            '\\' => letters.next().unwrap_or('\\'),
            letter => letter,
        };
        parts.last_mut().into_iter().for_each(|part| part.push(letter));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_of_the_password_file_that_fits_is_taken() {
        let file =
            "# who\ndb:5432:other:ann:no\n*:*:*:bob:bobs\ndb:5432:service:*:a\\:b\\\\c\n*:*:*:*:last\n";
        let of = |text: &str| password(file, &Address::read(text).unwrap());
        assert_eq!(of("postgresql://ann@db/service").as_deref(), Some("a:b\\c"));
        assert_eq!(of("postgresql://bob@db/service").as_deref(), Some("bobs"));
        assert_eq!(of("postgresql://ann@db:1/service").as_deref(), Some("last"));
        assert_eq!(
            password("localhost:*:a:u:here\n", &Address::read("postgresql:///a?host=/run&user=u").unwrap())
                .as_deref(),
            Some("here")
        );
        assert_eq!(password("short:line\n", &Address::read("postgresql://db/a").unwrap()), None);
    }
}
