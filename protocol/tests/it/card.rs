//! HCC-18: cards of notifications.

use roomglass_protocol::integration::{Card, CardStyle, LozengeKind};
use serde_json::{Value, json};

/// The card of contract §6.3, without its metadata.
fn complete() -> Value {
    json!({
        "id": "3b58d7a4-0740-4f92-bd70-5b5ae563a9a8",
        "style": "application",
        "title": "Sample application card",
        "description": {"format": "html", "value": "<b>text</b>"},
        "format": "medium",
        "url": "https://example.com",
        "icon": {"url": "https://example.com/i.png", "url@2x": "https://example.com/i2.png"},
        "thumbnail": {"url": "https://example.com/t.png", "url@2x": "https://example.com/t2.png", "width": 1193, "height": 564},
        "activity": {"html": "Ann <b>deployed</b>", "icon": {"url": "https://example.com/a.png"}},
        "attributes": [
            {"label": "Status", "value": {"label": "Done", "style": "lozenge-success",
                "icon": {"url": "https://example.com/s.png"}, "url": "https://example.com/1"}},
        ],
    })
}

fn with(member: &str, value: Value) -> Value {
    let mut card = complete();
    card[member] = value;
    card
}

fn faults(card: &Value) -> Vec<(String, String)> {
    let faults = Card::parse(card, "/card").err().unwrap_or_default();
    faults.into_iter().map(|fault| (fault.pointer, fault.message)).collect()
}

#[test]
fn a_complete_card_is_kept_as_it_came_hcc_18() {
    let card = Card::parse(&complete(), "/card").unwrap();
    assert_eq!(json!(card), complete());
    assert_eq!(serde_json::from_value::<Card>(complete()).unwrap(), card);
    assert_eq!(card.attributes[0].value.lozenge(), Some(LozengeKind::Success));
    let pictures: Vec<&str> = card.pictures().map(|url| url.trim_start_matches("https://example.com/")).collect();
    assert_eq!(pictures, ["i.png", "i2.png", "a.png", "s.png", "t.png", "t2.png"]);
}

#[test]
fn every_style_is_known_and_others_are_refused_hcc_18() {
    for (word, style) in [
        ("file", CardStyle::File),
        ("image", CardStyle::Image),
        ("application", CardStyle::Application),
        ("link", CardStyle::Link),
        ("media", CardStyle::Media),
    ] {
        assert_eq!(Card::parse(&with("style", json!(word)), "").unwrap().style, style);
    }
    let refused = faults(&with("style", json!("poster")));
    assert_eq!(refused, [("/card/style".to_owned(), "expected file, image, application, link or media".to_owned())]);
}

#[test]
fn what_is_missing_or_of_another_form_is_named() {
    let pointers = |card: &Value| faults(card).into_iter().map(|(pointer, _)| pointer).collect::<Vec<_>>();
    assert_eq!(pointers(&json!({})), ["/card/id", "/card/style", "/card/title"]);
    assert_eq!(pointers(&json!("card")), ["/card"]);
    for (member, value, pointer) in [
        ("id", json!(12345), "/card/id"),
        ("title", json!("t".repeat(501)), "/card/title"),
        ("description", json!({"format": "html"}), "/card/description/value"),
        ("description", json!({"format": "markdown", "value": "x"}), "/card/description/format"),
        ("description", json!("d".repeat(1001)), "/card/description"),
        ("url", json!(7), "/card/url"),
        ("url", json!(format!("https://example.com/{}", "u".repeat(2048))), "/card/url"),
        ("icon", json!([]), "/card/icon"),
        ("thumbnail", json!({"width": 1}), "/card/thumbnail/url"),
        ("activity", json!({}), "/card/activity/html"),
        ("attributes", json!({}), "/card/attributes"),
        ("attributes", json!([{"label": "x"}]), "/card/attributes/0/value"),
        ("attributes", json!([{"value": {}}]), "/card/attributes/0/value/label"),
        ("attributes", json!(vec![json!({"value": {"label": "x"}}); 51]), "/card/attributes"),
    ] {
        assert_eq!(pointers(&with(member, value)), [pointer]);
    }
}

#[test]
fn short_forms_are_read_and_what_leads_nowhere_is_left_out() {
    let card = |member: &str, value: Value| Card::parse(&with(member, value), "").unwrap();
    let description = card("description", json!("plain <b>")).description.unwrap();
    assert_eq!((description.format.as_str(), description.value.as_str()), ("text", "plain <b>"));
    assert_eq!(card("description", json!("")).description, None);
    assert_eq!(card("icon", json!("https://example.com/i.png")).icon.unwrap().url, "https://example.com/i.png");
    for nowhere in ["my_url", "javascript:alert(1)", "data:image/png;base64,AA", "https://u:p@example.com", ""] {
        assert_eq!(card("url", json!(nowhere)).url, None);
        assert_eq!(card("icon", json!(nowhere)).icon, None);
        assert_eq!(card("thumbnail", json!({"url": nowhere})).thumbnail, None);
    }
    let thumbnail = card("thumbnail", json!({"url": "https://example.com/t", "width": 10.6, "height": -1})).thumbnail;
    let thumbnail = thumbnail.unwrap();
    assert_eq!((thumbnail.width, thumbnail.height), (Some(10), None));
    assert_eq!(card("format", json!("large")).format, None);
}

/// The rule of HipChat's client: a link needs a description, an image an address.
#[test]
fn a_card_that_cannot_be_drawn_leaves_the_text() {
    let drawable = |card: Value| Card::parse(&card, "").unwrap().is_drawable();
    assert!(drawable(json!({"id": "1", "style": "application", "title": "t"})));
    assert!(!drawable(json!({"id": "1", "style": "link", "title": "t"})));
    assert!(drawable(json!({"id": "1", "style": "link", "title": "t", "description": "d"})));
    assert!(!drawable(json!({"id": "1", "style": "image", "title": "t"})));
    assert!(drawable(json!({"id": "1", "style": "image", "title": "t", "url": "https://example.com/i.png"})));
}

#[test]
fn a_lozenge_is_told_by_its_style() {
    let kind = |style: &str| {
        let card = with("attributes", json!([{"value": {"label": "x", "style": style}}]));
        Card::parse(&card, "").unwrap().attributes[0].value.lozenge()
    };
    assert_eq!(kind("lozenge"), Some(LozengeKind::Default));
    assert_eq!(kind("lozenge-current"), Some(LozengeKind::Current));
    assert_eq!(kind("lozenge-unheard-of"), Some(LozengeKind::Default));
    assert_eq!(kind("plain"), None);
}
