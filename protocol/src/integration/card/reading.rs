//! Reading what an add-on posted as a card.

use serde_json::Value;

use super::{Activity, Attribute, AttributeValue, Card, CardStyle, Description, Thumbnail};
use crate::integration::{
    Icon,
    address::origin_of,
    place::{Faults, Place},
};

/// Most attributes of one card.
const MAX_ATTRIBUTES: usize = 50;
/// Longest address, in characters.
const MAX_ADDRESS: usize = 2048;

/// The card at a place, if what must be there is.
pub(super) fn card(card: &Place<'_>, faults: &mut Faults) -> Option<Card> {
    card.object(faults)?;
    let id = card.member("id").required(faults).text(1..=500, faults);
    let style = card.member("style").required(faults);
    let style = style.any_text(faults).and_then(|word| {
        let known = CardStyle::ALL.into_iter().find(|style| style.as_str() == word);
        if known.is_none() {
            faults.add(&style.pointer, "expected file, image, application, link or media");
        }
        known
    });
    let title = card.member("title").required(faults).text(1..=500, faults);
    let description = description(&card.member("description"), faults);
    let format = card.member("format");
    let format = format.any_text(faults);
    let url = address(&card.member("url"), faults);
    let icon = icon(&card.member("icon"), faults);
    let thumbnail = thumbnail(&card.member("thumbnail"), faults);
    let activity = activity(&card.member("activity"), faults);
    let attributes = attributes(&card.member("attributes"), faults);
    Some(Card {
        id: id?.to_owned(),
        style: style?,
        title: title?.to_owned(),
        description,
        format: format.filter(|format| ["compact", "medium"].contains(format)).map(str::to_owned),
        url,
        icon,
        thumbnail,
        activity,
        attributes,
    })
}

/// Text, or text with its format.
fn description(place: &Place<'_>, faults: &mut Faults) -> Option<Description> {
    if let Some(Value::String(text)) = place.value() {
        // Some add-ons write an empty one; there is nothing to show then.
        let value = if text.is_empty() { None } else { place.text(1..=1000, faults) };
        return value.map(|value| Description { format: "text".to_owned(), value: value.to_owned() });
    }
    place.object(faults)?;
    let value = place.member("value").required(faults).text(1..=1000, faults)?;
    let format = place.member("format");
    let format = format.any_text(faults).unwrap_or("html");
    if !["html", "text"].contains(&format) {
        faults.add(&place.member("format").pointer, "expected \"html\" or \"text\"");
    }
    Some(Description { format: format.to_owned(), value: value.to_owned() })
}

fn address(place: &Place<'_>, faults: &mut Faults) -> Option<String> {
    let address = place.any_text(faults).filter(|address| !address.is_empty())?;
    if address.chars().count() > MAX_ADDRESS {
        faults.add(&place.pointer, format!("expected at most {MAX_ADDRESS} characters"));
    }
    origin_of(address).ok().map(|_| address.to_owned())
}

/// An address, or one for each density.
fn icon(place: &Place<'_>, faults: &mut Faults) -> Option<Icon> {
    if let Some(Value::String(_)) = place.value() {
        return address(place, faults).map(|url| Icon { url, url_2x: None, label: None });
    }
    place.object(faults)?;
    let url = address(&place.member("url").required(faults), faults);
    let url_2x = address(&place.member("url@2x"), faults);
    Some(Icon { url: url?, url_2x, label: None })
}

fn thumbnail(place: &Place<'_>, faults: &mut Faults) -> Option<Thumbnail> {
    place.object(faults)?;
    let picture = icon(place, faults)?;
    let side = |name: &str| {
        let pixels = place.member(name).value()?.as_f64()?;
        (1.0..=100_000.0).contains(&pixels).then_some(pixels as u32)
    };
    Some(Thumbnail { url: picture.url, url_2x: picture.url_2x, width: side("width"), height: side("height") })
}

fn activity(place: &Place<'_>, faults: &mut Faults) -> Option<Activity> {
    place.object(faults)?;
    let html = place.member("html").required(faults).text(1..=1000, faults);
    let icon = icon(&place.member("icon"), faults);
    Some(Activity { html: html?.to_owned(), icon })
}

fn attributes(place: &Place<'_>, faults: &mut Faults) -> Vec<Attribute> {
    let items = place.items(faults);
    if items.len() > MAX_ATTRIBUTES {
        faults.add(&place.pointer, format!("expected at most {MAX_ATTRIBUTES}"));
    }
    items.iter().take(MAX_ATTRIBUTES).filter_map(|item| attribute(item, faults)).collect()
}

fn attribute(place: &Place<'_>, faults: &mut Faults) -> Option<Attribute> {
    place.object(faults)?;
    let label = place.member("label").text(0..=50, faults);
    let value = place.member("value").required(faults);
    value.object(faults)?;
    let words = value.member("label").required(faults).text(1..=500, faults);
    let style = value.member("style").text(0..=50, faults);
    let url = address(&value.member("url"), faults);
    let icon = icon(&value.member("icon"), faults);
    let value = AttributeValue { label: words?.to_owned(), style: style.map(str::to_owned), url, icon };
    Some(Attribute { label: label.filter(|label| !label.is_empty()).map(str::to_owned), value })
}
