//! What becomes of payloads.

use roomglass_protocol::{event::MAX_MESSAGE_CHARS, text::html::plain_text};
use serde_json::{Value, json};

use super::{
    draft::Draft,
    markup,
    payload::{Unusable, read},
};

fn draft(payload: &Value) -> Draft {
    read(payload.to_string().as_bytes()).unwrap()
}

fn html(payload: &Value) -> String {
    draft(payload).into_text().0
}

fn refused(body: &str) -> Unusable {
    read(body.as_bytes()).unwrap_err()
}

#[test]
fn text_keeps_its_emphasis_code_and_links() {
    let cases = [
        ("*Disk* is _nearly_ `full`", "<b>Disk</b> is <i>nearly</i> <code>full</code>"),
        ("**Firing** now", "<b>Firing</b> now"),
        ("<https://a.example/x?y=1&amp;z=2|See *why*>", r#"<a href="https://a.example/x?y=1&amp;z=2">See *why*</a>"#),
        ("*<https://a.example|bold>*", r#"<b><a href="https://a.example">bold</a></b>"#),
        ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
        ("* not a list*", "* not a list*"),
        ("a &lt;b&gt; & c <d", "a &lt;b&gt; &amp; c &lt;d"),
        ("one\ntwo", "one<br>two"),
        ("log:\n```a < *b*\nc```\nend", "log:<pre>a &lt; *b*\nc</pre>end"),
        ("<!here> <!channel> <@U1> <@U1|ann> <#C1|ops> <!date^1^{date}|today>", "@here @all @U1 @ann #ops today"),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        ("<https://a.example/\"onmouseover=x|y>", r#"<a href="https://a.example/%22onmouseover=x">y</a>"#),
    ];
    for (text, expected) in cases {
        let expected = expected.replace("%22", "&quot;");
        assert_eq!(markup::formatted(text), expected, "{text}");
    }
    assert_eq!(markup::plain("*<https://a.example|b>*"), r#"*<a href="https://a.example">b</a>*"#);
    assert_eq!(markup::link("javascript:alert(1)", "label"), "label");
}

#[test]
fn a_body_is_json_or_a_form() {
    assert_eq!(read(br#" {"text": "hi"}"#).unwrap().into_text().0, "hi");
    assert_eq!(read(b"payload=%7B%22text%22%3A%22hi+there%22%7D").unwrap().into_text().0, "hi there");
    for body in ["", "hi", "[]", "{", "payload=hi", "other=%7B%7D", r#"{"attachments": {}}"#, r#"{"attachments": [1]}"#]
    {
        assert_eq!(refused(body), Unusable::NotAPayload, "{body}");
    }
    for body in ["{}", r#"{"text": " \n "}"#, r#"{"blocks": []}"#, r#"{"attachments": [{}]}"#] {
        assert_eq!(refused(body), Unusable::NoText, "{body}");
    }
    let many = |member: &str, count| json!({"text": "x", member: vec![json!({"type": "divider"}); count]}).to_string();
    assert_eq!(refused(&many("blocks", 51)), Unusable::InvalidBlocks);
    assert_eq!(refused(r#"{"text": "x", "blocks": {}}"#), Unusable::InvalidBlocks);
    assert_eq!(refused(&many("attachments", 101)), Unusable::TooManyAttachments);
}

/// As Grafana's Slack contact point sends it with its default templates.
#[test]
fn grafanas_alert_is_shown() {
    let draft = read(include_bytes!("fixtures/grafana.json")).unwrap();
    assert_eq!((draft.color(), draft.dropped()), ("red", None));
    let (html, _) = draft.into_text();
    for part in [
        "@here @S0614TZR7 @U024BE7LH",
        r#"<b><a href="https://grafana.example.com/alerting/list">[FIRING:1] HighLatency Production (checkout)</a></b>"#,
        "<b>Firing</b>",
        "p99 is over 2 s &amp; rising",
        r#"Source: <a href="https://grafana.example.com/alerting/grafana/fc1/view?orgId=1">https://grafana.example.com/alerting/grafana/fc1/view?orgId=1</a><br>"#,
        r#"Silence: <a href="https://grafana.example.com/alerting/silence/new?alertmanager=grafana&amp;matcher=service%3Dcheckout&amp;orgId=1">"#,
        r#"Panel: <a href="https://grafana.example.com/d/ab_cd_ef?orgId=1&amp;viewPanel=4">"#,
        r#"<a href="https://grafana.example.com/public/img/attachments/panel.png">image</a>"#,
        "<em>Grafana v12.2.1 · 2025-11-21 04:40 UTC</em>",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn bare_addresses_can_be_followed() {
    let html = |text: &str| draft(&json!({"text": text})).into_text().0;
    let link = |address: &str| format!("<a href=\"{address}\">{address}</a>");
    let (address, other) = (link("https://a.example/x_y_z"), link("http://b.example/?a=1&amp;b=2"));
    let text = "see https://a.example/x_y_z, *http://b.example/?a=1&amp;b=2*";
    assert_eq!(html(text), format!("see {address}, <b>{other}</b>"));
    assert_eq!(html("`https://a.example` xhttps://a https://"), "<code>https://a.example</code> xhttps://a https://");
}

#[test]
fn an_attachment_is_written_top_down() {
    let payload = json!({"text": "Build", "attachments": [{
        "color": "good", "pretext": "Done:", "title": "main & co", "title_link": "https://ci.example/7",
        "text": "*42* tests", "fields": [{"title": "Branch", "value": "`main`", "short": true}, {"value": 7}],
        "footer": "CI", "fallback": "unused",
        "actions": [{"type": "button", "text": "Open", "url": "https://ci.example"}, {"type": "select", "name": "x"}],
    }, {"fallback": "plain *only*", "color": "danger"}]});
    let draft = draft(&payload);
    assert_eq!(draft.dropped().as_deref(), Some("/attachments/0/actions/1 select"));
    assert_eq!(draft.color(), "green", "of the first attachment");
    let expected = "Build<br><br>Done:<br><b><a href=\"https://ci.example/7\">main &amp; co</a></b><br><b>42</b> tests<br>\
        <b>Branch</b>: <code>main</code><br>7<br><a href=\"https://ci.example\">Open</a><br><em>CI</em><br><br>plain *only*";
    assert_eq!(draft.into_text().0, expected);
}

#[test]
fn blocks_are_shown_instead_of_the_text_and_what_needs_slack_is_named() {
    let payload = json!({"text": "for the lock screen", "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "Deploy"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*v2* is <https://a.example|out>"},
         "fields": [{"type": "plain_text", "text": "eu *west*"}], "accessory": {"type": "overflow"}},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "by _ann_"}, {"type": "image", "alt_text": "face", "image_url": "https://a.example/i.png"}]},
        {"type": "image", "title": {"type": "plain_text", "text": "Graph"}, "alt_text": "CPU", "image_url": "https://a.example/g.png"},
        {"type": "actions", "elements": []},
        {"type": "video\r\nx-evil: 1"},
        "not a block",
    ]});
    let draft = draft(&payload);
    let dropped = "/blocks/1/accessory overflow; /blocks/5 actions; /blocks/6 videox-evil 1; /blocks/7 no block";
    assert_eq!(draft.dropped().as_deref(), Some(dropped));
    let expected = "<b>Deploy</b><br><b>v2</b> is <a href=\"https://a.example\">out</a><br>eu *west*<br><br>\
        <em>by <i>ann</i> · <a href=\"https://a.example/i.png\">face</a></em><br><b>Graph</b><br>\
        <a href=\"https://a.example/g.png\">CPU</a>";
    assert_eq!(draft.into_text().0, expected);
    let only_dropped = json!({"text": "shown", "blocks": [{"type": "rich_text"}]});
    assert_eq!(html(&only_dropped), "shown");
}

#[test]
fn what_is_too_long_is_cut_and_said_so() {
    let long = json!({"attachments": vec![json!({"text": "x\u{a0}".repeat(3_000)}); 9]});
    let draft = draft(&long);
    assert_eq!(draft.dropped().as_deref(), Some("the rest, which is too long"));
    let (text, _) = draft.into_text();
    assert!(text.chars().count() <= MAX_MESSAGE_CHARS && plain_text(&text).ends_with('…'), "{text}");
    let hostile = json!({"text": "<".repeat(30_000), "attachments": vec![json!({"title": "*_`<!".repeat(900)}); 100]});
    assert!(html(&hostile).chars().count() <= MAX_MESSAGE_CHARS);
    let many = json!({"text": "x", "blocks": vec![json!({"type": "actions"}); 50]});
    assert!(self::draft(&many).dropped().unwrap().ends_with("/blocks/19 actions; and 30 more"));
}

/// Each of these took time in proportion to the square of its length, up to hours for what is here.
#[test]
fn marks_that_nothing_closes_cost_no_more_than_other_text() {
    for piece in ["<", "* ", "*x ", "**x ", "_x", " `x", "*_`<!", "*\n"] {
        let mut html = String::new();
        markup::inline(&piece.repeat(300_000 / piece.len()), markup::Look::default(), &mut html);
        assert!(html.len() >= 300_000, "{piece:?}");
    }
}
