//! What a connection gives, refuses and says.

use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use meed::connect::{Address, Connection, Use, open};

use crate::server::{Server, Servers, Which, trial};

pub fn trials(servers: &Arc<Servers>) -> Vec<Trial> {
    let both = [Which::PostgreSql, Which::Spark];
    let each = |name: &str, test: fn(&Server) -> Result<(), Failed>| {
        both.map(|which| trial(servers, which, name, test)).into_iter()
    };
    each("rows come as texts", rows)
        .chain(each("what the server refuses is told in its words", refused))
        .chain(each("a server that is not there is told", nobody))
        .chain([
            trial(servers, Which::PostgreSql, "a password is asked for, and a socket knows its user", users),
            trial(servers, Which::PostgreSql, "a session that reads cannot write", read_only),
            trial(servers, Which::PostgreSql, "all queries see the rows of one moment", one_moment),
            trial(servers, Which::PostgreSql, "a connection that breaks gives no rows", broken),
            trial(servers, Which::Spark, "a sum that does not fit is refused", overflow),
            trial(servers, Which::Spark, "many rows come whole", many),
        ])
        .collect()
}

pub fn connect(server: &Server, purpose: Use) -> Box<dyn Connection> {
    open(&Address::read(&server.address).unwrap(), purpose).unwrap()
}

fn texts(values: &[Option<&str>]) -> Vec<Option<String>> {
    values.iter().map(|value| value.map(str::to_string)).collect()
}

fn rows(server: &Server) -> Result<(), Failed> {
    let mut connection = connect(server, Use::Read);
    let rows = connection.query(
        "select cast(9007199254740993 as bigint) as n, cast('ä, \"b\"' as varchar(9)) as t, cast(null as int) as nothing",
    )?;
    assert_eq!(rows.columns, ["n", "t", "nothing"]);
    assert_eq!(rows.rows, [texts(&[Some("9007199254740993"), Some("ä, \"b\""), None])]);
    let none = connection.query("select 1 as n from (select 1 as x) as t where x = 2")?;
    assert_eq!((none.columns.len(), none.rows.len()), (1, 0));
    let engine = connection.engine()?;
    assert!(engine.starts_with("PostgreSQL 1") || engine.starts_with("Apache Spark "), "{engine}");
    Ok(())
}

fn refused(server: &Server) -> Result<(), Failed> {
    let mut connection = connect(server, Use::Read);
    let error = connection.query("select n from nowhere_at_all").unwrap_err();
    assert!(error.message.contains("nowhere_at_all"), "{}", error.message);
    Ok(())
}

fn nobody(server: &Server) -> Result<(), Failed> {
    let scheme = server.address.split("://").next().unwrap();
    let text = format!("{scheme}://127.0.0.1:{}", crate::server::free_port());
    let error = open(&Address::read(&text).unwrap(), Use::Read).err().unwrap();
    assert!(
        error.message.starts_with(&format!("cannot connect to {scheme}://127.0.0.1")),
        "{}",
        error.message
    );
    assert!(error.message.to_lowercase().contains("refused"), "{}", error.message);
    Ok(())
}

fn users(server: &Server) -> Result<(), Failed> {
    let wrong = server.address.replace("p%40ss", "guess");
    let error = open(&Address::read(&wrong).unwrap(), Use::Read).err().unwrap();
    assert!(error.message.contains("password authentication failed"), "{}", error.message);
    assert!(!error.message.contains("guess"));
    let mut connection = connect(server, Use::Write);
    let me = std::process::Command::new("id").arg("-un").output()?;
    let me = String::from_utf8_lossy(&me.stdout).trim().to_string();
    connection.execute(&format!("create role \"{me}\" login"))?;
    let port = Address::read(&server.address).unwrap().port;
    let socket =
        format!("postgresql:///postgres?host={}&port={port}&user={me}", server.folder.path().display());
    let rows = open(&Address::read(&socket).unwrap(), Use::Read)?.query("select current_user")?;
    assert_eq!(rows.rows, [texts(&[Some(&me)])]);
    Ok(())
}

fn read_only(server: &Server) -> Result<(), Failed> {
    let error = connect(server, Use::Read).execute("create table never (n int)").unwrap_err();
    assert!(error.message.contains("read-only transaction"), "{}", error.message);
    Ok(())
}

fn one_moment(server: &Server) -> Result<(), Failed> {
    let mut writer = connect(server, Use::Write);
    writer.execute("create table moving (n int)")?;
    let mut reader = connect(server, Use::Read);
    let count = |it: &mut Box<dyn Connection>| it.query("select count(*) from moving").unwrap().rows;
    assert_eq!(count(&mut reader), [texts(&[Some("0")])]);
    writer.execute("insert into moving values (1)")?;
    assert_eq!(count(&mut reader), [texts(&[Some("0")])]);
    assert_eq!(count(&mut connect(server, Use::Read)), [texts(&[Some("1")])]);
    Ok(())
}

fn broken(server: &Server) -> Result<(), Failed> {
    let mut connection = connect(server, Use::Read);
    let pid = connection.query("select pg_backend_pid()")?.rows[0][0].clone().unwrap();
    let address = server.address.clone();
    let end = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(700));
        let mut other = open(&Address::read(&address).unwrap(), Use::Write).unwrap();
        other.query(&format!("select pg_terminate_backend({pid})")).unwrap();
    });
    let asked = connection.query("select n, pg_sleep(0.001) from generate_series(1, 100000) as s(n)");
    end.join().unwrap();
    let error = asked.unwrap_err();
    assert!(
        error.message.contains("terminating connection") || error.message.contains("closed"),
        "{}",
        error.message
    );
    Ok(())
}

fn overflow(server: &Server) -> Result<(), Failed> {
    let error =
        connect(server, Use::Read).query("select 9223372036854775807 + id from range(2)").unwrap_err();
    assert!(error.message.to_lowercase().contains("overflow"), "{}", error.message);
    Ok(())
}

fn many(server: &Server) -> Result<(), Failed> {
    let rows =
        connect(server, Use::Read).query("select id, cast(id as string) from range(0, 300000, 1, 7)")?;
    let mut numbers: Vec<i64> =
        rows.rows.iter().map(|row| row[0].as_ref().unwrap().parse().unwrap()).collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..300_000));
    Ok(())
}
