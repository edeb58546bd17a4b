use roomglass_protocol::integration::Descriptor;
use roomglass_provider_kit::{LiveTile, testing::client};

use crate::{World, provider};

#[tokio::test]
async fn the_descriptor_names_the_address_it_is_served_at() {
    let world = World::new().await;
    let url = &world.provider.url;
    let bytes = client().get(format!("{url}/descriptor")).send().await.unwrap().bytes().await.unwrap();
    let descriptor = Descriptor::parse(&bytes).expect("a descriptor without faults");
    assert_eq!(descriptor.self_url, format!("{url}/descriptor"));
    assert_eq!(descriptor.callback_url, Some(format!("{url}/installed")));
    assert_eq!(descriptor.extensions.glances()[0].query_url, Some(format!("{url}/tile/builds.summary")));
    assert!(descriptor.extensions.webhooks()[0].signed);
    assert_eq!(descriptor.origins(), [url.as_str()]);
}

#[tokio::test]
async fn the_front_page_tells_people_what_it_is() {
    let world = World::new().await;
    let page = client().get(format!("{}/", world.provider.url)).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("State of &lt;builds&gt;") && page.contains(&format!("{}/descriptor", world.provider.url)));
}

#[test]
fn a_mistake_is_told_before_anything_is_served() {
    let twice = provider(&LiveTile::new("builds.summary")).live_tile(&LiveTile::new("builds.other"));
    let error = twice.descriptor("https://builds.example.com").unwrap_err();
    assert_eq!(error.to_string(), "the descriptor has no glance `builds.other`");
}

#[test]
fn what_chat_servers_would_refuse_is_refused_at_home() {
    let faulty = serde_json::json!({"key": "no spaces", "name": "Faulty", "capabilities": {
        "glance": [{"key": "one", "name": {"value": ""}}]}});
    let error = roomglass_provider_kit::Provider::new(faulty).descriptor("https://a.example").unwrap_err().to_string();
    assert!(error.contains("/key: ") && error.contains("/capabilities/glance/0/name"), "{error}");
}
