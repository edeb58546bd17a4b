//! Descriptors of the walkthrough, and the tokens that follow from them.

use serde_json::{Value, json};

pub const EMPTY_ROOM: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
pub const BUILDS_1: &str = "7369b92b200606fb804fe6ac046e8b4f6e39c8cf";
pub const BUILDS_2: &str = "2963dc8ef7c34311bdac6653f0a8930c2d6abacc";
pub const LINKS: &str = "0f34fe7a0aa492e6b657ff09a1a6401a0c274c29";
pub const WEATHER_1: &str = "77741667a990758901fb40bbc8ca815ce24ab3d0";
pub const WEATHER_2: &str = "36b6ebf9ce2e9d85a8726f3b443b3a0f9debe305";
pub const ROOM_WITH_BUILDS_1: &str = "abc5154a318a7916ff251fec78818410a92cc3cd";
pub const ROOM_WITH_BUILDS_2: &str = "87178a97f318413cec6515de9eaf70e376add554";
pub const ROOM_WITH_LINKS: &str = "e93fbce618d3e4be3f0e5c789466517be34593df";
pub const ROOM_WITH_BUILDS_1_AND_LINKS: &str = "bcb71a0c88d1a3aa2a94052b2cdd15e630c44f6b";
pub const GLOBAL_WITH_WEATHER_1: &str = "5be5f13497868676fa98d6651ce63958549f66e1";
pub const GLOBAL_WITH_WEATHER_2: &str = "c38971459eb9da18e84c2cdfff28560a8cd66435";

/// Story 1. Its own addresses are those of the walkthrough, so that the tokens are; only what the server itself calls
/// is on loopback.
pub fn builds() -> Value {
    descriptor("com.example.builds", "Builds", &["view_room", "send_notification"], &builds_extensions())
}

/// Story 6: version 1 with one more control.
pub fn builds_2() -> Value {
    let mut builds = builds();
    builds["capabilities"]["action"] = json!([rerun()]);
    builds
}

/// The control of story 6.
pub fn rerun() -> Value {
    json!({
        "key": "builds.rerun",
        "name": {"value": "Re-run this build"},
        "target": "builds.sidebar",
        "location": "message",
        "conditions": [
            {"condition": "message_matches", "params": {"regex": {"pattern": "build #\\d+", "flags": "i"}}}
        ]
    })
}

/// Story 5.
pub fn links() -> Value {
    descriptor("com.example.links", "Links", &["view_room"], &links_extensions())
}

/// Story 10 with the threshold of story 4's version 1 (35) or 2 (38).
pub fn weather(threshold: i64) -> Value {
    let extensions = json!({
        "glance": [{
            "key": "weather.now",
            "name": {"value": "Weather"},
            "queryUrl": "https://weather.example.org/now",
            "icon": {"url": "https://weather.example.org/icon.png", "url@2x": "https://weather.example.org/icon@2x.png"},
            "conditions": [{"type": "or", "conditions": [
                {"condition": "glance_matches", "params": {"metadata": [{"attr": "temperature", "gt": threshold}]}},
                {"condition": "glance_matches", "params": {"metadata": [{"attr": "warning", "eq": true}]}}
            ]}]
        }]
    });
    descriptor("org.example.weather", "Weather", &["view_room"], &extensions)
}

/// An integration whose webhooks and pages are on loopback.
pub fn listener(key: &str, scopes: &[&str], webhooks: &Value) -> Value {
    descriptor(key, "Listener", scopes, &json!({"webhook": webhooks}))
}

pub fn descriptor(key: &str, name: &str, scopes: &[&str], extensions: &Value) -> Value {
    let mut capabilities = json!({
        "installable": {"allowRoom": true, "allowGlobal": true, "callbackUrl": "{base}/installed"},
        "hipchatApiConsumer": {"scopes": scopes}
    });
    capabilities.as_object_mut().unwrap().extend(extensions.as_object().unwrap().clone());
    json!({
        "key": key,
        "name": name,
        "description": format!("{name} for rooms"),
        "vendor": {"name": "Example", "url": "https://example.com"},
        "links": {"homepage": "https://example.com", "self": "{base}/descriptor"},
        "capabilities": capabilities
    })
}

fn builds_extensions() -> Value {
    json!({
        "glance": [{
            "key": "builds.summary",
            "name": {"value": "Builds"},
            "queryUrl": "https://builds.example.com/glance",
            "target": "builds.sidebar",
            "icon": {"url": "https://builds.example.com/icon.png", "url@2x": "https://builds.example.com/icon@2x.png"},
            "conditions": [
                {"condition": "glance_matches", "params": {"metadata": [{"attr": "isConfigured", "eq": true}]}}
            ]
        }],
        "webPanel": [{
            "key": "builds.sidebar",
            "name": {"value": "Recent builds"},
            "location": "hipchat.sidebar.right",
            "url": "https://builds.example.com/sidebar"
        }],
        "webhook": [{
            "key": "builds.command",
            "name": "Build command",
            "event": "room_message",
            "pattern": "^/build\\b",
            "url": "https://builds.example.com/hook",
            "authentication": "jwt"
        }]
    })
}

fn links_extensions() -> Value {
    let control = |key: &str, name: &str, target: &str| {
        json!({"key": key, "name": {"value": name}, "target": target, "location": "message",
            "conditions": [{"condition": "message_contains_link"}]})
    };
    json!({
        "action": [
            control("links.sidebar", "Open in sidebar", "links.view"),
            control("links.page", "Open in external page", "links.external")
        ],
        "externalPage": [
            {"key": "links.external", "name": {"value": "External page"}, "url": "https://links.example.com/open"}
        ],
        "webPanel": [{
            "key": "links.view",
            "name": {"value": "Link preview"},
            "location": "sidebar.right",
            "url": "https://links.example.com/view"
        }]
    })
}
