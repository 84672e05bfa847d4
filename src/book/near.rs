//! Did you mean: the nearest of some names, or none when nothing is near.

pub(crate) use meed_grammar::suggest::nearest;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested_and_a_far_one_is_not() {
        assert_eq!(nearest("colums", ["columns", "files"]), Some("columns"));
        assert_eq!(nearest("open_dt", ["CLOSED_DT", "OPEN_DT"]), Some("OPEN_DT"));
        assert_eq!(nearest("weather", ["columns", "files"]), None);
        assert_eq!(hint("zz", ["a", "b"]), Some("one of `a`, `b`".into()));
    }
}
