//! The push connection.

mod frames;
mod handshake;
mod law;
mod presence;
mod revocation;
mod slow;
