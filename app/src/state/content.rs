//! Related content: what was asked for, and what is open.

use roomglass_protocol::{
    ApiError, ExtensionKey, IntegrationKey, MessageId, OrderedMap, RoomId,
    integration::{Icon, Target},
    rest::integration::{CONFIGURATION, SignedUrl},
};
use serde_json::Value;

use super::dialog_options;

/// What an activated tile or control asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenRequest {
    /// Whose target.
    pub integration: IntegrationKey,
    /// Which.
    pub target: ExtensionKey,
    /// In which room.
    pub room: RoomId,
    /// The control that was chosen; `None` when a tile was activated.
    pub action: Option<ExtensionKey>,
    /// What it was chosen on.
    pub element: OpenedFrom,
    /// What the page that asked for it adds; nothing when a person did.
    pub extras: OpenExtras,
}

/// What a framed page adds when it opens another page of its integration (contract §9.4).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpenExtras {
    /// Told to the page once it listens; null for nothing.
    pub parameters: Value,
    /// Values for `{dotted.path}` variables in the address, by path.
    pub variables: OrderedMap<String, String>,
    /// Title in place of the descriptor's.
    pub title: Option<String>,
    /// Members in place of those of a dialog's `options`.
    pub options: Value,
    /// Where the page is, of a link that names none of its sender's (contract §6.2: `data-target="dialog"`).
    pub page: Option<String>,
}

impl OpenExtras {
    /// Reads `{options: {title, options}, parameters, urlTemplateValues}`.
    pub fn of(wanted: &Value) -> Self {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let variables = wanted.get("urlTemplateValues").and_then(Value::as_object);
        let options = wanted.get("options");
        Self {
            parameters: wanted.get("parameters").cloned().unwrap_or_default(),
            variables: variables.into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect(),
            title: options.and_then(|options| dialog_options::text(options.get("title")?)),
            options: options.and_then(|options| options.get("options")).cloned().unwrap_or_default(),
            page: None,
        }
    }
}

/// The element a control or tile belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenedFrom {
    /// A message or notification.
    Message(MessageId),
    /// A tile.
    Tile,
    /// The input field.
    Input,
    /// The head of the panel.
    Panel,
    /// The list of what is installed: the page on which an integration is set up.
    Installed,
}

/// Where related content is shown inside the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentPlace {
    /// In the right sidebar.
    Panel,
    /// In a dialog over the interface.
    Dialog,
}

/// Related content that is open.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenContent {
    /// Counts openings: the same target opened again is another opening.
    pub opening: u64,
    /// What was asked for.
    pub request: OpenRequest,
    /// Its title.
    pub title: String,
    /// Icon in its head, if it has one.
    pub icon: Option<Icon>,
    /// `options` of a dialog: size, buttons and so on (HCC-12); null for panels.
    pub options: Value,
    /// How far it has come.
    pub page: ContentPage,
    /// Whether nothing was heard of its page, and nobody can tell whether it forbids frames.
    pub is_silent: bool,
}

/// How far related content has come.
#[derive(Debug, Clone, PartialEq)]
pub enum ContentPage {
    /// Its address is being signed.
    Signing,
    /// The address to load in a sandboxed frame, and what its page may do.
    Ready(SignedUrl),
    /// There will be no page, and why.
    Failed(ApiError),
    /// The page does not let itself be framed, by this header of its own.
    Unframed(String),
}

impl OpenRequest {
    /// For the page on which an integration is set up (HipChat Connect §1.11).
    pub fn configuration(integration: IntegrationKey, room: RoomId) -> Option<Self> {
        Some(Self {
            integration,
            target: ExtensionKey::new(CONFIGURATION).ok()?,
            room,
            action: None,
            element: OpenedFrom::Installed,
            extras: OpenExtras::default(),
        })
    }
}

impl OpenContent {
    /// What opens for the page on which an integration of this name is set up: a dialog.
    pub fn configuration(opening: u64, request: OpenRequest, name: &str) -> Self {
        let title = format!("Set up {name}");
        Self::signing(opening, request, title, None, Value::Null)
    }

    /// What opens for a link that brings the address of its page: a dialog, under the name of the page's host. Nothing is signed for
    /// it: the page may be anybody's.
    pub fn of_link(opening: u64, request: OpenRequest) -> Option<Self> {
        let (_, rest) = request.extras.page.as_ref()?.split_once("://")?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
        let (title, options) = (request.extras.title.clone().unwrap_or(host), request.extras.options.clone());
        Some(Self::signing(opening, request, title, None, options))
    }

    /// What opens for a target, or `None` when that is a tab of its own.
    pub fn of(opening: u64, request: OpenRequest, target: &Target) -> Option<(ContentPlace, Self)> {
        let (place, title, icon, options) = match target {
            Target::WebPanel(panel) if is_dialog(&panel.location) => {
                (ContentPlace::Dialog, &panel.name, panel.icon.clone(), Value::Null)
            }
            Target::WebPanel(panel) if panel.location == "external" => return None,
            Target::WebPanel(panel) => (ContentPlace::Panel, &panel.name, panel.icon.clone(), Value::Null),
            Target::Dialog(dialog) => (ContentPlace::Dialog, &dialog.title, None, dialog.options.clone()),
            Target::ExternalPage(_) => return None,
        };
        let title = request.extras.title.clone().unwrap_or_else(|| title.value.clone());
        let options = dialog_options::merged(options, &request.extras.options);
        Some((place, Self::signing(opening, request, title, icon, options)))
    }

    fn signing(opening: u64, request: OpenRequest, title: String, icon: Option<Icon>, options: Value) -> Self {
        Self { opening, request, title, icon, options, page: ContentPage::Signing, is_silent: false }
    }

    /// The same content, to be signed and loaded once more.
    pub fn again(self, opening: u64, request: OpenRequest) -> Self {
        Self::signing(opening, request, self.title, self.icon, self.options)
    }

    /// The address, once it is there.
    pub fn url(&self) -> Option<&str> {
        match &self.page {
            ContentPage::Ready(signed) => Some(&signed.url),
            ContentPage::Signing | ContentPage::Failed(_) | ContentPage::Unframed(_) => None,
        }
    }
}

fn is_dialog(location: &str) -> bool {
    matches!(location, "dialog" | "popup")
}

#[cfg(test)]
mod tests {
    use roomglass_protocol::integration::Extensions;
    use serde_json::json;

    use super::*;
    use crate::state::testing::*;

    /// Where related content of this kind and location is opened.
    fn place(kind: &str, location: &str) -> Option<ContentPlace> {
        let page = json!({"key": "page", "name": {"value": "Page"}, "title": {"value": "Page"}, "location": location,
                          "url": "https://example.com/page"});
        let extensions: Extensions = read(json!({kind: [page]}));
        let target = extensions.target(&"page".parse().expect("an extension key")).expect("a target");
        let request = OpenRequest {
            integration: key(LINKS),
            target: "page".parse().expect("an extension key"),
            room: RoomId(123),
            action: None,
            element: OpenedFrom::Tile,
            extras: OpenExtras::default(),
        };
        OpenContent::of(1, request, &target).map(|(place, _)| place)
    }

    #[test]
    fn cc_15_rc_06_rc_08_each_location_has_its_place() {
        for (kind, location, expected) in [
            ("webPanel", "sidebar.right", Some(ContentPlace::Panel)),
            ("webPanel", "panel", Some(ContentPlace::Panel)),
            ("webPanel", "popup", Some(ContentPlace::Dialog)),
            ("webPanel", "dialog", Some(ContentPlace::Dialog)),
            ("dialog", "", Some(ContentPlace::Dialog)),
            ("webPanel", "external", None),
            ("externalPage", "", None),
        ] {
            assert_eq!(place(kind, location), expected, "{kind} {location}");
        }
    }

    // HCC-17
    #[test]
    fn a_link_that_brings_its_page_opens_a_dialog_under_the_name_of_the_host() {
        let request = |page: Option<&str>| OpenRequest {
            integration: key(LINKS),
            target: "dialog".parse().expect("an extension key"),
            room: RoomId(123),
            action: None,
            element: OpenedFrom::Tile,
            extras: OpenExtras { page: page.map(str::to_owned), ..OpenExtras::default() },
        };
        let opened = OpenContent::of_link(1, request(Some("https://links.example.com:8443/a?b=c://d")));
        assert_eq!(opened.map(|open| open.title).as_deref(), Some("links.example.com:8443"));
        assert_eq!(OpenContent::of_link(1, request(Some("mailto:links@example.com"))), None);
        assert_eq!(OpenContent::of_link(1, request(None)), None);
    }
}
