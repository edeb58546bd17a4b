//! `GET /icons/{integration}`: pictures of providers, fetched and re-encoded by the server, so that browsers contact
//! nobody and no file of a stranger reaches them as it is.

mod picture;

use std::{collections::BTreeSet, time::Duration};

use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use roomglass_protocol::{IntegrationKey, RoomRef, UserId, rest::integration::IconQuery};
use roomglass_storage::{Noun, Reader};

pub(super) use self::picture::CARD_SIDE;
use self::picture::{ICON_SIDE, Picture};
use super::{
    address::{host_of, origin_of},
    offer::provider_failed,
};
use crate::{
    error::{HttpError, HttpResult},
    extract::{Path, Query, SessionCaller},
    state::AppState,
};

/// Largest picture fetched.
const MAX_ICON_BYTES: usize = 1024 * 1024;
/// Bytes of all pictures kept.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// After this a picture is fetched again.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Pictures as they are served, by address and largest side.
#[derive(Clone)]
pub(super) struct IconCache(moka::sync::Cache<(String, u32), Picture>);

impl Default for IconCache {
    fn default() -> Self {
        let weigh = |(address, _): &(String, u32), picture: &Picture| {
            u32::try_from(address.len() + picture.size()).unwrap_or(u32::MAX)
        };
        Self(moka::sync::Cache::builder().max_capacity(CACHE_BYTES).weigher(weigh).time_to_live(KEPT_FOR).build())
    }
}

/// Shows an icon to people who have the integration somewhere.
pub(super) async fn show(
    State(app): State<AppState>,
    Extension(cache): Extension<IconCache>,
    caller: SessionCaller,
    Path(key): Path<IntegrationKey>,
    Query(IconQuery { url }): Query<IconQuery>,
) -> HttpResult<Response> {
    check(&mut app.storage.read().await?, caller.person().id, &key, &url).await?;
    proxied(&app, &cache, url, ICON_SIDE).await
}

/// A picture that may be fetched for whoever asks, kept or fetched now.
pub(super) async fn proxied(app: &AppState, cache: &IconCache, url: String, longest_side: u32) -> HttpResult<Response> {
    let kept = (url, longest_side);
    let picture = match cache.0.get(&kept) {
        Some(picture) => picture,
        None => {
            let picture = fetch(app, &kept.0, longest_side).await?;
            cache.0.insert(kept, picture.clone());
            picture
        }
    };
    Ok(serve(picture))
}

/// The address must be one of the integration's: this is no proxy for the rest of the web.
async fn check(reader: &mut Reader, person: UserId, key: &IntegrationKey, url: &str) -> HttpResult<()> {
    let missing = || HttpError::not_found(Noun::Integration);
    let stored = reader.integration(key).await?.ok_or_else(missing)?;
    let places: BTreeSet<RoomRef> = reader.places_of(key).await?.into_iter().collect();
    let seen = places.contains(&RoomRef::Global)
        || reader.room_tokens_of(person).await?.keys().any(|place| places.contains(place));
    let mut origins = stored.descriptor.origins();
    origins.push(stored.publisher.origin);
    let own = origin_of(url).is_some_and(|origin| origins.contains(&origin));
    if seen && own { Ok(()) } else { Err(missing()) }
}

async fn fetch(app: &AppState, url: &str, longest_side: u32) -> HttpResult<Picture> {
    let host = host_of(url);
    let answer = app.egress.get(url, MAX_ICON_BYTES).await;
    let answer =
        answer.map_err(|error| provider_failed(format!("The icon could not be fetched from {host}: {error}.")))?;
    if !answer.status.is_success() {
        return Err(provider_failed(format!("{host} answered {} instead of an icon.", answer.status.as_u16())));
    }
    let read = tokio::task::spawn_blocking(move || Picture::read(&answer.body, longest_side));
    let picture = read.await.map_err(HttpError::internal)?;
    picture.map_err(|why| provider_failed(format!("The icon from {host} cannot be shown: {why}.")))
}

fn serve(picture: Picture) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(picture.content_type())),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400")),
    ];
    (headers, picture.into_bytes()).into_response()
}
