//! `DELETE /v2/integration/{key}`: the provider gives an integration up (UNIN-03), or an administrator withdraws it
//! (UNIN-04).

use axum::{
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
};
use roomglass_protocol::{IntegrationKey, UserId};

use super::{callback, caller::IntegrationCaller, contract::Turned, version};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Path, SessionCaller},
    state::AppState,
};

/// Who may delete. A session's token and an access token are never mistaken for each other: both are random.
pub(super) enum Deleter {
    Provider(Box<IntegrationCaller>),
    Administrator(UserId),
}

impl FromRequestParts<AppState> for Deleter {
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Turned> {
        match IntegrationCaller::from_request_parts(parts, app).await {
            Ok(provider) => return Ok(Self::Provider(Box::new(provider))),
            Err(Turned::Tested) => return Err(Turned::Tested),
            Err(Turned::Away(_)) => {}
        }
        let caller = SessionCaller::from_request_parts(parts, app).await?;
        caller.require_administrator()?;
        Ok(Self::Administrator(caller.person().id))
    }
}

/// Removes an integration from everywhere, with all its credentials.
pub(super) async fn delete(
    State(app): State<AppState>,
    deleter: Deleter,
    Path(key): Path<IntegrationKey>,
) -> HttpResult<StatusCode> {
    if let Deleter::Provider(provider) = &deleter {
        provider.require_key(&key)?;
    }
    let by = match &deleter {
        Deleter::Provider(_) => None,
        Deleter::Administrator(by) => Some(*by),
    };
    let now = clock::now();
    let (removed, callback) = app
        .storage
        .write(move |tx| {
            Box::pin(async move {
                let places = tx.places_of(&key).await?;
                version::forget_with_last_place(tx, &key, &places).await?;
                let callback = tx.integration(&key).await?.and_then(|stored| stored.descriptor.callback_url);
                Ok::<_, HttpError>((tx.delete_integration(&key, by, now).await?, callback))
            })
        })
        .await?;
    // A provider that deletes its integration knows; one whose integration is withdrawn has to be told.
    if by.is_some() {
        let ended = removed.installations.into_iter().map(|installation| installation.credentials.oauth_id);
        callback::say_goodbye(&app, callback, ended);
    }
    Ok(StatusCode::NO_CONTENT)
}
