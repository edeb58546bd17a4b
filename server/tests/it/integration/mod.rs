//! Integrations, end to end but for the browser: real providers on loopback, real sockets, the browser's reducers.

mod browser;
mod capabilities;
mod card;
mod catalogue;
mod contract;
mod icon;
mod install;
mod install_refused;
mod notification;
mod provider;
mod remove;
mod rest;
mod samples;
mod signed_url;
mod statements;
mod sync;
mod team;
mod tile_push;
mod tile_state;
mod update;
mod webhook;
mod webhook_delivery;
