//! The push connection.

mod calls;
mod frames;
mod handshake;
mod heartbeat;
mod law;
mod presence;
mod revocation;
mod slow;
