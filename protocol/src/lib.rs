//! What travels between browser, server and content provider, and the rules both sides must agree on.
//!
//! This crate forbids: input and output, clocks, randomness, async. Everything here gives the same answer in the
//! server and in Wasm, which is what makes tokens comparable and the first frame of a page hydratable.
//!
//! Start reading at [`push`] (frames on the socket), [`rest`] (operations over HTTP), [`integration`] (descriptors)
//! and [`sync`] (how a browser is brought up to date).
#![deny(missing_docs)]

pub mod attachment;
pub mod error;
pub mod event;
pub mod frame;
pub mod id;
pub mod integration;
pub mod json;
pub mod ordered;
pub mod person;
pub mod push;
pub mod rest;
pub mod room;
pub mod state;
pub mod sync;
pub mod text;
pub mod timestamp;
pub mod token;

pub use attachment::Attachment;
pub use error::{ApiError, ErrorKind, Fault};
pub use event::{Author, Event, EventBody, Message};
pub use id::{
    ClientId, DeliveryId, ExtensionKey, FileId, IncomingWebhookId, IntegrationKey, MessageId, RoomId, RoomRef,
    Sequence, UserId,
};
pub use ordered::{OrderedMap, OrderedSet};
pub use person::{Organisation, Person, Presence, Role};
pub use room::{Membership, Privacy, Room, RoomKind};
pub use timestamp::Timestamp;
