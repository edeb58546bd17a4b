//! The only place that knows SQL.
#![deny(missing_docs)]

mod access;
mod catalogue;
mod change;
mod conversation;
mod engine;
mod error;
mod installation;
mod integration;
mod invitation;
mod log;
mod membership;
mod organisation;
mod person;
mod reader;
mod removal;
mod room;
mod room_token;
mod row;
mod secret;
mod session;
mod storage;
mod sync;
mod transaction;
mod version;
mod word;
mod writer;

pub use access::AccessGrant;
pub use change::{Change, Committed};
pub use conversation::OpenedConversation;
pub use error::{Conflict, Noun, StorageError};
pub use installation::{Credentials, Installation, OauthId};
pub use integration::{PlacedIntegration, Removed, StoredIntegration, Updated};
pub use invitation::{INVITATION_LIFETIME_MS, Invitation, NewInvitation, Newcomer};
pub use log::Appended;
pub use person::{Account, NewPerson};
pub use reader::Reader;
pub use room::{NewRoom, RoomChange};
pub use secret::TokenHash;
pub use session::{SESSION_LIFETIME_MS, SESSION_TOUCH_MS, Session, SessionId};
pub use storage::Storage;
pub use transaction::WriteTransaction;
