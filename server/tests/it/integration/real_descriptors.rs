//! Add-ons that were in use long before this server, installed as they are.

use std::{fs, path::Path};

use axum::http::StatusCode;
use roomglass_protocol::{
    ErrorKind,
    integration::{Descriptor, ExtensionKind},
    rest::integration::PATH_SIGNED_URL,
};
use serde_json::{Value, json};

use super::{
    browser::{Browser, synchronised},
    provider::{Provider, Reply},
    team::{INSTALL, Team},
};

/// The real descriptors, by the names of their files.
fn real_descriptors() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/tests/descriptors");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut documents: Vec<(String, Value)> = files
        .filter(|file| file.extension().is_some_and(|extension| extension == "json"))
        .map(|file| {
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, serde_json::from_slice(&fs::read(file).unwrap()).unwrap())
        })
        .collect();
    documents.sort_by(|(one, _), (other, _)| one.cmp(other));
    documents
}

/// The document of an add-on that runs at another address: every address in it is at `base`.
fn moved(value: Value, base: &str) -> Value {
    match value {
        Value::String(text) => match text.split_once("://") {
            Some(("http" | "https", rest)) => {
                let path = rest.find('/').map_or("", |slash| &rest[slash..]);
                json!(format!("{base}{path}"))
            }
            _ => json!(text),
        },
        Value::Array(items) => items.into_iter().map(|item| moved(item, base)).collect(),
        Value::Object(members) => members.into_iter().map(|(name, member)| (name, moved(member, base))).collect(),
        other => other,
    }
}

/// HCC-01, INST-05: what each declares is in the browsers of the room, and every page of it can be opened.
#[tokio::test]
async fn real_add_ons_are_installed_as_they_are() {
    let team = Team::assembles().await;
    let mut installed = 0;
    for (name, document) in real_descriptors() {
        // One is broken; of the other the browser installs it, by a redirect.
        if matches!(name.as_str(), "scottbot" | "lunchbunch") {
            continue;
        }
        let provider = Provider::start(&Value::Null).await;
        let document = moved(document, &provider.base);
        provider.replies("/", Reply::With(StatusCode::NO_CONTENT, Vec::new()));
        provider.offers(&document);
        let body = json!({"descriptor_url": provider.descriptor_url(), "rooms": [team.room.room.id]});
        let answer = team.alana.posts(INSTALL, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}: {}", answer.body);

        let expected = Descriptor::parse(document.to_string().as_bytes()).unwrap();
        let browser = synchronised(&team.emma).await;
        let version = browser.versions.get(&expected.key).map(|version| &version.extensions);
        assert_eq!(version, Some(&expected.extensions), "{name}");
        assert_eq!(provider.next_call().await.json()["roomId"], json!(team.room.room.id), "{name}");
        opens_every_page(&team, &provider, &expected).await;
        installed += 1;
    }
    assert_eq!(installed, 23);
    Browser::opens(&team.emma).await.agrees_with_the_server(&team.room).await;
}

/// Emma's browser asks for the address of each tile's data and of each page.
async fn opens_every_page(team: &Team, provider: &Provider, descriptor: &Descriptor) {
    for (kind, extension, value) in descriptor.extensions.iter() {
        let attribute = if kind.0 == ExtensionKind::GLANCE { "queryUrl" } else { "url" };
        let is_page =
            [ExtensionKind::GLANCE, ExtensionKind::WEB_PANEL, ExtensionKind::DIALOG].contains(&kind.0.as_str());
        if !is_page || value.get(attribute).is_none() {
            continue;
        }
        let body = json!({"integration": descriptor.key, "kind": kind, "extension": extension,
            "attribute": attribute, "room_id": team.room.room.id});
        let signed: Value = team.emma.posts(PATH_SIGNED_URL, body).await.json();
        let address = signed["url"].as_str().unwrap();
        assert!(address.starts_with(&provider.base), "{address}");
        let has_token = address.contains("?signed_request=") || address.contains("&signed_request=");
        assert_eq!(has_token, value["authentication"] != "none", "{address}");
    }
}

/// The one that is broken is refused with a sentence its author can act on; what is odd about the others is shown to
/// the person who installs them.
#[tokio::test]
async fn what_is_wrong_or_odd_is_shown_before_installing() {
    let team = Team::assembles().await;
    let descriptors = real_descriptors();
    let named = |wanted: &str| descriptors.iter().find(|(name, _)| name == wanted).unwrap().1.clone();
    let provider = Provider::start(&named("scottbot")).await;
    let body = json!({"descriptor_url": provider.descriptor_url(), "rooms": [team.room.room.id]});
    let refusal = team.alana.posts(INSTALL, body).await.refusal();
    assert_eq!(refusal.kind, ErrorKind::InvalidDescriptor);
    assert_eq!(refusal.faults[0].pointer, "/links/self");
    assert!(refusal.faults[0].message.contains("belongs beside \"capabilities\""), "{:?}", refusal.faults);

    provider.offers(&named("autotask"));
    let body = json!({"descriptor_url": provider.descriptor_url()});
    let review: Value = team.alana.posts("/v2/integration/preview", body).await.json();
    let pointers: Vec<&str> =
        review["warnings"].as_array().unwrap().iter().map(|warning| warning["pointer"].as_str().unwrap()).collect();
    let expected =
        ["/capabilities/action/0/target", "/capabilities/installable/unistalledUrl", "/capabilities/oauth2Provider"];
    assert_eq!(pointers, expected);
}
