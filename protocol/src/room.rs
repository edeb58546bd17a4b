//! Rooms, and what a member's client knows about one.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Message, Person, Role, RoomId, Sequence, UserId, json::Members};

/// Who may enter (MSG-03, MSG-04).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// Everyone in the organisation except guests may join.
    Public,
    /// Only those who were invited.
    Private,
}

/// Whether a room has a name of its own.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// A named room.
    #[default]
    Room,
    /// A conversation among the people in it, named after them; always private, nobody can be added or removed.
    Conversation,
}

/// A room.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Which.
    pub id: RoomId,
    /// Named room or conversation.
    #[serde(default)]
    pub kind: RoomKind,
    /// Unique name of a room, 1 to 50 characters; empty for a conversation.
    pub name: String,
    /// Who may enter.
    pub privacy: Privacy,
    /// The member with the right to install, invite and remove.
    pub owner_id: UserId,
    /// What the room is about, at most 250 characters; may be empty.
    #[serde(default)]
    pub topic: String,
    /// Position of the newest event.
    pub seq: Sequence,
    /// How many messages the log holds up to `seq`.
    pub messages: i64,
    /// Put away: members read it, nobody writes in it, and lists of rooms to enter leave it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

impl Room {
    /// Whether anything may be said in it: messages, notifications, files, calls. The one place that decides it.
    pub fn is_open(&self) -> bool {
        !self.archived
    }
}

/// A room as one of its members sees it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// The room.
    #[serde(flatten)]
    pub room: Room,
    /// Newest event this member has read.
    pub read_seq: Sequence,
    /// How many messages the log holds up to `read_seq`.
    pub read_messages: i64,
    /// For a conversation the other people in it; empty for rooms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<UserId>,
}

impl<'de> Deserialize<'de> for Membership {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::read(deserializer, |mut members| {
            Ok(Self {
                read_seq: members.take("read_seq")?,
                read_messages: members.take("read_messages")?,
                with: members.take_or_default("with")?,
                room: members.into_value()?,
            })
        })
    }
}

impl Membership {
    /// Messages the member has not read (decision 2). The one place that computes it.
    pub fn unread(&self) -> i64 {
        (self.room.messages - self.read_messages).max(0)
    }

    /// Whether one of its members may delete a message (MSG-21): its author, and in rooms the owner and administrators.
    pub fn may_delete(&self, member: &Person, message: &Message) -> bool {
        let looks_after = member.role == Role::Administrator || self.room.owner_id == member.id;
        message.sender() == Some(member.id) || self.room.kind == RoomKind::Room && looks_after
    }

    /// Moves the read position forward; never back.
    pub fn read_up_to(&mut self, seq: Sequence, messages: i64) {
        if seq > self.read_seq {
            self.read_seq = seq;
            self.read_messages = messages;
        }
    }
}
