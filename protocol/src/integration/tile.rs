//! Dynamic data of a tile (Table M), the same whether fetched or pushed (PUSH-11).

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::{Map, Value};

use super::{
    Element,
    place::{Faults, Place},
};
use crate::{Fault, json::Members};

/// What a tile shows now. Unknown members are kept.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TileData {
    /// Text with emphasis.
    pub label: Label,
    /// Indicator beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Values that conditions test (COND-12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// What else it shows, as it came (see [`Element::read_all`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Element>"))]
    pub elements: Vec<Value>,
    /// Members this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl<'de> Deserialize<'de> for TileData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::read(deserializer, |mut members| {
            Ok(Self {
                label: members.take("label")?,
                status: members.take_or_default("status")?,
                metadata: members.take_or_default("metadata")?,
                elements: members.take_or_default::<Option<_>>("elements")?.unwrap_or_default(),
                other: members.into_rest(),
            })
        })
    }
}

/// The text of a tile.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Always `html` (HCC-09).
    #[serde(rename = "type", default = "html")]
    pub format: String,
    /// 1 to 1000 characters of HTML, of which `b strong i em` are drawn.
    pub value: String,
}

fn html() -> String {
    "html".to_owned()
}

/// Indicator of a tile (DYN-10).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", content = "value", rename_all = "lowercase")]
pub enum Status {
    /// Text on a coloured ground.
    Lozenge(Lozenge),
    /// A picture chosen by the provider.
    Icon(super::Icon),
    /// Bare text: undocumented in HipChat, but its client drew it. Also an icon that has a `label` in place of an
    /// address, which the source allows.
    Text(String),
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::read(deserializer, |mut members| match members.take::<String>("type")?.as_str() {
            "lozenge" => Ok(Self::Lozenge(members.take("value")?)),
            "icon" => read_icon(members.take("value")?),
            "text" => Ok(Self::Text(members.take("value")?)),
            other => Err(serde_json::Error::unknown_variant(other, &["lozenge", "icon", "text"])),
        })
    }
}

fn read_icon(value: Value) -> Result<Status, serde_json::Error> {
    let address = value.get("url").filter(|address| !address.is_null());
    match (address, value.get("label").and_then(Value::as_str)) {
        (None, Some(label)) => Ok(Status::Text(label.to_owned())),
        _ => serde_json::from_value(value).map(Status::Icon),
    }
}

/// Text on a coloured ground whose colour has a fixed meaning (ELEM-03).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lozenge {
    /// 1 to 20 characters.
    pub label: String,
    /// Its meaning; unknown ones are drawn as `default`.
    #[serde(rename = "type", default)]
    pub kind: LozengeKind,
    /// 1 to 200 characters that appear when somebody asks for more (ELEM-04).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tooltip: Option<String>,
}

/// Meanings of lozenges (§7 of the requirements; colours in the design).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LozengeKind {
    /// Neutral, not started: grey. Also every kind this version does not know.
    #[default]
    Default,
    /// Good: green.
    Success,
    /// Broken: red.
    Error,
    /// Going on now: yellow in HipChat, info in our design.
    Current,
    /// Finished: HipChat's blue.
    Complete,
    /// Just arrived: violet.
    New,
    /// Changed, watch it: brown.
    Moved,
    /// Not shown.
    Empty,
}

impl LozengeKind {
    /// The kind a provider's word means; an unknown word means [`LozengeKind::Default`].
    pub fn from_word(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "success" => Self::Success,
            "error" | "removed" => Self::Error,
            "current" | "inprogress" => Self::Current,
            "complete" => Self::Complete,
            "new" => Self::New,
            "moved" => Self::Moved,
            "empty" => Self::Empty,
            _ => Self::Default,
        }
    }

    /// The word on the wire and in `data-kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Success => "success",
            Self::Error => "error",
            Self::Current => "current",
            Self::Complete => "complete",
            Self::New => "new",
            Self::Moved => "moved",
            Self::Empty => "empty",
        }
    }
}

impl<'de> Deserialize<'de> for LozengeKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|word| Self::from_word(&word))
    }
}

impl TileData {
    /// Reads and checks data that came from a provider.
    ///
    /// # Errors
    /// Every fault with its JSON pointer: those of [`TileData::parse_but_elements`], and of [`Element::read_all`].
    pub fn parse(value: &Value) -> Result<Self, Vec<Fault>> {
        let data = Self::parse_but_elements(value)?;
        Element::read_all(&data.elements).map(|_| data)
    }

    /// The same, for browsers: they read elements, which few tiles have, with code of their own.
    ///
    /// # Errors
    /// Every fault with its JSON pointer: not an object, no label, label not 1 to 1000 characters, lozenge text not 1
    /// to 20 or its tooltip not 1 to 200, an icon that is neither http(s) nor text, elements that are no list, a member `error`.
    pub fn parse_but_elements(value: &Value) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let data = Place::new(value, "");
        if data.clone().required(&mut faults).object(&mut faults).is_some() {
            check_label(&data.member("label").required(&mut faults), &mut faults);
            check_status(&data.member("status"), &mut faults);
            data.member("metadata").object(&mut faults);
            data.member("elements").list(&mut faults);
            if data.member("error").value().is_some() {
                faults.add("/error", "the provider reports an error");
            }
        }
        if faults.is_empty() {
            match serde_json::from_value(value.clone()) {
                Ok(data) => return Ok(data),
                Err(error) => faults.add("", error.to_string()),
            }
        }
        faults.unless(None)
    }
}

fn check_label(label: &Place<'_>, faults: &mut Faults) {
    if label.object(faults).is_some() {
        if label.member("type").any_text(faults).is_some_and(|format| format != "html") {
            faults.add(&label.member("type").pointer, "expected \"html\"");
        }
        label.member("value").required(faults).text(1..=1000, faults);
    }
}

fn check_status(status: &Place<'_>, faults: &mut Faults) {
    if status.object(faults).is_none() {
        return;
    }
    let kind = status.member("type").required(faults);
    let value = status.member("value").required(faults);
    match kind.any_text(faults) {
        Some("lozenge") if value.object(faults).is_some() => {
            value.member("label").required(faults).text(1..=20, faults);
            value.member("type").any_text(faults);
            value.member("tooltip").text(1..=200, faults);
        }
        Some("icon") if value.member("url").value().is_none() && value.member("label").value().is_some() => {
            value.member("label").text(1..=1000, faults);
        }
        Some("icon") => value.icon(faults),
        Some("text") => _ = value.text(1..=1000, faults),
        Some("lozenge") | None => {}
        Some(_) => faults.add(&kind.pointer, "expected \"lozenge\", \"icon\" or \"text\""),
    }
}
