//! A room: header, live tiles, messages, writing, and the panel beside them.

mod announce;
mod archive;
mod deletion;
mod details;
mod header;
mod invite;
pub mod members;

use leptos::prelude::*;
use roomglass_protocol::{Message, MessageId, RoomId, RoomKind};

use super::{
    composer::Composer,
    controls::{ControlsMenu, OpenControls, Why, show_why},
    log::Log,
    notice::RoomNotice,
    panel::Panel,
    provider::ProviderNames,
    shelf::Shelf,
};
use crate::components::live::{effect, follow, memo, part};
use crate::{
    client::actions,
    state::{RoomSignals, Store, ToastKind, Upload},
};
use announce::announce_new_messages;
use archive::Archived;
use deletion::confirm_deletion;
use header::RoomHeader;

/// What the parts of an open room share; provided by context.
#[derive(Debug, Clone, Copy)]
pub struct OpenRoom {
    /// Which.
    pub id: RoomId,
    /// Its log, members and draft.
    pub signals: RoomSignals,
    /// The menu of controls that is open in it.
    pub controls: RwSignal<Option<OpenControls>>,
    /// What is being explained in it.
    pub why: RwSignal<Option<Why>>,
    /// Files of the message that is being written.
    pub uploads: RwSignal<Vec<Upload>>,
    /// Moved on when files were put into the picker.
    pub picked: RwSignal<u32>,
    /// The message that is about to be deleted.
    pub deleting: RwSignal<Option<MessageId>>,
    /// What it is called.
    pub title: Memo<String>,
    /// Whether something may be written in it.
    pub is_open: Memo<bool>,
    store: Store,
}

impl OpenRoom {
    /// What the parts of a room share while it is open. Signals live as long as the caller's owner.
    pub fn new(store: Store, id: RoomId) -> Self {
        let title = memo(move || room_title(store, id));
        let is_open = memo(move || store.membership(id).is_none_or(|membership| membership.room.is_open()));
        let (controls, why) = (RwSignal::new(None), RwSignal::new(None));
        let (uploads, picked, deleting) = (RwSignal::new(Vec::new()), RwSignal::new(0), RwSignal::new(None));
        Self { id, signals: store.room(id), controls, why, uploads, picked, deleting, title, is_open, store }
    }

    /// Puts a quotation of a message into the draft, to be answered.
    pub fn reply_to(self, message: &Message) {
        if !self.is_open.get_untracked() {
            return self.store.toast(ToastKind::Failed, "This room is archived: nothing new is written in it.");
        }
        let author = match &message.from {
            roomglass_protocol::Author::User { mention, .. } => Some(mention.as_str()),
            roomglass_protocol::Author::Integration { .. } => None,
        };
        let quoted = roomglass_protocol::text::html::plain_text(&message.text);
        let text =
            if message.format == roomglass_protocol::event::MessageFormat::Html { &quoted } else { &message.text };
        self.signals.draft.update(|draft| *draft = super::composer::reply_draft(draft, text, author));
        super::composer::focus_composer();
    }
}

/// What a room is called, by the reader. Reactive.
pub fn room_title(store: Store, room: RoomId) -> String {
    store.workspace.with(|workspace| {
        let title = workspace.as_ref().and_then(|known| Some(known.room_title(known.rooms.get(&room)?)));
        title.unwrap_or_default()
    })
}

/// The picture that tells rooms from conversations, and public from private.
pub fn room_icon(room: &roomglass_protocol::Room) -> &'static str {
    if !room.is_open() {
        return "i-archive";
    }
    match (room.kind, room.privacy) {
        (RoomKind::Conversation, _) => "i-message-square",
        (RoomKind::Room, roomglass_protocol::Privacy::Private) => "i-lock",
        (RoomKind::Room, roomglass_protocol::Privacy::Public) => "i-hash",
    }
}

/// Whoever changes the room wants to write, or, where a keyboard would cover half the screen, to read (design §6).
fn focus_on_arrival() {
    let touch = window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches());
    if !touch {
        return super::composer::focus_composer();
    }
    if let Some(heading) = super::focus::element("room-title") {
        super::focus::give(&heading);
    }
}

/// One open room. Mounted anew for every room.
#[component]
pub fn RoomPane(
    /// Which.
    id: RoomId,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = OpenRoom::new(store, id);
    provide_context(room);
    expect_context::<ProviderNames>().learn(store, id);
    let on_explained = Callback::new(move |()| room.why.set(None));
    let on_decided = Callback::new(move |()| room.deleting.set(None));
    let announcement = announce_new_messages(store, room);

    let is_first_frame = !store.hydrated.get_untracked();
    effect(move || {
        actions::open_room(id);
        if !is_first_frame {
            focus_on_arrival();
        }
    });
    on_cleanup(actions::close_room);

    view! {
        <main id="main" tabindex="-1" class="room" aria-label=follow(move || room.title.get())>
            <RoomHeader/>
            <Shelf/>
            <RoomNotice/>
            <Log/>
            <Panel/>
            {part(move || if room.is_open.get() { view! { <Composer/> }.into_any() } else { view! { <Archived/> }.into_any() })}
            <ControlsMenu/>
            {part(move || room.why.get().map(|why| show_why(why, on_explained)))}
            {part(move || room.deleting.get().map(|message| confirm_deletion(message, on_decided)))}
            <div class="announcer" role="log" aria-live="polite" aria-label="New messages">{part(move || announcement.get())}</div>
        </main>
    }
    .into_any()
}

impl OpenRoom {
    /// Whether integrations can be in it: there are none in conversations.
    pub fn has_integrations(self) -> bool {
        self.store.has_integrations(self.id)
    }

    /// The room as the reader sees it. Reactive; `None` once they are no longer a member.
    pub fn membership(self) -> Option<roomglass_protocol::Membership> {
        self.store.membership(self.id)
    }
}
