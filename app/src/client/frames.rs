//! What each frame of the server leads to.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{
    Event, EventBody, IntegrationKey, OrderedSet, RoomId, RoomRef, UserId, json,
    push::{ServerFrame, TileUpdate},
    state::Effect as Consequence,
    sync::Trigger,
};

use super::{browser, call_news, content, engine::Client, frame, rooms, sync, tiles};
use crate::state::{ConnectionState, ToastKind, rows, sync::SyncOutcome};

/// Takes in one text frame. One that cannot be read means that something was missed: the client repairs itself.
pub fn receive(client: &Rc<Client>, text: &str) {
    match json::read::<ServerFrame>(text) {
        Ok(frame) => apply(client, frame),
        Err(_) => {
            sync::run(client, Trigger::Repair);
            rooms::catch_up_all(client);
        }
    }
}

fn apply(client: &Rc<Client>, frame: ServerFrame) {
    let store = client.store;
    if let ServerFrame::Welcome { user, .. } = &frame
        && user.id != client.user
    {
        // Somebody else has signed in, in another tab.
        return browser::reload();
    }
    let mut changes = Vec::new();
    let mut consequences = Vec::new();
    store.workspace.maybe_update(|workspace| {
        let Some(workspace) = workspace else { return false };
        consequences = workspace.apply(&frame);
        changes = rows::of_frame(&frame, workspace);
        is_drawn_from_workspace(&frame)
    });
    if let Some(event) = frame.event() {
        changes.extend(note_event(client, event));
    }
    client.database.save(changes);
    for consequence in consequences {
        follow(client, consequence);
    }
    match frame {
        ServerFrame::Welcome { .. } => welcomed(client),
        ServerFrame::Typing { room_id, user_id } => note_typing(client, room_id, user_id),
        ServerFrame::Sync { rev, changed_integrations } => {
            let mut outcome = SyncOutcome::default();
            let mut missing = OrderedSet::new();
            store.installed.update(|installed| {
                let applied = installed.apply(rev, true, &changed_integrations);
                outcome.take_in(&applied, installed);
                missing = applied.missing;
            });
            take_outcome(client, outcome);
            if !missing.is_empty() {
                sync::run(client, Trigger::Repair);
            }
        }
        ServerFrame::Update { waiting, .. } => note_update(client, waiting),
        ServerFrame::Call(news) => call_news::keep(store, news),
        ServerFrame::DynamicData { items, .. } => items.into_iter().for_each(|item| note_tile(client, item)),
        // Conditions ask what room and person are.
        ServerFrame::Room { .. } | ServerFrame::Person { .. } => fetch_tiles(client, &OrderedSet::new()),
        _ => {}
    }
}

/// Whether anything that is drawn from the workspace can change by a frame; the others move its revision at most.
fn is_drawn_from_workspace(frame: &ServerFrame) -> bool {
    !matches!(
        frame,
        ServerFrame::Typing { .. } | ServerFrame::DynamicData { .. } | ServerFrame::Sync { .. } | ServerFrame::Call(_)
    )
}

fn welcomed(client: &Rc<Client>) {
    if client.store.workspace.with_untracked(Option::is_none) {
        // An offline page without anything stored: now the server can draw it.
        return browser::reload();
    }
    client.connection.welcomed();
    client.store.connection.set(ConnectionState::CatchingUp);
    let client = client.clone();
    spawn_local(async move {
        client.outbox.resume(&client);
        futures_util::join!(sync::open(&client), rooms::catch_up_loaded(&client));
        client.store.connection.update(|state| {
            if *state == ConnectionState::CatchingUp {
                *state = ConnectionState::Online;
            }
        });
        if let Some(room) = client.store.active.get_untracked() {
            rooms::load(client.clone(), room);
            tiles::fetch_all(&client, room);
        }
    });
}

fn follow(client: &Rc<Client>, consequence: Consequence) {
    match consequence {
        Consequence::RoomJoined(room) => {
            align_rooms(client);
            sync::enter(client, room);
        }
        Consequence::RoomLeft(room) => {
            client.store.forget_room(room);
            client.cursors.borrow_mut().remove(&room);
            client.outbox.forget(room);
            align_rooms(client);
        }
        Consequence::RoomBehind(room) => rooms::catch_up(client, room),
    }
}

/// Integrations are held for exactly the rooms of the user.
fn align_rooms(client: &Rc<Client>) {
    let Some(rooms) = client
        .store
        .workspace
        .with_untracked(|workspace| Some(workspace.as_ref()?.rooms.keys().copied().map(RoomRef::Room).collect()))
    else {
        return;
    };
    let mut outcome = SyncOutcome::default();
    client.store.installed.update(|installed| {
        let applied = installed.retain_rooms(&rooms);
        outcome.take_in(&applied, installed);
    });
    take_outcome(client, outcome);
}

/// Puts a log entry where it belongs. Returns what to write.
fn note_event(client: &Rc<Client>, event: Event) -> Vec<rows::RowChange> {
    let store = client.store;
    let room = event.room_id;
    frame::notification_posted(&event);
    note_members(client, &event);
    if let Some(user) = event.message().and_then(|message| message.sender()) {
        stop_typing(client, room, user);
    }
    let is_loaded = store.loaded_rooms().contains(&room);
    let continues = match is_loaded {
        true => {
            let gap =
                store.shared_room(room).timeline.try_update(|timeline| timeline.insert([event.clone()])).flatten();
            if gap.is_some() {
                rooms::catch_up(client, room);
            }
            gap.is_none()
        }
        // Nobody looks at the room; its stored log grows if this is the next entry.
        false => client.cursors.borrow().get(&room).is_some_and(|cursor| cursor.next() == event.seq),
    };
    if !continues {
        return Vec::new();
    }
    client.moved_cursor(room, event.seq);
    rows::of_events(room, &[event])
}

fn note_members(client: &Rc<Client>, event: &Event) {
    let signals = client.store.shared_room(event.room_id);
    signals.members.update(|members| match (&event.body, members) {
        (EventBody::Joined { user_id, .. }, Some(members)) if !members.contains(user_id) => members.push(*user_id),
        (EventBody::Left { user_id, .. }, Some(members)) => members.retain(|member| member != user_id),
        _ => {}
    });
}

fn note_typing(client: &Rc<Client>, room: RoomId, user: UserId) {
    if user != client.user {
        client.store.typing.update(|typing| {
            typing.entry(room).or_default().insert(user, browser::now());
        });
    }
}

fn stop_typing(client: &Rc<Client>, room: RoomId, user: UserId) {
    let is_typing =
        client.store.typing.with_untracked(|typing| typing.get(&room).is_some_and(|users| users.contains_key(&user)));
    if is_typing {
        client.store.typing.update(|typing| {
            if let Some(users) = typing.get_mut(&room) {
                users.remove(&user);
            }
        });
    }
}

fn note_update(client: &Rc<Client>, waiting: bool) {
    let store = client.store;
    store.updates.update(|moved| *moved = moved.wrapping_add(1));
    if waiting {
        store.toast(ToastKind::Done, "A new version of an integration waits for your review, under Integrations.");
    }
}

fn note_tile(client: &Rc<Client>, item: TileUpdate) {
    let rooms = match item.room_id {
        Some(room) => vec![room],
        None => client.store.installed.with_untracked(|installed| {
            let has_it =
                |room: &RoomId| installed.in_room((*room).into()).iter().any(|(key, _)| **key == item.integration);
            let everywhere = installed.rooms.keys().filter_map(|room| room.room());
            everywhere.filter(|room| has_it(room) && client.store.has_integrations(*room)).collect()
        }),
    };
    for room in rooms {
        tiles::pushed(client, room, &item);
        frame::tile_pushed(room, &item);
    }
}

/// Writes and acts on what a change of integrations led to: stored rows, tiles, open content.
pub fn take_outcome(client: &Rc<Client>, outcome: SyncOutcome) {
    client.database.save(outcome.rows);
    if outcome.rooms.is_empty() && outcome.versions.is_empty() {
        return;
    }
    tiles::drop_removed(client);
    content::close_removed(client);
    fetch_tiles(client, &outcome.versions);
}

/// Fetches the tiles in view that have nothing to show yet, and those of new versions.
fn fetch_tiles(client: &Rc<Client>, versions: &OrderedSet<IntegrationKey>) {
    // While catching up, all tiles of the room are fetched at the end.
    if let Some(room) = client.store.active.get_untracked()
        && client.store.connection.get_untracked() == ConnectionState::Online
    {
        tiles::fetch_changed(client, room, versions);
    }
}
