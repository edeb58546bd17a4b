//! What neither people's clients nor add-ons ask: pages, files, other systems.

use roomglass_protocol::rest::incoming_webhook;
use schemars::JsonSchema;
use serde_json::Value;

use super::operation::Operation;
use crate::{api, assets, integration::PATH_AUTHORIZE, pages, push};

const HTML: &str = "text/html; charset=utf-8";

pub(super) fn operations() -> Vec<Operation> {
    let mut operations = vec![
        Operation::get(super::PATH, "This document").answers::<Document>(200),
        Operation::get(api::HEALTH_PATH, "Whether the server works")
            .answers::<api::Health>(200)
            .answers::<api::Health>(503),
        Operation::get(push::PATH, "Connects a client: frames in both directions over a WebSocket")
            .by_person()
            .answers_nothing(101),
        Operation::get(push::EVENTS_PATH, "Connects a client without a WebSocket: the server's frames as events")
            .by_person()
            .answers_with(200, "text/event-stream"),
        Operation::post(push::EVENTS_PATH_ONE, "Sends a client's frame over a connection without a WebSocket")
            .by_person()
            .takes::<serde_json::Map<String, Value>>()
            .answers_nothing(204),
        Operation::get(pages::INSTALL_PATH, "Leads from an add-on's site to the dialog that installs it")
            .answers_nothing(303),
        Operation::get(PATH_AUTHORIZE, "Refuses: add-ons get no tokens of people"),
        Operation::post(incoming_webhook::PATH_POST, "Says something in a room, in the format of Slack's webhooks")
            .takes_json_or_form::<SlackPayload>()
            .answers_with(200, "text/plain; charset=utf-8"),
    ];
    let pages = pages::PATHS.map(|path| Operation::get(path, "A page").answers_with(200, HTML));
    operations.extend(pages);
    let files =
        assets::files().map(|(path, kind)| Operation::get(path, "A file of the client").answers_with(200, kind));
    operations.extend(files);
    operations
}

/// An OpenAPI document.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Document {
    openapi: String,
    servers: Vec<serde_json::Map<String, Value>>,
    info: serde_json::Map<String, Value>,
    paths: serde_json::Map<String, Value>,
    components: serde_json::Map<String, Value>,
}

/// What Slack's incoming webhooks take; as a form it is the field `payload`.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct SlackPayload {
    /// In `mrkdwn`; shown unless there are blocks.
    text: Option<String>,
    /// `section`, `header`, `divider`, `context` and `image` are shown.
    blocks: Option<Vec<Block>>,
    /// Slack's older form.
    attachments: Option<Vec<Attachment>>,
}

/// A block of Slack's Block Kit.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Block {
    /// `section`, …
    r#type: String,
}

/// An attachment; all its members may be absent.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Attachment {
    /// Shown when there is nothing else.
    fallback: Option<String>,
    /// `good`, `warning`, `danger` or `#rrggbb`.
    color: Option<String>,
    pretext: Option<String>,
    author_name: Option<String>,
    author_link: Option<String>,
    title: Option<String>,
    title_link: Option<String>,
    text: Option<String>,
    fields: Option<Vec<Field>>,
    blocks: Option<Vec<Block>>,
    image_url: Option<String>,
    footer: Option<String>,
    /// Seconds since 1970.
    ts: Option<i64>,
}

/// A field of an attachment.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Field {
    title: Option<String>,
    value: Option<String>,
}
