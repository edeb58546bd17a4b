//! `/v2/room/{room}/extension/{kind}/{key}`: what an add-on shows in one room beyond its descriptor (HCC-15). An
//! add-on changes its own alone, so no scope is asked for.

use axum::{body::Bytes, extract::State, http::StatusCode};
use roomglass_protocol::{
    ErrorKind, ExtensionKey, Room, RoomId,
    integration::{Descriptor, Difference, DifferenceItem, ExtensionKind, Extensions},
    json::parse_strict,
};
use roomglass_storage::{Noun, Reader, StoredIntegration, Supplement, WriteTransaction};
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
    let room = caller.room(&mut app.storage.read().await?, &room).await?;
    change(&app, caller, room, move |base, own| {
        // Names every fault with its place in the extension; what the room has is checked as a whole when it is stored.
        let with = base.with_extension(kind.clone(), &key, extension.clone()).map_err(update::refuse)?;
        check_agreed(base, &with)?;
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
    change(&app, caller, room, move |_, own| own.remove(&kind, &key).then_some(()).ok_or_else(no_such_extension)).await
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
    change: impl FnOnce(&Descriptor, &mut Extensions) -> HttpResult<()> + Send + 'static,
) -> HttpResult<StatusCode> {
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                check_installed(tx, &caller).await?;
                let base = tx.integration(caller.key()).await?.ok_or_else(|| missing(Noun::Integration))?;
                let found = find(tx, &caller, room.id).await?;
                let mut own = found.as_ref().map(|supplement| supplement.own.clone()).unwrap_or_default();
                change(&base.descriptor, &mut own)?;
                match found {
                    Some(supplement) if own.0.is_empty() => Ok(tx.remove_supplement(&supplement).await?),
                    _ => store(tx, &base, room.id, own).await,
                }
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// During its callback an add-on has credentials, but nobody sees it, and it may refuse yet.
async fn check_installed(reader: &mut Reader, caller: &IntegrationCaller) -> HttpResult<()> {
    let installation = reader.installation(caller.id()).await?.ok_or_else(|| missing(Noun::Installation))?;
    if !installation.pending {
        return Ok(());
    }
    let why = "The add-on is not installed here yet: it has to answer its callback first. Nothing was changed.";
    Err(HttpError::new(ErrorKind::Conflict, why))
}

/// UPD-06: nobody reviews what is added in a room, so it leads to no server that was not agreed to with the descriptor.
fn check_agreed(base: &Descriptor, with: &Descriptor) -> HttpResult<()> {
    let Difference { review, .. } = Difference::between(base, with);
    if review.is_empty() {
        return Ok(());
    }
    let mut origins: Vec<String> = Vec::new();
    for item in review {
        if let DifferenceItem::Hosts { old, new, .. } = item {
            origins.extend(new.into_iter().filter(|origin| !old.contains(origin)));
        }
    }
    Err(HttpError::forbidden(format!(
        "This leads to servers that nobody here has agreed to for that purpose: {}. Name them in the descriptor of the \
         add-on, where they are reviewed. Nothing was changed.",
        origins.join(", ")
    )))
}

async fn store(tx: &mut WriteTransaction, base: &StoredIntegration, room: RoomId, own: Extensions) -> HttpResult<()> {
    let descriptor = base.descriptor.for_room(room, &own).map_err(update::refuse)?;
    let integration = base.descriptor.key.clone();
    let supplement = Supplement { key: descriptor.key.clone(), integration, room, own };
    Ok(tx.put_supplement(supplement, &descriptor, &base.publisher, clock::now()).await?)
}
