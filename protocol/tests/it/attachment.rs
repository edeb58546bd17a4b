//! Files in messages: names and types that came from anywhere (MSG-18).

use roomglass_protocol::attachment::{MAX_FILE_NAME_CHARS, UNKNOWN_MEDIA_TYPE, file_name, media_type};

use crate::support::test;

#[test]
fn msg_18_names_of_files_hold_no_folders_and_nothing_invisible() {
    for (sent, kept) in [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\amina\\plan.txt", "plan.txt"),
        ("/", "file"),
        ("", "file"),
        ("..", "file"),
        ("a/..", "file"),
        (" \t ", "file"),
        ("line\r\nbreak.txt", "linebreak.txt"),
        ("nul\0.txt", "nul.txt"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("\u{65e5}\u{672c}.png", "\u{65e5}\u{672c}.png"),
        (".profile", ".profile"),
    ] {
        assert_eq!(file_name(sent), kept, "{sent:?}");
    }
    let long = file_name(&format!("{}.tar", "\u{e9}".repeat(500)));
    assert_eq!((long.chars().count(), long.ends_with(".tar")), (MAX_FILE_NAME_CHARS, true));
}

#[test]
fn msg_18_media_types_are_reduced_to_what_they_say() {
    assert_eq!(media_type("Text/HTML; charset=utf-8"), "text/html");
    assert_eq!(media_type("image/svg+xml"), "image/svg+xml");
    for nonsense in
        ["", "text", "text/", "/html", "a/b/c", "text/ht ml", "text/h\"tml", &format!("a/{}", "b".repeat(200))]
    {
        assert_eq!(media_type(nonsense), UNKNOWN_MEDIA_TYPE, "{nonsense:?}");
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod laws {
    use proptest::prelude::*;
    use roomglass_protocol::attachment::{MAX_FILE_NAME_CHARS, file_name, media_type};

    proptest! {
        /// What was cleaned is clean: doing it again changes nothing, and no limit is passed.
        #[test]
        fn cleaning_is_done_once(text in any::<String>()) {
            let name = file_name(&text);
            prop_assert!(!name.is_empty() && !name.contains(['/', '\\', '\0', '\n']) && name != "." && name != "..");
            prop_assert!(name.chars().count() <= MAX_FILE_NAME_CHARS);
            prop_assert_eq!(file_name(&name), name);
            let kind = media_type(&text);
            prop_assert_eq!(media_type(&kind), kind);
        }
    }
}
