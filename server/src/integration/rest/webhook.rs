//! Webhooks of one room, made and removed by the installation that wants them (HCC-16, HipChat Connect §5.5).

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use roomglass_protocol::{ErrorKind, ExtensionKey, Room, integration::Webhook, text::pattern::Pattern};
use roomglass_storage::{Noun, RoomWebhook};
use serde_json::{Value, json};

use super::{document::Document, list, object, parameters::Parameters};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, Path},
    integration::{caller::IntegrationCaller, contract::missing, origin_of, random_text},
    state::AppState,
    webhook::number as webhook_number,
};

/// Webhooks one installation may have in a room.
const MAX_WEBHOOKS: usize = 50;
const MAX_URL_CHARS: usize = 2048;
const MAX_NAME_CHARS: usize = 100;
const GENERATED_KEY_CHARS: usize = 24;

/// Everything a webhook may wait for.
const EVENTS: [&str; 10] = [
    "room_archived",
    "room_created",
    "room_deleted",
    "room_enter",
    "room_exit",
    "room_file_upload",
    "room_message",
    "room_notification",
    "room_topic_change",
    "room_unarchived",
];

/// A made webhook: its address, and what it is known by.
type Created = (StatusCode, [(HeaderName, String); 1], Json<Value>);

/// Makes a webhook.
pub(super) async fn create(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    body: Bytes,
) -> HttpResult<Created> {
    let document = Document::read(&body)?;
    let (key, given) = match document.optional_text("key")?.filter(|key| !key.is_empty()) {
        Some(key) => (ExtensionKey::new(key).map_err(|wrong| about("key", wrong.0))?, true),
        None => (ExtensionKey::new(random_text(GENERATED_KEY_CHARS)).map_err(HttpError::internal)?, false),
    };
    store(&app, &caller, &room, key, &document, given).await
}

/// Makes or replaces the webhook with a key.
pub(super) async fn put(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, key)): Path<(String, String)>,
    body: Bytes,
) -> HttpResult<Created> {
    let key = ExtensionKey::new(key).map_err(|wrong| about("key", wrong.0))?;
    store(&app, &caller, &room, key, &Document::read(&body)?, false).await
}

/// Webhooks the installation made in a room.
pub(super) async fn list(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    parameters: Parameters,
) -> HttpResult<Json<Value>> {
    let window = parameters.window()?;
    let (room, webhooks) = own(&app, &caller, &room).await?;
    let (webhooks, more) = window.of(webhooks);
    let items = webhooks.iter().map(|webhook| shown(&app, &room, webhook)).collect();
    Ok(Json(list::document(items, window, more, &parameters, &app.config)))
}

/// Shows a webhook by number.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, id)): Path<(String, String)>,
) -> HttpResult<Json<Value>> {
    let (room, webhook) = find(&app, &caller, &room, |webhook| has_number(webhook, &id)).await?;
    Ok(Json(shown(&app, &room, &webhook)))
}

/// Shows a webhook by key.
pub(super) async fn show_by_key(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, key)): Path<(String, String)>,
) -> HttpResult<Json<Value>> {
    let (room, webhook) = find(&app, &caller, &room, |webhook| webhook.webhook.key.as_str() == key).await?;
    Ok(Json(shown(&app, &room, &webhook)))
}

/// Removes a webhook by number.
pub(super) async fn remove(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, id)): Path<(String, String)>,
) -> HttpResult<StatusCode> {
    let (room, webhook) = find(&app, &caller, &room, |webhook| has_number(webhook, &id)).await?;
    forget(&app, room, webhook).await
}

/// Removes a webhook by key.
pub(super) async fn remove_by_key(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, key)): Path<(String, String)>,
) -> HttpResult<StatusCode> {
    let (room, webhook) = find(&app, &caller, &room, |webhook| webhook.webhook.key.as_str() == key).await?;
    forget(&app, room, webhook).await
}

async fn forget(
    app: &AppState,
    room: Room,
    RoomWebhook { installation, webhook, .. }: RoomWebhook,
) -> HttpResult<StatusCode> {
    let removed = app
        .storage
        .write(move |tx| Box::pin(async move { tx.remove_room_webhook(&installation, room.id, &webhook.key).await }));
    if removed.await? { Ok(StatusCode::NO_CONTENT) } else { Err(missing(Noun::Webhook)) }
}

/// `is_new` refuses a key that is taken.
async fn store(
    app: &AppState,
    caller: &IntegrationCaller,
    room: &str,
    key: ExtensionKey,
    document: &Document,
    is_new: bool,
) -> HttpResult<Created> {
    let room = caller.room(&mut app.storage.read().await?, room).await?;
    let (webhook, name) = read(key, document)?;
    let made =
        RoomWebhook { installation: caller.id().clone(), room: room.id, name, webhook, created_at: clock::now() };
    let id = number_of(&made);
    let integration = caller.key().clone();
    app.storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move {
                let own = tx.webhooks_of(&made.installation, made.room).await?;
                let is_known = own.iter().any(|known| known.webhook.key == made.webhook.key);
                let declared =
                    tx.integration(&integration).await?.map(|stored| stored.descriptor.extensions.webhooks());
                let is_declared = declared.unwrap_or_default().iter().any(|known| known.key == made.webhook.key);
                if is_declared || (is_new && is_known) {
                    let sentence = "A webhook of this add-on has this key already. Nothing was changed.";
                    return Err(HttpError::new(ErrorKind::Conflict, sentence));
                }
                if !is_known && own.len() >= MAX_WEBHOOKS {
                    let sentence = format!("An add-on has at most {MAX_WEBHOOKS} webhooks in a room.");
                    return Err(HttpError::new(ErrorKind::Conflict, sentence));
                }
                Ok(tx.put_room_webhook(made).await?)
            })
        })
        .await?;
    let address = address(app, &room, id);
    let body = Json(json!({"id": id, "links": {"self": address}}));
    Ok((StatusCode::CREATED, [(header::LOCATION, address)], body))
}

/// What a provider wants to know, and what it calls that. The address is kept to the byte: frameworks put a token of
/// their own into it and compare.
fn read(key: ExtensionKey, document: &Document) -> HttpResult<(Webhook, String)> {
    let url = document.text("url")?;
    let is_address =
        origin_of(url).is_some_and(|origin| origin.starts_with("http://") || origin.starts_with("https://"));
    if !is_address || url.chars().count() > MAX_URL_CHARS {
        return Err(about("url", "expected an address with http or https"));
    }
    let event = document.text("event")?;
    if !EVENTS.contains(&event) {
        return Err(about("event", "there is no such event"));
    }
    let pattern = document.optional_text("pattern")?.filter(|pattern| !pattern.is_empty());
    pattern.map(|pattern| Pattern::new(pattern, "")).transpose().map_err(|why| about("pattern", &why))?;
    let name = document.optional_text("name")?.unwrap_or_default();
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(about("name", "expected at most 100 characters"));
    }
    let signed = match document.optional_text("authentication")? {
        None | Some("none" | "") => false,
        Some("jwt") => true,
        Some(_) => return Err(about("authentication", "expected \"jwt\" or \"none\"")),
    };
    let pattern = pattern.map(str::to_owned);
    Ok((Webhook { key, event: event.to_owned(), pattern, url: url.to_owned(), signed }, name.to_owned()))
}

fn about(member: &str, wrong: &str) -> HttpError {
    HttpError::invalid(format!("The webhook was not made. About \"{member}\": {wrong}."))
}

async fn own(app: &AppState, caller: &IntegrationCaller, room: &str) -> HttpResult<(Room, Vec<RoomWebhook>)> {
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, room).await?;
    let webhooks = reader.webhooks_of(caller.id(), room.id).await?;
    Ok((room, webhooks))
}

/// One of the installation's own; others cannot be told from missing ones.
async fn find(
    app: &AppState,
    caller: &IntegrationCaller,
    room: &str,
    wanted: impl Fn(&RoomWebhook) -> bool,
) -> HttpResult<(Room, RoomWebhook)> {
    let (room, webhooks) = own(app, caller, room).await?;
    let webhook = webhooks.into_iter().find(wanted).ok_or_else(|| missing(Noun::Webhook))?;
    Ok((room, webhook))
}

/// The number calls of the webhook carry.
fn number_of(RoomWebhook { installation, webhook, .. }: &RoomWebhook) -> u32 {
    webhook_number(installation, &webhook.key)
}

fn has_number(webhook: &RoomWebhook, id: &str) -> bool {
    id.parse() == Ok(number_of(webhook))
}

fn address(app: &AppState, room: &Room, id: u32) -> String {
    app.config.address(&format!("/v2/room/{}/webhook/{id}", room.id))
}

fn shown(app: &AppState, room: &Room, made: &RoomWebhook) -> Value {
    let (id, webhook) = (number_of(made), &made.webhook);
    json!({
        "id": id,
        "key": webhook.key,
        "name": made.name,
        "event": webhook.event,
        "url": webhook.url,
        "pattern": webhook.pattern,
        "authentication": if webhook.signed { "jwt" } else { "none" },
        "created": object::date(made.created_at),
        "room": object::short_room(room, &app.config),
        "links": {"self": address(app, room, id)},
    })
}
