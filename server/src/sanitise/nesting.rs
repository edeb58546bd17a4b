//! How deep HTML nests, estimated without building a tree.

/// Elements that never have content.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements that end by themselves where the next one begins.
const SELF_ENDING: [&str; 8] = ["p", "li", "dt", "dd", "tr", "td", "th", "option"];
/// Elements whose content is text up to their own end tag.
const RAW: [&str; 8] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// The most elements open at once. Never less than what a parser would see: an end tag closes only its own kind, and
/// what stands in comments, attributes and raw text closes nothing.
pub(super) fn depth(html: &str) -> usize {
    let mut open: Vec<String> = Vec::new();
    let mut deepest = 0;
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = after(comment, "-->");
        } else if let Some(end) = rest.strip_prefix('/') {
            let name = name(end);
            rest = after_tag(&end[name.len()..]);
            close(&mut open, &name.to_ascii_lowercase());
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name = name(rest).to_ascii_lowercase();
            rest = after_tag(&rest[name.len()..]);
            if RAW.contains(&name.as_str()) {
                rest = after_raw(rest, &name);
            } else if !VOID.contains(&name.as_str()) && !SELF_ENDING.contains(&name.as_str()) {
                open.push(name);
                deepest = deepest.max(open.len());
            }
        }
    }
    deepest
}

fn close(open: &mut Vec<String>, name: &str) {
    if let Some(position) = open.iter().rposition(|candidate| candidate == name) {
        open.remove(position);
    }
}

fn name(text: &str) -> &str {
    let end = text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(text.len());
    &text[..end]
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.find(end).map_or("", |position| &text[position + end.len()..])
}

/// What follows the `>` that ends a tag; one inside a quoted value does not.
fn after_tag(text: &str) -> &str {
    let mut quote = None;
    let mut previous = ' ';
    for (position, character) in text.char_indices() {
        match (quote, character) {
            (None, '>') => return &text[position + 1..],
            (None, '"' | '\'') if previous == '=' => quote = Some(character),
            (Some(open), character) if open == character => quote = None,
            _ => {}
        }
        if !character.is_ascii_whitespace() {
            previous = character;
        }
    }
    ""
}

fn after_raw<'a>(text: &'a str, name: &str) -> &'a str {
    let lower = text.to_ascii_lowercase();
    lower.find(&format!("</{name}")).map_or("", |position| &text[position..])
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn counts_what_is_open_at_once() {
        assert_eq!(depth("no tags, 1 < 2"), 0);
        assert_eq!(depth("<b>4</b> of <b>5</b>"), 1);
        assert_eq!(depth("<ul><li>a<li>b<li><b>c</b></ul>"), 2);
        assert_eq!(depth("<p>a<p>b<br>c<p><img src=x>"), 0);
        assert_eq!(depth(&"<div>".repeat(20)), 20);
    }

    #[test]
    fn is_not_fooled_by_end_tags_that_end_nothing() {
        for open in [
            "<div></b>",
            "<div><!--</div>-->",
            "<div title='</div>'>",
            "<div title = \"</div>\">",
            "<div><style></div></style>",
        ] {
            assert_eq!(depth(&open.repeat(20)), 20, "{open}");
        }
        assert_eq!(depth(&"<p><b a=1></p>".repeat(20)), 20, "emphasis lives on after its paragraph");
    }
}
