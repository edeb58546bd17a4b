use roomglass_samples::host_health::{Disk, HostHealth, Reading};
use serde_json::{Value, json};

use crate::{World, content};

fn reading(load: f64, memory_percent: u8) -> Reading {
    let disk = Some(Disk { percent: 40, free_bytes: 60_000_000_000 });
    Reading { at: 1_767_225_600_000, load, processors: 2, memory_percent, memory_bytes: 8, disk, uptime_seconds: 60 }
}

/// Both tiles are pushed at first; returns the one about load.
async fn first_pushes(world: &mut World) -> Value {
    let mut glances = Vec::new();
    while glances.len() < 2 {
        let received = world.chat.received().await;
        assert_eq!(received.line, "POST /v2/integration/ui/room/123");
        glances.extend(received.body["glance"].as_array().unwrap().clone());
    }
    glances.into_iter().find(|glance| glance["key"] == "host-health.load").unwrap()["content"].clone()
}

#[tokio::test]
async fn a_room_sees_the_machine_right_after_installing() {
    let health = HostHealth::default();
    health.record(reading(0.424, 31));
    let mut world = World::with(health.provider()).await;
    let expected = json!({
        "label": {"type": "html", "value": "<b>0.42</b> load · <b>31</b>% memory"},
        "status": {"type": "lozenge", "value": {"type": "success", "label": "Healthy"}},
        "metadata": {"load": 0.42, "memory_percent": 31, "disk_percent": 40, "state": "healthy"},
    });
    assert_eq!(first_pushes(&mut world).await, expected);
    assert_eq!(world.get("/tile/host-health.load").await.json::<Value>().await.unwrap(), expected);
}

#[tokio::test]
async fn only_a_change_in_what_is_shown_is_pushed_push_17() {
    let health = HostHealth::default();
    health.record(reading(0.42, 31));
    let mut world = World::with(health.provider()).await;
    first_pushes(&mut world).await;
    health.record(reading(0.4201, 31));
    health.record(reading(0.4249, 31));
    health.record(reading(0.43, 31));
    assert_eq!(content(&world.chat.received().await)["label"]["value"], "<b>0.43</b> load · <b>31</b>% memory");
    assert!(!world.chat.has_received_more());
}

#[tokio::test]
async fn the_lozenge_follows_the_thresholds_dyn_13() {
    let health = HostHealth::default();
    health.record(reading(0.42, 31));
    let mut world = World::with(health.provider()).await;
    first_pushes(&mut world).await;
    for (load, kind, label, state) in [
        (2.5, "moved", "Busy", "busy"),
        (4.5, "error", "Overloaded", "overloaded"),
        (0.5, "success", "Healthy", "healthy"),
    ] {
        health.record(reading(load, 31));
        // The disk's tile knows the state as well, so it may be pushed on its own, before or after.
        let tile = loop {
            let received = world.chat.received().await;
            let glances = received.body["glance"].as_array().unwrap().clone();
            if let Some(load) = glances.into_iter().find(|glance| glance["key"] == "host-health.load") {
                break load["content"].clone();
            }
        };
        assert_eq!(tile["status"]["value"], json!({"type": kind, "label": label}));
        assert_eq!(tile["metadata"]["state"], state);
        let fetched: Value = world.get("/tile/host-health.load").await.json().await.unwrap();
        assert_eq!(fetched["status"], tile["status"]);
    }
}

#[tokio::test]
async fn the_sidebar_gets_the_last_sixty_readings() {
    let health = HostHealth::default();
    for number in 0..70 {
        health.record(reading(f64::from(number), 31));
    }
    let world = World::with(health.provider()).await;
    let history: Value = world.get("/data/history").await.json().await.unwrap();
    let loads: Vec<_> = history["readings"].as_array().unwrap().iter().map(|it| it["load"].as_f64().unwrap()).collect();
    assert_eq!(loads, (10..70).map(f64::from).collect::<Vec<_>>());
    assert_eq!(history["state"], json!({"kind": "error", "label": "Overloaded"}));
}

#[tokio::test]
async fn discussing_posts_the_figures_in_the_room() {
    let health = HostHealth::default();
    health.record(reading(2.5, 31));
    let mut world = World::with(health.provider()).await;
    first_pushes(&mut world).await;
    assert_eq!(world.post("/data/discuss", &Value::Null).await.status(), 204);
    let received = world.chat.received().await;
    assert_eq!(received.line, "POST /v2/room/123/notification");
    assert_eq!(received.body["message"], "<b>Busy</b>: <b>2.50</b> load · <b>31</b>% memory");
    assert_eq!(received.body["color"], "yellow");
}
