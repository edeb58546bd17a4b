//! Calls: who is in them, who hears of them, and what they cannot be used for.

use roomglass_protocol::{
    ErrorKind, EventBody, Membership,
    call::{CallRequest, CallTold, IceServer, MAX_DESCRIPTION_BYTES, MAX_PARTICIPANTS, Media, ParticipantId, Signal},
    push::ServerFrame,
};

use crate::support::{Client, Someone, TestServer};

const SOUND: Media = Media { audio: true, video: false };

async fn wants(client: &mut Client, request: CallRequest) {
    client.send_text(&request.frame()).await;
}

fn join(room: &Membership) -> CallRequest {
    CallRequest::Join { room_id: room.room.id, media: SOUND, instead_of: None }
}

fn join_again(room: &Membership, former: ParticipantId) -> CallRequest {
    CallRequest::Join { room_id: room.room.id, media: SOUND, instead_of: Some(former) }
}

async fn joins(client: &mut Client, room: &Membership) -> ParticipantId {
    wants(client, join(room)).await;
    is_let_in(client, room).await
}

async fn is_let_in(client: &mut Client, room: &Membership) -> ParticipantId {
    loop {
        match told(client).await {
            CallTold::Joined { room_id, participant, .. } if room_id == room.room.id => return participant,
            CallTold::State { .. } => {}
            other => panic!("not let in: {other:?}"),
        }
    }
}

/// What the client is told next of calls.
async fn told(client: &mut Client) -> CallTold {
    let frame = client.until(|frame| matches!(frame, ServerFrame::Call(_))).await;
    let ServerFrame::Call(news) = frame else { unreachable!() };
    news.read().unwrap()
}

/// Reads on to the state in which these take part, in this order.
async fn sees(client: &mut Client, room: &Membership, people: &[&Someone]) -> Vec<ParticipantId> {
    let expected: Vec<_> = people.iter().map(|someone| someone.person.id).collect();
    loop {
        if let CallTold::State { room_id, participants } = told(client).await
            && room_id == room.room.id
            && participants.iter().map(|participant| participant.user_id).collect::<Vec<_>>() == expected
        {
            return participants.iter().map(|participant| participant.id).collect();
        }
    }
}

fn about_calls(frames: &[ServerFrame]) -> usize {
    frames.iter().filter(|frame| matches!(frame, ServerFrame::Call(_))).count()
}

fn refusal(told: &CallTold) -> Option<ErrorKind> {
    match told {
        CallTold::Refused(error) => Some(error.kind),
        _ => None,
    }
}

/// Reads on to the refusal of a wish.
async fn is_refused(client: &mut Client) -> ErrorKind {
    loop {
        if let Some(kind) = refusal(&told(client).await) {
            return kind;
        }
    }
}

fn offer(text: &str) -> Signal {
    Signal::Offer { sdp: text.to_owned() }
}

/// MSG-19: signalling completes between the two, and nobody else hears what they tell each other.
#[tokio::test]
async fn members_call_each_other_and_signals_reach_the_one_addressed() {
    let server = TestServer::start_with(|config| {
        config.ice_servers = vec![roomglass_server::ice_server::parse("stun:stun.example.org").unwrap()];
    })
    .await;
    let (ada, bob, cy) = (server.member("Ada").await, server.member("Bob").await, server.member("Cy").await);
    let olaf = server.member("Olaf").await;
    let (room, elsewhere) = (ada.creates_room("Support").await, olaf.creates_room("Elsewhere").await);
    bob.joins(&room).await;
    cy.joins(&room).await;
    let (mut adas, mut bobs, mut cys) = (ada.connects().await, bob.connects().await, cy.connects().await);
    let mut outsider = olaf.connects().await;

    wants(&mut adas, join(&room)).await;
    let CallTold::Joined { participant: first, ice_servers, .. } = told(&mut adas).await else { panic!("not let in") };
    let stun = IceServer { urls: "stun:stun.example.org".to_owned(), username: None, credential: None };
    assert_eq!(ice_servers, [stun]);
    sees(&mut bobs, &room, &[&ada]).await;
    let second = joins(&mut bobs, &room).await;
    let third = joins(&mut cys, &room).await;
    assert!(first < second && second < third, "whoever comes later makes the offers");
    for client in [&mut adas, &mut bobs] {
        assert_eq!(sees(client, &room, &[&ada, &bob, &cy]).await, [first, second, third]);
    }

    wants(&mut cys, CallRequest::Signal { to: first, signal: offer("for Ada") }).await;
    assert_eq!(told(&mut adas).await, CallTold::Signal { from: third, signal: offer("for Ada") });
    wants(&mut cys, CallRequest::Signal { to: ParticipantId(99), signal: offer("for nobody") }).await;
    let muted = Media { audio: false, video: true };
    wants(&mut adas, CallRequest::Media { media: muted }).await;
    let CallTold::State { participants, .. } = told(&mut bobs).await else { panic!("Bob hears what is for Ada") };
    assert_eq!(participants.iter().find(|one| one.id == first).map(|one| one.media), Some(muted));

    // One who stays outside of the room hears nothing, and cannot come in, listen or decline.
    for request in [
        join(&room),
        CallRequest::Decline { room_id: room.room.id },
        CallRequest::Signal { to: first, signal: offer("let me in") },
    ] {
        wants(&mut outsider, request).await;
        let told = told(&mut outsider).await;
        assert!(matches!(refusal(&told), Some(ErrorKind::NotFound | ErrorKind::Conflict)), "{told:?}");
    }
    assert_eq!(about_calls(&outsider.hears_up_to_now(&elsewhere).await), 0);
}

/// MSG-19: a participant is a connection. One that dies leaves, and the room's log tells of the whole.
#[tokio::test]
async fn a_call_lives_as_long_as_its_connections_and_leaves_two_lines() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.member("Ada").await, server.member("Bob").await);
    let conversation = ada.opens_conversation_with(&[&bob]).await;
    let (mut tab, mut phone, mut bobs) = (ada.connects().await, ada.connects().await, bob.connects().await);
    let first = joins(&mut tab, &conversation).await;
    let second = joins(&mut phone, &conversation).await;
    assert_ne!(first, second, "two tabs are two participants");
    assert_eq!(sees(&mut bobs, &conversation, &[&ada, &ada]).await, [first, second]);

    drop(tab);
    assert_eq!(sees(&mut bobs, &conversation, &[&ada]).await, [second], "a dead connection leaves");
    // Who connects now hears of the call at once.
    let mut late = bob.connects().await;
    assert_eq!(sees(&mut late, &conversation, &[&ada]).await, [second]);

    wants(&mut late, CallRequest::Decline { room_id: conversation.room.id }).await;
    let declined = CallTold::Declined { room_id: conversation.room.id, user_id: bob.person.id };
    assert_eq!(told(&mut bobs).await, declined, "his other clients need not ring any more");
    loop {
        match told(&mut phone).await {
            CallTold::State { .. } => {}
            other => break assert_eq!(other, declined),
        }
    }
    wants(&mut phone, CallRequest::Leave).await;
    sees(&mut bobs, &conversation, &[]).await;
    let is_end =
        |frame: &ServerFrame| frame.event().is_some_and(|event| matches!(event.body, EventBody::CallEnded { .. }));
    bobs.until(is_end).await;
    bobs.agrees_with_the_server().await;
    let log = bob.gets(&format!("/api/v1/rooms/{}/events", conversation.room.id)).await;
    let log: roomglass_protocol::rest::message::Page = log.json();
    let of_calls: Vec<_> = log.items.into_iter().map(|event| event.body).skip(1).collect();
    assert!(
        matches!(of_calls.as_slice(), [EventBody::CallStarted { by }, EventBody::CallEnded { .. }] if *by == ada.person.id),
        "{of_calls:?}"
    );
}

/// I9, MSG-17: who is taken out of the room is out of its call at once.
#[tokio::test]
async fn who_is_removed_from_the_room_is_out_of_the_call() {
    let server = TestServer::start().await;
    let (ada, bob, gil) = (server.member("Ada").await, server.member("Bob").await, server.guest("Gil").await);
    let room = ada.creates_private_room("Board").await;
    ada.adds(&bob, &room).await;
    ada.adds(&gil, &room).await;
    let (mut adas, mut bobs, mut gils) = (ada.connects().await, bob.connects().await, gil.connects().await);
    joins(&mut adas, &room).await;
    let bobs_place = joins(&mut bobs, &room).await;
    joins(&mut gils, &room).await;
    sees(&mut adas, &room, &[&ada, &bob, &gil]).await;

    // The guest's connection is opened anew, for he may see other people now; that does not throw him out.
    ada.removes(&bob, &room).await;
    sees(&mut adas, &room, &[&ada, &gil]).await;
    sees(&mut bobs, &room, &[]).await;
    wants(&mut bobs, join(&room)).await;
    assert_eq!(is_refused(&mut bobs).await, ErrorKind::NotFound);
    wants(&mut adas, CallRequest::Signal { to: bobs_place, signal: offer("still there?") }).await;
    let own = bob.creates_room("Own").await;
    assert_eq!(about_calls(&bobs.hears_up_to_now(&own).await), 0);

    ada.removes(&gil, &room).await;
    sees(&mut adas, &room, &[&ada]).await;
    sees(&mut gils, &room, &[]).await;
}

/// MSG-19, MSG-17: a guest's connection is opened anew whenever they may see other people. That is no reason not to let them in.
#[tokio::test]
async fn a_guest_joins_while_other_people_come_and_go() {
    let server = TestServer::start().await;
    let (ada, bob, gil) = (server.member("Ada").await, server.member("Bob").await, server.guest("Gil").await);
    let room = ada.creates_private_room("Board").await;
    ada.adds(&gil, &room).await;
    let mut gils = gil.connects().await;
    for _ in 0..8 {
        tokio::join!(ada.adds(&bob, &room), joins(&mut gils, &room));
        joins(&mut gils, &room).await;
        ada.removes(&bob, &room).await;
        joins(&mut gils, &room).await;
    }
}

/// MSG-19: a call is offered to who comes into the room, and withdrawn from who goes out of it, whether in it or not.
#[tokio::test]
async fn who_comes_into_the_room_hears_of_its_call_and_who_goes_hears_that_it_is_no_longer_theirs() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.member("Ada").await, server.member("Bob").await);
    let room = ada.creates_private_room("Board").await;
    let (mut adas, mut bobs) = (ada.connects().await, bob.connects().await);
    joins(&mut adas, &room).await;
    ada.adds(&bob, &room).await;
    sees(&mut bobs, &room, &[&ada]).await;
    ada.removes(&bob, &room).await;
    sees(&mut bobs, &room, &[]).await;
    wants(&mut adas, CallRequest::Leave).await;
    sees(&mut adas, &room, &[]).await;
}

/// MSG-19: nothing goes on in an archived room, and that includes its call.
#[tokio::test]
async fn a_call_ends_when_its_room_is_archived() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.member("Ada").await, server.member("Bob").await);
    let (room, other) = (ada.creates_room("Support").await, ada.creates_room("Lounge").await);
    bob.joins(&room).await;
    let (mut adas, mut bobs) = (ada.connects().await, bob.connects().await);
    joins(&mut adas, &room).await;
    joins(&mut bobs, &room).await;
    ada.archives(&room, true).await.succeeded();
    for client in [&mut adas, &mut bobs] {
        sees(client, &room, &[]).await;
        client
            .until(|frame| frame.event().is_some_and(|event| matches!(event.body, EventBody::CallEnded { .. })))
            .await;
    }
    joins(&mut adas, &other).await;
}

/// MSG-19: whoever has asked for too much can still go, or the call would never end.
#[tokio::test]
async fn who_has_said_too_much_can_leave() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.member("Ada").await, server.member("Bob").await);
    let room = ada.creates_private_room("Board").await;
    ada.adds(&bob, &room).await;
    let (mut adas, mut bobs) = (ada.connects().await, bob.connects().await);
    joins(&mut adas, &room).await;
    sees(&mut bobs, &room, &[&ada]).await;
    for _ in 0..40 {
        wants(&mut adas, CallRequest::Media { media: SOUND }).await;
    }
    assert_eq!(is_refused(&mut adas).await, ErrorKind::TooMany);
    wants(&mut adas, CallRequest::Leave).await;
    sees(&mut bobs, &room, &[]).await;
}

#[tokio::test]
async fn a_call_is_full_at_some_point_and_a_connection_is_in_one() {
    let server = TestServer::start().await;
    let ada = server.member("Ada").await;
    let (room, other) = (ada.creates_room("Support").await, ada.creates_room("Lounge").await);
    let mut clients = Vec::new();
    for _ in 0..MAX_PARTICIPANTS {
        let mut client = ada.connects().await;
        joins(&mut client, &room).await;
        clients.push(client);
    }
    let mut late = ada.connects().await;
    wants(&mut late, join(&room)).await;
    assert_eq!(is_refused(&mut late).await, ErrorKind::Conflict);
    // Coming again takes no second place; going elsewhere frees the first.
    joins(&mut clients[0], &room).await;
    joins(&mut clients[0], &other).await;
    joins(&mut late, &room).await;
}

/// MSG-19: whose connection was lost has their place in a full call at once, before the server misses the old connection, and
/// the others hear of it once. The places of other people stay theirs.
#[tokio::test]
async fn who_comes_back_takes_the_place_they_had_and_nobody_elses() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.member("Ada").await, server.member("Bob").await);
    let conversation = ada.opens_conversation_with(&[&bob]).await;
    let mut bobs = bob.connects().await;
    let bobs_place = joins(&mut bobs, &conversation).await;
    let mut lost = Vec::new();
    for _ in 1..MAX_PARTICIPANTS {
        let mut client = ada.connects().await;
        lost.push((joins(&mut client, &conversation).await, client));
    }
    let mut back = ada.connects().await;
    let mut full = vec![&bob];
    full.resize(MAX_PARTICIPANTS, &ada);
    for foreign in [bobs_place, ParticipantId(0)] {
        wants(&mut back, join_again(&conversation, foreign)).await;
        assert_eq!(is_refused(&mut back).await, ErrorKind::Conflict);
    }
    let before = sees(&mut bobs, &conversation, &full).await;
    let (former, old_page) = lost.remove(0);
    wants(&mut back, join_again(&conversation, former)).await;
    let place = is_let_in(&mut back, &conversation).await;
    let mut after: Vec<_> = before.into_iter().filter(|id| *id != former).collect();
    after.push(place);
    let CallTold::State { participants, .. } = told(&mut bobs).await else { panic!("no state") };
    assert_eq!(participants.iter().map(|one| one.id).collect::<Vec<_>>(), after, "told at once, and in one");
    // The old connection ends at last: nothing changes by that, neither for Bob nor for who has its place.
    drop(old_page);
    wants(&mut bobs, CallRequest::Signal { to: place, signal: offer("for who is back") }).await;
    assert_eq!(until_signal(&mut back).await, CallTold::Signal { from: bobs_place, signal: offer("for who is back") });
}

async fn until_signal(client: &mut Client) -> CallTold {
    loop {
        match told(client).await {
            CallTold::State { .. } => {}
            other => return other,
        }
    }
}

/// MSG-19: the call of somebody who was alone in it goes on, and its log too. A later call is another one: whoever names who
/// they were in the first means nobody there.
#[tokio::test]
async fn who_comes_back_alone_begins_no_other_call_and_means_nobody_in_the_next() {
    let server = TestServer::start().await;
    let ada = server.member("Ada").await;
    let room = ada.creates_room("Support").await;
    let (mut lost, mut back, mut phone) = (ada.connects().await, ada.connects().await, ada.connects().await);
    let former = joins(&mut lost, &room).await;
    wants(&mut back, join_again(&room, former)).await;
    let place = is_let_in(&mut back, &room).await;
    assert_eq!(sees(&mut phone, &room, &[&ada]).await, [former]);
    assert_eq!(sees(&mut phone, &room, &[&ada]).await, [place], "neither both nor nobody in between");
    wants(&mut back, CallRequest::Leave).await;
    phone.until(|frame| frame.event().is_some_and(|event| matches!(event.body, EventBody::CallEnded { .. }))).await;

    let phones_place = joins(&mut phone, &room).await;
    wants(&mut back, join_again(&room, former)).await;
    let third = is_let_in(&mut back, &room).await;
    assert_eq!(sees(&mut phone, &room, &[&ada, &ada]).await, [phones_place, third]);
    phone.until(|frame| frame.event().is_some_and(|event| matches!(event.body, EventBody::CallStarted { .. }))).await;
    let log = ada.gets(&format!("/api/v1/rooms/{}/events", room.room.id)).await;
    let log: roomglass_protocol::rest::message::Page = log.json();
    let is_of_a_call = |body: &EventBody| matches!(body, EventBody::CallStarted { .. } | EventBody::CallEnded { .. });
    let of_calls = log.items.iter().filter(|event| is_of_a_call(&event.body)).count();
    assert_eq!(of_calls, 3, "began, ended, and began: {:?}", log.items);
}

#[tokio::test]
async fn what_no_browser_sends_is_refused_and_the_connection_stays() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.member("Ada").await, server.member("Bob").await);
    let room = ada.opens_conversation_with(&[&bob]).await;
    let (mut adas, mut bobs) = (ada.connects().await, bob.connects().await);
    let first = joins(&mut adas, &room).await;
    joins(&mut bobs, &room).await;
    sees(&mut adas, &room, &[&ada, &bob]).await;

    let large = offer(&"v".repeat(MAX_DESCRIPTION_BYTES + 1));
    wants(&mut bobs, CallRequest::Signal { to: first, signal: large }).await;
    assert_eq!(is_refused(&mut bobs).await, ErrorKind::TooLarge);
    // Each tells a browser to do work and may be 32 KiB: a few hundred are the end of patience.
    for _ in 0..400 {
        wants(&mut bobs, CallRequest::Signal { to: first, signal: offer("again") }).await;
    }
    assert_eq!(is_refused(&mut bobs).await, ErrorKind::TooMany);
    // What is no wish at all is told apart from a wish of a later version.
    bobs.send_text(r#"{"kind":"call","do":"dance"}"#).await;
    bobs.send_text(r#"{"kind":"call","do":"join"}"#).await;
    bobs.until(|frame| matches!(frame, ServerFrame::Refused { .. })).await;
    let passed = adas.hears_up_to_now(&room).await;
    assert!((1..400).contains(&about_calls(&passed)), "{} of 400 passed", about_calls(&passed));
}

/// MSG-19: our pages may use camera and microphone, and what they frame may not.
#[tokio::test]
async fn the_chat_may_use_camera_and_microphone() {
    let server = TestServer::start().await;
    let page = server.member("Ada").await.gets("/rooms").await;
    let policy = page.headers["permissions-policy"].to_str().unwrap();
    assert!(policy.contains("camera=(self)") && policy.contains("microphone=(self)"), "{policy}");
}
