//! A descriptor as its provider offers it now: found, fetched, checked, and bound to its publisher.

use roomglass_protocol::{
    ApiError, ErrorKind, Fault, IntegrationKey,
    integration::{Descriptor, MAX_DESCRIPTOR_BYTES},
    rest::integration::Source,
};
use roomglass_storage::{Noun, Publisher, Reader};

use super::address::{host_of, origin_of};
use crate::{
    egress::{Answer, EgressError},
    error::{HttpError, HttpResult},
    state::AppState,
};

/// What a provider offers at an address.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    /// Checked, in normal form.
    pub(super) descriptor: Descriptor,
    /// What is odd about it.
    pub(super) warnings: Vec<Fault>,
    /// Where it was fetched from; a key is bound to that origin (safety E2).
    pub(super) publisher: Publisher,
}

/// Fetches what a request names by key or address.
pub(super) async fn find(app: &AppState, source: &Source) -> HttpResult<Offer> {
    match (&source.integration, &source.descriptor_url) {
        (Some(key), None) => by_key(app, key).await,
        (None, Some(address)) => at(app, address).await,
        _ => Err(neither_or_both()),
    }
}

/// What is at the address that a request names by key or itself, with that address. Nothing of it is checked.
pub(super) async fn document(app: &AppState, source: &Source) -> HttpResult<(String, Vec<u8>)> {
    let address = match (&source.integration, &source.descriptor_url) {
        (Some(key), None) => known_address(&mut app.storage.read().await?, key).await?,
        (None, Some(address)) => address.clone(),
        _ => return Err(neither_or_both()),
    };
    let body = fetch(app, &address).await?;
    Ok((address, body))
}

fn neither_or_both() -> HttpError {
    HttpError::invalid("Name the integration by \"integration\" or by \"descriptor_url\", not by both.")
}

async fn fetch(app: &AppState, address: &str) -> HttpResult<Vec<u8>> {
    let host = host_of(address);
    let answer = app.egress.get(address, MAX_DESCRIPTOR_BYTES).await.map_err(|error| not_fetched(&host, &error))?;
    successful(&host, answer)
}

/// What is now at the address of an installed integration's descriptor (DESC-05).
pub(super) async fn again(app: &AppState, key: &IntegrationKey) -> HttpResult<Descriptor> {
    let stored = app.storage.read().await?.integration(key).await?;
    let stored = stored.ok_or_else(|| HttpError::not_found(Noun::Integration))?;
    Ok(with_key(at(app, &stored.publisher.address).await?, key)?.descriptor)
}

async fn by_key(app: &AppState, key: &IntegrationKey) -> HttpResult<Offer> {
    let address = known_address(&mut app.storage.read().await?, key).await?;
    with_key(at(app, &address).await?, key)
}

/// A provider may not offer another integration at the same address.
fn with_key(offer: Offer, key: &IntegrationKey) -> HttpResult<Offer> {
    if offer.descriptor.key == *key {
        return Ok(offer);
    }
    let fault = Fault::new("/key", format!("expected \"{key}\", the key it is listed under"));
    Err(refuse_descriptor(&host_of(&offer.publisher.address), vec![fault]))
}

/// The address in the catalogue, or that of an integration that is installed somewhere, or what another server's
/// catalogue says: nobody there can name another address for what is known here.
async fn known_address(reader: &mut Reader, key: &IntegrationKey) -> HttpResult<String> {
    if let Some(entry) = reader.catalogue_entry(key).await?.filter(|entry| !entry.descriptor_url.is_empty()) {
        return Ok(entry.descriptor_url);
    }
    if let Some(stored) = reader.integration(key).await? {
        return Ok(stored.publisher.address);
    }
    let entry = reader.remote_entry(key).await?.ok_or_else(|| HttpError::not_found(Noun::Integration))?;
    Ok(entry.descriptor_url)
}

/// Fetches and checks what is at an address. Nothing is stored.
pub(super) async fn at(app: &AppState, address: &str) -> HttpResult<Offer> {
    let body = fetch(app, address).await?;
    let refused = |faults| refuse_descriptor(&host_of(address), faults);
    let (descriptor, warnings) = Descriptor::review(&body).map_err(refused)?;
    let origin =
        origin_of(address).ok_or_else(|| HttpError::invalid("The address of the descriptor has no origin."))?;
    let offer = Offer { descriptor, warnings, publisher: Publisher { origin, address: address.to_owned() } };
    check_publisher(&mut app.storage.read().await?, &offer).await?;
    Ok(offer)
}

fn not_fetched(host: &str, error: &EgressError) -> HttpError {
    match error {
        EgressError::Refused(_) => {
            HttpError::invalid(format!("The descriptor cannot be fetched from {host}: {error}. Nothing was changed."))
        }
        EgressError::TooLarge(limit) => {
            refuse_descriptor(host, vec![Fault::new("", format!("the document is larger than {limit} bytes"))])
        }
        EgressError::Unreachable(_) | EgressError::TimedOut | EgressError::Broken(_) => {
            provider_failed(format!("Could not reach {host}: {error}. Nothing was changed."))
        }
    }
}

fn successful(host: &str, answer: Answer) -> HttpResult<Vec<u8>> {
    if answer.status.is_success() {
        return Ok(answer.body);
    }
    let status = answer.status.as_u16();
    Err(provider_failed(format!("{host} answered {status} instead of a descriptor. Nothing was changed.")))
}

/// A refusal with every fault of the document (DESC-19).
pub(super) fn refuse_descriptor(host: &str, faults: Vec<Fault>) -> HttpError {
    let message = format!("The descriptor from {host} cannot be used. Nothing was changed.");
    ApiError { faults, ..ApiError::new(ErrorKind::InvalidDescriptor, message) }.into()
}

/// 502 in the product's words.
pub(super) fn provider_failed(message: String) -> HttpError {
    HttpError::new(ErrorKind::ProviderFailed, message)
}

/// Another origin must not take over a key that is installed or listed (DATA-02, safety E2).
async fn check_publisher(reader: &mut Reader, offer: &Offer) -> HttpResult<()> {
    let key = &offer.descriptor.key;
    let is_installed = !reader.places_of(key).await?.is_empty();
    // What is installed may have moved since it was listed: somebody saw where to, and agreed.
    let known = match reader.integration(key).await?.filter(|_| is_installed) {
        Some(stored) => Some(stored.publisher.origin),
        None => reader.catalogue_entry(key).await?.and_then(|entry| origin_of(&entry.descriptor_url)),
    };
    refuse_another(known, offer)
}

/// The same of what is stored at this moment: a key that somebody installs meanwhile is that provider's, too.
pub(super) async fn check_stored(reader: &mut Reader, offer: &Offer) -> HttpResult<()> {
    let stored = reader.integration(&offer.descriptor.key).await?;
    refuse_another(stored.map(|stored| stored.publisher.origin), offer)
}

fn refuse_another(known: Option<String>, offer: &Offer) -> HttpResult<()> {
    let (key, origin) = (&offer.descriptor.key, &offer.publisher.origin);
    match known {
        Some(known) if known != *origin => Err(HttpError::new(
            ErrorKind::Conflict,
            format!(
                "The key {key} belongs to an integration from {known}; {origin} may not use it. Nothing was changed."
            ),
        )),
        _ => Ok(()),
    }
}
