//! The signals everything is drawn from.

use std::collections::HashMap;

use leptos::prelude::*;
use roomglass_protocol::{
    ApiError, IntegrationKey, Membership, MessageId, OrderedMap, Person, Role, RoomId, RoomKind, Timestamp, UserId,
    integration::ExtensionRef, rest::catalogue::Search, state::Workspace, sync::InstalledState,
};

use super::{
    Asked, ConnectionState, ControlElement, ExplainedExtension, Loading, OpenContent, RoomSignals, SharedRoomSignals,
    ShownControl, ShownTile, Theme, TileState, Toast, ToastKind, controls_for, explained_controls, explained_tiles,
    visible_tiles,
};
use crate::page_data::{PageData, PageKind, RoomData};

type TileId = (RoomId, ExtensionRef);

/// What the interface knows. A handle that can be copied; provided by context, made once for each page.
#[derive(Debug, Clone, Copy)]
pub struct Store {
    /// People and rooms; `None` while nobody is signed in and before an offline page is filled.
    pub workspace: RwSignal<Option<Workspace>>,
    /// Integrations of all rooms of the user; in the first frame only of the open room and the global one.
    pub installed: RwSignal<InstalledState>,
    /// Integrations on offer, once asked for.
    pub catalogue: RwSignal<Option<Search>>,
    /// Moved on when what waits for this person's review has changed.
    pub updates: RwSignal<u32>,
    /// Moved on when there is something new about calls, or the person wants one.
    pub calls: RwSignal<u32>,
    /// Where the person wants a call; taken by what draws calls.
    pub call_wanted: RwSignal<Option<RoomId>>,
    /// The room in view.
    pub active: RwSignal<Option<RoomId>>,
    /// The connection to the server.
    pub connection: RwSignal<ConnectionState>,
    /// Who is writing where, and when they were last seen to.
    pub typing: RwSignal<OrderedMap<RoomId, OrderedMap<UserId, Timestamp>>>,
    /// Related content in the right sidebar.
    pub panel: RwSignal<Option<OpenContent>>,
    /// Related content in a dialog.
    pub dialog: RwSignal<Option<OpenContent>>,
    /// Where a framed page wants to lead the person; taken by the frame of the workspace.
    pub visit: RwSignal<Option<String>>,
    /// A dialog that a framed page or the person asked for; taken away when it is closed.
    pub asked: RwSignal<Option<Asked>>,
    /// Notices, oldest first.
    pub toasts: RwSignal<Vec<Toast>>,
    /// The look the person chose; `None` follows the system.
    pub theme: RwSignal<Option<Theme>>,
    /// False in the first frame, which the server draws too: no clock, no time zone, nothing of the browser's.
    pub hydrated: RwSignal<bool>,
    /// The present time, moved on a few times a minute; `None` in the first frame.
    pub now: RwSignal<Option<Timestamp>>,
    /// Whether an offline page has looked into IndexedDB, with or without finding something.
    pub restored: RwSignal<bool>,
    rooms: StoredValue<HashMap<RoomId, SharedRoomSignals>>,
    tiles: StoredValue<HashMap<TileId, ArcRwSignal<TileState>>>,
    counter: StoredValue<u64>,
}

impl Store {
    /// The store of a page, filled with what the page came with.
    pub fn new(page: &PageData) -> Self {
        let store = Self {
            workspace: RwSignal::new(None),
            installed: RwSignal::new(InstalledState::default()),
            catalogue: RwSignal::new(None),
            updates: RwSignal::new(0),
            calls: RwSignal::new(0),
            call_wanted: RwSignal::new(None),
            active: RwSignal::new(None),
            connection: RwSignal::new(ConnectionState::default()),
            typing: RwSignal::new(OrderedMap::new()),
            panel: RwSignal::new(None),
            dialog: RwSignal::new(None),
            visit: RwSignal::new(None),
            asked: RwSignal::new(None),
            toasts: RwSignal::new(Vec::new()),
            theme: RwSignal::new(page.theme),
            hydrated: RwSignal::new(false),
            now: RwSignal::new(None),
            restored: RwSignal::new(false),
            rooms: StoredValue::new(HashMap::new()),
            tiles: StoredValue::new(HashMap::new()),
            counter: StoredValue::new(0),
        };
        if let PageKind::Workspace(data) = &page.page {
            store.workspace.set(Some(data.snapshot.clone().into()));
            store.catalogue.set(data.catalogue.clone());
            if let Some(room) = &data.room {
                store.fill_room(room);
            }
        }
        store
    }

    /// The same page with rooms of its own, which no server knows.
    pub fn for_simulation(self) -> Self {
        Self {
            workspace: RwSignal::new(None),
            installed: RwSignal::new(InstalledState::default()),
            rooms: StoredValue::new(HashMap::new()),
            tiles: StoredValue::new(HashMap::new()),
            ..self
        }
    }

    fn fill_room(&self, data: &RoomData) {
        let room = self.shared_room(data.room_id);
        room.timeline.update(|timeline| {
            timeline.insert(data.page.items.iter().cloned());
            timeline.older = data.page.more;
        });
        room.newest.set(Loading::Done);
        room.members.set(Some(data.members.clone()));
        room.new_after.set(self.unread_from(data.room_id));
        self.installed.set(data.installed.clone());
        self.active.set(Some(data.room_id));
    }

    /// Where the "new" line belongs when a room is opened now.
    pub fn unread_from(&self, room: RoomId) -> Option<roomglass_protocol::Sequence> {
        self.membership_untracked(room).filter(|room| room.unread() > 0).map(|room| room.read_seq)
    }

    /// Signals of a room, for the lifetime of the caller's owner. Made when first asked for.
    pub fn room(&self, room: RoomId) -> RoomSignals {
        self.shared_room(room).into()
    }

    /// Signals of a room for code without an owner.
    pub fn shared_room(&self, room: RoomId) -> SharedRoomSignals {
        self.rooms.try_update_value(|rooms| rooms.entry(room).or_default().clone()).unwrap_or_default()
    }

    /// Rooms whose log has been asked for.
    pub fn loaded_rooms(&self) -> Vec<RoomId> {
        let is_loaded = |room: &SharedRoomSignals| room.newest.with_untracked(|newest| *newest != Loading::Idle);
        self.rooms.with_value(|rooms| rooms.iter().filter(|(_, room)| is_loaded(room)).map(|(id, _)| *id).collect())
    }

    /// Rooms that have signals.
    pub fn all_rooms(&self) -> Vec<RoomId> {
        self.rooms.with_value(|rooms| rooms.keys().copied().collect())
    }

    /// Forgets the log and the tiles of a room.
    pub fn forget_room(&self, room: RoomId) {
        self.rooms.update_value(|rooms| drop(rooms.remove(&room)));
        self.tiles.update_value(|tiles| tiles.retain(|(of, _), _| *of != room));
    }

    /// State of a tile in a room, for the lifetime of the caller's owner.
    pub fn tile(&self, room: RoomId, tile: &ExtensionRef) -> RwSignal<TileState> {
        self.shared_tile(room, tile).into()
    }

    /// State of a tile for code without an owner.
    pub fn shared_tile(&self, room: RoomId, tile: &ExtensionRef) -> ArcRwSignal<TileState> {
        self.tiles.try_update_value(|tiles| tiles.entry((room, tile.clone())).or_default().clone()).unwrap_or_default()
    }

    /// Every tile that has a state.
    pub fn all_tiles(&self) -> Vec<(TileId, ArcRwSignal<TileState>)> {
        self.tiles.with_value(|tiles| tiles.iter().map(|(id, tile)| (id.clone(), tile.clone())).collect())
    }

    /// Forgets the tiles of an integration, in one room or in all.
    pub fn forget_tiles(&self, integration: &IntegrationKey, room: Option<RoomId>) {
        self.tiles.update_value(|tiles| {
            tiles.retain(|(of, tile), _| tile.integration != *integration || room.is_some_and(|room| room != *of));
        });
    }

    /// Tiles to show in a room, in order. Reactive: follows data, conditions and installations.
    pub fn visible_tiles(&self, room: RoomId) -> Vec<ShownTile> {
        let Some((user, membership)) = self.person_in(room) else { return Vec::new() };
        self.installed.with(|installed| {
            visible_tiles(installed, &user, &membership.room, |tile| self.shared_tile(room, tile).get())
        })
    }

    /// Controls to offer on an element, evaluated now (CC-13): call it when a menu opens. Not reactive.
    pub fn controls_for(&self, room: RoomId, element: ControlElement<'_>) -> Vec<ShownControl> {
        untrack(|| {
            let Some((user, membership)) = self.person_in(room) else { return Vec::new() };
            self.installed.with(|installed| controls_for(installed, &user, &membership.room, element))
        })
    }

    /// Every tile of a room with what came of its conditions, now.
    pub fn explained_tiles(&self, room: RoomId) -> Vec<ExplainedExtension> {
        untrack(|| {
            let Some((user, membership)) = self.person_in(room) else { return Vec::new() };
            let state = |tile: &ExtensionRef| self.shared_tile(room, tile).get();
            self.installed.with(|installed| explained_tiles(installed, &user, &membership.room, state))
        })
    }

    /// Every control for an element with what came of its conditions, now.
    pub fn explained_controls(&self, room: RoomId, element: ControlElement<'_>) -> Vec<ExplainedExtension> {
        untrack(|| {
            let Some((user, membership)) = self.person_in(room) else { return Vec::new() };
            self.installed.with(|installed| explained_controls(installed, &user, &membership.room, element))
        })
    }

    /// Whether the reader looks after the integrations of a room they are in: its owner and administrators (INST-19).
    /// Reactive.
    pub fn may_install_in(&self, room: RoomId) -> bool {
        self.person_in(room).is_some_and(|(me, Membership { room, .. })| {
            room.kind == RoomKind::Room && (me.role == Role::Administrator || room.owner_id == me.id)
        })
    }

    /// Whether integrations can be in a room: there are none in conversations.
    pub fn has_integrations(&self, room: RoomId) -> bool {
        self.membership_untracked(room).is_none_or(|membership| membership.room.kind == RoomKind::Room)
    }

    /// Whether the person of the session is an administrator. Reactive.
    pub fn is_administrator(&self) -> bool {
        self.workspace.with(|known| known.as_ref().is_some_and(|known| known.user.role == Role::Administrator))
    }

    /// Whether there can be versions of integrations that wait for the person: administrators decide about all, owners about those of
    /// their rooms. Reactive.
    pub fn may_review(&self) -> bool {
        self.is_administrator()
            || self.workspace.with(|known| {
                known.as_ref().is_some_and(|it| it.rooms.values().any(|member| member.room.owner_id == it.user.id))
            })
    }

    /// The answer to a question, told as a notice where it is a refusal: for what has no place of its own to say why.
    pub async fn told_of_failure<T>(self, question: impl Future<Output = Result<T, ApiError>>) -> Result<T, ApiError> {
        let answer = question.await;
        if let Err(error) = &answer {
            self.toast(ToastKind::Failed, error.message.clone());
        }
        answer
    }

    /// The person of the session and a room as they see it. Reactive.
    pub fn person_in(&self, room: RoomId) -> Option<(Person, Membership)> {
        self.workspace.with(|workspace| {
            let workspace = workspace.as_ref()?;
            Some((workspace.user.clone(), workspace.rooms.get(&room)?.clone()))
        })
    }

    /// A room as the user sees it. Reactive.
    pub fn membership(&self, room: RoomId) -> Option<Membership> {
        self.workspace.with(|workspace| workspace.as_ref()?.rooms.get(&room).cloned())
    }

    /// A room as the user sees it, now.
    pub fn membership_untracked(&self, room: RoomId) -> Option<Membership> {
        self.workspace.with_untracked(|workspace| workspace.as_ref()?.rooms.get(&room).cloned())
    }

    /// A message of a room's loaded log, now.
    pub fn message(&self, room: RoomId, id: MessageId) -> Option<roomglass_protocol::Message> {
        self.shared_room(room).timeline.with_untracked(|timeline| {
            timeline.events().iter().filter_map(|event| event.message()).find(|message| message.id == id).cloned()
        })
    }

    /// The person wants a call in a room.
    pub fn want_call(&self, room: RoomId) {
        self.call_wanted.set(Some(room));
        self.calls.update(|moved| *moved = moved.wrapping_add(1));
    }

    /// Shows a notice.
    pub fn toast(&self, kind: ToastKind, text: impl Into<String>) {
        let toast = Toast { id: self.next_number(), kind, text: text.into() };
        self.toasts.update(|toasts| toasts.push(toast));
    }

    /// Takes a notice away.
    pub fn dismiss_toast(&self, id: u64) {
        self.toasts.update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    /// A number no other thing of this page has.
    pub fn next_number(&self) -> u64 {
        self.counter
            .try_update_value(|counter| {
                *counter += 1;
                *counter
            })
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use roomglass_protocol::integration::TileData;

    use super::*;
    use crate::{page_data::AssetNames, state::testing::*};

    fn label(text: &str) -> TileData {
        read(serde_json::json!({"label": {"type": "html", "value": text}}))
    }

    #[test]
    fn dci_07_a_tile_shows_in_each_room_what_was_pushed_there() {
        let owner = Owner::new();
        owner.with(|| {
            let store = Store::new(&PageData { page: PageKind::Shell, assets: AssetNames::default(), theme: None });
            let tile = extension(WEATHER, "weather.now");
            for (room, text) in [(RoomId(123), "sun"), (RoomId(456), "rain")] {
                store.shared_tile(room, &tile).update(|state| state.pushed(label(text), Timestamp(1), true));
            }
            let shown = |room| store.shared_tile(room, &tile).with_untracked(|state| state.data.clone());
            assert_eq!((shown(RoomId(123)), shown(RoomId(456))), (Some(label("sun")), Some(label("rain"))));
        });
    }
}
