//! Filling in the addresses of a descriptor, so that its author writes none.

use roomglass_protocol::integration::Descriptor;
use serde_json::{Map, Value, json};

/// The provider and its descriptor do not fit together; the sentence says where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DescriptorError(String);

/// What the provider answers, by key.
#[derive(Debug, Default)]
pub(crate) struct Served {
    pub(crate) tiles: Vec<&'static str>,
    pub(crate) pages: Vec<&'static str>,
    pub(crate) webhooks: Vec<&'static str>,
    pub(crate) icon: bool,
}

const PAGES: [&str; 3] = ["webPanel", "dialog", "externalPage"];

/// The descriptor with the provider's addresses in it.
///
/// # Errors
/// When a page or webhook has neither a handler nor an address, or a handler is not in the descriptor.
pub(crate) fn complete(mut descriptor: Value, served: &Served, base: &str) -> Result<Value, DescriptorError> {
    if !descriptor.is_object() || !descriptor["key"].is_string() || !descriptor["name"].is_string() {
        return Err(DescriptorError("a descriptor is an object with `key` and `name`".to_owned()));
    }
    let links = object(&mut descriptor, "links")?;
    links.insert("self".to_owned(), json!(format!("{base}/descriptor")));
    links.entry("homepage").or_insert_with(|| json!(format!("{base}/")));
    let installed = json!(format!("{base}/installed"));
    let capabilities = object(&mut descriptor, "capabilities")?;
    let installable = capabilities.entry("installable").or_insert_with(|| json!({}));
    installable["callbackUrl"] = installed.clone();
    installable["updateCallbackUrl"] = installed;
    fill_tiles(capabilities, served, base)?;
    fill_pages(capabilities, served, base)?;
    fill_webhooks(capabilities, served, base)?;
    Ok(descriptor)
}

/// Reads a descriptor as chat servers do, so that its faults are told to its author and not to those who install it.
///
/// # Errors
/// All faults with their places.
pub(crate) fn check(descriptor: &Value) -> Result<(), DescriptorError> {
    let faults = match Descriptor::parse(descriptor.to_string().as_bytes()) {
        Ok(_) => return Ok(()),
        Err(faults) => faults,
    };
    let sentences: Vec<_> = faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault.message)).collect();
    Err(DescriptorError(sentences.join("; ")))
}

fn fill_tiles(capabilities: &mut Map<String, Value>, served: &Served, base: &str) -> Result<(), DescriptorError> {
    let mut missing = served.tiles.clone();
    for glance in list(capabilities, "glance") {
        let key = key_of(glance);
        if served.icon && glance.get("icon").is_none() {
            glance["icon"] = json!({"url": format!("{base}/icon.png"), "url@2x": format!("{base}/icon@2x.png")});
        }
        if served.tiles.contains(&key.as_str()) {
            glance["queryUrl"] = json!(format!("{base}/tile/{key}"));
            missing.retain(|tile| *tile != key);
        }
    }
    none_missing(&missing, "glance")
}

fn fill_pages(capabilities: &mut Map<String, Value>, served: &Served, base: &str) -> Result<(), DescriptorError> {
    let mut missing = served.pages.clone();
    for kind in PAGES {
        for page in list(capabilities, kind) {
            let key = key_of(page);
            if served.pages.contains(&key.as_str()) {
                page["url"] = json!(format!("{base}/page/{key}"));
                missing.retain(|page| *page != key);
            } else if page.get("url").is_none() {
                return Err(DescriptorError(format!("{kind} `{key}` has neither a page nor a `url`")));
            }
        }
    }
    none_missing(&missing, "page")
}

fn fill_webhooks(capabilities: &mut Map<String, Value>, served: &Served, base: &str) -> Result<(), DescriptorError> {
    let mut missing = served.webhooks.clone();
    for webhook in list(capabilities, "webhook") {
        let key = key_of(webhook);
        if served.webhooks.contains(&key.as_str()) {
            webhook["url"] = json!(format!("{base}/webhook/{key}"));
            // Handlers see verified events only.
            webhook["authentication"] = json!("jwt");
            missing.retain(|webhook| *webhook != key);
        } else if webhook.get("url").is_none() {
            return Err(DescriptorError(format!("webhook `{key}` has neither a handler nor a `url`")));
        }
    }
    none_missing(&missing, "webhook")
}

fn object<'a>(value: &'a mut Value, name: &str) -> Result<&'a mut Map<String, Value>, DescriptorError> {
    if value.get(name).is_none() {
        value[name] = json!({});
    }
    value[name].as_object_mut().ok_or_else(|| DescriptorError(format!("`{name}` of a descriptor is an object")))
}

fn list<'a>(capabilities: &'a mut Map<String, Value>, kind: &str) -> impl Iterator<Item = &'a mut Value> {
    let list = capabilities.get_mut(kind).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter(|extension| extension.is_object())
}

fn key_of(extension: &Value) -> String {
    extension["key"].as_str().unwrap_or_default().to_owned()
}

fn none_missing(missing: &[&str], what: &str) -> Result<(), DescriptorError> {
    match missing.first() {
        None => Ok(()),
        Some(key) => Err(DescriptorError(format!("the descriptor has no {what} `{key}`"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served() -> Served {
        Served { tiles: vec!["summary"], pages: vec!["sidebar"], webhooks: vec!["command"], icon: true }
    }

    fn descriptor() -> Value {
        json!({"key": "com.example.builds", "name": "Builds", "capabilities": {
            "glance": [{"key": "summary", "name": {"value": "Builds"}}],
            "webPanel": [{"key": "sidebar", "name": {"value": "Builds"}, "location": "hipchat.sidebar.right"}],
            "webhook": [{"key": "command", "event": "room_message"}]}})
    }

    #[test]
    fn every_address_is_the_providers_own() {
        let complete = complete(descriptor(), &served(), "https://b.example").unwrap();
        let capabilities = &complete["capabilities"];
        assert_eq!(complete["links"]["self"], "https://b.example/descriptor");
        assert_eq!(capabilities["installable"]["callbackUrl"], "https://b.example/installed");
        assert_eq!(capabilities["glance"][0]["queryUrl"], "https://b.example/tile/summary");
        assert_eq!(capabilities["glance"][0]["icon"]["url"], "https://b.example/icon.png");
        assert_eq!(capabilities["webPanel"][0]["url"], "https://b.example/page/sidebar");
        assert_eq!(capabilities["webhook"][0]["url"], "https://b.example/webhook/command");
        assert_eq!(capabilities["webhook"][0]["authentication"], "jwt");
    }

    #[test]
    fn a_handler_without_its_extension_is_a_mistake() {
        let mut short = descriptor();
        short["capabilities"]["glance"] = json!([]);
        let error = complete(short, &served(), "https://b.example").unwrap_err();
        assert_eq!(error.to_string(), "the descriptor has no glance `summary`");
    }

    #[test]
    fn a_page_without_handler_and_address_is_a_mistake() {
        let mut long = descriptor();
        long["capabilities"]["dialog"] = json!([{"key": "edit", "title": {"value": "Edit"}}]);
        let error = complete(long, &served(), "https://b.example").unwrap_err();
        assert_eq!(error.to_string(), "dialog `edit` has neither a page nor a `url`");
    }
}
