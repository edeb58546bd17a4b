//! Dynamic data (Table M; hipchat-connect §4.1).

use roomglass_protocol::integration::{LozengeKind, Status, TileData};
use serde_json::{Value, json};

use crate::support::test;

fn with(member: &str, value: Value) -> Value {
    let mut data = json!({ "label": { "type": "html", "value": "<b>4</b> open" } });
    data[member] = value;
    data
}

fn pointers(value: &Value) -> Vec<String> {
    let faults = TileData::parse(value).expect_err(&value.to_string());
    faults.into_iter().map(|fault| fault.pointer).collect()
}

#[test]
fn every_status_is_read() {
    // DYN-10.
    let status = |value| TileData::parse(&with("status", value)).expect("no faults").status;
    let Some(Status::Lozenge(lozenge)) =
        status(json!({ "type": "lozenge", "value": { "label": "NEW", "type": "new" } }))
    else {
        panic!("expected a lozenge")
    };
    assert_eq!(lozenge.kind, LozengeKind::New);
    let Some(Status::Lozenge(lozenge)) =
        status(json!({ "type": "lozenge", "value": { "label": "?", "type": "glittering" } }))
    else {
        panic!("expected a lozenge")
    };
    assert_eq!(lozenge.kind, LozengeKind::Default, "HCC-09: unknown kinds are drawn as default");
    assert!(matches!(
        status(json!({ "type": "icon", "value": { "url": "https://a.example/i.png" } })),
        Some(Status::Icon(_))
    ));
    assert_eq!(status(json!({ "type": "text", "value": "fine" })), Some(Status::Text("fine".to_owned())));
    let in_words = json!({ "type": "icon", "value": { "label": "sunny" } });
    assert_eq!(status(in_words), Some(Status::Text("sunny".to_owned())), "the text in place of an address");
    assert_eq!(status(Value::Null), None);
}

#[test]
fn table_m_is_read_and_nothing_is_lost() {
    // DYN-09.
    let data = json!({
        "label": { "type": "html", "value": "<b>4</b> Repositories" },
        "status": { "type": "lozenge", "value": { "label": "LOCKED", "type": "current" } },
        "metadata": { "isConfigured": true, "deep": [1, { "a": null }] },
        "badge": 7,
    });
    let read = TileData::parse(&data).expect("no faults");
    assert_eq!(read.label.value, "<b>4</b> Repositories");
    let Some(Status::Lozenge(lozenge)) = &read.status else { panic!("expected a lozenge") };
    assert_eq!((lozenge.label.as_str(), lozenge.kind), ("LOCKED", LozengeKind::Current));
    assert_eq!(read.metadata.as_ref(), Some(&data["metadata"]));
    assert_eq!(serde_json::to_value(read).unwrap(), data);
}

#[test]
fn labels_have_1_to_1000_characters() {
    let label = |characters: usize| with("label", json!({ "type": "html", "value": "ä".repeat(characters) }));
    assert!(TileData::parse(&label(1)).is_ok());
    assert!(TileData::parse(&label(1000)).is_ok());
    assert_eq!(pointers(&label(0)), ["/label/value"]);
    assert_eq!(pointers(&label(1001)), ["/label/value"]);
}

#[test]
fn every_fault_is_told() {
    let bad = json!({
        "label": { "type": "markdown", "value": "" },
        "status": { "type": "lozenge", "value": { "label": "a lozenge with far too much text" } },
        "metadata": [],
        "error": "out of order",
    });
    assert_eq!(pointers(&bad), ["/label/type", "/label/value", "/status/value/label", "/metadata", "/error"]);
    assert_eq!(pointers(&json!({})), ["/label"]);
    assert_eq!(pointers(&json!([])), [""]);
    assert_eq!(pointers(&Value::Null), [""]);
    assert_eq!(pointers(&with("status", json!({ "type": "chart", "value": [1] }))), ["/status/type"]);
    assert_eq!(pointers(&with("status", json!({ "type": "lozenge" }))), ["/status/value"]);
    let icon = |value: Value| with("status", json!({ "type": "icon", "value": value }));
    assert_eq!(pointers(&icon(json!({}))), ["/status/value/url"]);
    assert_eq!(pointers(&icon(json!({ "label": "" }))), ["/status/value/label"]);
    assert_eq!(pointers(&icon(json!({ "label": "sunny", "url": "/i.png" }))), ["/status/value/url"]);
}

#[test]
fn icons_are_web_addresses() {
    for url in ["javascript:alert(1)", "data:image/png;base64,AAAA", "/i.png", "ftp://a.example/i.png", ""] {
        let status = json!({ "type": "icon", "value": { "url": url } });
        assert_eq!(pointers(&with("status", status)), ["/status/value/url"], "{url}");
    }
}
