//! A throw-away PostgreSQL cluster on the loopback, run by an unprivileged user.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::server::{Lacking, Server, folder, free_port};

/// The password of `meed` in the cluster; with a sign that addresses must encode.
pub const PASSWORD: &str = "p@ss word";

/// Makes the cluster and starts its server.
pub fn start() -> Result<Server, Lacking> {
    let absent = || Lacking::Absent("there is no PostgreSQL server on this machine".to_string());
    let programs = programs().ok_or_else(absent)?;
    let folder = folder()?;
    let (data, secret) = (folder.path().join("data"), folder.path().join("secret"));
    std::fs::write(&secret, PASSWORD).map_err(|error| error.to_string())?;
    let mut init = Command::new(programs.join("initdb"));
    init.args(["--username=meed", "--auth-local=peer", "--auth-host=scram-sha-256", "--no-sync"]);
    // An order of letters that is not the order of bytes, where the machine has one.
    init.args(["--encoding=UTF8", "--locale=C.UTF-8"]);
    init.arg(format!("--pwfile={}", secret.display())).arg(&data);
    let made = unprivileged(&mut init).output().map_err(|error| error.to_string())?;
    if !made.status.success() {
        return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)).into());
    }
    let port = free_port();
    let address = format!("postgresql://meed:p%40ss%20word@127.0.0.1:{port}/postgres");
    let server = Server::new(folder, address);
    let mut run = Command::new(programs.join("postgres"));
    run.arg("-D").arg(&data).arg("-p").arg(port.to_string()).arg("-k").arg(server.folder.path());
    for setting in
        ["listen_addresses=127.0.0.1", "fsync=off", "full_page_writes=off", "jit=off", "work_mem=64MB"]
    {
        run.args(["-c", setting]);
    }
    server.start("postgres", unprivileged(&mut run))?;
    server.wait_for(port, 30)?;
    ready(&server)?;
    Ok(server)
}

/// Listening comes before serving.
fn ready(server: &Server) -> Result<(), String> {
    use meed::connect::{Address, Use, open};
    let address = Address::read(&server.address).map_err(|error| error.to_string())?;
    let mut last = String::new();
    for _ in 0..50 {
        match open(&address, Use::Read) {
            Ok(_) => return Ok(()),
            Err(error) => last = error.to_string(),
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    Err(last)
}

/// The folder with the programs of the newest version.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let version = entry.file_name().to_string_lossy().parse().ok()?;
            let folder = entry.path().join("bin");
            folder.join("initdb").is_file().then_some((version, folder))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, folder)| folder)
}

/// The server refuses to be run by root.
#[cfg(unix)]
fn unprivileged(command: &mut Command) -> &mut Command {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65534;
    let root = std::fs::metadata("/proc/self").is_ok_and(|itself| itself.uid() == 0);
    command.current_dir(Path::new("/"));
    if root { command.uid(NOBODY).gid(NOBODY) } else { command }
}

#[cfg(not(unix))]
fn unprivileged(command: &mut Command) -> &mut Command {
    command.current_dir(Path::new("/"))
}
