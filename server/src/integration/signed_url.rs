//! `POST /v2/integration/signed-url`: the address of one extension with a token that says who asks (DYN-14).

use axum::{Extension, extract::State};
use roomglass_protocol::{
    ErrorKind,
    integration::{ExtensionKind, application_of, fill_variables, is_signed},
    rest::integration::{CONFIGURATION, SignUrl, SignedUrl},
};
use roomglass_storage::{Installation, Noun, Reader};
use serde_json::Value;

use super::{
    Claims, Context,
    address::origin_of,
    framed::{self, Tickets},
    place,
};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, SessionCaller},
    state::AppState,
};

/// An address, and how the browser gets what is there.
pub(super) struct Signed {
    /// The address at the provider.
    pub page: SignedUrl,
    /// Whether pages of the integration come through us (decision 24).
    pub is_rewritten: bool,
}

/// Signs for members of the room alone.
pub(super) async fn sign(
    State(app): State<AppState>,
    Extension(tickets): Extension<Tickets>,
    caller: SessionCaller,
    Json(request): Json<SignUrl>,
) -> HttpResult<Json<SignedUrl>> {
    let Signed { mut page, is_rewritten } = signed(&app, &caller, &request).await?;
    if is_rewritten {
        page.url = tickets.issue(page.url);
    }
    Ok(Json(page))
}

/// The address of what a person's browser asks for.
pub(super) async fn signed(app: &AppState, caller: &SessionCaller, request: &SignUrl) -> HttpResult<Signed> {
    let mut reader = app.storage.read().await?;
    if !reader.is_member(request.room_id, caller.person().id).await? {
        return Err(HttpError::forbidden("Only members of the room may open its integrations."));
    }
    if !reader.room(request.room_id).await?.is_some_and(|room| place::has_name(&room)) {
        return Err(HttpError::forbidden("Conversations belong to the people in them: they have no integrations."));
    }
    let (installation, extension) = find(&mut reader, request).await?;
    if request.kind.0 == CONFIGURATION {
        place::authorise(&mut reader, caller.person().id, &[installation.place]).await?;
    }
    let in_frame = !request.outside && framed::is_framed(request, &extension);
    let rewrites = in_frame && reader.rewrites_pages_of(&installation.integration).await?;
    drop(reader);
    let template = request.template(&extension).ok_or_else(no_such_extension)?;
    let address = fill_variables(template, &request.variables);
    let now = clock::now();
    let context = Context {
        room_id: Some(request.room_id),
        client_id: Some(format!("session-{}", caller.session.id.0)),
        extension_key: request.extension.as_str(),
        ..Context::default()
    };
    // An application on the reader's device is told what its address says, not who asks (CC-18).
    let is_application = application_of(template).is_some();
    let audience =
        if is_application { Some(String::new()) } else { origin_of(&address) }.ok_or_else(no_such_extension)?;
    let claims = Claims::new(&installation.credentials, caller.person().id, audience, context, now);
    // A page whose address asks for no token may still ask for one (`auth.withToken`).
    let jwt = if is_application {
        String::new()
    } else {
        claims.sign(&installation.credentials).map_err(HttpError::internal)?
    };
    let token = if is_signed(&extension) { jwt.as_str() } else { "" };
    let url = if is_application { address } else { request.complete(&address, token) };
    let page = SignedUrl { url, jwt, expires_at: claims.expires_at(), scopes: installation.scopes };
    Ok(Signed { page, is_rewritten: rewrites && !is_application })
}

/// The installation that speaks for the integration in the room, and the extension as its provider describes it.
async fn find(reader: &mut Reader, request: &SignUrl) -> HttpResult<(Installation, Value)> {
    let missing = || HttpError::not_found(Noun::Integration);
    // What an integration adds in a room is signed for like the rest of it (HCC-15).
    let supplement = reader.supplement(&request.integration).await?;
    if supplement.as_ref().is_some_and(|supplement| supplement.room != request.room_id) {
        return Err(missing());
    }
    let speaks = supplement.map_or_else(|| request.integration.clone(), |supplement| supplement.integration);
    let installation = reader.installation_in(&speaks, request.room_id).await?;
    let installation = installation.filter(|installation| !installation.pending).ok_or_else(missing)?;
    let stored = reader.integration(&request.integration).await?.ok_or_else(missing)?;
    if request.kind.0 == CONFIGURATION {
        return Ok((installation, stored.descriptor.configuration().cloned().ok_or_else(no_such_extension)?));
    }
    let kind = ExtensionKind::canonical(&request.kind.0);
    let extension = stored.descriptor.extensions.find(&kind, &request.extension).cloned();
    Ok((installation, extension.ok_or_else(no_such_extension)?))
}

fn no_such_extension() -> HttpError {
    HttpError::new(ErrorKind::NotFound, "The integration has no such extension, or the extension has no such address.")
}
