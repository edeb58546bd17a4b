//! The catalogue of integrations on offer (§20).

use serde::{Deserialize, Serialize};

use crate::{IntegrationKey, integration::Scope};

/// `GET ?q=…` answers [`Search`]; every word must occur in key, name or description.
pub const PATH: &str = "/v2/marketplace";

/// `POST` lists an integration ([`Add`] → 201 [`Entry`]) and `DELETE /api/v1/catalogue/{key}` takes it off; administrators only.
pub const PATH_MANAGE: &str = "/api/v1/catalogue";

/// One integration on offer.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CatalogueEntry"))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Key to install it by.
    pub key: IntegrationKey,
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub description: String,
    /// Page about it, if it has one.
    pub homepage: Option<String>,
    /// Who makes it, if it says so.
    #[serde(default)]
    pub vendor: Option<String>,
    /// Whether it can be installed in single rooms.
    pub allow_room: bool,
    /// Whether it can be installed globally.
    pub allow_global: bool,
    /// What it wants to be allowed.
    pub scopes: Vec<Scope>,
    /// Where its descriptor is fetched from.
    #[serde(default)]
    pub descriptor_url: String,
}

/// Answer to a search.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CatalogueSearch"))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// By name.
    pub items: Vec<Entry>,
}

/// Body of `POST` to [`PATH_MANAGE`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CatalogueAdd"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Add {
    /// Where the descriptor is.
    pub descriptor_url: String,
}
