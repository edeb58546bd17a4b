//! The general part of a descriptor.

use serde_json::Value;

use super::{
    Scope,
    place::{Faults, Place},
};
use crate::{IntegrationKey, rest::incoming_webhook::KEY_PREFIX};

/// The general part of a descriptor: everything but its extensions.
pub(super) struct General {
    pub key: IntegrationKey,
    pub name: String,
    pub description: String,
    pub vendor: Option<String>,
    pub homepage: Option<String>,
    pub self_url: String,
    pub scopes: Vec<Scope>,
    pub from_name: Option<String>,
    pub installable: Installable,
}

impl General {
    /// `None` when something that cannot be done without is missing or wrong; `faults` then says what.
    pub fn read(document: &Place<'_>, faults: &mut Faults) -> Option<Self> {
        document.clone().required(faults).object(faults)?;
        document.member("capabilities").required(faults).object(faults);
        document.member("capabilities").member("configurable").member("url").address(faults);
        if document.member("icon").value().is_some_and(Value::is_object) {
            document.member("icon").icon(faults);
        }
        let key = read_key(&document.member("key"), faults);
        let name = document.member("name").required(faults).text(1..=100, faults);
        let description = document.member("description").required(faults).text(0..=10_000, faults);
        let vendor = document.member("vendor");
        let vendor_name = vendor.member("name").text(0..=100, faults).filter(|name| !name.is_empty());
        vendor.member("url").address_or_empty(faults);
        let self_url = read_self(document, faults);
        let homepage = document.member("links").member("homepage").address_or_empty(faults);
        let consumer = document.member("capabilities").member("hipchatApiConsumer");
        let scopes = read_scopes(&consumer, faults);
        let from_name = consumer.member("fromName").text(0..=100, faults).filter(|name| !name.is_empty());
        let installable = Installable::read(&document.member("capabilities").member("installable"), faults);
        Some(Self {
            key: key?,
            name: name?.to_owned(),
            description: description?.to_owned(),
            vendor: vendor_name.map(str::to_owned),
            homepage: homepage.map(str::to_owned),
            self_url: self_url?.to_owned(),
            scopes,
            from_name: from_name.map(str::to_owned),
            installable,
        })
    }
}

pub(super) struct Installable {
    pub allow_room: bool,
    pub allow_global: bool,
    pub callback_url: Option<String>,
    pub update_callback_url: Option<String>,
}

impl Installable {
    fn read(installable: &Place<'_>, faults: &mut Faults) -> Self {
        installable.object(faults);
        for redirect in ["installedUrl", "updatedUrl", "uninstalledUrl"] {
            installable.member(redirect).address_or_empty(faults);
        }
        Self {
            allow_room: installable.member("allowRoom").flag(true, faults),
            allow_global: installable.member("allowGlobal").flag(true, faults),
            callback_url: installable.member("callbackUrl").address_or_empty(faults).map(str::to_owned),
            update_callback_url: installable.member("updateCallbackUrl").address_or_empty(faults).map(str::to_owned),
        }
    }
}

fn read_key(key: &Place<'_>, faults: &mut Faults) -> Option<IntegrationKey> {
    let text = key.clone().required(faults).any_text(faults)?;
    if text.starts_with(KEY_PREFIX) {
        faults.add(&key.pointer, format!("keys that begin with \"{KEY_PREFIX}\" are those of incoming webhooks"));
        return None;
    }
    IntegrationKey::new(text).map_err(|error| faults.add(&key.pointer, error.to_string())).ok()
}

/// The descriptor's own address. One real descriptor has its links inside `capabilities`.
fn read_self<'a>(document: &Place<'a>, faults: &mut Faults) -> Option<&'a str> {
    let own = document.member("links").member("self");
    if own.value().is_none() {
        let is_inside = document.member("capabilities").member("links").value().is_some();
        let hint = if is_inside { "; \"links\" belongs beside \"capabilities\", not into it" } else { "" };
        faults.add(&own.pointer, format!("\"self\" is missing, the address this descriptor is served at{hint}"));
    }
    own.address(faults)
}

/// Each scope once, in the order of the document. An unknown one is a fault: nobody could consent to it.
fn read_scopes(consumer: &Place<'_>, faults: &mut Faults) -> Vec<Scope> {
    consumer.object(faults);
    let mut scopes = Vec::new();
    for word in consumer.member("scopes").items(faults) {
        match word.any_text(faults).map(Scope::from_word) {
            Some(Some(scope)) if !scopes.contains(&scope) => scopes.push(scope),
            Some(None) => faults.add(&word.pointer, "there is no such scope"),
            _ => {}
        }
    }
    scopes
}
