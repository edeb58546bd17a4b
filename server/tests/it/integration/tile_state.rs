//! §§7 and 10: what a tile shows is state, not a log. The newest counts, and nothing waits for those who are away.

use roomglass_protocol::rest::message::Page;
use serde_json::{Value, json};

use super::{browser::Browser, samples, team::Team};

fn push(label: &str) -> Value {
    let content = json!({"label": {"type": "html", "value": label}, "metadata": {"isConfigured": true}});
    json!({"glance": [{"key": "builds.summary", "content": content}]})
}

/// DCI-03: thirty builds are one summary, and no message.
#[tokio::test]
async fn a_tile_takes_the_place_of_a_stream_of_notifications() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    let path = format!("/v2/integration/ui/room/{}", team.room.room.id);
    for build in 1..=30 {
        builds.caller.posts(&path, push(&format!("<b>{build}</b> builds"))).await.succeeded();
    }
    let mut last = String::new();
    for _ in 1..=30 {
        last = emma.hears_of_tiles().await.remove(0).content.label.value;
    }
    assert_eq!(last, "<b>30</b> builds");
    let log: Page = team.emma.gets(&format!("/api/v1/rooms/{}/messages", team.room.room.id)).await.json();
    assert_eq!(log.items, []);
}

/// ELEM-06: each label as it was sent, whichever of its parts changed.
#[tokio::test]
async fn numbers_and_words_of_a_label_change_as_the_provider_likes() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    for label in ["<b>59</b> hostile", "<b>61</b> hostile", "<b>61</b> hostile, <b>70</b> positive"] {
        builds.caller.posts("/v2/integration/ui", push(label)).await.succeeded();
        assert_eq!(emma.hears_of_tiles().await[0].content.label.value, label);
    }
}

/// DCI-08: what is pushed to one person reaches that person, and nobody else in the room.
#[tokio::test]
async fn one_person_sees_a_value_of_their_own() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let [mut emma, mut omar] = [Browser::opens(&team.emma).await, Browser::opens(&team.omar).await];
    let path = format!("/v2/integration/ui/room/{}/user/{}", team.room.room.id, team.emma.person.id);
    builds.caller.posts(&path, push("1 of them yours")).await.succeeded();
    assert_eq!(emma.hears_of_tiles().await[0].content.label.value, "1 of them yours");
    assert_eq!(omar.heard(&team.room).await, []);
}

/// PUSH-09, CONN-08: nothing is kept for somebody who is away; their client fetches the present value when it comes.
#[tokio::test]
async fn a_push_does_not_wait_for_those_who_are_away() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    builds.caller.posts("/v2/integration/ui", push("missed")).await.succeeded();
    emma.hears_of_tiles().await;
    let mut priya = Browser::opens(&team.priya).await;
    assert_eq!(priya.heard(&team.room).await, []);
}
