//! The client's store in a real browser: what is written, what survives, and what happens when it breaks.
#![cfg(all(target_arch = "wasm32", feature = "hydrate"))]

use std::{cell::Cell, rc::Rc};

use roomglass_app::{
    client::{database::Database, tables::Tables},
    state::rows::{
        KEPT_EVENTS, RowChange, Stored, StoredRows, Table, all_integrations, of_events, of_integrations, of_pending,
        of_settled, of_workspace,
    },
};
use roomglass_protocol::{
    Event, IntegrationKey, Message, RoomId, RoomRef,
    integration::Extensions,
    push::Revision,
    rest::snapshot::Snapshot,
    state::{PendingMessage, Workspace},
    sync::{ChangedIntegration, ChangedIntegrations, InstalledState},
    token::IntegrationToken,
};
use serde_json::{Value, json};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const ROOM: RoomRef = RoomRef::Room(RoomId(123));
const SUPPORT: RoomRef = RoomRef::Room(RoomId(456));
const LINKS: &str = "com.example.links";

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a value of the protocol")
}

fn key(text: &str) -> IntegrationKey {
    text.parse().expect("an integration key")
}

/// The version of links of the walkthrough, with a panel of this name.
fn links(panel: &str) -> Extensions {
    let page = |key: &str| json!({"key": key, "name": {"value": key}, "url": "https://links.example.com"});
    read(json!({"externalPage": [page("links.page")], "webPanel": [page(panel)]}))
}

fn present(extensions: &Extensions) -> ChangedIntegration {
    let token = IntegrationToken::of(&key(LINKS), extensions);
    ChangedIntegration::Present { key: key(LINKS), token, extensions: Some(extensions.clone()) }
}

fn installs(rooms: &[RoomRef], extensions: &Extensions) -> ChangedIntegrations {
    rooms.iter().map(|room| (*room, vec![present(extensions)])).collect()
}

fn removes(rooms: &[RoomRef]) -> ChangedIntegrations {
    rooms.iter().map(|room| (*room, vec![ChangedIntegration::deleted(key(LINKS))])).collect()
}

fn workspace() -> Workspace {
    let person = json!({"id": 12, "name": "Emma", "mention": "emma", "role": "member"});
    let room = |id: i64| {
        json!({"id": id, "name": "Support", "privacy": "public", "owner_id": 12, "seq": 1, "messages": 0, "read_seq": 1,
               "read_messages": 0})
    };
    let snapshot: Snapshot = read(json!({
        "rev": 900, "organisation": {"id": 1, "name": "Example"}, "user": person, "people": [person], "presence": [],
        "rooms": [room(123), room(456)],
    }));
    snapshot.into()
}

fn message(text: &str) -> Message {
    read(json!({"id": "01890000-0000-7000-8000-000000000001", "from": {"type": "user", "id": 12, "name": "Emma"},
                "text": text, "sent_at": "2026-01-01T10:15:00Z"}))
}

fn events(room: i64, seqs: std::ops::RangeInclusive<i64>) -> Vec<Event> {
    let event = |seq| {
        read(
            json!({"room_id": room, "seq": seq, "messages": 0, "at": "2026-01-01T10:15:00Z", "kind": "created", "by": 12}),
        )
    };
    seqs.map(event).collect()
}

/// A database of its own for each test, new at its beginning.
async fn fresh(name: &str) -> String {
    let name = ["roomglass-test-", name].concat();
    Tables::delete(&name).await.expect("deleting what an earlier run left");
    name
}

async fn filled(name: &str, state: &InstalledState) -> Tables {
    let tables = Tables::open(name).await.expect("opening");
    tables.write(&of_workspace(&workspace())).await.expect("writing");
    tables.write(&all_integrations(state)).await.expect("writing");
    tables
}

async fn stored(tables: &Tables) -> Stored {
    tables.read_all().await.expect("reading").restore().expect("rows that fit together")
}

fn with_links_in(rooms: &[RoomRef]) -> InstalledState {
    let mut state = InstalledState::default();
    state.apply(Revision(1), false, &installs(rooms, &links("links.view")));
    state.retain_rooms(&[ROOM, SUPPORT].into());
    state
}

async fn apply(tables: &Tables, state: &mut InstalledState, changes: &ChangedIntegrations) -> Vec<RowChange> {
    let applied = state.apply(Revision(2), true, changes);
    let changes = of_integrations(&applied, state);
    tables.write(&changes).await.expect("writing");
    changes
}

#[wasm_bindgen_test]
async fn cld_05_what_was_stored_survives_reopening() {
    let name = fresh("reopen").await;
    let state = with_links_in(&[ROOM, SUPPORT]);
    filled(&name, &state).await.close();
    let reopened = Tables::open(&name).await.expect("opening again");
    let stored = stored(&reopened).await;
    assert_eq!(stored.workspace, Some(workspace()));
    assert_eq!((stored.installed.rooms, stored.installed.versions), (state.rooms, state.versions));
}

#[wasm_bindgen_test]
async fn cld_07_a_version_known_by_its_token_is_not_stored_again() {
    let name = fresh("dedupe").await;
    let mut state = with_links_in(&[ROOM]);
    let tables = filled(&name, &state).await;
    // A mark that storing the descriptors again would wipe out.
    let marked = vec![LINKS.into(), "webPanel".into(), "links.view".into()];
    let row = tables.read_all().await.expect("reading").extensions.pop().expect("a row");
    tables.write(&[RowChange::Put(Table::Extensions, marked, [&row, " "].concat())]).await.expect("marking");
    apply(&tables, &mut state, &installs(&[SUPPORT], &links("links.view"))).await;
    let rows = tables.read_all().await.expect("reading");
    assert_eq!((rows.associations.len(), rows.extensions.len()), (2, 2));
    assert!(rows.extensions.iter().any(|row| row.ends_with(' ')), "the descriptors were written again");
}

#[wasm_bindgen_test]
async fn cld_09_an_update_replaces_descriptors_and_token() {
    let name = fresh("replace").await;
    let mut state = with_links_in(&[ROOM]);
    let tables = filled(&name, &state).await;
    apply(&tables, &mut state, &installs(&[ROOM], &links("links.other"))).await;
    let stored = stored(&tables).await.installed;
    assert_eq!(stored.versions[&key(LINKS)].extensions, links("links.other"));
    assert_eq!(stored.versions[&key(LINKS)].token, IntegrationToken::of(&key(LINKS), &links("links.other")));
}

#[wasm_bindgen_test]
async fn cld_10_cld_13_the_entry_goes_with_its_last_room() {
    let name = fresh("drop").await;
    let mut state = with_links_in(&[ROOM, SUPPORT]);
    let tables = filled(&name, &state).await;
    apply(&tables, &mut state, &removes(&[ROOM])).await;
    let rows = tables.read_all().await.expect("reading");
    assert_eq!((rows.associations.len(), rows.extensions.len(), rows.tokens.len()), (1, 2, 1));
    apply(&tables, &mut state, &removes(&[SUPPORT])).await;
    let rows = tables.read_all().await.expect("reading");
    assert_eq!((rows.associations.len(), rows.extensions.len(), rows.tokens.len()), (0, 0, 0));
}

#[wasm_bindgen_test]
async fn cld_11_a_removed_global_integration_loses_its_whole_entry() {
    let name = fresh("global").await;
    let mut state = with_links_in(&[RoomRef::Global]);
    let tables = filled(&name, &state).await;
    assert_eq!(tables.read_all().await.expect("reading").tokens.len(), 1);
    apply(&tables, &mut state, &removes(&[RoomRef::Global])).await;
    let rows = tables.read_all().await.expect("reading");
    assert_eq!((rows.associations.len(), rows.extensions.len(), rows.tokens.len()), (0, 0, 0));
}

/// Runs a line of JavaScript, to watch or to break what the browser offers.
fn javascript(line: &str) -> wasm_bindgen::JsValue {
    js_sys::Function::new_no_args(line).call0(&wasm_bindgen::JsValue::NULL).expect("a line that runs")
}

#[wasm_bindgen_test]
async fn cld_13_all_changes_of_a_frame_are_one_transaction() {
    let name = fresh("one").await;
    let mut state = with_links_in(&[ROOM]);
    let tables = filled(&name, &state).await;
    javascript(
        "const of = IDBDatabase.prototype, real = of.transaction; globalThis.transactions = 0; \
         of.transaction = function (...args) { globalThis.transactions += 1; return real.apply(this, args); }; \
         globalThis.unwatch = () => { of.transaction = real; };",
    );
    let changes = apply(&tables, &mut state, &installs(&[ROOM, SUPPORT], &links("links.other"))).await;
    let transactions = javascript("globalThis.unwatch(); return globalThis.transactions;");
    assert!(changes.len() > 5, "a frame that changes all three tables");
    assert_eq!(transactions.as_f64(), Some(1.0));
}

#[wasm_bindgen_test]
async fn cld_13_a_frame_that_cannot_be_written_whole_is_not_written_at_all() {
    let name = fresh("whole").await;
    let mut state = with_links_in(&[ROOM]);
    let tables = filled(&name, &state).await;
    let before = tables.read_all().await.expect("reading");
    javascript(
        "const of = IDBObjectStore.prototype, real = of.put; let puts = 0; of.put = function (...args) { \
         if (++puts < 2) return real.apply(this, args); \
         of.put = real; throw new DOMException('no room', 'QuotaExceededError'); };",
    );
    let applied = state.apply(Revision(2), true, &installs(&[ROOM, SUPPORT], &links("links.other")));
    assert!(tables.write(&of_integrations(&applied, &state)).await.is_err());
    let after = tables.read_all().await.expect("reading");
    assert_eq!(
        (after.associations, after.extensions, after.tokens),
        (before.associations, before.extensions, before.tokens)
    );
}

#[wasm_bindgen_test]
async fn i10_the_outbox_survives_reopening_until_the_message_is_settled() {
    let name = fresh("outbox").await;
    let pending = PendingMessage { message: message("written offline"), failure: None };
    let tables = filled(&name, &InstalledState::default()).await;
    tables.write(&of_pending(RoomId(123), &pending)).await.expect("writing");
    tables.close();
    let reopened = Tables::open(&name).await.expect("opening again");
    assert_eq!(stored(&reopened).await.outbox, [(RoomId(123), pending.clone())]);
    reopened.write(&of_settled(RoomId(123), pending.message.id)).await.expect("writing");
    assert_eq!(stored(&reopened).await.outbox, []);
}

#[wasm_bindgen_test]
async fn logs_come_back_in_order_and_keep_their_newest_entries() {
    let name = fresh("log").await;
    let tables = Tables::open(&name).await.expect("opening");
    tables.write(&of_events(RoomId(123), &events(123, 1..=KEPT_EVENTS))).await.expect("writing");
    tables.write(&of_events(RoomId(1234), &events(1234, 1..=3))).await.expect("writing");
    tables.write(&of_events(RoomId(123), &events(123, KEPT_EVENTS + 1..=KEPT_EVENTS + 2))).await.expect("writing");
    let rows = tables.read_events(RoomId(123)).await.expect("reading");
    let seqs: Vec<i64> = rows.iter().map(|row| serde_json::from_str::<Event>(row).expect("an event").seq.0).collect();
    assert_eq!(seqs, (3..=KEPT_EVENTS + 2).collect::<Vec<_>>());
    assert_eq!(tables.read_events(RoomId(1234)).await.expect("reading").len(), 3);
}

/// A store that knows everything there ought to be, and counts how often it is asked.
fn store(name: &str, state: &InstalledState) -> (Rc<Database>, Rc<Cell<u32>>) {
    let asked = Rc::new(Cell::new(0));
    let (counter, state) = (asked.clone(), state.clone());
    let everything = move || {
        counter.set(counter.get() + 1);
        [of_workspace(&workspace()), all_integrations(&state)].concat()
    };
    (Rc::new(Database::named(name.to_owned(), everything)), asked)
}

#[wasm_bindgen_test]
async fn a_store_deleted_under_the_page_is_filled_again_by_the_next_change() {
    let name = fresh("deleted").await;
    let state = with_links_in(&[ROOM]);
    let (database, asked) = store(&name, &state);
    database.open().await;
    Tables::delete(&name).await.expect("deleting, as another tab would");
    assert_eq!(asked.get(), 0);
    database.write(of_workspace(&workspace())).await;
    assert_eq!(asked.get(), 1);
    let tables = Tables::open(&name).await.expect("opening beside it");
    assert_eq!(stored(&tables).await.installed.versions, state.versions);
}

#[wasm_bindgen_test]
async fn a_store_that_cannot_be_opened_is_made_new() {
    let name = fresh("foreign").await;
    // A database of a later version than this program knows.
    let later = idb::Factory::new().expect("IndexedDB").open(&name, Some(1000)).expect("a request").await;
    later.expect("a database").close();
    let (database, _) = store(&name, &InstalledState::default());
    let StoredRows { account, .. } = database.open().await;
    assert_eq!(account.len(), 0);
    database.write(of_workspace(&workspace())).await;
    let tables = Tables::open(&name).await.expect("opening beside it");
    assert_eq!(stored(&tables).await.workspace, Some(workspace()));
}

#[wasm_bindgen_test]
async fn an_erased_store_stays_erased() {
    let name = fresh("erased").await;
    let (database, asked) = store(&name, &InstalledState::default());
    database.open().await;
    database.write(of_workspace(&workspace())).await;
    database.erase().await;
    database.write(of_workspace(&workspace())).await;
    let tables = Tables::open(&name).await.expect("opening beside it");
    assert_eq!((tables.read_all().await.expect("reading").account.len(), asked.get()), (0, 0));
}
