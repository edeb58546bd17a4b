//! Patterns of providers (COND-16, COND-28).

use roomglass_protocol::text::pattern::{MAX_INPUT_BYTES, MAX_PATTERN_BYTES, Pattern};

use crate::support::test;

fn matches(pattern: &str, flags: &str, text: &str) -> bool {
    Pattern::new(pattern, flags).expect("it compiles").is_match(text)
}

#[test]
fn patterns_search_and_flags_count() {
    assert!(matches(r"build #\d+", "i", "The Build #41 broke"));
    assert!(!matches(r"build #\d+", "", "Build #41 broke"));
    assert!(matches("^b", "m", "a\nb"));
    assert!(!matches("^b", "", "a\nb"));
    assert!(matches("a.b", "s", "a\nb"));
    assert!(matches("a", "dguy", "xa"));
    assert!(Pattern::new("a", "q").is_err());
}

#[test]
fn the_flag_i_knows_letters_of_every_alphabet() {
    assert!(matches("möglich", "i", "NICHT MÖGLICH"));
    assert!(matches("^[а-я]+$", "i", "Привет"));
    assert!(matches("^[éx]$", "i", "É"));
    assert!(matches("É", "i", "é"));
    assert!(matches("ß", "i", "ß"), "a letter without another case stays");
    assert!(matches("(?i)möglich", "", "NICHT MÖGLICH"), "nor does it matter where the flag stands");
    let longest = "a".repeat(MAX_PATTERN_BYTES);
    assert!(Pattern::new(&format!("(?i){longest}"), "").is_ok() && Pattern::new(&longest, "i").is_ok());
    assert!(Pattern::kept(&format!("(?i){longest}"), "").is_some());
    assert!(matches(r"\[é", "i", "[É"), "an escaped bracket opens nothing");
    assert!(!matches("möglich", "", "MÖGLICH"));
}

#[test]
fn classes_know_ascii_as_in_javascript() {
    assert!(!matches(r"\d", "", "٣"));
    assert!(matches(r"^\w+$", "", "snake_case"));
}

#[test]
fn what_javascript_reads_otherwise_than_the_engine_means_what_it_means_there() {
    // COND-16: add-ons were written against JavaScript.
    assert!(matches(r"^[\w-\.]+@([\w-]+\.)+[\w-]{2,4}$", "", "a-b.c@example.org"));
    assert!(matches(r"{{(.+)}}", "", "Hello {{name}}"));
    assert!(matches(r"^a{2}b{1,}c{1,2}$", "", "aabc"));
    assert!(matches("^a{,2}$", "", "a{,2}"), "no repetition without a first number");
    assert!(matches(r"\<b\>", "", "so <b>"));
    assert!(!matches(r"\<b\>", "", "so b"));
    assert!(matches(r"^\A\z$", "", "Az"));
    assert!(matches("^[[a&&b]+$", "", "a&[b"), "a class knows no classes in it");
    assert!(matches("^a[^]b$", "", "a\nb"));
    assert!(!matches("a[]|[]b", "", "ab"));
    assert!(matches(r"^[\]\-[]$", "", "["));
}

#[test]
fn patterns_of_real_add_ons_compile() {
    for pattern in [
        r"^\/([Aa][Ss][Kk][Gg][Rr][Ee][Gg])",
        "^(/md|/markdown|/code md)",
        "^/gif|^it's working",
        "@VascoAfonso",
        r"http://127\.0\.0\.1:3000/",
        "(?i)^/x",
        r"\x{263A}",
        "(?:a|b)-c",
        "\u{8}*",
    ] {
        assert!(Pattern::new(pattern, "").is_ok(), "{pattern:?}");
    }
    assert!(matches(r"^\/askgreg", "", "/askgreg why"));
}

#[test]
fn what_cannot_be_used_is_refused_in_a_sentence() {
    for (pattern, why) in [
        ("(", "not understood"),
        ("(?=ahead)", "not understood"),
        (r"(a)\1", "not understood"),
        (&"a".repeat(MAX_PATTERN_BYTES + 1), "longer than"),
        (r"(\w{100}){100}", "too large"),
        (&format!("{}{}", "(".repeat(200), ")".repeat(200)), "not understood"),
    ] {
        let refusal = Pattern::new(pattern, "").expect_err(pattern);
        assert!(refusal.contains(why), "{pattern:.20}: {refusal}");
        assert!(!refusal.contains('\n'));
    }
}

#[test]
fn only_the_beginning_of_a_long_text_is_looked_at() {
    let pattern = Pattern::new("end", "").expect("it compiles");
    assert!(pattern.is_match(&format!("{}end", "é".repeat(MAX_INPUT_BYTES / 2 - 2))));
    assert!(!pattern.is_match(&format!("{}end", "é".repeat(MAX_INPUT_BYTES))));
    assert!(!pattern.is_match(&format!("x{}end", "é".repeat(MAX_INPUT_BYTES))), "cut inside a character");
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn a_catastrophic_pattern_is_not_one_here() {
    // COND-28 asks for 50 ms. A matcher that tries all ways would still be at it when the test's time is up.
    let text = format!("{}!", "a".repeat(10_000));
    assert!(!matches("^(a+)+$", "", &text));
    assert!(!matches("^(a|aa)+$", "", &text));
}

#[cfg(not(target_arch = "wasm32"))]
mod property {
    use proptest::prelude::*;
    use roomglass_protocol::text::pattern::Pattern;

    proptest! {
        #[test]
        fn any_text_may_be_given_as_a_pattern(pattern in r"[a-c\[\]\(\)\{\}\\*+?|^$.,0-9:=!<>&~\-]{0,30}", text in ".{0,30}") {
            if let Ok(pattern) = Pattern::new(&pattern, "i") {
                prop_assert_eq!(pattern.is_match(&text), pattern.find(&text).is_some());
            }
        }

        /// More are asked for than are kept, the same ones twice, and such as differ in their flags alone.
        #[test]
        fn a_pattern_kept_finds_what_one_compiled_anew_finds(
            patterns in prop::collection::vec(("[ab/(]{0,4}", "[imq/]{0,2}"), 1..400), text in "[abAB/\n]{0,6}"
        ) {
            for (pattern, flags) in patterns.iter().chain(&patterns) {
                let anew = Pattern::new(pattern, flags).ok().map(|pattern| pattern.is_match(&text));
                prop_assert_eq!(Pattern::kept(pattern, flags).map(|pattern| pattern.is_match(&text)), anew);
            }
        }
    }
}
