//! Notifications with pictures, tables or coloured words (HCC-17). Few have any: the code is fetched with the first one.

use leptos::prelude::*;
use roomglass_protocol::{
    Message,
    text::html::{self, Cell, Picture, Piece, Span, Style},
};

use super::card::ShownBy;
use crate::{
    components::{
        markup::{self, Sender},
        room::OpenRoom,
    },
    deferred::split_off,
};

split_off! {
    content,
    /// The text of a notification with all it holds.
    pub fn rich_text(message: Message) {
        let room = expect_context::<OpenRoom>();
        let by = ShownBy { room: room.id, message: message.id, sender: Sender::of(&message) };
        parts(html::pieces(&message.text), &by)
    }
}

/// Text and pictures of one line after another in paragraphs, tables between them.
fn parts(pieces: Vec<Piece>, by: &ShownBy) -> AnyView {
    let mut drawn = Vec::new();
    let mut lines = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(spans) => lines.extend(spans.into_iter().map(|span| run(span, by.sender.as_ref()))),
            Piece::Picture(shown) => lines.push(picture(shown, by)),
            Piece::Table(rows) => {
                drawn.extend(paragraph(&mut lines));
                drawn.push(table(rows, by));
            }
        }
    }
    drawn.extend(paragraph(&mut lines));
    drawn.into_any()
}

fn paragraph(lines: &mut Vec<AnyView>) -> Option<AnyView> {
    let lines = std::mem::take(lines);
    (!lines.is_empty()).then(|| view! { <p>{lines}</p> }.into_any())
}

fn run(span: Span, sender: Option<&Sender>) -> AnyView {
    let Style { bold, underlined, struck, tone } = span.style;
    let plain = span.style == Style::default();
    let span = markup::span(Span { bold: span.bold || bold, ..span }, sender);
    if plain {
        return span;
    }
    let line = match (underlined, struck) {
        (false, false) => None,
        (true, false) => Some("under"),
        (false, true) => Some("through"),
        (true, true) => Some("both"),
    };
    view! { <span class="tone" data-tone=tone.map(html::Tone::as_str) data-line=line>{span}</span> }.into_any()
}

fn picture(shown: Picture, by: &ShownBy) -> AnyView {
    let Picture { url, alt, width, height, href, line_break } = shown;
    let pixels = |side: Option<u16>| side.map(|side| side.to_string());
    let image = view! {
        <img class="msg__picture" src=by.address(&url) alt=alt width=pixels(width) height=pixels(height) loading="lazy" decoding="async"/>
    }
    .into_any();
    let image = match href {
        Some(href) => markup::outside_link(href, image),
        None => image,
    };
    (image, line_break.then(|| view! { <br/> })).into_any()
}

/// A table that is wider than the message is moved under the hands of whoever looks at it.
fn table(rows: Vec<Vec<Cell>>, by: &ShownBy) -> AnyView {
    let rows = rows.into_iter().map(|row| {
        let cells: Vec<AnyView> = row.into_iter().map(|cell| draw_cell(cell, by)).collect();
        view! { <tr>{cells}</tr> }
    });
    view! {
        <div class="msg__table" role="group" aria-label="Table" tabindex="0"><table><tbody>{rows.collect_view()}</tbody></table></div>
    }
    .into_any()
}

fn draw_cell(cell: Cell, by: &ShownBy) -> AnyView {
    let span = |count: u8| (count > 1).then(|| count.to_string());
    let (columns, rows, content) = (span(cell.columns), span(cell.rows), parts(cell.content, by));
    match cell.is_heading {
        true => view! { <th colspan=columns rowspan=rows>{content}</th> }.into_any(),
        false => view! { <td colspan=columns rowspan=rows>{content}</td> }.into_any(),
    }
}
