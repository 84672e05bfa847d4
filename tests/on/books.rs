//! What a book says of texts and rows, said in SQL: what it counts, and what it refuses.

use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use meed::book;
use meed::connect::{Address, Connection, Use};
use meed::engine::{self, Options};
use meed::remote;

use crate::agree::{Nobody, differences};
use crate::books_told::{self, Told};
use crate::connections::connect;
use crate::load::stored;
use crate::server::{Server, Servers, Which, trial};

pub fn trials(servers: &Arc<Servers>) -> Vec<Trial> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("told");
    let told = books_told::all(&folder, 1).into_iter().map(Arc::new).enumerate();
    told.flat_map(|(at, told)| {
        [Which::PostgreSql, Which::Spark].map(|which| {
            let told = Arc::clone(&told);
            let name = format!("read by a book: {}", told.name);
            trial(servers, which, &name, move |server| read(server, which, &format!("book_{at}"), &told))
        })
    })
    .collect()
}

fn read(server: &Server, which: Which, schema: &str, told: &Told) -> Result<(), Failed> {
    let folder = matches!(which, Which::Spark).then(|| server.folder.path());
    let mut writer = connect(server, Use::Write);
    writer.execute(&format!("create schema {schema}"))?;
    for (relation, rows) in &told.rows {
        stored(writer.as_mut(), folder, &format!("{schema}.{relation}"), std::slice::from_ref(rows))?;
    }
    let yaml = told.yaml.replace("RELATIONS.", &format!("{schema}."));
    let away = book::read(&yaml, &told.book.path).map_err(|errors| errors[0].to_string())?;
    let mut reader: Box<dyn Connection> = connect(server, Use::Read);
    let kind = Address::read(&server.address)?.engine;
    let (contract, periods) = (&told.contract, told.contract.periods());
    let got = remote::measure_versions(contract, &periods, &away, (kind, reader.as_mut()), &mut Nobody);
    if let Some(why) = told.refused {
        let message = got.err().map(|error| error.message).unwrap_or_default();
        return if message.contains(why) { Ok(()) } else { Err(format!("not refused: {message}").into()) };
    }
    let got = got?;
    let want = engine::measure_versions(contract, &periods, &told.book, &Options::default());
    let want = want.map_err(|failure| failure.error.to_string())?;
    let mut found = Vec::new();
    for (want, got) in want.parts.iter().zip(&got.measurement.parts) {
        differences(&want.measured, &got.measured, &mut found);
    }
    if found.is_empty() { Ok(()) } else { Err(found.join("\n").into()) }
}
