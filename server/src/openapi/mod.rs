//! `GET /api/openapi.json`: what this server can be asked, generated from the paths and types it is made of (ARCH-14).
//!
//! An operation is described in the table of those who ask for it: `people` (and `offers`), `add_ons`, `others`. Tests compare the
//! tables with the routes that are mounted, and every answer they get with what is described.

mod add_on_types;
mod add_ons;
mod offers;
mod operation;
mod others;
mod people;

use std::sync::LazyLock;

use axum::{
    Router,
    http::{HeaderName, header},
    routing::get,
};
use bytes::Bytes;
use roomglass_protocol::{ApiError, integration::Scope};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{session::COOKIE, state::AppState};

/// Where the document is.
pub const PATH: &str = "/api/openapi.json";

/// The route of the document.
pub fn routes() -> Router<AppState> {
    Router::new().route(PATH, get(show))
}

async fn show() -> ([(HeaderName, &'static str); 1], Bytes) {
    static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(document().to_string()));
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.clone())
}

/// The whole document, in OpenAPI 3.1.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let refusals = Refusals {
        people: schemas.subschema_for::<ApiError>().into(),
        add_ons: schemas.subschema_for::<add_on_types::Refusal>().into(),
    };
    let paths = paths(&mut schemas, &refusals);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Roomglass",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Team chat whose rooms are windows on the services a team runs.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas.take_definitions(true), "securitySchemes": security_schemes()},
    })
}

/// Schemas of refusals.
struct Refusals {
    people: Value,
    add_ons: Value,
}

fn paths(schemas: &mut SchemaGenerator, refusals: &Refusals) -> Map<String, Value> {
    let mut paths = Map::new();
    let operations = [people::operations(), offers::operations(), add_ons::operations(), others::operations()];
    for operation in operations.into_iter().flatten() {
        let methods = paths.entry(operation.path()).or_insert_with(|| json!({}));
        methods[operation.method()] = operation.document(schemas, refusals);
    }
    paths
}

fn security_schemes() -> Value {
    let scopes: Map<String, Value> =
        Scope::ALL.into_iter().map(|scope| (scope.as_str().to_owned(), json!(scope.as_str()))).collect();
    json!({
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Browsers."},
        "sessionToken": {"type": "http", "scheme": "bearer", "description": "`token` of signing in."},
        "addOn": {
            "type": "oauth2",
            "description": "An access token of an installation, as a bearer token or as `?auth_token=`.",
            "flows": {"clientCredentials": {"tokenUrl": "/v2/oauth/token", "scopes": scopes}},
        },
        "installation": {"type": "http", "scheme": "basic", "description": "`oauthId` and `oauthSecret`."},
    })
}
