//! HTML of providers, reduced to the little that is drawn, before it is stored or sent to anybody (safety E4).
//!
//! Browsers never parse what comes out of here as markup either ([`roomglass_protocol::text::html`]); this is the first
//! of two fences, and the one that other clients rely on.

mod nesting;

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use roomglass_protocol::{
    integration::{Activity, Card, TileData},
    text::html::plain_text,
};

/// Longest label that is parsed, in bytes: the parser takes quadratic time on hostile nesting (safety, finding 4).
const MAX_LABEL_BYTES: usize = 4 * 1024;
/// Longest notification that is parsed, in bytes; 10,000 characters of ordinary text fit.
const MAX_NOTIFICATION_BYTES: usize = 16 * 1024;
/// Deepest nesting that is parsed.
const MAX_DEPTH: usize = 16;
/// Some input changes again when it is cleaned a second time (safety, finding 6).
const MAX_PASSES: usize = 3;

const EMPHASIS: [&str; 4] = ["b", "strong", "i", "em"];
const WORDS: [&str; 13] = ["a", "b", "br", "code", "em", "i", "li", "ol", "p", "pre", "span", "strong", "ul"];
const PICTURES_AND_TABLES: [&str; 7] = ["img", "table", "tbody", "td", "th", "thead", "tr"];
const STYLES: [&str; 3] = ["color", "font-weight", "text-decoration"];

static LABEL: LazyLock<Builder<'static>> = LazyLock::new(|| policy(&EMPHASIS));

static NOTIFICATION_TEXT: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut policy = words();
    policy
        .add_tags(PICTURES_AND_TABLES)
        .add_tag_attributes("img", ["src", "alt", "width", "height"])
        .add_tag_attributes("td", ["colspan", "rowspan"])
        .add_tag_attributes("th", ["colspan", "rowspan"]);
    policy
});

static CARD_TEXT: LazyLock<Builder<'static>> = LazyLock::new(words);

/// Links, emphasis, lists, and words with a colour.
fn words() -> Builder<'static> {
    let mut policy = policy(&WORDS);
    let attributes =
        [("a", HashSet::from(["href", "data-target", "data-target-options"])), ("span", HashSet::from(["style"]))];
    policy
        .tag_attributes(HashMap::from(attributes))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .filter_style_properties(HashSet::from(STYLES));
    policy
}

/// Nothing but these tags: no attributes, no addresses, and scripts and styles vanish with what is in them.
fn policy(tags: &[&'static str]) -> Builder<'static> {
    let mut policy = Builder::empty();
    policy
        .tags(tags.iter().copied().collect())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(HashMap::new())
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::new())
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .strip_comments(true);
    policy
}

/// A text as HTML and its attributes hold it.
pub fn spelled_out(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            character => html.push(character),
        }
    }
    html
}

/// The label of a tile: `b strong i em` stay, of everything else only the text (ELEM-13).
pub fn label(html: &str) -> String {
    clean(&LABEL, html, MAX_LABEL_BYTES)
}

/// The text of an `html` notification: emphasis, code, lists, paragraphs, tables, pictures, words with a colour, and links to http(s),
/// mailto and pages of the sender's stay (HCC-17).
pub fn notification(html: &str) -> String {
    clean(&NOTIFICATION_TEXT, html, MAX_NOTIFICATION_BYTES)
}

/// A card whose `html` keeps what a notification's does, but for pictures and tables: a card has places of its own for them.
pub fn card(mut card: Card) -> Card {
    card.description = card.description.take().map(|mut description| {
        if description.format == "html" {
            description.value = clean(&CARD_TEXT, &description.value, MAX_NOTIFICATION_BYTES);
        }
        description
    });
    card.activity = card
        .activity
        .take()
        .map(|activity| Activity { html: clean(&CARD_TEXT, &activity.html, MAX_NOTIFICATION_BYTES), ..activity });
    card
}

/// Data of a tile with its label cleaned.
pub fn tile(mut data: TileData) -> TileData {
    data.label.value = label(&data.label.value);
    data
}

fn clean(policy: &Builder<'_>, html: &str, max_bytes: usize) -> String {
    if html.len() > max_bytes || nesting::depth(html) > MAX_DEPTH {
        return escaped_text(html);
    }
    let mut current = Cow::Borrowed(html);
    for _ in 0..MAX_PASSES {
        let cleaned = policy.clean(&current).to_string();
        // Unclosed emphasis is repeated in every paragraph after it: what grows like that is an attack.
        if cleaned.len() > 2 * max_bytes {
            break;
        }
        if cleaned == current {
            return cleaned;
        }
        current = Cow::Owned(cleaned);
    }
    escaped_text(html)
}

/// The text alone, as HTML that shows exactly that.
fn escaped_text(html: &str) -> String {
    let text = plain_text(html);
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
