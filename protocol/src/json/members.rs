//! Objects whose form depends on one of their members, or that stand beside others' members.

use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error};
use serde_json::{Map, Result, Value};

/// The members of an object that were not taken yet. Used where serde's `tag` and `flatten` would bring a buffer and a
/// reader of their own, with another copy of the code for every type inside.
pub(crate) struct Members(Map<String, Value>);

impl Members {
    /// Reads an object, and from its members a value.
    pub fn read<'de, D: Deserializer<'de>, T>(
        deserializer: D,
        value: impl FnOnce(Self) -> Result<T>,
    ) -> std::result::Result<T, D::Error> {
        value(Self(Map::deserialize(deserializer)?)).map_err(D::Error::custom)
    }

    /// Whether there is a member of this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A member that must be there.
    pub fn take<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<T> {
        T::deserialize(self.0.remove(name).ok_or_else(|| serde_json::Error::missing_field(name))?)
    }

    /// A member, or the default where it is absent.
    pub fn take_or_default<T: DeserializeOwned + Default>(&mut self, name: &str) -> Result<T> {
        self.0.remove(name).map_or_else(|| Ok(T::default()), T::deserialize)
    }

    /// A value made of all members that are left.
    pub fn into_value<T: DeserializeOwned>(self) -> Result<T> {
        T::deserialize(Value::Object(self.0))
    }

    /// All members that are left.
    pub fn into_rest(self) -> Map<String, Value> {
        self.0
    }
}
