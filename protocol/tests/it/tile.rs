//! Dynamic data (Table M; hipchat-connect §4.1).

use roomglass_protocol::integration::{
    Element, LozengeKind, Status, TileData,
    element::{Badge, Chart, MAX_ELEMENTS},
};
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

#[test]
fn elem_04_a_lozenge_keeps_its_tooltip_and_it_is_bounded() {
    let lozenge = |tooltip: Value| {
        with("status", json!({ "type": "lozenge", "value": { "label": "BUSY", "type": "error", "tooltip": tooltip } }))
    };
    let data = lozenge(json!("Since noon: 3 of 4 processors"));
    assert_eq!(serde_json::to_value(TileData::parse(&data).expect("no faults")).unwrap(), data);
    for bad in [json!(""), json!("x".repeat(201)), json!(7)] {
        assert_eq!(pointers(&lozenge(bad)), ["/status/value/tooltip"]);
    }
}

fn element(kind: &str, value: Value) -> Value {
    json!({ "type": kind, "value": value })
}

fn elements(list: Value) -> Value {
    with("elements", list)
}

// ELEM-08, ELEM-09, ELEM-10, ELEM-11; one of another kind is kept and not drawn.
#[test]
fn elem_08_elements_are_read_in_order_and_nothing_is_lost() {
    let data = elements(json!([
        element("button", json!({ "label": "Run again", "target": "builds.dialog" })),
        element("chart", json!({ "values": [1, 2.5, -3], "style": "bars", "label": "Load" })),
        element("gauge", json!({ "value": 7 })),
        element("badge", json!({ "count": 120, "max": 99, "type": "error" })),
        element(
            "avatar",
            json!({ "people": [{ "id": 11 }, { "name": "Ada", "icon": { "url": "https://a.example/ada.png" } }] })
        ),
    ]));
    let read = TileData::parse(&data).expect("no faults");
    let kinds: Vec<Element> = Element::read_all(&read.elements).expect("no faults");
    assert!(
        matches!(&kinds[..], [Element::Button(_), Element::Chart(_), Element::Badge(_), Element::Avatar(_)]),
        "{kinds:?}"
    );
    assert_eq!(serde_json::to_value(read).unwrap(), data);
    assert!(TileData::parse(&elements(Value::Null)).expect("no faults").elements.is_empty());
}

#[test]
fn elem_09_elements_that_cannot_be_drawn_are_faults_with_their_place() {
    for (kind, value, pointer) in [
        ("button", json!({ "label": "" }), "/elements/0/value/label"),
        ("button", json!({ "label": "x".repeat(31) }), "/elements/0/value/label"),
        ("button", json!({ "label": "Go", "target": "a key with blanks" }), "/elements/0/value/target"),
        ("chart", json!({}), "/elements/0/value/values"),
        ("chart", json!({ "values": "1,2,3" }), "/elements/0/value/values"),
        ("chart", json!({ "values": [1] }), "/elements/0/value/values"),
        ("chart", json!({ "values": vec![1; 101] }), "/elements/0/value/values"),
        ("chart", json!({ "values": [1, "2"] }), "/elements/0/value/values/1"),
        ("chart", json!({ "values": [1, null] }), "/elements/0/value/values/1"),
        ("chart", json!({ "values": [1, 1e300] }), "/elements/0/value/values/1"),
        ("chart", json!({ "values": [1, 2], "max": -1e16 }), "/elements/0/value/max"),
        ("badge", json!({}), "/elements/0/value"),
        ("badge", json!({ "count": 1, "label": "one" }), "/elements/0/value"),
        ("badge", json!({ "count": -1 }), "/elements/0/value/count"),
        ("badge", json!({ "label": "thirteen char" }), "/elements/0/value/label"),
        ("avatar", json!({ "people": [] }), "/elements/0/value/people"),
        ("avatar", json!({ "people": [{}] }), "/elements/0/value/people/0"),
        ("avatar", json!({ "people": [{ "id": "11" }] }), "/elements/0/value/people/0/id"),
        (
            "avatar",
            json!({ "people": [{ "name": "Ada", "icon": { "url": "javascript:1" } }] }),
            "/elements/0/value/people/0/icon/url",
        ),
        ("chart", Value::Null, "/elements/0/value"),
    ] {
        assert_eq!(pointers(&elements(json!([element(kind, value.clone())]))), [pointer], "{kind} {value}");
    }
    assert_eq!(pointers(&elements(json!({}))), ["/elements"]);
    assert_eq!(pointers(&elements(json!([7]))), ["/elements/0"]);
    let too_many = vec![element("badge", json!({ "count": 1 })); MAX_ELEMENTS + 1];
    assert_eq!(pointers(&elements(json!(too_many))), ["/elements"]);
}

#[test]
fn elem_10_a_badge_beyond_its_maximum_says_so() {
    let text = |badge: Value| serde_json::from_value::<Badge>(badge).expect("a badge").text();
    assert_eq!(text(json!({ "count": 120, "max": 99 })), "99+");
    assert_eq!(text(json!({ "count": 99, "max": 99 })), "99");
    assert_eq!(text(json!({ "count": 1000 })), "999+");
    assert_eq!(text(json!({ "label": "beta" })), "beta");
}

fn chart(value: Value) -> Chart {
    serde_json::from_value(value).expect("a chart")
}

#[test]
fn elem_09_a_chart_is_told_in_words() {
    let values: Vec<i64> = (1..=20).collect();
    assert_eq!(
        chart(json!({ "values": values, "label": "Builds" })).words(),
        "Builds: 20 values from 1 to 20, the last 20"
    );
    assert_eq!(chart(json!({ "values": [0.5, -2] })).words(), "Chart: 2 values from -2 to 0.5, the last -2");
}

#[test]
fn elem_09_a_scale_of_its_own_bounds_what_is_drawn() {
    let heights = |min: Value, max: Value| chart(json!({ "values": [0, 50, 200], "min": min, "max": max })).heights();
    assert_eq!(heights(json!(0), json!(100)), [0, 500, 1000]);
    assert_eq!(heights(Value::Null, Value::Null), [0, 250, 1000]);
    assert_eq!(heights(json!(100), json!(0)), [500, 500, 500], "a scale that runs backwards is none");
    assert_eq!(chart(json!({ "values": [7, 7] })).heights(), [500, 500]);
}

#[cfg(not(target_arch = "wasm32"))]
mod property {
    use proptest::prelude::*;
    use roomglass_protocol::integration::{Element, TileData};
    use serde_json::json;

    use super::{element, elements};

    proptest! {
        // ELEM-09.
        #[test]
        fn every_series_is_drawn_within_its_picture_and_keeps_its_order(values in prop::collection::vec(-1e15..1e15, 2..=100)) {
            let data = elements(json!([element("chart", json!({ "values": values }))]));
            let read = Element::read_all(&TileData::parse(&data).expect("no faults").elements).expect("no faults");
            let [Element::Chart(chart)] = &read[..] else { panic!("expected a chart") };
            let heights = chart.heights();
            prop_assert_eq!(heights.len(), values.len());
            for (one, other) in (0..values.len()).flat_map(|one| (0..one).map(move |other| (one, other))) {
                prop_assert!(heights[one] <= 1000);
                prop_assert!(values[one] <= values[other] || heights[one] >= heights[other]);
            }
        }
    }
}
