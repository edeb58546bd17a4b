//! Parameters in addresses.

use axum::{extract::FromRequestParts, http::request::Parts};
use roomglass_protocol::ErrorKind;
use serde::de::DeserializeOwned;

use crate::error::HttpError;

/// Parameters of the path. A malformed one names nothing: 404, as for a missing thing.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let nothing = || HttpError::new(ErrorKind::NotFound, "There is nothing at this address.");
        let path = <axum::extract::Path<T> as FromRequestParts<S>>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|_| nothing())
    }
}

/// The query string.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(HttpError::invalid(format!("The query cannot be read: {}.", rejection.body_text()))),
        }
    }
}
