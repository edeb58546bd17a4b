//! The two halves of an installation (§13), and what undoes the first.
//!
//! The provider uses its credentials before it answers the callback, so they are stored first, in a state in which
//! nobody sees the integration, and no transaction is open while we wait. What was agreed to is compared with what is
//! stored in both transactions: meanwhile others install, remove and decide.

use futures_util::{StreamExt, stream};
use roomglass_protocol::{
    ErrorKind, RoomRef, Timestamp,
    integration::{Descriptor, Difference},
    push::Revision,
    token::IntegrationToken,
};
use roomglass_storage::{Credentials, Noun, OauthId, StorageError, Updated};

use super::{
    callback::{self, NotAccepted},
    credentials::{PENDING_MS, new_credentials},
    install::{Order, changed_since, check_allowed, check_seen},
    offer::{self, Offer, provider_failed},
    place::{self, Deciders},
    version,
};
use crate::{
    error::{HttpError, HttpResult},
    state::AppState,
};

/// Callbacks of one request under way at the same time.
const CALLBACKS_AT_ONCE: usize = 4;

/// Credentials that are stored but not confirmed.
#[derive(Clone)]
pub(super) struct Begun {
    pub(super) place: RoomRef,
    pub(super) credentials: Credentials,
}

/// What became of an installation.
pub(super) struct Finished {
    /// Of the version in force.
    pub(super) token: IntegrationToken,
    /// That of the change.
    pub(super) rev: Revision,
    /// Whether places that had the integration before have another version now.
    pub(super) updated: bool,
}

/// Why an installation is undone.
pub(super) struct Failed {
    pub(super) refusal: HttpError,
    /// Those who accepted, or may have.
    pub(super) to_be_told: Vec<OauthId>,
}

/// First half: stores new credentials for each place that does not have the integration. Returns the version that is
/// installed, which is the one in force where the offered one needs a review.
pub(super) async fn begin(app: &AppState, offer: &Offer, order: &Order) -> HttpResult<(Descriptor, Vec<Begun>)> {
    let (offer, order, now) = (offer.clone(), order.clone(), app.clock.now());
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                place::authorise(tx, order.by, &order.places).await?;
                offer::check_stored(tx, &offer).await?;
                let (descriptor, _) = version::to_install(tx, offer.descriptor).await?;
                check_seen(&descriptor, order.seen.as_ref())?;
                check_allowed(&descriptor, &order.places)?;
                let present = tx.places_of(&descriptor.key).await?;
                let mut begun = Vec::new();
                for place in order.places.into_iter().filter(|place| !present.contains(place)) {
                    let credentials = new_credentials();
                    tx.begin_installation(&descriptor, &offer.publisher, place, credentials.clone(), order.by, now)
                        .await?;
                    begun.push(Begun { place, credentials });
                }
                Ok::<_, HttpError>((descriptor, begun))
            })
        })
        .await
}

/// Asks the provider to accept the credentials of every place.
pub(super) async fn announce_all(app: &AppState, descriptor: &Descriptor, begun: &[Begun]) -> Result<(), Failed> {
    let Some(address) = descriptor.callback_url.as_deref() else { return Ok(()) };
    let organisation = organisation_id(app).await.map_err(|refusal| Failed { refusal, to_be_told: Vec::new() })?;
    let announce = |begun: &Begun| announce(app.clone(), address.to_owned(), organisation, begun.clone());
    let calls: Vec<_> = begun.iter().map(announce).collect();
    let outcomes: Vec<Result<(), NotAccepted>> = stream::iter(calls).buffered(CALLBACKS_AT_ONCE).collect().await;
    let told = begun
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| outcome.as_ref().map_or_else(|failed| failed.uncertain, |()| true));
    let to_be_told = told.map(|(begun, _)| begun.credentials.oauth_id.clone()).collect();
    match outcomes.into_iter().find_map(Result::err) {
        None => Ok(()),
        Some(NotAccepted { message, .. }) => {
            let refusal =
                provider_failed(format!("{} was not installed. {message} Nothing was changed.", descriptor.name));
            Err(Failed { refusal, to_be_told })
        }
    }
}

async fn announce(app: AppState, address: String, organisation: i64, begun: Begun) -> Result<(), NotAccepted> {
    callback::announce(&app, &address, organisation, begun.place, &begun.credentials).await
}

async fn organisation_id(app: &AppState) -> HttpResult<i64> {
    let organisation = app.storage.read().await?.organisation().await?;
    organisation.map(|organisation| organisation.id).ok_or_else(|| HttpError::not_found(Noun::Organisation))
}

/// Second half: shows the integration to the members, all places in one change, in the version that may be in force at
/// this moment. Where that gives the provider more than the one that was announced, nothing is changed.
pub(super) async fn finish(
    app: &AppState,
    offered: Offer,
    announced: &Descriptor,
    begun: &[Begun],
) -> HttpResult<Finished> {
    let (ids, announced, now) = (ids_of(begun), announced.clone(), app.clock.now());
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                offer::check_stored(tx, &offered).await?;
                let key = &announced.key;
                let stored = tx.integration(key).await?.ok_or_else(|| ended_meanwhile(&announced))?;
                let (descriptor, newer) = version::to_install(tx, offered.descriptor.clone()).await?;
                if !Difference::between(&announced, &descriptor).is_harmless() {
                    return Err(changed_since(&announced));
                }
                let is_elsewhere = !tx.places_of(key).await?.is_empty();
                let may_decide = Deciders::of(tx, key).await?.list(tx).await?;
                let publisher = if newer.is_some() { &stored.publisher } else { &offered.publisher };
                let Updated { token, changed, .. } = tx
                    .finish_installations(&descriptor, publisher, &ids, now)
                    .await
                    .map_err(|error| or_ended_meanwhile(error, &announced))?;
                version::log_unknown_conditions(&descriptor);
                let rev = tx.revision_after();
                let is_news = tx.note_descriptor(&offered.descriptor, now).await?;
                if let Some(newer) = newer {
                    version::hold(tx, &newer, now).await?;
                } else if is_news {
                    // What waited was taken back by its provider.
                    tx.drop_version(key, may_decide).await?;
                }
                Ok::<_, HttpError>(Finished { token, rev, updated: changed && is_elsewhere })
            })
        })
        .await
}

/// The first half is gone: there is one attempt in a place, and whoever begins another one goes on.
fn ended_meanwhile(descriptor: &Descriptor) -> HttpError {
    let name = &descriptor.name;
    let why = format!(
        "Somebody else has begun to install {name} there since, or has removed it. Look whether it is there now. What \
         you began was undone."
    );
    HttpError::new(ErrorKind::Conflict, why)
}

fn or_ended_meanwhile(error: StorageError, descriptor: &Descriptor) -> HttpError {
    match error {
        StorageError::NotFound(Noun::Installation) => ended_meanwhile(descriptor),
        error => error.into(),
    }
}

pub(super) fn ids_of(begun: &[Begun]) -> Vec<OauthId> {
    begun.iter().map(|begun| begun.credentials.oauth_id.clone()).collect()
}

/// Takes pending credentials away again, and tells the provider where it knows them.
pub(super) async fn give_up(
    app: &AppState,
    callback: Option<String>,
    begun: &[Begun],
    to_be_told: Vec<OauthId>,
) -> HttpResult<()> {
    abandon(app, ids_of(begun)).await?;
    callback::say_goodbye(app, callback, to_be_told);
    Ok(())
}

/// Ends what was begun long ago and never finished, because the server stopped meanwhile or nobody knew whether a commit
/// was made, and tells the providers that may know of it.
pub(super) async fn end_unfinished(app: &AppState, now: Timestamp) -> HttpResult<()> {
    let mut reader = app.storage.read().await?;
    let unfinished = reader.unfinished_installations(Timestamp(now.0 - PENDING_MS)).await?;
    let callbacks = callback::addresses(&mut reader, &unfinished).await?;
    drop(reader);
    if unfinished.is_empty() {
        return Ok(());
    }
    let ended = abandon(app, unfinished.into_iter().map(|(_, id)| id).collect()).await?;
    let told = callbacks.into_iter().filter(|(_, id)| ended.contains(id));
    told.for_each(|(callback, id)| callback::say_goodbye(app, callback, [id]));
    Ok(())
}

/// Returns those that were still pending.
async fn abandon(app: &AppState, ids: Vec<OauthId>) -> HttpResult<Vec<OauthId>> {
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                let mut abandoned = Vec::new();
                for id in ids {
                    if tx.abandon_installation(&id).await? {
                        abandoned.push(id);
                    }
                }
                Ok::<_, HttpError>(abandoned)
            })
        })
        .await
}
