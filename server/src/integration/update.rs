//! Providers change their own integrations (§15): the whole descriptor, or one extension at a time.
//!
//! Installations keep the scopes they were accepted with: a descriptor that asks for more gets it where it is installed
//! anew, after somebody has seen the list.

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
};
use roomglass_protocol::{
    ApiError, ErrorKind, ExtensionKey, Fault, IntegrationKey, RoomRef,
    integration::{Descriptor, ExtensionKind, MAX_DESCRIPTOR_BYTES},
    json::parse_strict,
    rest::integration::Installed,
};
use roomglass_storage::{Noun, WriteTransaction};

use super::{callback, caller::IntegrationCaller, place};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, Path},
    state::AppState,
};

/// `PUT /v2/integration/{key}/descriptor` (UPD-01).
pub(super) async fn descriptor(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(key): Path<IntegrationKey>,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Json<Installed>> {
    caller.require_key(&key)?;
    let descriptor = Descriptor::parse(&read(body)?).map_err(refuse)?;
    if descriptor.key != key {
        return Err(refuse(vec![Fault::new("/key", format!("expected \"{key}\", the key of the address"))]));
    }
    replace(&app, key, move |_| Ok(descriptor)).await
}

/// `PUT /v2/integration/{key}/extension/{kind}/{extension}` (UPD-02, UPD-04).
pub(super) async fn put_extension(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((key, kind, extension)): Path<(IntegrationKey, ExtensionKind, ExtensionKey)>,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Json<Installed>> {
    caller.require_key(&key)?;
    let value = parse_strict(&read(body)?).map_err(|fault| refuse(vec![fault]))?;
    replace(&app, key, move |present| present.with_extension(kind, &extension, value).map_err(refuse)).await
}

/// `DELETE /v2/integration/{key}/extension/{kind}/{extension}` (UPD-03).
pub(super) async fn remove_extension(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((key, kind, extension)): Path<(IntegrationKey, ExtensionKind, ExtensionKey)>,
) -> HttpResult<Json<Installed>> {
    caller.require_key(&key)?;
    replace(&app, key, move |present| {
        let missing = || HttpError::new(ErrorKind::NotFound, "The integration has no such extension.");
        present.without_extension(&kind, &extension).ok_or_else(missing)
    })
    .await
}

fn read(body: Result<Bytes, BytesRejection>) -> HttpResult<Bytes> {
    body.map_err(|_| refuse(vec![Fault::new("", format!("the document is larger than {MAX_DESCRIPTOR_BYTES} bytes"))]))
}

pub(super) fn refuse(faults: Vec<Fault>) -> HttpError {
    let message = "This cannot be used. Nothing was changed.";
    ApiError { faults, ..ApiError::new(ErrorKind::InvalidDescriptor, message) }.into()
}

/// Replaces the present version by what `change` makes of it. Storage tells the members, unless the tokens stay the
/// same (UPD-10).
async fn replace(
    app: &AppState,
    key: IntegrationKey,
    change: impl FnOnce(&Descriptor) -> HttpResult<Descriptor> + Send + 'static,
) -> HttpResult<Json<Installed>> {
    let (integration, now) = (key.clone(), clock::now());
    let (updated, descriptor, rev) = app
        .storage
        .write(move |tx| {
            Box::pin(async move {
                let stored = tx.integration(&key).await?.ok_or_else(|| HttpError::not_found(Noun::Integration))?;
                let descriptor = change(&stored.descriptor)?;
                let updated = tx.update_descriptor(&descriptor, now).await?;
                Ok::<_, HttpError>((updated, descriptor, WriteTransaction::revision_after(tx)))
            })
        })
        .await?;
    if updated.changed {
        tell_provider(app, &descriptor).await?;
    }
    Ok(Json(Installed {
        integration,
        token: Some(updated.token),
        rooms: place::rooms(&updated.places),
        global: updated.places.contains(&RoomRef::Global),
        rev,
    }))
}

/// HCC-04: `updateCallbackUrl` hears of every installation that has the new version.
async fn tell_provider(app: &AppState, descriptor: &Descriptor) -> HttpResult<()> {
    let Some(address) = descriptor.update_callback_url.clone() else { return Ok(()) };
    let mut reader = app.storage.read().await?;
    let organisation = reader.organisation().await?.ok_or_else(|| HttpError::not_found(Noun::Organisation))?;
    let installations = reader.installations_of(&descriptor.key).await?;
    callback::announce_update(app, address, organisation.id, installations);
    Ok(())
}
