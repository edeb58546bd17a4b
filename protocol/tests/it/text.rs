//! Links and mentions in plain text.

use roomglass_protocol::text::{
    link::links,
    mention::{handle_for, mentions},
};

use crate::support::test;

#[test]
fn links_are_found_in_order() {
    let text = "Read https://example.com/spec, then (http://a.example/b_(c)). HTTPS://UP.example!";
    assert_eq!(links(text), ["https://example.com/spec", "http://a.example/b_(c)", "HTTPS://UP.example"]);
}

#[test]
fn only_web_addresses_are_links() {
    for text in [
        "thanks!",
        "a.example",
        "me@example.com",
        "ftp://a.example",
        "mailto:me@example.com",
        "javascript://x",
        "https://",
    ] {
        assert!(links(text).is_empty(), "{text}");
    }
}

fn handles(text: &str) -> Vec<String> {
    mentions(text)
        .into_iter()
        .map(|(range, handle)| {
            assert_eq!(text[range].to_lowercase(), format!("@{handle}"));
            handle
        })
        .collect()
}

#[test]
fn mentions_begin_outside_words() {
    assert_eq!(handles("@alana and (@Emma), not me@example.com"), ["alana", "emma"]);
    assert_eq!(handles("@@omar @ @-"), ["omar"]);
    assert_eq!(handles("a_@b c.@d e-@f"), [""; 0]);
}

#[test]
fn a_final_mark_belongs_to_the_sentence() {
    assert_eq!(handles("Ask @jo.ann. Or @x-y- or @under_ and @élodie…"), ["jo.ann", "x-y", "under_", "élodie"]);
}

#[test]
fn handles_are_made_of_ascii() {
    assert_eq!(handle_for("Alana Grant", "user11"), "alana.grant");
    assert_eq!(handle_for("  José  Núñez-Ålund ", "x"), "jose.nunez.alund");
    assert_eq!(handle_for("Straße 7", "x"), "strasse.7");
    assert_eq!(handle_for("王秀英", "user11"), "user11");
    assert_eq!(handle_for("", "user11"), "user11");
}

#[cfg(not(target_arch = "wasm32"))]
mod property {
    use proptest::prelude::*;
    use roomglass_protocol::text::{
        link::links,
        mention::{handle_for, mentions},
    };

    proptest! {
        #[test]
        fn mentions_lie_in_the_text(text in "[@a-zA-Z.é \\-_]{0,40}") {
            let mut end = 0;
            for (range, handle) in mentions(&text) {
                prop_assert!(range.start >= end && text[range.clone()].starts_with('@'));
                prop_assert!(!handle.is_empty());
                end = range.end;
            }
        }

        #[test]
        fn links_are_parts_of_the_text(text in ".{0,80}") {
            for link in links(&text) {
                prop_assert!(text.contains(link));
            }
        }

        /// A handle can be mentioned: what it is made into is found again.
        #[test]
        fn handles_can_be_mentioned(name in ".{0,40}") {
            let handle = handle_for(&name, "user1");
            prop_assert_eq!(mentions(&format!("@{handle}"))[0].1.clone(), handle);
        }
    }
}
