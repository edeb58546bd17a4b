//! HCC-18, COND-18: cards of notifications.

use axum::http::{StatusCode, header};
use roomglass_protocol::{ErrorKind, Message, integration::CardStyle, rest::message::Page};
use serde_json::{Value, json};

use super::{
    icon::{looks_at_path, png},
    provider::{Provider, Reply},
    samples,
    team::{Team, fault_pointers},
};

fn with_card(card: &Value) -> Value {
    json!({"message": "Build #129 failed", "card": card})
}

async fn newest(team: &Team) -> Message {
    let path = format!("/api/v1/rooms/{}/messages?limit=1", team.room.room.id);
    let page: Page = team.priya.gets(&path).await.json();
    page.items.into_iter().next_back().unwrap().message().unwrap().clone()
}

#[tokio::test]
async fn a_card_is_stored_with_its_message_hcc_18() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let path = team.room_path("/notification");
    for (style, word) in [
        (CardStyle::File, "file"),
        (CardStyle::Image, "image"),
        (CardStyle::Application, "application"),
        (CardStyle::Link, "link"),
        (CardStyle::Media, "media"),
    ] {
        let card = json!({
            "id": "build-129", "style": word, "title": "Build #129 <b>", "url": "https://builds.example.com/129",
            "description": {"format": "html", "value": "<b>main</b> failed<script>alert(1)</script><img src=x onerror=y>"},
            "activity": {"html": "Ann <b>pushed</b><style>*{}</style>"},
            "attributes": [{"label": "State", "value": {"label": "Failed", "style": "lozenge-error"}}],
            "metadata": {"build": 129, "card_style": "forged", "sender_addon_key": "forged"},
        });
        let answer = builds.caller.posts(&path, with_card(&card)).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NO_CONTENT, ""));
        let message = newest(&team).await;
        assert_eq!(message.text, "Build #129 failed", "the text stays for clients without cards");
        let card = message.card.unwrap();
        assert_eq!((card.style, card.title.as_str()), (style, "Build #129 <b>"));
        assert_eq!(card.description.as_ref().unwrap().value, "<b>main</b> failed");
        assert_eq!(card.activity.as_ref().unwrap().html, "Ann <b>pushed</b>");
        assert_eq!(card.attributes[0].value.label, "Failed");
        let ours = json!({"build": 129, "card_style": word, "sender_addon_key": "com.example.builds"});
        assert_eq!(message.metadata, Some(ours), "conditions see the style, and cannot be deceived");
    }
}

#[tokio::test]
async fn a_faulty_card_is_refused_whole_and_every_fault_is_named() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    builds.caller.posts(&team.room_path("/notification"), json!({"message": "before"})).await.succeeded();
    for (card, pointers) in [
        (json!({}), &["/card/id", "/card/style", "/card/title"][..]),
        (json!("card"), &["/card"]),
        (json!({"id": "1", "style": "poster", "title": "t"}), &["/card/style"]),
        (json!({"id": "1", "style": "file", "title": "t", "metadata": 7}), &["/card/metadata"]),
        (
            json!({"id": 1, "style": "file", "title": "t".repeat(501), "url": []}),
            &["/card/id", "/card/title", "/card/url"],
        ),
    ] {
        let answer = builds.caller.posts(&team.room_path("/notification"), with_card(&card)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(fault_pointers(&answer), pointers);
    }
    assert_eq!(newest(&team).await.text, "before");
    // Absent and null are the same: no card.
    builds.caller.posts(&team.room_path("/notification"), with_card(&Value::Null)).await.succeeded();
    assert_eq!(newest(&team).await.card, None);
}

#[tokio::test]
async fn history_tells_a_card_as_text() {
    let team = Team::assembles().await;
    let extensions = json!({});
    let scopes = ["view_messages", "send_notification"];
    let (_rest, rest) = team.installed(&samples::descriptor("com.example.rest", "Rest", &scopes, &extensions)).await;
    let card = json!({"id": "1", "style": "link", "title": "t", "description": "d", "metadata": {"job": 7}});
    rest.caller.posts(&team.room_path("/notification"), with_card(&card)).await.succeeded();
    let history: Value = rest.caller.gets(&team.room_path("/history")).await.json();
    let told: Value = serde_json::from_str(history["items"][0]["card"].as_str().unwrap()).unwrap();
    assert_eq!((&told["id"], &told["style"], &told["metadata"]["job"]), (&json!("1"), &json!("link"), &json!(7)));
    assert_eq!(told["metadata"].get("card_style"), None);
}

/// Browsers get the pictures of a card from us, and nothing that no card names.
#[tokio::test]
async fn pictures_of_cards_come_through_the_server() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let elsewhere = Provider::start(&samples::links()).await;
    elsewhere.replies("/t.png", Reply::With(StatusCode::OK, png(200)));
    let thumbnail = format!("{}/t.png", elsewhere.base);
    let card = json!({"id": "1", "style": "file", "title": "t", "thumbnail": {"url": thumbnail}});
    builds.caller.posts(&team.room_path("/notification"), with_card(&card)).await.succeeded();
    let message = newest(&team).await.id;
    let picture = format!("/api/v1/rooms/{}/messages/{message}/picture", team.room.room.id);
    let (status, headers, body) = looks_at_path(&team.emma, &picture, &thumbnail).await;
    assert_eq!((status, headers[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "image/png"));
    assert_eq!(image::load_from_memory(&body).unwrap().width(), 200, "larger than an icon");
    let other = format!("{}/other.png", elsewhere.base);
    let in_support = format!("/api/v1/rooms/{}/messages/{message}/picture", team.support.room.id);
    for (person, path, url, status) in [
        (&team.emma, &picture, &other, StatusCode::NOT_FOUND),
        (&team.emma, &in_support, &thumbnail, StatusCode::NOT_FOUND),
        (&team.greta, &picture, &thumbnail, StatusCode::NOT_FOUND),
        (&team.server.anonymous(), &picture, &thumbnail, StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(looks_at_path(person, path, url).await.0, status, "{path} {url}");
    }
    // HCC-17: what a notification shows by itself comes the same way.
    let shown = json!({"message": format!("Built <img src='{thumbnail}' onerror=x>")});
    builds.caller.posts(&team.room_path("/notification"), shown).await.succeeded();
    let message = newest(&team).await;
    assert_eq!(message.text, format!("Built <img src=\"{thumbnail}\">"));
    let picture = format!("/api/v1/rooms/{}/messages/{}/picture", team.room.room.id, message.id);
    assert_eq!(looks_at_path(&team.emma, &picture, &thumbnail).await.0, StatusCode::OK);
    assert_eq!(looks_at_path(&team.emma, &picture, &other).await.0, StatusCode::NOT_FOUND);
    elsewhere.next_call().await;
    assert_eq!(elsewhere.waiting_calls().await.len(), 0, "fetched once, and nothing else");
    let gone = team.emma.gets(&format!("{picture}?url={other}")).await;
    assert_eq!(gone.refusal().kind, ErrorKind::NotFound);
}
