//! Notifications: what a provider says in a room.

use serde::Serialize;

use crate::Html;

/// Something to say in a room (HCC-17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notification {
    message: String,
    message_format: &'static str,
    color: Color,
    notify: bool,
}

/// Colour of a notification's edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// For what is merely so.
    Gray,
    /// For good news.
    Green,
    /// For things to watch.
    Yellow,
    /// For trouble.
    Red,
    /// For everything else.
    Purple,
}

impl Notification {
    /// Plain text, in which links and mentions count as in a person's message.
    pub fn text(message: impl Into<String>) -> Self {
        Self { message: message.into(), message_format: "text", color: Color::Gray, notify: false }
    }

    /// Markup.
    pub fn html(message: Html) -> Self {
        Self { message: message.into_string(), message_format: "html", color: Color::Gray, notify: false }
    }

    /// With another colour than gray.
    #[must_use]
    pub fn color(mut self, color: Color) -> Self {
        self.color = color;
        self
    }

    /// Tells the members of the room as a mention would.
    #[must_use]
    pub fn alert(mut self) -> Self {
        self.notify = true;
        self
    }
}
