//! UI extensions: what an integration adds to the interface.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ConditionList;
use crate::{ExtensionKey, IntegrationKey};

/// The word for a kind of UI extension, canonical spelling: `glance`, `webPanel`, `dialog`, `externalPage`, `action`,
/// `webhook`, or a kind this version does not know (DESC-18).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExtensionKind(pub String);

impl ExtensionKind {
    /// Dynamic content item.
    pub const GLANCE: &'static str = "glance";
    /// Related content in a sidebar.
    pub const WEB_PANEL: &'static str = "webPanel";
    /// Related content in a dialog.
    pub const DIALOG: &'static str = "dialog";
    /// Related content in a browser tab of its own.
    pub const EXTERNAL_PAGE: &'static str = "externalPage";
    /// Conditional control.
    pub const ACTION: &'static str = "action";
    /// Event the provider wants to be told of.
    pub const WEBHOOK: &'static str = "webhook";

    /// Capabilities that add nothing to the interface, whatever their form.
    pub(super) const NOT_EXTENSIONS: [&'static str; 11] = [
        "adminPage",
        "capabilities",
        "command",
        "configurable",
        "hipchatApiConsumer",
        "hipchatApiProvider",
        "installable",
        "internalChathook",
        "links",
        "oauth2Consumer",
        "oauth2Provider",
    ];

    /// The kind a capability's word stands for; the source has words of its own for three of them.
    pub fn canonical(word: &str) -> Self {
        Self::from(match word {
            "dynamicContentItem" => Self::GLANCE,
            "relatedContent" => Self::WEB_PANEL,
            "conditionalControl" => Self::ACTION,
            other => other,
        })
    }

    /// Whether this version does something with extensions of this kind.
    pub fn is_known(&self) -> bool {
        let known = [Self::GLANCE, Self::WEB_PANEL, Self::DIALOG, Self::EXTERNAL_PAGE, Self::ACTION, Self::WEBHOOK];
        known.contains(&self.0.as_str())
    }
}

impl From<&str> for ExtensionKind {
    fn from(word: &str) -> Self {
        Self(word.to_owned())
    }
}

impl fmt::Display for ExtensionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All UI extensions of one version of an integration: kind → descriptors in normal form, in the descriptor's order.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Extensions(pub BTreeMap<ExtensionKind, Vec<Value>>);

/// Text for people; `i18n` is a translation key nobody resolves.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Name {
    /// 1 to 100 characters.
    pub value: String,
    /// Kept, not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub i18n: Option<String>,
}

/// A picture in one or two densities.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Icon {
    /// For ordinary displays.
    pub url: String,
    /// For displays with two or more device pixels to one of CSS.
    #[serde(rename = "url@2x", default, skip_serializing_if = "Option::is_none")]
    pub url_2x: Option<String>,
    /// Words in place of the picture (gap 7 of the requirements).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A dynamic content item: one tile.
#[derive(Debug, Clone, PartialEq)]
pub struct Glance {
    /// Stable key.
    pub key: ExtensionKey,
    /// Shown when there is no data (DESC-09).
    pub name: Name,
    /// Where browsers fetch data; without it the tile is static (DESC-10).
    pub query_url: Option<String>,
    /// What opens when it is activated; without it nothing does (DESC-12).
    pub target: Option<ExtensionKey>,
    /// Static icon.
    pub icon: Option<Icon>,
    /// When it is shown.
    pub conditions: ConditionList,
    /// Place in the order; 100 when absent.
    pub weight: i64,
}

/// A conditional control: one entry of a "…" menu.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// Stable key, and the name of the event its target receives.
    pub key: ExtensionKey,
    /// The entry's words.
    pub name: Name,
    /// Where browsers fetch what is said beside the words when the menu opens (CC-19); the answer is like that for a tile.
    pub query_url: Option<String>,
    /// The kind of element it belongs to, normal form: `message`, `input`, `glance`, `sidebar`.
    pub location: String,
    /// What opens.
    pub target: Option<ExtensionKey>,
    /// When it is offered.
    pub conditions: ConditionList,
    /// Place in the order; 100 when absent.
    pub weight: i64,
}

/// Related content in a sidebar or another place of the interface.
#[derive(Debug, Clone, PartialEq)]
pub struct WebPanel {
    /// Stable key.
    pub key: ExtensionKey,
    /// Title.
    pub name: Name,
    /// Where it is shown, normal form: `sidebar.right`, `popup`, `dialog`, `panel`, `external`.
    pub location: String,
    /// The page.
    pub url: String,
    /// Icon in the head of the panel.
    pub icon: Option<Icon>,
}

/// Related content in a dialog.
#[derive(Debug, Clone, PartialEq)]
pub struct Dialog {
    /// Stable key.
    pub key: ExtensionKey,
    /// Title.
    pub title: Name,
    /// The page.
    pub url: String,
    /// Size, buttons and so on, as they came (HCC-12).
    pub options: Value,
}

/// Related content in a browser tab.
#[derive(Debug, Clone, PartialEq)]
pub struct ExternalPage {
    /// Stable key.
    pub key: ExtensionKey,
    /// What the link is called.
    pub name: Name,
    /// The page.
    pub url: String,
}

/// What activating a tile or control opens.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A panel.
    WebPanel(WebPanel),
    /// A dialog.
    Dialog(Dialog),
    /// A page in a tab of its own.
    ExternalPage(ExternalPage),
}

/// An event the provider wants to be told of (§19).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Given, or derived from the content where the descriptor has none.
    pub key: ExtensionKey,
    /// `room_message`, `room_notification`, `room_enter`, `room_exit`, `room_topic_change`, …
    pub event: String,
    /// Only texts in which this matches somewhere (HOOK-02); begins with its flags if it has any, such as `(?i)`.
    pub pattern: Option<String>,
    /// Where to.
    pub url: String,
    /// Whether calls carry a JWT (HOOK-03).
    pub signed: bool,
}

/// Names one extension of one integration.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExtensionRef {
    /// Whose.
    pub integration: IntegrationKey,
    /// Which.
    pub key: ExtensionKey,
}
