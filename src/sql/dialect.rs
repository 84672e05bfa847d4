//! Where the three engines write the same thing differently.
//!
//! | | DuckDB | PostgreSQL | Spark |
//! |---|---|---|---|
//! | 128-bit integers | `HUGEINT` | `NUMERIC` | `DECIMAL(38, 0)` |
//! | whole part of a quotient | `a // b` | `div(a, b)` | `a div b` |
//! | microseconds of a moment | `epoch_us(m)` | `extract(epoch FROM m) * 1000000` | `unix_micros(m)` |
//! | order of texts by bytes | as it is | `COLLATE "C"` | as it is |

/// An engine that SQL text is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// DuckDB.
    DuckDb,
    /// PostgreSQL, from version 14.
    PostgreSql,
    /// Spark SQL, from version 3.5.
    Spark,
}

/// Words that cannot stand alone as the name of a column in one of the engines.
const RESERVED: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "at",
    "between",
    "both",
    "by",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "cross",
    "current",
    "date",
    "day",
    "default",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "false",
    "fetch",
    "filter",
    "first",
    "for",
    "foreign",
    "from",
    "full",
    "grant",
    "group",
    "groups",
    "having",
    "hour",
    "in",
    "inner",
    "intersect",
    "interval",
    "into",
    "is",
    "join",
    "last",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "minute",
    "month",
    "natural",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "over",
    "period",
    "primary",
    "range",
    "references",
    "right",
    "row",
    "rows",
    "second",
    "select",
    "some",
    "start",
    "table",
    "text",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "value",
    "values",
    "when",
    "where",
    "window",
    "with",
    "year",
];

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DuckDb, Self::PostgreSql, Self::Spark];

    /// What people call it.
    #[must_use]
    pub fn called(self) -> &'static str {
        match self {
            Self::DuckDb => "DuckDB",
            Self::PostgreSql => "PostgreSQL",
            Self::Spark => "Spark SQL",
        }
    }

    /// What a session has to be told before the queries run.
    #[must_use]
    pub fn session(self) -> &'static [&'static str] {
        match self {
            Self::DuckDb => &["SET TimeZone = 'UTC'"],
            Self::PostgreSql => &["SET TIME ZONE 'UTC'"],
            Self::Spark => &["SET TIME ZONE 'UTC'", "SET spark.sql.ansi.enabled = true"],
        }
    }

    /// The type of texts.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::DuckDb => "VARCHAR",
            Self::PostgreSql => "TEXT",
            Self::Spark => "STRING",
        }
    }

    /// The type of integers beyond 64 bits.
    pub(super) fn wide(self) -> &'static str {
        match self {
            Self::DuckDb => "HUGEINT",
            Self::PostgreSql => "NUMERIC",
            Self::Spark => "DECIMAL(38, 0)",
        }
    }

    /// A name, in quotation marks where it needs them.
    pub(super) fn name(self, name: &str) -> String {
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let plain = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(letter);
        if plain && !RESERVED.contains(&name) {
            return name.to_string();
        }
        match self {
            Self::Spark => format!("`{}`", name.replace('`', "``")),
            Self::DuckDb | Self::PostgreSql => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// A text as a constant.
    pub(super) fn literal(self, text: &str) -> String {
        match self {
            Self::Spark => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            Self::DuckDb | Self::PostgreSql => format!("'{}'", text.replace('\'', "''")),
        }
    }

    /// A text as something that is put in order: by its bytes.
    pub(super) fn ordered(self, text: &str) -> String {
        match self {
            Self::PostgreSql => format!("{text} COLLATE \"C\""),
            Self::DuckDb | Self::Spark => text.to_string(),
        }
    }

    /// The whole part of a quotient of two integers, both not negative, as a wide integer.
    pub(super) fn quotient(self, a: &str, b: &str) -> String {
        match self {
            Self::DuckDb => format!("({a} // {b})"),
            Self::PostgreSql => format!("div({a}, {b})"),
            Self::Spark => format!("CAST({a} div {b} AS {})", self.wide()),
        }
    }

    /// The whole part of a quotient of two integers of 64 bits, both not negative.
    pub(super) fn small_quotient(self, a: &str, b: &str) -> String {
        match self {
            Self::DuckDb => format!("({a} // {b})"),
            Self::PostgreSql => format!("({a} / {b})"),
            Self::Spark => format!("({a} div {b})"),
        }
    }

    /// Microseconds since 1970 of a column of moments; of a naive one as if it were UTC.
    pub(super) fn micros(self, column: &str, naive: bool) -> String {
        let kind = match (self, naive) {
            (Self::DuckDb | Self::PostgreSql, true) => "TIMESTAMP",
            (Self::DuckDb | Self::PostgreSql, false) => "TIMESTAMP WITH TIME ZONE",
            (Self::Spark, _) => "TIMESTAMP",
        };
        match self {
            Self::DuckDb => format!("epoch_us(CAST({column} AS {kind}))"),
            Self::PostgreSql => {
                format!("CAST(extract(epoch FROM CAST({column} AS {kind})) * 1000000 AS BIGINT)")
            }
            Self::Spark => format!("unix_micros(CAST({column} AS {kind}))"),
        }
    }

    /// Whether the moments of a column are without a zone.
    pub(super) fn is_naive(self, column: &str) -> String {
        match self {
            Self::DuckDb => format!("typeof({column}) <> 'TIMESTAMP WITH TIME ZONE'"),
            Self::PostgreSql => format!("pg_typeof({column}) <> 'timestamp with time zone'::regtype"),
            Self::Spark => format!("typeof({column}) <> 'timestamp'"),
        }
    }

    /// Days since 1970 of a column of dates.
    pub(super) fn days(self, column: &str) -> String {
        match self {
            Self::Spark => format!("CAST(unix_date(CAST({column} AS DATE)) AS BIGINT)"),
            Self::DuckDb | Self::PostgreSql => {
                format!("CAST(CAST({column} AS DATE) - DATE '1970-01-01' AS BIGINT)")
            }
        }
    }

    /// The day so many months later (or, if negative, earlier), on that month's last day at most.
    pub(super) fn months_later(self, day: &str, months: i64) -> String {
        match self {
            Self::DuckDb => format!(
                "CAST(CAST(DATE '1970-01-01' + CAST({day} AS INTEGER) + INTERVAL ({months}) MONTH AS DATE) \
                 - DATE '1970-01-01' AS BIGINT)"
            ),
            Self::PostgreSql => format!(
                "CAST(CAST(DATE '1970-01-01' + CAST({day} AS INTEGER) + INTERVAL '{months} months' AS DATE) \
                 - DATE '1970-01-01' AS BIGINT)"
            ),
            Self::Spark => format!(
                "CAST(unix_date(add_months(date_from_unix_date(CAST({day} AS INT)), {months})) AS BIGINT)"
            ),
        }
    }

    /// The day of the month of a day since 1970.
    pub(super) fn day_of_month(self, day: &str) -> String {
        match self {
            Self::DuckDb | Self::PostgreSql => {
                format!("CAST(extract(day FROM DATE '1970-01-01' + CAST({day} AS INTEGER)) AS BIGINT)")
            }
            Self::Spark => format!("day(date_from_unix_date(CAST({day} AS INT)))"),
        }
    }

    /// The type of numbers with nine decimals.
    pub(super) fn exact(self) -> &'static str {
        match self {
            Self::PostgreSql => "NUMERIC",
            Self::DuckDb | Self::Spark => "DECIMAL(38, 9)",
        }
    }

    /// The type of integers beyond 64 bits, without decimals.
    pub(super) fn whole(self) -> &'static str {
        match self {
            Self::PostgreSql => "NUMERIC(38, 0)",
            Self::DuckDb | Self::Spark => self.wide(),
        }
    }

    /// A text without white space, that of all scripts, at its ends.
    pub(super) fn trimmed(self, text: &str) -> String {
        let rest = "\\u0085\\u00a0\\u1680\\u2000\\u2001\\u2002\\u2003\\u2004\\u2005\\u2006\\u2007\\u2008\\u2009\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
        match self {
            Self::DuckDb => {
                let space = r"[\t-\r\x{85}\p{Z}]+";
                format!("REGEXP_REPLACE({text}, '^{space}|{space}$', '', 'g')")
            }
            Self::PostgreSql => format!("TRIM(BOTH E' \\t\\n\\u000b\\u000c\\r{rest}' FROM {text})"),
            Self::Spark => format!("TRIM(BOTH ' \\t\\n\\u000b\\u000c\\r{rest}' FROM {text})"),
        }
    }

    /// Whether a text is as a pattern says, from end to end.
    pub(super) fn matches(self, text: &str, pattern: &str) -> String {
        match self {
            Self::DuckDb => format!("REGEXP_FULL_MATCH({text}, {})", self.literal(pattern)),
            Self::PostgreSql => format!("({text} ~ {})", self.literal(&format!("^({pattern})$"))),
            Self::Spark => format!("({text} RLIKE {})", self.literal(&format!("^({pattern})\\z"))),
        }
    }

    /// The text of a table of texts written out.
    pub(super) fn texts_written_out(self, columns: &[&str], rows: &[String]) -> String {
        let kind = self.text();
        let selected: Vec<String> =
            columns.iter().map(|column| format!("CAST(v.{column} AS {kind}) AS {column}")).collect();
        let nothing = format!("({})", vec!["''"; columns.len()].join(", "));
        let (rows, none) = match rows {
            [] => (nothing, "\n  WHERE 1 = 0"),
            rows => (lines(rows), ""),
        };
        let (selected, names) = (selected.join(", "), columns.join(", "));
        format!("  SELECT {selected}\n  FROM (VALUES\n    {rows}\n  ) AS v({names}){none}")
    }

    /// The text of a table written out.
    pub(super) fn written_out(self, columns: &[&str], rows: &[Vec<i64>]) -> String {
        let names: Vec<String> = columns.iter().map(|column| self.name(column)).collect();
        let selected: Vec<String> =
            names.iter().map(|column| format!("CAST(v.{column} AS BIGINT) AS {column}")).collect();
        let row = |row: &Vec<i64>| {
            let cells: Vec<String> = row.iter().map(i64::to_string).collect();
            format!("({})", cells.join(", "))
        };
        let (rows, nothing) = match rows {
            [] => (vec![format!("({})", vec!["0"; columns.len()].join(", "))], "\n  WHERE 1 = 0"),
            rows => (rows.iter().map(row).collect(), ""),
        };
        format!(
            "  SELECT {}\n  FROM (VALUES\n    {}\n  ) AS v({}){nothing}",
            selected.join(", "),
            lines(&rows),
            names.join(", "),
        )
    }
}

/// Several rows on a line, lines of some hundred letters.
fn lines(rows: &[String]) -> String {
    let mut text = String::new();
    let mut width = 0;
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            text.push(',');
            let full = width + row.len() > 110;
            text.push_str(if full { "\n    " } else { " " });
            width = if full { 0 } else { width };
        }
        width += row.len() + 2;
        text.push_str(row);
    }
    text
}
