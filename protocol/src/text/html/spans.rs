//! Tags turned into flags.

use std::sync::Arc;

use super::{
    Opens, Span, Style,
    token::{Attributes, Tag, resolve_entities},
};

/// Longer addresses are not followed; the limit also bounds how often one is copied.
const MAX_HREF_BYTES: usize = 2048;
/// The same for the key of what a link opens, and for its options.
const MAX_TARGET_BYTES: usize = 512;
const MAX_OPTIONS_BYTES: usize = 8 * 1024;

/// Which elements mean something.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Elements {
    OfLabels,
    OfNotifications,
}

/// Writes text into spans. Open elements are counted, not nested: a missing end tag or one too many harms nothing.
pub(super) struct Writer {
    elements: Elements,
    spans: Vec<Span>,
    bold: usize,
    italic: usize,
    code: usize,
    pre: usize,
    /// Of the link that is open.
    pub href: Option<String>,
    /// Of what is written next.
    pub style: Style,
    /// Shared, because every run inside the link has it.
    opens: Option<Arc<Opens>>,
    /// Open lists: `None` for bullets, else the number of the last item.
    lists: Vec<Option<usize>>,
}

impl Writer {
    pub fn new(elements: Elements) -> Self {
        Self {
            elements,
            spans: Vec::new(),
            bold: 0,
            italic: 0,
            code: 0,
            pre: 0,
            href: None,
            style: Style::default(),
            opens: None,
            lists: Vec::new(),
        }
    }

    pub fn start(&mut self, tag: &Tag<'_>) {
        let name = tag.name.to_ascii_lowercase();
        match name.as_str() {
            "b" | "strong" => self.bold += 1,
            "i" | "em" => self.italic += 1,
            "br" => self.break_line(),
            _ if is_block(&name) => self.begin_block(),
            _ => {}
        }
        if self.elements == Elements::OfNotifications {
            match name.as_str() {
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.bold += 1,
                "code" => self.code += 1,
                "pre" => self.pre += 1,
                "a" => {
                    self.href = tag.attributes.href.and_then(safe_address);
                    self.opens = opens(&tag.attributes).map(Arc::new);
                }
                "ul" => self.lists.push(None),
                "ol" => self.lists.push(Some(0)),
                "li" => self.begin_item(),
                _ => {}
            }
        }
    }

    pub fn end(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "b" | "strong" => self.bold = self.bold.saturating_sub(1),
            "i" | "em" => self.italic = self.italic.saturating_sub(1),
            _ if is_block(&name) => self.begin_block(),
            _ => {}
        }
        if self.elements == Elements::OfNotifications {
            match name.as_str() {
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.bold = self.bold.saturating_sub(1),
                "code" => self.code = self.code.saturating_sub(1),
                "pre" => self.pre = self.pre.saturating_sub(1),
                "a" => (self.href, self.opens) = (None, None),
                "ul" | "ol" => _ = self.lists.pop(),
                _ => {}
            }
        }
    }

    pub fn text(&mut self, text: &str) {
        let text = resolve_entities(text);
        if self.pre > 0 {
            self.preformatted(&text);
        } else {
            self.flowing(&text);
        }
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// What was written up to here; what is open stays open.
    pub fn take(&mut self) -> Vec<Span> {
        std::mem::take(&mut self.spans)
    }

    pub fn finish(mut self) -> Vec<Span> {
        self.trim_line();
        while self.spans.last().is_some_and(|span| span.text.is_empty()) {
            self.spans.pop();
        }
        if let Some(last) = self.spans.last_mut() {
            last.line_break = false;
        }
        self.spans
    }

    /// White space runs together, and vanishes at the edges of a line.
    fn flowing(&mut self, text: &str) {
        let mut written = String::with_capacity(text.len());
        let mut after_space = self.spans.last().is_none_or(|last| last.line_break || last.text.ends_with(' '));
        for character in text.chars() {
            let is_space = character.is_ascii_whitespace();
            if !is_space {
                written.push(character);
            } else if !after_space {
                written.push(' ');
            }
            after_space = is_space;
        }
        self.write(&written);
    }

    fn preformatted(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.break_line();
            }
            self.write(line.trim_end_matches('\r'));
        }
    }

    fn write(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let look = Span {
            text: String::new(),
            bold: self.bold > 0,
            italic: self.italic > 0,
            code: self.code > 0 || self.pre > 0,
            href: self.href.clone(),
            opens: self.opens.clone(),
            style: self.style,
            line_break: false,
        };
        match self.spans.last_mut() {
            Some(last) if has_look(last, &look) => last.text.push_str(text),
            _ => self.spans.push(Span { text: text.to_owned(), ..look }),
        }
    }

    fn begin_item(&mut self) {
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{number}. ")
            }
            _ => "• ".to_owned(),
        };
        self.write(&mark);
    }

    fn begin_block(&mut self) {
        if !self.is_at_line_start() {
            self.break_line();
        }
    }

    fn break_line(&mut self) {
        if self.elements == Elements::OfLabels {
            self.flowing(" ");
            return;
        }
        self.trim_line();
        match self.spans.last_mut() {
            Some(last) if !last.line_break => last.line_break = true,
            Some(_) => self.spans.push(Span { line_break: true, ..Span::default() }),
            None => {}
        }
    }

    fn trim_line(&mut self) {
        while let Some(last) = self.spans.last_mut().filter(|last| !last.line_break) {
            last.text.truncate(last.text.trim_end_matches(' ').len());
            if !last.text.is_empty() {
                return;
            }
            self.spans.pop();
        }
    }

    fn is_at_line_start(&self) -> bool {
        self.spans.last().is_none_or(|last| last.line_break)
    }
}

fn has_look(span: &Span, look: &Span) -> bool {
    !span.line_break
        && (span.bold, span.italic, span.code) == (look.bold, look.italic, look.code)
        && span.style == look.style
        && span.href == look.href
        && span.opens == look.opens
}

fn is_block(name: &str) -> bool {
    const BLOCKS: [&str; 17] = [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "table",
        "tr",
        "hr",
        "section",
    ];
    BLOCKS.contains(&name)
}

fn opens(attributes: &Attributes<'_>) -> Option<Opens> {
    let target = attributes.target.filter(|target| (1..=MAX_TARGET_BYTES).contains(&target.len()))?;
    let options = attributes.options.unwrap_or_default();
    let options = if options.len() > MAX_OPTIONS_BYTES { "" } else { options };
    Some(Opens { target: resolve_entities(target), options: resolve_entities(options) })
}

/// The address, if it leads to a page or a letter. It must begin with one of these schemes to the letter, so that no
/// reading of the rest can turn it into a script; a parser of URLs would cost the browser 100 KB to say the same.
pub(super) fn safe_address(href: &str) -> Option<String> {
    const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];
    if href.len() > MAX_HREF_BYTES {
        return None;
    }
    let address = resolve_entities(href);
    let address = address.trim();
    let begins = |scheme: &str| {
        let (head, rest) = (address.get(..scheme.len()), address.get(scheme.len()..));
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme)) && rest.is_some_and(|rest| !rest.is_empty())
    };
    let clean = !address.chars().any(|c| c.is_control() || c.is_whitespace());
    (clean && SCHEMES.into_iter().any(begins)).then(|| address.to_owned())
}
