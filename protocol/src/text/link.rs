//! Links in plain text.

/// http(s) addresses in a text, in order of appearance (COND-14, CC-22).
pub fn links(text: &str) -> Vec<&str> {
    let _ = text;
    todo!("written by the protocol author")
}
