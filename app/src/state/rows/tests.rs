use std::collections::BTreeMap;

use roomglass_protocol::{
    MessageId, RoomId, RoomRef, Sequence,
    push::{Revision, ServerFrame},
    state::PendingMessage,
    sync::{ChangedIntegration, InstalledState},
};

use super::*;
use crate::state::testing::*;

/// The tables as IndexedDB would have them, by name of the store and text of the key.
#[derive(Default)]
struct Tables(BTreeMap<(&'static str, String), String>);

impl Tables {
    fn of(changes: impl IntoIterator<Item = RowChange>) -> Self {
        let mut tables = Self::default();
        tables.make(changes);
        tables
    }

    fn make(&mut self, changes: impl IntoIterator<Item = RowChange>) {
        for change in changes {
            match change {
                RowChange::Put(table, key, row) => drop(self.0.insert((table.name(), text(&key)), row)),
                RowChange::Delete(table, key) => drop(self.0.remove(&(table.name(), text(&key)))),
                RowChange::DeleteUnder(table, key) => {
                    self.0.retain(|(name, row), _| *name != table.name() || !row.starts_with(&text(&key)));
                }
                RowChange::DeleteEventsUpTo(..) => {}
                RowChange::Clear(table) => self.0.retain(|(name, _), _| *name != table.name()),
            }
        }
    }

    fn rows(&self, table: Table) -> Vec<String> {
        self.0.iter().filter(|((name, _), _)| *name == table.name()).map(|(_, row)| row.clone()).collect()
    }

    /// Keys of the rows of a table, each part followed by a stroke.
    fn keys(&self, table: Table) -> Vec<String> {
        self.0.keys().filter(|(name, _)| *name == table.name()).map(|(_, key)| key.clone()).collect()
    }

    fn restore(&self) -> Result<Stored, Broken> {
        self.stored_rows().restore()
    }

    fn stored_rows(&self) -> StoredRows {
        StoredRows {
            associations: self.rows(Table::Associations),
            extensions: self.rows(Table::Extensions),
            tokens: self.rows(Table::Tokens),
            rooms: self.rows(Table::Rooms),
            people: self.rows(Table::People),
            cursors: self.rows(Table::Cursors),
            outbox: self.rows(Table::Outbox),
            tiles: self.rows(Table::Tiles),
            account: self.rows(Table::Account),
        }
    }
}

fn text(key: &Key) -> String {
    let part = |part: &KeyPart| match part {
        KeyPart::Number(number) => format!("{number:020}/"),
        KeyPart::Text(text) => format!("{text}/"),
    };
    key.iter().map(part).collect()
}

fn everything(installed: &InstalledState) -> Tables {
    Tables::of(of_workspace(&workspace()).into_iter().chain(all_integrations(installed)))
}

fn touches(changes: &[RowChange], table: Table) -> bool {
    changes.iter().any(|change| match change {
        RowChange::Put(of, ..) | RowChange::Delete(of, _) | RowChange::DeleteUnder(of, _) | RowChange::Clear(of) => {
            *of == table
        }
        RowChange::DeleteEventsUpTo(..) => table == Table::Events,
    })
}

#[test]
fn cld_05_what_was_stored_is_what_is_restored() {
    let installed = installed();
    let stored = everything(&installed).restore().expect("rows that fit together");
    assert_eq!(stored.workspace, Some(workspace()));
    assert_eq!((&stored.installed.rooms, &stored.installed.versions), (&installed.rooms, &installed.versions));
    assert_eq!(stored.installed.account_token(), installed.account_token());
}

#[test]
fn cld_01_table_i_has_a_row_for_each_room_and_integration_the_global_room_included() {
    let tables = everything(&installed());
    let rows = [("123", BUILDS), ("123", LINKS), ("456", LINKS), ("global", WEATHER)];
    let expected: Vec<_> = rows.map(|(room, integration)| format!("{room}/{integration}/")).into();
    assert_eq!(tables.keys(Table::Associations), expected);
}

#[test]
fn cld_02_cld_03_cld_08_the_first_install_fills_all_three_tables() {
    let mut state = InstalledState::default();
    let mut tables = everything(&state);
    let extensions = builds(2);
    let applied = state.apply(Revision(901), true, &changes([(ROOM, vec![present(BUILDS, &extensions)])]));
    tables.make(of_integrations(&applied, &state));
    assert_eq!(tables.keys(Table::Associations), [format!("123/{BUILDS}/")]);
    let named = ["action/builds.rerun", "glance/builds.summary", "webPanel/builds.sidebar"];
    assert_eq!(tables.keys(Table::Extensions), named.map(|name| format!("{BUILDS}/{name}/")));
    assert_eq!(tables.keys(Table::Tokens), [format!("{BUILDS}/")]);
    assert!(tables.rows(Table::Tokens)[0].contains(&token(BUILDS, &extensions).to_string()), "as the frame had it");
}

#[test]
fn cld_12_a_second_room_is_added_to_the_entry() {
    let mut state = InstalledState::default();
    let mut tables = everything(&state);
    for (rev, room) in [(901, ROOM), (902, SUPPORT)] {
        let applied = state.apply(Revision(rev), true, &changes([(room, vec![present(BUILDS, &builds(1))])]));
        tables.make(of_integrations(&applied, &state));
    }
    assert_eq!(tables.keys(Table::Associations), [format!("123/{BUILDS}/"), format!("456/{BUILDS}/")]);
    assert_eq!((tables.rows(Table::Tokens).len(), tables.rows(Table::Extensions).len()), (1, 2));
}

#[test]
fn cld_07_a_version_known_by_its_token_writes_no_descriptor() {
    let mut installed = installed();
    let applied = installed.apply(Revision(901), true, &changes([(SUPPORT, vec![present(BUILDS, &builds(1))])]));
    let written = of_integrations(&applied, &installed);
    assert!(touches(&written, Table::Associations));
    assert!(!touches(&written, Table::Extensions) && !touches(&written, Table::Tokens));
}

#[test]
fn cld_09_an_update_replaces_descriptors_and_token_completely() {
    let mut state = installed();
    let mut tables = everything(&state);
    let mut smaller = builds(2);
    smaller.0.remove(&"webPanel".into());
    let applied = state.apply(Revision(901), true, &changes([(ROOM, vec![present(BUILDS, &smaller)])]));
    tables.make(of_integrations(&applied, &state));
    let stored = tables.restore().expect("rows that fit together").installed;
    assert_eq!(stored.versions[&key(BUILDS)].extensions, smaller);
    assert_eq!(stored.versions[&key(BUILDS)].token, token(BUILDS, &smaller));
}

#[test]
fn cld_10_removal_from_one_room_takes_that_association_only() {
    let mut state = installed();
    let mut tables = everything(&state);
    let applied = state.apply(Revision(901), true, &changes([(ROOM, vec![ChangedIntegration::deleted(key(LINKS))])]));
    tables.make(of_integrations(&applied, &state));
    let stored = tables.restore().expect("rows that fit together").installed;
    assert!(!stored.rooms[&ROOM].contains(&key(LINKS)) && stored.rooms[&SUPPORT].contains(&key(LINKS)));
    assert!(stored.versions.contains_key(&key(LINKS)));
}

#[test]
fn cld_11_cld_13_the_last_removal_takes_descriptors_and_token() {
    let mut state = installed();
    let mut tables = everything(&state);
    let gone = |integration| vec![ChangedIntegration::deleted(key(integration))];
    let applied = state.apply(Revision(901), true, &changes([(RoomRef::Global, gone(WEATHER)), (ROOM, gone(BUILDS))]));
    tables.make(of_integrations(&applied, &state));
    let stored = tables.restore().expect("rows that fit together").installed;
    assert_eq!(stored.versions.keys().collect::<Vec<_>>(), [&key(LINKS)]);
    assert_eq!((tables.rows(Table::Tokens).len(), tables.rows(Table::Extensions).len()), (1, 3));
}

#[test]
fn descriptors_keep_their_order_whatever_their_keys() {
    let state = installed();
    let stored = everything(&state).restore().expect("rows that fit together").installed;
    let order = |state: &InstalledState| state.versions[&key(LINKS)].extensions.0[&"action".into()].clone();
    assert_eq!(order(&stored), order(&state));
}

#[test]
fn an_association_without_a_version_means_that_the_store_is_broken() {
    let mut tables = everything(&installed());
    tables.make([RowChange::Delete(Table::Tokens, vec![WEATHER.into()])]);
    assert!(tables.restore().is_err());
}

#[test]
fn i10_the_outbox_is_saved_from_a_broken_store() {
    let mut tables = everything(&installed());
    let pending = PendingMessage { message: message("written offline"), failure: None };
    tables.make(of_pending(RoomId(123), &pending));
    tables.make([RowChange::Put(Table::Rooms, vec![RoomId(9).into()], "garbage".into())]);
    assert!(tables.restore().is_err());
    assert_eq!(tables.stored_rows().readable_outbox(), [(RoomId(123), pending.clone())]);
    tables.make(of_settled(RoomId(123), pending.message.id));
    assert_eq!(tables.stored_rows().readable_outbox(), []);
}

#[test]
fn a_message_writes_its_room_and_no_other() {
    let mut workspace = workspace();
    let frame = ServerFrame::Message {
        rev: Revision(901),
        room_id: RoomId(123),
        seq: Sequence(11),
        messages: 9,
        message: message("hello"),
    };
    workspace.apply(&frame);
    let written = of_frame(&frame, &workspace);
    let rooms: Vec<_> = written.iter().filter(|change| matches!(change, RowChange::Put(Table::Rooms, ..))).collect();
    assert_eq!((rooms.len(), written.len()), (1, 2));
}

#[test]
fn ssync_15_leaving_a_room_deletes_what_is_stored_for_it() {
    let mut tables = everything(&installed());
    let pending = PendingMessage { message: message("too late"), failure: None };
    tables.make(of_events(RoomId(123), &events(123, 1..=3)));
    tables.make(of_pending(RoomId(123), &pending));
    let frame = ServerFrame::RoomLeft { rev: Revision(901), room_id: RoomId(123) };
    tables.make(of_frame(&frame, &workspace()));
    let left = |table| tables.rows(table).len();
    assert_eq!((left(Table::Rooms), left(Table::Events), left(Table::Cursors), left(Table::Outbox)), (1, 0, 0, 0));
}

#[test]
fn only_the_newest_entries_of_a_log_are_kept() {
    let changes = of_events(RoomId(123), &events(123, 1..=KEPT_EVENTS + 5));
    let puts = changes.iter().filter(|change| matches!(change, RowChange::Put(Table::Events, ..))).count();
    assert_eq!(puts as i64, KEPT_EVENTS);
    assert!(changes.contains(&RowChange::DeleteEventsUpTo(RoomId(123), Sequence(5))));
}

#[test]
fn ids_of_messages_name_rows_of_the_outbox() {
    let id: MessageId = "01890000-0000-7000-8000-000000000001".parse().expect("an id");
    assert_eq!(
        of_settled(RoomId(1), id),
        [RowChange::Delete(Table::Outbox, vec![KeyPart::Number(1), KeyPart::Text(id.to_string())])]
    );
}
