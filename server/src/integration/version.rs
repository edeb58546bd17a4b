//! Which version of an integration is in force (UPD-06, safety E2): a version that gives its provider more than was
//! agreed to waits until somebody has seen the difference; every other replaces the one before at once.

use roomglass_protocol::{
    ErrorKind, IntegrationKey, RoomRef, Timestamp,
    integration::{Descriptor, Difference},
    rest::integration::Installed,
};
use roomglass_storage::{Held, Noun, OauthId, Reader, Updated, WriteTransaction, version_of};

use super::{
    callback,
    place::{self, Deciders},
};
use crate::{
    error::{HttpError, HttpResult},
    state::AppState,
};

/// Conditions of one version that are logged, and characters of their names.
const MAX_LOGGED: usize = 10;
const MAX_LOGGED_CHARS: usize = 100;

/// Says once of a version that comes into force which of its conditions never hold, because they are not known
/// (COND-27).
pub(super) fn log_unknown_conditions(descriptor: &Descriptor) {
    for name in descriptor.extensions.unknown_conditions().iter().take(MAX_LOGGED) {
        let condition: String = name.chars().take(MAX_LOGGED_CHARS).collect();
        tracing::warn!(key = %descriptor.key, ?condition, "a condition is not known, so it never holds");
    }
}

/// What became of a change.
pub(super) struct Settled {
    /// The version in force now.
    pub(super) descriptor: Descriptor,
    pub(super) updated: Updated,
    /// What became of the version that needs a review, if the change leads to one.
    pub(super) held: Option<Held>,
}

/// Applies a change to what the provider wants, which is the version that waits if one does. Where the result needs a
/// review, the change alone still applies to the version in force if it needs none by itself.
pub(super) async fn settle(
    tx: &mut WriteTransaction,
    key: &IntegrationKey,
    change: impl Fn(&Descriptor) -> HttpResult<Descriptor> + Send,
    now: Timestamp,
) -> HttpResult<Settled> {
    let present = tx.integration(key).await?.ok_or_else(|| HttpError::not_found(Noun::Integration))?.descriptor;
    let waiting = tx.waiting_version(key).await?.map(|waiting| waiting.descriptor);
    let wanted = match (change(waiting.as_ref().unwrap_or(&present)), &waiting) {
        // What is to go has gone from the version that waits already.
        (Err(error), Some(waiting)) if error.refusal().kind == ErrorKind::NotFound => {
            change(&present)?;
            waiting.clone()
        }
        (wanted, _) => wanted?,
    };
    if Difference::between(&present, &wanted).is_harmless() {
        let updated = tx.update_descriptor(&wanted, now).await?;
        if updated.changed {
            log_unknown_conditions(&wanted);
        }
        if waiting.is_some() {
            let may_decide = Deciders::of(tx, key).await?.list(tx).await?;
            tx.drop_version(key, may_decide).await?;
        }
        return Ok(Settled { descriptor: wanted, updated, held: None });
    }
    let alone = change(&present).ok().filter(|alone| Difference::between(&present, alone).is_harmless());
    let descriptor = alone.unwrap_or(present);
    let updated = tx.update_descriptor(&descriptor, now).await?;
    let held = Some(hold(tx, &wanted, now).await?);
    Ok(Settled { descriptor, updated, held })
}

/// Keeps a version for review and tells those who may decide.
pub(super) async fn hold(tx: &mut WriteTransaction, version: &Descriptor, now: Timestamp) -> HttpResult<Held> {
    let may_decide = Deciders::of(tx, &version.key).await?.list(tx).await?;
    Ok(tx.hold_version(version, may_decide, now).await?)
}

/// Before an integration leaves places: with the last one what waits of it goes, and those who may decide are told.
pub(super) async fn forget_with_last_place(
    tx: &mut WriteTransaction,
    key: &IntegrationKey,
    leaving: &[RoomRef],
) -> HttpResult<()> {
    if tx.places_of(key).await?.iter().all(|place| leaving.contains(place)) {
        let may_decide = Deciders::of(tx, key).await?.list(tx).await?;
        tx.drop_version(key, may_decide).await?;
    }
    Ok(())
}

/// The version an offer is installed in: the one in force where nothing has changed at the address since it was looked at
/// (what the provider changed itself stays), and where the offered one needs a review, which is then the second.
pub(super) async fn to_install(
    reader: &mut Reader,
    offered: Descriptor,
) -> HttpResult<(Descriptor, Option<Descriptor>)> {
    let Some(stored) = reader.integration(&offered.key).await? else { return Ok((offered, None)) };
    if reader.places_of(&offered.key).await?.is_empty() {
        return Ok((offered, None));
    }
    if reader.version_seen(&offered.key).await? == Some(version_of(&offered)) {
        return Ok((stored.descriptor, None));
    }
    if Difference::between(&stored.descriptor, &offered).is_harmless() {
        return Ok((offered, None));
    }
    Ok((stored.descriptor, Some(offered)))
}

/// Refuses what was refused before, for providers that ask again.
pub(super) fn not_refused(held: Option<Held>) -> HttpResult<bool> {
    match held {
        None => Ok(false),
        Some(Held::Waits) => Ok(true),
        Some(Held::Refused) => Err(HttpError::new(
            ErrorKind::Forbidden,
            "This version asks for more than was agreed to, and the organisation has refused it. Nothing was changed.",
        )),
    }
}

/// The answer about a version in force.
pub(super) fn answer(descriptor: &Descriptor, updated: Updated, tx: &WriteTransaction) -> Installed {
    Installed {
        integration: descriptor.key.clone(),
        token: Some(updated.token),
        rooms: place::rooms(&updated.places),
        global: updated.places.contains(&RoomRef::Global),
        rev: tx.revision_after(),
        waiting: false,
        redirect: None,
    }
}

/// HCC-04: `updateCallbackUrl` hears of every installation that has the new version.
pub(super) async fn tell_provider(app: &AppState, descriptor: &Descriptor) -> HttpResult<()> {
    tell_provider_elsewhere(app, descriptor, &[]).await
}

/// As [`tell_provider`], but for installations that heard of the version with their credentials.
pub(super) async fn tell_provider_elsewhere(
    app: &AppState,
    descriptor: &Descriptor,
    told: &[OauthId],
) -> HttpResult<()> {
    let Some(address) = descriptor.update_callback_url.clone() else { return Ok(()) };
    let mut reader = app.storage.read().await?;
    let organisation = reader.organisation().await?.ok_or_else(|| HttpError::not_found(Noun::Organisation))?;
    let mut installations = reader.installations_of(&descriptor.key).await?;
    installations.retain(|installation| !told.contains(&installation.credentials.oauth_id));
    callback::announce_update(app, address, organisation.id, installations);
    Ok(())
}
