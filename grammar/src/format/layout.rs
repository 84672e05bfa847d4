//! Clauses and items to lines.
//!
//! A block the author wrote on one line stays there when it fits and is a list
//! of rows or has a single item; every other block has one item on each line.

use super::lines::{Line, align};
use super::pieces::{Piece, Start};
use super::wrap::{Atom, WIDTH, atoms, text, width, wrap};

/// The lines of a whole text.
pub(super) fn lines(pieces: &[Piece]) -> Vec<Line> {
    let mut lines = Vec::new();
    group(pieces, Start::Clause, 0, &mut lines);
    lines
}

/// Lays out clauses, or the items of a block, with the comments between them.
fn group(pieces: &[Piece], start: Start, indent: usize, lines: &mut Vec<Line>) {
    let mut rest = pieces;
    while let Some(first) = rest.first() {
        let blank = first.breaks > 1 && !lines.is_empty() && !opens_block(lines, start);
        let before = lines.len();
        let length = if first.is_comment() {
            comment(first, indent, lines);
            1
        } else {
            let (length, solid) = extent(rest, start);
            sentence(rest.get(..solid).unwrap_or_default(), indent, lines);
            trailing(rest.get(solid..length).unwrap_or_default(), lines);
            length
        };
        if let Some(line) = lines.get_mut(before) {
            line.blank = blank;
        }
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// Whether the line before opens the block whose first item comes now.
fn opens_block(lines: &[Line], start: Start) -> bool {
    start == Start::Item && lines.last().is_some_and(|line| line.text.ends_with('{'))
}

/// How many pieces belong to the sentence that starts here, with and without
/// a comment at the end of its last line.
fn extent(pieces: &[Piece], start: Start) -> (usize, usize) {
    let mut depth = 0_usize;
    let mut end = pieces.len();
    for (at, piece) in pieces.iter().enumerate() {
        if at > 0 && depth == 0 && piece.start == start {
            end = at;
            break;
        }
        if piece.is("{") {
            depth += 1;
        } else if piece.is("}") {
            depth = depth.saturating_sub(1);
        }
    }
    let own = pieces.get(..end).unwrap_or_default();
    let solid = own.iter().rposition(|piece| !piece.is_comment()).map_or(end, |last| last + 1);
    let trails = own.get(solid).is_some_and(|comment| comment.breaks == 0);
    (solid + usize::from(trails), solid)
}

fn comment(piece: &Piece, indent: usize, lines: &mut Vec<Line>) {
    lines.push(Line { comment: Some(piece.text.clone()), ..Line::new(indent, "") });
}

fn trailing(comments: &[Piece], lines: &mut [Line]) {
    if let (Some(comment), Some(line)) = (comments.first(), lines.last_mut()) {
        line.comment = Some(comment.text.clone());
    }
}

/// One clause or item: a plain sentence, or one with a block.
fn sentence(pieces: &[Piece], indent: usize, lines: &mut Vec<Line>) {
    let Some(open) = pieces.iter().position(|piece| piece.is("{")) else {
        return plain(pieces, indent, "", lines);
    };
    let close = pieces.iter().rposition(|piece| piece.is("}")).unwrap_or(pieces.len());
    let head = pieces.get(..open).unwrap_or_default();
    let body = pieces.get(open + 1..close).unwrap_or_default();
    let tail = pieces.get(close + 1..).unwrap_or_default();
    if let Some(line) = one_line(pieces, head, body, tail, indent) {
        lines.push(line);
        return;
    }
    plain(head, indent, " {", lines);
    let after_brace = body.iter().take_while(|piece| piece.is_comment() && piece.breaks == 0).take(1).count();
    trailing(body.get(..after_brace).unwrap_or_default(), lines);
    let from = lines.len();
    group(body.get(after_brace..).unwrap_or_default(), Start::Item, indent + 2, lines);
    align(lines.get_mut(from..).unwrap_or_default(), indent + 2);
    match tail.is_empty() {
        true => lines.push(Line::new(indent, "}")),
        false => closing(tail, indent, lines),
    }
}

/// `}` and what follows it.
fn closing(tail: &[Piece], indent: usize, lines: &mut Vec<Line>) {
    let from = lines.len();
    plain(tail, indent, "", lines);
    if let Some(line) = lines.get_mut(from) {
        let own_comment = line.text.is_empty();
        line.text = if own_comment { "}".to_owned() } else { format!("}} {}", line.text) };
    }
}

/// A sentence whose block stands on one line, when the author had it so and it fits.
fn one_line(all: &[Piece], head: &[Piece], body: &[Piece], tail: &[Piece], indent: usize) -> Option<Line> {
    let items = body.iter().filter(|piece| piece.start == Start::Item).count();
    let lists = ["calendar", "fields", "charge", "convert"];
    let list = all.first()?.start == Start::Item
        || lists.iter().any(|word| all.first().is_some_and(|it| it.is(word)));
    let plain_body = body.iter().all(|piece| !piece.is_comment() && !piece.is("{") && piece.breaks == 0);
    let closed = all.get(head.len() + 1 + body.len())?.breaks == 0;
    let comments = all.iter().any(Piece::is_comment);
    if comments || !plain_body || !closed || (items != 1 && !list) {
        return None;
    }
    let mut parts = vec![one_sentence(head), "{".to_owned()];
    let starts: Vec<usize> =
        body.iter().enumerate().filter(|(_, piece)| piece.start == Start::Item).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([body.len()]);
    let items: Vec<String> = starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| Some(one_sentence(body.get(*start..end)?)))
        .collect();
    parts.push(items.join("; "));
    parts.push("}".to_owned());
    if !tail.is_empty() {
        parts.push(one_sentence(tail));
    }
    let line = parts.join(" ");
    (indent + line.chars().count() <= WIDTH).then(|| Line::new(indent, line))
}

fn one_sentence(pieces: &[Piece]) -> String {
    text(&atoms(&pieces.iter().collect::<Vec<_>>()))
}

/// A sentence without a block; comments inside it end their lines.
fn plain(pieces: &[Piece], indent: usize, ending: &str, lines: &mut Vec<Line>) {
    if let Some(line) = columns(pieces, indent, ending) {
        lines.push(line);
        return;
    }
    let mut further = 0;
    for run in pieces.split_inclusive(Piece::is_comment) {
        let solid: Vec<&Piece> = run.iter().filter(|piece| !piece.is_comment()).collect();
        let comment = run.iter().find(|piece| piece.is_comment());
        let from = lines.len();
        let apart = comment.is_some_and(|comment| comment.breaks > 0);
        if !solid.is_empty() {
            push(&atoms(&solid), indent + further, splits(pieces), lines);
        }
        if solid.is_empty() || apart {
            lines.push(Line::new(indent + further.max(2), ""));
        }
        if let (Some(comment), Some(line)) = (comment, lines.get_mut(from..).and_then(<[Line]>::last_mut)) {
            line.comment = Some(comment.text.clone());
        }
        further = 2;
    }
    end_with(ending, indent, lines);
}

/// Adds ` {` to the last line, or a line of its own behind a comment.
fn end_with(ending: &str, indent: usize, lines: &mut Vec<Line>) {
    match lines.last_mut() {
        _ if ending.is_empty() => {}
        Some(line) if line.comment.is_none() => line.text.push_str(ending),
        _ => lines.push(Line::new(indent, ending.trim_start())),
    }
}

fn push(atoms: &[Atom], indent: usize, always: bool, lines: &mut Vec<Line>) {
    for (step, text) in wrap(atoms, indent, always) {
        lines.push(Line::new(indent + 2 * step, text));
    }
}

/// Whether the sentence is a set with several conditions, each on a line of its own.
fn splits(pieces: &[Piece]) -> bool {
    let parts = ["where", "excluding", "dated"];
    let continued = pieces.iter().filter(|piece| parts.iter().any(|word| piece.is(word))).count();
    pieces.first().is_some_and(|piece| piece.is("set")) && continued > 1
}

/// An item of two columns that fits on one line.
fn columns(pieces: &[Piece], indent: usize, ending: &str) -> Option<Line> {
    let split = pieces.iter().position(|piece| piece.column.is_some())?;
    let (first, second) = pieces.split_at_checked(split)?;
    let right = second.first()?.column?;
    if pieces.iter().any(Piece::is_comment) || !ending.is_empty() {
        return None;
    }
    let second = atoms(&second.iter().collect::<Vec<_>>());
    let first = one_sentence(first);
    // Other items of the block may be wider in their first column; leave them room.
    let fits = indent + first.chars().count().max(16) + 2 + width(&second) <= WIDTH;
    fits.then(|| Line { column: Some((text(&second), right)), ..Line::new(indent, first) })
}
