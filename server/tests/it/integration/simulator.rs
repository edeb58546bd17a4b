//! The simulator's one question: a descriptor as its provider has it now.

use axum::http::StatusCode;
use roomglass_protocol::ErrorKind;
use serde_json::{Value, json};

use super::{
    provider::{Provider, Reply},
    samples,
    team::{Team, fault_pointers},
};

const PATH: &str = "/api/v1/simulator/descriptor";

#[tokio::test]
async fn authors_get_a_descriptor_as_it_is_with_its_faults() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    team.installs(&builds).await;
    let mut faulty = builds.own(&samples::builds());
    faulty["name"] = json!("");
    builds.replies("/descriptor", Reply::json(&faulty));
    for source in [json!({"descriptor_url": builds.descriptor_url()}), json!({"integration": "com.example.builds"})] {
        let found: Value = team.emma.posts(PATH, source).await.json();
        assert_eq!(found["address"], json!(builds.descriptor_url()));
        let text = found["text"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), faulty, "a fault is no reason not to show it");
    }
}

/// The server is no way into its network: guests ask nothing, nobody reads what is no descriptor, and nobody asks often.
#[tokio::test]
async fn the_server_hands_on_descriptors_alone_and_not_too_many() {
    let team = Team::assembles().await;
    let provider = Provider::start(&samples::builds()).await;
    let source = json!({"descriptor_url": provider.descriptor_url()});
    let guest = team.server.guest("Gil").await;
    assert_eq!(guest.posts(PATH, source.clone()).await.refusal().kind, ErrorKind::Forbidden);
    assert_eq!(team.server.anonymous().posts(PATH, source.clone()).await.refusal().kind, ErrorKind::Unauthenticated);
    assert_eq!(team.emma.posts(PATH, json!({})).await.refusal().kind, ErrorKind::Invalid);

    provider.replies("/descriptor", Reply::json(&json!({"secret": "of the network"})));
    let answer = team.emma.posts(PATH, source.clone()).await;
    assert_eq!(answer.refusal().kind, ErrorKind::InvalidDescriptor);
    assert!(!answer.refusal().message.contains("secret"));
    provider.replies("/descriptor", Reply::With(StatusCode::OK, b"{\"key\": secret}".to_vec()));
    let broken = team.emma.posts(PATH, source.clone()).await;
    assert_eq!(fault_pointers(&broken), ["/key"]);
    assert!(!format!("{:?}", broken.refusal()).contains("secret"));

    let mut answers = Vec::new();
    for _ in 0..40 {
        answers.push(team.omar.posts(PATH, source.clone()).await.status);
    }
    let refused = answers.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count();
    assert!(refused > 0, "somebody who goes on is told to wait");
    // Nor by another door.
    let (builds, _installation) = team.installed(&samples::builds()).await;
    let listed = json!({"descriptor_url": builds.descriptor_url()});
    team.alana.posts("/api/v1/catalogue", listed.clone()).await.succeeded();
    let preview = async || team.alana.posts("/v2/integration/preview", listed.clone()).await.status;
    let detail = async || team.alana.gets("/v2/marketplace/com.example.builds").await.status;
    let refresh = async || team.alana.posts("/api/v1/updates/com.example.builds/refresh", json!({})).await.status;
    assert_eq!([preview().await, detail().await, refresh().await], [StatusCode::OK; 3]);
    for _ in 0..40 {
        team.alana.posts(PATH, source.clone()).await;
    }
    let asked = builds.descriptor_requests();
    assert_eq!([preview().await, detail().await, refresh().await], [StatusCode::TOO_MANY_REQUESTS; 3]);
    assert_eq!(builds.descriptor_requests(), asked);
}
