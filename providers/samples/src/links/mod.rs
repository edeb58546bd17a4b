//! Two controls for messages with links (`org.roomglass.links`): a sidebar and a page that show where they lead.
//!
//! Shows: controls by condition, the event a control's target receives, an external page that reads the message it
//! was opened for. It fetches none of the pages linked to: that would tell strangers who reads what.

use std::future::Future;

use roomglass_protocol::text::link::links;
use roomglass_provider_kit::{Html, Page, Provider, Refusal, ServeError, SignedRequest, Template};
use tokio::net::TcpListener;
use url::Url;

use crate::Config;

/// The provider; it keeps nothing of its own.
pub fn provider() -> Provider {
    Provider::new(descriptor())
        .page("links.view", async |_| Ok(Page::from(Template::new(include_str!("view.html")))))
        .page("links.external", external)
}

/// Serves the provider until `shutdown` completes.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    provider().serve(listener, config.settings, shutdown).await
}

/// The page outside the chat: it has no port to ask the chat by, so it reads the message over REST (CC-17).
async fn external(request: SignedRequest) -> Result<Page, Refusal> {
    let (Some(room), Some(id)) = (request.room_id, request.message_id) else {
        return Err(Refusal::invalid("Open this page from the menu of a message."));
    };
    let message = request.chat.message(room, id).await?;
    let rows: Vec<_> = links(&message.message).into_iter().filter_map(row).collect();
    if rows.is_empty() {
        return Err(Refusal::not_found("This message has no links."));
    }
    let page = Template::new(include_str!("external.html")).text("sender", message.from.name);
    Ok(page.html("rows", Html::concat(rows)).into())
}

fn row(link: &str) -> Option<Html> {
    let url = Url::parse(link).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let template = Template::new(include_str!("row.html")).text("host", url.host_str()?).text("path", path(&url));
    Some(template.text("url", &url).render())
}

/// What comes after the host.
fn path(url: &Url) -> &str {
    &url[url::Position::BeforePath..]
}

fn descriptor() -> serde_json::Value {
    serde_json::from_str(include_str!("descriptor.json")).expect("the descriptor is part of the program")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_shows_the_host_that_will_be_contacted() {
        let row = row("https://example.com@evil.example/a?b=1&c=\"><script>").unwrap();
        assert!(row.as_str().contains("<b>evil.example</b>"), "{}", row.as_str());
        assert!(row.as_str().contains("b=1&amp;c=%22%3E%3Cscript%3E"), "{}", row.as_str());
    }

    #[test]
    fn only_web_addresses_become_rows() {
        assert!(row("javascript:alert(1)").is_none());
        assert!(row("mailto:a@example.com").is_none());
    }
}
