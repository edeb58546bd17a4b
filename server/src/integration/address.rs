//! What an address leads to.

use url::Url;

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

    #[test]
    fn origins_name_the_port_only_when_it_is_unusual() {
        assert_eq!(origin_of("https://X.example:443/p"), Some("https://x.example".to_owned()));
        assert_eq!(origin_of("http://127.0.0.1:4000/p"), Some("http://127.0.0.1:4000".to_owned()));
        assert_eq!(origin_of("data:text/plain,x"), None);
    }
}
