//! What a tile shows beside its label and status: buttons, charts, badges and pictures of people (ELEM-08 … ELEM-11).
//!
//! HipChat had none of these: they stand in a list of their own, so that a client without them draws the rest. Few tiles have any;
//! browsers read them where they draw them, not with the tile's other data.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Number, Value};

use super::{
    Icon, LozengeKind,
    place::{Faults, Place},
};
use crate::{ExtensionKey, Fault, UserId};

/// Most elements of one tile.
pub const MAX_ELEMENTS: usize = 5;
/// Most values of one chart.
pub const MAX_VALUES: usize = 100;
/// Most people of one avatar element.
pub const MAX_PEOPLE: usize = 20;
/// A badge without a `max` of its own counts up to this.
const USUAL_MAX: u64 = 999;
/// No value of a chart lies further from zero, so that scaling cannot overflow.
const FARTHEST: f64 = 1e15;

/// One element of a tile. Elements of other kinds are kept with the tile's data, and not drawn.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "lowercase")]
pub enum Element {
    /// Activates a target.
    Button(Button),
    /// A series of numbers at a glance.
    Chart(Chart),
    /// A short count or word.
    Badge(Badge),
    /// The pictures of one or more people.
    Avatar(Avatar),
}

/// A labelled button (ELEM-08).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// 1 to 30 characters.
    pub label: String,
    /// What opens; the tile's own target where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<ExtensionKey>,
}

/// A small chart (ELEM-09).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// 2 to 100 numbers, oldest first.
    pub values: Vec<Number>,
    /// How they are drawn.
    #[serde(default)]
    pub style: ChartStyle,
    /// What is measured, 1 to 40 characters; said in place of the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Lower end of the scale; the least value where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Number>,
    /// Upper end of the scale; the greatest value where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Number>,
}

/// How a chart is drawn.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartStyle {
    /// A line. Also every style this version does not know.
    #[default]
    Line,
    /// A bar for each value.
    Bars,
}

/// A short count or word (ELEM-10).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Badge {
    /// What is counted. Either this or a label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// A greater count reads as this and a plus sign; 999 where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// A word of 1 to 12 characters. Either this or a count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its meaning, in the words of lozenges.
    #[serde(rename = "type", default)]
    pub kind: LozengeKind,
}

/// The pictures of people (ELEM-11).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Avatar {
    /// 1 to 20 people.
    pub people: Vec<Pictured>,
}

/// A person of an avatar element.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pictured {
    /// A person of the chat, drawn and named as everywhere in it. Either this or a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<UserId>,
    /// 1 to 50 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A picture at one of the integration's own hosts; initials where it is absent or cannot be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Icon>,
}

impl<'de> Deserialize<'de> for ChartStyle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Ok(if word.eq_ignore_ascii_case("bars") { Self::Bars } else { Self::Line })
    }
}

impl Element {
    /// The elements of known kinds, in their order.
    ///
    /// # Errors
    /// Every fault with its JSON pointer into the tile's data: more than [`MAX_ELEMENTS`], an element that is not an object with
    /// `type` and `value`, a value of a known kind that its type does not allow.
    pub fn read_all(elements: &[Value]) -> Result<Vec<Self>, Vec<Fault>> {
        let mut faults = Faults::default();
        if elements.len() > MAX_ELEMENTS {
            faults.add("/elements", format!("expected at most {MAX_ELEMENTS} elements"));
            return faults.unless(None);
        }
        let mut known = Vec::new();
        for (index, value) in elements.iter().enumerate() {
            let element = Place::new(value, format!("/elements/{index}"));
            if check(&element, &mut faults) && faults.is_empty() {
                match serde_json::from_value(value.clone()) {
                    Ok(element) => known.push(element),
                    Err(error) => faults.add(&element.pointer, error.to_string()),
                }
            }
        }
        faults.unless(Some(known))
    }
}

/// Whether the element is of a kind this version knows.
fn check(element: &Place<'_>, faults: &mut Faults) -> bool {
    if element.clone().required(faults).object(faults).is_none() {
        return false;
    }
    let kind = element.member("type").required(faults).any_text(faults);
    let value = element.member("value");
    let check: fn(&Place<'_>, &mut Faults) = match kind {
        Some("button") => check_button,
        Some("chart") => check_chart,
        Some("badge") => check_badge,
        Some("avatar") => check_avatar,
        _ => return false,
    };
    if value.clone().required(faults).object(faults).is_some() {
        check(&value, faults);
    }
    true
}

fn check_button(button: &Place<'_>, faults: &mut Faults) {
    button.member("label").required(faults).text(1..=30, faults);
    button.member("target").key(faults);
}

fn check_chart(chart: &Place<'_>, faults: &mut Faults) {
    let values = chart.member("values").required(faults);
    let items = values.items(faults);
    if values.value().is_some_and(Value::is_array) && !(2..=MAX_VALUES).contains(&items.len()) {
        return faults.add(&values.pointer, format!("expected 2 to {MAX_VALUES} numbers"));
    }
    for item in items {
        item.required(faults).number(-FARTHEST..=FARTHEST, faults);
    }
    for end in ["min", "max"] {
        chart.member(end).number(-FARTHEST..=FARTHEST, faults);
    }
    chart.member("style").any_text(faults);
    chart.member("label").text(1..=40, faults);
}

fn check_badge(badge: &Place<'_>, faults: &mut Faults) {
    let [count, max, label] = ["count", "max", "label"].map(|name| badge.member(name));
    for number in [&count, &max] {
        if number.value().is_some_and(|value| !value.is_u64()) {
            faults.add(&number.pointer, "expected a whole number that is not negative");
        }
    }
    label.text(1..=12, faults);
    badge.member("type").any_text(faults);
    if count.value().is_some() == label.value().is_some() {
        faults.add(&badge.pointer, "expected either \"count\" or \"label\"");
    }
}

fn check_avatar(avatar: &Place<'_>, faults: &mut Faults) {
    let people = avatar.member("people").required(faults);
    let listed = people.items(faults);
    if people.value().is_some_and(Value::is_array) && !(1..=MAX_PEOPLE).contains(&listed.len()) {
        return faults.add(&people.pointer, format!("expected 1 to {MAX_PEOPLE} people"));
    }
    for person in listed {
        if person.clone().required(faults).object(faults).is_some() {
            let [id, name] = ["id", "name"].map(|member| person.member(member));
            id.whole_number(faults);
            name.text(1..=50, faults);
            person.member("icon").icon(faults);
            if id.value().is_none() && name.value().is_none() {
                faults.add(&person.pointer, "expected \"id\" or \"name\"");
            }
        }
    }
}

impl Badge {
    /// What is drawn: `99+` for a count beyond its maximum.
    pub fn text(&self) -> String {
        match (self.count, &self.label) {
            (Some(count), _) if count > self.max.unwrap_or(USUAL_MAX) => format!("{}+", self.max.unwrap_or(USUAL_MAX)),
            (Some(count), _) => count.to_string(),
            (None, label) => label.clone().unwrap_or_default(),
        }
    }
}

impl Chart {
    /// Each value's height in thousandths of the scale. A series that never changes lies in the middle.
    pub fn heights(&self) -> Vec<u16> {
        let numbers: Vec<f64> = self.values.iter().map(number).collect();
        let end = |given: &Option<Number>, pick: fn(f64, f64) -> f64| {
            given.as_ref().map(number).or_else(|| numbers.iter().copied().reduce(pick)).unwrap_or_default()
        };
        let (least, most) = (end(&self.min, f64::min), end(&self.max, f64::max));
        let height = |value: &f64| match most - least {
            // Casting saturates: what lies beyond a given end of the scale is drawn there.
            span if span > 0.0 => ((value - least) / span * 1000.0).clamp(0.0, 1000.0) as u16,
            _ => 500,
        };
        numbers.iter().map(height).collect()
    }

    /// The same in words.
    pub fn words(&self) -> String {
        let by_size = |a: &&Number, b: &&Number| number(a).total_cmp(&number(b));
        let (least, most) = (self.values.iter().min_by(by_size), self.values.iter().max_by(by_size));
        let label = self.label.as_deref().unwrap_or("Chart");
        match (least, most, self.values.last()) {
            (Some(least), Some(most), Some(last)) => {
                format!("{label}: {} values from {least} to {most}, the last {last}", self.values.len())
            }
            _ => label.to_owned(),
        }
    }
}

fn number(number: &Number) -> f64 {
    number.as_f64().unwrap_or_default()
}
