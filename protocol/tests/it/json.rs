//! Strict reading (safety E2).

use roomglass_protocol::{Fault, json::parse_strict};
use serde_json::json;

use crate::support::test;

fn refused(text: &str) -> Fault {
    parse_strict(text.as_bytes()).expect_err(text)
}

#[test]
fn repeated_members_are_refused_where_they_stand() {
    assert_eq!(refused(r#"{"a":1,"a":1}"#).pointer, "/a");
    assert_eq!(refused(r#"{"list":[{},{"x/y~z":1,"b":2,"x/y~z":3}]}"#).pointer, "/list/1/x~1y~0z");
    // Two spellings of one name are one name.
    assert_eq!(refused(r#"{"a":1,"\u0061":2}"#).pointer, "/a");
    assert!(refused(r#"{"a":1,"a":1}"#).message.contains("occurs twice"));
}

#[test]
fn members_of_different_objects_may_be_equal() {
    let text = r#"{"a":{"a":[{"a":1},{"a":2}]}}"#;
    assert_eq!(parse_strict(text.as_bytes()), Ok(json!({ "a": { "a": [{ "a": 1 }, { "a": 2 }] } })));
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    assert_eq!(refused(r#"{"a":[1,2,tru]}"#).pointer, "/a/2");
    for text in ["", "{", "[1,]", "{} {}", "nul", "\u{feff}{}", "{\"a\":1e999}", "'a'"] {
        refused(text);
    }
    assert!(parse_strict(b"\"\xff\"").is_err());
}

#[test]
fn depth_is_bounded() {
    assert!(parse_strict("[".repeat(200_000).as_bytes()).is_err());
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    assert!(parse_strict(deep.as_bytes()).is_ok());
}
