//! What two versions of an integration differ in, and which of it somebody has to agree to before it counts.
//!
//! The rule: whatever gives a provider more than was agreed to (a scope, a server that is contacted for something, an
//! event or a text it is told of) waits for a review. Everything else applies at once. To give more is to be no part
//! of what was there before, so many small steps that need no review never come to one that would.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Descriptor, ExtensionKind, Listening, Purpose, Scope};
use crate::{ExtensionKey, json::child_pointer};

/// One thing that differs, as it was and as it would be.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "subject", rename_all = "snake_case")]
pub enum DifferenceItem {
    /// What the integration may do.
    Scopes {
        /// Before.
        old: Vec<Scope>,
        /// After.
        new: Vec<Scope>,
    },
    /// Origins contacted for one purpose.
    Hosts {
        /// What for.
        purpose: Purpose,
        /// Before.
        old: Vec<String>,
        /// After.
        new: Vec<String>,
    },
    /// What is told of one kind of event; an empty list is nothing.
    Events {
        /// Such as `room_message`.
        event: String,
        /// Before.
        old: Vec<Listening>,
        /// After.
        new: Vec<Listening>,
    },
    /// One extension.
    Extension {
        /// Of which kind.
        kind: ExtensionKind,
        /// Which.
        key: ExtensionKey,
        /// Before; absent when it is new.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        old: Option<Value>,
        /// After; absent when it is gone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new: Option<Value>,
    },
    /// Another member of the document, such as its name.
    Member {
        /// JSON pointer to it.
        pointer: String,
        /// Before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        old: Option<Value>,
        /// After.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new: Option<Value>,
    },
}

impl DifferenceItem {
    /// Whether somebody has to agree to it first.
    pub fn needs_review(&self) -> bool {
        match self {
            Self::Scopes { old, new } => !is_within(new, old),
            Self::Hosts { old, new, .. } => !is_within(new, old),
            Self::Events { old, new, .. } => !old.iter().any(|old| old.pattern.is_none()) && !is_within(new, old),
            Self::Extension { .. } | Self::Member { .. } => false,
        }
    }
}

/// What two versions differ in.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Difference {
    /// What somebody has to agree to. While there is any, the old version stays.
    pub review: Vec<DifferenceItem>,
    /// What applies at once where there is nothing to review.
    pub harmless: Vec<DifferenceItem>,
}

impl Difference {
    /// Compares a version with the one that would follow it.
    pub fn between(old: &Descriptor, new: &Descriptor) -> Self {
        let items = [scopes(old, new), hosts(old, new), events(old, new), extensions(old, new), members(old, new)];
        let (review, harmless) = items.into_iter().flatten().partition(DifferenceItem::needs_review);
        Self { review, harmless }
    }

    /// Whether the new version may replace the old one before anybody has looked at it.
    pub fn is_harmless(&self) -> bool {
        self.review.is_empty()
    }

    /// Whether the two versions are the same.
    pub fn is_empty(&self) -> bool {
        self.review.is_empty() && self.harmless.is_empty()
    }
}

fn is_within<T: PartialEq>(new: &[T], old: &[T]) -> bool {
    new.iter().all(|item| old.contains(item))
}

fn scopes(old: &Descriptor, new: &Descriptor) -> Vec<DifferenceItem> {
    let sorted = |scopes: &[Scope]| scopes.iter().copied().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    let (old, new) = (sorted(&old.scopes), sorted(&new.scopes));
    if old == new { Vec::new() } else { vec![DifferenceItem::Scopes { old, new }] }
}

fn hosts(old: &Descriptor, new: &Descriptor) -> Vec<DifferenceItem> {
    let differing = differing(old.contacts(), new.contacts());
    differing.map(|(purpose, old, new)| DifferenceItem::Hosts { purpose, old: listed(old), new: listed(new) }).collect()
}

fn events(old: &Descriptor, new: &Descriptor) -> Vec<DifferenceItem> {
    let differing = differing(old.listens(), new.listens());
    differing.map(|(event, old, new)| DifferenceItem::Events { event, old: listed(old), new: listed(new) }).collect()
}

fn extensions(old: &Descriptor, new: &Descriptor) -> Vec<DifferenceItem> {
    let by_name = |descriptor: &Descriptor| {
        let all = descriptor.extensions.iter();
        all.into_iter().map(|(kind, key, value)| ((kind.clone(), key), value.clone())).collect::<BTreeMap<_, _>>()
    };
    let differing = differing(by_name(old), by_name(new));
    differing.map(|((kind, key), old, new)| DifferenceItem::Extension { kind, key, old, new }).collect()
}

/// Everything that is no extension.
fn members(old: &Descriptor, new: &Descriptor) -> Vec<DifferenceItem> {
    let differing = differing(other_members(old), other_members(new));
    differing.map(|(pointer, old, new)| DifferenceItem::Member { pointer, old, new }).collect()
}

fn other_members(descriptor: &Descriptor) -> BTreeMap<String, Value> {
    let general = descriptor.document.as_object().into_iter().flatten().filter(|(name, _)| *name != "capabilities");
    let general = general.map(|(name, value)| (child_pointer("", name), value.clone()));
    let capabilities = descriptor.document.get("capabilities").and_then(Value::as_object).into_iter().flatten();
    let is_extension = |name: &str| {
        let kind = ExtensionKind::from(name);
        kind.is_known() || descriptor.extensions.0.contains_key(&kind)
    };
    let capabilities = capabilities.filter(|(name, _)| !is_extension(name));
    general.chain(capabilities.map(|(name, value)| (child_pointer("/capabilities", name), value.clone()))).collect()
}

fn listed<T>(set: Option<BTreeSet<T>>) -> Vec<T> {
    set.into_iter().flatten().collect()
}

/// What two maps do not agree about, in order.
fn differing<K: Ord + Clone, V: PartialEq>(
    old: BTreeMap<K, V>,
    mut new: BTreeMap<K, V>,
) -> impl Iterator<Item = (K, Option<V>, Option<V>)> {
    let mut all: BTreeMap<K, (Option<V>, Option<V>)> =
        old.into_iter().map(|(name, value)| (name.clone(), (Some(value), new.remove(&name)))).collect();
    all.extend(new.into_iter().map(|(name, value)| (name, (None, Some(value)))));
    all.into_iter().filter(|(_, (old, new))| old != new).map(|(name, (old, new))| (name, old, new))
}
