//! Sending, repeating, paging.

use roomglass_protocol::{
    ErrorKind, Event, EventBody, Sequence,
    rest::message::{Page, Sent},
};
use serde_json::json;

use crate::support::{Someone, TestServer, message_id};

fn numbers(page: &Page) -> Vec<i64> {
    page.items.iter().map(|event| event.seq.0).collect()
}

fn texts(events: &[Event]) -> Vec<&str> {
    events.iter().filter_map(|event| event.message()).map(|message| message.text.as_str()).collect()
}

/// MSG-13, I2
#[tokio::test]
async fn the_same_id_is_one_message() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let room = alice.creates_room("Support").await;
    let id = message_id();
    let first = alice.sends(room.room.id, id, "hello").await;
    assert_eq!(first.status, 201);
    let again = alice.sends(room.room.id, id, "hello").await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &first.body));
    let other_text = alice.sends(room.room.id, id, "goodbye").await;
    assert_eq!(other_text.refusal().kind, ErrorKind::Conflict);

    let sent: Sent = first.json();
    let page: Page = alice.gets(&format!("/api/v1/rooms/{}/messages", room.room.id)).await.json();
    assert_eq!((texts(&page.items), page.items[0].seq), (vec!["hello"], sent.seq));
}

/// I3: whoever sends at the same time, the log is 1…n and one sender's messages keep their order.
#[tokio::test]
async fn a_room_has_one_order() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let room = alice.creates_room("Support").await;
    let mut senders = tokio::task::JoinSet::new();
    for name in ["Bob", "Carol", "Dora", "Emil"] {
        let person = server.member(name).await;
        person.joins(&room).await;
        let room = room.clone();
        senders.spawn(async move {
            let mut seqs = Vec::new();
            for number in 0..20 {
                seqs.push(person.says(&room, &format!("{} {number}", person.person.name)).await.seq);
            }
            seqs
        });
    }
    let acknowledged: Vec<_> = senders.join_all().await.into_iter().flatten().collect();
    let page: Page = alice.gets(&format!("/api/v1/rooms/{}/events?limit=200", room.room.id)).await.json();
    assert_eq!(numbers(&page), (1..=page.items.len() as i64).collect::<Vec<_>>());
    let stored: Vec<_> = page.items.iter().filter(|event| event.message().is_some()).map(|event| event.seq).collect();
    let mut sorted = acknowledged.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, stored);
    for name in ["Bob", "Carol", "Dora", "Emil"] {
        let theirs: Vec<_> = texts(&page.items).into_iter().filter(|text| text.starts_with(name)).collect();
        assert_eq!(theirs, (0..20).map(|number| format!("{name} {number}")).collect::<Vec<_>>());
    }
}

/// MSG-08, MSG-09
#[tokio::test]
async fn pages_fit_together_without_gaps_or_repeats() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = alice.creates_room("Support").await;
    for number in 0..7 {
        alice.says(&room, &format!("message {number}")).await;
        if number == 3 {
            bob.joins(&room).await;
        }
    }
    let get =
        async |query: &str| -> Page { alice.gets(&format!("/api/v1/rooms/{}/{query}", room.room.id)).await.json() };
    // 1 is the making of the room, 6 Bob's joining; the rest are messages.
    let newest = get("messages?limit=3").await;
    assert_eq!((numbers(&newest), newest.more), (vec![7, 8, 9], true));
    let before = get("messages?limit=4&before=7").await;
    assert_eq!((numbers(&before), before.more), (vec![2, 3, 4, 5], false));
    let after = get("messages?limit=2&after=4").await;
    assert_eq!((numbers(&after), after.more), (vec![5, 7], true));
    let all = get("events").await;
    assert_eq!(numbers(&all), (1..=9).collect::<Vec<_>>());
    assert!(matches!(all.items[5].body, EventBody::Joined { user_id, by: None } if user_id == bob.person.id));
    let gap = get("events?after=5&before=8").await;
    assert_eq!(numbers(&gap), [6, 7]);
    assert_eq!(all.items.last().unwrap().messages, 7);
}

#[tokio::test]
async fn queries_that_make_no_sense_are_refused_or_bounded() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let room = alice.creates_room("Support").await;
    alice.says(&room, "one").await;
    let get = async |query: &str| alice.gets(&format!("/api/v1/rooms/{}/messages?{query}", room.room.id)).await;
    for nonsense in ["before=x", "limit=-1", "after=1e9"] {
        assert_eq!(get(nonsense).await.refusal().kind, ErrorKind::Invalid, "{nonsense}");
    }
    for odd in ["limit=0", "limit=4000000000", "before=-7", "after=9223372036854775807", "before=0&after=0"] {
        get(odd).await.json::<Page>();
    }
}

#[tokio::test]
async fn bad_messages_are_refused_with_a_reason_and_not_stored() {
    let server = TestServer::start().await;
    let (alice, outsider) = (server.member("Alice").await, server.member("Olaf").await);
    let room = alice.creates_room("Support").await;
    let path = format!("/api/v1/rooms/{}/messages", room.room.id);
    let long = "x".repeat(10_001);
    let id = message_id();
    let cases = [
        (json!({ "id": id, "text": "" }), ErrorKind::Invalid),
        (json!({ "id": id, "text": " \n\u{a0}" }), ErrorKind::Invalid),
        (json!({ "id": id, "text": long }), ErrorKind::Invalid),
        (json!({ "id": id, "text": "a\u{0}b" }), ErrorKind::Invalid),
        (json!({ "id": "seven", "text": "hi" }), ErrorKind::Invalid),
        (json!({ "text": "hi" }), ErrorKind::Invalid),
        (json!({ "id": id, "text": 7 }), ErrorKind::Invalid),
        (json!([]), ErrorKind::Invalid),
        (json!({ "id": id, "text": "x".repeat(300_000) }), ErrorKind::TooLarge),
    ];
    for (body, kind) in cases {
        assert_eq!(alice.posts(&path, body).await.refusal().kind, kind);
    }
    assert_eq!(outsider.sends(room.room.id, id, "hi").await.refusal().kind, ErrorKind::NotFound);
    assert_eq!(server.anonymous().sends(room.room.id, id, "hi").await.refusal().kind, ErrorKind::Unauthenticated);
    let page: Page = alice.gets(&path).await.json();
    assert_eq!(page.items, []);
    assert_eq!(alice.sends(room.room.id, id, &"é".repeat(10_000)).await.status, 201);
}

#[tokio::test]
async fn who_has_left_reads_and_writes_nothing_more() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = alice.creates_room("Support").await;
    bob.joins(&room).await;
    let (id, path) = (message_id(), format!("/api/v1/rooms/{}/messages", room.room.id));
    let Sent { seq, .. } = bob.sends(room.room.id, id, "bye").await.json();
    assert!(seq > Sequence::START);
    bob.leaves(&room).await;
    let refused: [(&Someone, _); 2] =
        [(&bob, bob.gets(&path).await), (&bob, bob.sends(room.room.id, message_id(), "x").await)];
    for (_, answer) in refused {
        assert_eq!(answer.refusal().kind, ErrorKind::NotFound);
    }
    // What was acknowledged stays acknowledged: a repeat after a lost answer is answered as the first time.
    assert_eq!(bob.sends(room.room.id, id, "bye").await.json::<Sent>().seq, seq);
}
