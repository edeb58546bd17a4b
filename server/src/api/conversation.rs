//! Conversations among a few people (MSG-11, MSG-12).

use std::collections::BTreeSet;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use roomglass_protocol::{UserId, rest::room::OpenConversation};
use roomglass_storage::Noun;

use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, SessionCaller},
    state::AppState,
};

/// Most people in a conversation besides the one who opens it.
const MAX_OTHERS: usize = 7;

/// Opens the conversation with exactly these people, making it if there is none.
pub(super) async fn open(
    State(app): State<AppState>,
    caller: SessionCaller,
    Json(OpenConversation { user_ids }): Json<OpenConversation>,
) -> HttpResult<Response> {
    let by = caller.session.person;
    let others: BTreeSet<UserId> = user_ids.into_iter().filter(|user| *user != by.id).collect();
    if !(1..=MAX_OTHERS).contains(&others.len()) {
        return Err(HttpError::invalid("A conversation is with one to seven other people."));
    }
    let now = clock::now();
    let opened = app
        .storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move {
                let visible: BTreeSet<_> = tx.people_seen_by(&by).await?.into_iter().map(|person| person.id).collect();
                if !others.is_subset(&visible) {
                    return Err(HttpError::not_found(Noun::Person));
                }
                Ok(tx.open_conversation(by.id, &others, now).await?)
            })
        })
        .await?;
    let status = if opened.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(opened.membership)).into_response())
}
