//! Installations themselves: what they are told, what they may ask for, how they are refused.
#![expect(dead_code, reason = "only their schemas are used")]

use std::collections::BTreeMap;

use roomglass_protocol::{Fault, RoomId};
use schemars::JsonSchema;
use serde_json::{Map, Value};

/// A refusal as HipChat made them (§5.1).
#[derive(JsonSchema)]
pub(in crate::openapi) struct Refusal {
    error: RefusalBody,
}

#[derive(JsonSchema)]
struct RefusalBody {
    /// The status of the answer.
    code: u16,
    /// The status in words: `Not Found`.
    r#type: String,
    /// A sentence.
    message: String,
    /// Every fault of a document, where one was refused.
    faults: Option<Vec<Fault>>,
}

/// What a request that only tests its token is answered (§2.7).
#[derive(JsonSchema)]
pub(in crate::openapi) struct Accepted {
    success: AcceptedBody,
}

#[derive(JsonSchema)]
struct AcceptedBody {
    code: u16,
    r#type: String,
    message: String,
}

/// An integration's descriptor (§1).
#[derive(JsonSchema)]
pub(in crate::openapi) struct Descriptor {
    key: String,
    name: String,
    description: Option<String>,
    links: DescriptorLinks,
    vendor: Option<Vendor>,
    /// `installable`, `hipchatApiConsumer`, `glance`, `webPanel`, `dialog`, `action`, `externalPage`, `webhook`, …
    capabilities: Map<String, Value>,
}

#[derive(JsonSchema)]
struct DescriptorLinks {
    #[serde(rename = "self")]
    own: String,
    homepage: Option<String>,
}

#[derive(JsonSchema)]
struct Vendor {
    name: Option<String>,
    url: Option<String>,
}

/// One extension as it stands in a descriptor (§§1.5–1.10).
#[derive(JsonSchema)]
pub(in crate::openapi) struct Extension {
    key: Option<String>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// What an add-on is told of an installation (§2.2).
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::openapi) struct Installation {
    oauth_id: String,
    /// Absent when the installation has ended.
    oauth_secret: Option<String>,
    capabilities_url: String,
    group_id: i64,
    /// Absent for everybody's installation.
    room_id: Option<RoomId>,
}

/// A request for a token (§2.6).
#[derive(JsonSchema)]
pub(in crate::openapi) struct TokenRequest {
    /// `client_credentials`.
    grant_type: String,
    /// With spaces between them; all of the installation's when absent.
    scope: Option<String>,
}

#[derive(JsonSchema)]
pub(in crate::openapi) struct Grant {
    access_token: String,
    expires_in: i64,
    group_id: i64,
    group_name: String,
    scope: String,
    token_type: String,
}

#[derive(JsonSchema)]
pub(in crate::openapi) struct TokenSession {
    client: TokenClient,
    scopes: Vec<String>,
    expires_in: i64,
}

#[derive(JsonSchema)]
struct TokenClient {
    id: String,
    name: String,
    allowed_scopes: Vec<String>,
    room: Option<NamedRoom>,
}

#[derive(JsonSchema)]
struct NamedRoom {
    id: RoomId,
    name: String,
}

/// What this server says of itself (§2.1).
#[derive(JsonSchema)]
pub(in crate::openapi) struct Capabilities {
    key: String,
    name: String,
    description: String,
    vendor: Vendor,
    links: CapabilityLinks,
    capabilities: HostCapabilities,
}

#[derive(JsonSchema)]
struct CapabilityLinks {
    #[serde(rename = "self")]
    own: String,
    api: String,
    homepage: String,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct HostCapabilities {
    oauth2_provider: TokenProvider,
    hipchat_api_provider: ApiProvider,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TokenProvider {
    token_url: String,
    /// Refuses: no token stands for a person.
    authorization_url: String,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ApiProvider {
    url: String,
    available_scopes: BTreeMap<String, DescribedScope>,
}

#[derive(JsonSchema)]
struct DescribedScope {
    id: String,
    name: String,
    description: String,
}
