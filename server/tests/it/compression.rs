//! What travels is small.

use axum::{
    body::Body,
    http::{Request, Response, header},
};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::support::TestServer;

async fn asked(server: &TestServer, path: &str, accepted: &str) -> Response<Body> {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, accepted).body(Body::empty()).unwrap();
    server.router().oneshot(request).await.unwrap()
}

async fn length(response: Response<Body>) -> usize {
    response.into_body().collect().await.unwrap().to_bytes().len()
}

/// The first visit counts with its page, and pages are most of what the server writes itself.
#[tokio::test]
async fn pages_travel_compressed_for_browsers_that_accept_it() {
    let server = TestServer::start().await;
    let plain = length(asked(&server, "/signin", "identity").await).await;
    for encoding in ["br", "gzip"] {
        let page = asked(&server, "/signin", encoding).await;
        assert_eq!(page.headers()[header::CONTENT_ENCODING], encoding);
        assert!(page.headers().get_all(header::VARY).iter().any(|vary| vary == "accept-encoding"));
        assert!(length(page).await * 2 < plain);
    }
}

/// What fits a packet is not worth it.
#[tokio::test]
async fn short_answers_go_as_they_are() {
    let server = TestServer::start().await;
    let health = asked(&server, "/healthz", "br").await;
    assert!(!health.headers().contains_key(header::CONTENT_ENCODING));
}
