//! Signing in and out.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use roomglass_protocol::{
    ErrorKind, Person,
    rest::session::{SignIn, SignedIn},
};

use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{ClientAddress, ClientName, Json, MaybeSession, SessionCaller},
    session::{SessionToken, cookie, expired_cookie},
    state::AppState,
};

type WithCookie<T> = ([(HeaderName, HeaderValue); 1], T);

/// Signs in. Unknown accounts and wrong passwords get the same answer after the same time.
pub(super) async fn sign_in(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    ClientName(client): ClientName,
    Json(SignIn { email, password }): Json<SignIn>,
) -> HttpResult<impl IntoResponse> {
    app.sign_in_throttle.check(&email, address)?;
    let account = app.storage.read().await?.account_by_email(email.trim()).await?;
    let (person, hash) = account.map(|account| (account.person, account.password_hash)).unzip();
    let matches = app.passwords.verify(password, hash).await?;
    let person = person.filter(|_| matches).ok_or_else(|| {
        HttpError::new(ErrorKind::WrongCredentials, "E-mail address and password do not belong together.")
    })?;
    begin(&app, person, client).await
}

/// Begins a session, always under a new token.
pub(super) async fn begin(app: &AppState, user: Person, client: String) -> HttpResult<WithCookie<Json<SignedIn>>> {
    let token = SessionToken::generate();
    let (hash, user_id, now) = (token.hash(), user.id, clock::now());
    app.storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move { Ok(tx.begin_session(&hash, user_id, &client, now).await?) })
        })
        .await?;
    let set_cookie = [(header::SET_COOKIE, cookie(&app.config, &token))];
    Ok((set_cookie, Json(SignedIn { token: token.expose().to_owned(), user })))
}

/// Tells who is signed in.
pub(super) async fn show(caller: SessionCaller) -> Json<Person> {
    Json(caller.session.person)
}

/// Signs out: the session ends at once, and its sockets with it. Also fine for somebody whose session has ended.
pub(super) async fn sign_out(
    State(app): State<AppState>,
    MaybeSession(session): MaybeSession,
    headers: HeaderMap,
) -> HttpResult<impl IntoResponse> {
    if let Some(session) = session {
        let ended = session.id;
        app.storage
            .write::<_, HttpError, _>(move |tx| Box::pin(async move { Ok(tx.end_session(ended).await?) }))
            .await?;
    } else if crate::session::token_of(&headers).is_none() {
        return Err(HttpError::unauthenticated());
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, expired_cookie(&app.config))]))
}
