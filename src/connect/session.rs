//! What sessions share: waiting for a server, and being interrupted meanwhile.

use std::future::Future;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::ConnectError;

/// How long a server may take to accept a connection, unless the address says otherwise.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// Where the network is waited for: on the calling thread, and only while something is asked.
pub(super) fn runtime() -> Result<Runtime, ConnectError> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| ConnectError::new(format!("cannot wait for the network: {error}")))
}

/// Waits for an answer. Ctrl-C meanwhile has the server told to stop working on it.
pub(super) fn wait<T>(
    runtime: &Runtime,
    work: impl Future<Output = Result<T, ConnectError>>,
    stop: impl Future<Output = ()>,
) -> Result<T, ConnectError> {
    runtime.block_on(async {
        tokio::select! {
            done = work => done,
            _ = tokio::signal::ctrl_c() => {
                // A server that does not answer is left to notice by itself.
                let _ = tokio::time::timeout(Duration::from_secs(5), stop).await;
                Err(ConnectError::new("interrupted; the server was told to stop"))
            }
        }
    })
}

/// Waits for a connection, for so long at most.
pub(super) fn connected<T>(
    runtime: &Runtime,
    place: &str,
    patience: Duration,
    work: impl Future<Output = Result<T, ConnectError>>,
) -> Result<T, ConnectError> {
    let limited = async {
        let late = || ConnectError::new(format!("{place} did not answer within {} s", patience.as_secs()));
        tokio::time::timeout(patience, work).await.unwrap_or_else(|_| Err(late()))
    };
    wait(runtime, limited, async {})
}

/// An error with what lies beneath it: `error connecting to server: connection refused`.
pub(super) fn in_full(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut beneath = error.source();
    while let Some(cause) = beneath {
        let more = cause.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        beneath = cause.source();
    }
    words
}
