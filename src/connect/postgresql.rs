//! PostgreSQL, by its own protocol.
//!
//! Queries go by the simple protocol, which gives every value as text. The
//! session is one transaction: `repeatable read` makes all queries see the
//! rows of one moment, `read only` makes sure that none is changed.

use std::time::Duration;

use tokio::runtime::Runtime;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage, SimpleQueryRow, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::session::{PATIENCE, connected, in_full, runtime, wait};
use super::{Address, ConnectError, Connection, Rows, Use};

/// The application's name on the server.
const NAME: &str = "meed";

/// How values are written, whatever the server's own settings.
const SETTINGS: &str = "set time zone 'UTC'; set datestyle to 'ISO, YMD'; set intervalstyle to 'postgres'; \
                        set standard_conforming_strings to on; set client_encoding to 'UTF8'";

/// One transaction of one session.
pub(super) struct Session {
    runtime: Runtime,
    client: Client,
    encryption: Option<MakeRustlsConnect>,
}

impl Session {
    /// Connects and begins.
    pub(super) fn open(address: &Address, purpose: Use) -> Result<Self, ConnectError> {
        let runtime = runtime()?;
        let place = address.shown();
        let config = config(address)?;
        let encryption = address.encrypted.then(encryption).transpose()?;
        let patience = config.get_connect_timeout().copied().unwrap_or(PATIENCE);
        let work = async {
            match &encryption {
                Some(tls) => client(&config, tls.clone(), &place).await,
                None => client(&config, NoTls, &place).await,
            }
        };
        let client = connected(&runtime, &place, patience, work)?;
        let mut session = Self { runtime, client, encryption };
        session.execute(SETTINGS)?;
        if purpose == Use::Read {
            session.execute("begin transaction isolation level repeatable read, read only")?;
        }
        Ok(session)
    }
}

impl Connection for Session {
    fn query(&mut self, sql: &str) -> Result<Rows, ConnectError> {
        let cancel = self.client.cancel_token();
        let encryption = self.encryption.clone();
        // What came of the wish to stop does not matter: the connection is given up as well.
        let stop = async move {
            let _ = match encryption {
                Some(tls) => cancel.cancel_query(tls).await,
                None => cancel.cancel_query(NoTls).await,
            };
        };
        let client = &self.client;
        let work = async { client.simple_query(sql).await.map_err(|error| told(&error)) };
        let mut rows = Rows::default();
        for message in wait(&self.runtime, work, stop)? {
            match message {
                SimpleQueryMessage::RowDescription(columns) => {
                    rows.columns = columns.iter().map(|column| column.name().to_string()).collect();
                }
                SimpleQueryMessage::Row(row) => rows.rows.push(values(&row)?),
                _ => {}
            }
        }
        Ok(rows)
    }

    fn engine(&mut self) -> Result<String, ConnectError> {
        let rows = self.query("show server_version")?.rows;
        let version = rows.into_iter().flatten().flatten().next().unwrap_or_default();
        // Debian writes `15.13 (Debian 15.13-0+deb12u1)`.
        Ok(format!("PostgreSQL {}", version.split(' ').next().unwrap_or_default()))
    }
}

fn values(row: &SimpleQueryRow) -> Result<Vec<Option<String>>, ConnectError> {
    let value = |at| row.try_get(at).map(|it| it.map(str::to_string)).map_err(|error| told(&error));
    (0..row.len()).map(value).collect()
}

fn config(address: &Address) -> Result<Config, ConnectError> {
    let mut config = Config::new();
    config.host(&address.host).port(address.port).application_name(NAME);
    if let Some(database) = &address.database {
        config.dbname(database);
    }
    if let Some(user) = &address.user {
        config.user(user);
    }
    if let Some(password) = &address.secret {
        config.password(&password.0);
    }
    config.ssl_mode(if address.encrypted { SslMode::Require } else { SslMode::Disable });
    if let Some(options) = address.parameters.get("options") {
        config.options(options);
    }
    if let Some(text) = address.parameters.get("connect_timeout") {
        let seconds = text.parse().map_err(|_| {
            ConnectError::new(format!("`connect_timeout={text}` is not a number of seconds"))
                .help("write `connect_timeout=30`")
        })?;
        config.connect_timeout(Duration::from_secs(seconds));
    }
    Ok(config)
}

/// Verifies the server's certificate by those that the machine trusts.
fn encryption() -> Result<MakeRustlsConnect, ConnectError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(ConnectError::new("this machine has no certificates to verify the server's by")
            .help("install them, or name a file of them with SSL_CERT_FILE"));
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectError::new(error.to_string()))?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}

async fn client<T>(config: &Config, tls: T, place: &str) -> Result<Client, ConnectError>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    T::Stream: tokio_postgres::tls::TlsStream + Unpin,
{
    let refused = |error| {
        let ConnectError { message, help } = told(&error);
        ConnectError { message: format!("cannot connect to {place}: {message}"), help }
    };
    let (client, connection) = config.connect(tls).await.map_err(refused)?;
    // Whatever ends the connection ends the query that waits for it, and is told there.
    tokio::spawn(async { drop(connection.await) });
    Ok(client)
}

/// The server's words, with its hint.
fn told(error: &tokio_postgres::Error) -> ConnectError {
    let Some(server) = error.as_db_error() else {
        let help = error.is_closed().then(|| "nothing was settled; evaluate again".to_string());
        return ConnectError { message: in_full(error), help };
    };
    let mut message = format!("{} (SQLSTATE {})", server.message(), server.code().code());
    if let Some(detail) = server.detail() {
        message = format!("{message}; {detail}");
    }
    ConnectError { message, help: server.hint().map(str::to_string) }
}
