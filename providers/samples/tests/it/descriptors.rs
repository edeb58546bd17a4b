use roomglass_protocol::{
    Room,
    integration::{ConditionContext, Descriptor, ElementContext, Glance},
};
use roomglass_provider_kit::{
    ServeError,
    testing::{Running, client},
};
use roomglass_samples::{Config, Sample, serve};
use serde_json::{Value, json};

use crate::World;

#[tokio::test]
async fn every_sample_runs_and_its_descriptor_has_no_faults() {
    for sample in Sample::ALL {
        let data = tempfile::tempdir().unwrap();
        let repository = crate::repository::new_repository();
        let config = Config { repository: repository.path().to_owned(), ..Config::new(data.path()) };
        let running =
            Running::start_with(|listener, stop| serve(sample, listener, config, async { drop(stop.await) })).await;
        let answer = client().get(format!("{}/descriptor", running.url)).send().await.unwrap();
        let descriptor = Descriptor::parse(&answer.bytes().await.unwrap()).expect("no faults");
        assert_eq!(descriptor.key.as_str(), sample.key());
        for action in descriptor.extensions.actions() {
            let target = action.target.expect("a control opens something");
            assert!(descriptor.extensions.target(&target).is_some(), "{target} is there");
            assert!(action.conditions.unknown_names().is_empty());
        }
        for icon in descriptor.extensions.glances().into_iter().filter_map(|glance| glance.icon) {
            let picture = client().get(icon.url).send().await.unwrap();
            assert_eq!(picture.headers()["content-type"], "image/png");
        }
        running.stop().await;
    }
}

#[tokio::test]
async fn a_folder_without_a_repository_is_told_at_once() {
    let data = tempfile::tempdir().unwrap();
    let config = Config { repository: data.path().to_owned(), ..Config::new(data.path()) };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let error = serve(Sample::Repository, listener, config, std::future::pending()).await.unwrap_err();
    assert!(
        matches!(&error, ServeError::Io(cause) if cause.to_string().starts_with("no git repository at")),
        "{error}"
    );
}

#[test]
fn samples_are_found_by_name() {
    for sample in Sample::ALL {
        assert_eq!(sample.name().parse(), Ok(sample));
    }
    assert!("weather".parse::<Sample>().unwrap_err().contains("host-health, repository, links"));
}

/// Whether a tile is shown for its data (COND-12).
fn shown(glance: &Glance, metadata: &Value) -> bool {
    let user = serde_json::from_value(json!({"id": 12, "name": "Emma", "mention": "emma", "role": "member"})).unwrap();
    let room: Room = serde_json::from_value(json!({"id": 123, "name": "Release team", "privacy": "private",
        "owner_id": 11, "seq": 0, "messages": 0}))
    .unwrap();
    let element = ElementContext::Tile(Some(metadata));
    glance.conditions.hold(&ConditionContext { user: &user, room: &room, element })
}

#[test]
fn the_disk_tile_appears_when_the_disk_is_nearly_full_cond_12() {
    let provider = roomglass_samples::host_health::HostHealth::default().provider();
    let document = provider.descriptor("http://127.0.0.1:7900").unwrap();
    let descriptor = Descriptor::parse(document.to_string().as_bytes()).unwrap();
    let glances = descriptor.extensions.glances();
    let disk = glances.iter().find(|glance| glance.key.as_str() == "host-health.disk").unwrap();
    assert!(!shown(disk, &json!({"disk_percent": 90, "free_gigabytes": 40})));
    assert!(shown(disk, &json!({"disk_percent": 91, "free_gigabytes": 40})));
    assert!(shown(disk, &json!({"disk_percent": 50, "free_gigabytes": 1})));
}

#[tokio::test]
async fn no_page_has_gaps_left() {
    let repository = crate::repository::new_repository();
    let opened = roomglass_samples::repository::Repository::open(repository.path()).await.unwrap();
    let tile = roomglass_samples::repository::tile();
    let pages = [
        (roomglass_samples::host_health::HostHealth::default().provider(), vec!["host-health.sidebar"]),
        (roomglass_samples::repository::provider(&opened, &tile), vec!["repository.sidebar", "repository.commit"]),
        (roomglass_samples::links::provider(), vec!["links.view"]),
    ];
    for (provider, keys) in pages {
        let world = World::with(provider).await;
        for key in keys {
            let answer = world.get(&format!("/page/{key}?theme=light")).await;
            assert_eq!(answer.status(), 200, "{key}");
            let page = answer.text().await.unwrap();
            assert!(!page.contains("{{") && page.contains("<html lang=\"en\" data-theme=\"light\""), "{key}: {page}");
            assert!(page.contains("<h1>") && page.contains("<title>"), "{key}");
            assert!(!page.contains(" style=") && !page.contains(" onclick="), "{key}: the policy would stop these");
        }
    }
}
