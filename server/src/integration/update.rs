//! Providers change their own integrations (§15): the whole descriptor, or one extension at a time.
//!
//! A version that gives the provider more than was agreed to waits for a review (`version`), and so do its scopes.

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::StatusCode,
};
use roomglass_protocol::{
    ApiError, ErrorKind, ExtensionKey, Fault, IntegrationKey,
    integration::{Descriptor, ExtensionKind, MAX_DESCRIPTOR_BYTES},
    json::parse_strict,
    rest::integration::Installed,
};

use super::{
    caller::IntegrationCaller,
    version::{self, Settled},
};
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
) -> HttpResult<(StatusCode, Json<Installed>)> {
    caller.require_key(&key)?;
    let descriptor = Descriptor::parse(&read(body)?).map_err(refuse)?;
    if descriptor.key != key {
        return Err(refuse(vec![Fault::new("/key", format!("expected \"{key}\", the key of the address"))]));
    }
    replace(&app, key, move |_| Ok(descriptor.clone())).await
}

/// `PUT /v2/integration/{key}/extension/{kind}/{extension}` (UPD-02, UPD-04).
pub(super) async fn put_extension(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((key, kind, extension)): Path<(IntegrationKey, ExtensionKind, ExtensionKey)>,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<(StatusCode, Json<Installed>)> {
    caller.require_key(&key)?;
    let value = parse_strict(&read(body)?).map_err(|fault| refuse(vec![fault]))?;
    replace(&app, key, move |present| present.with_extension(kind.clone(), &extension, value.clone()).map_err(refuse))
        .await
}

/// `DELETE /v2/integration/{key}/extension/{kind}/{extension}` (UPD-03).
pub(super) async fn remove_extension(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((key, kind, extension)): Path<(IntegrationKey, ExtensionKind, ExtensionKey)>,
) -> HttpResult<(StatusCode, Json<Installed>)> {
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

/// Changes the version in force by `change`, or the one that waits. Storage tells the members, unless the tokens stay
/// the same (UPD-10); 202 when the result waits for a review.
async fn replace(
    app: &AppState,
    key: IntegrationKey,
    change: impl Fn(&Descriptor) -> HttpResult<Descriptor> + Send + Sync + 'static,
) -> HttpResult<(StatusCode, Json<Installed>)> {
    let now = clock::now();
    let (answer, tell) = app
        .storage
        .write(move |tx| {
            Box::pin(async move {
                let Settled { descriptor, updated, held } = version::settle(tx, &key, change, now).await?;
                let waiting = version::not_refused(held)?;
                let tell = updated.changed.then(|| descriptor.clone());
                Ok::<_, HttpError>((Installed { waiting, ..version::answer(&descriptor, updated, tx) }, tell))
            })
        })
        .await?;
    if let Some(descriptor) = tell {
        version::tell_provider(app, &descriptor).await?;
    }
    let status = if answer.waiting { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, Json(answer)))
}
