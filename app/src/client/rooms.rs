//! Rooms: entering, loading and catching up logs, membership.

use std::{cell::RefCell, rc::Rc};

use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{
    ApiError, Membership, OrderedSet, Person, Room, RoomId, Sequence, UserId,
    push::ClientFrame,
    rest::{
        message::{self, Page, Query},
        person, room,
    },
    state::Timeline,
};

use super::{
    engine::{Client, client, store},
    rest, tiles,
};
use crate::state::{ConnectionState, Loading, rows, take_newest_page};

/// Pages fetched one after the other to catch up; a log that is further behind starts from its newest page.
const MOST_PAGES: usize = 5;

/// Brings a room into view.
pub fn open(room: RoomId) {
    let Some(client) = client() else { return };
    let store = client.store;
    if store.active.get_untracked() != Some(room) {
        store.active.set(Some(room));
        store.shared_room(room).new_after.set(store.unread_from(room));
        client.connection.send(&ClientFrame::Active { rooms: vec![room] });
    }
    tiles::seen(&client, room);
    if client.is_ready() {
        load(client.clone(), room);
        if store.connection.get_untracked() == ConnectionState::Online {
            tiles::fetch_all(&client, room);
        }
    }
}

/// No room is in view.
pub fn close() {
    let Some(client) = client() else { return };
    client.store.active.set(None);
    client.connection.send(&ClientFrame::Active { rooms: Vec::new() });
}

/// Loads the newest part of a log and the members, unless they are there.
pub fn load(client: Rc<Client>, room: RoomId) {
    let signals = client.store.shared_room(room);
    spawn_local(async move {
        if !matches!(signals.newest.get_untracked(), Loading::InFlight | Loading::Done) {
            load_log(&client, room).await;
        }
        if signals.members.with_untracked(Option::is_none) {
            load_members(&client, room).await;
        }
    });
}

/// What is stored is shown at once, then what the server has.
async fn load_log(client: &Client, room: RoomId) {
    let signals = client.store.shared_room(room);
    signals.newest.set(Loading::InFlight);
    let stored = client.database.events(room).await;
    if !stored.is_empty() {
        signals.timeline.update(|timeline| show_stored(timeline, stored));
    }
    let loaded = load_newest(client, room).await;
    signals.newest.set(match loaded {
        Ok(()) => Loading::Done,
        Err(_) if signals.timeline.with_untracked(|timeline| !timeline.events().is_empty()) => Loading::Done,
        Err(error) => Loading::Failed(error),
    });
}

/// Shows what reaches without a gap to the newest entry. What stands alone below it is what stays of deleted messages.
fn show_stored(timeline: &mut Timeline, mut stored: Vec<roomglass_protocol::Event>) {
    let gap = stored.windows(2).rposition(|pair| pair[0].seq.next() != pair[1].seq);
    let stored = stored.split_off(gap.map_or(0, |gap| gap + 1));
    timeline.insert(stored);
    timeline.older = timeline.oldest() > Sequence(1);
}

async fn load_newest(client: &Client, room: RoomId) -> Result<(), ApiError> {
    let page = events(room, Query::default()).await?;
    take_newest(client, room, &page);
    Ok(())
}

fn take_newest(client: &Client, room: RoomId, page: &Page) {
    let timeline = client.store.shared_room(room).timeline;
    let changes = timeline.try_update(|timeline| take_newest_page(room, timeline, page)).unwrap_or_default();
    if let Some(newest) = page.items.last() {
        client.moved_cursor(room, newest.seq);
    }
    client.database.save(changes);
}

async fn load_members(client: &Client, room: RoomId) {
    let path = rest::path(room::PATH_MEMBERS, &[("room_id", &room)]);
    if let Ok(room::Members { items }) = rest::get(&path).await {
        client.store.shared_room(room).members.set(Some(items));
    }
}

async fn events(room: RoomId, query: Query) -> Result<Page, ApiError> {
    let mut path = rest::path(message::PATH_EVENTS, &[("room_id", &room)]);
    path.push_str("?limit=");
    path.push_str(&query.limit.unwrap_or(message::DEFAULT_LIMIT).to_string());
    for (name, seq) in [("&before=", query.before), ("&after=", query.after)] {
        if let Some(seq) = seq {
            path.push_str(name);
            path.push_str(&seq.to_string());
        }
    }
    rest::get(&path).await
}

/// Loads the next older part of a log.
pub async fn load_older(room: RoomId) -> Result<(), ApiError> {
    let Some(client) = client() else { return Ok(()) };
    let signals = client.store.shared_room(room);
    let (before, older) = signals.timeline.with_untracked(|timeline| (timeline.oldest(), timeline.older));
    if !older || signals.older.get_untracked() == Loading::InFlight {
        return Ok(());
    }
    signals.older.set(Loading::InFlight);
    match events(room, Query { before: Some(before), ..Query::default() }).await {
        Ok(Page { items, more }) => {
            signals.timeline.update(|timeline| timeline.prepend(items, more));
            signals.older.set(Loading::Done);
            Ok(())
        }
        Err(error) => {
            signals.older.set(Loading::Failed(error.clone()));
            Err(error)
        }
    }
}

/// Logs whose end is being fetched.
#[derive(Default)]
pub struct Filling {
    running: RefCell<OrderedSet<RoomId>>,
    /// Asked for again meanwhile: what is fetched now may have been asked for too early.
    again: RefCell<OrderedSet<RoomId>>,
}

/// Fetches what is missing at the end of a loaded log.
pub fn catch_up(client: &Rc<Client>, room: RoomId) {
    if client.store.loaded_rooms().contains(&room) {
        let client = client.clone();
        spawn_local(async move { fill(&client, room).await });
    }
}

/// The same for every loaded log, whether known to be behind or not.
pub fn catch_up_all(client: &Rc<Client>) {
    for room in client.store.loaded_rooms() {
        catch_up(client, room);
    }
}

/// The same for every loaded log that is behind what the welcome said.
pub async fn catch_up_loaded(client: &Rc<Client>) {
    for room in client.store.loaded_rooms() {
        let newest = client.store.shared_room(room).timeline.with_untracked(Timeline::newest);
        if client.store.membership_untracked(room).is_some_and(|membership| membership.room.seq > newest) {
            fill(client, room).await;
        }
    }
}

async fn fill(client: &Client, room: RoomId) {
    let Filling { running, again } = &client.filling;
    if !running.borrow_mut().insert(room) {
        again.borrow_mut().insert(room);
        return;
    }
    fill_gap(client, room).await;
    while again.borrow_mut().remove(&room) {
        fill_gap(client, room).await;
    }
    running.borrow_mut().remove(&room);
}

async fn fill_gap(client: &Client, room: RoomId) {
    let timeline = client.store.shared_room(room).timeline;
    for _ in 0..MOST_PAGES {
        let after = timeline.with_untracked(Timeline::newest);
        if after == Sequence::START {
            break;
        }
        let query = Query { after: Some(after), limit: Some(message::MAX_LIMIT), ..Query::default() };
        let Ok(page) = events(room, query).await else { return };
        if let Some(newest) = page.items.last() {
            client.moved_cursor(room, newest.seq);
            client.database.save(rows::of_events(room, &page.items));
        }
        timeline.update(|timeline| {
            timeline.insert(page.items);
        });
        if !page.more {
            return;
        }
    }
    // Nothing there, or far behind: the newest page takes the place of what is loaded, and scrolling up loads what lies between.
    let _ = load_newest(client, room).await;
}

/// Reads the people of the organisation again.
pub async fn load_people() -> Result<Vec<Person>, ApiError> {
    let person::People { items, presence } = rest::get(person::PATH).await?;
    if let Some(store) = store() {
        store.workspace.update(|workspace| {
            if let Some(workspace) = workspace {
                workspace.people = items.iter().map(|person| (person.id, person.clone())).collect();
                workspace.presence = presence.iter().map(|presence| (presence.user_id, presence.status)).collect();
            }
        });
    }
    Ok(items)
}

/// Puts a room the server answered with where the frame about it will put it too.
fn note(membership: Membership) -> RoomId {
    let id = membership.room.id;
    if let Some(store) = store() {
        store.workspace.update(|workspace| {
            if let Some(workspace) = workspace {
                workspace.rooms.entry(id).or_insert(membership);
            }
        });
    }
    id
}

/// Makes a room.
pub async fn create(request: room::Create) -> Result<RoomId, ApiError> {
    rest::post(room::PATH, &request).await.map(note)
}

/// Public rooms the person could join.
pub async fn joinable() -> Result<Vec<Room>, ApiError> {
    let room::Joinable { items } = rest::get(room::PATH_JOINABLE).await?;
    Ok(items)
}

/// Joins a public room, and waits until it is in the list.
pub async fn join(room: RoomId) -> Result<(), ApiError> {
    rest::post_empty(&rest::path(room::PATH_JOIN, &[("room_id", &room)])).await?;
    note(rest::get(&rest::path(room::PATH_ONE, &[("room_id", &room)])).await?);
    Ok(())
}

/// Leaves a room.
pub async fn leave(room: RoomId) -> Result<(), ApiError> {
    let Some(client) = client() else { return Ok(()) };
    remove(room, client.user).await
}

/// Makes a person a member of a room.
pub async fn invite(room: RoomId, user_id: UserId) -> Result<(), ApiError> {
    let path = rest::path(room::PATH_MEMBERS, &[("room_id", &room)]);
    rest::post(&path, &room::AddMember { user_id }).await
}

/// Takes a person out of a room.
pub async fn remove(room: RoomId, user: UserId) -> Result<(), ApiError> {
    rest::delete(&rest::path(room::PATH_MEMBER, &[("room_id", &room), ("user_id", &user)])).await
}

/// Changes a room. The frame about it changes what is shown.
pub async fn change(room: RoomId, change: room::Change) -> Result<(), ApiError> {
    let path = rest::path(room::PATH_ONE, &[("room_id", &room)]);
    rest::patch::<Membership>(&path, &change).await.map(drop)
}

/// Changes the topic of a room.
pub async fn change_topic(room: RoomId, topic: String) -> Result<(), ApiError> {
    change(room, room::Change { topic: Some(topic), ..room::Change::default() }).await
}

/// Opens the conversation with people.
pub async fn open_conversation(user_ids: Vec<UserId>) -> Result<RoomId, ApiError> {
    rest::post(room::PATH_CONVERSATIONS, &room::OpenConversation { user_ids }).await.map(note)
}
