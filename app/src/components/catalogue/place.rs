//! Where an integration is to be installed.

use leptos::prelude::*;
use roomglass_protocol::{
    OrderedSet, Role, RoomId, RoomKind,
    rest::{
        integration::{Install, Review, Source},
        update::VersionId,
    },
};

use crate::components::live::{follow, on, part};
use crate::state::Store;

/// The kinds of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    ThisRoom,
    Rooms,
    Everywhere,
}

/// What was chosen. A handle that can be copied.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    choice: RwSignal<Choice>,
    rooms: RwSignal<OrderedSet<RoomId>>,
    this: Option<RoomId>,
    is_administrator: bool,
}

impl Place {
    /// The room the reader comes from, if they may install there.
    pub fn new(store: Store, room: Option<RoomId>) -> Self {
        let this = room.filter(|room| rooms_to_install_in(store).iter().any(|(id, _)| id == room));
        let choice = if this.is_some() { Choice::ThisRoom } else { Choice::Rooms };
        let is_administrator = store
            .workspace
            .with_untracked(|known| known.as_ref().is_some_and(|known| known.user.role == Role::Administrator));
        Self { choice: RwSignal::new(choice), rooms: RwSignal::new(OrderedSet::new()), this, is_administrator }
    }

    /// The request for it.
    pub fn request(self, source: Source, seen: VersionId) -> Install {
        let (rooms, global) = match self.choice.get_untracked() {
            Choice::ThisRoom => (self.this.into_iter().collect(), false),
            Choice::Rooms => (self.rooms.get_untracked().into_iter().collect(), false),
            Choice::Everywhere => (Vec::new(), true),
        };
        Install { source, rooms, global, version: Some(seen) }
    }

    /// Whether there is a place at all. Reactive.
    pub fn is_chosen(self) -> bool {
        self.choice.get() != Choice::Rooms || self.rooms.with(|rooms| !rooms.is_empty())
    }

    /// What the button says. Reactive.
    pub fn button(self, store: Store) -> String {
        match (self.choice.get(), self.this) {
            (Choice::ThisRoom, Some(room)) => {
                format!("Install in {}", crate::components::room::room_title(store, room))
            }
            (Choice::Everywhere, _) => "Install everywhere".to_owned(),
            _ => match self.rooms.with(OrderedSet::len) {
                1 => "Install in 1 room".to_owned(),
                count => format!("Install in {count} rooms"),
            },
        }
    }
}

/// Named rooms the reader owns; all of theirs if they are an administrator (INST-19).
fn rooms_to_install_in(store: Store) -> Vec<(RoomId, String)> {
    store.workspace.with_untracked(|known| {
        let Some(known) = known else { return Vec::new() };
        let may = |owner| known.user.role == Role::Administrator || owner == known.user.id;
        let rooms = known.rooms.values().map(|membership| &membership.room);
        let mut rooms: Vec<_> = rooms
            .filter(|room| room.kind == RoomKind::Room && may(room.owner_id))
            .map(|room| (room.id, room.name.clone()))
            .collect();
        rooms.sort_by_key(|(_, name)| name.to_lowercase());
        rooms
    })
}

/// The choice, as far as integration and reader allow it.
#[component]
pub fn PlaceChoice(place: Place, review: Review) -> impl IntoView {
    let store = expect_context::<Store>();
    let rooms = rooms_to_install_in(store);
    let everywhere = review.allow_global && place.is_administrator;
    let option = move |choice: Choice, words: String, hint: &'static str| {
        view! {
            <label class="check">
                <input type="radio" name="place" prop:checked=follow(move || place.choice.get() == choice) on:change=on(move |_| place.choice.set(choice))/>
                <span>{words}{(!hint.is_empty()).then(|| view! { <span class="check__hint">{hint}</span> })}</span>
            </label>
        }
    };
    let this = place.this.filter(|_| review.allow_room).map(|room| {
        option(Choice::ThisRoom, format!("Only in {}", crate::components::room::room_title(store, room)), "")
    });
    let several =
        (review.allow_room && !rooms.is_empty()).then(|| option(Choice::Rooms, "In rooms I choose".to_owned(), ""));
    let global = everywhere
        .then(|| option(Choice::Everywhere, "Everywhere".to_owned(), "In every room, also in those made later."));
    let nowhere = this.is_none() && several.is_none() && global.is_none();
    view! {
        <fieldset class="field">
            <legend class="field__label">"Where"</legend>
            {this}{several}
            {part(move || (place.choice.get() == Choice::Rooms).then(|| view! { <RoomBoxes place rooms=rooms.clone()/> }))}
            {global}
            {nowhere.then(|| view! {
                <p class="muted">"Only owners of a room can install integrations in it, and only administrators everywhere."</p>
            })}
        </fieldset>
    }
    .into_any()
}

#[component]
fn RoomBoxes(place: Place, rooms: Vec<(RoomId, String)>) -> impl IntoView {
    let row = move |(id, name): (RoomId, String)| {
        let toggle = move |_| {
            place.rooms.update(|rooms| {
                if !rooms.remove(&id) {
                    rooms.insert(id);
                }
            });
        };
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=follow(move || place.rooms.with(|rooms| rooms.contains(&id))) on:change=toggle/>
                <span>{name}</span>
            </label>
        }
    };
    view! { <div class="place__rooms">{rooms.into_iter().map(row).collect_view()}</div> }.into_any()
}
