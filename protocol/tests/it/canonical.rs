//! RFC 8785, the parts descriptors meet.

use roomglass_protocol::token::canonical_json;

use crate::support::{parse, test};

#[test]
fn numbers_are_written_as_javascript_writes_them() {
    let written = canonical_json(&parse("[1.0, -0.0, 1e21, 1e-7, 0.1, 333333333.33333329, 4.50, 2e-3, 1E30]"));
    assert_eq!(written, "[1,0,1e+21,1e-7,0.1,333333333.3333333,4.5,0.002,1e+30]");
}

#[test]
fn members_are_sorted_by_utf16_units() {
    // U+1F600 begins with the unit D83D, which sorts before U+FB33.
    let written = canonical_json(&parse(r#"{"\ufb33":1,"\ud83d\ude00":2,"b":3,"":4,"a":5}"#));
    assert_eq!(written, "{\"\":4,\"a\":5,\"b\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}");
}

#[test]
fn texts_escape_only_what_must_be() {
    let written = canonical_json(&parse(r#""\u20ac$\u000F\nA'B\"\\\/\b\u007f""#));
    assert_eq!(written, "\"€$\\u000f\\nA'B\\\"\\\\/\\b\u{7f}\"");
}
