//! Write a content provider for Roomglass in a few lines.
//!
//! ```no_run
//! use roomglass_provider_kit::{Html, LiveTile, Provider, Settings, Tile};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let greeting = LiveTile::new("greeting");
//! greeting.set(Tile::new(Html::text("Hello")));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:7000").await?;
//! let descriptor = serde_json::json!({"key": "com.example.hello", "name": "Hello",
//!     "capabilities": {"hipchatApiConsumer": {"scopes": ["view_room"]},
//!                      "glance": [{"key": "greeting", "name": {"value": "Hello"}}]}});
//! Provider::new(descriptor).live_tile(&greeting).serve(listener, Settings::new("data"), std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! The kit serves the descriptor with every address filled in, keeps installations on disk, obtains access tokens,
//! verifies every signed request before a handler sees it, and delivers tiles to rooms even when the chat server is
//! away for a while. It forbids handlers without a verified caller: there is no way to add one.
//!
//! Start reading at [`Provider`]; what a handler receives is [`SignedRequest`], and what it may do is in [`Chat`].
#![deny(missing_docs)]

mod capabilities;
mod chat;
mod descriptor;
mod http;
mod install;
mod installation;
mod installations;
mod jwt;
mod live_tile;
mod notification;
mod outbox;
mod page;
mod provider;
mod refusal;
mod replay;
mod settings;
mod shared;
mod signed;
mod template;
#[cfg(feature = "testing")]
pub mod testing;
mod tile;
mod token;
mod webhook;

pub use chat::{Chat, ChatError, HistoryMessage, Recipient};
pub use descriptor::DescriptorError;
pub use installation::Installation;
pub use live_tile::LiveTile;
pub use notification::{Color, Notification};
pub use page::Page;
pub use provider::{Icon, Provider, ServeError};
pub use refusal::Refusal;
pub use settings::{ChatServers, Settings};
pub use signed::{SignedRequest, Theme};
pub use template::{Html, Template};
pub use tile::Tile;
pub use webhook::{EventMessage, EventRoom, Sender, WebhookEvent};
