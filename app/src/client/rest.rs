//! Requests to the server, and to providers.

use std::fmt::Display;

use leptos::prelude::window;
use roomglass_protocol::{ApiError, ErrorKind, json};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, Request, RequestCredentials, RequestInit, RequestMode, Response};

use super::{engine, session};

const SERVER_TIMEOUT_MS: u32 = 30_000;
/// Installing waits for the callbacks of up to fifty rooms, four at a time, each of which may take ten seconds.
const INSTALL_TIMEOUT_MS: u32 = 180_000;
/// A provider that is slower counts as failed.
const PROVIDER_TIMEOUT_MS: u32 = 10_000;
/// More than any tile needs.
const MOST_PROVIDER_CHARS: usize = 64 * 1024;

/// Puts values into the `{names}` of a path of [`roomglass_protocol::rest`].
pub fn path(template: &str, values: &[(&str, &dyn Display)]) -> String {
    values.iter().fold(template.to_owned(), |path, (name, value)| {
        path.replace(&["{", name, "}"].concat(), &encoded(&value.to_string()))
    })
}

/// A text as it stands in an address.
pub fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// `GET`.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ApiError> {
    read(&call("GET", path, None).await?)
}

/// `POST` with a body.
pub async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, ApiError> {
    read(&call("POST", path, Some(write(body)?)).await?)
}

/// `POST` with a body, of what the server answers only when providers have answered.
pub async fn post_patiently<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, ApiError> {
    read(&call_within("POST", path, Some(write(body)?), INSTALL_TIMEOUT_MS).await?)
}

/// `PUT` with a body.
pub async fn put<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, ApiError> {
    read(&call("PUT", path, Some(write(body)?)).await?)
}

/// `PATCH` with a body.
pub async fn patch<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, ApiError> {
    read(&call("PATCH", path, Some(write(body)?)).await?)
}

/// `POST` without a body.
pub async fn post_empty(path: &str) -> Result<(), ApiError> {
    call("POST", path, None).await.map(drop)
}

/// `DELETE`.
pub async fn delete(path: &str) -> Result<(), ApiError> {
    call("DELETE", path, None).await.map(drop)
}

fn write(body: &impl Serialize) -> Result<String, ApiError> {
    serde_json::to_string(body).map_err(|_| ApiError::new(ErrorKind::Internal, "This request could not be written."))
}

/// An answer without a body (204) is read as `null`.
fn read<T: DeserializeOwned>(body: &str) -> Result<T, ApiError> {
    json::read(if body.is_empty() { "null" } else { body }).map_err(|_| {
        ApiError::new(
            ErrorKind::Internal,
            "The server answered in a way this page does not understand. Reload the page.",
        )
    })
}

/// A request with a body that is JSON already; answers the body.
pub async fn call(method: &str, path: &str, body: Option<String>) -> Result<String, ApiError> {
    call_within(method, path, body, SERVER_TIMEOUT_MS).await
}

async fn call_within(method: &str, path: &str, body: Option<String>, limit_ms: u32) -> Result<String, ApiError> {
    let options = RequestInit::new();
    options.set_method(method);
    options.set_credentials(RequestCredentials::SameOrigin);
    options.set_signal(Some(&AbortSignal::timeout_with_u32(limit_ms)));
    if let Some(body) = body {
        options.set_body(&JsValue::from_str(&body));
        if let Ok(headers) = Headers::new() {
            let _ = headers.set("Content-Type", "application/json");
            options.set_headers(&headers);
        }
    }
    let (response, body) = fetch(path, &options).await.map_err(|_| unreachable())?;
    if response.ok() {
        return Ok(body);
    }
    let refusal = json::read(&body).unwrap_or_else(|_| not_ours(response.status()));
    if refusal.kind == ErrorKind::Unauthenticated {
        session::ended();
    }
    Err(refusal)
}

fn unreachable() -> ApiError {
    if let Some(client) = engine::client() {
        client.connection.suspect(&client);
    }
    ApiError::new(ErrorKind::Unavailable, "The server cannot be reached. Check the connection and try again.")
}

/// A refusal that was not written by our server, but by something between it and us.
pub fn not_ours(status: u16) -> ApiError {
    let kind = match status {
        413 => ErrorKind::TooLarge,
        429 => ErrorKind::TooMany,
        400..500 => ErrorKind::Invalid,
        _ => ErrorKind::Unavailable,
    };
    ApiError::new(kind, "The server did not answer as expected. Try again later.")
}

/// JSON from a provider, fetched by the browser without anything of ours: no cookies, no referrer (DYN-01).
pub async fn from_provider(url: &str) -> Option<Value> {
    data_in(provider_answer(url).await.ok()?)
}

/// Data in an answer with its status, if there is any.
pub fn data_in((status, body): (u16, String)) -> Option<Value> {
    ((200..300).contains(&status) && body.len() <= MOST_PROVIDER_CHARS).then(|| json::read(&body).ok())?
}

/// Whatever a provider answers, with its status.
pub async fn provider_answer(url: &str) -> Result<(u16, String), JsValue> {
    let options = RequestInit::new();
    options.set_credentials(RequestCredentials::Omit);
    options.set_mode(RequestMode::Cors);
    options.set_signal(Some(&AbortSignal::timeout_with_u32(PROVIDER_TIMEOUT_MS)));
    let _ = js_sys::Reflect::set(&options, &"referrerPolicy".into(), &"no-referrer".into());
    let (response, body) = fetch(url, &options).await?;
    Ok((response.status(), body))
}

async fn fetch(url: &str, options: &RequestInit) -> Result<(Response, String), JsValue> {
    let request = Request::new_with_str_and_init(url, options)?;
    let response: Response = JsFuture::from(window().fetch_with_request(&request)).await?.dyn_into()?;
    let body = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok((response, body))
}
