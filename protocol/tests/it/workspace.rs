//! People and rooms, kept current by frames.

use roomglass_protocol::{
    Event, EventBody, Membership, Presence, Privacy, Role, RoomId, RoomKind, Sequence, Timestamp, UserId,
    push::{PresenceOf, Revision, ServerFrame},
    state::{Effect, Workspace},
};

use crate::support::{ALANA, EMMA, ROOM, emma, event, membership, message, person, room, snapshot, test};

fn workspace() -> Workspace {
    snapshot().into()
}

fn message_frame(rev: i64, seq: i64, from: UserId) -> ServerFrame {
    let body = EventBody::Message(message(seq.unsigned_abs().into(), from, "Hello"));
    ServerFrame::of_event(Revision(rev), Event { messages: seq - 2, body, ..event(seq) })
}

fn with_topic(seq: i64, topic: &str) -> Membership {
    let mut membership = membership();
    membership.room.topic = topic.to_owned();
    membership.room.seq = Sequence(seq);
    membership
}

fn other_room() -> Membership {
    let mut membership = membership();
    membership.room.id = RoomId(456);
    membership
}

#[test]
fn messages_of_others_are_unread_and_ones_own_are_not() {
    let mut workspace = workspace();
    assert_eq!(workspace.apply(&message_frame(901, 11, ALANA)), []);
    assert_eq!(workspace.rooms[&ROOM].unread(), 1);
    workspace.apply(&message_frame(902, 12, EMMA));
    assert_eq!((workspace.rooms[&ROOM].unread(), workspace.rooms[&ROOM].read_seq), (0, Sequence(12)));
    assert_eq!(workspace.rev, Revision(902));
}

#[test]
fn a_gap_in_the_log_is_noticed() {
    assert_eq!(workspace().apply(&message_frame(905, 14, ALANA)), [Effect::RoomBehind(ROOM)]);
    let room = ServerFrame::Room { rev: Revision(905), room: with_topic(14, "") };
    assert_eq!(workspace().apply(&room), [Effect::RoomBehind(ROOM)]);
}

#[test]
fn frames_the_snapshot_overtook_are_ignored() {
    let mut workspace = workspace();
    let frames = [
        ServerFrame::Room { rev: Revision(899), room: with_topic(9, "old") },
        ServerFrame::RoomLeft { rev: Revision(899), room_id: ROOM },
        ServerFrame::Person { rev: Revision(899), person: person(EMMA, "Old name", Role::Guest) },
    ];
    for frame in frames {
        assert_eq!(workspace.apply(&frame), []);
    }
    assert_eq!(workspace, snapshot().into());
}

#[test]
fn a_change_is_told_twice_and_made_once() {
    let body = EventBody::Changed {
        by: ALANA,
        topic: Some("new".to_owned()),
        name: None,
        privacy: Some(Privacy::Public),
        archived: Some(true),
    };
    let by_event = ServerFrame::of_event(Revision(901), Event { messages: 8, body, ..event(11) });
    let mut membership = with_topic(11, "new");
    membership.room.privacy = Privacy::Public;
    membership.room.archived = true;
    let by_room = ServerFrame::Room { rev: Revision(901), room: membership };

    let (mut one, mut other) = (workspace(), workspace());
    for frame in [&by_event, &by_room] {
        assert_eq!(one.apply(frame), []);
    }
    for frame in [&by_room, &by_event] {
        assert_eq!(other.apply(frame), []);
    }
    assert_eq!(one, other);
    assert_eq!((one.rooms[&ROOM].room.topic.as_str(), one.rooms[&ROOM].room.name.as_str()), ("new", "Release team"));
}

#[test]
fn rooms_come_and_go() {
    let mut workspace = workspace();
    let joined = ServerFrame::Room { rev: Revision(901), room: other_room() };
    assert_eq!(workspace.apply(&joined), [Effect::RoomJoined(RoomId(456))]);
    assert_eq!(workspace.apply(&joined), []);
    let left = ServerFrame::RoomLeft { rev: Revision(902), room_id: ROOM };
    assert_eq!(workspace.apply(&left), [Effect::RoomLeft(ROOM)]);
    assert_eq!(workspace.apply(&left), []);
    assert_eq!(workspace.apply(&message_frame(903, 11, ALANA)), [], "nothing is known of a room that was left");
}

#[test]
fn a_welcome_replaces_what_was_known() {
    let mut workspace = workspace();
    let mut behind = membership();
    behind.room.seq = Sequence(20);
    let welcome = |rooms| ServerFrame::Welcome {
        rev: Revision(950),
        user: emma(),
        rooms,
        people: Some(vec![emma()]),
        presence: vec![PresenceOf { user_id: EMMA, status: Presence::Away }],
    };
    let effects = workspace.apply(&welcome(Some(vec![behind, other_room()])));
    assert_eq!(effects, [Effect::RoomBehind(ROOM), Effect::RoomJoined(RoomId(456))]);
    assert_eq!((workspace.presence_of(ALANA), workspace.presence_of(EMMA)), (Presence::Offline, Presence::Away));
    assert_eq!(workspace.people.len(), 1);
    assert_eq!(workspace.apply(&welcome(Some(vec![other_room()]))), [Effect::RoomLeft(ROOM)]);
    assert_eq!(workspace.apply(&welcome(None)), []);
    assert_eq!(workspace.rooms.len(), 1);
}

#[test]
fn people_and_presence_are_kept() {
    let mut workspace = workspace();
    workspace.apply(&ServerFrame::Person { rev: Revision(901), person: person(EMMA, "Emma B.", Role::Guest) });
    assert_eq!((workspace.user.name.as_str(), workspace.user.role), ("Emma B.", Role::Guest));
    let presence = |status| ServerFrame::Presence { presence: PresenceOf { user_id: ALANA, status } };
    workspace.apply(&presence(Presence::Away));
    assert_eq!(workspace.presence_of(ALANA), Presence::Away);
    workspace.apply(&presence(Presence::Offline));
    assert!(workspace.presence.is_empty());
}

#[test]
fn read_positions_never_go_back() {
    let mut workspace = workspace();
    for (rev, seq, messages) in [(901, 4, 2), (902, 12, 9)] {
        workspace.apply(&ServerFrame::Read { rev: Revision(rev), room_id: ROOM, seq: Sequence(seq), messages });
    }
    assert_eq!(workspace.rooms[&ROOM].read_seq, Sequence(12));
}

#[test]
fn conversations_are_called_after_the_others() {
    let workspace = workspace();
    let mut conversation = membership();
    assert_eq!(workspace.room_title(&conversation), "Release team");
    conversation.room.kind = RoomKind::Conversation;
    assert_eq!(workspace.room_title(&conversation), "Release team", "an integration that speaks to one person");
    conversation.room.name.clear();
    conversation.with = vec![ALANA, UserId(99)];
    assert_eq!(workspace.room_title(&conversation), "Alana, somebody");
    conversation.with.clear();
    assert_eq!(workspace.room_title(&conversation), "Emma");
}

#[test]
fn a_workspace_survives_being_stored() {
    let workspace = workspace();
    let text = serde_json::to_string(&workspace).unwrap();
    assert_eq!(serde_json::from_str::<Workspace>(&text).unwrap(), workspace);
}

fn every_frame() -> Vec<ServerFrame> {
    let joined = EventBody::Joined { user_id: ALANA, by: None };
    vec![
        message_frame(901, 11, ALANA),
        message_frame(902, 12, EMMA),
        ServerFrame::of_event(Revision(903), Event { messages: 10, body: joined, ..event(13) }),
        ServerFrame::Room { rev: Revision(904), room: Membership { room: room(), ..with_topic(13, "t") } },
        ServerFrame::Room { rev: Revision(905), room: other_room() },
        ServerFrame::Read { rev: Revision(906), room_id: ROOM, seq: Sequence(13), messages: 10 },
        ServerFrame::Person { rev: Revision(907), person: person(UserId(13), "Omar", Role::Member) },
        ServerFrame::Presence { presence: PresenceOf { user_id: EMMA, status: Presence::Away } },
        ServerFrame::Typing { room_id: ROOM, user_id: ALANA },
        ServerFrame::Sync { rev: Revision(908), changed_integrations: Default::default() },
        ServerFrame::DynamicData { rev: Revision(909), items: Vec::new() },
        ServerFrame::Ack { room_id: ROOM, id: message(1, EMMA, "").id, seq: Sequence(9), sent_at: Timestamp(0) },
        ServerFrame::RoomLeft { rev: Revision(910), room_id: RoomId(456) },
        ServerFrame::Unknown,
    ]
}

#[test]
fn every_frame_applied_twice_is_applied_once() {
    let mut workspace = workspace();
    for frame in every_frame() {
        workspace.apply(&frame);
        let once = workspace.clone();
        assert_eq!(workspace.apply(&frame), [], "{frame:?}");
        assert_eq!(workspace, once, "{frame:?}");
    }
}

#[test]
fn frames_without_rooms_and_people_change_the_revision_at_most() {
    for frame in every_frame() {
        let mut workspace = workspace();
        workspace.apply(&frame);
        let quiet = matches!(
            frame,
            ServerFrame::Typing { .. }
                | ServerFrame::Sync { .. }
                | ServerFrame::DynamicData { .. }
                | ServerFrame::Ack { .. }
        );
        if quiet {
            workspace.rev = Revision(900);
            assert_eq!(workspace, snapshot().into(), "{frame:?}");
        }
    }
}
