//! The difference of two texts, line by line.

/// A line and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit<'a> {
    Keep(&'a str),
    Drop(&'a str),
    Add(&'a str),
}

/// Lines kept around a change.
const AROUND: usize = 3;

/// The changes from `old` to `new` in the unified form, for review; empty when there are none.
pub fn unified(old: &str, new: &str, path: &str) -> String {
    let edits =
        edits(&old.split_inclusive('\n').collect::<Vec<_>>(), &new.split_inclusive('\n').collect::<Vec<_>>());
    let changed = |at: usize| {
        let near = at.saturating_sub(AROUND)..(at + AROUND + 1).min(edits.len());
        edits.get(near).is_some_and(|near| near.iter().any(|edit| !matches!(edit, Edit::Keep(_))))
    };
    let shown: Vec<bool> = (0..edits.len()).map(changed).collect();
    if !shown.contains(&true) {
        return String::new();
    }
    let mut text = format!("--- {path}\n+++ {path}, formatted\n");
    let (mut line_old, mut line_new, mut inside) = (1, 1, false);
    for (edit, shown) in edits.iter().zip(shown) {
        if shown && !inside {
            text.push_str(&format!("@@ -{line_old} +{line_new} @@\n"));
        }
        inside = shown;
        let (mark, line) = match edit {
            Edit::Keep(line) => (' ', line),
            Edit::Drop(line) => ('-', line),
            Edit::Add(line) => ('+', line),
        };
        line_old += usize::from(mark != '+');
        line_new += usize::from(mark != '-');
        if shown {
            text.push_str(&format!("{mark}{}\n", line.trim_end_matches(['\n', '\r'])));
        }
    }
    text
}

/// The lines that went (`- …`) and came (`+ …`) with their neighbours; every
/// line of a text that has no counterpart.
pub(super) fn changes(old: &str, new: &str) -> Vec<String> {
    let edits = edits(&old.lines().collect::<Vec<_>>(), &new.lines().collect::<Vec<_>>());
    let near = |at: usize| {
        let range = at.saturating_sub(1)..(at + 2).min(edits.len());
        edits.get(range).is_some_and(|near| near.iter().any(|edit| !matches!(edit, Edit::Keep(_))))
    };
    let line = |(at, edit): (usize, &Edit<'_>)| match edit {
        Edit::Keep(line) => near(at).then(|| format!("  {line}")),
        Edit::Drop(line) => Some(format!("- {line}")),
        Edit::Add(line) => Some(format!("+ {line}")),
    };
    edits.iter().enumerate().filter_map(line).collect()
}

/// The shortest way from one to the other, by the longest common subsequence
/// of what lies between their common beginning and end.
fn edits<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Edit<'a>> {
    let start = old.iter().zip(new).take_while(|(left, right)| left == right).count();
    let (head, old) = old.split_at(start);
    let new = new.get(start..).unwrap_or_default();
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(left, right)| left == right).count();
    let (old, tail) = old.split_at(old.len() - end);
    let new = new.get(..new.len() - end).unwrap_or_default();
    let mut edits: Vec<Edit<'a>> = head.iter().copied().map(Edit::Keep).collect();
    edits.extend(middle(old, new));
    edits.extend(tail.iter().copied().map(Edit::Keep));
    edits
}

fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Edit<'a>> {
    let table = common(old, new);
    let length = |at_old: usize, at_new: usize| {
        table.get(at_old).and_then(|row| row.get(at_new)).copied().unwrap_or_default()
    };
    let (mut at_old, mut at_new, mut edits) = (0, 0, Vec::new());
    loop {
        match (old.get(at_old), new.get(at_new)) {
            (Some(left), Some(right)) if left == right => {
                edits.push(Edit::Keep(left));
                (at_old, at_new) = (at_old + 1, at_new + 1);
            }
            (Some(left), right)
                if right.is_none() || length(at_old + 1, at_new) >= length(at_old, at_new + 1) =>
            {
                edits.push(Edit::Drop(left));
                at_old += 1;
            }
            (_, Some(right)) => {
                edits.push(Edit::Add(right));
                at_new += 1;
            }
            (_, None) => return edits,
        }
    }
}

/// For every pair of suffixes, how many lines they have in common, in order.
fn common(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut table = vec![vec![0; new.len() + 1]];
    for left in old.iter().rev() {
        let below = table.last().cloned().unwrap_or_default();
        let mut row = vec![0; new.len() + 1];
        for (at, right) in new.iter().enumerate().rev() {
            let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or_default();
            let longest =
                if left == right { get(&below, at + 1) + 1 } else { get(&below, at).max(get(&row, at + 1)) };
            if let Some(cell) = row.get_mut(at) {
                *cell = longest;
            }
        }
        table.push(row);
    }
    table.reverse();
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stand_with_three_lines_around() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let new = "1\n2\n3\n4\nfive\n6\n7\n8\n9\nten\n";
        let want = "--- t\n+++ t, formatted\n@@ -2 +2 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n+ten\n";
        assert_eq!(unified(old, new, "t"), want);
        assert_eq!(unified(old, old, "t"), "");
        assert_eq!(unified("", "a\n", "t"), "--- t\n+++ t, formatted\n@@ -1 +1 @@\n+a\n");
        assert_eq!(unified("a\nb\na\n", "b\n", "t"), "--- t\n+++ t, formatted\n@@ -1 +1 @@\n-a\n b\n-a\n");
    }
}
