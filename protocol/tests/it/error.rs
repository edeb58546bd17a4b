//! Refusals on the wire.

use roomglass_protocol::{ApiError, ErrorKind, Fault};
use serde_json::json;

use crate::support::test;

#[test]
fn a_refusal_travels_in_its_envelope() {
    let error = ApiError::new(ErrorKind::Conflict, "Taken.");
    let text = json!({ "error": { "code": 409, "type": "conflict", "message": "Taken." } });
    assert_eq!(serde_json::to_value(&error).unwrap(), text);
    assert_eq!(serde_json::from_value::<ApiError>(text).unwrap(), error);
}

#[test]
fn faults_travel_with_their_places() {
    let faults = vec![Fault::new("/key", "\"key\" is missing")];
    let error = ApiError { faults, ..ApiError::new(ErrorKind::InvalidDescriptor, "Not accepted.") };
    let text = serde_json::to_value(&error).unwrap();
    assert_eq!(text["error"]["faults"], json!([{ "pointer": "/key", "message": "\"key\" is missing" }]));
    assert_eq!(serde_json::from_value::<ApiError>(text).unwrap(), error);
}
