//! The YAML text as a tree whose values keep their wording and can be found again.
//!
//! `1.50` stays `1.50`: the parser would make it a double, so the text is read
//! twice, first for its shape, then every scalar as text. A value's number is
//! its position in reading order; its line and column come from a third
//! reading that stops there, which happens only when something is wrong.

use std::cell::Cell;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value of the book.
#[derive(Debug)]
pub(super) struct Node {
    /// Its number in reading order.
    pub at: usize,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Debug)]
pub(super) enum Kind {
    /// Nothing was written.
    Null,
    /// One word or text, as written.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Words with their values, in file order.
    Map(Vec<(Node, Node)>),
}

/// Text that is not YAML: where, and why.
#[derive(Debug)]
pub(super) struct NotYaml {
    /// Line and column, counted from 1.
    pub place: (usize, usize),
    /// Why.
    pub message: String,
}

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Node, NotYaml> {
    let shape: Shape = serde_yaml::from_str(text).map_err(|error| not_yaml(&error))?;
    let seed = Seed { shape: &shape, counter: &Cell::new(0), stop: None };
    seed.deserialize(serde_yaml::Deserializer::from_str(text)).map_err(|error| not_yaml(&error))
}

/// Line and column of a value, counted from 1.
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let Ok(shape) = serde_yaml::from_str::<Shape>(text) else { return (1, 1) };
    let seed = Seed { shape: &shape, counter: &Cell::new(0), stop: Some(at) };
    match seed.deserialize(serde_yaml::Deserializer::from_str(text)) {
        Err(error) => not_yaml(&error).place,
        Ok(_) => (1, 1),
    }
}

fn not_yaml(error: &serde_yaml::Error) -> NotYaml {
    let place = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text).to_string();
    NotYaml { place, message }
}

/// The shape of a value.
enum Shape {
    Null,
    Text,
    List(Vec<Shape>),
    Map(Vec<(Shape, Shape)>),
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, a list or words with values")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Text)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::Text)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Shape, E> {
        Ok(Shape::Text)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::Text)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Shape, E> {
        Ok(Shape::Text)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Text)
    }

    fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::Text)
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Shape::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Shape, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Shape::Map(map))
    }
}

/// Reads a value of known shape, or stops at it.
#[derive(Clone, Copy)]
struct Seed<'s> {
    shape: &'s Shape,
    counter: &'s Cell<usize>,
    stop: Option<usize>,
}

impl<'s> Seed<'s> {
    fn of(self, shape: &'s Shape) -> Self {
        Self { shape, ..self }
    }

    /// The number of this value; an error where reading is to stop.
    fn number<E: serde::de::Error>(self) -> Result<usize, E> {
        let at = self.counter.get();
        self.counter.set(at + 1);
        if self.stop == Some(at) { Err(E::custom("here")) } else { Ok(at) }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        match self.shape {
            Shape::Null => deserializer.deserialize_any(self),
            Shape::Text => deserializer.deserialize_str(self),
            Shape::List(_) => deserializer.deserialize_seq(self),
            Shape::Map(_) => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the same value as before")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Node, E> {
        Ok(Node { at: self.number()?, kind: Kind::Null })
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node { at: self.number()?, kind: Kind::Text(text.to_string()) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let at = self.number()?;
        let Shape::List(shapes) = self.shape else { return Err(A::Error::custom("here")) };
        let mut list = Vec::new();
        for shape in shapes {
            list.extend(items.next_element_seed(self.of(shape))?);
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Node { at, kind: Kind::List(list) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let at = self.number()?;
        let Shape::Map(shapes) = self.shape else { return Err(A::Error::custom("here")) };
        let mut map = Vec::new();
        for (key, value) in shapes {
            let Some(key) = entries.next_key_seed(self.of(key))? else { break };
            map.push((key, entries.next_value_seed(self.of(value))?));
        }
        while entries.next_key::<IgnoredAny>()?.is_some() {
            entries.next_value::<IgnoredAny>()?;
        }
        Ok(Node { at, kind: Kind::Map(map) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_wording_and_every_value_its_place() {
        let text = "a: 1.50\nb: [007, ~]\nc:\n  d: \"x\"\n";
        let node = read(text).unwrap();
        let Kind::Map(map) = &node.kind else { panic!("a map") };
        assert!(matches!(&map[0].1.kind, Kind::Text(text) if text == "1.50"));
        let Kind::List(list) = &map[1].1.kind else { panic!("a list") };
        assert!(matches!(&list[0].kind, Kind::Text(text) if text == "007"));
        assert!(matches!(&list[1].kind, Kind::Null));
        assert_eq!(place(text, list[0].at), (2, 5));
        let Kind::Map(inner) = &map[2].1.kind else { panic!("a map") };
        assert_eq!(place(text, inner[0].0.at), (4, 3));
        assert_eq!(place(text, inner[0].1.at), (4, 6));
    }

    #[test]
    fn text_that_is_not_yaml_says_where() {
        assert_eq!(read("a: [1\nb: 2\n").unwrap_err().place.0, 2);
    }
}
