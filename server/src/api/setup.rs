//! First run: the organisation and its administrator.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use roomglass_protocol::{ErrorKind, Role, rest::setup::Request};
use roomglass_storage::NewPerson;

use super::{input, session};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{ClientName, Json},
    state::AppState,
};

/// Works once: afterwards people come by invitation.
pub(super) async fn set_up(
    State(app): State<AppState>,
    ClientName(client): ClientName,
    Json(request): Json<Request>,
) -> HttpResult<Response> {
    let organisation = input::person_name(&request.organisation)?;
    let (name, email) = (input::person_name(&request.name)?, input::email(&request.email)?);
    let password = input::password(request.password)?;
    // Before the costly hash, which strangers could ask for again and again; the transaction decides.
    if app.storage.read().await?.organisation().await?.is_some() {
        return Err(HttpError::new(ErrorKind::Conflict, "This server has been set up already. Sign in instead."));
    }
    let password_hash = app.passwords.hash(password).await?;
    let now = clock::now();
    let first = NewPerson { name, email, password_hash, role: Role::Administrator };
    let person = app
        .storage
        .write::<_, HttpError, _>(move |tx| Box::pin(async move { Ok(tx.set_up(&organisation, first, now).await?.1) }))
        .await?;
    let signed_in = session::begin(&app, person, client).await?;
    Ok((StatusCode::CREATED, signed_in).into_response())
}
