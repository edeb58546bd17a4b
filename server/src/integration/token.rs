//! `POST /v2/oauth/token`: access tokens for an installation's credentials (HCC-06).

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header::AUTHORIZATION},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use roomglass_protocol::{ErrorKind, integration::Scope};
use roomglass_storage::{Installation, Noun, OauthId, StorageError, TokenHash};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::{
    credentials::{self, random_secret},
    limits::Limits,
};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::Json,
    state::AppState,
};

/// Where it is.
pub(super) const PATH: &str = "/v2/oauth/token";

const LIFETIME_SECONDS: i64 = 3600;

/// What is asked for; as a form or as JSON, both occur, whatever the content type says.
#[derive(Deserialize)]
struct Request {
    grant_type: String,
    #[serde(default)]
    scope: Option<String>,
}

/// What is given; add-ons keep every member of it.
#[derive(Serialize)]
pub(super) struct Grant {
    access_token: String,
    expires_in: i64,
    group_id: i64,
    group_name: String,
    scope: String,
    token_type: &'static str,
}

/// Gives a token with the scopes asked for, or with all the installation has.
pub(super) async fn grant(
    State(app): State<AppState>,
    Extension(limits): Extension<Arc<Limits>>,
    headers: HeaderMap,
    body: Bytes,
) -> HttpResult<Json<Grant>> {
    let (installation, organisation) = authenticate(&app, &headers).await?;
    limits.grant(&installation.credentials.oauth_id)?;
    let request = read(&body)?;
    if request.grant_type != "client_credentials" {
        return Err(HttpError::invalid("The only grant_type here is client_credentials."));
    }
    let scopes = wanted(request.scope.as_deref(), &installation)?;
    let access_token = random_secret();
    store(&app, &access_token, &installation, &scopes).await?;
    let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    Ok(Json(Grant {
        access_token,
        expires_in: LIFETIME_SECONDS,
        group_id: organisation.id,
        group_name: organisation.name,
        scope: words.join(" "),
        token_type: "bearer",
    }))
}

/// The installation whose id and secret came with HTTP Basic. Unknown ids and wrong secrets get the same answer.
async fn authenticate(
    app: &AppState,
    headers: &HeaderMap,
) -> HttpResult<(Installation, roomglass_protocol::Organisation)> {
    let (id, secret) = basic(headers).ok_or_else(wrong_credentials)?;
    let mut reader = app.storage.read().await?;
    let found = reader.installation(&OauthId(id)).await?;
    let right = |it: &Installation| bool::from(it.credentials.secret.as_bytes().ct_eq(secret.as_bytes()));
    let current = found.filter(|it| right(it) && credentials::count(it, clock::now()));
    let installation = current.ok_or_else(wrong_credentials)?;
    let organisation = reader.organisation().await?.ok_or_else(|| HttpError::not_found(Noun::Organisation))?;
    Ok((installation, organisation))
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let decoded = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(encoded.trim()))?.ok()?;
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn wrong_credentials() -> HttpError {
    HttpError::new(
        ErrorKind::WrongCredentials,
        "There is no installation with this id and secret. It may have been removed.",
    )
}

fn read(body: &[u8]) -> HttpResult<Request> {
    let looks_like_json = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let request = if looks_like_json { serde_json::from_slice(body).ok() } else { from_form(body) };
    request.ok_or_else(|| HttpError::invalid("Expected grant_type and, if wanted, scope, as a form or as JSON."))
}

fn from_form(body: &[u8]) -> Option<Request> {
    let value = |wanted: &str| {
        let mut pairs = url::form_urlencoded::parse(body);
        pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
    };
    Some(Request { grant_type: value("grant_type")?, scope: value("scope") })
}

/// A subset of what the installation was allowed, in a fixed order.
fn wanted(scope: Option<&str>, installation: &Installation) -> HttpResult<Vec<Scope>> {
    let allowed: BTreeSet<Scope> = installation.scopes.iter().copied().collect();
    let words: Vec<&str> = scope.unwrap_or_default().split_whitespace().collect();
    if words.is_empty() {
        return Ok(allowed.into_iter().collect());
    }
    let scope = |word: &&str| {
        let scope = Scope::from_word(word).filter(|scope| allowed.contains(scope));
        scope.ok_or_else(|| {
            HttpError::invalid(format!(
                "The scope \"{}\" was not granted when this was installed.",
                word.escape_debug()
            ))
        })
    };
    let scopes: BTreeSet<Scope> = words.iter().map(scope).collect::<HttpResult<_>>()?;
    Ok(scopes.into_iter().collect())
}

async fn store(app: &AppState, token: &str, installation: &Installation, scopes: &[Scope]) -> HttpResult<()> {
    let (hash, id, scopes) = (TokenHash::of(token), installation.credentials.oauth_id.clone(), scopes.to_vec());
    let mut expires_at = clock::now();
    expires_at.0 += LIFETIME_SECONDS * 1000;
    let stored = app
        .storage
        .write(move |tx| Box::pin(async move { tx.add_access_token(&hash, &id, &scopes, expires_at).await }));
    match stored.await {
        // Removed between the check and here.
        Err(StorageError::NotFound(_)) => Err(wrong_credentials()),
        outcome => Ok(outcome?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_json_say_the_same() {
        let form = read(b"grant_type=client_credentials&scope=view_room+send_notification").unwrap();
        let json = read(br#" {"grant_type": "client_credentials", "scope": "view_room send_notification"}"#).unwrap();
        assert_eq!((form.grant_type, form.scope), (json.grant_type, json.scope));
        assert!(read(b"").is_err());
        assert!(read(b"{}").is_err());
    }

    #[test]
    fn basic_authentication_is_read_to_the_first_colon() {
        let value = |text: &str| HeaderMap::from_iter([(AUTHORIZATION, text.parse().unwrap())]);
        let encoded = STANDARD.encode("inst-7f0c:se:cret");
        assert_eq!(basic(&value(&format!("Basic {encoded}"))), Some(("inst-7f0c".into(), "se:cret".into())));
        assert_eq!(basic(&value("Basic !!!")), None);
        assert_eq!(basic(&value("Bearer abc")), None);
    }
}
