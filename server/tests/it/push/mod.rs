//! The push connection.

mod calls;
mod events;
mod frames;
mod handshake;
mod heartbeat;
mod law;
mod presence;
mod revocation;
mod slow;
