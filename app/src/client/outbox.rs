//! Messages under way. One is stored in this browser before it is sent, and leaves only by acknowledgement, by a shown
//! refusal, or by the person (I10). One at a time for each room, so that their order is kept (I3). Two tabs may send the
//! same message: its id makes it one (I2).

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{
    Attachment, Author, ErrorKind, Message, MessageId, OrderedMap, OrderedSet, RoomId,
    event::MessageFormat,
    rest::message::{self, Sent},
    state::PendingMessage,
};

use super::{
    browser,
    engine::{Client, client},
    rest, rooms,
};
use crate::state::rows;

/// Wait after an answer that says "later".
const LATER_MS: u32 = 5_000;

/// What waits to be sent.
#[derive(Default)]
pub struct Outbox {
    waiting: RefCell<OrderedMap<RoomId, VecDeque<message::Send>>>,
    sending: RefCell<OrderedSet<RoomId>>,
}

/// What came of trying to send the first message of a room.
enum Attempt {
    Settled,
    Later,
    NoConnection,
}

/// Sends a message.
pub fn send(room: RoomId, text: String, attachments: Vec<Attachment>) {
    let Some(client) = client() else { return };
    let Some(from) = client.store.workspace.with_untracked(|workspace| {
        let user = &workspace.as_ref()?.user;
        Some(Author::User { id: user.id, name: user.name.clone(), mention: user.mention.clone() })
    }) else {
        return;
    };
    let message = Message {
        id: MessageId(uuid::Uuid::now_v7()),
        from,
        text,
        format: MessageFormat::Markdown,
        color: None,
        card: None,
        metadata: None,
        attachments,
        deleted: false,
        sent_at: browser::now(),
    };
    let signals = client.store.shared_room(room);
    signals.timeline.update(|timeline| timeline.send(message.clone()));
    // Who answers has read what was new.
    signals.new_after.set(None);
    client.outbox.enqueue(&client, room, PendingMessage { message, failure: None });
}

/// Sends a failed message again.
pub fn retry(room: RoomId, id: MessageId) {
    let Some(client) = client() else { return };
    let timeline = client.store.shared_room(room).timeline;
    if let Some(pending) = timeline.try_update(|timeline| timeline.retry(id).cloned()).flatten() {
        client.outbox.enqueue(&client, room, pending);
    }
}

/// Gives up a failed message.
pub fn discard(room: RoomId, id: MessageId) {
    let Some(client) = client() else { return };
    client.store.shared_room(room).timeline.update(|timeline| timeline.discard(id));
    client.database.save(rows::of_settled(room, id));
}

/// A message as it is sent.
fn request(message: &Message) -> message::Send {
    let attachments = message.attachments.iter().map(|file| file.id).collect();
    message::Send { id: message.id, text: message.text.clone(), attachments }
}

impl Outbox {
    fn enqueue(&self, client: &Rc<Client>, room: RoomId, pending: PendingMessage) {
        let stored = client.database.write(rows::of_pending(room, &pending));
        let request = request(&pending.message);
        let client = client.clone();
        spawn_local(async move {
            // Storing ends in the order of the calls, so the queue has the order of writing.
            stored.await;
            client.outbox.waiting.borrow_mut().entry(room).or_default().push_back(request);
            pump(&client, room).await;
        });
    }

    /// Takes in what an earlier page left. What this page was given before it could look is stored now.
    pub fn restore(&self, client: &Rc<Client>, stored: Vec<(RoomId, PendingMessage)>) {
        let written_meanwhile = self.waiting.take();
        for (room, PendingMessage { message, failure }) in stored {
            let (id, request) = (message.id, request(&message));
            client.store.shared_room(room).timeline.update(|timeline| {
                timeline.send(message);
                if let Some(why) = &failure {
                    timeline.fail(id, why.clone());
                }
            });
            if failure.is_none() {
                self.waiting.borrow_mut().entry(room).or_default().push_back(request);
            }
        }
        for (room, messages) in written_meanwhile {
            self.waiting.borrow_mut().entry(room).or_default().extend(messages);
        }
        for room in client.store.all_rooms() {
            let timeline = client.store.shared_room(room).timeline;
            let rows = timeline.with_untracked(|timeline| {
                timeline.pending().iter().flat_map(|pending| rows::of_pending(room, pending)).collect()
            });
            client.database.save(rows);
        }
    }

    /// Sends what waits, now that there is a connection.
    pub fn resume(&self, client: &Rc<Client>) {
        let rooms: Vec<RoomId> = self.waiting.borrow().keys().copied().collect();
        for room in rooms {
            let client = client.clone();
            spawn_local(async move { pump(&client, room).await });
        }
    }

    /// The person left the room.
    pub fn forget(&self, room: RoomId) {
        self.waiting.borrow_mut().remove(&room);
    }

    fn first(&self, room: RoomId) -> Option<message::Send> {
        self.waiting.borrow().get(&room)?.front().cloned()
    }

    fn drop_first(&self, room: RoomId, id: MessageId) {
        let mut waiting = self.waiting.borrow_mut();
        let Some(queue) = waiting.get_mut(&room) else { return };
        queue.pop_front_if(|first| first.id == id);
        if queue.is_empty() {
            waiting.remove(&room);
        }
    }
}

async fn pump(client: &Rc<Client>, room: RoomId) {
    // Before the stored ones are known, a newer message could overtake them.
    if !client.is_ready() || !client.outbox.sending.borrow_mut().insert(room) {
        return;
    }
    while let Some(message) = client.outbox.first(room) {
        match attempt(client, room, message).await {
            Attempt::Settled => {}
            Attempt::Later => TimeoutFuture::new(LATER_MS).await,
            Attempt::NoConnection => break,
        }
    }
    client.outbox.sending.borrow_mut().remove(&room);
}

async fn attempt(client: &Rc<Client>, room: RoomId, message: message::Send) -> Attempt {
    let path = rest::path(message::PATH, &[("room_id", &room)]);
    let timeline = client.store.shared_room(room).timeline;
    let id = message.id;
    match rest::post::<Sent>(&path, &message).await {
        Ok(sent) => {
            client.outbox.drop_first(room, id);
            timeline.update(|timeline| timeline.acknowledge(&sent));
            client.database.save(rows::of_settled(room, id));
            if !client.is_connected() {
                rooms::catch_up(client, room);
            }
            Attempt::Settled
        }
        Err(error) => match error.kind {
            ErrorKind::Unavailable if client.is_connected() => Attempt::Later,
            ErrorKind::Unavailable | ErrorKind::Unauthenticated => Attempt::NoConnection,
            ErrorKind::TooMany | ErrorKind::Internal => Attempt::Later,
            _ => {
                client.outbox.drop_first(room, id);
                timeline.update(|timeline| timeline.fail(id, error.message));
                let failed = timeline.with_untracked(|timeline| {
                    let pending = timeline.pending().iter().find(|pending| pending.message.id == id);
                    pending.map(|pending| rows::of_pending(room, pending)).unwrap_or_default()
                });
                client.database.save(failed);
                Attempt::Settled
            }
        },
    }
}
