//! What a person must have seen before installing (HCC-07, safety E2).

use std::sync::Arc;

use axum::{Extension, extract::State};
use roomglass_protocol::rest::integration::{Preview, Review};
use roomglass_storage::version_of;

use super::{
    limits::Fetches,
    offer::{self, Offer},
    version,
};
use crate::{
    error::HttpResult,
    extract::{Json, SessionCaller},
    state::AppState,
};

/// Fetches and checks a descriptor; nothing is stored. Of an installed integration the version is shown that would be
/// installed: the one in force, when the offered one has to be reviewed first.
pub(super) async fn preview(
    State(app): State<AppState>,
    Extension(fetches): Extension<Arc<Fetches>>,
    caller: SessionCaller,
    Json(Preview { source }): Json<Preview>,
) -> HttpResult<Json<Review>> {
    caller.require_not_guest()?;
    fetches.count(caller.person().id)?;
    let mut offer = offer::find(&app, &source).await?;
    (offer.descriptor, _) = version::to_install(&mut app.storage.read().await?, offer.descriptor).await?;
    Ok(Json(review(offer)))
}

fn review(Offer { descriptor, warnings, publisher }: Offer) -> Review {
    Review {
        version: version_of(&descriptor),
        hosts: descriptor.origins(),
        key: descriptor.key,
        name: descriptor.name,
        description: descriptor.description,
        vendor: descriptor.vendor,
        homepage: descriptor.homepage,
        origin: publisher.origin,
        scopes: descriptor.scopes,
        allow_room: descriptor.allow_room,
        allow_global: descriptor.allow_global,
        extensions: descriptor.extensions,
        warnings,
    }
}
