//! Asking a value of the book for what should be there.

use std::collections::BTreeMap;

use super::super::error::Faults;
use super::super::near;
use super::super::node::{Kind, Node};

/// Words with their values, of which every word is known and stands once.
pub(super) struct Entries<'n> {
    map: &'n [(Node, Node)],
}

impl<'n> Entries<'n> {
    /// The entries of a value; reports words that are unknown or repeated.
    pub fn open(node: &'n Node, known: &[&str], faults: &mut Faults) -> Option<Self> {
        let entries = Self::any(node, known.first().copied().unwrap_or("name"), faults)?;
        for (key, _) in entries.map {
            if let Some(word) = key.text().filter(|word| !known.contains(word)) {
                faults.add_help(
                    key.at,
                    format!("`{word}` is not known here"),
                    near::hint(word, known.iter().copied()),
                );
            }
        }
        Some(entries)
    }

    /// The entries of a value, whatever their words.
    pub fn any(node: &'n Node, example: &str, faults: &mut Faults) -> Option<Self> {
        let Kind::Map(map) = &node.kind else {
            faults.add_help(
                node.at,
                format!("words with values belong here, not {}", node.what()),
                format!("`{example}: …`"),
            );
            return None;
        };
        for (index, (key, _)) in map.iter().enumerate() {
            match key.text() {
                None => faults.add(key.at, format!("a word belongs here, not {}", key.what())),
                Some(word) if map.iter().take(index).any(|(other, _)| other.text() == Some(word)) => {
                    faults.add(key.at, format!("`{word}` stands here twice"));
                }
                Some(_) => {}
            }
        }
        Some(Self { map })
    }

    /// The value of a word, unless nothing is written there.
    pub fn get(&self, word: &str) -> Option<&'n Node> {
        let (_, value) = self.map.iter().find(|(key, _)| key.text() == Some(word))?;
        (!matches!(value.kind, Kind::Null)).then_some(value)
    }

    /// All words with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'n Node, &'n str, &'n Node)> {
        self.map.iter().filter_map(|(key, value)| key.text().map(|word| (key, word, value)))
    }

    /// The text of a word.
    pub fn text(&self, word: &str, what: &str, faults: &mut Faults) -> Option<String> {
        text(self.get(word)?, what, faults).map(str::to_string)
    }

    /// The named parts of a word's value.
    pub fn map<T>(
        &self,
        word: &str,
        faults: &mut Faults,
        mut read: impl FnMut(&'n Node, &mut Faults) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let Some(entries) = self.get(word).and_then(|node| Entries::any(node, "name", faults)) else {
            return BTreeMap::new();
        };
        let read =
            entries.iter().filter_map(|(_, name, value)| Some((name.to_string(), read(value, faults)?)));
        read.collect()
    }

    /// One of several words.
    pub fn choice<T: Copy>(&self, word: &str, choices: &[(&str, T)], faults: &mut Faults) -> Option<T> {
        let node = self.get(word)?;
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let written = text(node, "a word", faults)?;
        let found = choices.iter().find(|(name, _)| *name == written).map(|(_, value)| *value);
        if found.is_none() {
            faults.add_help(node.at, format!("`{written}` is not known here"), near::hint(written, names));
        }
        found
    }

    /// Yes or no.
    pub fn yes_no(&self, word: &str, faults: &mut Faults) -> Option<bool> {
        self.choice(word, &[("yes", true), ("no", false), ("true", true), ("false", false)], faults)
    }
}

impl Node {
    /// The text, when it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    fn what(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Text(_) => "a text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "words with values",
        }
    }
}

/// The text of a value.
pub(super) fn text<'n>(node: &'n Node, what: &str, faults: &mut Faults) -> Option<&'n str> {
    let text = node.text();
    if text.is_none() {
        faults.add(node.at, format!("{what} belongs here, not {}", node.what()));
    }
    text
}

/// The items of a list, or the value itself.
pub(super) fn items(node: &Node) -> &[Node] {
    match &node.kind {
        Kind::List(list) => list,
        _ => std::slice::from_ref(node),
    }
}

/// A text or a list of texts.
pub(super) fn texts(node: &Node, what: &str, faults: &mut Faults) -> Vec<String> {
    items(node).iter().filter_map(|item| text(item, what, faults).map(str::to_string)).collect()
}

/// A whole number from `least`.
pub(super) fn count(node: &Node, least: u64, faults: &mut Faults) -> Option<u64> {
    let text = text(node, "a whole number", faults)?;
    let count = text.parse().ok().filter(|count| *count >= least);
    if count.is_none() {
        faults.add_help(
            node.at,
            format!("`{text}` is not a whole number from {least}"),
            format!("`{}`", least.max(10)),
        );
    }
    count
}
