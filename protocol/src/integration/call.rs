//! The address of one call of an extension: variables filled in, parameters appended.

use std::fmt::Write as _;

use serde_json::Value;

use super::ExtensionKind;
use crate::{
    OrderedMap,
    rest::integration::{SignUrl, UrlAttribute},
};

impl SignUrl {
    /// The address as the provider wrote it, if the extension has such a one.
    pub fn template<'e>(&self, extension: &'e Value) -> Option<&'e str> {
        let member = match self.attribute {
            UrlAttribute::QueryUrl => "queryUrl",
            UrlAttribute::Url => "url",
        };
        extension.get(member)?.as_str().filter(|address| !address.is_empty())
    }

    /// An address with its variables filled in, and what goes with every call: the token, unless it is empty, the version of the frame's API
    /// for pages in frames (contract §9.1), the look, the message.
    pub fn complete(&self, address: &str, jwt: &str) -> String {
        let message = self.message_id.map(|id| id.to_string());
        let theme = self.theme.as_deref().filter(|theme| matches!(*theme, "light" | "dark"));
        let jwt = Some(jwt).filter(|jwt| !jwt.is_empty());
        let is_framed = self.attribute == UrlAttribute::Url && self.kind.0 != ExtensionKind::EXTERNAL_PAGE;
        let version = is_framed.then_some("1");
        let parameters = [
            ("signed_request", jwt),
            ("connect_client_api_version", version),
            ("theme", theme),
            ("message_id", message.as_deref()),
        ];
        append(address, parameters.into_iter().filter_map(|(name, value)| Some((name, value?))))
    }
}

/// Pages and data are signed unless the descriptor says otherwise.
pub fn is_signed(extension: &Value) -> bool {
    extension.get("authentication").and_then(Value::as_str) != Some("none")
}

/// Replaces `{dotted.path}` by the value of that path, encoded for an address; an unknown path by nothing (HipChat
/// Connect §1.15). Braces that hold anything but a path stay.
pub fn fill_variables(template: &str, variables: &OrderedMap<String, String>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').filter(|(path, _)| is_path(path)) {
            Some((path, following)) => {
                encode(variables.get(path).map(String::as_str).unwrap_or_default(), &mut filled);
                rest = following;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

fn is_path(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// As one segment of a path or one value of a query.
fn encode(value: &str, into: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => into.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => drop(write!(into, "%{byte:02X}")),
        }
    }
}

/// Appends parameters to the query, before the fragment. The address is otherwise kept to the byte: add-ons compare.
fn append<'p>(address: &str, parameters: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let (base, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
    let mut appended = base.to_owned();
    for (name, value) in parameters {
        match appended.split_once('?') {
            None => appended.push('?'),
            Some((_, query)) if query.is_empty() || query.ends_with('&') => {}
            Some(_) => appended.push('&'),
        }
        appended.push_str(name);
        appended.push('=');
        encode(value, &mut appended);
    }
    appended + fragment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> OrderedMap<String, String> {
        pairs.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn variables_are_filled_in_and_encoded() {
        let values = variables(&[("message.id", "m 1"), ("jobId", "a/b?c&d={e}")]);
        assert_eq!(
            fill_variables("https://x.example/{message.id}?j={jobId}", &values),
            "https://x.example/m%201?j=a%2Fb%3Fc%26d%3D%7Be%7D"
        );
        assert_eq!(fill_variables("https://x.example/{unknown}/{jobId", &values), "https://x.example//{jobId");
        assert_eq!(fill_variables("https://x.example/{not a path}{}", &values), "https://x.example/{not a path}{}");
    }

    #[test]
    fn parameters_go_into_the_query() {
        let append = |address, parameters: &[(&'static str, &'static str)]| append(address, parameters.iter().copied());
        let signed = [("signed_request", "a.b.c"), ("theme", "light")];
        assert_eq!(append("https://x.example/p", &signed), "https://x.example/p?signed_request=a.b.c&theme=light");
        assert_eq!(append("https://x.example/p?a=1", &signed[..1]), "https://x.example/p?a=1&signed_request=a.b.c");
        assert_eq!(append("https://x.example/p?", &signed[..1]), "https://x.example/p?signed_request=a.b.c");
        assert_eq!(append("https://x.example/p#top", &signed[..1]), "https://x.example/p?signed_request=a.b.c#top");
        assert_eq!(append("https://x.example/p", &[]), "https://x.example/p");
    }
}
