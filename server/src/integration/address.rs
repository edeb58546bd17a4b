//! Addresses of extensions, completed for one call: variables filled in, parameters appended.

use roomglass_protocol::OrderedMap;

use url::{Url, form_urlencoded};

/// Replaces `{dotted.path}` by the value of that path, encoded for an address; an unknown path by nothing (HipChat
/// Connect §1.15). Braces that hold anything but a path stay.
pub(super) fn fill(template: &str, variables: &OrderedMap<String, String>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').filter(|(path, _)| is_path(path)) {
            Some((path, following)) => {
                let value = variables.get(path).map(String::as_str).unwrap_or_default();
                filled.push_str(&encode(value));
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

/// As `encodeURIComponent` of browsers does, so that a value is one segment of a path or one value of a query.
fn encode(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Appends parameters to the query, before the fragment. The address is otherwise kept to the byte: add-ons compare.
pub(super) fn append(address: &str, parameters: &[(&str, &str)]) -> String {
    if parameters.is_empty() {
        return address.to_owned();
    }
    let (base, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let separator = match base.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, query)) if query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{base}{separator}{query}{fragment}")
}

/// Scheme, host and port, if the address has such an origin.
pub(crate) fn origin_of(address: &str) -> Option<String> {
    let origin = Url::parse(address).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// Host and port for sentences; the whole text when it is no address.
pub(crate) fn host_of(address: &str) -> String {
    let host = Url::parse(address).ok().and_then(|url| {
        let host = url.host_str()?.to_owned();
        Some(url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
    });
    host.unwrap_or_else(|| address.chars().take(100).collect())
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
            fill("https://x.example/{message.id}?j={jobId}", &values),
            "https://x.example/m%201?j=a%2Fb%3Fc%26d%3D%7Be%7D"
        );
        assert_eq!(fill("https://x.example/{unknown}/{jobId", &values), "https://x.example//{jobId");
        assert_eq!(fill("https://x.example/{not a path}{}", &values), "https://x.example/{not a path}{}");
    }

    #[test]
    fn parameters_go_into_the_query() {
        let signed = [("signed_request", "a.b.c"), ("theme", "light")];
        assert_eq!(append("https://x.example/p", &signed), "https://x.example/p?signed_request=a.b.c&theme=light");
        assert_eq!(append("https://x.example/p?a=1", &signed[..1]), "https://x.example/p?a=1&signed_request=a.b.c");
        assert_eq!(append("https://x.example/p?", &signed[..1]), "https://x.example/p?signed_request=a.b.c");
        assert_eq!(append("https://x.example/p#top", &signed[..1]), "https://x.example/p?signed_request=a.b.c#top");
        assert_eq!(append("https://x.example/p", &[]), "https://x.example/p");
    }

    #[test]
    fn origins_name_the_port_only_when_it_is_unusual() {
        assert_eq!(origin_of("https://X.example:443/p"), Some("https://x.example".to_owned()));
        assert_eq!(origin_of("http://127.0.0.1:4000/p"), Some("http://127.0.0.1:4000".to_owned()));
        assert_eq!(origin_of("data:text/plain,x"), None);
    }
}
