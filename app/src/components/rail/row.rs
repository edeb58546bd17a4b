//! A room or conversation in the rail.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use roomglass_protocol::{Membership, RoomId, RoomKind, UserId, state::Workspace};

use crate::components::live::{follow, memo, part};
use crate::{
    components::{
        avatar::{Avatar, known_presence, presence_word},
        icon::Icon,
        room::room_icon,
    },
    state::Store,
};

/// What decides whether a row is drawn anew, and its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RoomRow {
    /// Room or conversation.
    pub kind: RoomKind,
    title: String,
    id: RoomId,
    icon: &'static str,
    with: Vec<UserId>,
}

impl RoomRow {
    /// All rows, by title. Reactive.
    pub fn all(store: Store) -> Vec<Self> {
        store.workspace.with(|known| {
            let Some(known) = known else { return Vec::new() };
            // What is put away is in view or found by those who look for it.
            let active = store.active.get();
            let listed = known.rooms.values().filter(|it| it.room.is_open() || Some(it.room.id) == active);
            let mut rows: Vec<Self> = listed.map(|room| Self::of(known, room)).collect();
            rows.sort_by_cached_key(|row| (row.title.to_lowercase(), row.id));
            rows
        })
    }

    /// Rooms of the reader that are put away, by title. Not reactive.
    pub fn archived(store: Store) -> Vec<Self> {
        store.workspace.with_untracked(|known| {
            let Some(known) = known else { return Vec::new() };
            let away = known.rooms.values().filter(|it| !it.room.is_open());
            let mut rows: Vec<Self> = away.map(|room| Self::of(known, room)).collect();
            rows.sort_by_cached_key(|row| (row.title.to_lowercase(), row.id));
            rows
        })
    }

    fn of(known: &Workspace, membership: &Membership) -> Self {
        Self {
            kind: membership.room.kind,
            title: known.room_title(membership),
            id: membership.room.id,
            icon: room_icon(&membership.room),
            with: membership.with.clone(),
        }
    }
}

/// A link to the room, with the number of messages the reader has not read.
#[component]
pub fn RoomLink(row: RoomRow) -> impl IntoView {
    let store = expect_context::<Store>();
    let path = use_location().pathname;
    let RoomRow { title, id, icon, with, .. } = row;
    let href = format!("/rooms/{id}");
    let own = href.clone();
    let current = move || path.with(|path| *path == own).then_some("page");
    let unread = memo(move || store.membership(id).map_or(0, |membership| membership.unread()));
    let picture = match with.as_slice() {
        [other] => view! { <Avatar id=*other name=title.clone() class="avatar avatar--20" presence=true/> }.into_any(),
        _ => view! { <Icon name=icon/> }.into_any(),
    };
    let presence = with.first().filter(|_| with.len() == 1).map(|other| {
        let presence = known_presence(*other);
        move || presence.get().map(|presence| view! { <span class="sr-only">", "{presence_word(presence)}</span> })
    });
    view! {
        <a class="rail__row" href=href aria-current=follow(current) data-unread=follow(move || (unread.get() > 0).then_some(""))>
            {picture}
            <span class="rail__name"><bdi>{title}</bdi>{presence}</span>
            {part(move || (unread.get() > 0).then(|| view! {
                <span class="badge">{unread.get()}<span class="sr-only">" unread"</span></span>
            }))}
        </a>
    }
    .into_any()
}
