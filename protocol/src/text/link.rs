//! Links in plain text.

use linkify::{LinkFinder, LinkKind};

/// http(s) addresses in a text, in order of appearance (COND-14, CC-22).
pub fn links(text: &str) -> Vec<&str> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder.links(text).map(|link| link.as_str()).filter(|address| is_web_address(address)).collect()
}

fn is_web_address(address: &str) -> bool {
    let scheme = address.split_once("://").map_or("", |(scheme, _)| scheme);
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}
