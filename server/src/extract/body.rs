//! Bodies of requests.

use axum::extract::{FromRequest, Request, rejection::JsonRejection};
use roomglass_protocol::ErrorKind;
use serde::de::DeserializeOwned;

use crate::error::HttpError;

/// Largest body an operation takes unless it says otherwise: 10,000 characters, each escaped, with room to spare.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// A JSON body; as [`axum::Json`], with refusals in our form.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = HttpError;

    async fn from_request(request: Request, state: &S) -> Result<Self, HttpError> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(refusal(&rejection)),
        }
    }
}

fn refusal(rejection: &JsonRejection) -> HttpError {
    match rejection {
        JsonRejection::MissingJsonContentType(_) => {
            HttpError::invalid("The request has no JSON. Send it with Content-Type: application/json.")
        }
        rejection if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE => {
            HttpError::new(ErrorKind::TooLarge, "The request is larger than this operation takes.")
        }
        // Names the member and the place, never the value.
        rejection => HttpError::invalid(format!("The request cannot be read: {}.", rejection.body_text())),
    }
}

impl<T: serde::Serialize> axum::response::IntoResponse for Json<T> {
    fn into_response(self) -> axum::response::Response {
        axum::Json(self.0).into_response()
    }
}
