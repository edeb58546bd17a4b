//! What can go wrong in storage: a closed list, so that every caller decides about every reason.

use std::sync::Arc;

/// Why an operation of storage did not happen. Whatever it is, nothing of the operation was stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StorageError {
    /// There is no such thing, or the caller may not know of it: a room of which somebody is not a member is missing.
    #[error("there is no such {0}")]
    NotFound(Noun),
    /// What is stored contradicts the request.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// A stored value makes no sense. Never repaired by a default: somebody has to look.
    #[error("damaged data in {table}.{column} of {id}")]
    Damaged {
        /// Table of the value.
        table: &'static str,
        /// Column of the value.
        column: &'static str,
        /// Names the row; never holds anything secret.
        id: String,
    },
    /// The database cannot be used: unknown kind of address, or a version with a fault we know of.
    #[error("{0}")]
    Unusable(String),
    /// Storage is closing; nothing was changed.
    #[error("storage is closed")]
    Closed,
    /// The database did not do what was asked. One failed commit is the same error for every write of its batch.
    #[error("the database failed: {0}")]
    Database(Arc<sqlx::Error>),
}

/// What was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Noun {
    /// The organisation: set-up has not happened yet.
    Organisation,
    /// A person.
    Person,
    /// A session.
    Session,
    /// An invitation that can still be used.
    Invitation,
    /// A room, or one the person concerned is not a member of.
    Room,
    /// A person among the members of a room.
    Member,
    /// An integration.
    Integration,
    /// Credentials of an integration.
    Installation,
    /// A webhook an integration has.
    Webhook,
    /// A delivery in the log of an installation.
    Delivery,
    /// A catalogue of another server.
    Catalogue,
    /// An address at which other systems speak in a room.
    IncomingWebhook,
    /// A message of a room.
    Message,
    /// A file of a room, or one that waits for its message.
    File,
}

impl std::fmt::Display for Noun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Organisation => "organisation",
            Self::Person => "person",
            Self::Session => "session",
            Self::Invitation => "invitation",
            Self::Room => "room",
            Self::Member => "member",
            Self::Integration => "integration",
            Self::Installation => "installation",
            Self::Webhook => "webhook",
            Self::Delivery => "delivery",
            Self::Catalogue => "catalogue",
            Self::IncomingWebhook => "incoming webhook",
            Self::Message => "message",
            Self::File => "file",
        })
    }
}

/// What a request contradicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Conflict {
    /// Set-up happens once.
    #[error("this server has been set up already")]
    AlreadySetUp,
    /// Somebody has this e-mail address, whatever its letter case.
    #[error("somebody has this e-mail address already")]
    EmailTaken,
    /// A room has this name, whatever its letter case.
    #[error("a room has this name already")]
    RoomNameTaken,
    /// The id names another message: other sender, other room, or other text.
    #[error("this message id is taken by another message")]
    MessageIdTaken,
    /// The people of a conversation never change, nor its name, topic and privacy.
    #[error("a conversation cannot be changed")]
    ConversationIsFixed,
    /// Nothing is said in an archived room.
    #[error("the room is archived")]
    RoomArchived,
    /// A room has only so many incoming webhooks.
    #[error("the room has as many incoming webhooks as a room may have")]
    TooManyIncomingWebhooks,
    /// There is no room for more files.
    #[error("there is no room for more files")]
    FilesFull,
    /// A person has only so many files that are in no message.
    #[error("the person has as many files without a message as a person may have")]
    TooManyUnsentFiles,
    /// The integration is installed in that place.
    #[error("the integration is installed there already")]
    AlreadyInstalled,
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolClosed => Self::Closed,
            error => Self::Database(Arc::new(error)),
        }
    }
}
