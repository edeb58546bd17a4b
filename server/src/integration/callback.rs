//! What we tell providers of their installations (HCC-03, HCC-04).

use roomglass_protocol::{IntegrationKey, RoomRef};
use roomglass_storage::{Credentials, Installation, OauthId, Reader, StorageError};
use serde::Serialize;

use super::{address::host_of, capabilities};
use crate::{egress::EgressError, state::AppState};

/// Credentials and where they count, as add-ons expect them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Greeting<'a> {
    oauth_id: &'a str,
    /// Absent when the installation has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    oauth_secret: Option<&'a str>,
    capabilities_url: String,
    group_id: i64,
    /// Absent, not null, for a global installation.
    #[serde(skip_serializing_if = "Option::is_none")]
    room_id: Option<i64>,
}

impl<'a> Greeting<'a> {
    pub(super) fn new(
        app: &AppState,
        organisation: i64,
        place: RoomRef,
        oauth_id: &'a OauthId,
        secret: Option<&'a str>,
    ) -> Self {
        Self {
            oauth_id: &oauth_id.0,
            oauth_secret: secret,
            capabilities_url: app.config.address(capabilities::PATH),
            group_id: organisation,
            room_id: place.room().map(|room| room.0),
        }
    }
}

/// Why a provider does not have an installation now.
#[derive(Debug)]
pub(super) struct NotAccepted {
    /// In the product's words.
    pub(super) message: String,
    /// Whether it may have it after all: it should be told to forget it.
    pub(super) uncertain: bool,
}

/// Posts credentials and waits for the answer; any 2xx accepts them. The provider uses them before it answers.
pub(super) async fn announce(
    app: &AppState,
    address: &str,
    organisation: i64,
    place: RoomRef,
    credentials: &Credentials,
) -> Result<(), NotAccepted> {
    let greeting = Greeting::new(app, organisation, place, &credentials.oauth_id, Some(&credentials.secret));
    let host = host_of(address);
    match app.egress.post(address, &greeting).await {
        Ok(answer) if answer.status.is_success() => Ok(()),
        Ok(answer) => {
            let (status, excerpt) = (answer.status.as_u16(), answer.excerpt());
            let words = if excerpt.is_empty() { String::new() } else { format!(" It said: {excerpt}") };
            Err(NotAccepted {
                message: format!("{host} did not accept: it answered {status}.{words}"),
                uncertain: false,
            })
        }
        Err(error) => {
            let uncertain = matches!(error, EgressError::TimedOut | EgressError::Broken(_) | EgressError::TooLarge(_));
            Err(NotAccepted { message: format!("Could not reach {host}: {error}."), uncertain })
        }
    }
}

/// Whom to tell of credentials that end.
pub(super) async fn addresses(
    reader: &mut Reader,
    ending: &[(IntegrationKey, OauthId)],
) -> Result<Vec<(Option<String>, OauthId)>, StorageError> {
    let mut addresses = Vec::with_capacity(ending.len());
    for (key, id) in ending {
        let stored = reader.integration(key).await?;
        addresses.push((stored.and_then(|stored| stored.descriptor.callback_url), id.clone()));
    }
    Ok(addresses)
}

/// Tells a provider in the background that credentials have ended. Nothing depends on its answer.
pub(super) fn say_goodbye(app: &AppState, callback: Option<String>, ended: impl IntoIterator<Item = OauthId>) {
    let Some(callback) = callback else { return };
    let (app, ended): (_, Vec<_>) = (app.clone(), ended.into_iter().collect());
    tokio::spawn(async move {
        for id in ended {
            match app.egress.delete(&removal_address(&callback, &id)).await {
                Ok(answer) if answer.status.is_success() => {}
                Ok(answer) => {
                    tracing::warn!(
                        host = host_of(&callback),
                        status = answer.status.as_u16(),
                        "a provider did not take note of a removal"
                    );
                }
                Err(error) => {
                    tracing::warn!(host = host_of(&callback), %error, "a provider was not told of a removal");
                }
            }
        }
    });
}

/// Plain joining, because add-ons hide things in the path of their callback; a query stays last.
fn removal_address(callback: &str, id: &OauthId) -> String {
    match callback.split_once('?') {
        Some((path, query)) => format!("{path}/{}?{query}", id.0),
        None => format!("{callback}/{}", id.0),
    }
}

/// Posts the credentials of all installations again after an update, in the background.
pub(super) fn announce_update(app: &AppState, address: String, organisation: i64, installations: Vec<Installation>) {
    let app = app.clone();
    tokio::spawn(async move {
        for Installation { credentials, place, .. } in installations {
            if let Err(NotAccepted { message, .. }) = announce(&app, &address, organisation, place, &credentials).await
            {
                tracing::warn!(message, "a provider was not told of its update");
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removals_keep_the_callback_as_it_is() {
        let id = OauthId("7f0c".into());
        assert_eq!(removal_address("https://x.example/installed", &id), "https://x.example/installed/7f0c");
        assert_eq!(removal_address("https://x.example/i/YWJj==/", &id), "https://x.example/i/YWJj==//7f0c");
        assert_eq!(removal_address("https://x.example/i?t=1", &id), "https://x.example/i/7f0c?t=1");
    }
}
