//! `GET /v2/capabilities`: what this server says of itself to providers (HCC-06).
//!
//! Every oddity is one that add-ons depend on (HipChat Connect §2.1): the name, the key, a final slash on one address
//! and none on the other, and `links.self` being to the byte what installations are told. The document has every member that
//! HipChat's had, because its readers check for them.

use axum::extract::State;
use roomglass_protocol::integration::Scope;
use serde_json::{Map, Value, json};

use super::token;
use crate::{error::HttpError, extract::Json, state::AppState};

/// Where it is.
pub(super) const PATH: &str = "/v2/capabilities";

/// Where add-ons would ask people for tokens of their own.
pub(crate) const PATH_AUTHORIZE: &str = "/users/authorize";

/// Scopes with the words people read.
const SCOPES: [(Scope, &str, &str); 9] = [
    (Scope::AdminGroup, "Administer Group", "Administer people of the organisation"),
    (Scope::AdminRoom, "Administer Room", "Change topic, members and webhooks of rooms"),
    (Scope::ImportData, "Import Data", "Import rooms, users and their history"),
    (Scope::ManageRooms, "Manage Rooms", "Create and delete rooms"),
    (Scope::SendMessage, "Send Message", "Send messages as a person would"),
    (Scope::SendNotification, "Send Notification", "Send room notifications"),
    (Scope::ViewGroup, "View Group", "See people and rooms"),
    (Scope::ViewMessages, "View Messages", "Read the history of rooms"),
    (Scope::ViewRoom, "View Room", "See a room and its members"),
];

/// Tokens stand for installations, never for people (decision 9).
pub(super) async fn authorize() -> HttpError {
    HttpError::invalid("Add-ons act for themselves on this server. It gives no tokens that stand for a person.")
}

/// The document.
pub(super) async fn show(State(app): State<AppState>) -> Json<Value> {
    let at = |path: &str| app.config.address(path);
    let scope = |(scope, name, description): &(Scope, &str, &str)| {
        let id = scope.as_str();
        (id.to_owned(), json!({"id": id, "name": name, "description": description}))
    };
    let scopes: Map<String, Value> = SCOPES.iter().map(scope).collect();
    Json(json!({
        "key": "hipchat",
        "name": "HipChat",
        "description": "Roomglass: group chat that speaks HipChat Connect",
        "vendor": {"name": "Roomglass", "url": at("")},
        "links": {"self": at(PATH), "api": at("/v2"), "homepage": at("")},
        "capabilities": {
            "oauth2Provider": {"tokenUrl": at(token::PATH), "authorizationUrl": at(PATH_AUTHORIZE)},
            "hipchatApiProvider": {"url": at("/v2/"), "availableScopes": scopes},
        },
    }))
}
