//! The catalogue; installing and removing. What is shown changes by the frames these lead to.

use std::fmt::Display;

use roomglass_protocol::{
    ApiError, DeliveryId, ExtensionKey, IntegrationKey, RoomId,
    rest::{
        catalogue::{self, Search},
        integration::{self, InRoom, InstallFromSite, Installed, InstalledIn, Review, Source, Uninstall},
        webhook::{self, Listing},
    },
};

use super::{browser, engine, rest};
use leptos::prelude::Set;

/// Integrations on offer.
pub async fn search(query: String) -> Result<Search, ApiError> {
    let found: Search = rest::get(&[catalogue::PATH, "?q=", &rest::encoded(&query)].concat()).await?;
    if let Some(store) = engine::store() {
        store.catalogue.set(Some(found.clone()));
    }
    Ok(found)
}

/// What one adds, and who sees what leaves.
pub async fn detail(key: IntegrationKey) -> Result<catalogue::Detail, ApiError> {
    rest::get(&rest::path(catalogue::PATH_DETAIL, &[("key", &key)])).await
}

/// Lists an integration in the catalogue.
pub async fn add_to_catalogue(descriptor_url: String) -> Result<catalogue::Entry, ApiError> {
    rest::post(catalogue::PATH_MANAGE, &catalogue::Add { descriptor_url }).await
}

/// Lists an integration, or says anew how it is listed.
pub async fn list_as(listing: catalogue::AddAs) -> Result<catalogue::Entry, ApiError> {
    rest::post(catalogue::PATH_MANAGE, &listing).await
}

/// Takes one off the catalogue.
pub async fn withdraw(key: IntegrationKey) -> Result<(), ApiError> {
    rest::delete(&[catalogue::PATH_MANAGE, "/", &rest::encoded(key.as_str())].concat()).await
}

/// Catalogues of other servers.
pub async fn remote_catalogues() -> Result<catalogue::RemoteCatalogues, ApiError> {
    rest::get(catalogue::PATH_REMOTE).await
}

/// Adds one, or asks it again.
pub async fn add_remote_catalogue(url: String) -> Result<catalogue::RemoteCatalogue, ApiError> {
    rest::post(catalogue::PATH_REMOTE, &catalogue::RemoteAddress { url }).await
}

/// Removes one with its entries.
pub async fn remove_remote_catalogue(url: String) -> Result<(), ApiError> {
    rest::delete(&[catalogue::PATH_REMOTE, "?url=", &rest::encoded(&url)].concat()).await
}

/// What installing would add and allow.
pub async fn preview(source: Source) -> Result<Review, ApiError> {
    rest::post(integration::PATH_PREVIEW, &integration::Preview { source }).await
}

/// Installs.
pub async fn install(request: InstallFromSite) -> Result<Installed, ApiError> {
    let installed = rest::post_patiently(integration::PATH_INSTALL, &request).await?;
    browser::go_where_sent(&installed);
    Ok(installed)
}

/// Removes.
pub async fn uninstall(request: Uninstall) -> Result<Installed, ApiError> {
    let installed = rest::post_patiently(integration::PATH_UNINSTALL, &request).await?;
    browser::go_where_sent(&installed);
    Ok(installed)
}

/// Gives new credentials.
pub async fn rotate(request: Uninstall) -> Result<(), ApiError> {
    rest::post_patiently(integration::PATH_ROTATE, &request).await
}

/// Removes from everywhere.
pub async fn remove_everywhere(key: IntegrationKey) -> Result<(), ApiError> {
    rest::delete(&rest::path(integration::PATH_ONE, &[("key", &key)])).await
}

/// Decides whether the server fetches and rewrites the framed pages of an integration.
pub async fn rewrite(key: IntegrationKey, rewritten: bool) -> Result<(), ApiError> {
    let path = rest::path(integration::PATH_REWRITING, &[("key", &key)]);
    rest::put(&path, &integration::Rewriting { rewritten }).await
}

/// What is installed in a room and globally.
pub async fn in_room(room: RoomId) -> Result<Vec<InstalledIn>, ApiError> {
    let InRoom { items } = rest::get(&rest::path(integration::PATH_IN_ROOM, &[("room_id", &room)])).await?;
    Ok(items)
}

/// A page of the delivery log, newest first.
pub async fn deliveries(room: RoomId, integration: IntegrationKey, query: webhook::Query) -> Result<Listing, ApiError> {
    let path = rest::path(webhook::PATH_DELIVERIES, &[("room_id", &room), ("integration", &integration)]);
    let before = query.before.map(|before| format!("?before={before}")).unwrap_or_default();
    rest::get(&[path, before].concat()).await
}

/// Makes a call again.
pub async fn replay(room: RoomId, integration: IntegrationKey, delivery: DeliveryId) -> Result<(), ApiError> {
    let values: [(&str, &dyn Display); 3] =
        [("room_id", &room), ("integration", &integration), ("delivery_id", &delivery)];
    rest::post_empty(&rest::path(webhook::PATH_REPLAY, &values)).await
}

/// Ends a suspension.
pub async fn resume(room: RoomId, integration: IntegrationKey, webhook: ExtensionKey) -> Result<(), ApiError> {
    let values: [(&str, &dyn Display); 3] = [("room_id", &room), ("integration", &integration), ("webhook", &webhook)];
    rest::post_empty(&rest::path(webhook::PATH_RESUME, &values)).await
}
