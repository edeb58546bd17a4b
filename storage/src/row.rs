//! Rows into domain types. A value that makes no sense is [`StorageError::Damaged`], neither a panic nor a default.

use std::{fmt::Display, str::FromStr};

use roomglass_protocol::{RoomId, RoomRef, Sequence, Timestamp, UserId, integration::Scope};
use sqlx::{Row as _, any::AnyRow};

use crate::{StorageError, word::Word};

/// Number of the global room in `room_ref` columns.
const GLOBAL: i64 = 0;

/// A row with what is needed to name the place of damage.
pub(crate) struct Row {
    row: AnyRow,
}

impl From<AnyRow> for Row {
    fn from(row: AnyRow) -> Self {
        Self { row }
    }
}

impl Row {
    pub(crate) fn number(&self, column: &str) -> Result<i64, StorageError> {
        Ok(self.row.try_get(column)?)
    }

    pub(crate) fn optional_number(&self, column: &str) -> Result<Option<i64>, StorageError> {
        Ok(self.row.try_get(column)?)
    }

    pub(crate) fn text(&self, column: &str) -> Result<String, StorageError> {
        Ok(self.row.try_get(column)?)
    }

    pub(crate) fn optional_text(&self, column: &str) -> Result<Option<String>, StorageError> {
        Ok(self.row.try_get(column)?)
    }

    pub(crate) fn flag(&self, column: &str) -> Result<bool, StorageError> {
        Ok(self.number(column)? != 0)
    }

    pub(crate) fn user(&self, column: &str) -> Result<UserId, StorageError> {
        self.number(column).map(UserId)
    }

    pub(crate) fn optional_user(&self, column: &str) -> Result<Option<UserId>, StorageError> {
        Ok(self.optional_number(column)?.map(UserId))
    }

    pub(crate) fn room(&self, column: &str) -> Result<RoomId, StorageError> {
        self.number(column).map(RoomId)
    }

    pub(crate) fn sequence(&self, column: &str) -> Result<Sequence, StorageError> {
        self.number(column).map(Sequence)
    }

    pub(crate) fn time(&self, column: &str) -> Result<Timestamp, StorageError> {
        self.number(column).map(Timestamp)
    }

    pub(crate) fn place(&self, column: &str) -> Result<RoomRef, StorageError> {
        Ok(match self.number(column)? {
            GLOBAL => RoomRef::Global,
            room => RoomRef::Room(RoomId(room)),
        })
    }

    /// A value stored as a word, in a table whose rows `id` names.
    pub(crate) fn word<T: Word>(
        &self,
        table: &'static str,
        column: &'static str,
        id: impl Display,
    ) -> Result<T, StorageError> {
        T::from_word(&self.text(column)?).ok_or_else(|| damaged(table, column, id))
    }

    /// A value stored as its text.
    pub(crate) fn parsed<T: FromStr>(
        &self,
        table: &'static str,
        column: &'static str,
        id: impl Display,
    ) -> Result<T, StorageError> {
        self.text(column)?.parse().map_err(|_| damaged(table, column, id))
    }

    /// Scopes, stored as words with spaces between them.
    pub(crate) fn scopes(
        &self,
        table: &'static str,
        column: &'static str,
        id: impl Display,
    ) -> Result<Vec<Scope>, StorageError> {
        let words = self.text(column)?;
        let scopes: Option<Vec<Scope>> = words.split_whitespace().map(Scope::from_word).collect();
        scopes.ok_or_else(|| damaged(table, column, id))
    }
}

/// The error for a value that makes no sense.
pub(crate) fn damaged(table: &'static str, column: &'static str, id: impl Display) -> StorageError {
    StorageError::Damaged { table, column, id: id.to_string() }
}

/// A place as `room_ref` columns hold it.
pub(crate) fn place_number(place: RoomRef) -> i64 {
    place.room().map_or(GLOBAL, |room| room.0)
}

/// Scopes as [`Row::scopes`] reads them.
pub(crate) fn scope_words(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}
