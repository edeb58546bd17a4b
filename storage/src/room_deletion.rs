//! Deleting a room with everything in it.

use roomglass_protocol::{FileId, RoomId, RoomRef, Timestamp, UserId, integration::Descriptor};

use crate::{Change, Installation, StorageError, WriteTransaction, row::place_number};

/// What has a room's number in it, in an order that keeps no row without what it refers to. A test compares this with the migrations.
const DELETIONS: [&str; 12] = [
    "DELETE FROM webhook_events WHERE room_id = $1",
    "DELETE FROM room_webhooks WHERE room_id = $1",
    "DELETE FROM incoming_webhooks WHERE room_id = $1",
    "DELETE FROM invitation_rooms WHERE room_id = $1",
    "DELETE FROM supplements WHERE room_id = $1",
    "DELETE FROM handovers WHERE room_ref = $1",
    "DELETE FROM room_integrations WHERE room_ref = $1",
    "DELETE FROM room_tokens WHERE room_ref = $1",
    "DELETE FROM installations WHERE room_ref = $1",
    "DELETE FROM events WHERE room_id = $1",
    "DELETE FROM memberships WHERE room_id = $1",
    "DELETE FROM rooms WHERE id = $1",
];

/// What a deleted room leaves to be done.
#[derive(Debug)]
pub struct DeletedRoom {
    /// Integrations that were in it, with their credentials there, which have ended: their providers are to be told.
    pub ended: Vec<(Descriptor, Vec<Installation>)>,
    /// Its files, whose bytes can go after the commit.
    pub files: Vec<FileId>,
}

impl WriteTransaction {
    /// Deletes a room for good: its log, its files, its members, its integrations. Members are told that they are in it no
    /// longer, and what is installed everywhere that it is gone (HCC-16).
    ///
    /// # Errors
    /// No such room; [`crate::Conflict::ConversationIsFixed`].
    pub async fn delete_room(&mut self, id: RoomId, by: UserId, now: Timestamp) -> Result<DeletedRoom, StorageError> {
        let room = self.changeable_room(id).await?;
        let ended = self.clear_of_integrations(id, by, now).await?;
        let files = self.remove_files_in(id).await?;
        for user_id in self.members(id).await? {
            self.record(Change::MemberLeft { user_id, room_id: id });
        }
        for deletion in DELETIONS {
            self.execute(sqlx::query(deletion).bind(place_number(RoomRef::Room(id)))).await?;
        }
        self.note_former_room(&room, by).await?;
        self.record(Change::RoomDeleted { room_id: id });
        Ok(DeletedRoom { ended, files })
    }

    async fn clear_of_integrations(
        &mut self,
        id: RoomId,
        by: UserId,
        now: Timestamp,
    ) -> Result<Vec<(Descriptor, Vec<Installation>)>, StorageError> {
        let mut ended = Vec::new();
        for key in self.supplements_in(id).await? {
            if let Some(supplement) = self.supplement(&key).await? {
                self.remove_supplement(&supplement).await?;
            }
        }
        for placed in self.integrations_in(id).await? {
            if placed.place == RoomRef::Room(id) {
                let descriptor = placed.integration.descriptor;
                let removed = self.uninstall(&descriptor.key, &[placed.place], by, now).await?;
                ended.push((descriptor, removed.installations));
            }
        }
        Ok(ended)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::DELETIONS;

    /// A table added later that names rooms has to be cleared as well.
    #[test]
    fn every_table_that_names_rooms_is_cleared() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
        let mut named = BTreeSet::from(["rooms".to_owned()]);
        for file in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            for table in text.split("CREATE TABLE ").skip(1) {
                let (name, rest) = table.split_once(' ').unwrap();
                let columns = rest.split_once(");").unwrap().0;
                let names_room =
                    |line: &str| ["room_id ", "room_ref "].iter().any(|it| line.trim_start().starts_with(it));
                if columns.lines().any(names_room) {
                    named.insert(name.to_owned());
                }
            }
        }
        // A call that waits finds by itself that its event is gone, and its receiver goes on with the next one.
        assert!(named.remove("webhook_deliveries"));
        // Told of after the deletion, and forgotten when that is done.
        assert!(named.remove("former_rooms"));
        // Their bytes are counted, and removed with them.
        assert!(named.remove("files"));
        let cleared: BTreeSet<String> =
            DELETIONS.iter().map(|it| it.split_whitespace().nth(2).unwrap().to_owned()).collect();
        assert_eq!(cleared, named);
    }
}
