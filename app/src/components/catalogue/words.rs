//! What descriptors say about where data goes, in the product's words.

use roomglass_protocol::integration::{Listening, Purpose};

/// What a server is contacted for, as a heading over its address.
pub fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Credentials => "Gets the secrets of installations",
        Purpose::Descriptor => "Says what it is, now and in later versions",
        Purpose::Events => "Is told what happens in rooms",
        Purpose::Pages => "Is opened by members' browsers, and learns who they are",
        Purpose::Pictures => "Has its pictures",
        Purpose::Links => "Is linked to",
    }
}

/// Which texts of an event are told.
pub fn listening(listening: &Listening) -> String {
    match &listening.pattern {
        None => "every one".to_owned(),
        Some(pattern) => format!("those that match /{pattern}/{}", listening.flags),
    }
}
