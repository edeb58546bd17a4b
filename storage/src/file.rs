//! What is known of files (MSG-18). Their bytes are in a folder, not here: whoever removes something here removes the bytes
//! after the commit, and the server looks now and then for bytes that nothing here knows.

use std::collections::BTreeSet;

use roomglass_protocol::{Attachment, FileId, MessageId, RoomId, Timestamp, UserId};
use sqlx::AssertSqlSafe;

use crate::{
    Conflict, Noun, Reader, StorageError, WriteTransaction,
    reader::{LIST_CHUNK, placeholders},
    row::Row,
};

/// Most files of one person that wait for their message: those of two messages being written.
pub const MAX_UNSENT_FILES: i64 = 20;

/// A file whose bytes are on stable storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// For a message of this room.
    pub room: RoomId,
    /// Who sent it; `None` for an integration.
    pub uploaded_by: Option<UserId>,
    /// What is told of it.
    pub attachment: Attachment,
}

/// A file of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Who sent it; `None` for an integration.
    pub uploaded_by: Option<UserId>,
    /// What is told of it.
    pub attachment: Attachment,
    /// The message that has it; until then it is its sender's alone.
    pub message: Option<MessageId>,
}

impl Reader {
    /// One file of a room. Who may see it is the caller's to check.
    pub async fn file(&mut self, room: RoomId, id: FileId) -> Result<Option<StoredFile>, StorageError> {
        let statement = sqlx::query(
            "SELECT id, uploaded_by, name, media_type, size, preview, message_id FROM files WHERE room_id = $1 AND id = $2",
        );
        let row = self.first(statement.bind(room.0).bind(id.to_string())).await?;
        row.as_ref().map(stored_file_of).transpose()
    }

    /// Those of some files that are known here.
    pub async fn known_files(&mut self, ids: &[FileId]) -> Result<BTreeSet<FileId>, StorageError> {
        let mut known = BTreeSet::new();
        for ids in ids.chunks(LIST_CHUNK) {
            let list = placeholders(1, ids.len());
            let statement = sqlx::query(AssertSqlSafe(format!("SELECT id FROM files WHERE id IN ({list})")));
            let statement = ids.iter().fold(statement.persistent(false), |it, id| it.bind(id.to_string()));
            for row in self.all(statement).await? {
                known.insert(row.parsed("files", "id", "one of them")?);
            }
        }
        Ok(known)
    }
}

impl WriteTransaction {
    /// Notes a file that waits for its message.
    ///
    /// # Errors
    /// [`Noun::Room`] when its sender is a person and not a member; [`Conflict::TooManyUnsentFiles`] when that person has
    /// [`MAX_UNSENT_FILES`] that wait, in whatever rooms; [`Conflict::RoomArchived`]; [`Conflict::FilesFull`] when there
    /// would be more than `most_bytes` of all files together.
    pub async fn add_file(&mut self, file: &NewFile, most_bytes: i64, now: Timestamp) -> Result<(), StorageError> {
        if let Some(sender) = file.uploaded_by {
            if !self.is_member(file.room, sender).await? {
                return Err(StorageError::NotFound(Noun::Room));
            }
            if self.unsent_files(sender).await? >= MAX_UNSENT_FILES {
                return Err(Conflict::TooManyUnsentFiles.into());
            }
        }
        self.open_room(file.room).await?;
        let NewFile { room, uploaded_by, attachment: Attachment { id, name, media_type, size, preview } } = file;
        if self.count_bytes(*size).await? > most_bytes {
            return Err(Conflict::FilesFull.into());
        }
        let statement = sqlx::query(
            "INSERT INTO files (id, room_id, uploaded_by, name, media_type, size, preview, uploaded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        );
        let statement = statement.bind(id.to_string()).bind(room.0).bind(uploaded_by.map(|user| user.0));
        let statement = statement.bind(name).bind(media_type).bind(*size).bind(i64::from(*preview)).bind(now.0);
        self.execute(statement).await.map(drop)
    }

    async fn unsent_files(&mut self, sender: UserId) -> Result<i64, StorageError> {
        let statement =
            sqlx::query("SELECT COUNT(*) AS unsent FROM files WHERE message_id IS NULL AND uploaded_by = $1");
        self.first(statement.bind(sender.0)).await?.map_or(Ok(0), |row| row.number("unsent"))
    }

    /// Gives a waiting file to a message of its sender.
    ///
    /// # Errors
    /// [`Noun::File`] when there is none that waits in this room for its sender.
    pub(crate) async fn take_file(
        &mut self,
        room: RoomId,
        sender: Option<UserId>,
        message: MessageId,
        id: FileId,
    ) -> Result<Attachment, StorageError> {
        let statement = sqlx::query(
            "UPDATE files SET message_id = $1
             WHERE id = $2 AND room_id = $3 AND uploaded_by IS NOT DISTINCT FROM $4 AND message_id IS NULL
             RETURNING id, name, media_type, size, preview",
        );
        let statement = statement.bind(message.to_string()).bind(id.to_string()).bind(room.0);
        let row = self.first(statement.bind(sender.map(|user| user.0))).await?;
        attachment_of(&row.ok_or(StorageError::NotFound(Noun::File))?)
    }

    /// Forgets a file of a person that waits for its message; its bytes can go after the commit.
    ///
    /// # Errors
    /// [`Noun::File`] when they have no such file in the room.
    pub async fn discard_file(&mut self, room: RoomId, id: FileId, sender: UserId) -> Result<(), StorageError> {
        let statement = sqlx::query(
            "DELETE FROM files WHERE room_id = $1 AND id = $2 AND uploaded_by = $3 AND message_id IS NULL
             RETURNING id, size",
        );
        let rows = self.all(statement.bind(room.0).bind(id.to_string()).bind(sender.0)).await?;
        match self.removed(&rows).await?.is_empty() {
            true => Err(StorageError::NotFound(Noun::File)),
            false => Ok(()),
        }
    }

    /// Forgets files that waited in vain since before a moment, and names them: their bytes can go after the commit.
    pub async fn remove_waiting_files(&mut self, before: Timestamp) -> Result<Vec<FileId>, StorageError> {
        let statement =
            sqlx::query("DELETE FROM files WHERE message_id IS NULL AND uploaded_at < $1 RETURNING id, size");
        let rows = self.all(statement.bind(before.0)).await?;
        self.removed(&rows).await
    }

    /// Forgets the files of a message and names them.
    pub(crate) async fn remove_files_of(&mut self, message: MessageId) -> Result<Vec<FileId>, StorageError> {
        let statement = sqlx::query("DELETE FROM files WHERE message_id = $1 RETURNING id, size");
        let rows = self.all(statement.bind(message.to_string())).await?;
        self.removed(&rows).await
    }

    /// Forgets all files of a room and names them.
    pub(crate) async fn remove_files_in(&mut self, room: RoomId) -> Result<Vec<FileId>, StorageError> {
        let statement = sqlx::query("DELETE FROM files WHERE room_id = $1 RETURNING id, size");
        let rows = self.all(statement.bind(room.0)).await?;
        self.removed(&rows).await
    }

    async fn removed(&mut self, rows: &[Row]) -> Result<Vec<FileId>, StorageError> {
        let mut ids = Vec::with_capacity(rows.len());
        let mut bytes = 0;
        for row in rows {
            ids.push(row.parsed("files", "id", "a removed file")?);
            bytes += row.number("size")?;
        }
        if bytes != 0 {
            self.count_bytes(-bytes).await?;
        }
        Ok(ids)
    }

    /// Bytes of all files together, after so many more.
    async fn count_bytes(&mut self, more: i64) -> Result<i64, StorageError> {
        let statement = sqlx::query("UPDATE counters SET value = value + $1 WHERE name = 'file_bytes' RETURNING value");
        let row = self.first(statement.bind(more)).await?;
        row.map_or_else(
            || Err(StorageError::Unusable("the counter of bytes is missing".to_owned())),
            |row| row.number("value"),
        )
    }
}

/// Reads `id, uploaded_by, name, media_type, size, preview, message_id`.
fn stored_file_of(row: &Row) -> Result<StoredFile, StorageError> {
    let attachment = attachment_of(row)?;
    let message = match row.optional_text("message_id")? {
        Some(_) => Some(row.parsed("files", "message_id", attachment.id)?),
        None => None,
    };
    Ok(StoredFile { uploaded_by: row.optional_user("uploaded_by")?, attachment, message })
}

/// Reads `id, name, media_type, size, preview`.
fn attachment_of(row: &Row) -> Result<Attachment, StorageError> {
    Ok(Attachment {
        id: row.parsed("files", "id", "a file")?,
        name: row.text("name")?,
        media_type: row.text("media_type")?,
        size: row.number("size")?,
        preview: row.flag("preview")?,
    })
}
