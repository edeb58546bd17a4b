//! The client of a page: one for each page somebody is signed in to.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::{leptos_dom::helpers::window_event_listener, prelude::*, task::spawn_local};
use roomglass_protocol::{OrderedMap, RoomId, Sequence, UserId, state::Workspace, sync::Trigger};

use super::{
    browser, connection::Connection, database::Database, outbox::Outbox, presence, presence::Activity, read::ReadMarks,
    rooms, rooms::Filling, service_worker, session, sync::SyncRun, tiles,
};
use crate::{
    page_data::{PageData, PageKind, RoomData, WorkspaceData},
    state::{
        ConnectionState, Loading, Store, merge_installed,
        rows::{self, RowChange, Stored, StoredRows, Table},
    },
};

/// Everything that keeps a signed-in page current.
pub struct Client {
    /// What is drawn.
    pub store: Store,
    /// Whose session it is.
    pub user: UserId,
    /// What survives closing the tab.
    pub database: Rc<Database>,
    /// How far logs are stored, whether loaded or not.
    pub cursors: RefCell<OrderedMap<RoomId, Sequence>>,
    /// The connection to the server.
    pub connection: Connection,
    /// Messages under way.
    pub outbox: Outbox,
    /// Synchronisation of integrations.
    pub sync: SyncRun,
    /// Logs whose end is being fetched.
    pub filling: Filling,
    /// Read positions to be told.
    pub read_marks: ReadMarks,
    /// When the person last did something.
    pub activity: Activity,
    /// Whether the stored state has been taken in.
    ready: Cell<bool>,
}

thread_local! {
    static STORE: Cell<Option<Store>> = const { Cell::new(None) };
    static CLIENT: RefCell<Option<Rc<Client>>> = const { RefCell::new(None) };
}

/// The store of the page, once it is live.
pub fn store() -> Option<Store> {
    STORE.get()
}

/// The client of the page, while somebody is signed in.
pub fn client() -> Option<Rc<Client>> {
    CLIENT.with_borrow(Clone::clone)
}

/// Ends the client: nothing is sent, received or stored any more.
pub fn stop() -> Option<Rc<Client>> {
    let client = CLIENT.take()?;
    client.connection.close();
    Some(client)
}

/// Goes live. The first frame stands; from here on the page may differ from what the server drew.
pub fn start(store: Store, page: &PageData) {
    STORE.set(Some(store));
    store.hydrated.set(true);
    store.now.set(Some(browser::now()));
    service_worker::register(&page.assets);
    match &page.page {
        PageKind::Workspace(data) => begin(store, data.snapshot.user.id, Some(data)),
        PageKind::Shell => match browser::stored_user() {
            Some(user) => begin(store, user, None),
            None => nobody_known(store),
        },
        PageKind::Setup | PageKind::SignIn => spawn_local(session::erase_stored()),
        PageKind::Invitation { .. } => {}
    }
}

/// A page without a connection in a browser that has nothing stored: it waits for the connection.
fn nobody_known(store: Store) {
    store.restored.set(true);
    let _ = window_event_listener(leptos::ev::online, |_| browser::reload());
}

fn begin(store: Store, user: UserId, data: Option<&WorkspaceData>) {
    let client = Rc::new(Client {
        store,
        user,
        database: Rc::new(Database::new(user, everything)),
        cursors: RefCell::default(),
        connection: Connection::default(),
        outbox: Outbox::default(),
        sync: SyncRun::default(),
        filling: Filling::default(),
        read_marks: ReadMarks::default(),
        activity: Activity::default(),
        ready: Cell::new(false),
    });
    CLIENT.set(Some(client.clone()));
    presence::watch(&client);
    let room = data.and_then(|data| data.room.clone());
    spawn_local(async move { client.open(room).await });
}

/// Every row there ought to be, from what the page knows. Logs of rooms that were not opened in it are forgotten.
fn everything() -> Vec<RowChange> {
    client().map(|client| client.all_rows()).unwrap_or_default()
}

impl Client {
    /// Takes in what is stored, then connects.
    async fn open(self: Rc<Self>, room: Option<RoomData>) {
        let other = browser::stored_user().filter(|stored| *stored != self.user);
        if let Some(other) = other {
            super::database::erase(other).await;
        }
        let rows = self.database.open().await;
        let was_stored = browser::stored_user() == Some(self.user);
        let (stored, intact) = read(&rows);
        let trigger =
            if was_stored && (!intact || stored.workspace.is_none()) { Trigger::Repair } else { Trigger::Open };
        self.take_in(stored, room.as_ref(), intact);
        browser::set_stored_user(Some(self.user));
        self.sync.set_opening(trigger);
        self.ready.set(true);
        self.store.restored.set(true);
        if let Some(active) = self.store.active.get_untracked() {
            rooms::load(self.clone(), active);
        }
        self.connection.start(&self);
    }

    /// Whether what was stored has been taken in; before that, nothing stored may be overwritten.
    pub fn is_ready(&self) -> bool {
        self.ready.get()
    }

    /// Whether requests have a chance.
    pub fn is_connected(&self) -> bool {
        self.store.connection.get_untracked().is_connected()
    }

    fn take_in(self: &Rc<Self>, stored: Stored, room: Option<&RoomData>, intact: bool) {
        let Stored { workspace, mut installed, cursors, outbox, tiles } = stored;
        self.cursors.replace(cursors);
        let mut changes = Vec::new();
        let known = workspace.as_ref().map(|workspace| workspace.rev);
        match self.store.workspace.get_untracked() {
            // The server wins: the page is newer than what is stored.
            Some(page) => {
                let page_installed = self.store.installed.get_untracked();
                changes.extend(merge_installed(&mut installed, &page_installed, &page).rows);
                if known != Some(page.rev) || !same_rooms(workspace.as_ref(), &page) {
                    changes.extend(rows::of_workspace(&page));
                }
            }
            None => {
                self.store.workspace.set(workspace);
                self.store.connection.set(ConnectionState::Offline { since: browser::now() });
            }
        }
        self.store.installed.set(installed);
        tiles::restore(self, tiles);
        self.outbox.restore(self, outbox);
        if let Some(room) = room {
            changes.extend(self.take_first_page(room));
        }
        let changes = if intact { changes } else { self.all_rows() };
        self.database.save(changes);
    }

    fn take_first_page(&self, room: &RoomData) -> Vec<RowChange> {
        let stored = self.cursors.borrow().get(&room.room_id).copied();
        let first = room.page.items.first().map(|event| event.seq);
        let continues = stored.zip(first).is_some_and(|(stored, first)| first <= stored.next());
        if let Some(newest) = room.page.items.last() {
            self.cursors.borrow_mut().insert(room.room_id, newest.seq);
        }
        match continues {
            true => rows::of_events(room.room_id, &room.page.items),
            false => rows::replacing_events(room.room_id, &room.page.items),
        }
    }

    /// Remembers how far a log is stored.
    pub fn moved_cursor(&self, room: RoomId, seq: Sequence) {
        let mut cursors = self.cursors.borrow_mut();
        let cursor = cursors.entry(room).or_insert(seq);
        *cursor = (*cursor).max(seq);
    }

    fn all_rows(&self) -> Vec<RowChange> {
        let store = self.store;
        let emptied = [Table::Events, Table::Cursors, Table::Outbox, Table::Tiles].map(RowChange::Clear);
        let mut changes: Vec<RowChange> = emptied.into_iter().collect();
        store
            .workspace
            .with_untracked(|workspace| changes.extend(workspace.as_ref().map(rows::of_workspace).unwrap_or_default()));
        store.installed.with_untracked(|installed| changes.extend(rows::all_integrations(installed)));
        self.cursors.borrow_mut().clear();
        for room in store.all_rooms() {
            let signals = store.shared_room(room);
            signals.timeline.with_untracked(|timeline| {
                changes.extend(timeline.pending().iter().flat_map(|pending| rows::of_pending(room, pending)));
                if signals.newest.get_untracked() == Loading::Done {
                    changes.extend(rows::of_events(room, timeline.events()));
                    self.moved_cursor(room, timeline.newest());
                }
            });
        }
        changes.extend(tiles::all_rows(&store));
        changes
    }
}

/// What the rows say; when they contradict each other, nothing but the messages under way.
fn read(rows: &StoredRows) -> (Stored, bool) {
    match rows.restore() {
        Ok(stored) => (stored, true),
        Err(_) => (Stored { outbox: rows.readable_outbox(), ..Stored::default() }, false),
    }
}

fn same_rooms(stored: Option<&Workspace>, page: &Workspace) -> bool {
    stored.is_some_and(|stored| stored.rooms == page.rooms && stored.people == page.people)
}
