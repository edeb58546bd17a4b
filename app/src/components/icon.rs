//! Pictures: our own from the sprite, those of integrations through the server's proxy.

use std::fmt::Write as _;

use leptos::{html, prelude::*};
use roomglass_protocol::{IntegrationKey, integration};

use crate::components::live::{effect, follow, part};
use crate::page_data::AssetNames;

/// A picture of the sprite, without meaning of its own: what it stands for is said in words beside it.
#[component]
pub fn Icon(
    /// Id in the sprite, such as `i-hash`.
    name: &'static str,
    /// `icon` and its modifiers.
    #[prop(default = "icon")]
    class: &'static str,
) -> impl IntoView {
    let href = sprite_address(name);
    view! { <svg class=class aria-hidden="true"><use_ href=href></use_></svg> }.into_any()
}

/// As [`Icon`], for pictures that follow a state.
#[component]
pub fn LiveIcon(
    /// Id in the sprite.
    #[prop(into)]
    name: Signal<&'static str>,
    /// `icon` and its modifiers.
    #[prop(default = "icon")]
    class: &'static str,
) -> impl IntoView {
    let sprite = sprite();
    view! { <svg class=class aria-hidden="true"><use_ href=follow(move || format!("{sprite}#{}", name.get()))></use_></svg> }.into_any()
}

fn sprite() -> String {
    use_context::<AssetNames>().unwrap_or_default().sprite
}

fn sprite_address(name: &str) -> String {
    format!("{}#{name}", sprite())
}

/// The icon of an integration, or the first letter of its name where it has none. Browsers fetch it from our own
/// server, never from the provider (a documented departure from ELEM-01).
#[component]
pub fn AppIcon(
    /// Whose.
    integration: IntegrationKey,
    /// Its name.
    #[prop(into)]
    name: String,
    /// Where the provider keeps it.
    icon: Option<integration::Icon>,
    /// `app-icon` and its modifiers.
    #[prop(default = "app-icon")]
    class: &'static str,
) -> impl IntoView {
    let broken = RwSignal::new(false);
    let image = NodeRef::<html::Img>::new();
    // It may have failed before this code arrived to hear of it.
    effect(move || {
        if image.get().is_some_and(|image| image.complete() && image.natural_width() == 0) {
            broken.set(true);
        }
    });
    let letter = name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().collect::<String>());
    let tint = tint(integration.as_str().bytes().map(i64::from).sum());
    let picture = icon.map(|icon| (proxied(&integration, &icon.url), source_set(&integration, &icon)));
    part(move || {
        match picture.clone().filter(|_| !broken.get()) {
        Some((source, source_set)) => view! {
            <img class=class node_ref=image src=source srcset=source_set alt="" decoding="async" on:error=move |_| broken.set(true)/>
        }
        .into_any(),
        None => view! {
            <span class=format!("{class} app-icon--letter") data-tint=tint.clone() data-letter=letter.clone() aria-hidden="true"></span>
        }
        .into_any(),
    }
    })
}

/// One of eight tints of avatars, the same for the same number.
pub fn tint(number: i64) -> String {
    (number.rem_euclid(8) + 1).to_string()
}

/// Address of a provider's image at our proxy.
pub fn proxied(integration: &IntegrationKey, url: &str) -> String {
    format!("/icons/{integration}?url={}", percent_encoded(url))
}

/// The same for both densities.
pub fn source_set(integration: &IntegrationKey, icon: &integration::Icon) -> Option<String> {
    icon.url_2x.as_ref().map(|url| format!("{} 2x", proxied(integration, url)))
}

/// For one value of a query.
pub fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_address_cannot_add_parameters() -> Result<(), roomglass_protocol::id::InvalidId> {
        let key = IntegrationKey::new("com.example")?;
        assert_eq!(
            proxied(&key, "http://a/b?c=d&e=\" 2x"),
            "/icons/com.example?url=http%3A%2F%2Fa%2Fb%3Fc%3Dd%26e%3D%22%202x"
        );
        Ok(())
    }
}
