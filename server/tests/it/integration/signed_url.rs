//! Addresses of extensions with signed tokens (AUTH, DYN-06, DYN-07, DYN-14).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use roomglass_protocol::{ErrorKind, Membership};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    provider::{Provider, Reply},
    samples,
    team::Team,
};

const SIGNED_URL: &str = "/v2/integration/signed-url";

/// HMAC-SHA-256 after RFC 2104, so that the signature is checked by other code than that which made it.
fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    assert!(key.len() <= 64);
    let pad = |byte: u8| -> Vec<u8> {
        let padded = key.iter().copied().chain(std::iter::repeat(0)).take(64);
        padded.map(|key| key ^ byte).collect()
    };
    let inner = Sha256::digest([pad(0x36), text.to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}

/// Claims of a token whose header and signature are as they must be.
pub fn verified(token: &str, secret: &str) -> Value {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let read = |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
    assert_eq!(read(header), json!({"alg": "HS256", "typ": "JWT"}));
    assert_eq!(URL_SAFE_NO_PAD.decode(signature).unwrap(), hmac_sha256(secret.as_bytes(), signed.as_bytes()));
    read(claims)
}

fn glance(room: &Membership) -> Value {
    json!({"integration": "com.example.builds", "kind": "glance", "extension": "builds.summary",
        "attribute": "queryUrl", "room_id": room.room.id})
}

fn sidebar(room: &Membership) -> Value {
    json!({"integration": "com.example.builds", "kind": "webPanel", "extension": "builds.sidebar",
        "attribute": "url", "room_id": room.room.id, "theme": "light"})
}

/// Story 2, steps 1 and 2; story 8, steps 2 and 3; AUTH-01, AUTH-02, AUTH-03.
#[tokio::test]
async fn stories_2_and_8_addresses_are_signed_for_one_person_and_room() {
    let team = Team::assembles().await;
    let (_builds, installation) = team.installed(&samples::builds()).await;
    let answer: Value = team.emma.posts(SIGNED_URL, glance(&team.room)).await.json();
    let token = answer["jwt"].as_str().unwrap();
    assert_eq!(answer["url"], format!("https://builds.example.com/glance?signed_request={token}"));
    let claims = verified(token, &installation.secret);
    assert_eq!(claims["iss"], installation.id);
    assert_eq!((&claims["sub"], &claims["prn"]), (&json!(team.emma.person.id.to_string()), &claims["sub"]));
    assert_eq!(claims["context"]["audience"], "https://builds.example.com");
    assert_eq!(claims.get("aud"), None, "frameworks of HipChat's time take it for the installation, or refuse it");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 15 * 60);
    assert_eq!(claims["exp"], answer["expires_at"]);
    assert_eq!(claims["jti"].as_str().unwrap().len(), 20);
    assert_eq!(claims["context"]["room_id"], json!(team.room.room.id));
    assert_eq!(claims["context"]["extension_key"], "builds.summary");
    assert!(claims["context"]["user_tz"].is_string() && claims["context"]["client_id"].is_string());

    let panel: Value = team.omar.posts(SIGNED_URL, sidebar(&team.room)).await.json();
    let token = panel["jwt"].as_str().unwrap();
    assert_eq!(
        panel["url"],
        format!("https://builds.example.com/sidebar?signed_request={token}&connect_client_api_version=1&theme=light")
    );
    let second = verified(token, &installation.secret);
    assert_ne!(second["jti"], claims["jti"]);
    assert_eq!(second["sub"], json!(team.omar.person.id.to_string()));
}

/// Story 9, step 7; CC-17: the message a control was chosen on, and variables of the address.
#[tokio::test]
async fn story_9_external_pages_learn_which_message() {
    let team = Team::assembles().await;
    let mut links = samples::links();
    links["capabilities"]["externalPage"][0]["url"] = json!("https://links.example.com/open/{job.id}?a=1#part");
    let (_links, _) = team.installed(&links).await;
    let message = crate::support::message_id();
    let request = json!({"integration": "com.example.links", "kind": "externalPage", "extension": "links.external",
        "attribute": "url", "room_id": team.room.room.id, "message_id": message, "variables": {"job.id": "7/8 9"}});
    let answer: Value = team.emma.posts(SIGNED_URL, request).await.json();
    let token = answer["jwt"].as_str().unwrap();
    let expected =
        format!("https://links.example.com/open/7%2F8%209?a=1&signed_request={token}&message_id={message}#part");
    assert_eq!(answer["url"], expected);
}

/// DYN-05: data is asked for where the present version says.
#[tokio::test]
async fn an_update_moves_the_address_of_data() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let mut moved = builds.own(&samples::builds());
    moved["capabilities"]["glance"][0]["queryUrl"] = json!("https://builds.example.com/moved");
    installation.puts("/v2/integration/com.example.builds/descriptor", &moved).await.succeeded();
    let answer: Value = team.emma.posts(SIGNED_URL, glance(&team.room)).await.json();
    let token = answer["jwt"].as_str().unwrap();
    assert_eq!(answer["url"], format!("https://builds.example.com/moved?signed_request={token}"));
}

/// HipChat Connect §1.4, §9.3: `authentication: none`.
#[tokio::test]
async fn addresses_that_want_no_token_have_none() {
    let team = Team::assembles().await;
    let mut builds = samples::builds();
    builds["capabilities"]["webPanel"][0]["authentication"] = json!("none");
    let (_builds, _) = team.installed(&builds).await;
    let answer: Value = team.emma.posts(SIGNED_URL, sidebar(&team.room)).await.json();
    assert_eq!(answer["url"], "https://builds.example.com/sidebar?connect_client_api_version=1&theme=light");
    assert!(!answer["jwt"].as_str().unwrap().is_empty(), "for pages that ask for one (`auth.withToken`)");
}

/// DYN-14: outsiders get 403; what is not installed there, or not described, is not found.
#[tokio::test]
async fn only_members_get_addresses_of_what_is_there() {
    let team = Team::assembles().await;
    let (_builds, _) = team.installed(&samples::builds()).await;
    assert_eq!(team.greta.posts(SIGNED_URL, glance(&team.room)).await.refusal().kind, ErrorKind::Forbidden);
    let mut nowhere = glance(&team.room);
    nowhere["room_id"] = json!(999_999);
    assert_eq!(team.greta.posts(SIGNED_URL, nowhere).await.refusal().kind, ErrorKind::Forbidden);
    assert_eq!(
        team.server.anonymous().posts(SIGNED_URL, glance(&team.room)).await.refusal().kind,
        ErrorKind::Unauthenticated
    );
    assert_eq!(team.greta.posts(SIGNED_URL, glance(&team.support)).await.refusal().kind, ErrorKind::NotFound);
    for (member, value) in
        [("extension", "builds.none"), ("kind", "dialog"), ("attribute", "url"), ("integration", "com.example.none")]
    {
        let mut request = glance(&team.room);
        request[member] = json!(value);
        assert_eq!(team.emma.posts(SIGNED_URL, request).await.refusal().kind, ErrorKind::NotFound, "{member}");
    }
}

/// A global installation speaks for itself where the room has none of its own (data model: one secret for each place).
#[tokio::test]
async fn the_rooms_own_installation_goes_before_the_global_one() {
    let team = Team::assembles().await;
    let (builds, global) = team.installed_globally(&samples::builds()).await;
    let token = |answer: &Value| answer["jwt"].as_str().unwrap().to_owned();
    let answer: Value = team.emma.posts(SIGNED_URL, glance(&team.support)).await.json();
    assert_eq!(verified(&token(&answer), &global.secret)["iss"], global.id);
    team.installs(&builds).await;
    let own = team.installation_of(&builds).await;
    let answer: Value = team.emma.posts(SIGNED_URL, glance(&team.room)).await.json();
    assert_eq!(verified(&token(&answer), &own.secret)["iss"], own.id);
}

/// CC-18: an application on the reader's device gets its address with the variables, and no token.
#[tokio::test]
async fn cc_18_an_application_is_not_told_who_asks() {
    let team = Team::assembles().await;
    let page = json!({"externalPage": [{"key": "call", "name": {"value": "Call"}, "url": "tel:{number}", "location": "external"}]});
    let (_phone, _) = team.installed(&samples::descriptor("com.example.phone", "Phone", &["view_room"], &page)).await;
    let request = json!({"integration": "com.example.phone", "kind": "externalPage", "extension": "call", "attribute": "url",
        "room_id": team.room.room.id, "theme": "dark", "variables": {"number": "+49 30 1234"}});
    let answer: Value = team.emma.posts(SIGNED_URL, request).await.json();
    assert_eq!((&answer["url"], &answer["jwt"]), (&json!("tel:%2B49%2030%201234"), &json!("")));
}

/// The page on which an integration is set up (contract §1.11) opens for those who may install it, and nobody else.
#[tokio::test]
async fn inst_19_only_who_may_install_sets_up() {
    let team = Team::assembles().await;
    let page = json!({"configurable": {"url": "https://phone.example.com/setup"}});
    let (_phone, installation) =
        team.installed(&samples::descriptor("com.example.phone", "Phone", &["view_room"], &page)).await;
    let request = json!({"integration": "com.example.phone", "kind": "configurable", "extension": "configurable",
        "attribute": "url", "room_id": team.room.room.id});
    let answer: Value = team.alana.posts(SIGNED_URL, request.clone()).await.json();
    let token = answer["jwt"].as_str().unwrap();
    assert_eq!(
        answer["url"],
        format!("https://phone.example.com/setup?signed_request={token}&connect_client_api_version=1")
    );
    assert_eq!(verified(token, &installation.secret)["context"]["room_id"], json!(team.room.room.id));
    assert_eq!(team.emma.posts(SIGNED_URL, request).await.refusal().kind, ErrorKind::Forbidden);
    let listed = team.emma.gets(&format!("/api/v1/rooms/{}/integrations", team.room.room.id)).await;
    assert_eq!(listed.json::<Value>()["items"][0]["configurable"], true);
}

/// Conversations belong to the people in them, also where an integration is installed for everybody (contract §1.8).
#[tokio::test]
async fn nothing_is_signed_for_a_conversation() {
    let team = Team::assembles().await;
    let (_builds, _) = team.installed_globally(&samples::builds()).await;
    let conversation = team.emma.opens_conversation_with(&[&team.omar]).await;
    for request in [glance(&conversation), sidebar(&conversation)] {
        let refusal = team.emma.posts(SIGNED_URL, request.clone()).await.refusal();
        assert_eq!(refusal.kind, ErrorKind::Forbidden, "{refusal:?}");
        assert_eq!(team.emma.posts("/v2/integration/framing", request).await.refusal().kind, ErrorKind::Forbidden);
    }
    let signed: Value = team.emma.posts(SIGNED_URL, glance(&team.room)).await.json();
    assert!(signed["jwt"].is_string());
}

/// RC-05, RC-08: a browser follows a page to another origin, so whoever asks is told of the header it meets there.
#[tokio::test]
async fn rc_08_a_page_that_leads_elsewhere_is_asked_for_there() {
    const FRAMING: &str = "/v2/integration/framing";
    let team = Team::assembles().await;
    let mut builds = samples::builds();
    builds["capabilities"]["webPanel"][0]["url"] = json!("{base}/page");
    let (builds, _) = team.installed(&builds).await;
    let elsewhere = Provider::start(&samples::links()).await;
    elsewhere.replies("/login", Reply::Headed("x-frame-options", "DENY"));
    builds.replies("/page", Reply::Moved(format!("{}/login", elsewhere.base)));
    let refused: Value = team.emma.posts(FRAMING, sidebar(&team.room)).await.json();
    assert_eq!(refused, json!({"refusal": "X-Frame-Options: DENY"}));
    builds.replies("/page", Reply::Moved("http://127.0.0.1:9/nobody".to_owned()));
    let unknown: Value = team.emma.posts(FRAMING, sidebar(&team.room)).await.json();
    assert_eq!(unknown, json!({"unknown": true}), "nobody answered there");
}

/// RC-05, RC-08: a page that refuses to be framed is told to the person with the reason.
#[tokio::test]
async fn rc_08_members_learn_by_which_header_a_page_forbids_frames() {
    const FRAMING: &str = "/v2/integration/framing";
    let team = Team::assembles().await;
    let mut builds = samples::builds();
    builds["capabilities"]["webPanel"][0]["url"] = json!("{base}/page");
    let (builds, _) = team.installed(&builds).await;
    builds.replies("/page", Reply::Headed("x-frame-options", "DENY"));
    let refused: Value = team.emma.posts(FRAMING, sidebar(&team.room)).await.json();
    assert_eq!(refused, json!({"refusal": "X-Frame-Options: DENY"}));
    let asked: Vec<_> = builds.waiting_calls().await.into_iter().map(|call| call.path).collect();
    assert_eq!(asked.last().map(String::as_str), Some("/page"));
    builds.replies("/page", Reply::Headed("content-security-policy", "frame-ancestors *"));
    assert_eq!(team.emma.posts(FRAMING, sidebar(&team.room)).await.json::<Value>(), json!({}));
    assert_eq!(team.greta.posts(FRAMING, sidebar(&team.room)).await.refusal().kind, ErrorKind::Forbidden);
}
