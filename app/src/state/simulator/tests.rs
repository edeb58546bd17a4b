use roomglass_protocol::{
    Timestamp,
    integration::ExtensionKind,
    rest::integration::{SignUrl, UrlAttribute},
};
use serde_json::json;

use super::*;
use crate::{
    page_data::PageData,
    state::{
        ControlElement, TileStatus,
        testing::{emma, read, workspace},
    },
};

const DESCRIPTOR: &str = r#"{
  "key": "com.example.builds", "name": "Builds", "description": "State of builds",
  "links": {"self": "https://builds.example.com/descriptor"},
  "capabilities": {
    "glance": [{"key": "summary", "name": {"value": "Builds"}, "queryUrl": "https://builds.example.com/tile?of={room.id}",
      "icon": {"url": "https://builds.example.com/i.png"}, "target": "panel",
      "conditions": [{"condition": "glance_matches", "params": {"metadata": [{"attr": "configured", "eq": true}]}}]}],
    "webPanel": [{"key": "panel", "name": {"value": "Builds"}, "location": "hipchat.sidebar.right",
      "url": "https://builds.example.com/panel#top", "authentication": "none"}],
    "action": [{"key": "rerun", "name": {"value": "Re-run"}, "location": "hipchat.message.action", "target": "panel",
      "conditions": [{"condition": "card_matches", "params": {"metadata": [{"attr": "severity", "eq": "high"}]}}]}]
  }
}"#;

fn simulating(test: impl FnOnce(Simulator)) {
    Owner::new().with(|| {
        let page = Store::new(&PageData::default());
        page.workspace.set(Some(workspace()));
        test(Simulator::new(page));
    });
}

#[test]
fn desc_19_faults_and_warnings_are_told_with_the_line_check_descriptor_tells() {
    let (checked, descriptor) = Checked::of(&DESCRIPTOR.replacen("\"target\": \"panel\"", "\"target\": \"gone\"", 1));
    assert!(checked.is_valid && descriptor.is_some());
    let [warning, ..] = &checked.findings[..] else { panic!("{checked:?}") };
    assert_eq!((warning.line, warning.is_fault), (6, false));
    assert_eq!(warning.fault.pointer, "/capabilities/glance/0/target");

    let (checked, descriptor) = Checked::of(&DESCRIPTOR.replace("\"name\": \"Builds\", ", ""));
    assert!(descriptor.is_none() && !checked.is_valid);
    assert_eq!(checked.findings.iter().map(|finding| finding.fault.pointer.as_str()).collect::<Vec<_>>(), ["/name"]);
    assert_eq!(checked.summary(), "1 fault: it cannot be installed.");
    let (checked, _) = Checked::of("{\n  \"key\": oops\n}");
    assert_eq!((checked.findings[0].line, checked.findings[0].is_fault), (2, true));
    assert_eq!(Checked::of(" \n").0.summary(), "Nothing is written yet.");
}

#[test]
fn a_line_is_found_in_the_units_of_browsers() {
    assert_eq!(span_of_line("äß\n𝄞x\nend", 1), (0, 2));
    assert_eq!(span_of_line("äß\n𝄞x\nend", 2), (3, 6));
    assert_eq!(span_of_line("äß\n𝄞x\nend", 3), (7, 10));
    assert_eq!(span_of_line("one", 9), (3, 3));
}

#[test]
fn a_text_with_faults_leaves_the_version_before_in_the_room() {
    simulating(|simulator| {
        simulator.take(DESCRIPTOR.to_owned());
        simulator.take("{".to_owned());
        assert!(!simulator.checked.get_untracked().is_valid);
        assert_eq!(untrack(|| simulator.tiles()).len(), 1);
        assert_eq!(simulator.text.get_untracked(), "{");
    });
}

#[test]
fn cond_12_edited_data_decides_about_a_tile_as_in_a_room() {
    simulating(|simulator| {
        simulator.take(DESCRIPTOR.to_owned());
        let [(tile, ..)] = &untrack(|| simulator.tiles())[..] else { panic!("one tile") };
        let shown = || untrack(|| simulator.store.visible_tiles(SIMULATED).len());
        assert_eq!(shown(), 0);
        let state = simulator.store.shared_tile(SIMULATED, tile);
        for (configured, tiles) in [(true, 1), (false, 0)] {
            let data = read(json!({"label": {"type": "html", "value": "x"}, "metadata": {"configured": configured}}));
            state.update(|state| state.pushed(data, Timestamp(1), true));
            assert_eq!(shown(), tiles);
        }
        assert_eq!(state.with_untracked(|state| state.status), TileStatus::Fresh);
        // A descriptor that is only looked at makes browsers ask for nothing.
        assert!(untrack(|| simulator.store.visible_tiles(SIMULATED)).iter().all(|tile| tile.glance.icon.is_none()));
    });
}

#[test]
fn a_sample_message_is_one_to_conditions() {
    simulating(|simulator| {
        simulator.take(DESCRIPTOR.to_owned());
        let key = untrack(|| simulator.integration()).expect("a descriptor");
        let sample = Sample::new(7, SampleKind::Notification, "x", r#"{"severity": "high"}"#);
        let offered = || {
            let message = untrack(|| sample.message(&emma(), &key)).expect("a message");
            assert_eq!(message.metadata.as_ref().expect("metadata")["sender_addon_key"], json!(key));
            simulator.store.controls_for(SIMULATED, ControlElement::Message(&message, None)).len()
        };
        assert_eq!(offered(), 1);
        sample.metadata.set(r#"{"severity": "low"}"#.to_owned());
        assert_eq!(offered(), 0);
        sample.metadata.set("{".to_owned());
        assert!(untrack(|| sample.message(&emma(), &key)).is_err());
        sample.kind.set(SampleKind::Own);
        assert_eq!(untrack(|| sample.message(&emma(), &key)).expect("a message").sender(), Some(emma().id));
    });
}

#[test]
fn auth_01_an_address_is_completed_as_the_server_completes_it() {
    let (_, descriptor) = Checked::of(DESCRIPTOR);
    let descriptor = descriptor.expect("a descriptor");
    let credentials = Credentials { oauth_id: "sim".to_owned(), secret: "s".to_owned() };
    let unsigned = |kind: &str, extension: &str, attribute| {
        let request = SignUrl {
            integration: descriptor.key.clone(),
            kind: ExtensionKind::from(kind),
            extension: extension.parse().expect("a key"),
            attribute,
            room_id: SIMULATED,
            theme: Some("dark".to_owned()),
            message_id: None,
            variables: Default::default(),
            outside: false,
        };
        let unsigned = Unsigned::of(&descriptor, &request, &credentials, emma().id, Timestamp(1_000_000), "j");
        unsigned.map(|unsigned| (request.complete(&unsigned.address, "h.c.s"), unsigned))
    };
    let (url, tile) = unsigned("glance", "summary", UrlAttribute::QueryUrl).expect("an address");
    assert_eq!(url, "https://builds.example.com/tile?of=&signed_request=h.c.s&theme=dark");
    let claims = tile.claims.as_ref().expect("claims");
    assert_eq!(
        (&claims["iss"], &claims["sub"], &claims["iat"], &claims["exp"], &claims["context"]["audience"]),
        (&json!("sim"), &json!("12"), &json!(1000), &json!(1900), &json!("https://builds.example.com"))
    );
    let head = tile.signed_part().expect("a token");
    assert!(head.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ"), "{head}");
    let (_, panel) = unsigned("webPanel", "panel", UrlAttribute::Url).expect("an address");
    assert_eq!((panel.claims.as_ref(), panel.signed_part()), (None, None));
    assert!(unsigned("dialog", "panel", UrlAttribute::Url).is_none());
}

#[test]
fn base64url_is_that_of_the_standard() {
    for (bytes, text) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg")] {
        assert_eq!(base64url(bytes.as_bytes()), text);
    }
    assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
}

#[test]
fn the_log_is_bounded() {
    simulating(|simulator| {
        for number in 0..300 {
            simulator.note(Timestamp(number), Exchange::Frame(excerpt(&"ä".repeat(5_000))));
        }
        let log = simulator.log.get_untracked();
        assert_eq!((log.len(), log[0].at), (200, Timestamp(100)));
        assert!(log[0].what.details()[0].ends_with("ä… and 2000 more bytes"));
    });
    let request = Exchange::Request {
        url: "https://a/b?signed_request=x".into(),
        status: Some(200),
        took_ms: 5,
        body: String::new(),
    };
    assert_eq!(request.title(), "GET https://a/b · 200 · 5 ms");
}
