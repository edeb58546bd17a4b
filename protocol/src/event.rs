//! The ordered log of a room: every change is an event with the room's next `seq` (decision 2).

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, de::Error};

use crate::{
    Attachment, IntegrationKey, MessageId, RoomId, Sequence, Timestamp, UserId,
    integration::Card,
    json::Members,
    text::{html, link, mention},
};

/// Most characters in a message (HipChat allows the same in notifications).
pub const MAX_MESSAGE_CHARS: usize = 10_000;

/// Who wrote a message (MSG-16).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Author {
    /// A person.
    User {
        /// Who.
        id: UserId,
        /// Their name when they wrote it.
        name: String,
        /// Their handle when they wrote it.
        mention: String,
    },
    /// An integration, by a notification.
    Integration {
        /// Which; a guard against forgery is that only the server writes this.
        key: IntegrationKey,
        /// Its name, or the `from` of its descriptor.
        name: String,
    },
}

impl<'de> Deserialize<'de> for Author {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::read(deserializer, |mut members| match members.take::<String>("type")?.as_str() {
            "user" => Ok(Self::User {
                id: members.take("id")?,
                name: members.take("name")?,
                mention: members.take_or_default("mention")?,
            }),
            "integration" => Ok(Self::Integration { key: members.take("key")?, name: members.take("name")? }),
            other => Err(serde_json::Error::unknown_variant(other, &["user", "integration"])),
        })
    }
}

/// How a message is to be drawn.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageFormat {
    /// Our CommonMark subset; text from people is never HTML.
    #[default]
    Markdown,
    /// Plain text: a `text` notification.
    Text,
    /// HTML already reduced by the server to what [`crate::text::html`] can draw: an `html` notification.
    Html,
}

/// A message in a room.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Named by the client that wrote it.
    pub id: MessageId,
    /// Who wrote it.
    pub from: Author,
    /// 1 to [`MAX_MESSAGE_CHARS`] characters; none is enough where there are attachments.
    pub text: String,
    /// How to draw `text`.
    #[serde(default)]
    pub format: MessageFormat,
    /// Colour of a notification: `yellow`, `green`, `red`, `purple` or `gray`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// What a notification shows in place of its text (HCC-18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Box<Card>>,
    /// Metadata of a notification's card, for `card_matches`; the server sets `sender_addon_key` in it, and `card_style`
    /// where there is a card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<serde_json::Value>,
    /// Files that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Whether it was deleted (MSG-21); then it is as [`Message::into_tombstone`] left it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// When the server stored it.
    pub sent_at: Timestamp,
}

impl Message {
    /// The person who wrote it, if a person did.
    pub fn sender(&self) -> Option<UserId> {
        match &self.from {
            Author::User { id, .. } => Some(*id),
            Author::Integration { .. } => None,
        }
    }

    /// Its words as people read them.
    pub fn words(&self) -> Cow<'_, str> {
        match self.format {
            MessageFormat::Html => Cow::Owned(html::plain_text(&self.text)),
            MessageFormat::Markdown | MessageFormat::Text => Cow::Borrowed(&self.text),
        }
    }

    /// Addresses in its words, and those its markup leads to.
    pub fn links(&self) -> Vec<String> {
        let mut found: Vec<String> = link::links(&self.words()).into_iter().map(str::to_owned).collect();
        if self.format == MessageFormat::Html {
            let addresses = html::notification_spans(&self.text).into_iter().filter_map(|span| span.href);
            found.extend(addresses.filter(|href| href.starts_with("http")));
        }
        found
    }

    /// Handles of those it mentions, in order. `html` notifications mention nobody (HipChat Connect §6.1).
    pub fn mentions(&self) -> Vec<String> {
        let text = if self.format == MessageFormat::Html { "" } else { &self.text };
        mention::mentions(text).into_iter().map(|(_, handle)| handle).collect()
    }

    /// What stays of it once it is deleted: who wrote it and when, and nothing it said.
    #[must_use]
    pub fn into_tombstone(self) -> Self {
        Self {
            id: self.id,
            from: self.from,
            text: String::new(),
            format: MessageFormat::default(),
            color: None,
            card: None,
            metadata: None,
            attachments: Vec::new(),
            deleted: true,
            sent_at: self.sent_at,
        }
    }

    /// Whether an integration wrote it; its element type is then `notification` (CC-07).
    pub fn is_notification(&self) -> bool {
        matches!(self.from, Author::Integration { .. })
    }
}

/// What happened.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum EventBody {
    /// Somebody or something spoke.
    Message(Message),
    /// The room was made.
    Created {
        /// By whom.
        by: UserId,
    },
    /// Somebody became a member.
    Joined {
        /// Who.
        user_id: UserId,
        /// Who invited them; absent when they came by themselves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
    },
    /// Somebody stopped being a member.
    Left {
        /// Who.
        user_id: UserId,
        /// Who removed them; absent when they went by themselves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
    },
    /// The topic, name or privacy was changed, or the room was archived or brought back.
    Changed {
        /// By whom.
        by: UserId,
        /// The new topic, if it changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<String>,
        /// The new name, if it changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The new privacy, if it changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        privacy: Option<crate::Privacy>,
        /// Whether the room is archived from now on, if that changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        archived: Option<bool>,
    },
    /// An integration was installed in this room or removed from it.
    Integration {
        /// Which.
        key: IntegrationKey,
        /// Its name at that time.
        name: String,
        /// Installed, or removed.
        installed: bool,
        /// By whom; absent when its provider withdrew it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
    },
    /// Somebody began a call (MSG-19).
    CallStarted {
        /// Who.
        by: UserId,
    },
    /// The last participant left the call.
    CallEnded {
        /// How long it took.
        seconds: i64,
    },
    /// A message was deleted (MSG-21). Its own entry has changed: whoever holds it puts this one in its place.
    Deleted {
        /// By whom.
        by: UserId,
        /// The entry of the message as it is from now on.
        entry: Box<Event>,
    },
    /// A kind this version does not know. It keeps its place in the log, so that `seq` has no gap.
    Unknown,
}

impl<'de> Deserialize<'de> for EventBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::read(deserializer, |mut members| {
            Ok(match members.take::<String>("kind")?.as_str() {
                "message" => Self::Message(members.into_value()?),
                "created" => Self::Created { by: members.take("by")? },
                "joined" => Self::Joined { user_id: members.take("user_id")?, by: members.take_or_default("by")? },
                "left" => Self::Left { user_id: members.take("user_id")?, by: members.take_or_default("by")? },
                "changed" => Self::Changed {
                    by: members.take("by")?,
                    topic: members.take_or_default("topic")?,
                    name: members.take_or_default("name")?,
                    privacy: members.take_or_default("privacy")?,
                    archived: members.take_or_default("archived")?,
                },
                "integration" => Self::Integration {
                    key: members.take("key")?,
                    name: members.take("name")?,
                    installed: members.take("installed")?,
                    by: members.take_or_default("by")?,
                },
                "call-started" => Self::CallStarted { by: members.take("by")? },
                "call-ended" => Self::CallEnded { seconds: members.take("seconds")? },
                "deleted" => Self::Deleted { by: members.take("by")?, entry: members.take("entry")? },
                _ => Self::Unknown,
            })
        })
    }
}

/// One entry of a room's log.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// In which room.
    pub room_id: RoomId,
    /// Where in its log.
    pub seq: Sequence,
    /// How many messages the log holds up to this entry, itself included.
    pub messages: i64,
    /// When the server stored it.
    pub at: Timestamp,
    /// What happened; its members stand beside those above, `kind` among them.
    #[serde(flatten)]
    pub body: EventBody,
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::read(deserializer, |mut members| {
            Ok(Self {
                room_id: members.take("room_id")?,
                seq: members.take("seq")?,
                messages: members.take("messages")?,
                at: members.take("at")?,
                body: members.into_value()?,
            })
        })
    }
}

impl Event {
    /// The message, if this is one.
    pub fn message(&self) -> Option<&Message> {
        match &self.body {
            EventBody::Message(message) => Some(message),
            _ => None,
        }
    }
}
