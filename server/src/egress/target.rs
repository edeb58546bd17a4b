//! Addresses as people and providers write them, checked as far as that is possible without asking a name server.

use std::net::{IpAddr, SocketAddr};

use url::{Host, Url};

use super::{
    Refusal,
    address::{Policy, check_port},
};

/// Longest address we follow, in bytes: a signed address of a page with a long query fits.
const MAX_URL_BYTES: usize = 8 * 1024;

/// Reads an address and refuses what the guarded client must not even try.
pub(super) fn check(text: &str, policy: &Policy) -> Result<Url, Refusal> {
    if text.len() > MAX_URL_BYTES {
        return Err(Refusal::NotAUrl);
    }
    let mut url = Url::parse(text).map_err(|_| Refusal::NotAUrl)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::UserInfo);
    }
    let port = url.port_or_known_default().ok_or(Refusal::Port)?;
    // The parser has already read decimal, octal and hexadecimal spellings of IPv4 as what they are.
    match url.host().ok_or(Refusal::NotAUrl)? {
        Host::Ipv4(address) => policy.check_socket(SocketAddr::new(IpAddr::V4(address), port))?,
        Host::Ipv6(address) => policy.check_socket(SocketAddr::new(IpAddr::V6(address), port))?,
        Host::Domain(_) => check_port(port)?,
    }
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PrivateProviders;

    fn refusal(text: &str) -> Option<Refusal> {
        check(text, &Policy(PrivateProviders::Refuse)).err()
    }

    /// Every spelling of an inner address that the literal check alone must stop (safety, finding 7).
    #[test]
    fn hostile_addresses_are_refused() {
        let table = [
            ("file:///etc/passwd", Refusal::Scheme),
            ("gopher://example.com:6379/_FLUSHALL", Refusal::Scheme),
            ("ftp://example.com/", Refusal::Scheme),
            ("data:application/json,{}", Refusal::Scheme),
            ("javascript:alert(1)", Refusal::Scheme),
            ("/descriptor", Refusal::NotAUrl),
            ("http://", Refusal::NotAUrl),
            ("http://exa mple.com/", Refusal::NotAUrl),
            ("http://256.256.256.256/", Refusal::NotAUrl),
            ("http://user@example.com/", Refusal::UserInfo),
            ("http://user:secret@example.com/", Refusal::UserInfo),
            ("http://example.com@127.0.0.1/", Refusal::UserInfo),
            ("http://example.com:22/", Refusal::Port),
            ("https://example.com:25/", Refusal::Port),
            ("http://example.com:0/", Refusal::Port),
            ("http://127.0.0.1/", Refusal::PrivateAddress),
            ("http://127.0.0.1:8080/", Refusal::PrivateAddress),
            ("http://127.1/", Refusal::PrivateAddress),
            ("http://2130706433/", Refusal::PrivateAddress),
            ("http://0x7f000001/", Refusal::PrivateAddress),
            ("http://0x7f.0.0.1/", Refusal::PrivateAddress),
            ("http://0177.0.0.1/", Refusal::PrivateAddress),
            ("http://017700000001/", Refusal::PrivateAddress),
            ("http://127.0.0.1./", Refusal::PrivateAddress),
            ("http://%31%32%37.0.0.1/", Refusal::PrivateAddress),
            ("http://\u{ff11}\u{ff12}\u{ff17}.0.0.1/", Refusal::PrivateAddress),
            ("http://127\u{3002}0\u{3002}0\u{3002}1/", Refusal::PrivateAddress),
            ("http:127.0.0.1/", Refusal::PrivateAddress),
            ("http:\\\\127.0.0.1\\", Refusal::PrivateAddress),
            ("http://10.0.0.1/", Refusal::PrivateAddress),
            ("http://[::1]/", Refusal::PrivateAddress),
            ("http://[0:0:0:0:0:0:0:1]:8080/", Refusal::PrivateAddress),
            ("http://[fd00::1]/", Refusal::PrivateAddress),
            ("http://0.0.0.0/", Refusal::SpecialAddress),
            ("http://0/", Refusal::SpecialAddress),
            ("http://169.254.169.254/latest/meta-data/", Refusal::SpecialAddress),
            ("http://2852039166/", Refusal::SpecialAddress),
            ("http://[::]/", Refusal::SpecialAddress),
            ("http://[::ffff:127.0.0.1]/", Refusal::SpecialAddress),
            ("http://[::ffff:7f00:1]/", Refusal::SpecialAddress),
            ("http://[::ffff:169.254.169.254]/", Refusal::SpecialAddress),
            ("http://[64:ff9b::127.0.0.1]/", Refusal::SpecialAddress),
            ("http://[2002:7f00:1::]/", Refusal::SpecialAddress),
            ("http://[fe80::1]/", Refusal::SpecialAddress),
            ("http://255.255.255.255/", Refusal::SpecialAddress),
        ];
        for (text, expected) in table {
            assert_eq!(refusal(text), Some(expected), "{text}");
        }
        assert_eq!(refusal(&format!("https://example.com/{}", "a".repeat(MAX_URL_BYTES))), Some(Refusal::NotAUrl));
    }

    #[test]
    fn addresses_of_the_public_internet_pass() {
        for text in [
            "https://example.com/d?x=1#part",
            "http://example.com:8080/",
            "https://1.1.1.1/",
            "http://[2606:4700::1]:3000/",
        ] {
            assert_eq!(refusal(text), None, "{text}");
        }
        let url = check("https://example.com/d#part", &Policy(PrivateProviders::Refuse)).unwrap();
        assert_eq!(url.as_str(), "https://example.com/d");
    }
}
