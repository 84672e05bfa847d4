//! Did you mean: the nearest of some names, or none when nothing is near.

/// The name nearest to `text`, when it differs in no more than a third of its letters.
pub(crate) fn nearest<'n>(text: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let allowed = (text.chars().count() / 3).max(1);
    let scored = names.into_iter().map(|name| (distance(&text.to_lowercase(), &name.to_lowercase()), name));
    scored.filter(|(score, _)| *score <= allowed).min().map(|(_, name)| name)
}

/// ``did you mean `x`?``, or the choices when there are few.
pub(crate) fn hint<'n>(text: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let names: Vec<&str> = names.into_iter().collect();
    if let Some(near) = nearest(text, names.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    (!names.is_empty() && names.len() < 16).then(|| format!("one of {}", list(&names)))
}

/// `` `a`, `b` ``
pub(crate) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Letters to add, drop, replace or swap with their neighbour to get from one to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    let at = |rows: &[Vec<usize>], i: usize, j: usize| {
        rows.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0)
    };
    for (i, from) in a.iter().enumerate() {
        rows.push(vec![i + 1]);
        for (j, to) in b.iter().enumerate() {
            let replaced = at(&rows, i, j) + usize::from(from != to);
            let best = replaced.min(at(&rows, i, j + 1) + 1).min(at(&rows, i + 1, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            let best = if swapped { best.min(at(&rows, i - 1, j - 1) + 1) } else { best };
            rows.last_mut().into_iter().for_each(|row| row.push(best));
        }
    }
    at(&rows, a.len(), b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested_and_a_far_one_is_not() {
        assert_eq!((distance("kitten", "sitting"), distance("form", "from"), distance("", "ab")), (3, 1, 2));
        assert_eq!(nearest("colums", ["columns", "files"]), Some("columns"));
        assert_eq!(nearest("weather", ["columns", "files"]), None);
        assert_eq!(hint("zz", ["a", "b"]), Some("one of `a`, `b`".into()));
    }
}
