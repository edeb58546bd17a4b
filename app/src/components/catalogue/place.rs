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
    /// Whether there are rooms to choose from.
    in_rooms: bool,
    everywhere: bool,
}

impl Place {
    /// The room the reader comes from, if they may install there; else whatever reader and provider allow.
    pub fn new(store: Store, room: Option<RoomId>, review: &Review) -> Self {
        let rooms = if review.allow_room { rooms_to_install_in(store) } else { Vec::new() };
        let this = room.filter(|room| rooms.iter().any(|(id, _)| id == room));
        let in_rooms = !rooms.is_empty();
        let everywhere = review.allow_global && untrack(|| store.is_administrator());
        let choice = match this {
            Some(_) => Choice::ThisRoom,
            None if everywhere && !in_rooms => Choice::Everywhere,
            None => Choice::Rooms,
        };
        Self { choice: RwSignal::new(choice), rooms: RwSignal::new(OrderedSet::new()), this, in_rooms, everywhere }
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

/// Why there is no place to choose; nothing where there is one.
fn nowhere(place: Place, review: &Review) -> &'static str {
    match (review.allow_room, review.allow_global) {
        _ if place.in_rooms || place.everywhere => "",
        (true, _) => "Only owners of a room can install integrations in it, and only administrators everywhere.",
        (false, true) => "Its provider lets it be installed everywhere only, which administrators can do.",
        (false, false) => "Its provider lets it be installed nowhere.",
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
    let option = move |choice: Choice, words: String, hint: &'static str| {
        view! {
            <label class="check">
                <input type="radio" name="place" prop:checked=follow(move || place.choice.get() == choice) on:change=on(move |_| place.choice.set(choice))/>
                <span>{words}{(!hint.is_empty()).then(|| view! { <span class="check__hint">{hint}</span> })}</span>
            </label>
        }
    };
    let this = place.this.map(|room| {
        option(Choice::ThisRoom, format!("Only in {}", crate::components::room::room_title(store, room)), "")
    });
    let several = place.in_rooms.then(|| option(Choice::Rooms, "In rooms I choose".to_owned(), ""));
    let chooses_rooms = move || place.in_rooms && place.choice.get() == Choice::Rooms;
    let global = place
        .everywhere
        .then(|| option(Choice::Everywhere, "Everywhere".to_owned(), "In every room, also in those made later."));
    let nowhere = nowhere(place, &review);
    view! {
        <fieldset class="field">
            <legend class="field__label">"Where"</legend>
            {this}{several}
            {part(move || chooses_rooms().then(|| view! { <RoomBoxes place rooms=rooms.clone()/> }))}
            {global}
            {(!nowhere.is_empty()).then(|| view! { <p class="muted">{nowhere}</p> })}
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::page_data::{AssetNames, PageData, PageKind};

    const OWN: RoomId = RoomId(123);

    fn read<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
        serde_json::from_value(value).expect("a value of the protocol")
    }

    /// A page of somebody who owns one room.
    fn page(role: &str) -> Store {
        let page = PageData { page: PageKind::Shell, assets: AssetNames::default(), theme: None };
        let me = json!({"id": 12, "name": "Emma", "mention": "emma", "role": role});
        let room = json!({"id": OWN, "name": "Release team", "privacy": "private", "owner_id": 12, "seq": 1, "messages": 1,
            "read_seq": 1, "read_messages": 1});
        let snapshot: roomglass_protocol::rest::snapshot::Snapshot =
            read(json!({"rev": 900, "user": me, "people": [me],
            "organisation": {"id": 1, "name": "Example"}, "presence": [], "rooms": [room]}));
        let store = Store::new(&page);
        store.workspace.set(Some(snapshot.into()));
        store
    }

    fn review(allow_room: bool, allow_global: bool) -> Review {
        read(json!({"version": "1", "key": "desk", "warnings": [], "name": "Desk", "description": "", "vendor": null,
            "homepage": null, "origin": "https://desk.example.com", "hosts": [], "scopes": [], "allow_room": allow_room,
            "allow_global": allow_global, "extensions": {}}))
    }

    /// Whether a place is chosen, what the button says, and what is said where there is none.
    fn choice(role: &str, allow_room: bool, allow_global: bool) -> (bool, String, String) {
        Owner::new().with(|| {
            let (store, review) = (page(role), review(allow_room, allow_global));
            let place = Place::new(store, Some(OWN), &review);
            (untrack(|| place.is_chosen()), untrack(|| place.button(store)), nowhere(place, &review).to_owned())
        })
    }

    // INST-19
    #[test]
    fn the_room_one_comes_from_is_chosen_where_the_provider_allows_rooms() {
        let (chosen, button, nowhere) = choice("member", true, false);
        assert_eq!((chosen, button.as_str(), nowhere.as_str()), (true, "Install in Release team", ""));
    }

    #[test]
    fn everywhere_is_chosen_where_the_provider_allows_no_rooms() {
        let (chosen, button, nowhere) = choice("administrator", false, true);
        assert_eq!((chosen, button.as_str(), nowhere.as_str()), (true, "Install everywhere", ""));
    }

    #[test]
    fn whom_the_provider_leaves_no_place_is_told_whose_limit_it_is() {
        let (chosen, _, nowhere) = choice("member", false, true);
        assert!(!chosen);
        assert_eq!(nowhere, "Its provider lets it be installed everywhere only, which administrators can do.");
        let (_, _, nowhere) = choice("administrator", false, false);
        assert_eq!(nowhere, "Its provider lets it be installed nowhere.");
    }
}
