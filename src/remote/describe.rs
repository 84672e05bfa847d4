//! The columns of a relation and what they hold, as the engine says.

use super::{Columns, RemoteError};
use crate::connect::{Connection, Engine};

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Texts.
    Text,
    /// Booleans.
    YesNo,
    /// Whole numbers.
    Whole,
    /// Exact numbers with so many decimals; none is any.
    Decimal(Option<u32>),
    /// Numbers that are not exact.
    Float,
    /// Moments.
    Moment,
    /// Local dates and times.
    Local,
    /// Dates.
    Day,
    /// Something else, by the engine's name for it.
    Other(String),
}

/// The columns of a relation.
pub(super) fn columns(
    connection: &mut dyn Connection,
    engine: Engine,
    table: &str,
    relation: &str,
) -> Result<Columns, RemoteError> {
    let title = format!("the columns of `{relation}`");
    let text = match engine {
        Engine::PostgreSql => format!(
            "SELECT a.attname, format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), a.atttypmod) \
             FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid \
             WHERE a.attrelid = to_regclass('{}') AND a.attnum > 0 AND NOT a.attisdropped",
            relation.replace('\'', "''")
        ),
        Engine::Spark => format!("DESCRIBE QUERY SELECT * FROM {relation}"),
    };
    let help = format!("name the relation of `{table}` in the data book: `relation: SCHEMA.NAME`");
    let rows =
        connection.query(&text).map_err(|error| RemoteError::asked(&title, error).help(help.clone()))?.rows;
    let column = |row: Vec<Option<String>>| {
        let mut cells = row.into_iter().flatten();
        Some((cells.next()?, kind(&cells.next()?)))
    };
    let columns: Columns = rows.into_iter().filter_map(column).collect();
    if columns.is_empty() {
        let message = format!("the database has no relation `{relation}` that holds `{table}`");
        return Err(RemoteError::new(message).help(help));
    }
    Ok(columns)
}

/// What an engine's type is, by its name.
fn kind(written: &str) -> Kind {
    let (name, rest) = written.split_once('(').unwrap_or((written, ""));
    let (within, after) = rest.split_once(')').unwrap_or(("", ""));
    match (name.trim(), after.trim()) {
        (
            "text" | "string" | "character varying" | "character" | "varchar" | "char" | "name" | "uuid",
            "",
        ) => Kind::Text,
        ("boolean", _) => Kind::YesNo,
        ("tinyint" | "smallint" | "integer" | "int" | "bigint", _) => Kind::Whole,
        ("numeric" | "decimal", _) => {
            Kind::Decimal(within.split_once(',').and_then(|(_, scale)| scale.trim().parse().ok()))
        }
        ("real" | "double precision" | "float" | "double", _) => Kind::Float,
        ("timestamp with time zone", _) | ("timestamp", "with time zone") => Kind::Moment,
        ("timestamp without time zone" | "timestamp_ntz", _) | ("timestamp", "without time zone") => {
            Kind::Local
        }
        // Spark's own; PostgreSQL always says which of the two it is.
        ("timestamp", _) => Kind::Moment,
        ("date", _) => Kind::Day,
        _ => Kind::Other(written.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_by_the_names_of_both_engines() {
        for (name, wanted) in [
            ("character varying(20)", Kind::Text),
            ("string", Kind::Text),
            ("int", Kind::Whole),
            ("numeric(18,2)", Kind::Decimal(Some(2))),
            ("numeric", Kind::Decimal(None)),
            ("decimal(38,9)", Kind::Decimal(Some(9))),
            ("double precision", Kind::Float),
            ("timestamp(3) without time zone", Kind::Local),
            ("timestamp(3) with time zone", Kind::Moment),
            ("timestamp with time zone", Kind::Moment),
            ("timestamp", Kind::Moment),
            ("timestamp_ntz", Kind::Local),
            ("interval", Kind::Other("interval".to_string())),
            ("text[]", Kind::Other("text[]".to_string())),
        ] {
            assert_eq!(kind(name), wanted, "{name}");
        }
    }
}
