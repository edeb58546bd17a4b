//! The little HTML that providers may use, read into pieces of text that can only be drawn as text.
//!
//! There is no way from here to markup: whatever the input, the output is characters with flags.

mod rich;
mod spans;
mod style;
mod token;

use std::sync::Arc;

pub use rich::{Cell, Picture, Piece, is_rich, pictures, pieces};
use spans::{Elements, Writer};
pub use style::{Style, Tone};
use token::{Token, tokens};

/// A run of characters with one look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Span {
    /// The characters, entities resolved.
    pub text: String,
    /// `b` or `strong` (also inside headings).
    pub bold: bool,
    /// `i` or `em`.
    pub italic: bool,
    /// `code` or `pre`; only in notifications.
    pub code: bool,
    /// http(s) or mailto address of the surrounding `a`; only in notifications.
    pub href: Option<String>,
    /// What of its sender's own the surrounding `a` opens; only in notifications.
    pub opens: Option<Arc<Opens>>,
    /// What `span` says of it; only in [`pieces`].
    pub style: Style,
    /// Whether a new line begins after this run (`br`, end of `p`, `li`, `div`).
    pub line_break: bool,
}

/// A page of the sender's that a link opens (contract §6.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opens {
    /// `data-target`: a key of the sender's, or the sender's key and that one with a colon between.
    pub target: String,
    /// `data-target-options`: JSON, or empty.
    pub options: String,
}

/// Reads a tile's label: `b strong i em` count, everything else is dropped and its text kept, except inside
/// `script`, `style` and comments, which vanish (ELEM-13). Where a block or line ends, a space remains.
pub fn label_spans(html: &str) -> Vec<Span> {
    write_spans(html, Elements::OfLabels)
}

/// Reads an `html` notification: as [`label_spans`], and `a[href] code pre br p ul ol li` too (HCC-17), with
/// what `data-target` of an `a` opens.
/// Items of lists begin with a bullet or their number. White space runs together except inside `pre`.
pub fn notification_spans(html: &str) -> Vec<Span> {
    write_spans(html, Elements::OfNotifications)
}

/// The text alone, for accessible names and conditions; lines end with a line feed.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for span in notification_spans(html) {
        text.push_str(&span.text);
        if span.line_break {
            text.push('\n');
        }
    }
    text.truncate(text.trim_end_matches('\n').len());
    text
}

fn write_spans(html: &str, elements: Elements) -> Vec<Span> {
    let mut writer = Writer::new(elements);
    for token in tokens(html) {
        match token {
            Token::Text(text) => writer.text(text),
            Token::Start(tag) => writer.start(&tag),
            Token::End(name) => writer.end(name),
        }
    }
    writer.finish()
}
