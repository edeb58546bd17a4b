//! Attachments, Slack's older form, in which most systems still post.

use serde_json::{Map, Value};
use time::{format_description::BorrowedFormatItem, macros::format_description};

use super::{block, draft::Draft, markup, payload::words};

const MOMENT: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");

/// Writes an attachment below what is there: coloured as it is, title first, footer last.
pub(super) fn write(attachment: &Map<String, Value>, pointer: &str, draft: &mut Draft) {
    let text = |member: &str| words(attachment, member);
    draft.divide();
    if let Some(color) = text("color").as_deref().and_then(color) {
        draft.colour(color);
    }
    let linked = |name: &str, address: &str| {
        let label = markup::plain(&text(name)?);
        Some(markup::link(&text(address).unwrap_or_default(), &label))
    };
    let mut shown = Shown { draft, any: false };
    shown.line(text("pretext").map(|text| markup::formatted(&text)));
    shown.line(linked("author_name", "author_link"));
    shown.line(linked("title", "title_link").map(|title| format!("<b>{title}</b>")));
    shown.line(text("text").map(|text| markup::formatted(&text)));
    for field in members(attachment, "fields") {
        shown.line(self::field(field));
    }
    if let Some(blocks) = attachment.get("blocks").and_then(Value::as_array) {
        block::write_all(blocks, &format!("{pointer}/blocks"), shown.draft);
        shown.any = true;
    }
    shown.line(text("image_url").map(|address| markup::link(&address, "image")));
    buttons(attachment, pointer, &mut shown);
    if !shown.any {
        shown.line(text("fallback").map(|text| markup::plain(&text)));
    }
    shown.line(footer(attachment));
}

/// What an attachment wrote.
struct Shown<'d> {
    draft: &'d mut Draft,
    any: bool,
}

impl Shown<'_> {
    fn line(&mut self, html: Option<String>) {
        if let Some(html) = html {
            self.any = true;
            self.draft.line(&html);
        }
    }
}

fn members<'v>(document: &'v Map<String, Value>, member: &str) -> &'v [Value] {
    document.get(member).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn field(field: &Value) -> Option<String> {
    let field = field.as_object()?;
    let title = words(field, "title").map(|title| format!("<b>{}</b>", markup::plain(&title)));
    let value = words(field, "value").map(|value| markup::formatted(&value));
    match (title, value) {
        (Some(title), Some(value)) => Some(format!("{title}: {value}")),
        (title, value) => title.or(value),
    }
}

/// Buttons that lead somewhere are links; others would have to be answered by Slack.
fn buttons(attachment: &Map<String, Value>, pointer: &str, shown: &mut Shown<'_>) {
    let mut links = Vec::new();
    for (index, action) in members(attachment, "actions").iter().enumerate() {
        let Some(button) = action.as_object() else { continue };
        match (words(button, "text"), words(button, "url")) {
            (Some(label), Some(address)) => links.push(markup::link(&address, &markup::plain(&label))),
            _ => {
                let kind = words(button, "type").unwrap_or_else(|| "action".to_owned());
                shown.draft.drop_part(&format!("{pointer}/actions/{index}"), &kind);
            }
        }
    }
    if !links.is_empty() {
        shown.line(Some(links.join(" · ")));
    }
}

fn footer(attachment: &Map<String, Value>) -> Option<String> {
    let footer = words(attachment, "footer").map(|footer| markup::plain(&footer));
    let seconds = words(attachment, "ts").and_then(|text| text.split('.').next()?.parse::<i64>().ok());
    // What is too far away for a calendar is not shown.
    let moment = seconds.and_then(|seconds| time::OffsetDateTime::from_unix_timestamp(seconds).ok());
    let moment = moment.and_then(|moment| moment.format(MOMENT).ok());
    let parts: Vec<String> = footer.into_iter().chain(moment).collect();
    (!parts.is_empty()).then(|| format!("<em>{}</em>", parts.join(" · ")))
}

/// The nearest colour a notification can have: Slack's three words, or `#rrggbb` by its hue.
fn color(word: &str) -> Option<&'static str> {
    match word {
        "good" => return Some("green"),
        "warning" => return Some("yellow"),
        "danger" => return Some("red"),
        _ => {}
    }
    let digits = word.strip_prefix('#').unwrap_or(word);
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6)?;
    let [_, red, green, blue] = number.to_be_bytes().map(i32::from);
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    let spread = most - least;
    if spread < 40 {
        return Some("gray");
    }
    let degrees = match most {
        _ if most == red => (60 * (green - blue) / spread).rem_euclid(360),
        _ if most == green => 120 + 60 * (blue - red) / spread,
        _ => 240 + 60 * (red - green) / spread,
    };
    Some(match degrees {
        20..=70 => "yellow",
        71..=170 => "green",
        171..=320 => "purple",
        _ => "red",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_the_nearest_a_notification_has() {
        let nearest = [
            ("good", "green"),
            ("warning", "yellow"),
            ("danger", "red"),
            ("#36a64f", "green"),
            ("#D63232", "red"),
            ("a30200", "red"),
            ("#daa038", "yellow"),
            ("#439FE0", "purple"),
            ("#dddddd", "gray"),
        ];
        for (word, expected) in nearest {
            assert_eq!(color(word), Some(expected), "{word}");
        }
        for word in ["", "#fff", "blue", "#gggggg", "#12345678"] {
            assert_eq!(color(word), None, "{word}");
        }
    }
}
