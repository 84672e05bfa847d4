//! Apache Spark, by Spark Connect: a query travels as its text, its rows come back as Arrow batches.
//!
//! The session works in UTC and by the rules of ANSI SQL, so that a sum that
//! does not fit stops the query instead of wrapping around. That all rows came
//! is known twice: the stream of answers ends with a status, and each batch
//! says how many rows it has and how many came before.

mod cells;
mod protocol;

use std::time::Duration;

use tokio::runtime::Runtime;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::{AsciiMetadataKey, AsciiMetadataValue};
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};
use tonic_prost::ProstCodec;

use super::session::{PATIENCE, connected, in_full, runtime, wait};
use super::{Address, ConnectError, Connection, Rows};
use protocol::{ExecutePlanRequest, ExecutePlanResponse, InterruptRequest, InterruptResponse, UserContext};

/// What the session is told before anything is asked.
const SETTINGS: &[&str] = &["set spark.sql.session.timeZone=UTC", "set spark.sql.ansi.enabled=true"];

/// One session of a server.
pub(super) struct Session {
    runtime: Runtime,
    channel: Channel,
    headers: Vec<(AsciiMetadataKey, AsciiMetadataValue)>,
    session: String,
    /// The server's own name of the session: another one means that it was lost.
    server_side: Option<String>,
    user: UserContext,
}

impl Session {
    /// Connects.
    pub(super) fn open(address: &Address) -> Result<Self, ConnectError> {
        let runtime = runtime()?;
        let place = address.shown();
        let endpoint = endpoint(address)?;
        let work = async {
            let refused = |error: tonic::transport::Error| {
                ConnectError::new(format!("cannot connect to {place}: {}", in_full(&error)))
            };
            endpoint.connect().await.map_err(refused)
        };
        let channel = connected(&runtime, &place, PATIENCE, work)?;
        let user_id = address.user.clone().unwrap_or_else(|| "meed".to_string());
        let mut session = Self {
            runtime,
            channel,
            headers: headers(address)?,
            session: uuid::Uuid::new_v4().to_string(),
            server_side: None,
            user: UserContext { user_name: user_id.clone(), user_id },
        };
        for setting in SETTINGS {
            session.execute(setting)?;
        }
        Ok(session)
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        for (name, value) in &self.headers {
            request.metadata_mut().insert(name.clone(), value.clone());
        }
        request
    }
}

impl Connection for Session {
    fn query(&mut self, sql: &str) -> Result<Rows, ConnectError> {
        let asked = ExecutePlanRequest::sql(&self.session, &self.server_side, &self.user, sql);
        let asked = self.request(asked);
        let stop = self.request(InterruptRequest::all(&self.session, &self.user));
        let work = answered(self.channel.clone(), asked, self.server_side.clone());
        let (rows, server_side) = wait(&self.runtime, work, interrupted(self.channel.clone(), stop))?;
        self.server_side = server_side;
        Ok(rows)
    }

    fn engine(&mut self) -> Result<String, ConnectError> {
        let rows = self.query("select version()")?.rows;
        let version = rows.into_iter().flatten().flatten().next().unwrap_or_default();
        // The second word is the commit it was built from.
        Ok(format!("Apache Spark {}", version.split(' ').next().unwrap_or_default()))
    }
}

fn endpoint(address: &Address) -> Result<Endpoint, ConnectError> {
    let scheme = if address.encrypted { "https" } else { "http" };
    let wrong = |error: tonic::transport::Error| {
        ConnectError::new(format!("`{}` is no place to connect to: {}", address.shown(), in_full(&error)))
    };
    let endpoint = Endpoint::from_shared(format!("{scheme}://{}", address.server())).map_err(wrong)?;
    let endpoint = endpoint.connect_timeout(PATIENCE).tcp_keepalive(Some(Duration::from_secs(30)));
    if address.encrypted {
        return endpoint.tls_config(ClientTlsConfig::new().with_native_roots()).map_err(wrong);
    }
    Ok(endpoint)
}

/// The token and further headers.
fn headers(address: &Address) -> Result<Vec<(AsciiMetadataKey, AsciiMetadataValue)>, ConnectError> {
    let mut headers = Vec::new();
    let token = address.secret.as_ref().map(|token| ("authorization", format!("Bearer {}", token.0)));
    let others = address.parameters.iter().map(|(name, value)| (name.as_str(), value.clone()));
    for (name, value) in token.into_iter().chain(others) {
        let wrong = || ConnectError::new(format!("`{name}` cannot be sent as a header"));
        let key = name.parse().map_err(|_| wrong())?;
        headers.push((key, value.parse().map_err(|_| wrong())?));
    }
    Ok(headers)
}

/// All rows of a query, and the server's name of the session.
async fn answered(
    channel: Channel,
    asked: Request<ExecutePlanRequest>,
    known: Option<String>,
) -> Result<(Rows, Option<String>), ConnectError> {
    let mut client = tonic::client::Grpc::new(channel).max_decoding_message_size(usize::MAX);
    client.ready().await.map_err(|error| ConnectError::new(in_full(&error)))?;
    let path = PathAndQuery::from_static("/spark.connect.SparkConnectService/ExecutePlan");
    let codec: ProstCodec<ExecutePlanRequest, ExecutePlanResponse> = ProstCodec::default();
    let mut stream = client.server_streaming(asked, path, codec).await.map_err(|it| told(&it))?.into_inner();
    let (mut rows, mut session) = (Rows::default(), known);
    // The stream ends with none only after the server's word that all went well.
    while let Some(answer) = stream.message().await.map_err(|it| told(&it))? {
        if session.as_ref().is_some_and(|known| *known != answer.server_side_session_id) {
            return Err(ConnectError::new("the server has lost the session").help("evaluate again"));
        }
        session = Some(answer.server_side_session_id);
        if let Some(batch) = answer.arrow_batch {
            cells::append(&batch, &mut rows)?;
        }
    }
    Ok((rows, session))
}

/// Has the server stop all that the session runs.
async fn interrupted(channel: Channel, stop: Request<InterruptRequest>) {
    let mut client = tonic::client::Grpc::new(channel);
    let path = PathAndQuery::from_static("/spark.connect.SparkConnectService/Interrupt");
    let codec: ProstCodec<InterruptRequest, InterruptResponse> = ProstCodec::default();
    if client.ready().await.is_ok() {
        // What came of it does not matter: the connection is given up as well.
        let _ = client.unary(stop, path, codec).await;
    }
}

/// The server's words; a status without any is told by its kind.
fn told(status: &Status) -> ConnectError {
    let words = status.message().trim();
    let message = if words.is_empty() { status.code().description() } else { words };
    let error = ConnectError::new(message);
    match status.code() {
        tonic::Code::Unavailable | tonic::Code::Unknown => {
            error.help("the connection broke; nothing was settled; evaluate again")
        }
        tonic::Code::Unauthenticated => error.help("give a token: `sc://HOST:PORT/;token=TOKEN`"),
        _ => error,
    }
}
