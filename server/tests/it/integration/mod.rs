//! Integrations, end to end but for the browser: real providers on loopback, real sockets, the browser's reducers.

mod alertmanager;
mod browser;
mod capabilities;
mod catalogue;
mod contract;
mod icon;
mod incoming;
mod install;
mod install_refused;
mod many;
mod notification;
mod provider;
mod remove;
mod rest;
pub mod samples;
mod signed_url;
mod statements;
mod sync;
pub mod team;
mod tile_push;
mod tile_state;
mod update;
mod webhook;
mod webhook_delivery;
