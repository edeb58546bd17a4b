//! The notification a payload becomes, put together line by line.

use roomglass_protocol::{
    event::{MAX_MESSAGE_CHARS, MessageFormat},
    text::html::plain_text,
};

use crate::sanitise;

/// Longest HTML, so that what is cleaned stays below what the parser takes and a message may hold.
const MAX_HTML_BYTES: usize = 9_900;
/// Parts that are named to the sender, one by one.
const MAX_NAMED: usize = 20;
/// Longest name of a part that Roomglass has nothing for.
const MAX_TYPE_CHARS: usize = 32;

/// HTML in lines, and what could not be put into it.
#[derive(Debug, Default)]
pub(super) struct Draft {
    html: String,
    is_full: bool,
    is_divided: bool,
    color: Option<&'static str>,
    dropped: Vec<String>,
    unnamed: usize,
}

impl Draft {
    /// Adds a line of HTML whose elements are all closed. Empty lines are skipped, and lines that do not fit dropped.
    pub(super) fn line(&mut self, html: &str) {
        if html.trim().is_empty() || self.is_full {
            return;
        }
        if self.html.len() + html.len() > MAX_HTML_BYTES {
            self.is_full = true;
            self.html.push_str("<br>…");
            self.drop_part("", "the rest, which is too long");
            return;
        }
        if !self.html.is_empty() {
            self.html.push_str(if self.is_divided { "<br><br>" } else { "<br>" });
        }
        self.is_divided = false;
        self.html.push_str(html);
    }

    /// An empty line, between what is there and what follows.
    pub(super) fn divide(&mut self) {
        self.is_divided = true;
    }

    /// The first colour of several is the notification's.
    pub(super) fn colour(&mut self, color: &'static str) {
        self.color.get_or_insert(color);
    }

    /// Notes a part that is not shown, at a JSON pointer. What names it came from the sender and goes into a header.
    pub(super) fn drop_part(&mut self, pointer: &str, kind: &str) {
        if self.dropped.len() == MAX_NAMED {
            self.unnamed += 1;
            return;
        }
        let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ' | ',');
        let kind: String = kind.chars().filter(is_plain).take(MAX_TYPE_CHARS).collect();
        self.dropped.push(format!("{pointer} {kind}").trim().to_owned());
    }

    /// Whether there is nothing to say.
    pub(super) fn is_empty(&self) -> bool {
        plain_text(&self.html).trim().is_empty()
    }

    /// What is not shown, for the sender.
    pub(super) fn dropped(&self) -> Option<String> {
        let mut list = self.dropped.join("; ");
        if self.unnamed > 0 {
            list.push_str(&format!("; and {} more", self.unnamed));
        }
        (!list.is_empty()).then_some(list)
    }

    /// Gray unless a part has a colour.
    pub(super) fn color(&self) -> &'static str {
        self.color.unwrap_or("gray")
    }

    /// As it is stored. Cleaned like any provider's HTML, though all of it was written here.
    pub(super) fn into_text(self) -> (String, MessageFormat) {
        let html = sanitise::notification(&self.html);
        if html.chars().count() <= MAX_MESSAGE_CHARS {
            return (html, MessageFormat::Html);
        }
        // Characters that HTML has to spell out, in masses.
        (plain_text(&self.html).chars().take(MAX_MESSAGE_CHARS).collect(), MessageFormat::Text)
    }
}
