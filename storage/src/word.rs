//! Words that stand for values in columns. They are ours: a wire word that changes must not change stored rows.

use roomglass_protocol::{Privacy, Role, RoomKind, rest::webhook::DeliveryState};

/// A value stored as a word.
pub(crate) trait Word: Sized {
    fn word(&self) -> &'static str;
    fn from_word(word: &str) -> Option<Self>;
}

impl Word for Role {
    fn word(&self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Member => "member",
            Self::Guest => "guest",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Administrator, Self::Member, Self::Guest].into_iter().find(|role| role.word() == word)
    }
}

impl Word for Privacy {
    fn word(&self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Public, Self::Private].into_iter().find(|privacy| privacy.word() == word)
    }
}

impl Word for RoomKind {
    fn word(&self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Conversation => "conversation",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Room, Self::Conversation].into_iter().find(|kind| kind.word() == word)
    }
}

impl Word for DeliveryState {
    fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Delivered, Self::Refused, Self::Failed].into_iter().find(|state| state.word() == word)
    }
}
