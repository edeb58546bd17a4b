//! Slack's `mrkdwn` into the HTML of notifications: emphasis, code, links, mentions.

use super::closing::{Closings, Mark};
use crate::sanitise::spelled_out;
use roomglass_protocol::text::link::links;

/// Longest text of one part; the rest is cut off. Slack allows 3,000 characters in a section.
const MAX_CHARS: usize = 4_000;

/// Text with formatting.
pub(super) fn formatted(text: &str) -> String {
    let mut html = String::new();
    blocks(&clip(text), &mut html);
    html
}

/// Text without formatting; links and `&lt;` are what they are in all of Slack's texts.
pub(super) fn plain(text: &str) -> String {
    let mut html = String::new();
    inline(&clip(text), Look { bold: true, italic: true, code: true }, &mut html);
    html
}

/// A link with a label, or the label alone where the address leads nowhere.
pub(super) fn link(address: &str, label: &str) -> String {
    let mut html = String::new();
    write_link(address, |html| html.push_str(label), &mut html);
    html
}

fn escape(text: &str, html: &mut String) {
    html.push_str(&spelled_out(text));
}

/// Senders spell out these three and no others.
fn resolve(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn clip(text: &str) -> String {
    let usable = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let mut clipped: String = text.chars().filter(usable).take(MAX_CHARS).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        clipped.push('…');
    }
    clipped
}

/// Which marks do not count: inside themselves, and in text without formatting.
#[derive(Clone, Copy, Default)]
pub(super) struct Look {
    bold: bool,
    italic: bool,
    code: bool,
}

/// Text between fences is kept to the letter.
fn blocks(text: &str, html: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("```") {
        let Some((code, after)) = after.split_once("```") else { break };
        inline(before.strip_suffix('\n').unwrap_or(before), Look::default(), html);
        html.push_str("<pre>");
        escape(&resolve(code.trim_matches('\n')), html);
        html.push_str("</pre>");
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    inline(rest, Look::default(), html);
}

/// Text in which each part is looked at once, whatever marks there are.
pub(super) fn inline(text: &str, look: Look, html: &mut String) {
    let mut closings = Closings::of(text);
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let rest = &text[at..];
        let taken = match character {
            '<' => angle(rest, html),
            '`' if !look.code => marked(&mut closings, at, Mark::Tick, |code| {
                html.push_str("<code>");
                escape(&resolve(code), html);
                html.push_str("</code>");
            }),
            '*' if !look.bold => {
                let mark = if rest.starts_with("**") { Mark::TwoStars } else { Mark::Star };
                marked(&mut closings, at, mark, |inner| {
                    html.push_str("<b>");
                    inline(inner, Look { bold: true, ..look }, html);
                    html.push_str("</b>");
                })
            }
            '_' if !look.italic => marked(&mut closings, at, Mark::Underscore, |inner| {
                html.push_str("<i>");
                inline(inner, Look { italic: true, ..look }, html);
                html.push_str("</i>");
            }),
            '&' => entity(rest, html),
            'h' | 'H' if !look.code => bare_address(text, at, html),
            _ => None,
        };
        at += taken.unwrap_or_else(|| {
            match character {
                '\n' => html.push_str("<br>"),
                character => escape(character.encode_utf8(&mut [0; 4]), html),
            }
            character.len_utf8()
        });
    }
}

/// What the mark at a place stands around, on one line, at the edges of words. Returns how much of the text that is.
fn marked(closings: &mut Closings<'_>, at: usize, mark: Mark, write: impl FnOnce(&str)) -> Option<usize> {
    let (text, begin) = (closings.text, at + mark.text().len());
    if text[..at].ends_with(char::is_alphanumeric) {
        return None;
    }
    let first = text[begin..].chars().next().filter(|first| !first.is_whitespace())?;
    let end = closings.next(mark, begin + first.len_utf8())?;
    write(&text[begin..end]);
    Some(end + mark.text().len() - at)
}

/// An address that was not marked as one.
fn bare_address(text: &str, at: usize, html: &mut String) -> Option<usize> {
    let rest = &text[at..];
    if !has_scheme(rest) || text[..at].ends_with(char::is_alphanumeric) {
        return None;
    }
    let line = rest.split(['\n', '<', '>', '`', ' ', '|']).next()?;
    let address = links(line).into_iter().next().filter(|address| line.starts_with(address))?;
    let resolved = resolve(address);
    write_link(&resolved, |html| escape(&resolved, html), html);
    Some(address.len())
}

fn entity(text: &str, html: &mut String) -> Option<usize> {
    let entity = ["&amp;", "&lt;", "&gt;"].into_iter().find(|entity| text.starts_with(entity))?;
    html.push_str(entity);
    Some(entity.len())
}

/// `<address|label>`, `<@person>`, `<#room|name>`, `<!here>`.
fn angle(text: &str, html: &mut String) -> Option<usize> {
    // Up to the next one at most: each character is looked at once, however many there are.
    let end = 1 + text[1..].find(['<', '>', '\n'])?;
    if !text[end..].starts_with('>') {
        return None;
    }
    let (target, label) = match text[1..end].split_once('|') {
        Some((target, label)) => (target, Some(label).filter(|label| !label.is_empty())),
        None => (&text[1..end], None),
    };
    let mut write = |mark: &str, name: &str| {
        html.push_str(mark);
        escape(&resolve(name), html);
    };
    match target.chars().next()? {
        '@' => write("@", label.unwrap_or(&target[1..]).trim_start_matches('@')),
        '#' => write("#", label.unwrap_or(&target[1..]).trim_start_matches('#')),
        '!' => special(&target[1..], label, write),
        _ if has_scheme(target) => {
            write_link(&resolve(target), |html| escape(&resolve(label.unwrap_or(target)), html), html);
        }
        _ => return None,
    }
    Some(end + 1)
}

/// `<!here>`, `<!subteam^ID|@name>`, `<!date^…|fallback>`.
fn special(name: &str, label: Option<&str>, mut write: impl FnMut(&str, &str)) {
    match (name, label) {
        ("here", _) => write("@", "here"),
        ("channel" | "everyone", _) => write("@", "all"),
        (_, Some(label)) => write("", label),
        (group, None) if group.starts_with("subteam^") => write("@", &group["subteam^".len()..]),
        (name, None) => write("", name.split('^').next().unwrap_or_default()),
    }
}

fn has_scheme(address: &str) -> bool {
    ["https://", "http://", "mailto:"]
        .into_iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}

fn write_link(address: &str, write_label: impl FnOnce(&mut String), html: &mut String) {
    if !has_scheme(address) {
        return write_label(html);
    }
    html.push_str("<a href=\"");
    escape(address, html);
    html.push_str("\">");
    write_label(html);
    html.push_str("</a>");
}
