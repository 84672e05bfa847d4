//! Where a connection leads: `--on postgresql://meed@db.example.com/service`.
//!
//! | form | parameters |
//! |------|------------|
//! | `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?…` | `host` (also the folder of a socket), `port`, `dbname`, `user`, `password`, `sslmode`, `connect_timeout`, `options` |
//! | `sc://HOST:PORT/;…;…` | `token`, `use_ssl`, `user_id`, `x-…` (sent as headers) |
//!
//! What is secret is never shown: not in errors, not in a run folder.

use std::collections::BTreeMap;
use std::fmt;

use super::ConnectError;

/// An engine that can be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// PostgreSQL, by its own protocol.
    PostgreSql,
    /// Apache Spark, by Spark Connect.
    Spark,
}

impl Engine {
    /// As people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PostgreSql => "PostgreSQL",
            Self::Spark => "Spark",
        }
    }

    /// The feature of the build that it needs.
    #[must_use]
    pub fn feature(self) -> &'static str {
        match self {
            Self::PostgreSql => "postgresql",
            Self::Spark => "spark",
        }
    }

    fn port(self) -> u16 {
        match self {
            Self::PostgreSql => 5432,
            Self::Spark => 15002,
        }
    }

    fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::PostgreSql => {
                &["host", "port", "dbname", "user", "password", "sslmode", "connect_timeout", "options"]
            }
            Self::Spark => &["token", "use_ssl", "user_id"],
        }
    }
}

/// A password or token.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Where a connection leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// What is there.
    pub engine: Engine,
    /// The host; for PostgreSQL also the folder of its socket.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The database, where there are several.
    pub database: Option<String>,
    /// As whom.
    pub user: Option<String>,
    /// The password or token.
    pub secret: Option<Secret>,
    /// Whether what is sent is encrypted, and the server's certificate verified.
    pub encrypted: bool,
    /// Further parameters.
    pub parameters: BTreeMap<String, String>,
}

impl Address {
    /// Reads what was written on the command line.
    ///
    /// # Errors
    ///
    /// What is wrong with it; never with a secret in the words.
    pub fn read(text: &str) -> Result<Self, ConnectError> {
        let (engine, rest) = scheme(text)?;
        let (place, parameters) = split_parameters(engine, rest)?;
        let (authority, path) = place.split_once('/').unwrap_or((place, ""));
        let (who, server) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (host, port) = host_and_port(server)?;
        let (user, password) = who.split_once(':').unwrap_or((who, ""));
        let mut given: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in
            [("host", host), ("port", port), ("dbname", path), ("user", user), ("password", password)]
        {
            if !value.is_empty() {
                given.insert(name.to_string(), decoded(value)?);
            }
        }
        given.extend(parameters);
        let mut take = |name: &str| given.remove(name);
        let port = take("port").map_or(Ok(engine.port()), |text| {
            text.parse().map_err(|_| ConnectError::new(format!("`{text}` is not a port")).help(form(engine)))
        })?;
        let secret = take("password").or_else(|| take("token")).map(Secret);
        let host = take("host").ok_or_else(|| {
            ConnectError::new("the connection names no host").help(format!("write it as {}", form(engine)))
        })?;
        let mut address = Self {
            engine,
            host,
            port,
            database: take("dbname"),
            user: take("user").or_else(|| take("user_id")),
            secret,
            encrypted: false,
            parameters: given,
        };
        address.encrypted = address.encryption()?;
        Ok(address)
    }

    /// As it may be shown and kept: without secrets and parameters.
    #[must_use]
    pub fn shown(&self) -> String {
        let user = self.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        let database = self.database.as_deref().unwrap_or_default();
        match self.engine {
            Engine::PostgreSql if self.is_socket() => {
                format!("postgresql://{user}/{database}?host={}", self.host)
            }
            Engine::PostgreSql => format!("postgresql://{user}{}/{database}", self.server()),
            Engine::Spark => format!("sc://{}", self.server()),
        }
    }

    /// Whether it leads to a socket of this machine.
    #[must_use]
    pub fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// `db.example.com:5432`, `[::1]:5432`
    #[must_use]
    pub fn server(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{host}:{}", self.port)
    }

    /// Whether it stays on this machine.
    fn is_local(&self) -> bool {
        let address: Option<std::net::IpAddr> = self.host.parse().ok();
        self.is_socket() || self.host == "localhost" || address.is_some_and(|it| it.is_loopback())
    }

    /// Whether to encrypt: as said; otherwise what leaves this machine is, for PostgreSQL always and
    /// for Spark where a token is sent.
    fn encryption(&mut self) -> Result<bool, ConnectError> {
        match self.engine {
            Engine::PostgreSql => match self.parameters.remove("sslmode").as_deref() {
                Some("disable") => Ok(false),
                Some("require" | "verify-ca" | "verify-full") => Ok(true),
                None => Ok(!self.is_local()),
                Some(other) => Err(ConnectError::new(format!("`sslmode={other}` is not known"))
                    .help("write `disable`, or `verify-full`, which is the usual one for other machines")),
            },
            Engine::Spark => {
                let token = self.secret.is_some();
                match self.parameters.remove("use_ssl").as_deref() {
                    Some("true") => Ok(true),
                    Some("false") if token && !self.is_local() => {
                        Err(ConnectError::new("a token is not sent to another machine unencrypted")
                            .help("write `use_ssl=true`, or leave it out"))
                    }
                    Some("false") => Ok(false),
                    None => Ok(token && !self.is_local()),
                    Some(other) => Err(ConnectError::new(format!("`use_ssl={other}` is not known"))
                        .help("write `use_ssl=true` or `use_ssl=false`")),
                }
            }
        }
    }
}

/// How an engine's connection is written.
fn form(engine: Engine) -> &'static str {
    match engine {
        Engine::PostgreSql => "`postgresql://USER@HOST:PORT/DATABASE`",
        Engine::Spark => "`sc://HOST:PORT`",
    }
}

fn scheme(text: &str) -> Result<(Engine, &str), ConnectError> {
    let schemes = [
        ("postgresql://", Engine::PostgreSql),
        ("postgres://", Engine::PostgreSql),
        ("sc://", Engine::Spark),
    ];
    let found = schemes.iter().find_map(|(scheme, engine)| Some((*engine, text.strip_prefix(scheme)?)));
    found.ok_or_else(|| {
        let said = text.split_once("://").map(|(scheme, _)| format!("`{scheme}://` is not known"));
        ConnectError::new(said.unwrap_or_else(|| "the connection does not say to what".to_string()))
            .help(format!("write {} or {}", form(Engine::PostgreSql), form(Engine::Spark)))
    })
}

/// The place, and the parameters behind it: `?a=b&c=d`, or `/;a=b;c=d` for Spark.
fn split_parameters(engine: Engine, rest: &str) -> Result<(&str, BTreeMap<String, String>), ConnectError> {
    let (mark, between) = match engine {
        Engine::PostgreSql => ('?', '&'),
        Engine::Spark => (';', ';'),
    };
    let (place, listed) = rest.split_once(mark).unwrap_or((rest, ""));
    let mut parameters = BTreeMap::new();
    for one in listed.split(between).filter(|one| !one.is_empty()) {
        let (name, value) = one.split_once('=').unwrap_or((one, ""));
        let header = engine == Engine::Spark && name.starts_with("x-");
        if !header && !engine.parameters().contains(&name) {
            let known: Vec<String> = engine.parameters().iter().map(|it| format!("`{it}`")).collect();
            return Err(ConnectError::new(format!("the connection's parameter `{name}` is not known"))
                .help(format!("known are {}", known.join(", "))));
        }
        parameters.insert(name.to_string(), decoded(value)?);
    }
    Ok((place, parameters))
}

/// `db:5432`, `[::1]:5432`
fn host_and_port(server: &str) -> Result<(&str, &str), ConnectError> {
    match server.strip_prefix('[') {
        Some(inside) => {
            let closed = inside.split_once(']');
            let (host, rest) = closed.ok_or_else(|| ConnectError::new("`[` is not closed by `]`"))?;
            Ok((host, rest.strip_prefix(':').unwrap_or(rest)))
        }
        None => Ok(server.split_once(':').unwrap_or((server, ""))),
    }
}

/// `%2F` is `/`.
fn decoded(text: &str) -> Result<String, ConnectError> {
    let wrong = || {
        ConnectError::new("the connection has a `%` without two hexadecimal digits after it")
            .help("write `%25` for a `%`")
    };
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2).ok_or_else(wrong)?;
        bytes.push(u8::from_str_radix(code, 16).map_err(|_| wrong())?);
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).map_err(|_| ConnectError::new("the connection is not UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_and_secrets_never_shown() {
        let address =
            Address::read("postgresql://ann:p%40ss@db.example.com:6000/service?connect_timeout=5").unwrap();
        assert_eq!(address.secret, Some(Secret("p@ss".to_string())));
        assert_eq!(address.parameters["connect_timeout"], "5");
        assert!(address.encrypted);
        assert_eq!(address.shown(), "postgresql://ann@db.example.com:6000/service");
        assert!(!format!("{address:?}").contains("p@ss"));
        let socket = Address::read("postgresql:///service?host=/run/postgresql&user=ann").unwrap();
        assert!(socket.is_socket() && !socket.encrypted);
        assert_eq!(socket.shown(), "postgresql://ann@/service?host=/run/postgresql");
        assert_eq!(
            Address::read("postgres://[::1]/a").map(|it| it.shown()).unwrap(),
            "postgresql://[::1]:5432/a"
        );
        let spark = Address::read("sc://spark.example.com/;token=abc;x-cluster=7").unwrap();
        assert_eq!(
            (spark.port, spark.encrypted, spark.shown().as_str()),
            (15002, true, "sc://spark.example.com:15002")
        );
        assert_eq!(spark.parameters["x-cluster"], "7");
    }

    #[test]
    fn only_what_stays_here_is_plain_unless_said() {
        let encrypted = |text: &str| Address::read(text).map(|it| it.encrypted);
        assert_eq!(encrypted("postgresql://localhost/a"), Ok(false));
        assert_eq!(encrypted("postgresql://127.0.0.1/a?sslmode=verify-full"), Ok(true));
        assert_eq!(encrypted("postgresql://db/a?sslmode=disable"), Ok(false));
        assert_eq!(encrypted("sc://localhost/;token=t"), Ok(false));
        assert_eq!(encrypted("sc://spark"), Ok(false));
        assert_eq!(encrypted("sc://spark/;use_ssl=true"), Ok(true));
        assert!(encrypted("sc://spark/;token=t;use_ssl=false").is_err());
    }

    #[test]
    fn what_is_wrong_is_said_with_what_to_write() {
        let told = |text: &str| {
            let error = Address::read(text).unwrap_err();
            format!("{} ({})", error.message, error.help.unwrap_or_default())
        };
        assert_eq!(
            told("mysql://db/a"),
            "`mysql://` is not known (write `postgresql://USER@HOST:PORT/DATABASE` or `sc://HOST:PORT`)"
        );
        assert!(told("postgresql:///a").starts_with("the connection names no host"));
        assert!(told("postgresql://db:many/a").starts_with("`many` is not a port"));
        assert!(
            told("postgresql://db/a?pasword=secret")
                .starts_with("the connection's parameter `pasword` is not known")
        );
        assert!(!told("postgresql://db/a?pasword=secret").contains("secret"));
        assert!(told("postgresql://a:%zz@db/a").contains("hexadecimal"));
        assert!(told("sc://h/;use_ssl=maybe").contains("`use_ssl=maybe`"));
    }
}
