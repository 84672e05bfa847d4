//! Connections to engines that answer SQL, where the data already lives.
//!
//! `postgresql://meed@db.example.com/service` is a PostgreSQL server and
//! `sc://spark.example.com:15002` one that speaks Spark Connect. All that
//! comes back is rows of texts: the queries ask for whole numbers and texts
//! alone, so no type of an engine passes this module.
//!
//! A connection that breaks, and a query that the server refuses, are errors;
//! there is never a part of a result. Nothing is ever written: a PostgreSQL
//! session is one read-only transaction, which also makes all queries see the
//! same rows. Each engine is a feature of the build, `postgresql` and `spark`.

mod address;
mod error;
#[cfg(feature = "postgresql")]
mod postgresql;
#[cfg(any(feature = "postgresql", feature = "spark"))]
mod session;
#[cfg(feature = "spark")]
mod spark;

pub use address::{Address, Engine, Secret};
pub use error::ConnectError;

/// The rows a query gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// The columns, in order.
    pub columns: Vec<String>,
    /// The values of each row, in the order of the columns; none is null.
    pub rows: Vec<Vec<Option<String>>>,
}

/// An engine that answers SQL.
pub trait Connection {
    /// What the query gives, whole.
    ///
    /// # Errors
    ///
    /// The server refuses it or is gone, or a column is neither text nor whole number.
    fn query(&mut self, sql: &str) -> Result<Rows, ConnectError>;

    /// Runs a statement that gives no rows.
    ///
    /// # Errors
    ///
    /// The server refuses it or is gone.
    fn execute(&mut self, sql: &str) -> Result<(), ConnectError> {
        self.query(sql).map(|_| ())
    }

    /// The engine and its version, as it names them.
    ///
    /// # Errors
    ///
    /// The server is gone.
    fn engine(&mut self) -> Result<String, ConnectError>;
}

/// Whether what is done changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Reads alone: where the engine can, in one transaction that cannot write.
    Read,
    /// Also writes.
    Write,
}

/// Connects.
///
/// # Errors
///
/// This build lacks the engine; the server cannot be reached or refuses the user.
pub fn open(address: &Address, purpose: Use) -> Result<Box<dyn Connection>, ConnectError> {
    match address.engine {
        #[cfg(feature = "postgresql")]
        Engine::PostgreSql => Ok(Box::new(postgresql::Session::open(address, purpose)?)),
        #[cfg(feature = "spark")]
        Engine::Spark => Ok(Box::new(spark::Session::open(address)?)),
        #[cfg(not(all(feature = "postgresql", feature = "spark")))]
        engine => Err(lacking(engine, purpose)),
    }
}

/// The build has no such engine.
#[cfg(not(all(feature = "postgresql", feature = "spark")))]
fn lacking(engine: Engine, _: Use) -> ConnectError {
    ConnectError::new(format!("this build of meed cannot connect to {}", engine.name()))
        .help(format!("build it with `cargo install --path . --features {}`", engine.feature()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_without_an_engine_says_which_feature_it_lacks() {
        for (text, feature, has) in [
            ("postgresql://127.0.0.1:1/db", "postgresql", cfg!(feature = "postgresql")),
            ("sc://127.0.0.1:1", "spark", cfg!(feature = "spark")),
        ] {
            let error = open(&Address::read(text).unwrap(), Use::Read).err().unwrap();
            let lacks = error.help.is_some_and(|help| help.contains(&format!("--features {feature}")));
            assert_eq!(lacks, !has, "{}", error.message);
        }
    }
}
