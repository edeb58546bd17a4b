//! Text of messages, drawn from trees that cannot hold markup.

use leptos::prelude::*;
use roomglass_protocol::{Message, UserId, event::MessageFormat, text::html};

use crate::{
    markdown::{self, Block, Inline},
    state::Store,
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
        MessageFormat::Text => view! { <p class="msg__plain">{message.text}</p> }.into_any(),
        MessageFormat::Html => spans(html::notification_spans(&message.text)),
    }
}

/// Whom a message mentions, for the mark at its edge.
pub fn mentions(message: &Message, mention: &str) -> bool {
    roomglass_protocol::text::mention::mentions(&message.text).iter().any(|(_, handle)| handle == mention)
}

/// Runs of provider's text.
pub fn spans(spans: Vec<html::Span>) -> AnyView {
    view! { <p>{spans.into_iter().map(span).collect_view()}</p> }.into_any()
}

/// One run of provider's text.
pub fn span(span: html::Span) -> AnyView {
    let html::Span { text, bold, italic, code, href, line_break } = span;
    let mut view = if code { view! { <code>{text}</code> }.into_any() } else { text.into_any() };
    if bold {
        view = view! { <b>{view}</b> }.into_any();
    }
    if italic {
        view = view! { <i>{view}</i> }.into_any();
    }
    if let Some(href) = href.filter(|href| markdown::is_safe_href(href)) {
        view = outside_link(href, view);
    }
    (view, line_break.then(|| view! { <br/> })).into_any()
}

fn outside_link(href: String, content: AnyView) -> AnyView {
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
