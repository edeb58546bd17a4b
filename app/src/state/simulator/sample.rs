//! Messages to open menus on.

use leptos::prelude::*;
use roomglass_protocol::{
    Author, IntegrationKey, Message, MessageId, Person, Timestamp, event::MessageFormat, integration::CARD_STYLE,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::COLLEAGUE;

/// Whose words they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleKind {
    /// The person's own.
    Own,
    /// A colleague's.
    Colleague,
    /// A notification of the integration that is simulated.
    Notification,
}

impl SampleKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Own, Self::Colleague, Self::Notification];

    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "Message of yours",
            Self::Colleague => "Message of a colleague",
            Self::Notification => "Notification",
        }
    }
}

/// A message that can be edited. A handle that can be copied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Names it.
    pub number: u64,
    /// Whose it is.
    pub kind: RwSignal<SampleKind>,
    /// What it says.
    pub text: RwSignal<String>,
    /// JSON that goes with a notification, for `card_matches`; may be empty.
    pub metadata: RwSignal<String>,
}

impl Sample {
    /// A new one.
    pub fn new(number: u64, kind: SampleKind, text: &str, metadata: &str) -> Self {
        Self {
            number,
            kind: RwSignal::new(kind),
            text: RwSignal::new(text.to_owned()),
            metadata: RwSignal::new(metadata.to_owned()),
        }
    }

    /// Those a simulation begins with.
    pub(super) fn first() -> Vec<Self> {
        let card = json!({CARD_STYLE: "application", "severity": "high"}).to_string();
        vec![
            Self::new(1, SampleKind::Colleague, "Have a look at https://example.com/issues/42", ""),
            Self::new(2, SampleKind::Own, "build #17 is red", ""),
            Self::new(3, SampleKind::Notification, "Build 17 failed", &card),
        ]
    }

    /// The message as conditions and pages see it. Reactive.
    ///
    /// # Errors
    /// Why the metadata cannot be read.
    pub fn message(self, me: &Person, integration: &IntegrationKey) -> Result<Message, String> {
        let (from, metadata) = match self.kind.get() {
            SampleKind::Own => (author(me), None),
            SampleKind::Colleague => {
                let (name, mention) = ("A colleague".to_owned(), "colleague".to_owned());
                (Author::User { id: COLLEAGUE, name, mention }, None)
            }
            SampleKind::Notification => {
                let name = integration.to_string();
                let from = Author::Integration { key: integration.clone(), name };
                (from, Some(self.metadata.with(|text| metadata(text, integration))?))
            }
        };
        let format = if metadata.is_some() { MessageFormat::Text } else { MessageFormat::Markdown };
        let id = MessageId(Uuid::from_u128(u128::from(self.number)));
        Ok(Message {
            id,
            from,
            text: self.text.get(),
            format,
            color: None,
            card: None,
            metadata,
            attachments: Vec::new(),
            deleted: false,
            sent_at: Timestamp(0),
        })
    }
}

fn author(person: &Person) -> Author {
    Author::User { id: person.id, name: person.name.clone(), mention: person.mention.clone() }
}

/// With the member that the server sets.
fn metadata(text: &str, integration: &IntegrationKey) -> Result<Value, String> {
    let read = if text.trim().is_empty() { Ok(json!({})) } else { serde_json::from_str::<Value>(text) };
    match read {
        Ok(Value::Object(mut members)) => {
            members.insert("sender_addon_key".to_owned(), json!(integration));
            Ok(Value::Object(members))
        }
        Ok(_) => Err("The metadata is not a JSON object.".to_owned()),
        Err(error) => Err(format!("The metadata is not JSON: {error}.")),
    }
}
