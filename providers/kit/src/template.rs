//! HTML in which values cannot become markup.

use std::{collections::BTreeMap, fmt::Display};

use serde::Serialize;

/// Markup that is safe to put into a page: it was escaped, or it is part of the program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Html(String);

impl Html {
    /// Any text, escaped.
    pub fn text(text: impl Display) -> Self {
        let text = text.to_string();
        let mut escaped = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                '\'' => escaped.push_str("&#39;"),
                other => escaped.push(other),
            }
        }
        Self(escaped)
    }

    /// Pieces in a row.
    pub fn concat(pieces: impl IntoIterator<Item = Self>) -> Self {
        Self(pieces.into_iter().map(|piece| piece.0).collect())
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// Markup with gaps, written `{{name}}`; part of the program, never made from input.
#[derive(Debug, Clone)]
pub struct Template {
    source: &'static str,
    values: BTreeMap<&'static str, Html>,
}

impl Template {
    /// A template with all its gaps open.
    pub fn new(source: &'static str) -> Self {
        Self { source, values: BTreeMap::new() }
    }

    /// Fills a gap with text, escaped; also right inside a quoted attribute.
    #[must_use]
    pub fn text(self, name: &'static str, value: impl Display) -> Self {
        self.html(name, Html::text(value))
    }

    /// Fills a gap with markup.
    #[must_use]
    pub fn html(mut self, name: &'static str, value: Html) -> Self {
        self.values.insert(name, value);
        self
    }

    /// Fills a gap inside `<script type="application/json">`. A value that cannot be JSON becomes `null`.
    #[must_use]
    pub fn json(self, name: &'static str, value: &impl Serialize) -> Self {
        let json = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
        // `<` could end the script element, and occurs in JSON only inside strings.
        self.html(name, Html(json.replace('<', "\\u003c")))
    }

    /// Fills in the values, in one pass: what looks like a gap inside a value stays as it is. Gaps without a value
    /// vanish.
    pub fn render(&self) -> Html {
        let mut rendered = String::with_capacity(self.source.len());
        let mut rest = self.source;
        while let Some((before, (name, after))) =
            rest.split_once("{{").and_then(|(before, gap)| Some((before, gap.split_once("}}")?)))
        {
            rendered.push_str(before);
            rendered.push_str(self.values.get(name).map_or("", Html::as_str));
            rest = after;
        }
        rendered.push_str(rest);
        Html(rendered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_text() {
        let html = Template::new("<b title=\"{{a}}\">{{a}}</b>").text("a", "\"><script>'&").render();
        let escaped = "&quot;&gt;&lt;script&gt;&#39;&amp;";
        assert_eq!(html.as_str(), format!("<b title=\"{escaped}\">{escaped}</b>"));
    }

    #[test]
    fn a_value_that_looks_like_a_gap_is_not_filled() {
        let html = Template::new("{{a}} {{b}} {{").text("a", "{{b}}").text("b", 7).render();
        assert_eq!(html.as_str(), "{{b}} 7 {{");
    }

    #[test]
    fn json_cannot_end_its_script() {
        let html = Template::new("{{data}}").json("data", &"</script><!--").render();
        assert_eq!(html.as_str(), r#""\u003c/script>\u003c!--""#);
        assert_eq!(serde_json::from_str::<String>(html.as_str()).unwrap(), "</script><!--");
    }
}
