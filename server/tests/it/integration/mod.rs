//! Integrations, end to end but for the browser: real providers on loopback, real sockets, the browser's reducers.

mod browser;
mod capabilities;
mod catalogue;
mod contract;
mod hostile;
mod icon;
mod install;
mod install_refused;
mod languages;
mod notification;
mod provider;
mod real_descriptors;
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
