//! Versions of integrations that wait until somebody has seen what they would change (§15, issue 3 part 6).
//!
//! May decide who may install in all the places where the integration is (INST-19).

use serde::{Deserialize, Serialize};

use crate::{IntegrationKey, RoomRef, Timestamp, integration::Difference};

/// `GET` → [`Waiting`]: what the caller may decide.
pub const PATH: &str = "/api/v1/updates";
/// `GET` → [`UpdateReview`].
pub const PATH_ONE: &str = "/api/v1/updates/{integration}";
/// `POST` [`Decision`] → 200 [`super::integration::Installed`].
pub const PATH_ACCEPT: &str = "/api/v1/updates/{integration}/accept";
/// `POST` [`Decision`] → 204. The same version does not come again.
pub const PATH_REFUSE: &str = "/api/v1/updates/{integration}/refuse";
/// `POST` → 200 [`Refreshed`]: asks the provider for its descriptor now (DESC-05).
pub const PATH_REFRESH: &str = "/api/v1/updates/{integration}/refresh";

/// Names a version by what is in it, so that nobody agrees to another one than they saw (safety E2).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VersionId(pub String);

/// One version that waits.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaitingUpdate {
    /// Of which integration.
    pub integration: IntegrationKey,
    /// Its present name.
    pub name: String,
    /// Which version.
    pub version: VersionId,
    /// Since when.
    pub arrived_at: Timestamp,
}

/// Answer of [`PATH`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "WaitingUpdates"))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// Oldest first.
    pub items: Vec<WaitingUpdate>,
}

/// Answer of [`PATH_ONE`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpdateReview {
    /// Which version of which integration.
    #[serde(flatten)]
    pub update: WaitingUpdate,
    /// Where it is installed.
    pub places: Vec<RoomRef>,
    /// What it would change.
    pub difference: Difference,
}

/// Body of [`PATH_ACCEPT`] and [`PATH_REFUSE`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "UpdateDecision"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The version that was seen.
    pub version: VersionId,
}

/// What came of asking a provider for its descriptor.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshOutcome {
    /// It offers the version that is in force, or one that was refused.
    Unchanged,
    /// The new version is in force.
    Applied,
    /// The new version waits for a review.
    Waiting,
}

/// Answer of [`PATH_REFRESH`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RefreshedUpdate"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refreshed {
    /// What came of it.
    pub outcome: RefreshOutcome,
}
