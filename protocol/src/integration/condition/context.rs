//! What conditions may test.

use std::{borrow::Cow, cell::OnceCell};

use serde_json::Value;

use crate::{Message, Person, Room};

/// Everything conditions may test (COND-01).
#[derive(Debug, Clone)]
pub struct ConditionContext<'a> {
    /// The person of the session.
    pub user: &'a Person,
    /// The room shown.
    pub room: &'a Room,
    /// The element.
    pub element: ElementContext<'a>,
}

/// The element a control belongs to, or the tile itself.
#[derive(Debug, Clone)]
pub enum ElementContext<'a> {
    /// None: the input field.
    None,
    /// A message or notification.
    Message(MessageContext<'a>),
    /// A tile, with the metadata last received; `None` when there is none.
    Tile(Option<&'a Value>),
}

/// What a message gives conditions to test. One for all controls of a menu: what many of them ask for is found out
/// once, and not before the first asks.
#[derive(Debug, Clone)]
pub struct MessageContext<'a> {
    /// The message.
    pub message: &'a Message,
    /// Its author as the client knows them, if a person.
    pub sender: Option<&'a Person>,
    body: OnceCell<Cow<'a, str>>,
    lower_case: OnceCell<String>,
    links: OnceCell<Vec<String>>,
}

impl<'a> MessageContext<'a> {
    /// Nothing is found out yet.
    pub fn new(message: &'a Message, sender: Option<&'a Person>) -> Self {
        Self { message, sender, body: OnceCell::new(), lower_case: OnceCell::new(), links: OnceCell::new() }
    }

    /// The words of the message as people read them.
    pub(super) fn body(&self) -> &str {
        self.body.get_or_init(|| self.message.words())
    }

    /// The same in lower case.
    pub(super) fn lower_case(&self) -> &str {
        self.lower_case.get_or_init(|| self.body().to_lowercase())
    }

    /// Addresses in the words of the message, and those its markup leads to.
    pub(super) fn links(&self) -> &[String] {
        self.links.get_or_init(|| self.message.links())
    }
}
