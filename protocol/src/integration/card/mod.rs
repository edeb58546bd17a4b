//! Cards: what a notification shows in place of its text (HCC-18, contract §6.3).

mod reading;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{
    Icon, LozengeKind,
    place::{Faults, Place},
};
use crate::{Fault, json::Members};

/// What marks the style of an attribute as a lozenge; `-` and its kind may follow.
const LOZENGE: &str = "lozenge";

/// A card, with everything but its metadata, which conditions test and the message keeps.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MessageCard"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Card {
    /// The same in every message that shows the same card.
    pub id: String,
    /// What it is about.
    pub style: CardStyle,
    /// 1 to 500 characters.
    pub title: String,
    /// More words, of which `html` is already reduced by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// `compact` or `medium`; of `application` cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Where the title leads, http(s).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Beside the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Icon>,
    /// A larger picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Thumbnail>,
    /// One line, which opens to the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
    /// Facts, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
}

impl<'de> Deserialize<'de> for Card {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::read(deserializer, |mut members| {
            Ok(Self {
                id: members.take("id")?,
                style: members.take("style")?,
                title: members.take("title")?,
                description: members.take_or_default("description")?,
                format: members.take_or_default("format")?,
                url: members.take_or_default("url")?,
                icon: members.take_or_default("icon")?,
                thumbnail: members.take_or_default("thumbnail")?,
                activity: members.take_or_default("activity")?,
                attributes: members.take_or_default("attributes")?,
            })
        })
    }
}

/// What a card is about; conditions test it (COND-18).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CardStyle {
    /// A file.
    File,
    /// A picture.
    Image,
    /// Something in an application, such as a ticket.
    Application,
    /// A page.
    Link,
    /// A film or sound.
    Media,
}

impl CardStyle {
    const ALL: [Self; 5] = [Self::File, Self::Image, Self::Application, Self::Link, Self::Media];

    /// The word on the wire, in conditions and in `data-style`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Image => "image",
            Self::Application => "application",
            Self::Link => "link",
            Self::Media => "media",
        }
    }
}

/// Words of a card.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CardDescription"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// `html` or `text`.
    pub format: String,
    /// 1 to 1000 characters.
    pub value: String,
}

/// A picture with its original size.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CardThumbnail"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// For ordinary displays.
    pub url: String,
    /// For displays with two or more device pixels to one of CSS.
    #[serde(rename = "url@2x", default, skip_serializing_if = "Option::is_none")]
    pub url_2x: Option<String>,
    /// In pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// In pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

/// What happened, in one line.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CardActivity"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Already reduced by the server.
    pub html: String,
    /// Beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Icon>,
}

/// One fact.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CardAttribute"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// What it tells; some add-ons leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it is.
    pub value: AttributeValue,
}

/// The value of a fact.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CardAttributeValue"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeValue {
    /// The words.
    pub label: String,
    /// `lozenge`, or `lozenge-` and a kind; see [`AttributeValue::lozenge`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
    /// Where it leads, http(s).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Before the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Icon>,
}

impl AttributeValue {
    /// The kind of lozenge to draw, if one is to be drawn.
    pub fn lozenge(&self) -> Option<LozengeKind> {
        let kind = self.style.as_deref()?.strip_prefix(LOZENGE)?;
        Some(LozengeKind::from_word(kind.trim_start_matches('-')))
    }
}

impl Card {
    /// Reads and checks a card. What HipChat's own schema refused is refused: a member that must be there and is not, of
    /// another type, too short or too long. An address that is not http(s) is left out, so that it leads nowhere.
    ///
    /// # Errors
    /// Every fault with its JSON pointer, which begins with `pointer`.
    pub fn parse(value: &Value, pointer: &str) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let place = Place::new(value, pointer);
        let card = reading::card(&place, &mut faults);
        faults.unless(card)
    }

    /// Whether there is enough to draw it; otherwise the text of its message is drawn.
    pub fn is_drawable(&self) -> bool {
        match self.style {
            CardStyle::Link => self.description.is_some(),
            CardStyle::Image => self.url.is_some() || self.thumbnail.is_some(),
            CardStyle::File | CardStyle::Application | CardStyle::Media => true,
        }
    }

    /// Addresses of all its pictures: what the server may fetch for it.
    pub fn pictures(&self) -> impl Iterator<Item = &str> {
        let values = self.attributes.iter().filter_map(|attribute| attribute.value.icon.as_ref());
        let icons = self.icon.iter().chain(self.activity.iter().filter_map(|activity| activity.icon.as_ref()));
        let icons = icons.chain(values).map(|icon| (icon.url.as_str(), icon.url_2x.as_deref()));
        let thumbnail = self.thumbnail.iter().map(|picture| (picture.url.as_str(), picture.url_2x.as_deref()));
        let shown = self.url.as_deref().filter(|_| self.style == CardStyle::Image);
        icons.chain(thumbnail).flat_map(|(url, url_2x)| [Some(url), url_2x]).flatten().chain(shown)
    }
}
