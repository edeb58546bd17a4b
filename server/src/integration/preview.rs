//! What a person must have seen before installing (HCC-07, safety E2).

use axum::extract::State;
use roomglass_protocol::rest::integration::{Preview, Review};

use super::offer::{self, Offer};
use crate::{
    error::HttpResult,
    extract::{Json, SessionCaller},
    state::AppState,
};

/// Fetches and checks a descriptor; nothing is stored.
pub(super) async fn preview(
    State(app): State<AppState>,
    caller: SessionCaller,
    Json(Preview { source }): Json<Preview>,
) -> HttpResult<Json<Review>> {
    caller.require_not_guest()?;
    Ok(Json(review(offer::find(&app, &source).await?)))
}

fn review(Offer { descriptor, warnings, origin, .. }: Offer) -> Review {
    Review {
        hosts: descriptor.origins(),
        key: descriptor.key,
        name: descriptor.name,
        description: descriptor.description,
        vendor: descriptor.vendor,
        homepage: descriptor.homepage,
        origin,
        scopes: descriptor.scopes,
        allow_room: descriptor.allow_room,
        allow_global: descriptor.allow_global,
        extensions: descriptor.extensions,
        warnings,
    }
}
