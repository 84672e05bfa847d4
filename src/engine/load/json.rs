//! JSON lines: one object a line, fields by name or by a path with dots.
//!
//! `{"id": 7, "via": {"channel": "web"}}`: `via.channel` is `web`. A name that
//! holds dots itself is found first. Numbers keep their digits.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::grid::{Grid, Kind, digest, push_fixed};
use super::layout::{FileLayout, Slot};
use super::lines::Lines;
use crate::measured::Reject;

/// The fields of an object; of several with the same name the last one counts.
struct Object<'r>(Vec<(Cow<'r, str>, &'r RawValue)>);

impl<'r> Object<'r> {
    fn get(&self, name: &str) -> Option<&'r RawValue> {
        self.0.iter().rev().find(|(field, _)| field == name).map(|(_, value)| *value)
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object<'de>, M::Error> {
        let mut fields = Vec::with_capacity(16);
        while let Some((Name(name), value)) = map.next_entry()? {
            fields.push((name, value));
        }
        Ok(Object(fields))
    }
}

/// A name, as it stands there where nothing in it is escaped.
#[derive(Deserialize)]
#[serde(transparent)]
struct Name<'r>(#[serde(borrow)] Cow<'r, str>);

/// The texts of the recipes' cells.
pub(super) fn grid<'r>(lines: &'r Lines, layout: &'r FileLayout, digests: bool) -> Grid<'r> {
    let mut grid = Grid::new(layout.slots.len(), lines.rows());
    let whole = std::str::from_utf8(&lines.text).ok();
    for ((start, row), line) in lines.iter().zip(&lines.lines) {
        let object = match whole.and_then(|text| text.get(start..start + row.len())) {
            Some(text) => serde_json::from_str::<Object<'_>>(text),
            None => serde_json::from_slice(row),
        };
        let fault = match object {
            Ok(object) => cells(&mut grid, &object, layout, *line).err(),
            Err(_) if std::str::from_utf8(row).is_err() => Some(layout.reject(
                *line,
                "",
                &String::from_utf8_lossy(row),
                "has bytes that are no letters in this encoding",
            )),
            Err(_) => Some(layout.reject(*line, "", &String::from_utf8_lossy(row), "is not a JSON object")),
        };
        if digests {
            grid.digests.push(digest(std::iter::once(row.trim_ascii())));
        }
        grid.end_row(*line, fault);
    }
    grid
}

fn cells<'r>(
    grid: &mut Grid<'r>,
    object: &Object<'r>,
    layout: &'r FileLayout,
    line: u64,
) -> Result<(), Box<Reject>> {
    for (at, slot) in layout.slots.iter().enumerate() {
        let Slot::Names(names) = slot else {
            push_fixed(grid, at, slot);
            continue;
        };
        let Some((name, value)) = names.iter().find_map(|name| Some((name, find(object, name)?))) else {
            grid.push(at, "", Kind::Null);
            continue;
        };
        let (text, kind) = scalar(value).map_err(|reason| layout.reject(line, name, value, reason))?;
        if text.contains('\0') {
            return Err(layout.reject(line, name, &text, "has a zero byte"));
        }
        grid.push(at, text, kind);
    }
    Ok(())
}

/// The JSON text at a path.
fn find<'r>(object: &Object<'r>, path: &str) -> Option<&'r str> {
    if let Some(value) = object.get(path) {
        return Some(value.get());
    }
    // Names may hold dots themselves: every place where the path can be cut is tried.
    path.match_indices('.').find_map(|(at, _)| {
        let (name, rest) = (path.get(..at)?, path.get(at + 1..)?);
        let inner: Object<'r> = serde_json::from_str(object.get(name)?.get()).ok()?;
        find(&inner, rest)
    })
}

/// The text of a JSON value that is not a list or an object.
fn scalar(value: &str) -> Result<(Cow<'_, str>, Kind), &'static str> {
    match value.as_bytes().first() {
        Some(b'"') if memchr::memchr(b'\\', value.as_bytes()).is_none() => {
            // A JSON text without a backslash stands between its quotation marks as it is.
            let inner = value.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            inner.map(|text| (text.into(), Kind::Text)).ok_or("is not a JSON text")
        }
        Some(b'"') => serde_json::from_str::<String>(value)
            .map(|text| (text.into(), Kind::Text))
            .map_err(|_| "is not a JSON text"),
        Some(b'n') => Ok((Cow::Borrowed(""), Kind::Null)),
        Some(b't' | b'f') => Ok((value.into(), Kind::YesNo)),
        Some(b'[') => Err("is a list, not one value"),
        Some(b'{') => Err("is an object, not one value"),
        _ => Ok((value.into(), Kind::Number)),
    }
}
