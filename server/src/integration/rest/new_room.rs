//! `POST /v2/room`: rooms that add-ons make.

use axum::{body::Bytes, extract::State, http::StatusCode};
use roomglass_protocol::{Privacy, Role, RoomRef, UserId};
use roomglass_storage::{NewRoom, Noun, Reader};
use serde_json::{Value, json};

use super::{document::Document, room_change::privacy};
use crate::{
    api::input,
    clock,
    error::{HttpError, HttpResult},
    extract::Json,
    integration::{
        caller::{IntegrationCaller, find_person},
        contract::missing,
    },
    state::AppState,
};

/// Makes a room whose only member is its owner: the person named, else the one who installed the integration.
pub(super) async fn create(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    body: Bytes,
) -> HttpResult<(StatusCode, Json<Value>)> {
    if caller.installation().place != RoomRef::Global {
        return Err(HttpError::forbidden("This add-on is installed in one room and cannot make others."));
    }
    let document = Document::read(&body)?;
    // A library for Python always asks for it. The room says that it has none.
    document.flag("guest_access")?;
    let room = NewRoom {
        name: input::room_name(document.text("name")?)?,
        privacy: document.optional_text("privacy")?.map_or(Ok(Privacy::Public), privacy)?,
        topic: input::topic(document.optional_text("topic")?.unwrap_or_default())?,
    };
    let owner = owner(&mut app.storage.read().await?, &caller, &document).await?;
    let now = clock::now();
    let made = app
        .storage
        .write::<_, HttpError, _>(move |tx| Box::pin(async move { Ok(tx.create_room(owner, room, now).await?) }))
        .await?;
    let id = made.room.id;
    let address = app.config.address(&format!("/v2/room/{id}"));
    Ok((StatusCode::CREATED, Json(json!({"id": id, "links": {"self": address}}))))
}

/// Guests own nothing.
async fn owner(reader: &mut Reader, caller: &IntegrationCaller, document: &Document) -> HttpResult<UserId> {
    let found = match document.member("owner_user_id") {
        Some(Value::String(name)) => find_person(reader, name).await?,
        Some(number) => find_person(reader, &number.to_string()).await?,
        None => match caller.installation().installed_by {
            Some(person) => reader.person(person).await?,
            None => None,
        },
    };
    let person = found.filter(|person| person.role != Role::Guest);
    Ok(person.ok_or_else(|| missing(Noun::Person))?.id)
}
