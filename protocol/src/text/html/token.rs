//! HTML cut into tags and text, each character looked at once. What a browser would swallow is swallowed here too:
//! comments, declarations, the insides of `script` and `style`, and a tag that never ends.

use std::iter;

/// A piece of HTML.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'h> {
    /// Text, entities not yet resolved.
    Text(&'h str),
    /// `<name href=…>`
    Start(Tag<'h>),
    /// `</name>`
    End(&'h str),
}

/// A start tag.
#[derive(Debug, PartialEq)]
pub(super) struct Tag<'h> {
    /// As written; names of elements are compared without regard to case.
    pub name: &'h str,
    pub attributes: Attributes<'h>,
    /// All of them, as written.
    all: &'h str,
}

impl<'h> Tag<'h> {
    /// The value of an attribute, the first of its name, entities not yet resolved.
    pub fn value(&self, wanted: &str) -> Option<&'h str> {
        let mut found = None;
        walk(self.all, &mut |name, value| {
            if found.is_none() && name.eq_ignore_ascii_case(wanted) {
                found = Some(value);
            }
        });
        found
    }
}

/// The attributes that count, the first of each name, entities not yet resolved.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Attributes<'h> {
    pub href: Option<&'h str>,
    /// `data-target`
    pub target: Option<&'h str>,
    /// `data-target-options`
    pub options: Option<&'h str>,
}

impl<'h> Attributes<'h> {
    fn keep(&mut self, name: &str, value: &'h str) {
        let kept =
            [("href", &mut self.href), ("data-target", &mut self.target), ("data-target-options", &mut self.options)];
        if let Some((_, place)) = kept.into_iter().find(|(known, _)| name.eq_ignore_ascii_case(known)) {
            place.get_or_insert(value);
        }
    }
}

pub(super) fn tokens(html: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = html;
    iter::from_fn(move || {
        while !rest.is_empty() {
            let (token, after) = next_token(rest);
            rest = after;
            if token.is_some() {
                return token;
            }
        }
        None
    })
}

/// The piece at the beginning of a text that is not empty, if it is to be seen, and what follows it.
fn next_token(html: &str) -> (Option<Token<'_>>, &str) {
    let Some(markup) = html.strip_prefix('<') else { return text_token(html, 0) };
    match markup.as_bytes().first() {
        Some(c) if c.is_ascii_alphabetic() => start_tag(markup),
        Some(b'/') => match markup.as_bytes().get(1) {
            Some(c) if c.is_ascii_alphabetic() => end_tag(&markup[1..]),
            Some(_) => (None, after(markup, ">")),
            None => text_token(html, 1),
        },
        Some(b'!') if markup.starts_with("!--") => (None, after_comment(&markup[3..])),
        Some(b'!' | b'?') => (None, after(markup, ">")),
        _ => text_token(html, 1),
    }
}

/// Text up to the next `<` behind the first `taken` bytes.
fn text_token(html: &str, taken: usize) -> (Option<Token<'_>>, &str) {
    let end = html[taken..].find('<').map_or(html.len(), |found| taken + found);
    (Some(Token::Text(&html[..end])), &html[end..])
}

fn start_tag(markup: &str) -> (Option<Token<'_>>, &str) {
    let (name, rest) = markup.split_at(name_length(markup));
    let all = rest;
    let Some((attributes, rest)) = attributes(rest) else { return (None, "") };
    let hidden = ["script", "style"].into_iter().find(|hidden| name.eq_ignore_ascii_case(hidden));
    match hidden {
        Some(hidden) => (None, after_hidden(rest, hidden)),
        None => (Some(Token::Start(Tag { name, attributes, all })), rest),
    }
}

fn end_tag(markup: &str) -> (Option<Token<'_>>, &str) {
    let (name, rest) = markup.split_at(name_length(markup));
    match attributes(rest) {
        Some((_, rest)) => (Some(Token::End(name)), rest),
        None => (None, ""),
    }
}

fn name_length(markup: &str) -> usize {
    markup.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(markup.len())
}

/// Reads to the end of a tag; `None` when it has none. Quotes hide `>`.
fn attributes(rest: &str) -> Option<(Attributes<'_>, &str)> {
    let mut found = Attributes::default();
    let rest = walk(rest, &mut |name, value| found.keep(name, value))?;
    Some((found, rest))
}

/// Tells every attribute that has a value; gives what follows the tag.
fn walk<'h>(mut rest: &'h str, tell: &mut dyn FnMut(&'h str, &'h str)) -> Option<&'h str> {
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(rest) = rest.strip_prefix('>') {
            return Some(rest);
        }
        let first = rest.chars().next()?;
        let ends_name = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=');
        // A "=" in front belongs to the name, which keeps this loop moving.
        let length = rest[first.len_utf8()..].find(ends_name)? + first.len_utf8();
        let (name, after_name) = rest.split_at(length);
        rest = after_name.trim_start_matches(|c: char| c.is_ascii_whitespace());
        if let Some(assigned) = rest.strip_prefix('=') {
            let (value, after_value) = attribute_value(assigned)?;
            tell(name, value);
            rest = after_value;
        }
    }
}

fn attribute_value(assigned: &str) -> Option<(&str, &str)> {
    let rest = assigned.trim_start_matches(|c: char| c.is_ascii_whitespace());
    match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split_once(quote),
        _ => Some(rest.split_at(rest.find(|c: char| c.is_ascii_whitespace() || c == '>')?)),
    }
}

fn after<'h>(html: &'h str, mark: &str) -> &'h str {
    html.find(mark).map_or("", |found| &html[found + mark.len()..])
}

/// Behind `-->` or `--!>`; `<!-->` and `<!--->` are whole comments.
fn after_comment(mut inside: &str) -> &str {
    if let Some(rest) = inside.strip_prefix('>').or_else(|| inside.strip_prefix("->")) {
        return rest;
    }
    while let Some(found) = inside.find("--") {
        let end = &inside[found + 2..];
        if let Some(rest) = end.strip_prefix('>').or_else(|| end.strip_prefix("!>")) {
            return rest;
        }
        inside = &inside[found + 1..];
    }
    ""
}

/// Behind the end tag of an element whose inside is not HTML; everything, when there is none.
fn after_hidden<'h>(mut inside: &'h str, name: &str) -> &'h str {
    while let Some(found) = inside.find("</") {
        inside = &inside[found + 2..];
        let named = inside.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name));
        if named && name_length(inside) == name.len() {
            return attributes(&inside[name.len()..]).map_or("", |(_, rest)| rest);
        }
    }
    ""
}

/// Resolves `&amp;`, `&#38;`, `&#x26;` and the like; what is not understood stays as it is.
pub(super) fn resolve_entities(text: &str) -> String {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        resolved.push_str(before);
        let (character, after) = entity(after).unwrap_or(('&', after));
        resolved.push(character);
        rest = after;
    }
    resolved + rest
}

fn entity(text: &str) -> Option<(char, &str)> {
    /// Longer ones are not entities; looking further would make a row of `&` quadratic.
    const LONGEST: usize = 10;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let character = match &text[..end] {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        number => numeric(number.strip_prefix('#')?)?,
    };
    Some((character, &text[end + 1..]))
}

fn numeric(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    let character = char::from_u32(code.ok()?).filter(|c| !c.is_control() || c.is_ascii_whitespace());
    Some(character.unwrap_or(char::REPLACEMENT_CHARACTER))
}
