//! JSON lines: one object a line, fields by name or by a path with dots.
//!
//! `{"id": 7, "via": {"channel": "web"}}`: `via.channel` is `web`. A name that
//! holds dots itself is found first. Numbers keep their digits.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::grid::{Grid, Kind, digest, push_fixed};
use super::layout::{FileLayout, Slot};
use super::lines::Lines;
use crate::measured::Reject;

type Object<'r> = BTreeMap<String, &'r RawValue>;

/// The texts of the recipes' cells.
pub(super) fn grid(lines: &Lines, layout: &FileLayout, digests: bool) -> Grid {
    let mut grid = Grid::new(layout.slots.len());
    for (row, line) in lines.iter().zip(&lines.lines) {
        let fault = match serde_json::from_slice::<Object<'_>>(row) {
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

fn cells(grid: &mut Grid, object: &Object<'_>, layout: &FileLayout, line: u64) -> Result<(), Box<Reject>> {
    for slot in &layout.slots {
        let Slot::Names(names) = slot else {
            push_fixed(grid, slot);
            continue;
        };
        let Some((name, value)) = names.iter().find_map(|name| Some((name, find(object, name)?))) else {
            grid.push("", Kind::Null);
            continue;
        };
        let (text, kind) = scalar(&value).map_err(|reason| layout.reject(line, name, &value, reason))?;
        if text.contains('\0') {
            return Err(layout.reject(line, name, &text, "has a zero byte"));
        }
        grid.push(&text, kind);
    }
    Ok(())
}

/// The JSON text at a path.
fn find(object: &Object<'_>, path: &str) -> Option<String> {
    if let Some(value) = object.get(path) {
        return Some(value.get().to_string());
    }
    // Names may hold dots themselves: every place where the path can be cut is tried.
    path.match_indices('.').find_map(|(at, _)| {
        let (name, rest) = (path.get(..at)?, path.get(at + 1..)?);
        let inner: Object<'_> = serde_json::from_str(object.get(name)?.get()).ok()?;
        find(&inner, rest)
    })
}

/// The text of a JSON value that is not a list or an object.
fn scalar(value: &str) -> Result<(String, Kind), &'static str> {
    match value.as_bytes().first() {
        Some(b'"') => {
            serde_json::from_str(value).map(|text| (text, Kind::Text)).map_err(|_| "is not a JSON text")
        }
        Some(b'n') => Ok((String::new(), Kind::Null)),
        Some(b't' | b'f') => Ok((value.to_string(), Kind::YesNo)),
        Some(b'[') => Err("is a list, not one value"),
        Some(b'{') => Err("is an object, not one value"),
        _ => Ok((value.to_string(), Kind::Number)),
    }
}
