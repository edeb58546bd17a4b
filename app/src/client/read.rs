//! Telling how far the person has read.

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{OrderedMap, RoomId, Sequence, rest::room};

use super::{
    browser,
    engine::{Client, client},
    rest,
};

/// Positions are told this long after the first of them was reached: reading on moves them meanwhile.
const READ_DELAY_MS: u32 = 400;

/// Read positions to be told to the server.
#[derive(Default)]
pub struct ReadMarks {
    waiting: RefCell<OrderedMap<RoomId, Sequence>>,
    timer: RefCell<Option<Timeout>>,
}

/// The person has seen an entry. While the window is hidden nobody has; it counts once it is looked at.
pub fn mark(room: RoomId, seq: Sequence) {
    let Some(client) = client() else { return };
    let is_news = client.store.membership_untracked(room).is_some_and(|membership| membership.read_seq < seq);
    if is_news {
        client.read_marks.waiting.borrow_mut().insert(room, seq);
        tell(&client);
    }
}

/// Tells read positions that wait, a moment from now, if the window is visible.
pub fn tell(client: &Rc<Client>) {
    let ReadMarks { waiting, timer } = &client.read_marks;
    if !browser::is_visible() || waiting.borrow().is_empty() || timer.borrow().is_some() {
        return;
    }
    let teller = client.clone();
    timer.replace(Some(Timeout::new(READ_DELAY_MS, move || {
        // The timer is running this very closure: forgetting the handle must not cancel it.
        teller.read_marks.timer.take().map(Timeout::forget);
        let marks = teller.read_marks.waiting.take();
        for (room, seq) in marks {
            move_position(&teller, room, seq);
            spawn_local(async move {
                let path = rest::path(room::PATH_READ, &[("room_id", &room)]);
                // When it is lost, the next entry that is read makes up for it.
                let _ = rest::post::<()>(&path, &room::MarkRead { seq }).await;
            });
        }
    })));
}

fn move_position(client: &Client, room: RoomId, seq: Sequence) {
    let messages = client.store.shared_room(room).timeline.with_untracked(|timeline| {
        timeline.events().iter().rev().find(|event| event.seq <= seq).map(|event| event.messages)
    });
    client.store.workspace.update(|workspace| {
        let membership = workspace.as_mut().and_then(|workspace| workspace.rooms.get_mut(&room));
        if let (Some(membership), Some(messages)) = (membership, messages) {
            membership.read_up_to(seq, messages);
        }
    });
}
