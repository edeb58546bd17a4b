//! Addresses in descriptors: http(s) only, with `{variables}` allowed behind the host (HipChat Connect §1.15). A control's target
//! may also be an application on the reader's device.

/// Schemes of the applications that a control may open (CC-18): they write, call, meet or show code. Nothing that runs a program or
/// reads a file by its address is among them.
pub const APPLICATION_SCHEMES: [&str; 9] =
    ["mailto", "tel", "sip", "sips", "xmpp", "zoommtg", "msteams", "vscode", "jetbrains"];

/// The scheme of an address that opens an application, where it is one of [`APPLICATION_SCHEMES`].
pub fn application_of(address: &str) -> Option<&'static str> {
    let (scheme, rest) = address.split_once(':')?;
    let allowed = APPLICATION_SCHEMES.into_iter().find(|known| scheme.eq_ignore_ascii_case(known))?;
    (!rest.is_empty() && !rest.contains(char::is_control)).then_some(allowed)
}

/// The origin a browser will contact for an address, such as `https://builds.example.com`.
///
/// # Errors
/// A sentence saying why the address is refused.
pub fn origin_of(address: &str) -> Result<String, &'static str> {
    let one = origin_with(address, "x")?;
    // A variable in scheme, host or port would let whoever fills it choose where browsers go.
    if origin_with(address, "y")? == one { Ok(one) } else { Err("variables are allowed only after the host") }
}

fn origin_with(address: &str, value: &str) -> Result<String, &'static str> {
    let parts = parts::of(&fill(address, value)).ok_or("expected a complete http or https address")?;
    if !matches!(parts.scheme.as_str(), "http" | "https") {
        return Err("only http and https addresses are allowed");
    }
    if parts.has_credentials {
        return Err("an address must not contain a user name or password");
    }
    Ok(parts.origin)
}

/// What counts of an address, as the URL standard reads it.
struct Parts {
    scheme: String,
    has_credentials: bool,
    origin: String,
}

#[cfg(not(target_arch = "wasm32"))]
mod parts {
    use url::Url;

    pub fn of(address: &str) -> Option<super::Parts> {
        let url = Url::parse(address).ok()?;
        Some(super::Parts {
            scheme: url.scheme().to_owned(),
            has_credentials: !url.username().is_empty() || url.password().is_some(),
            origin: url.origin().ascii_serialization(),
        })
    }
}

/// The browser follows the same standard, and has its tables of host names already.
#[cfg(target_arch = "wasm32")]
mod parts {
    use web_sys::Url;

    pub fn of(address: &str) -> Option<super::Parts> {
        let url = Url::new(address).ok()?;
        // Chromium escapes what the standard forbids in names of hosts.
        if url.host().contains('%') {
            return None;
        }
        Some(super::Parts {
            scheme: url.protocol().trim_end_matches(':').to_owned(),
            has_credentials: !url.username().is_empty() || !url.password().is_empty(),
            origin: url.origin(),
        })
    }
}

/// Puts one value in the place of every `{variable}`; an unclosed brace stays as it is.
fn fill(address: &str, value: &str) -> String {
    let mut filled = String::with_capacity(address.len());
    let mut rest = address;
    while let Some((before, (_, after))) = rest.split_once('{').and_then(|(b, a)| Some((b, a.split_once('}')?))) {
        filled.push_str(before);
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    filled
}
