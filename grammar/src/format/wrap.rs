//! Breaking a long sentence into lines where it reads best.

use super::pieces::Piece;

/// The widest line.
pub(super) const WIDTH: usize = 100;

/// A stretch of text without a space, and how well a line may break before it.
#[derive(Debug, Clone)]
pub(super) struct Atom {
    /// The text.
    pub text: String,
    /// Where a break reads best first: 0 before `where`, 1 before `and`, 2 after a comma, 3 elsewhere.
    pub level: usize,
}

/// The atoms of a run of pieces without comments.
pub(super) fn atoms(pieces: &[&Piece]) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = Vec::new();
    let (mut depth, mut glue, mut after_comma) = (0_usize, true, false);
    for piece in pieces {
        let level = level(piece, depth, after_comma);
        let tight = glue || [")", ",", "%", ":"].into_iter().any(|symbol| piece.is(symbol));
        match atoms.last_mut() {
            Some(last) if tight => last.text.push_str(&piece.text),
            _ => atoms.push(Atom { text: piece.text.clone(), level }),
        }
        if piece.is("(") {
            depth += 1;
        } else if piece.is(")") {
            depth = depth.saturating_sub(1);
        }
        glue = piece.is("(") || piece.sign;
        after_comma = piece.is(",");
    }
    atoms
}

fn level(piece: &Piece, depth: usize, after_comma: bool) -> usize {
    const CONTINUES: [&str; 5] = ["where", "excluding", "dated", "over", "paused"];
    match depth {
        0 if CONTINUES.iter().any(|word| piece.is(word)) => 0,
        0 if piece.is("and") || piece.is("or") => 1,
        _ if after_comma || piece.is("because") || piece.is("and") || piece.is("or") => 2,
        _ => 3,
    }
}

/// The width of atoms on one line.
pub(super) fn width(atoms: &[Atom]) -> usize {
    atoms.iter().map(|atom| atom.text.chars().count() + 1).sum::<usize>().saturating_sub(1)
}

/// Lines with their extra indent, in steps; the first has none.
pub(super) fn wrap(atoms: &[Atom], indent: usize, always: bool) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    fill(atoms, indent, 0, always, &mut lines);
    lines
}

fn fill(atoms: &[Atom], indent: usize, step: usize, always: bool, lines: &mut Vec<(usize, String)>) {
    let room = WIDTH.saturating_sub(indent + 2 * step);
    let inner = atoms.get(1..).unwrap_or_default();
    let best = inner.iter().map(|atom| atom.level).min();
    let Some(best) = best.filter(|best| width(atoms) > room || (always && *best == 0)) else {
        lines.push((step, text(atoms)));
        return;
    };
    let mut rest = atoms;
    let mut deeper = step;
    while !rest.is_empty() {
        let room = WIDTH.saturating_sub(indent + 2 * deeper);
        let length = if best < 2 { to_next(rest, best) } else { longest(rest, best, room) };
        let (line, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        fill(line, indent, deeper, false, lines);
        deeper = step + 1;
        rest = after;
    }
}

/// How many atoms stand before the next break of level `best`.
fn to_next(atoms: &[Atom], best: usize) -> usize {
    atoms.iter().skip(1).position(|atom| atom.level == best).map_or(atoms.len(), |at| at + 1)
}

/// How many atoms up to a break of level `best` fit into `room`; at least one stretch.
fn longest(atoms: &[Atom], best: usize, room: usize) -> usize {
    let mut fitting = to_next(atoms, best);
    loop {
        let more =
            atoms.get(fitting..).filter(|rest| !rest.is_empty()).map(|rest| fitting + to_next(rest, best));
        match more {
            Some(more) if atoms.get(..more).is_some_and(|line| width(line) <= room) => fitting = more,
            _ => return fitting,
        }
    }
}

/// Atoms on one line.
pub(super) fn text(atoms: &[Atom]) -> String {
    atoms.iter().map(|atom| atom.text.as_str()).collect::<Vec<_>>().join(" ")
}
