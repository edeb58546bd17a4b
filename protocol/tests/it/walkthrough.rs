//! The test vectors of the walkthrough, and every message of its stories read by our types.

use roomglass_protocol::{
    RoomId, RoomRef,
    integration::{Descriptor, ExtensionKind, Extensions, LozengeKind, Status, TileData},
    push::ServerFrame,
    rest::{catalogue, integration as rest},
    sync::{ChangedIntegration, ChangedIntegrations, SyncAnswer, SyncRequest},
    token::{IntegrationToken, RoomToken, canonical_json},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::support::{key, parse, test};

const BUILDS_1: &str = "7369b92b200606fb804fe6ac046e8b4f6e39c8cf";
const BUILDS_2: &str = "2963dc8ef7c34311bdac6653f0a8930c2d6abacc";
const LINKS: &str = "0f34fe7a0aa492e6b657ff09a1a6401a0c274c29";
const WEATHER_1: &str = "77741667a990758901fb40bbc8ca815ce24ab3d0";
const WEATHER_2: &str = "36b6ebf9ce2e9d85a8726f3b443b3a0f9debe305";

const LINKS_TEXT: &str = r#"{"extensions":[{"descriptor":{"conditions":[{"condition":"message_contains_link"}],"key":"links.page","location":"message","name":{"value":"Open in external page"},"target":"links.external"},"key":"links.page","kind":"action"},{"descriptor":{"conditions":[{"condition":"message_contains_link"}],"key":"links.sidebar","location":"message","name":{"value":"Open in sidebar"},"target":"links.view"},"key":"links.sidebar","kind":"action"},{"descriptor":{"key":"links.external","name":{"value":"External page"},"url":"https://links.example.com/open"},"key":"links.external","kind":"externalPage"},{"descriptor":{"key":"links.view","location":"sidebar.right","name":{"value":"Link preview"},"url":"https://links.example.com/view"},"key":"links.view","kind":"webPanel"}],"integration":"com.example.links"}"#;

macro_rules! story {
    ($name:literal) => {
        include_str!(concat!("fixtures/walkthrough/", $name, ".json"))
    };
}

/// The only integration of the only room of an update, with its token and extensions.
fn only(changes: &ChangedIntegrations) -> (&str, IntegrationToken, &Extensions) {
    let changes: Vec<_> = changes.values().flatten().collect();
    match changes[..] {
        [ChangedIntegration::Present { key, token, extensions: Some(extensions) }] => {
            (key.as_str(), *token, extensions)
        }
        _ => panic!("expected one integration in full: {changes:?}"),
    }
}

fn frame_changes(text: &str) -> ChangedIntegrations {
    match serde_json::from_str(text).expect("a frame") {
        ServerFrame::Sync { changed_integrations, .. } => changed_integrations,
        other => panic!("expected a sync frame: {other:?}"),
    }
}

fn answer_changes(text: &str) -> ChangedIntegrations {
    serde_json::from_str::<SyncAnswer>(text).expect("an answer").changed_integrations
}

#[test]
fn integration_tokens_are_those_of_the_walkthrough() {
    // TOK-02.
    let mut weather_2 = answer_changes(story!("4-sync-answer"));
    weather_2.retain(|room, _| *room == RoomRef::Global);
    let vectors = [
        (frame_changes(story!("1-sync-frame")), "com.example.builds", BUILDS_1),
        (frame_changes(story!("6-sync-frame")), "com.example.builds", BUILDS_2),
        (answer_changes(story!("5-sync-answer")), "com.example.links", LINKS),
        (frame_changes(story!("10-sync-frame")), "org.example.weather", WEATHER_1),
        (weather_2, "org.example.weather", WEATHER_2),
    ];
    for (changes, integration, expected) in vectors {
        let (named, token, extensions) = only(&changes);
        assert_eq!((named, token.to_string().as_str()), (integration, expected));
        assert_eq!(IntegrationToken::of(&key(integration), extensions).to_string(), expected);
    }
}

#[test]
fn room_tokens_are_those_of_the_walkthrough() {
    // TOK-09.
    let vectors: [(&[(&str, &str)], &str); 8] = [
        (&[], "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        (&[("com.example.builds", BUILDS_1)], "abc5154a318a7916ff251fec78818410a92cc3cd"),
        (&[("com.example.links", LINKS), ("com.example.builds", BUILDS_1)], "bcb71a0c88d1a3aa2a94052b2cdd15e630c44f6b"),
        (&[("com.example.builds", BUILDS_2)], "87178a97f318413cec6515de9eaf70e376add554"),
        (&[("com.example.builds", BUILDS_2), ("com.example.links", LINKS)], "2cabcfa8d4dba64777ddd1b4427892c0a14df2f0"),
        (&[("com.example.links", LINKS)], "e93fbce618d3e4be3f0e5c789466517be34593df"),
        (&[("org.example.weather", WEATHER_1)], "5be5f13497868676fa98d6651ce63958549f66e1"),
        (&[("org.example.weather", WEATHER_2)], "c38971459eb9da18e84c2cdfff28560a8cd66435"),
    ];
    for (integrations, expected) in vectors {
        let integrations: Vec<_> =
            integrations.iter().map(|(name, token)| (key(name), token.parse().expect("a token"))).collect();
        let token = RoomToken::of(integrations.iter().map(|(key, token)| (key, *token)));
        assert_eq!(token.to_string(), expected, "{integrations:?}");
    }
}

#[test]
fn the_canonical_text_of_links_is_exact() {
    let changes = answer_changes(story!("5-sync-answer"));
    let (_, _, extensions) = only(&changes);
    let listed: Vec<Value> = extensions
        .iter()
        .into_iter()
        .map(|(kind, key, descriptor)| json!({ "kind": kind, "key": key, "descriptor": descriptor }))
        .collect();
    assert_eq!(canonical_json(&json!({ "integration": "com.example.links", "extensions": listed })), LINKS_TEXT);
}

#[test]
fn the_descriptor_of_story_1_becomes_the_frame_of_story_1() {
    let descriptor = Descriptor::parse(story!("1-descriptor").as_bytes()).expect("no faults");
    let changes = frame_changes(story!("1-sync-frame"));
    let (integration, token, extensions) = only(&changes);
    assert_eq!(descriptor.key.as_str(), integration);
    assert_eq!(&descriptor.extensions, extensions);
    assert_eq!(IntegrationToken::of(&descriptor.key, &descriptor.extensions), token);
}

#[test]
fn adding_one_extension_gives_the_token_of_the_whole_update() {
    // Story 6, step 6.
    let first = Descriptor::parse(story!("1-descriptor").as_bytes()).expect("no faults");
    let rerun = "builds.rerun".parse().expect("a key");
    let second =
        first.with_extension(ExtensionKind::ACTION.into(), &rerun, parse(story!("6-extension"))).expect("good");
    let changes = frame_changes(story!("6-sync-frame"));
    assert_eq!(&second.extensions, only(&changes).2);
    assert_eq!(IntegrationToken::of(&second.key, &second.extensions).to_string(), BUILDS_2);
    let again = second.without_extension(&ExtensionKind::ACTION.into(), &rerun).expect("it is there");
    assert_eq!(again, first);
}

/// Reads a message of a story and writes it again; nothing may be lost and nothing added.
fn survives<T: DeserializeOwned + Serialize>(text: &str) -> T {
    let value: T = serde_json::from_str(text).expect("our types read the walkthrough");
    assert_eq!(serde_json::to_value(&value).expect("JSON"), parse(text));
    value
}

#[test]
fn frames_of_the_stories_survive() {
    // SSYNC-05.
    for frame in [
        story!("1-sync-frame"),
        story!("3-dynamic-data-frame"),
        story!("6-sync-frame"),
        story!("7a-sync-frame"),
        story!("7b-sync-frame"),
        story!("10-sync-frame"),
        story!("10-removed-frame"),
    ] {
        assert_ne!(survives::<ServerFrame>(frame), ServerFrame::Unknown);
    }
}

#[test]
fn the_payload_of_table_s_is_that_of_table_r() {
    // SSYNC-12.
    let element = r#"{"global": [], "123": [ {"key": "com.example.builds", "deleted": true} ]}"#;
    let expected = ChangedIntegrations::from([
        (RoomRef::Global, vec![]),
        (RoomRef::Room(RoomId(123)), vec![ChangedIntegration::deleted(key("com.example.builds"))]),
    ]);
    assert_eq!(serde_json::from_str::<ChangedIntegrations>(element).expect("the payload is read"), expected);
    let answer = format!(r#"{{"rev": 1, "changedIntegrations": {element}}}"#);
    assert_eq!(answer_changes(&answer), expected);
    let frame = format!(r#"{{"kind": "sync", "rev": 1, "changedIntegrations": {element}}}"#);
    assert_eq!(frame_changes(&frame), expected);
}

#[test]
fn requests_and_answers_of_the_stories_survive() {
    survives::<SyncAnswer>(story!("4-sync-answer"));
    survives::<SyncAnswer>(story!("5-sync-answer"));
    survives::<SyncRequest>(story!("4-sync-request"));
    survives::<SyncRequest>(story!("5-sync-request"));
    survives::<rest::Install>(story!("1-install-request"));
    survives::<rest::Install>(story!("10-install-request"));
    survives::<rest::Uninstall>(story!("7-uninstall-request"));
    survives::<rest::Installed>(story!("1-installed"));
    survives::<rest::Installed>(story!("6-updated"));
    survives::<rest::SignUrl>(story!("2-sign-request"));
}

#[test]
fn the_message_of_story_9_is_read() {
    // Ours carries members the walkthrough does not have, so it is not written back the same.
    let frame: ServerFrame = serde_json::from_str(story!("9-message-frame")).expect("a frame");
    let event = frame.event().expect("a message");
    assert_eq!(event.message().expect("a message").text, "Please read https://example.com/spec before noon");
}

#[test]
fn the_marketplace_of_story_10_is_read() {
    let found: catalogue::Search = serde_json::from_str(story!("10-marketplace")).expect("an answer");
    assert_eq!(found.items[0].key.as_str(), "org.example.weather");
}

#[test]
fn the_tile_data_of_story_2_is_read() {
    let data = TileData::parse(&parse(story!("2-tile-data"))).expect("no faults");
    let Some(Status::Lozenge(lozenge)) = data.status else { panic!("expected a lozenge") };
    assert_eq!((lozenge.label.as_str(), lozenge.kind), ("ALL GOOD", LozengeKind::Success));
    assert_eq!(data.metadata, Some(json!({ "isConfigured": true, "failed": 0 })));
}
