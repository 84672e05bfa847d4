//! Servers that the tests start for themselves, once each, and stop again.

use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use tempfile::TempDir;

use crate::{postgresql, spark};

/// A folder and the processes that work in it.
pub struct Server {
    pub folder: TempDir,
    /// What the tests connect to.
    pub address: String,
    processes: Mutex<Vec<(String, Child)>>,
}

impl Server {
    pub fn new(folder: TempDir, address: String) -> Self {
        Self { folder, address, processes: Mutex::default() }
    }

    /// Starts a process of it; what it says goes into the folder.
    pub fn start(&self, name: &str, command: &mut Command) -> Result<(), String> {
        let log =
            File::create(self.folder.path().join(format!("{name}.log"))).map_err(|it| it.to_string())?;
        let errors = log.try_clone().map_err(|it| it.to_string())?;
        let child = command.stdin(Stdio::null()).stdout(log).stderr(errors).spawn();
        let child = child.map_err(|error| format!("{name} cannot be started: {error}"))?;
        self.processes.lock().unwrap().push((name.to_string(), child));
        Ok(())
    }

    /// Ends one of its processes at once, as `kill -9` does.
    pub fn kill(&self, name: &str) {
        let mut processes = self.processes.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, child) in processes.iter_mut().filter(|(known, _)| known == name) {
            // One that has ended by itself needs no end.
            let _ = child.kill();
            let _ = child.wait();
        }
        processes.retain(|(known, _)| known != name);
    }

    /// Waits until something listens on a port.
    pub fn wait_for(&self, port: u16, seconds: u64) -> Result<(), String> {
        for _ in 0..seconds * 5 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(());
            }
            if let Some(name) = self.ended() {
                return Err(format!("{name} ended by itself: {}", self.last_words(&name)));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Err(format!("nothing listens on port {port} after {seconds} s"))
    }

    fn ended(&self) -> Option<String> {
        let mut processes = self.processes.lock().unwrap();
        processes
            .iter_mut()
            .find_map(|(name, child)| (!matches!(child.try_wait(), Ok(None))).then(|| name.clone()))
    }

    fn last_words(&self, name: &str) -> String {
        let said =
            std::fs::read_to_string(self.folder.path().join(format!("{name}.log"))).unwrap_or_default();
        said.lines()
            .rev()
            .filter(|line| !line.trim_start().starts_with("at "))
            .take(8)
            .collect::<Vec<_>>()
            .join(" | ")
    }

    fn stop(&self) {
        let names: Vec<String> = self.processes.lock().unwrap().iter().map(|it| it.0.clone()).collect();
        // The last that was started rests on those before it.
        for name in names.iter().rev() {
            self.kill(name);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Why there is no server.
pub enum Lacking {
    /// This machine does not have it.
    Absent(String),
    /// It is here and does not start.
    Broken(String),
}

impl From<String> for Lacking {
    fn from(why: String) -> Self {
        Self::Broken(why)
    }
}

/// The servers that were asked for so far.
#[derive(Default)]
pub struct Servers {
    postgresql: OnceLock<Result<Server, Lacking>>,
    spark: OnceLock<Result<Server, Lacking>>,
}

/// Which server.
#[derive(Clone, Copy)]
pub enum Which {
    PostgreSql,
    Spark,
}

impl Servers {
    pub fn get(&self, which: Which) -> Result<&Server, &Lacking> {
        match which {
            Which::PostgreSql => self.postgresql.get_or_init(postgresql::start).as_ref(),
            Which::Spark => self.spark.get_or_init(spark::start).as_ref(),
        }
    }

    pub fn stop(&self) {
        for server in [&self.postgresql, &self.spark].into_iter().filter_map(|it| it.get()?.as_ref().ok()) {
            server.stop();
        }
    }
}

/// A test that needs a server, and is passed over where there is none.
pub fn trial(
    servers: &Arc<Servers>,
    which: Which,
    name: &str,
    test: impl FnOnce(&Server) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let servers = Arc::clone(servers);
    let prefix = match which {
        Which::PostgreSql => "postgresql",
        Which::Spark => "spark",
    };
    let name = format!("{prefix}/{name}");
    Trial::test(name.clone(), move || match servers.get(which) {
        Ok(server) => test(server),
        Err(Lacking::Absent(why)) => {
            eprintln!("{name}: passed over: {why}");
            Ok(())
        }
        Err(Lacking::Broken(why)) => Err(why.into()),
    })
}

/// A port that nothing listens on.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// A new folder that others may look into, for servers that run as somebody else.
pub fn folder() -> Result<TempDir, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    open_to_all(folder.path())?;
    Ok(folder)
}

#[cfg(unix)]
fn open_to_all(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o777)).map_err(|error| error.to_string())
}

#[cfg(not(unix))]
fn open_to_all(_: &Path) -> Result<(), String> {
    Ok(())
}
