//! Inviting people by a link.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use roomglass_protocol::{
    Role,
    rest::invitation::{Accept, Create, Details, Invitation, PAGE},
};
use roomglass_storage::{NewInvitation, Newcomer, Noun, TokenHash};

use super::{input, member, session};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{ClientName, Json, Path, SessionCaller},
    session::SessionToken,
    state::AppState,
};

/// Most rooms of one invitation.
const MAX_ROOMS: usize = 100;

/// Makes an invitation. Nobody gives away more than they are; rooms as in [`member::add`].
pub(super) async fn create(
    State(app): State<AppState>,
    caller: SessionCaller,
    Json(Create { role, mut rooms }): Json<Create>,
) -> HttpResult<Response> {
    caller.require_not_guest()?;
    if role == Role::Administrator {
        caller.require_administrator()?;
    }
    rooms.sort_unstable();
    rooms.dedup();
    if rooms.len() > MAX_ROOMS {
        return Err(HttpError::invalid("An invitation is for at most 100 rooms."));
    }
    let token = SessionToken::generate();
    let (hash, inviter, now) = (token.hash(), caller.session.person, clock::now());
    let expires_at = app
        .storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move {
                for room in &rooms {
                    member::require_may_add(tx, &inviter, *room).await?;
                }
                let invitation = NewInvitation { token: hash, role, rooms, invited_by: inviter.id };
                Ok(tx.invite(invitation, now).await?)
            })
        })
        .await?;
    let url = app.config.address(&PAGE.replace("{token}", token.expose()));
    let invitation = Invitation { token: token.expose().to_owned(), url, expires_at };
    Ok((StatusCode::CREATED, Json(invitation)).into_response())
}

/// What the holder of a link may know.
pub(super) async fn show(State(app): State<AppState>, Path(token): Path<String>) -> HttpResult<Json<Details>> {
    let mut reader = app.storage.read().await?;
    let invitation = reader.invitation(&TokenHash::of(&token), clock::now()).await?;
    let invitation = invitation.ok_or_else(|| HttpError::not_found(Noun::Invitation))?;
    let organisation = reader.organisation().await?.ok_or_else(|| HttpError::not_found(Noun::Organisation))?;
    Ok(Json(Details { organisation, invited_by: invitation.invited_by.name, role: invitation.role }))
}

/// Accepts an invitation: makes the account and signs in.
pub(super) async fn accept(
    State(app): State<AppState>,
    Path(token): Path<String>,
    ClientName(client): ClientName,
    Json(Accept { name, email, password }): Json<Accept>,
) -> HttpResult<Response> {
    let (token, now) = (TokenHash::of(&token), clock::now());
    let (name, email, password) = (input::person_name(&name)?, input::email(&email)?, input::password(password)?);
    // Before the costly hash; the transaction decides.
    if app.storage.read().await?.invitation(&token, now).await?.is_none() {
        return Err(HttpError::not_found(Noun::Invitation));
    }
    let newcomer = Newcomer { name, email, password_hash: app.passwords.hash(password).await? };
    let person = app
        .storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move { Ok(tx.accept_invitation(&token, newcomer, now).await?) })
        })
        .await?;
    let signed_in = session::begin(&app, person, client).await?;
    Ok((StatusCode::CREATED, signed_in).into_response())
}
