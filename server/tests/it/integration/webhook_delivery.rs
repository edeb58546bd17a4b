//! HOOK-07: no call is lost, whatever receivers and the server do; the room's owner sees what became of each.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::{HeaderName, StatusCode};
use roomglass_protocol::{
    DeliveryId, Membership,
    rest::webhook::{DELIVERY_HEADER, DeliveryState, Listing},
};
use roomglass_storage::StorageError;
use serde_json::{Value, json};

use super::{
    provider::{Call, Provider, Reply},
    samples,
    team::{Team, UNINSTALL},
    webhook::{hook, listens},
};
use crate::support::{PATIENCE, Someone};

const HOUR: Duration = Duration::from_secs(60 * 60);
const KEY: &str = "com.example.listener";

fn deliveries(room: impl std::fmt::Display) -> String {
    format!("/api/v1/rooms/{room}/integrations/{KEY}/deliveries")
}

/// Reads the log of a room until it is as expected, once after each further commit: outcomes are told to nobody, so there
/// is nothing else to wait for.
async fn log(reader: &Someone, room: &Membership, expected: impl Fn(&Listing) -> bool) -> Listing {
    let path = deliveries(room.room.id);
    let begun = Instant::now();
    loop {
        let listing: Listing = reader.gets(&path).await.json();
        if expected(&listing) {
            return listing;
        }
        assert!(begun.elapsed() < PATIENCE, "{listing:#?}");
        let commit = reader.server.app().storage.write(|_| Box::pin(async { Ok::<_, StorageError>(()) }));
        commit.await.unwrap();
    }
}

fn tried(listing: &Listing, times: usize) -> bool {
    listing.items.last().is_some_and(|delivery| delivery.attempts.len() == times)
}

fn text(call: &Call) -> String {
    call.json()["item"]["message"]["message"].as_str().unwrap().to_owned()
}

fn delivery_id(call: &Call) -> String {
    call.header(HeaderName::from_static(DELIVERY_HEADER)).unwrap().to_owned()
}

fn fails() -> Reply {
    Reply::With(StatusCode::INTERNAL_SERVER_ERROR, Vec::new())
}

fn answers() -> Reply {
    Reply::With(StatusCode::NO_CONTENT, Vec::new())
}

async fn team_with_listener() -> (Team, Provider) {
    let team = Team::assembles().await;
    let (provider, _) = listens(&team, json!([hook("room_message", None)])).await;
    (team, provider)
}

/// HOOK-07: exponentially rarer, in order, under one name.
#[tokio::test]
async fn a_failing_call_is_made_again_and_later_ones_wait_for_it() {
    let (team, provider) = team_with_listener().await;
    let statuses = [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::TOO_MANY_REQUESTS, StatusCode::NO_CONTENT];
    provider.replies("/hook", Reply::InTurn(statuses.to_vec()));
    team.emma.says(&team.room, "one").await;
    team.emma.says(&team.room, "two").await;
    let first = provider.next_call().await;
    for (times, pause) in [(1, 10), (2, 20)] {
        let listing = log(&team.alana, &team.room, |listing| listing.items.len() == 2 && tried(listing, times)).await;
        let state = &listing.webhooks[0];
        let due_in = state.due_at.unwrap().0 - listing.items[1].attempts[times - 1].at.0;
        assert!(due_in >= pause * 1000 && due_in < pause * 1000 + 60_000, "{due_in}");
        assert_eq!((state.waiting, state.suspended_at), (2, None));
        assert!(provider.waiting_calls().await.is_empty(), "not before its time");
        team.server.app().clock.put_forward(Duration::from_secs(100));
        let again = provider.next_call().await;
        assert_eq!((text(&again), delivery_id(&again)), ("one".to_owned(), delivery_id(&first)));
    }
    let second = provider.next_call().await;
    assert_eq!(text(&second), "two");
    assert_ne!(delivery_id(&second), delivery_id(&first));
    let done = |listing: &Listing| listing.items.iter().all(|delivery| delivery.state == DeliveryState::Delivered);
    let listing = log(&team.alana, &team.room, done).await;
    let statuses: Vec<_> = listing.items[1].attempts.iter().map(|attempt| attempt.status).collect();
    assert_eq!(statuses, [Some(500), Some(429), Some(204)]);
    assert_eq!((listing.webhooks[0].waiting, listing.webhooks[0].due_at), (0, None));
}

/// HOOK-07: what waits is told by the next run, in order; so is what was being told when the server stopped.
#[tokio::test]
async fn calls_outlive_the_server() {
    let (team, provider) = team_with_listener().await;
    provider.replies("/hook", Reply::After(Arc::default(), StatusCode::OK));
    for text in ["one", "two", "three"] {
        team.emma.says(&team.room, text).await;
    }
    let first = provider.next_call().await;
    provider.replies("/hook", fails());
    let server = team.server.restarts().await;
    assert_eq!(delivery_id(&provider.next_call().await), delivery_id(&first));
    let alana = Someone { server: server.clone(), ..team.alana.clone() };
    log(&alana, &team.room, |listing| tried(listing, 1)).await;

    let server = server.restarts().await;
    assert!(provider.waiting_calls().await.is_empty(), "the pause outlives the server too");
    provider.replies("/hook", answers());
    server.app().clock.put_forward(Duration::from_secs(60));
    let texts = [provider.next_call().await, provider.next_call().await, provider.next_call().await];
    assert_eq!(texts.each_ref().map(text), ["one", "two", "three"]);
}

/// A team whose listener failed for a day.
async fn suspended() -> (Team, Provider, Listing) {
    let (team, provider) = team_with_listener().await;
    provider.replies("/hook", fails());
    team.emma.says(&team.room, "one").await;
    team.emma.says(&team.room, "two").await;
    let mut tries = 0;
    let listing = loop {
        tries += 1;
        provider.next_call().await;
        let listing = log(&team.alana, &team.room, |listing| listing.items.len() == 2 && tried(listing, tries)).await;
        let Some(due_at) = listing.webhooks[0].due_at else { break listing };
        let clock = &team.server.app().clock;
        let wait = u64::try_from(due_at.0 - clock.now().0).unwrap_or_default();
        clock.put_forward(Duration::from_millis(wait));
    };
    let attempts = &listing.items[1].attempts;
    let hours = (attempts[attempts.len() - 1].at.0 - attempts[0].at.0) / 3_600_000;
    assert!((22..=24).contains(&hours) && (20..=25).contains(&tries), "{tries} tries in {hours} hours");
    (team, provider, listing)
}

/// HOOK-07: after a day in vain a webhook is suspended, and comes back when its owner says so.
#[tokio::test]
async fn a_day_in_vain_suspends_and_the_owner_resumes() {
    let (team, provider, listing) = suspended().await;
    assert!(listing.webhooks[0].suspended_at.is_some());
    assert!(listing.items.iter().all(|delivery| delivery.state == DeliveryState::Failed), "with all that waited");
    provider.replies("/hook", answers());
    let witness = samples::listener("com.example.witness", &["view_room"], &json!([hook("room_message", None)]));
    let (witness, _) = team.installed(&witness).await;
    team.emma.says(&team.room, "while suspended").await;
    assert_eq!(text(&witness.next_call().await), "while suspended");
    let path = format!("/api/v1/rooms/{}/integrations/{KEY}/webhooks", team.room.room.id);
    team.alana.posts(&format!("{path}/other/resume"), json!({})).await.refusal();
    assert_eq!(team.emma.posts(&format!("{path}/room_message/resume"), json!({})).await.status, StatusCode::FORBIDDEN);
    let resume = team.alana.posts(&format!("{path}/room_message/resume"), json!({})).await;
    assert_eq!(resume.status, StatusCode::NO_CONTENT);
    team.emma.says(&team.room, "resumed").await;
    assert_eq!(text(&provider.next_call().await), "resumed");

    let oldest = listing.items[1].id;
    let replay = format!("{}/{oldest}/replay", deliveries(team.room.room.id));
    assert_eq!(team.alana.posts(&replay, json!({})).await.status, StatusCode::ACCEPTED);
    assert_eq!(text(&provider.next_call().await), "one");
    let replayed = |listing: &Listing| {
        let found = listing.items.iter().find(|delivery| delivery.id == oldest);
        found.is_some_and(|delivery| delivery.state == DeliveryState::Delivered)
    };
    let listing = log(&team.alana, &team.room, replayed).await;
    assert_eq!(listing.webhooks[0].suspended_at, None);
}

/// HOOK-07: it also comes back by itself: one event every six hours is let through.
#[tokio::test]
async fn a_suspended_webhook_is_tried_now_and_then() {
    let (team, provider, _) = suspended().await;
    for (reply, back) in [(fails(), false), (answers(), true)] {
        provider.replies("/hook", reply);
        team.server.app().clock.put_forward(6 * HOUR);
        let said = team.emma.says(&team.room, "are you there").await;
        assert_eq!(text(&provider.next_call().await), "are you there");
        let is_done = |listing: &Listing| listing.items[0].seq == said.seq && listing.webhooks[0].waiting == 0;
        let listing = log(&team.alana, &team.room, is_done).await;
        assert_eq!(listing.webhooks[0].suspended_at.is_none(), back);
        assert_eq!(listing.items[0].attempts.len(), 1);
    }
    team.emma.says(&team.room, "welcome back").await;
    assert_eq!(text(&provider.next_call().await), "welcome back");
}

/// HOOK-07, HOOK-04: receivers that redirect, refuse, or answer garbage or a megabyte are dealt with at once.
#[tokio::test]
async fn odd_answers_are_logged_and_hold_nothing_up() {
    let (team, provider) = team_with_listener().await;
    let megabyte = format!("{{\"message\": \"{}\"}}", "x".repeat(1 << 20)).into_bytes();
    let too_long = json!({"message": "x".repeat(10_001), "color": "blue"}).to_string().into_bytes();
    let cases = [
        (StatusCode::OK, b"\xff\x00 garbage {".to_vec(), DeliveryState::Delivered, None),
        (StatusCode::OK, megabyte, DeliveryState::Delivered, Some("larger than 65536 bytes")),
        (StatusCode::OK, too_long, DeliveryState::Delivered, Some("not posted: /message, /color")),
        (StatusCode::TEMPORARY_REDIRECT, Vec::new(), DeliveryState::Refused, Some("redirects are not followed")),
        (StatusCode::GONE, b"{\"message\": \"no\"}".to_vec(), DeliveryState::Refused, None),
    ];
    let mut emma = team.emma.connects().await;
    for (status, body, state, note) in cases {
        provider.replies("/hook", Reply::With(status, body));
        let said = team.omar.says(&team.room, "hello").await;
        provider.next_call().await;
        let is_done = |listing: &Listing| listing.items[0].seq == said.seq && listing.webhooks[0].waiting == 0;
        let listing = log(&team.alana, &team.room, is_done).await;
        let delivery = &listing.items[0];
        assert_eq!((delivery.state, delivery.attempts.len()), (state, 1), "{status}");
        assert_eq!(delivery.attempts[0].status, Some(status.as_u16()));
        let found = delivery.attempts[0].note.clone();
        assert_eq!(found.is_some(), note.is_some(), "{found:?}");
        assert!(note.is_none_or(|note| found.as_ref().unwrap().contains(note)), "{found:?}");
    }
    let heard = emma.hears_up_to_now(&team.room).await;
    let posted = heard.iter().filter_map(|frame| frame.event()?.message().cloned());
    assert_eq!(posted.filter(|message| message.is_notification()).count(), 0, "nothing was posted");
}

/// HOOK-04: an answer that comes when nothing may be said in the room any more is not posted, and the log says so.
#[tokio::test]
async fn an_answer_is_not_posted_in_an_archived_room() {
    let (team, provider) = team_with_listener().await;
    provider.replies("/hook", fails());
    team.omar.says(&team.room, "/build main").await;
    provider.next_call().await;
    log(&team.alana, &team.room, |listing| tried(listing, 1)).await;
    team.alana.archives(&team.room, true).await.succeeded();
    provider.replies("/hook", Reply::json(&json!({"message": "started"})));
    team.server.app().clock.put_forward(Duration::from_secs(60));
    provider.next_call().await;
    let listing = log(&team.alana, &team.room, |listing| tried(listing, 2)).await;
    assert_eq!(listing.items[0].state, DeliveryState::Delivered);
    let note = listing.items[0].attempts[1].note.as_deref();
    assert_eq!(note, Some("the notification in the answer was not posted: the room is archived"));

    team.alana.archives(&team.room, false).await.succeeded();
    let mut emma = team.emma.connects().await;
    team.omar.says(&team.room, "/build again").await;
    emma.hears("started").await;
}

/// HOOK-07: dead receivers, however many, do not hold up one that works.
#[tokio::test]
async fn dead_receivers_hold_up_nobody() {
    let team = Team::assembles().await;
    let mut dead = Vec::new();
    for number in 0..20 {
        let descriptor = samples::listener(
            &format!("com.example.dead{number}"),
            &["view_room"],
            &json!([hook("room_message", None)]),
        );
        let (provider, _) = team.installed(&descriptor).await;
        provider.replies("/hook", Reply::After(Arc::default(), StatusCode::OK));
        dead.push(provider);
    }
    let (quick, _) = listens(&team, json!([hook("room_message", None)])).await;
    for number in 0..5 {
        team.omar.says(&team.room, &format!("message {number}")).await;
        assert_eq!(text(&quick.next_call().await), format!("message {number}"));
    }
    for provider in dead {
        assert_eq!(text(&provider.next_call().await), "message 0");
    }
}

/// The log is for those who may install: the room's owner and administrators. It holds nothing that was said.
#[tokio::test]
async fn the_log_is_for_owners_and_administrators() {
    let team = Team::assembles().await;
    let descriptor = samples::listener(KEY, &["view_group"], &json!([hook("room_message", None)]));
    let (provider, installation) = team.installed_globally(&descriptor).await;
    provider.replies("/hook", answers());
    team.emma.says(&team.support, "in support, in secret").await;
    team.omar.says(&team.room, "in release").await;
    let calls = [provider.next_call().await, provider.next_call().await];
    let mine = deliveries(team.support.room.id);
    let delivered = |listing: &Listing| listing.items.iter().all(|it| it.state == DeliveryState::Delivered);
    log(&team.greta, &team.support, delivered).await;
    let answer = team.greta.gets(&mine).await;
    let listing: Listing = answer.json();
    assert_eq!(listing.items.len(), 1, "of this room alone");
    assert!(!answer.body.contains("in secret") && !answer.body.contains(&installation.secret), "{}", answer.body);
    assert_eq!(team.alana.gets(&mine).await.json::<Listing>().items.len(), 1, "administrators see every room's");

    assert_eq!(team.emma.gets(&mine).await.status, StatusCode::FORBIDDEN);
    assert_eq!(team.greta.gets(&deliveries(team.room.room.id)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(team.server.anonymous().gets(&mine).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(team.server.guest("Gus").await.gets(&mine).await.status, StatusCode::FORBIDDEN);
    let elsewhere: DeliveryId = delivery_id(&calls[1]).parse().unwrap();
    for (path, status) in [
        (format!("{mine}/{elsewhere}/replay"), StatusCode::NOT_FOUND),
        (format!("{mine}/{}/replay", listing.items[0].id), StatusCode::ACCEPTED),
        (mine.replace("deliveries", "webhooks/room_message/resume"), StatusCode::FORBIDDEN),
    ] {
        assert_eq!(team.greta.posts(&path, Value::Null).await.status, status, "{path}");
    }
    let again = provider.next_call().await;
    assert_eq!((text(&again), delivery_id(&again)), (text(&calls[0]), delivery_id(&calls[0])));
    let unknown = mine.replace(KEY, "com.example.unknown");
    assert_eq!(team.alana.gets(&unknown).await.status, StatusCode::NOT_FOUND);
}

/// Safety I11: nothing is told after a removal, whatever waits.
#[tokio::test]
async fn a_removed_integration_is_told_nothing_that_waited() {
    let (team, provider) = team_with_listener().await;
    provider.replies("/hook", fails());
    team.emma.says(&team.room, "one").await;
    provider.next_call().await;
    log(&team.alana, &team.room, |listing| tried(listing, 1)).await;
    let body = json!({"integration": KEY, "rooms": [team.room.room.id]});
    team.alana.posts(UNINSTALL, body).await.succeeded();
    assert!(provider.next_call().await.path.starts_with("/installed/"), "the goodbye");
    team.server.app().clock.put_forward(HOUR);
    let (other, _) = listens(&team, json!([hook("room_message", None)])).await;
    team.emma.says(&team.room, "two").await;
    assert_eq!(text(&other.next_call().await), "two");
    assert!(provider.waiting_calls().await.is_empty());
}
