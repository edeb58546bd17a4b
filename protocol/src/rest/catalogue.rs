//! The catalogue of integrations on offer (§20).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    IntegrationKey, Timestamp,
    integration::{Listening, Offered, Purpose, Scope, origin_of},
};

/// `GET ?q=…&category=…` answers [`Search`]; every word must occur in key, name, description or a category.
pub const PATH: &str = "/v2/marketplace";
/// `GET` → [`Detail`], for everybody who may install.
pub const PATH_DETAIL: &str = "/v2/marketplace/{key}";
/// `GET` → [`Search`] without a session, with an `ETag`: the public entries of this server, for other servers.
pub const PATH_PUBLIC: &str = "/v2/catalogue";

/// `POST` lists an integration ([`Add`] or [`AddAs`] → 201 [`Entry`]) and `DELETE /api/v1/catalogue/{key}` takes it off;
/// administrators only.
pub const PATH_MANAGE: &str = "/api/v1/catalogue";
/// Catalogues of other servers, for administrators: `GET` → [`RemoteCatalogues`], `POST` [`RemoteAddress`] → 201
/// [`RemoteCatalogue`] adds one or asks it again, `DELETE ?url=…` → 204 removes it with its entries.
pub const PATH_REMOTE: &str = "/api/v1/catalogues";

/// Most categories of an entry.
pub const MAX_CATEGORIES: usize = 5;
/// Longest name of a category, in characters.
pub const MAX_CATEGORY_CHARS: usize = 40;

/// Who may see an entry.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CatalogueAudience"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Members of this organisation (MKT-04): no guests, no other servers.
    #[default]
    Organisation,
    /// Everybody, and other servers that read this catalogue.
    Public,
}

impl Audience {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

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
    /// Who may see it.
    #[serde(default, skip_serializing_if = "Audience::is_default")]
    pub audience: Audience,
    /// What it is listed under.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Address of the catalogue it is from; absent for those listed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<String>,
}

impl Entry {
    /// Whether it can be shown: what comes from another server was written by anybody.
    ///
    /// # Errors
    /// What is wrong, as the end of a sentence.
    pub fn check(&self) -> Result<(), &'static str> {
        let characters = |text: &str, most: usize| text.chars().take(most + 1).count() <= most;
        if self.name.is_empty() || !characters(&self.name, 100) || !characters(&self.description, 10_000) {
            return Err("its name or description is too long");
        }
        let texts = [&self.name, &self.description].into_iter().chain(&self.vendor).chain(&self.homepage);
        if texts.chain([&self.descriptor_url]).any(|text| text.contains('\0')) {
            return Err("one of its texts contains the character NUL");
        }
        if self.vendor.as_ref().is_some_and(|vendor| !characters(vendor, 100)) {
            return Err("the name of its vendor is too long");
        }
        let addresses = self.homepage.iter().chain([&self.descriptor_url]);
        if addresses.into_iter().any(|address| !characters(address, 2_000) || origin_of(address).is_err()) {
            return Err("one of its addresses is none of the web");
        }
        if self.scopes.len() > 20 || check_categories(&self.categories).is_err() {
            return Err("it has too many categories or scopes");
        }
        Ok(())
    }
}

/// Whether these can be the categories of an entry.
///
/// # Errors
/// A sentence saying why not.
pub fn check_categories(categories: &[String]) -> Result<(), &'static str> {
    let fits = |name: &String| {
        let length = name.chars().count();
        (1..=MAX_CATEGORY_CHARS).contains(&length) && name.trim() == name && !name.chars().any(char::is_control)
    };
    let distinct: BTreeSet<String> = categories.iter().map(|name| name.to_lowercase()).collect();
    if categories.len() <= MAX_CATEGORIES && distinct.len() == categories.len() && categories.iter().all(fits) {
        Ok(())
    } else {
        Err("An entry has at most 5 different categories of 1 to 40 characters.")
    }
}

/// A category and how many entries are in it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CatalogueCategory"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its name.
    pub name: String,
    /// Entries the caller may see.
    pub entries: usize,
}

/// Answer to a search.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CatalogueSearch"))]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Search {
    /// By name.
    pub items: Vec<Entry>,
    /// All there are, whatever was searched for, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
}

impl Search {
    /// What somebody finds among all entries with their words in them: with `guest`, public ones alone; of one category
    /// if it is named, in any letter case.
    pub fn among(found: Vec<Entry>, all: &[Entry], category: Option<&str>, guest: bool) -> Self {
        let visible = |entry: &Entry| !guest || entry.audience == Audience::Public;
        let mut categories: BTreeMap<String, Category> = BTreeMap::new();
        for name in all.iter().filter(|entry| visible(entry)).flat_map(|entry| &entry.categories) {
            let new = || Category { name: name.clone(), entries: 0 };
            categories.entry(name.to_lowercase()).or_insert_with(new).entries += 1;
        }
        let category = category.map(str::to_lowercase);
        let wanted = |entry: &Entry| {
            let within = |category: &String| entry.categories.iter().any(|name| name.to_lowercase() == *category);
            visible(entry) && category.as_ref().is_none_or(within)
        };
        Self { items: found.into_iter().filter(wanted).collect(), categories: categories.into_values().collect() }
    }
}

/// Answer of [`PATH_DETAIL`]: what somebody wants to know before choosing an integration.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CatalogueDetail"))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// As it is listed.
    pub entry: Entry,
    /// What it adds to the interface.
    pub adds: Vec<Offered>,
    /// Servers that are contacted, by what for.
    pub hosts: BTreeMap<Purpose, BTreeSet<String>>,
    /// What is told of events in rooms, by event.
    pub events: BTreeMap<String, BTreeSet<Listening>>,
    /// What its provider may do.
    pub scopes: Vec<Scope>,
}

/// Body of `POST` to [`PATH_MANAGE`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CatalogueAdd"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Add {
    /// Where the descriptor is.
    pub descriptor_url: String,
}

/// Body of `POST` to [`PATH_MANAGE`] with all that can be said.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CatalogueAddAs"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddAs {
    /// Which.
    #[serde(flatten)]
    pub add: Add,
    /// Who may see it.
    #[serde(default)]
    pub audience: Audience,
    /// What it is listed under: at most [`MAX_CATEGORIES`] names.
    #[serde(default)]
    pub categories: Vec<String>,
}

/// Names a catalogue of another server.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoteAddress {
    /// An http(s) address that answers with a [`Search`].
    pub url: String,
}

/// A catalogue of another server.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteCatalogue {
    /// Where it is.
    pub url: String,
    /// How many of its entries can be shown.
    pub entries: usize,
    /// How many cannot.
    pub unused: usize,
    /// When it was last asked.
    pub checked_at: Timestamp,
    /// Why it did not answer then; what it listed before stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Answer of [`PATH_REMOTE`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteCatalogues {
    /// By address.
    pub items: Vec<RemoteCatalogue>,
}
