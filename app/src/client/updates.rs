//! Deciding about new versions of integrations.

use roomglass_protocol::{
    ApiError, IntegrationKey,
    rest::{
        integration::Installed,
        update::{self, Decision, RefreshOutcome, Refreshed, UpdateReview, Waiting},
    },
};

use super::{browser, rest};

/// What the person may decide.
pub async fn waiting() -> Result<Waiting, ApiError> {
    rest::get(update::PATH).await
}

/// What a version would change.
pub async fn review(integration: IntegrationKey) -> Result<UpdateReview, ApiError> {
    rest::get(&path(update::PATH_ONE, &integration)).await
}

/// Accepts; a provider that is told by way of the browser is told then (HCC-05).
pub async fn accept(integration: IntegrationKey, decision: Decision) -> Result<(), ApiError> {
    let installed: Installed = rest::post(&path(update::PATH_ACCEPT, &integration), &decision).await?;
    browser::go_where_sent(&installed);
    Ok(())
}

/// Refuses.
pub async fn refuse(integration: IntegrationKey, decision: Decision) -> Result<(), ApiError> {
    rest::post(&path(update::PATH_REFUSE, &integration), &decision).await
}

/// Asks the provider for its descriptor now.
pub async fn refresh(integration: IntegrationKey) -> Result<RefreshOutcome, ApiError> {
    let refreshed: Refreshed = rest::post(&path(update::PATH_REFRESH, &integration), &()).await?;
    Ok(refreshed.outcome)
}

fn path(template: &str, integration: &IntegrationKey) -> String {
    rest::path(template, &[("integration", integration)])
}
