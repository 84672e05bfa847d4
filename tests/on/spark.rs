//! Apache Spark as a master, two workers and a Spark Connect server, on the loopback.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::server::{Lacking, Server, folder, free_port};

/// Starts all of it.
pub fn start() -> Result<Server, Lacking> {
    let absent = |what: &str| Lacking::Absent(format!("there is no {what} on this machine"));
    let home = home().ok_or_else(|| absent("Spark"))?;
    Command::new("java").arg("-version").output().map_err(|_| absent("Java"))?;
    let (master, connect) = (free_port(), free_port());
    let server = Server::new(folder()?, format!("sc://127.0.0.1:{connect}"));
    let place = server.folder.path().to_path_buf();
    let url = format!("spark://127.0.0.1:{master}");
    std::fs::write(place.join("master"), &url).map_err(|error| error.to_string())?;
    let mut command = class(&server, &home, "org.apache.spark.deploy.master.Master");
    command.args(["--host", "127.0.0.1", "--webui-port", "0", "--port", &master.to_string()]);
    server.start("master", &mut command)?;
    server.wait_for(master, 120)?;
    worker(&server, "worker-1")?;
    worker(&server, "worker-2")?;
    let mut command = class(&server, &home, "org.apache.spark.deploy.SparkSubmit");
    command.env("SPARK_DAEMON_MEMORY", "1g");
    command.args(["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", &url]);
    for (name, value) in settings(&place, connect) {
        command.arg("--conf").arg(format!("{name}={value}"));
    }
    server.start("connect", command.arg("spark-internal"))?;
    server.wait_for(connect, 400)?;
    Ok(server)
}

/// Starts a worker; also again, after it was killed.
pub fn worker(server: &Server, name: &str) -> Result<(), String> {
    let home = home().ok_or("Spark is gone")?;
    let url =
        std::fs::read_to_string(server.folder.path().join("master")).map_err(|error| error.to_string())?;
    let mut command = class(server, &home, "org.apache.spark.deploy.worker.Worker");
    command.args(["--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "1g"]);
    command.arg("--work-dir").arg(server.folder.path().join(name)).arg(&url);
    server.start(name, &mut command)
}

fn class(server: &Server, home: &Path, name: &str) -> Command {
    let mut command = Command::new(home.join("bin/spark-class"));
    command.env("SPARK_HOME", home).env("SPARK_LOCAL_IP", "127.0.0.1").env("SPARK_DAEMON_MEMORY", "384m");
    command.current_dir(server.folder.path()).arg(name);
    command
}

fn settings(place: &Path, port: u16) -> Vec<(&'static str, String)> {
    vec![
        ("spark.driver.host", "127.0.0.1".to_string()),
        ("spark.driver.memory", "1g".to_string()),
        ("spark.executor.memory", "768m".to_string()),
        ("spark.executor.cores", "1".to_string()),
        ("spark.ui.enabled", "false".to_string()),
        ("spark.sql.shuffle.partitions", "4".to_string()),
        ("spark.sql.warehouse.dir", place.join("warehouse").display().to_string()),
        ("spark.local.dir", place.join("scratch").display().to_string()),
        ("spark.connect.grpc.binding.address", "127.0.0.1".to_string()),
        ("spark.connect.grpc.binding.port", port.to_string()),
    ]
}

/// Where Spark is installed.
fn home() -> Option<PathBuf> {
    let said = std::env::var_os("SPARK_HOME").map(PathBuf::from);
    let found = said.or_else(|| {
        let ask = "import importlib.util as u; print(u.find_spec('pyspark').submodule_search_locations[0])";
        let told = Command::new("python3").args(["-c", ask]).output().ok()?;
        Some(PathBuf::from(String::from_utf8_lossy(&told.stdout).trim()))
    });
    found.filter(|home| home.join("bin/spark-class").is_file())
}
