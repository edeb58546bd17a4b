//! `/v2/room/{room}/extension/{kind}/{key}`: what an add-on shows in one room beyond its descriptor (HCC-15). An
//! add-on changes its own alone, so no scope is asked for.

use axum::{body::Bytes, extract::State, http::StatusCode};
use roomglass_protocol::{
    ErrorKind, ExtensionKey, Room, RoomId,
    integration::{ExtensionKind, Extensions},
    json::parse_strict,
};
use roomglass_storage::{Noun, Reader, Supplement, WriteTransaction};
use serde_json::Value;

use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, Path},
    integration::{caller::IntegrationCaller, contract::missing, update},
    state::AppState,
};

/// Extensions one integration may add in a room.
const MAX_EXTENSIONS: usize = 50;
const KINDS: [&str; 5] = ["glance", "webPanel", "dialog", "action", "externalPage"];

type InPath = Path<(String, ExtensionKind, ExtensionKey)>;

/// Shows what was added under a key.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, kind, key)): InPath,
) -> HttpResult<Json<Value>> {
    let kind = known(&kind)?;
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let found = find(&mut reader, &caller, room.id).await?;
    let extension = found.and_then(|supplement| supplement.own.find(&kind, &key).cloned());
    extension.map(Json).ok_or_else(no_such_extension)
}

/// Adds an extension to a room, or replaces it there.
pub(super) async fn put(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, kind, key)): InPath,
    body: Bytes,
) -> HttpResult<StatusCode> {
    let kind = known(&kind)?;
    let extension = parse_strict(&body).map_err(|fault| update::refuse(vec![fault]))?;
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let base = reader.integration(caller.key()).await?.ok_or_else(|| missing(Noun::Integration))?;
    drop(reader);
    // Names every fault with its place in the extension; what the room has is checked as a whole when it is stored.
    base.descriptor.with_extension(kind.clone(), &key, extension.clone()).map_err(update::refuse)?;
    change(&app, caller, room, move |own| {
        own.put(kind, &key, extension);
        if own.iter().len() > MAX_EXTENSIONS {
            let sentence = format!("An add-on adds at most {MAX_EXTENSIONS} extensions to a room.");
            return Err(HttpError::new(ErrorKind::Conflict, sentence));
        }
        Ok(())
    })
    .await
}

/// Takes an extension out of a room.
pub(super) async fn remove(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, kind, key)): InPath,
) -> HttpResult<StatusCode> {
    let kind = known(&kind)?;
    let room = caller.room(&mut app.storage.read().await?, &room).await?;
    change(&app, caller, room, move |own| own.remove(&kind, &key).then_some(()).ok_or_else(no_such_extension)).await
}

/// By either of its names.
fn known(kind: &ExtensionKind) -> HttpResult<ExtensionKind> {
    let kind = ExtensionKind::canonical(&kind.0);
    if KINDS.contains(&kind.0.as_str()) { Ok(kind) } else { Err(no_such_extension()) }
}

fn no_such_extension() -> HttpError {
    HttpError::new(ErrorKind::NotFound, "Extension not found")
}

async fn find(reader: &mut Reader, caller: &IntegrationCaller, room: RoomId) -> HttpResult<Option<Supplement>> {
    let supplements = reader.supplements_of(caller.key()).await?;
    Ok(supplements.into_iter().find(|supplement| supplement.room == room))
}

/// Changes what the caller's integration adds in a room, as a whole or not at all.
async fn change(
    app: &AppState,
    caller: IntegrationCaller,
    room: Room,
    change: impl FnOnce(&mut Extensions) -> HttpResult<()> + Send + 'static,
) -> HttpResult<StatusCode> {
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                let found = find(tx, &caller, room.id).await?;
                let mut own = found.as_ref().map(|supplement| supplement.own.clone()).unwrap_or_default();
                change(&mut own)?;
                match found {
                    Some(supplement) if own.0.is_empty() => Ok(tx.remove_supplement(&supplement).await?),
                    _ => store(tx, &caller, room.id, own).await,
                }
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn store(tx: &mut WriteTransaction, caller: &IntegrationCaller, room: RoomId, own: Extensions) -> HttpResult<()> {
    let base = tx.integration(caller.key()).await?.ok_or_else(|| missing(Noun::Integration))?;
    let descriptor = base.descriptor.for_room(room, &own).map_err(update::refuse)?;
    let supplement = Supplement { key: descriptor.key.clone(), integration: caller.key().clone(), room, own };
    Ok(tx.put_supplement(supplement, &descriptor, &base.origin, clock::now()).await?)
}
