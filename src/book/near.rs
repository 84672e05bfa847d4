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

/// Letters to add, drop or replace to get from one to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((to, pair), last) in b.iter().zip(row.windows(2)).zip(0..) {
            let (diagonal, above) = (pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0));
            let left = next.get(last).copied().unwrap_or(0);
            next.push((diagonal + usize::from(from != *to)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested_and_a_far_one_is_not() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(nearest("colums", ["columns", "files"]), Some("columns"));
        assert_eq!(nearest("weather", ["columns", "files"]), None);
        assert_eq!(hint("zz", ["a", "b"]), Some("one of `a`, `b`".into()));
    }
}
