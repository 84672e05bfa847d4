//! Tables by key as lists of entries in order, so that the same state has the same bytes.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes the entries.
pub(in crate::engine) fn serialize<'m, M, K, V, S>(map: &'m M, serializer: S) -> Result<S::Ok, S::Error>
where
    &'m M: IntoIterator<Item = (&'m K, &'m V)>,
    K: Serialize + Ord + 'm,
    V: Serialize + 'm,
    S: Serializer,
{
    let mut entries: Vec<(&K, &V)> = map.into_iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    serializer.collect_seq(entries)
}

/// Reads them.
pub(in crate::engine) fn deserialize<'de, M, K, V, D>(deserializer: D) -> Result<M, D::Error>
where
    M: FromIterator<(K, V)>,
    K: Deserialize<'de>,
    V: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
}
