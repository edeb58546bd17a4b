//! Signing in and out, and what of the person stays in this browser: nothing.

use leptos::task::spawn_local;
use roomglass_protocol::{
    ApiError, Person, Role, RoomId,
    rest::{
        invitation::{self, Accept, Create, Invitation},
        session::{self, SignIn, SignedIn},
        setup,
    },
};

use super::{browser, database, engine, rest, service_worker};

/// The server leads from here to the page that fits.
const HOME: &str = "/";
const SIGN_IN_PAGE: &str = "/signin";

/// Signs in.
pub async fn sign_in(email: String, password: String) -> Result<(), ApiError> {
    enter(rest::post(session::PATH, &SignIn { email, password }).await?)
}

/// Makes the organisation.
pub async fn set_up(request: setup::Request) -> Result<(), ApiError> {
    enter(rest::post(setup::PATH, &request).await?)
}

/// Accepts an invitation.
pub async fn accept_invitation(token: String, request: Accept) -> Result<(), ApiError> {
    enter(rest::post(&rest::path(invitation::PATH_ONE, &[("token", &token)]), &request).await?)
}

/// The cookie came with the answer; the token in it is for clients without cookies and is forgotten here.
fn enter(_: SignedIn) -> Result<(), ApiError> {
    browser::go_to(HOME);
    Ok(())
}

/// Makes a link that invites one person.
pub async fn create_invitation(role: Role, rooms: Vec<RoomId>) -> Result<Invitation, ApiError> {
    rest::post(invitation::PATH, &Create { role, rooms }).await
}

/// Signs out.
pub async fn sign_out() -> Result<(), ApiError> {
    rest::delete(session::PATH).await?;
    erase_stored().await;
    browser::go_to(SIGN_IN_PAGE);
    Ok(())
}

/// Asks whether the session still lives; if not, [`ended`] follows from the answer. False also without an answer.
pub async fn check() -> bool {
    rest::get::<Person>(session::PATH).await.is_ok()
}

/// The session has ended elsewhere: what was stored for it goes (CLD-13).
pub fn ended() {
    if engine::client().is_none() {
        return;
    }
    spawn_local(async {
        erase_stored().await;
        browser::go_to(SIGN_IN_PAGE);
    });
}

/// Erases everything stored for whoever used this browser last.
pub async fn erase_stored() {
    let open = engine::stop();
    let user = open.as_ref().map(|client| client.user).or_else(browser::stored_user);
    browser::set_stored_user(None);
    service_worker::erase_icons();
    if let Some(client) = open {
        client.database.erase().await;
    } else if let Some(user) = user {
        database::erase(user).await;
    }
}
