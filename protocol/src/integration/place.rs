//! Reading a document member by member while collecting what is wrong with it.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::address::origin_of;
use crate::{ExtensionKey, Fault, json::child_pointer, text::pattern::Pattern};

/// More faults help nobody, and a hostile document could ask for a hundred thousand.
const MAX_FAULTS: usize = 100;
/// Most patterns in one descriptor (safety E11).
const MAX_PATTERNS: usize = 50;

/// What was found wrong so far.
#[derive(Default)]
pub(super) struct Faults {
    list: Vec<Fault>,
    patterns: usize,
}

impl Faults {
    pub fn add(&mut self, pointer: &str, message: impl Into<String>) {
        if self.list.len() < MAX_FAULTS {
            self.list.push(Fault::new(pointer, message));
        }
    }

    pub fn extend(&mut self, faults: Vec<Fault>) {
        for fault in faults {
            self.add(&fault.pointer, fault.message);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The value, unless anything was wrong.
    pub fn unless<T>(self, value: Option<T>) -> Result<T, Vec<Fault>> {
        match value {
            Some(value) if self.list.is_empty() => Ok(value),
            _ => Err(self.list),
        }
    }
}

/// A value of a document, perhaps absent, and where it is. `null` counts as absent: some add-ons write it so.
#[derive(Clone)]
pub(super) struct Place<'a> {
    value: Option<&'a Value>,
    pub pointer: String,
}

impl<'a> Place<'a> {
    pub fn new(value: &'a Value, pointer: impl Into<String>) -> Self {
        Self { value: Some(value).filter(|value| !value.is_null()), pointer: pointer.into() }
    }

    pub fn member(&self, name: &str) -> Self {
        let value = self.value.and_then(|value| value.get(name)).filter(|value| !value.is_null());
        Self { value, pointer: child_pointer(&self.pointer, name) }
    }

    pub fn value(&self) -> Option<&'a Value> {
        self.value
    }

    /// The same place, after noting a fault if nothing is there.
    pub fn required(self, faults: &mut Faults) -> Self {
        if self.value.is_none() {
            let name = self.pointer.rsplit('/').next().unwrap_or_default();
            let is_member = name.contains(|c: char| !c.is_ascii_digit());
            let message = if is_member { format!("\"{name}\" is missing") } else { "there is nothing here".to_owned() };
            faults.add(&self.pointer, message);
        }
        self
    }

    fn expect<T>(&self, read: impl Fn(&'a Value) -> Option<T>, form: &str, faults: &mut Faults) -> Option<T> {
        let read = read(self.value?);
        if read.is_none() {
            faults.add(&self.pointer, format!("expected {form}"));
        }
        read
    }

    pub fn object(&self, faults: &mut Faults) -> Option<&'a Map<String, Value>> {
        self.expect(Value::as_object, "an object", faults)
    }

    pub fn list(&self, faults: &mut Faults) -> &'a [Value] {
        self.expect(Value::as_array, "a list", faults).map_or(&[], Vec::as_slice)
    }

    /// The items of a list, each with its place.
    pub fn items(&self, faults: &mut Faults) -> Vec<Place<'a>> {
        let items = self.list(faults);
        items.iter().enumerate().map(|(index, item)| Self::new(item, child_pointer(&self.pointer, index))).collect()
    }

    pub fn any_text(&self, faults: &mut Faults) -> Option<&'a str> {
        self.expect(Value::as_str, "text", faults)
    }

    pub fn text(&self, characters: RangeInclusive<usize>, faults: &mut Faults) -> Option<&'a str> {
        let text = self.any_text(faults)?;
        if characters.contains(&text.chars().count()) {
            return Some(text);
        }
        let (least, most) = characters.into_inner();
        faults.add(&self.pointer, format!("expected {least} to {most} characters"));
        None
    }

    pub fn flag(&self, absent: bool, faults: &mut Faults) -> bool {
        self.expect(Value::as_bool, "true or false", faults).unwrap_or(absent)
    }

    pub fn whole_number(&self, faults: &mut Faults) {
        self.expect(Value::as_i64, "a whole number", faults);
    }

    pub fn number(&self, range: RangeInclusive<f64>, faults: &mut Faults) {
        let number = self.expect(Value::as_f64, "a number", faults);
        if number.is_some_and(|number| !range.contains(&number)) {
            faults.add(&self.pointer, "this number is too great");
        }
    }

    pub fn key(&self, faults: &mut Faults) -> Option<ExtensionKey> {
        let text = self.any_text(faults)?;
        ExtensionKey::new(text).map_err(|error| faults.add(&self.pointer, error.to_string())).ok()
    }

    /// A complete http(s) address.
    pub fn address(&self, faults: &mut Faults) -> Option<&'a str> {
        let address = self.any_text(faults)?;
        origin_of(address).map_err(|why| faults.add(&self.pointer, why)).ok().map(|_| address)
    }

    /// An address that some add-ons leave empty.
    pub fn address_or_empty(&self, faults: &mut Faults) -> Option<&'a str> {
        match self.value {
            Some(Value::String(text)) if text.is_empty() => None,
            _ => self.address(faults),
        }
    }

    /// `{"value", "i18n"?}`, or the text alone.
    pub fn name(&self, faults: &mut Faults) {
        match self.value {
            Some(Value::String(_)) => _ = self.text(1..=100, faults),
            Some(_) if self.object(faults).is_some() => _ = self.member("value").required(faults).text(1..=100, faults),
            _ => {}
        }
    }

    /// `{"url", "url@2x"?}`.
    pub fn icon(&self, faults: &mut Faults) {
        if self.object(faults).is_some() {
            self.member("url").required(faults).address(faults);
            self.member("url@2x").address(faults);
        }
    }

    /// A pattern that has to be usable.
    pub fn pattern(&self, flags: &Place<'_>, faults: &mut Faults) {
        let flags = flags.any_text(faults).unwrap_or_default();
        if let Some(Err(why)) = self.counted_pattern(faults).map(|pattern| Pattern::new(pattern, flags)) {
            faults.add(&self.pointer, why);
        }
    }

    /// One of the patterns there may be. Whether it can be used is not asked: that of a condition which cannot is a
    /// warning, and the condition does not hold (contract §1.14).
    pub fn counted_pattern(&self, faults: &mut Faults) -> Option<&'a str> {
        let pattern = self.any_text(faults)?;
        faults.patterns += 1;
        if faults.patterns > MAX_PATTERNS {
            faults.add(&self.pointer, format!("there are more than {MAX_PATTERNS} patterns"));
            return None;
        }
        Some(pattern)
    }
}
