//! Cards of notifications (HCC-18): what an integration shows in place of a notification's text.

use leptos::prelude::*;
use roomglass_protocol::{
    MessageId, RoomId,
    integration::{
        Activity, Attribute, Card, CardStyle, Description, Icon as Picture, Lozenge as LozengeData, Thumbnail,
    },
    rest::integration::PATH_CARD_PICTURE,
    text::html,
};

use crate::{
    components::{
        icon,
        lozenge::Lozenge,
        markup::{self, Sender},
    },
    markdown,
};

/// Which message shows the card: its pictures come through our server, which knows them by that message.
#[derive(Debug, Clone)]
pub struct ShownBy {
    /// In which room.
    pub room: RoomId,
    /// Which message.
    pub message: MessageId,
    /// Whose it is.
    pub sender: Option<Sender>,
}

/// A card; one with an activity is a line that opens.
#[component]
pub fn MessageCard(card: Card, by: ShownBy) -> impl IntoView {
    let (style, format) = (card.style.as_str(), card.format.clone());
    let activity = card.activity.clone();
    let content = content(card, &by);
    match activity {
        Some(Activity { html, icon }) => view! {
            <details class="card msgcard" data-style=style data-format=format>
                <summary>{small(icon, &by)}{inline(&html, &by)}</summary>
                {content}
            </details>
        }
        .into_any(),
        None => view! { <div class="card msgcard" data-style=style data-format=format>{content}</div> }.into_any(),
    }
}

fn content(card: Card, by: &ShownBy) -> AnyView {
    let picture = large(&card, by);
    let Card { title, description, url, icon, attributes, .. } = card;
    let facts = (!attributes.is_empty()).then(|| {
        let facts: Vec<_> = attributes.into_iter().map(|attribute| fact(attribute, by)).collect();
        view! { <p class="msgcard__facts">{facts}</p> }
    });
    view! {
        <div class="msgcard__content">
            <p class="msgcard__title">{small(icon, by)}<b>{linked(url, title.into_any())}</b></p>
            {description.map(|words| view! { <div class="msgcard__text">{text(words, by)}</div> })}
            {picture}
            {facts}
        </div>
    }
    .into_any()
}

fn text(Description { format, value }: Description, by: &ShownBy) -> AnyView {
    match format.as_str() {
        "html" => markup::spans(html::notification_spans(&value), by.sender.as_ref()),
        _ => view! { <p class="msg__plain">{value}</p> }.into_any(),
    }
}

fn inline(html: &str, by: &ShownBy) -> AnyView {
    let spans = html::notification_spans(html).into_iter();
    spans.map(|run| markup::span(run, by.sender.as_ref())).collect_view().into_any()
}

/// `State: DONE`.
fn fact(Attribute { label, value }: Attribute, by: &ShownBy) -> AnyView {
    let label = label.map(|label| view! { <span class="msgcard__label">{label}": "</span> });
    let words = match value.lozenge() {
        Some(kind) => view! { <Lozenge lozenge=LozengeData { label: value.label, kind, tooltip: None }/> }.into_any(),
        None => value.label.into_any(),
    };
    view! { <span class="msgcard__fact">{label}{small(value.icon, by)}{linked(value.url, words)}</span>" " }.into_any()
}

fn linked(url: Option<String>, content: AnyView) -> AnyView {
    match url.filter(|url| markdown::is_safe_href(url)) {
        Some(url) => markup::outside_link(url, content),
        None => content,
    }
}

fn small(picture: Option<Picture>, by: &ShownBy) -> Option<AnyView> {
    picture.map(|Picture { url, url_2x, .. }| image("msgcard__icon", "", (url, url_2x), (None, None), by))
}

/// The thumbnail; of an image, the image itself where there is none.
fn large(card: &Card, by: &ShownBy) -> Option<AnyView> {
    let (densities, size) = match (&card.thumbnail, &card.url) {
        (Some(Thumbnail { url, url_2x, width, height }), _) => ((url.clone(), url_2x.clone()), (*width, *height)),
        (None, Some(url)) if card.style == CardStyle::Image => ((url.clone(), None), (None, None)),
        _ => return None,
    };
    // A picture says what it shows by the title; beside the title of another thing it is an ornament.
    let alternative = if card.style == CardStyle::Image { card.title.as_str() } else { "" };
    let image = image("msgcard__picture", alternative, densities, size, by);
    Some(linked(card.url.clone().filter(|_| card.style == CardStyle::Image), image))
}

fn image(
    class: &'static str,
    alternative: &str,
    (url, url_2x): (String, Option<String>),
    (width, height): (Option<u32>, Option<u32>),
    by: &ShownBy,
) -> AnyView {
    let source_set = url_2x.map(|url| format!("{} 2x", by.address(&url)));
    let pixels = |side: Option<u32>| side.map(|side| side.to_string());
    view! {
        <img class=class src=by.address(&url) srcset=source_set alt=alternative.to_owned() width=pixels(width) height=pixels(height)
            loading="lazy" decoding="async"/>
    }
    .into_any()
}

impl ShownBy {
    /// Address of one of the card's pictures at our own server.
    fn address(&self, url: &str) -> String {
        let path = PATH_CARD_PICTURE.replace("{room_id}", &self.room.to_string());
        let path = path.replace("{message_id}", &self.message.to_string());
        format!("{path}?url={}", icon::percent_encoded(url))
    }
}
