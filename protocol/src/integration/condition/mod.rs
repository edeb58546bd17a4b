//! Conditions: when a tile is shown and a control offered (§8). Evaluated from what the client already holds.

use serde_json::Value;

use crate::{Person, Room};

/// Conditions of an extension; all must hold (COND-03). Kept as they came, so that nothing is lost.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConditionList(pub Vec<Condition>);

/// One member of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// A named test.
    Test {
        /// Such as `message_contains_link`; an unknown one does not hold (COND-27).
        name: String,
        /// As they came.
        params: Value,
        /// Whether the result is turned round.
        invert: bool,
    },
    /// `{"type": "and", "conditions": […]}`.
    All(Vec<Condition>),
    /// `{"type": "or", "conditions": […]}`.
    Any(Vec<Condition>),
    /// Neither of these; never holds.
    Broken,
}

/// What a message gives conditions to test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MessageContext<'a> {
    /// The message.
    pub message: &'a crate::Message,
    /// Its author as the client knows them, if a person.
    pub sender: Option<&'a Person>,
}

/// The element a control belongs to, or the tile itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ElementContext<'a> {
    /// None: the input field.
    None,
    /// A message or notification.
    Message(MessageContext<'a>),
    /// A tile, with the metadata last received; `None` when there is none.
    Tile(Option<&'a Value>),
}

/// Everything conditions may test (COND-01).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConditionContext<'a> {
    /// The person of the session.
    pub user: &'a Person,
    /// The room shown.
    pub room: &'a Room,
    /// The element.
    pub element: ElementContext<'a>,
}

impl ConditionList {
    /// Reads `conditions` of an extension; absent or not a list means none.
    pub fn from_value(value: Option<&Value>) -> Self {
        let _ = value;
        todo!("written by the protocol author")
    }

    /// Whether all hold.
    pub fn hold(&self, context: &ConditionContext<'_>) -> bool {
        let _ = context;
        todo!("written by the protocol author")
    }

    /// Whether `glance_matches` occurs anywhere in it: such a tile stays hidden until its data has come (HCC-14).
    pub fn need_metadata(&self) -> bool {
        todo!("written by the protocol author")
    }

    /// A sentence telling why an extension whose conditions hold is shown, such as "Shown because the message
    /// contains a link."; `None` when there are no conditions.
    pub fn reason(&self, context: &ConditionContext<'_>) -> Option<String> {
        let _ = context;
        todo!("written by the protocol author")
    }

    /// Names of tests this version does not know, for the warning of COND-27.
    pub fn unknown_names(&self) -> Vec<&str> {
        todo!("written by the protocol author")
    }
}
