//! What happens between the snapshot and the welcome, step by step.

use roomglass_protocol::{
    Membership, Privacy, Room, RoomKind, Sequence,
    call::{Media, Signal},
};
use roomglass_storage::{SessionId, TokenHash};
use tokio::{
    io::AsyncReadExt as _,
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::push::calls::Wanted;

const SNAPSHOT: Revision = Revision(10);
const BEFORE: Option<Revision> = Some(Revision(9));
const AFTER: Option<Revision> = Some(Revision(11));

/// A registered connection that waits for its snapshot, and the client's end of it.
struct Opening {
    connections: Connections,
    connection: Arc<Connection>,
    client: TcpStream,
    number: u64,
}

impl Opening {
    async fn begin() -> Self {
        Self::of(1, Connections::default()).await
    }

    async fn of(user: i64, connections: Connections) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let socket = crate::push::line::Line::Socket(Arc::new(listener.accept().await.unwrap().0));
        let id = connections.next_id();
        let connection = Arc::new(Connection::new(id, UserId(user), SessionId(1), TokenHash::of("t"), socket));
        let client_id = roomglass_protocol::ClientId::new("web-1").unwrap();
        let number = connections.register(connection.clone(), client_id, Vec::new());
        Self { connections, connection, client, number }
    }

    fn room(&self, room: i64, rev: Option<Revision>, text: &str) {
        self.connections.deliver_to_room(RoomId(room), rev, &EncodedFrame::of_json(text), None);
    }

    fn again(&mut self) {
        self.number = self.connections.lock().begin_opening(self.connection.id).unwrap();
    }

    fn joins_call(&self, room: i64) {
        let seat = Wanted { room_id: RoomId(room), media: Media::default(), instead_of: None };
        self.connections.join_call(self.connection.id, &seat, &[]).unwrap();
    }

    fn welcomed(&self, role: Role, rooms: &[i64], people: &[i64]) -> Sight {
        let person = |id: i64| Person { id: UserId(id), name: String::new(), mention: String::new(), role };
        let opened = Opened {
            rev: SNAPSHOT,
            person: person(1),
            rooms: rooms.iter().map(|room| membership(*room)).collect(),
            people: people.iter().map(|id| person(*id)).collect(),
        };
        welcome(&self.connections, &self.connection, self.number, opened, None)
    }

    /// Texts the client got, the welcome being the first.
    async fn told(mut self) -> Vec<String> {
        self.connection.tell(&ServerFrame::RoomLeft { rev: Revision(99), room_id: RoomId(99) });
        let mut bytes = Vec::new();
        while !String::from_utf8_lossy(&bytes).contains("room-left") {
            assert!(self.client.read_buf(&mut bytes).await.unwrap() > 0);
        }
        let mut reader = tungstenite::protocol::frame::FrameSocket::new(std::io::Cursor::new(bytes));
        let frames = std::iter::from_fn(|| reader.read(None).unwrap());
        let mut texts: Vec<_> = frames.map(|frame| frame.into_text().unwrap().to_string()).collect();
        texts.pop();
        assert!(texts.remove(0).contains("welcome"));
        texts
    }
}

fn membership(room: i64) -> Membership {
    let room = Room {
        id: RoomId(room),
        kind: RoomKind::Room,
        name: String::new(),
        privacy: Privacy::Private,
        owner_id: UserId(1),
        topic: String::new(),
        seq: Sequence(1),
        messages: 0,
        archived: false,
    };
    Membership { room, read_seq: Sequence(1), read_messages: 0, with: Vec::new() }
}

#[tokio::test]
async fn what_came_after_the_snapshot_follows_the_welcome_and_nothing_else() {
    let opening = Opening::begin().await;
    opening.room(5, BEFORE, "in the snapshot");
    opening.room(5, AFTER, "after it");
    opening.room(6, AFTER, "of a foreign room");
    opening.room(5, None, "tile data");
    opening.connections.deliver_to_user(UserId(1), AFTER, &EncodedFrame::of_json("for the user"));
    opening.connections.deliver_to_user(UserId(2), AFTER, &EncodedFrame::of_json("for another"));
    opening.welcomed(Role::Member, &[5], &[]);
    opening.room(5, AFTER, "live");
    opening.room(6, AFTER, "live in a foreign room");
    assert_eq!(opening.told().await, ["after it", "tile data", "for the user", "live"]);
}

#[tokio::test]
async fn rooms_joined_and_left_meanwhile_count_from_that_moment() {
    let opening = Opening::begin().await;
    let (joined, left) = (Revision(12), Revision(14));
    opening.room(6, AFTER, "before joining");
    opening.connections.joined(UserId(1), RoomId(6), joined);
    opening.room(6, Some(Revision(13)), "after joining");
    opening.connections.left(UserId(1), RoomId(5), left);
    opening.room(5, Some(Revision(15)), "after leaving");
    // Older than the snapshot, which knows better.
    opening.connections.left(UserId(1), RoomId(7), Revision(8));
    opening.room(7, AFTER, "still a member");
    opening.welcomed(Role::Member, &[5, 7], &[]);
    opening.room(5, Some(Revision(16)), "live where one has left");
    opening.room(6, Some(Revision(16)), "live where one has joined");
    assert_eq!(opening.told().await, ["after joining", "still a member", "live where one has joined"]);
}

#[tokio::test]
async fn guests_are_told_of_those_they_see_and_look_again_when_members_change() {
    let opening = Opening::begin().await;
    let about = |id: i64| (UserId(id), EncodedFrame::of_json(&format!("about {id}")));
    opening.connections.deliver_about(None, &[about(2), about(3)]);
    opening.connections.guests_around(RoomId(6), UserId(9), Revision(11));
    assert_eq!(opening.welcomed(Role::Guest, &[5], &[1, 2]), Sight::Same, "a foreign room changes nothing");
    opening.connections.deliver_about(None, &[about(2), about(3)]);
    assert_eq!(opening.told().await, ["about 2", "about 2"]);

    let opening = Opening::begin().await;
    opening.connections.guests_around(RoomId(5), UserId(9), Revision(11));
    assert_eq!(opening.welcomed(Role::Guest, &[5], &[1, 2]), Sight::Changed);
}

#[tokio::test]
async fn an_older_opening_leaves_the_word_to_the_newer() {
    let mut opening = Opening::begin().await;
    let older = opening.number;
    opening.again();
    let newer = std::mem::replace(&mut opening.number, older);
    opening.room(5, AFTER, "meanwhile");
    opening.welcomed(Role::Member, &[5], &[]);
    opening.number = newer;
    opening.welcomed(Role::Member, &[5], &[]);
    assert_eq!(opening.told().await, ["meanwhile"]);
}

/// MSG-19, MSG-17: a guest's connection is opened anew while they are in a call. Whoever comes meanwhile makes an offer at
/// once, and the guest hears of them first. `is` of each frame, and how many take part where it says so.
async fn told_of_a_call(rooms: &[i64]) -> Vec<(String, usize)> {
    let mut guest = Opening::begin().await;
    guest.welcomed(Role::Guest, &[5], &[1, 2]);
    let other = Opening::of(2, guest.connections.clone()).await;
    other.welcomed(Role::Member, &[5], &[]);
    guest.joins_call(5);
    let own = guest.connections.lock().calls.participants(RoomId(5))[0].id;
    guest.again();
    other.joins_call(5);
    let (connections, id) = (guest.connections.clone(), other.connection.id);
    connections.pass_call_signal(id, own, Signal::Offer { sdp: "v=0".to_owned() }).unwrap();
    connections.change_call_media(id, Media { audio: true, video: true });
    guest.welcomed(Role::Guest, rooms, &[1, 2]);
    let frames = guest.told().await.into_iter().map(|text| serde_json::from_str::<serde_json::Value>(&text).unwrap());
    let of_calls = frames.filter(|frame| frame["kind"] == "call");
    let is = |frame: &serde_json::Value| frame["is"].as_str().unwrap_or_default().to_owned();
    of_calls.map(|frame| (is(&frame), frame["participants"].as_array().map_or(0, Vec::len))).collect()
}

#[tokio::test]
async fn a_guest_hears_of_who_came_into_the_call_before_what_they_say() {
    let told = told_of_a_call(&[5]).await;
    let told: Vec<_> = told.iter().map(|(is, participants)| (is.as_str(), *participants)).collect();
    let own = [("joined", 0), ("state", 1)];
    assert_eq!(told, [&own[..], &[("state", 2), ("signal", 0), ("state", 2), ("state", 2)]].concat());
}

/// I9.
#[tokio::test]
async fn a_guest_who_is_taken_out_meanwhile_hears_nothing_more_of_the_call_but_that_it_is_over_for_them() {
    let told = told_of_a_call(&[]).await;
    let told: Vec<_> = told.iter().map(|(is, participants)| (is.as_str(), *participants)).collect();
    assert_eq!(told, [("joined", 0), ("state", 1), ("state", 0)]);
}

#[tokio::test]
async fn a_connection_is_in_its_rooms_from_its_welcome_on() {
    let opening = Opening::begin().await;
    let (connections, id) = (opening.connections.clone(), opening.connection.id);
    let mut opened = std::pin::pin!(connections.opened(id));
    assert!(futures_util::poll!(&mut opened).is_pending());
    opening.welcomed(Role::Member, &[5], &[]);
    opened.await;
    assert!(connections.follows(id, RoomId(5)));
    connections.opened(id).await;
}

#[tokio::test]
async fn a_backlog_as_long_as_an_outbox_closes_the_connection() {
    let opening = Opening::begin().await;
    let frame = "x".repeat(100_000);
    (0..3).for_each(|_| opening.room(5, AFTER, &frame));
    opening.welcomed(Role::Member, &[5], &[]);
    assert!(opening.connection.status().ended);
}
