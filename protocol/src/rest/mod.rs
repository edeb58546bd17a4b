//! Operations over HTTP: one file per noun, with each operation's path, request and response.

pub mod catalogue;
pub mod file;
pub mod incoming_webhook;
pub mod integration;
pub mod invitation;
pub mod message;
pub mod person;
pub mod room;
pub mod session;
pub mod setup;
pub mod simulator;
pub mod snapshot;
pub mod update;
pub mod webhook;
