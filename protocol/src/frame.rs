//! Messages between the chat and framed pages, as HipChat's pages know them (HCC-19; contract §9.6).

use serde::Deserialize;
use serde_json::{Value, json};

use crate::integration::origin_of;

/// Longest message a page may send, in characters.
pub const MOST_CHARS: usize = 64 * 1024;
/// Longest message that brings a file ([`FILE_CALL`]), in characters: nine megabytes of it.
pub const MOST_FILE_CHARS: usize = 12 * 1024 * 1024;
/// The call that brings a file.
pub const FILE_CALL: &str = "addFileForUploadWithBase64";

/// The origin a framed page has, and with it what it may do (RC-09, decision 13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Its own, as in HipChat: pages of add-ons keep things there, and ask their servers, which let no other origin in.
    Own(String),
    /// None: it would be the chat's otherwise, and the page could do all that the chat can.
    Opaque,
}

impl Origin {
    /// Of a page that is loaded into a frame of the chat.
    pub fn of(page: &str, chat: &str) -> Self {
        match origin_of(page) {
            Ok(origin) if origin != chat => Self::Own(origin),
            _ => Self::Opaque,
        }
    }

    /// The frame's attribute `sandbox`.
    pub fn sandbox(&self) -> &'static str {
        match self {
            Self::Own(_) => "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox",
            Self::Opaque => "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox",
        }
    }

    /// As browsers tell it of a message that the page posted.
    pub fn as_told(&self) -> &str {
        match self {
            Self::Own(origin) => origin,
            Self::Opaque => "null",
        }
    }

    /// Whom a message to the page is for: an opaque origin cannot be named.
    pub fn addressed(&self) -> &str {
        match self {
            Self::Own(origin) => origin,
            Self::Opaque => "*",
        }
    }
}

/// What a page posts to the window.
#[derive(Debug, Clone, Deserialize)]
pub struct Incoming {
    /// Which page says it is speaking; it must be the one whose window spoke.
    #[serde(default)]
    pub eid: Option<String>,
    /// `init`, `req`, `event_query`, `resp` or `broadcast`; others are of newer libraries, and not answered.
    #[serde(rename = "type")]
    pub kind: String,
    /// Names the answer that is expected, or the event that is answered.
    #[serde(default)]
    pub mid: Value,
    /// Module of a call.
    #[serde(default, rename = "mod")]
    pub module: String,
    /// Function of a call.
    #[serde(default, rename = "fn")]
    pub function: String,
    /// Arguments of a call, events of a query, or an answer.
    #[serde(default)]
    pub args: Vec<Value>,
    /// Name of a broadcast.
    #[serde(default)]
    pub etyp: String,
    /// What is broadcast.
    #[serde(default)]
    pub evnt: Value,
}

/// Media type and base64 of a `data:` address (RFC 2397) that is written in base64; parameters of the type are left out.
pub fn file_in(address: &str) -> Option<(&str, &str)> {
    let (head, bytes) = address.strip_prefix("data:")?.split_once(',')?;
    let media_type = head.strip_suffix(";base64")?;
    Some((media_type.split(';').next().unwrap_or_default(), bytes))
}

/// Answers a page that is ready.
pub fn ready() -> Value {
    json!({"type": "init_received"})
}

/// Calls back: the error, then the result.
pub fn answer(mid: &Value, result: Result<Value, String>) -> Value {
    let args = match result {
        Ok(result) => json!([null, result]),
        Err(error) => json!([error]),
    };
    json!({"type": "resp", "mid": mid, "forPlugin": true, "args": args})
}

/// Tells an event; `mid` where an answer is expected.
pub fn event(name: &str, payload: &Value, mid: Option<u64>) -> Value {
    let mut event = json!({"type": "evt", "etyp": name, "evnt": payload});
    if let Some(mid) = mid {
        event["mid"] = mid.into();
    }
    event
}

/// The name of the frame's window, by which the page's script finds its host and what it can call.
pub fn window_name(extension_id: &str, origin: &str) -> String {
    let modules = CALLS.iter().map(|(module, functions)| {
        let functions = functions.iter().map(|(name, args)| ((*name).to_owned(), json!({"args": args})));
        ((*module).to_owned(), Value::Object(functions.collect()))
    });
    json!({
        "extension_id": extension_id,
        "origin": origin,
        "api": Value::Object(modules.collect()),
        "options": {"globalOptions": {}},
    })
    .to_string()
}

/// Names of functions, each with the names of its arguments.
type Functions = &'static [(&'static str, &'static [&'static str])];

/// What pages can call, with the names of the arguments. `all.js` has the same list.
pub const CALLS: [(&str, Functions); 7] = [
    ("auth", &[("withToken", &["callback"])]),
    (
        "room",
        &[
            ("getRoomDetails", &["callback"]),
            ("getParticipants", &["callback"]),
            ("open", &["data", "callback"]),
            ("create", &["name", "topic", "privacy", "callback"]),
            ("invite", &["users", "callback"]),
        ],
    ),
    ("user", &[("getCurrentUser", &["callback"]), ("open", &["data", "callback"])]),
    ("sidebar", &[("openView", &["data", "callback"]), ("closeView", &["callback"])]),
    (
        "dialog",
        &[
            ("open", &["data", "callback"]),
            ("update", &["data", "callback"]),
            ("updatePrimaryAction", &["data", "callback"]),
            ("close", &["callback"]),
        ],
    ),
    (
        "chat",
        &[
            ("appendMessage", &["text", "callback"]),
            ("focus", &["callback"]),
            (FILE_CALL, &["data", "name", "callback"]),
        ],
    ),
    ("file", &[("openInFileViewer", &["file", "list", "callback"])]),
];

#[cfg(test)]
mod tests {
    use super::*;

    // RC-09
    #[test]
    fn a_page_keeps_its_origin_unless_it_is_that_of_the_chat() {
        let chat = "https://chat.example.com";
        let page = Origin::of("https://builds.example.com:8443/page?signed_request=x", chat);
        assert_eq!(page, Origin::Own("https://builds.example.com:8443".to_owned()));
        assert_eq!(
            (page.as_told(), page.addressed()),
            ("https://builds.example.com:8443", "https://builds.example.com:8443")
        );
        for page in
            ["https://chat.example.com/files/1", "https://CHAT.example.com:443/", "about:blank", "javascript:1", ""]
        {
            let origin = Origin::of(page, chat);
            assert_eq!((origin.as_told(), origin.addressed()), ("null", "*"), "{page}");
            assert!(!origin.sandbox().contains("allow-same-origin"));
        }
        assert!(page.sandbox().contains("allow-same-origin") && !page.sandbox().contains("top-navigation"));
    }

    // HCC-19
    #[test]
    fn a_page_reads_from_its_name_who_it_is_and_what_it_can_call() -> Result<(), serde_json::Error> {
        let name: Value = serde_json::from_str(&window_name("builds__panel__3", "https://chat.example.com"))?;
        assert_eq!(name["extension_id"], "builds__panel__3");
        assert_eq!(name["origin"], "https://chat.example.com");
        assert_eq!(name["api"]["auth"]["withToken"]["args"], json!(["callback"]));
        assert!(name["options"]["globalOptions"].is_object(), "newer libraries read members of it without looking");
        Ok(())
    }

    // HCC-19
    #[test]
    fn the_script_offers_the_same_calls() {
        let script = include_str!("../../public/atlassian-connect/all.js");
        for (module, functions) in CALLS {
            let names: Vec<String> = functions.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            let line = format!("    {module}: [{}],\n", names.join(", "));
            assert!(script.contains(&line), "all.js has no line {line}");
        }
    }

    // HCC-19
    #[test]
    fn a_file_comes_as_a_data_address() {
        assert_eq!(file_in("data:image/png;base64,iVBO"), Some(("image/png", "iVBO")));
        assert_eq!(file_in("data:text/plain;charset=utf-8;base64,aGk="), Some(("text/plain", "aGk=")));
        assert_eq!(file_in("data:;base64,aGk="), Some(("", "aGk=")));
        for other in ["", "aGk=", "data:text/plain,hi", "https://x.example/a.png", "data:image/png;base64"] {
            assert_eq!(file_in(other), None, "{other}");
        }
    }

    // HCC-19
    #[test]
    fn answers_are_understood_by_old_and_new_libraries() {
        assert_eq!(
            answer(&json!(7), Ok(json!("t"))),
            json!({"type": "resp", "mid": 7, "forPlugin": true, "args": [null, "t"]})
        );
        assert_eq!(answer(&json!("a"), Err("no".into()))["args"], json!(["no"]));
        assert_eq!(event("theme", &json!({}), None).get("mid"), None);
        assert_eq!(event("dialog-button-click", &json!({}), Some(2))["mid"], 2);
    }
}
