//! People, rooms and messages over HTTP.

mod account;
mod file;
mod input;
mod isolation;
mod message;
mod room;
mod session;
