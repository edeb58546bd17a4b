//! The Roomglass server: sync, push, REST for people and providers, server-side rendering, in one process.
//!
//! Start reading at [`router`], which has every route on one screen, then [`push`] for what happens after a commit.

pub mod accounts;
pub mod api;
pub mod assets;
pub mod cli;
pub mod clock;
mod compression;
pub mod config;
pub mod demo;
pub mod descriptor_check;
pub mod egress;
pub mod error;
pub mod extract;
pub mod files;
pub mod ice_server;
pub mod integration;
pub mod openapi;
pub mod pages;
pub mod push;
pub mod router;
pub mod sanitise;
pub mod security;
pub mod serve;
pub mod session;
pub mod state;
pub mod throttle;
pub mod webhook;
