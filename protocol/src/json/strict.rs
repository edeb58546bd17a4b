//! Strict reading of JSON from strangers.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::Fault;

/// Reads JSON and refuses repeated members, which let two readers of one text see different values (safety E2).
///
/// # Errors
/// One fault: the place of the repetition, or where the text stops being JSON.
pub fn parse_strict(bytes: &[u8]) -> Result<Value, Fault> {
    let mut path = Vec::new();
    read(bytes, &mut path).map_err(|error| Fault::new(pointer_to(&path), format!("not acceptable JSON: {error}")))
}

/// The line on which [`parse_strict`] gives up; `None` when the text is good.
pub(super) fn stops_at_line(bytes: &[u8]) -> Option<usize> {
    read(bytes, &mut Vec::new()).err().map(|error| error.line())
}

fn read(bytes: &[u8], path: &mut Vec<Step>) -> serde_json::Result<Value> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = reader.deserialize_any(Strict(path))?;
    reader.end().map(|()| value)
}

/// The pointer (RFC 6901) of a member below another place.
pub(crate) fn child_pointer(parent: &str, member: impl fmt::Display) -> String {
    format!("{parent}/{}", member.to_string().replace('~', "~0").replace('/', "~1"))
}

/// The steps of a pointer, from the outermost value inwards.
pub(super) fn pointer_steps(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

enum Step {
    Member(String),
    Item(usize),
}

fn pointer_to(path: &[Step]) -> String {
    path.iter().fold(String::new(), |parent, step| match step {
        Step::Member(name) => child_pointer(&parent, name),
        Step::Item(index) => child_pointer(&parent, index),
    })
}

/// Reads one value. A step is taken back only when its value was good, so that after a failure the path is its place.
struct Strict<'p>(&'p mut Vec<Step>);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        self.0.push(Step::Item(0));
        while let Some(item) = items.next_element_seed(Strict(self.0))? {
            list.push(item);
            self.0.pop();
            self.0.push(Step::Item(list.len()));
        }
        self.0.pop();
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            self.0.push(Step::Member(name.clone()));
            if object.contains_key(&name) {
                return Err(A::Error::custom("this member occurs twice"));
            }
            object.insert(name, members.next_value_seed(Strict(self.0))?);
            self.0.pop();
        }
        Ok(Value::Object(object))
    }
}
