//! The CommonMark subset of messages, read into a tree that can only be drawn as text, links and emphasis.
//!
//! There is no way from here to markup: raw HTML is text, images are links, addresses other than http, https and
//! mailto are text. Nesting is bounded, so that no message can exhaust the stack of whoever draws it.

use std::iter::Peekable;

use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Options, Parser, Tag};
use roomglass_protocol::text::{link, mention};

/// Deeper nesting is drawn flat.
const MAX_DEPTH: usize = 8;

/// A part of a message that stands on lines of its own.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// Fenced or indented code.
    Code {
        /// First word after the fence, such as `rust`; may be empty.
        language: String,
        /// The code, without the final line break.
        text: String,
    },
    /// Numbered from `start`, or with bullets.
    List {
        /// First number; `None` for bullets.
        start: Option<u64>,
        /// Each with blocks of its own.
        items: Vec<Vec<Block>>,
    },
    /// Quoted text.
    Quote(Vec<Block>),
    /// A thematic break.
    Rule,
}

/// A part of running text.
#[derive(Debug, Clone, PartialEq)]
pub enum Inline {
    /// Characters.
    Text(String),
    /// Code within a line.
    Code(String),
    /// Weak emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// A link to an http, https or mailto address.
    Link {
        /// Where to.
        href: String,
        /// What is shown; holds no further link.
        content: Vec<Inline>,
    },
    /// An `@mention`, whether or not anybody is called so.
    Mention {
        /// Lower-case handle.
        handle: String,
        /// As written, with the `@`.
        text: String,
    },
    /// A line break; those in the source count, as people expect of a chat.
    Break,
}

/// Reads a message. No word of it is lost, whatever it contains.
pub fn parse(text: &str) -> Vec<Block> {
    let parser = Parser::new_ext(text, Options::empty());
    let definitions: Vec<_> =
        parser.reference_definitions().iter().map(|(_, definition)| definition.span.clone()).collect();
    let mut reader = Reader { events: parser.into_offset_iter().peekable() };
    let mut placed = reader.document();
    // CommonMark swallows link definitions; a reader must see what was written.
    placed.extend(definitions.into_iter().map(|span| {
        let mut content = Vec::new();
        push_text(&mut content, text[span.clone()].trim_end());
        (span.start, Block::Paragraph(content))
    }));
    placed.sort_by_key(|(start, _)| *start);
    placed.into_iter().map(|(_, block)| annotate_block(block)).collect()
}

/// Whether a link may lead there: an absolute http, https or mailto address without white space or control characters.
pub fn is_safe_href(href: &str) -> bool {
    let clean = !href.chars().any(|c| c.is_whitespace() || c.is_control());
    let lower = href.to_ascii_lowercase();
    clean
        && ["http://", "https://", "mailto:"]
            .iter()
            .any(|scheme| lower.len() > scheme.len() && lower.starts_with(scheme))
}

struct Reader<'a> {
    events: Peekable<OffsetIter<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<Event<'a>> {
        self.events.next().map(|(event, _)| event)
    }

    /// The whole text: top-level blocks with the offset at which each begins.
    fn document(&mut self) -> Vec<(usize, Block)> {
        let mut placed = Vec::new();
        while let Some(start) = self.events.peek().map(|(_, range)| range.start) {
            let mut blocks = Vec::new();
            let mut loose = Vec::new();
            if let Some(event) = self.next() {
                self.block_event(event, 0, &mut blocks, &mut loose);
            }
            flush(&mut blocks, &mut loose);
            placed.extend(blocks.into_iter().map(|block| (start, block)));
        }
        placed
    }

    /// Blocks up to the end of the tag that was opened last.
    fn blocks(&mut self, depth: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut loose = Vec::new();
        let mut flattened = 0_usize;
        while let Some(event) = self.next() {
            match event {
                Event::End(_) if flattened == 0 => break,
                Event::End(_) => {
                    flattened -= 1;
                    flush(&mut blocks, &mut loose);
                }
                Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Item) if depth >= MAX_DEPTH => {
                    flattened += 1;
                    flush(&mut blocks, &mut loose);
                }
                event => self.block_event(event, depth, &mut blocks, &mut loose),
            }
        }
        flush(&mut blocks, &mut loose);
        blocks
    }

    /// One event where blocks are expected. Text directly in a list item gathers in `loose`.
    fn block_event(&mut self, event: Event<'a>, depth: usize, blocks: &mut Vec<Block>, loose: &mut Vec<Inline>) {
        let block = match event {
            Event::Start(Tag::Paragraph) => Block::Paragraph(self.inlines(depth)),
            Event::Start(Tag::Heading { .. }) => Block::Paragraph(vec![Inline::Strong(self.inlines(depth))]),
            Event::Start(Tag::BlockQuote(_)) => Block::Quote(self.blocks(depth + 1)),
            Event::Start(Tag::List(start)) => Block::List { start, items: self.items(depth + 1) },
            Event::Start(Tag::CodeBlock(kind)) => Block::Code { language: language(&kind), text: self.verbatim() },
            Event::Start(Tag::HtmlBlock) => Block::Paragraph(lines(&self.verbatim())),
            Event::Rule => Block::Rule,
            event => return self.inline_event(event, depth, loose),
        };
        flush(blocks, loose);
        blocks.push(block);
    }

    fn items(&mut self, depth: usize) -> Vec<Vec<Block>> {
        let mut items = Vec::new();
        while let Some(Event::Start(_)) = self.next() {
            items.push(self.blocks(depth));
        }
        items
    }

    /// Running text up to the end of the tag that was opened last.
    fn inlines(&mut self, depth: usize) -> Vec<Inline> {
        let mut content = Vec::new();
        let mut flattened = 0_usize;
        while let Some(event) = self.next() {
            match event {
                Event::End(_) if flattened == 0 => break,
                Event::End(_) => flattened -= 1,
                Event::Start(_) if depth >= MAX_DEPTH => flattened += 1,
                event => self.inline_event(event, depth, &mut content),
            }
        }
        content
    }

    fn inline_event(&mut self, event: Event<'a>, depth: usize, content: &mut Vec<Inline>) {
        match event {
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => push_text(content, &text),
            Event::Code(code) => content.push(Inline::Code(code.into_string())),
            Event::SoftBreak | Event::HardBreak => content.push(Inline::Break),
            Event::Start(Tag::Emphasis) => content.push(Inline::Emphasis(self.inlines(depth + 1))),
            Event::Start(Tag::Strong) => content.push(Inline::Strong(self.inlines(depth + 1))),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let shown = self.inlines(depth + 1);
                push_link(content, &dest_url, shown);
            }
            // Extensions are switched off, so no other tag opens within running text; its content would be kept.
            Event::Start(_) => content.extend(self.inlines(depth + 1)),
            _ => {}
        }
    }

    /// Text as it stands, up to the end of the tag that was opened last.
    fn verbatim(&mut self) -> String {
        let mut text = String::new();
        while let Some(event) = self.next() {
            match event {
                Event::End(_) => break,
                Event::Text(part) | Event::Html(part) => text.push_str(&part),
                _ => {}
            }
        }
        text.truncate(text.trim_end_matches('\n').len());
        text
    }
}

fn flush(blocks: &mut Vec<Block>, loose: &mut Vec<Inline>) {
    if !loose.is_empty() {
        blocks.push(Block::Paragraph(std::mem::take(loose)));
    }
}

fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default().to_owned(),
        CodeBlockKind::Indented => String::new(),
    }
}

fn lines(text: &str) -> Vec<Inline> {
    let mut content = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            content.push(Inline::Break);
        }
        push_text(&mut content, line);
    }
    content
}

fn push_text(content: &mut Vec<Inline>, text: &str) {
    match content.last_mut() {
        Some(Inline::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => content.push(Inline::Text(text.to_owned())),
    }
}

/// A link when it may be followed; otherwise its words, and the address as text.
fn push_link(content: &mut Vec<Inline>, href: &str, mut shown: Vec<Inline>) {
    if is_safe_href(href) {
        if shown.is_empty() {
            push_text(&mut shown, href);
        }
        content.push(Inline::Link { href: href.to_owned(), content: shown });
        return;
    }
    content.append(&mut shown);
    push_text(content, &format!(" ({href})"));
}

fn annotate_block(block: Block) -> Block {
    match block {
        Block::Paragraph(content) => Block::Paragraph(annotate(content)),
        Block::Quote(blocks) => Block::Quote(blocks.into_iter().map(annotate_block).collect()),
        Block::List { start, items } => Block::List {
            start,
            items: items.into_iter().map(|item| item.into_iter().map(annotate_block).collect()).collect(),
        },
        other => other,
    }
}

/// Text without markup, with its addresses and mentions.
pub fn plain(text: &str) -> Vec<Inline> {
    let mut content = Vec::new();
    push_annotated(&mut content, text);
    content
}

/// Finds bare addresses and mentions in text that is neither code nor a link already.
fn annotate(content: Vec<Inline>) -> Vec<Inline> {
    let mut annotated = Vec::with_capacity(content.len());
    for inline in content {
        match inline {
            Inline::Text(text) => push_annotated(&mut annotated, &text),
            Inline::Emphasis(content) => annotated.push(Inline::Emphasis(annotate(content))),
            Inline::Strong(content) => annotated.push(Inline::Strong(annotate(content))),
            other => annotated.push(other),
        }
    }
    annotated
}

fn push_annotated(content: &mut Vec<Inline>, text: &str) {
    let mut rest = text;
    for address in link::links(text) {
        let Some(at) = rest.find(address).filter(|_| is_safe_href(address)) else { continue };
        push_mentions(content, &rest[..at]);
        let shown = vec![Inline::Text(address.to_owned())];
        content.push(Inline::Link { href: address.to_owned(), content: shown });
        rest = &rest[at + address.len()..];
    }
    push_mentions(content, rest);
}

fn push_mentions(content: &mut Vec<Inline>, text: &str) {
    let mut end = 0;
    for (range, handle) in mention::mentions(text) {
        push_text(content, &text[end..range.start]);
        content.push(Inline::Mention { handle, text: text[range.clone()].to_owned() });
        end = range.end;
    }
    push_text(content, &text[end..]);
}

#[cfg(test)]
mod tests;
