//! Installing and removing integrations, synchronising, addresses of extensions.

use serde::{Deserialize, Serialize};

use crate::{
    ExtensionKey, Fault, IntegrationKey, OrderedMap, RoomId, RoomRef, Timestamp,
    integration::{ExtensionKind, Extensions, Scope},
    push::Revision,
    rest::update::VersionId,
    token::IntegrationToken,
};

/// `POST` [`Preview`] → 200 [`Review`]: what the person must have seen before installing. Nothing is stored.
pub const PATH_PREVIEW: &str = "/v2/integration/preview";
/// `POST` [`Install`] or [`InstallFromSite`] → 200 [`Installed`].
pub const PATH_INSTALL: &str = "/v2/integration/install";
/// `POST` [`Uninstall`] → 200 [`Installed`].
pub const PATH_UNINSTALL: &str = "/v2/integration/uninstall";
/// `DELETE` → 204: gone from everywhere (UNIN-03, UNIN-04).
pub const PATH_ONE: &str = "/v2/integration/{key}";
/// `POST` [`Uninstall`] → 204: new credentials for installations in these places. The former ones count for an hour more.
pub const PATH_ROTATE: &str = "/v2/integration/rotate";
/// `POST` [`crate::sync::SyncRequest`] → 204, or 200 [`crate::sync::SyncAnswer`].
pub const PATH_SYNC: &str = "/v2/integration/sync";
/// `POST` [`SignUrl`] → 200 [`SignedUrl`].
pub const PATH_SIGNED_URL: &str = "/v2/integration/signed-url";
/// `POST` [`SignUrl`] → 200 [`Framing`]: whether a page lets itself be framed, asked for when a frame stays silent.
pub const PATH_FRAMING: &str = "/v2/integration/framing";
/// `GET` → [`InRoom`]: what is installed in a room, for its members.
pub const PATH_IN_ROOM: &str = "/api/v1/rooms/{room_id}/integrations";
/// `GET` an icon of an integration, fetched and re-encoded by the server (departure from ELEM-01); [`IconQuery`].
pub const PATH_ICON: &str = "/icons/{integration}";

/// `GET` a picture of a message's card, for members of the room; [`IconQuery`] names one of the card's own addresses.
pub const PATH_CARD_PICTURE: &str = "/api/v1/rooms/{room_id}/messages/{message_id}/picture";

/// `PUT` [`Rewriting`] → 204, administrators only: whether the server fetches and rewrites the framed pages of an integration, so that
/// they find HipChat's script here (decision 24).
pub const PATH_REWRITING: &str = "/api/v1/integrations/{key}/rewriting";
/// `GET` a framed page that is fetched and rewritten; addresses of that form come from [`PATH_SIGNED_URL`].
pub const PATH_FRAMED: &str = "/framed/{ticket}";

/// Body of [`PATH_REWRITING`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "IntegrationRewriting"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewriting {
    /// Whether its pages are rewritten, wherever it is installed.
    pub rewritten: bool,
}

/// Names an integration by catalogue key or by descriptor address; exactly one of both.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "IntegrationSource"))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// A key in the catalogue, or of an integration that is installed somewhere already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration: Option<IntegrationKey>,
    /// An http(s) address that answers with a descriptor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descriptor_url: Option<String>,
}

/// Body of [`PATH_PREVIEW`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PreviewIntegration"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Preview {
    /// Which.
    #[serde(flatten)]
    pub source: Source,
}

/// What will be installed.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "IntegrationReview"))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// Names what is shown here: whoever agrees to it says so with [`Install::version`].
    pub version: VersionId,
    /// Its key.
    pub key: IntegrationKey,
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub description: String,
    /// Who makes it, if it says so.
    pub vendor: Option<String>,
    /// Page about it.
    pub homepage: Option<String>,
    /// Origin the descriptor was fetched from.
    pub origin: String,
    /// All origins that browsers of members will contact.
    pub hosts: Vec<String>,
    /// What it wants to be allowed.
    pub scopes: Vec<Scope>,
    /// Whether it can be installed in single rooms.
    pub allow_room: bool,
    /// Whether it can be installed globally.
    pub allow_global: bool,
    /// What it adds, for the summary and the preview of tiles.
    pub extensions: Extensions,
    /// What is odd about the descriptor although it can be installed (decision 11).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Fault>,
}

/// Body of [`PATH_INSTALL`]: `rooms`, or `global: true`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "InstallIntegration"))]
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Install {
    /// Which.
    #[serde(flatten)]
    pub source: Source,
    /// In which rooms; the caller owns each or is an administrator (INST-19).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<RoomId>,
    /// Everywhere; administrators only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub global: bool,
    /// The version that was seen ([`Review::version`]): another one is not installed (safety E2). Clients that showed none leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<VersionId>,
}

/// Body of [`PATH_INSTALL`] when the add-on's own site sent the browser here (HCC-05).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct InstallFromSite {
    /// What and where.
    #[serde(flatten)]
    pub install: Install,
    /// What the site gave the browser along, to have it back. At most 1,024 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relay_state: Option<String>,
}

/// Body of [`PATH_UNINSTALL`] and [`PATH_ROTATE`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "UninstallIntegration"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Uninstall {
    /// Which.
    pub integration: IntegrationKey,
    /// From which rooms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<RoomId>,
    /// The global installation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub global: bool,
}

/// Answer to installing, removing, and to a provider's update.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Installed {
    /// Which.
    pub integration: IntegrationKey,
    /// Token of its present version; absent when it is gone everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<IntegrationToken>,
    /// The rooms concerned.
    #[serde(default)]
    pub rooms: Vec<RoomId>,
    /// Whether the global room is concerned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub global: bool,
    /// The server's revision after it.
    pub rev: Revision,
    /// A provider's update that gives it more than was agreed to: the version in force is the one before, until
    /// somebody has seen the difference ([`crate::rest::update`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub waiting: bool,
    /// Where the person's browser has to go now, for providers that are told in that way (HCC-05).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
}

/// Body of [`PATH_SIGNED_URL`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUrl {
    /// Whose extension.
    pub integration: IntegrationKey,
    /// Of which kind.
    pub kind: ExtensionKind,
    /// Which.
    pub extension: ExtensionKey,
    /// Which of its addresses: `queryUrl` or `url`.
    pub attribute: UrlAttribute,
    /// For which room; the caller must be a member (DYN-14).
    pub room_id: RoomId,
    /// Adds `theme=light|dark` to pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// Adds `message_id=…`: the message a control was chosen on (CC-17).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<crate::MessageId>,
    /// Values for `{dotted.path}` variables in the address, by path (HipChat Connect §1.15).
    #[serde(default, skip_serializing_if = "OrderedMap::is_empty")]
    pub variables: OrderedMap<String, String>,
    /// Whether the page is opened in a tab of its own: there it comes from its own server, also where frames have it from this one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside: bool,
}

/// The two attributes of an extension that hold an address.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UrlAttribute {
    /// Dynamic data of a glance.
    #[serde(rename = "queryUrl", alias = "query_url")]
    QueryUrl,
    /// A page.
    #[serde(rename = "url")]
    Url,
}

/// Answer of [`PATH_SIGNED_URL`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedUrl {
    /// The address with its `signed_request`; one of this server, beginning with a slash, where pages are rewritten.
    pub url: String,
    /// The token, for `auth.withToken` of framed pages; also where the address wants none.
    pub jwt: String,
    /// Unix seconds after which providers refuse it.
    pub expires_at: i64,
    /// What the integration may do, for the calls of framed pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<Scope>,
}

/// Answer of [`PATH_FRAMING`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framing {
    /// The header by which the page forbids it, such as `X-Frame-Options: DENY`; absent where it does not, or did not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Whether the page did not answer the server, which a browser may still reach; absent where it did.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
}

/// One installation as members see it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "InstalledIntegration"))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstalledIn {
    /// Which.
    pub key: IntegrationKey,
    /// Its name.
    pub name: String,
    /// In this room, or globally.
    pub place: RoomRef,
    /// What it says of itself.
    pub description: String,
    /// Page about it.
    pub homepage: Option<String>,
    /// What it was allowed.
    pub scopes: Vec<Scope>,
    /// Whether it has a page on which it is set up, for those who may install it here. [`SignUrl`] names that page by the kind and the
    /// key [`CONFIGURATION`].
    #[serde(default)]
    pub configurable: bool,
    /// Whether the server fetches and rewrites its framed pages.
    #[serde(default)]
    pub rewritten: bool,
    /// When.
    pub installed_at: Timestamp,
}

/// Kind and key of the page on which an integration is set up (HipChat Connect §1.11).
pub const CONFIGURATION: &str = "configurable";

/// Answer of [`PATH_IN_ROOM`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "IntegrationsInRoom"))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InRoom {
    /// Of the room and of the global room, by name.
    pub items: Vec<InstalledIn>,
}

/// Query of [`PATH_ICON`] and [`PATH_CARD_PICTURE`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IconQuery {
    /// Address of the image: of an icon, its origin must be one of the integration's.
    pub url: String,
}
