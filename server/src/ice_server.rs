//! Servers that help browsers to find a way to each other, as the operator names them (MSG-19, decision 23).

use roomglass_protocol::call::IceServer;

/// Reads `stun:HOST[:PORT]` or `turn:[NAME:PASSWORD@]HOST[:PORT][?transport=…]`, also with `stuns` and `turns`.
///
/// # Errors
/// A sentence that does not repeat the password.
pub fn parse(text: &str) -> Result<IceServer, String> {
    let form = || "expected stun:HOST:PORT or turn:NAME:PASSWORD@HOST:PORT".to_owned();
    let (scheme, rest) = text.trim().split_once(':').ok_or_else(form)?;
    if !matches!(scheme, "stun" | "stuns" | "turn" | "turns") {
        return Err(form());
    }
    let (account, host) = rest.rsplit_once('@').map_or((None, rest), |(account, host)| (Some(account), host));
    if host.is_empty() || host.starts_with(['/', '?', ':']) || host.contains(char::is_whitespace) {
        return Err(form());
    }
    let (username, credential) = match account.map(|account| account.split_once(':')) {
        None => (None, None),
        Some(Some((name, password))) => (Some(name.to_owned()), Some(password.to_owned())),
        Some(None) => return Err(form()),
    };
    if scheme.starts_with("turn") && credential.is_none() {
        return Err("a TURN server needs a name and a password: turn:NAME:PASSWORD@HOST:PORT".to_owned());
    }
    Ok(IceServer { urls: format!("{scheme}:{host}"), username, credential })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_write_servers_as_they_know_them() {
        let stun = parse("stun:stun.example.org:3478").unwrap();
        assert_eq!((stun.urls.as_str(), stun.username), ("stun:stun.example.org:3478", None));
        let turn = parse("turns:chat:p@ss:word@turn.example.org:5349?transport=tcp").unwrap();
        assert_eq!(turn.urls, "turns:turn.example.org:5349?transport=tcp");
        assert_eq!((turn.username.as_deref(), turn.credential.as_deref()), (Some("chat"), Some("p@ss:word")));
        assert!(!format!("{turn:?}").contains("p@ss"), "the configuration may be printed");
    }

    #[test]
    fn what_browsers_would_not_take_is_refused_at_the_start() {
        for wrong in [
            "",
            "stun",
            "stun:",
            "stun: host",
            "https://stun.example.org",
            "turn:host:3478",
            "turn:name@host",
            "turn://host",
        ] {
            let refusal = parse(wrong).unwrap_err();
            assert!(refusal.contains(':'), "{wrong}: {refusal}");
        }
    }
}
