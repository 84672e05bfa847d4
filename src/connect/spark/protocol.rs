//! The messages of Spark Connect that are needed, by their numbers in `spark/connect/base.proto` of
//! Apache Spark 4. Fields that are not declared here are passed over.

/// As whom.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct UserContext {
    #[prost(string, tag = "1")]
    pub user_id: String,
    #[prost(string, tag = "2")]
    pub user_name: String,
}

/// A query, as its text.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Sql {
    #[prost(string, tag = "1")]
    pub query: String,
}

/// What gives rows; of all kinds only a query.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Relation {
    #[prost(message, optional, tag = "10")]
    pub sql: Option<Sql>,
}

/// What is to be done.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Plan {
    #[prost(message, optional, tag = "1")]
    pub root: Option<Relation>,
}

/// Asks for the rows of a plan.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct ExecutePlanRequest {
    #[prost(string, tag = "1")]
    pub session_id: String,
    #[prost(string, optional, tag = "8")]
    pub client_observed_server_side_session_id: Option<String>,
    #[prost(message, optional, tag = "2")]
    pub user_context: Option<UserContext>,
    #[prost(message, optional, tag = "3")]
    pub plan: Option<Plan>,
    #[prost(string, optional, tag = "4")]
    pub client_type: Option<String>,
}

impl ExecutePlanRequest {
    /// Asks for the rows of a query.
    pub(super) fn sql(session: &str, server_side: &Option<String>, user: &UserContext, query: &str) -> Self {
        let root = Relation { sql: Some(Sql { query: query.to_string() }) };
        Self {
            session_id: session.to_string(),
            client_observed_server_side_session_id: server_side.clone(),
            user_context: Some(user.clone()),
            plan: Some(Plan { root: Some(root) }),
            client_type: Some(CLIENT.to_string()),
        }
    }
}

/// Some rows, as a stream of Arrow's own format.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct ArrowBatch {
    #[prost(int64, tag = "1")]
    pub row_count: i64,
    #[prost(bytes = "vec", tag = "2")]
    pub data: Vec<u8>,
    #[prost(int64, optional, tag = "3")]
    pub start_offset: Option<i64>,
}

/// One of the answers to a plan.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct ExecutePlanResponse {
    #[prost(message, optional, tag = "2")]
    pub arrow_batch: Option<ArrowBatch>,
    #[prost(string, tag = "15")]
    pub server_side_session_id: String,
}

/// Asks the server to stop working.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct InterruptRequest {
    #[prost(string, tag = "1")]
    pub session_id: String,
    #[prost(message, optional, tag = "2")]
    pub user_context: Option<UserContext>,
    #[prost(string, optional, tag = "3")]
    pub client_type: Option<String>,
    #[prost(int32, tag = "4")]
    pub interrupt_type: i32,
}

impl InterruptRequest {
    /// Stops all that the session runs.
    pub(super) fn all(session: &str, user: &UserContext) -> Self {
        Self {
            session_id: session.to_string(),
            user_context: Some(user.clone()),
            client_type: Some(CLIENT.to_string()),
            interrupt_type: 1,
        }
    }
}

/// What was stopped, which nobody asks.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct InterruptResponse {}

/// Who asks.
const CLIENT: &str = concat!("meed/", env!("CARGO_PKG_VERSION"));
