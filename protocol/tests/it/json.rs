//! Strict reading (safety E2).

use roomglass_protocol::{
    Fault,
    json::{Lines, parse_strict},
};
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

const DOCUMENT: &str = r#"{
  "name": "a \"{[,",
  "links": {},
  "capabilities":
    { "glance": [ 1.5e-3, [ {}, "]" ],
      { "x/y~z" : true,
        "\u0061":
          null } ] }
}"#;

#[test]
fn every_place_has_its_line() {
    let lines = Lines::of(DOCUMENT.as_bytes());
    let table = [
        ("", 1),
        ("/name", 2),
        ("/links", 3),
        ("/capabilities", 5),
        ("/capabilities/glance/0", 5),
        ("/capabilities/glance/1/1", 5),
        ("/capabilities/glance/2", 6),
        ("/capabilities/glance/2/x~1y~0z", 6),
        ("/capabilities/glance/2/a", 8),
    ];
    for (pointer, line) in table {
        assert_eq!(lines.line(pointer), line, "{pointer}");
    }
}

#[test]
fn what_is_missing_is_at_the_line_of_what_is_around_it() {
    let lines = Lines::of(DOCUMENT.as_bytes());
    let table = [
        ("/key", 1),
        ("/links/self", 3),
        ("/name/value", 2),
        ("/capabilities/glance/2/target/key", 6),
        ("/capabilities/glance/3", 5),
        ("/capabilities/glance/name", 5),
    ];
    for (pointer, line) in table {
        assert_eq!(lines.line(pointer), line, "{pointer}");
    }
}

#[test]
fn a_broken_text_is_broken_at_one_line() {
    for (text, line) in [("{\n\"a\": 1,\n}", 3), ("{\n\"a\": 1,\n\"a\": 2\n}", 3), ("{\n\"a\": [1,\n2", 3), ("", 1)] {
        for pointer in ["", "/a", "/a/0"] {
            assert_eq!(Lines::of(text.as_bytes()).line(pointer), line, "{text:?}");
        }
    }
}
