//! People, rooms and messages over HTTP.

mod account;
mod archive;
mod file;
mod input;
mod isolation;
mod message;
mod room;
mod session;
