//! Text of messages, drawn from trees that cannot hold markup.

use leptos::prelude::*;
use roomglass_protocol::{
    Author, IntegrationKey, Message, MessageId, RoomId, UserId, event::MessageFormat, text::html,
};
use serde_json::Value;

use super::{live::on, room::OpenRoom};
use crate::{
    client::actions,
    markdown::{self, Block, Inline},
    state::{OpenExtras, OpenRequest, OpenedFrom, Store},
};

/// The body of a message, in the format it came in.
#[component]
pub fn MessageText(
    /// Which.
    message: Message,
) -> impl IntoView {
    let names = Handles(expect_context::<Store>());
    match message.format {
        MessageFormat::Markdown => blocks(markdown::parse(&message.text), names),
        MessageFormat::Text => {
            view! { <p class="msg__plain">{inlines(markdown::plain(&message.text), names)}</p> }.into_any()
        }
        MessageFormat::Html => {
            let sender = Sender::of(&message);
            spans(html::notification_spans(&message.text), sender.as_ref())
        }
    }
}

/// Whom a message mentions, for the mark at its edge.
pub fn mentions(message: &Message, mention: &str) -> bool {
    message.mentions().iter().any(|handle| handle == mention)
}

/// The integration whose words are drawn, and in which message: links in them may open pages of its own.
#[derive(Debug, Clone)]
pub struct Sender {
    integration: IntegrationKey,
    message: MessageId,
}

impl Sender {
    /// Of a notification.
    pub fn of(message: &Message) -> Option<Self> {
        match &message.from {
            Author::Integration { key, .. } => Some(Self { integration: key.clone(), message: message.id }),
            Author::User { .. } => None,
        }
    }

    /// What a link opens: a page of the sender's, never one of another integration (contract §6.2). A colon ends the
    /// name of an integration, so a key with a colon in it has to be written in full.
    ///
    /// The word `dialog` means the link's own address in a dialog, as HipChat's first add-ons have it, unless the sender has a page of
    /// that name.
    fn request(&self, opens: &html::Opens, href: Option<&String>, room: RoomId) -> Option<OpenRequest> {
        let own = opens.target.strip_prefix(self.integration.as_str()).and_then(|rest| rest.strip_prefix(':'));
        let target = own.or_else(|| (!opens.target.contains(':')).then_some(opens.target.as_str()))?;
        let options: Value = serde_json::from_str(&opens.options).unwrap_or_default();
        Some(OpenRequest {
            integration: self.integration.clone(),
            target: target.parse().ok()?,
            room,
            action: None,
            element: OpenedFrom::Message(self.message),
            extras: OpenExtras { page: href.filter(|_| target == "dialog").cloned(), ..OpenExtras::of(&options) },
        })
    }
}

/// Runs of provider's text.
pub fn spans(spans: Vec<html::Span>, sender: Option<&Sender>) -> AnyView {
    view! { <p>{spans.into_iter().map(|run| span(run, sender)).collect_view()}</p> }.into_any()
}

/// One run of provider's text.
pub fn span(span: html::Span, sender: Option<&Sender>) -> AnyView {
    let html::Span { text, bold, italic, code, href, opens, line_break, .. } = span;
    let mut view = if code { view! { <code>{text}</code> }.into_any() } else { text.into_any() };
    if bold {
        view = view! { <b>{view}</b> }.into_any();
    }
    if italic {
        view = view! { <i>{view}</i> }.into_any();
    }
    let request = || {
        let room = use_context::<OpenRoom>()?;
        sender?.request(opens.as_ref()?, href.as_ref(), room.id).filter(|_| room.has_integrations())
    };
    if let Some(request) = request() {
        view = opener(request, view);
    } else if let Some(href) = href.filter(|href| markdown::is_safe_href(href)) {
        view = outside_link(href, view);
    }
    (view, line_break.then(|| view! { <br/> })).into_any()
}

fn opener(request: OpenRequest, content: AnyView) -> AnyView {
    let open = on(move |_| actions::open_target(request.clone()));
    view! { <button class="link" type="button" on:click=open>{content}</button> }.into_any()
}

/// A link to somewhere else.
pub fn outside_link(href: String, content: AnyView) -> AnyView {
    view! { <a href=href target="_blank" rel="noopener noreferrer">{content}</a> }.into_any()
}

/// Who is called how, looked up when a message is drawn.
#[derive(Clone, Copy)]
struct Handles(Store);

impl Handles {
    /// The person with a handle, and whether that is the reader.
    fn find(self, handle: &str) -> Option<(UserId, bool)> {
        self.0.workspace.with_untracked(|workspace| {
            let workspace = workspace.as_ref()?;
            let person = workspace.people.values().find(|person| person.mention == handle)?;
            Some((person.id, person.id == workspace.user.id))
        })
    }
}

fn blocks(tree: Vec<Block>, names: Handles) -> AnyView {
    tree.into_iter().map(|part| block(part, names)).collect_view().into_any()
}

fn block(part: Block, names: Handles) -> AnyView {
    match part {
        Block::Paragraph(content) => view! { <p>{inlines(content, names)}</p> }.into_any(),
        Block::Code { text, .. } => view! { <pre tabindex="0"><code>{text}</code></pre> }.into_any(),
        Block::Quote(content) => view! { <blockquote>{blocks(content, names)}</blockquote> }.into_any(),
        Block::Rule => view! { <hr class="divider"/> }.into_any(),
        Block::List { start: None, items } => view! { <ul>{list_items(items, names)}</ul> }.into_any(),
        Block::List { start: Some(start), items } => {
            view! { <ol start=start.to_string()>{list_items(items, names)}</ol> }.into_any()
        }
    }
}

fn list_items(items: Vec<Vec<Block>>, names: Handles) -> AnyView {
    items.into_iter().map(|item| view! { <li>{blocks(item, names)}</li> }).collect_view().into_any()
}

fn inlines(content: Vec<Inline>, names: Handles) -> AnyView {
    content.into_iter().map(|part| inline(part, names)).collect_view().into_any()
}

fn inline(part: Inline, names: Handles) -> AnyView {
    match part {
        Inline::Text(text) => text.into_any(),
        Inline::Code(code) => view! { <code>{code}</code> }.into_any(),
        Inline::Emphasis(content) => view! { <em>{inlines(content, names)}</em> }.into_any(),
        Inline::Strong(content) => view! { <strong>{inlines(content, names)}</strong> }.into_any(),
        Inline::Link { href, content } => outside_link(href, inlines(content, names)),
        Inline::Mention { handle, text } => match names.find(&handle) {
            Some((_, is_me)) => view! { <span class="mention" data-me=is_me.then_some("")>{text}</span> }.into_any(),
            None => text.into_any(),
        },
        Inline::Break => view! { <br/> }.into_any(),
    }
}
