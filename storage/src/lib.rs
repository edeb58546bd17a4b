//! What is stored, and the promise that what was acknowledged stays stored. The only place that knows SQL.
//!
//! This crate forbids: SQL elsewhere, telling before the commit, clocks and randomness (times, tokens and ids are
//! parameters), and deciding who may do what: it knows whether somebody is a member, the server knows whether that is
//! enough.
//!
//! Start reading at [`Storage`]: [`Storage::read`] gives a [`Reader`], one moment of the database; [`Storage::write`]
//! runs a closure on a [`WriteTransaction`], which reads too. The writer (`writer.rs`) commits several writes at once
//! and hands the [`Change`]s they recorded to whoever tells people, as a [`Committed`] that only it can make.
//!
//! One set of statements runs on both databases, through sqlx's `Any`: values are `$1`, numbers and flags `BIGINT`, an
//! upsert is `ON CONFLICT`, and order among letters is made in Rust. `engine.rs` has everything in which they differ.
//!
//! # How to add a repository
//!
//! 1. Its tables: the next number in `migrations/sqlite` and in `migrations/postgres`, under the same name. Released
//!    migrations never change.
//! 2. A file named after its noun, with `impl Reader { … }` for what reads and `impl WriteTransaction { … }` for what
//!    writes. A function that reads a row (`person_of`) names in its docstring the columns it needs.
//! 3. A value that may be damaged is read by `Row::word` or `Row::parsed`, which name table, column and row.
//! 4. Before writing what may contradict something stored, look: nobody else writes in between. Return a [`Conflict`].
//! 5. Whatever people must be told of is a [`Change`], recorded after the statement that makes it true.
//! 6. Cases in `tests/it`, listed in its `main.rs`, which runs them on both databases.
#![deny(missing_docs)]

mod access;
mod call;
mod catalogue;
mod change;
mod conversation;
mod deletion;
mod delivery;
mod delivery_queue;
mod engine;
mod error;
mod file;
mod former_room;
mod handover;
mod history;
mod incoming_webhook;
mod installation;
mod integration;
mod invitation;
mod log;
mod membership;
mod organisation;
mod person;
mod profile;
mod reader;
mod remote_catalogue;
mod removal;
mod rewriting;
mod room;
mod room_deletion;
mod room_token;
mod room_webhook;
mod rotation;
mod row;
mod secret;
mod session;
mod storage;
mod supplement;
mod sync;
mod transaction;
mod version;
mod waiting_version;
mod webhook_event;
mod word;
mod writer;

pub use access::AccessGrant;
pub use change::{Change, Committed};
pub use conversation::OpenedConversation;
pub use delivery::{Due, Receiver, ReceiverId};
pub use delivery_queue::{FINISHED_LIFETIME_MS, MAX_FINISHED, MAX_WAITING, NewDelivery, TRIAL_AFTER_MS, Verdict};
pub use error::{Conflict, Noun, StorageError};
pub use file::{MAX_UNSENT_FILES, NewFile, StoredFile};
pub use former_room::{FormerRoom, WHOLE_ROOM};
pub use handover::{HANDOVER_LIFETIME_MS, Handover};
pub use history::Span;
pub use incoming_webhook::{IncomingCall, MAX_INCOMING_WEBHOOKS, NewIncomingWebhook};
pub use installation::{Credentials, Installation, OauthId};
pub use integration::{PlacedIntegration, Publisher, Removed, StoredIntegration, Updated};
pub use invitation::{INVITATION_LIFETIME_MS, Invitation, NewInvitation, Newcomer};
pub use log::Appended;
pub use person::{Account, NewPerson};
pub use profile::{Profile, RoomActivity};
pub use reader::Reader;
pub use remote_catalogue::{CatalogueAnswer, CatalogueState};
pub use room::{NewRoom, RoomChange};
pub use room_deletion::DeletedRoom;
pub use room_webhook::RoomWebhook;
pub use secret::TokenHash;
pub use session::{SESSION_LIFETIME_MS, SESSION_TOUCH_MS, Session, SessionId};
pub use storage::Storage;
pub use supplement::Supplement;
pub use transaction::WriteTransaction;
pub use waiting_version::{Held, WaitingVersion, version_of};
pub use webhook_event::{Covering, WebhookEvent, WebhookEventId};
