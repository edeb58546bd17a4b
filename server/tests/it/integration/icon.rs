//! Pictures of providers, through the server (the documented departure from ELEM-01).

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use image::{ImageFormat, RgbaImage};
use roomglass_protocol::ErrorKind;
use serde_json::json;
use tower::ServiceExt as _;

use super::{
    provider::{Provider, Reply},
    samples,
    team::Team,
};
use crate::support::Someone;

/// A descriptor whose icon is on the provider's own host.
fn with_icon() -> serde_json::Value {
    let mut builds = samples::builds();
    builds["capabilities"]["glance"][0]["icon"] = json!({"url": "{base}/icon.png"});
    builds
}

pub fn png(side: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    RgbaImage::new(side, side).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn looks_at(person: &Someone, url: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    looks_at_path(person, "/icons/com.example.builds", url).await
}

/// Asks our proxy for the picture at `url`.
pub async fn looks_at_path(person: &Someone, path: &str, url: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("url", url).finish();
    let mut request = Request::builder().uri(format!("{path}?{query}"));
    if let Some(token) = &person.token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let response = person.server.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, body.collect().await.unwrap().to_bytes().to_vec())
}

#[tokio::test]
async fn icons_are_fetched_once_and_encoded_anew() {
    let team = Team::assembles().await;
    let builds = Provider::start(&with_icon()).await;
    team.installs(&builds).await;
    builds.next_call().await;
    let url = format!("{}/icon.png", builds.base);
    let mut original = png(200);
    original.extend_from_slice(b"<script>alert(1)</script>");
    builds.replies("/icon.png", Reply::With(StatusCode::OK, original));
    for person in [&team.emma, &team.omar] {
        let (status, headers, body) = looks_at(person, &url).await;
        assert_eq!((status, headers[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "image/png"));
        assert_eq!(headers[header::CACHE_CONTROL], "private, max-age=86400");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let served = image::load_from_memory(&body).unwrap();
        assert_eq!((served.width(), served.height()), (64, 64));
        assert!(!body.windows(8).any(|window| window == b"<script>"));
    }
    assert_eq!(builds.waiting_calls().await.len(), 1);
}

#[tokio::test]
async fn drawings_pass_in_a_sandbox() {
    let team = Team::assembles().await;
    let builds = Provider::start(&with_icon()).await;
    team.installs(&builds).await;
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    builds.replies("/icon.svg", Reply::With(StatusCode::OK, svg.as_bytes().to_vec()));
    let (status, headers, _) = looks_at(&team.emma, &format!("{}/icon.svg", builds.base)).await;
    assert_eq!((status, headers[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "image/svg+xml"));
    assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; style-src 'unsafe-inline'; sandbox");
}

/// Only pictures of the integration's own hosts, only for those who have it: this is no proxy.
#[tokio::test]
async fn nothing_else_is_fetched() {
    let team = Team::assembles().await;
    let builds = Provider::start(&with_icon()).await;
    team.installs(&builds).await;
    builds.next_call().await;
    let elsewhere = Provider::start(&samples::links()).await;
    let own = format!("{}/icon.png", builds.base);
    builds.replies("/icon.png", Reply::With(StatusCode::OK, png(16)));
    assert_eq!(looks_at(&team.emma, &own).await.0, StatusCode::OK);
    builds.next_call().await;
    for (person, url, status) in [
        (&team.emma, format!("{}/icon.png", elsewhere.base), StatusCode::NOT_FOUND),
        (&team.emma, "file:///etc/passwd".to_owned(), StatusCode::NOT_FOUND),
        (&team.greta, own.clone(), StatusCode::NOT_FOUND),
        (&team.server.anonymous(), own, StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(looks_at(person, &url).await.0, status, "{url}");
    }
    assert_eq!((builds.waiting_calls().await.len(), elsewhere.waiting_calls().await.len()), (0, 0));
}

#[tokio::test]
async fn what_is_no_picture_is_the_providers_failure() {
    let team = Team::assembles().await;
    let builds = Provider::start(&with_icon()).await;
    team.installs(&builds).await;
    builds.replies("/page", Reply::With(StatusCode::OK, b"<html>hello</html>".to_vec()));
    for path in ["page", "missing"] {
        let query = format!("/icons/com.example.builds?url={}/{path}", builds.base);
        assert_eq!(team.emma.gets(&query).await.refusal().kind, ErrorKind::ProviderFailed);
    }
}
