//! What a push says, read as a whole: every fault is named, and one is enough to refuse it.

use roomglass_protocol::{
    ApiError, ErrorKind, ExtensionKey, Fault,
    integration::{ExtensionKind, Extensions, TileData},
    json::parse_strict,
};
use serde_json::Value;

use crate::{
    error::{HttpError, HttpResult},
    sanitise,
};

/// Tiles one push may change.
const MAX_TILES: usize = 100;
/// Rooms or people one push may name.
const MAX_NAMES: usize = 1000;

/// A push without faults.
#[derive(Debug)]
pub(super) struct Push {
    /// New data, labels reduced to what is drawn.
    pub(super) tiles: Vec<Tile>,
    /// Rooms the body names (PUSH-06).
    pub(super) rooms: Vec<String>,
    /// People the body names.
    pub(super) users: Vec<String>,
}

/// New data of one tile.
#[derive(Debug)]
pub(super) struct Tile {
    pub(super) key: ExtensionKey,
    pub(super) content: TileData,
}

/// Reads a push for an integration with these extensions.
pub(super) fn read(body: &[u8], declared: &Extensions) -> HttpResult<Push> {
    let document = parse_strict(body).map_err(|fault| refuse(vec![fault]))?;
    let mut faults = Vec::new();
    let tiles = tiles(&document, declared, &mut faults);
    let rooms = names(&document, "rooms", &mut faults);
    let users = names(&document, "users", &mut faults);
    if tiles.is_empty() && faults.is_empty() {
        faults.push(Fault::new("/glance", "expected a list with the new data of at least one tile"));
    }
    if faults.is_empty() { Ok(Push { tiles, rooms, users }) } else { Err(refuse(faults)) }
}

fn refuse(faults: Vec<Fault>) -> HttpError {
    let message = "The tile data cannot be used. Nothing was delivered.";
    ApiError { faults, ..ApiError::new(ErrorKind::Invalid, message) }.into()
}

/// Both names of the list are read: `glance` is HipChat's, `dynamicContentItem` the source's.
fn tiles(document: &Value, declared: &Extensions, faults: &mut Vec<Fault>) -> Vec<Tile> {
    let mut tiles = Vec::new();
    for member in ["glance", "dynamicContentItem"] {
        let items = match document.get(member) {
            None => continue,
            Some(Value::Array(items)) if items.len() <= MAX_TILES => items,
            Some(_) => {
                faults.push(Fault::new(format!("/{member}"), format!("expected a list of at most {MAX_TILES} tiles")));
                continue;
            }
        };
        for (position, item) in items.iter().enumerate() {
            tiles.extend(tile(item, &format!("/{member}/{position}"), declared, faults));
        }
    }
    tiles
}

fn tile(item: &Value, pointer: &str, declared: &Extensions, faults: &mut Vec<Fault>) -> Option<Tile> {
    let key = declared_key(item, declared);
    if key.is_none() {
        faults.push(Fault::new(format!("{pointer}/key"), "expected the key of a tile that your descriptor declares"));
    }
    let content = match item.get("content") {
        None => Err(vec![Fault::new("", "expected an object")]),
        Some(content) => TileData::parse(content),
    };
    let place = |fault: Fault| Fault::new(format!("{pointer}/content{}", fault.pointer), fault.message);
    let content = content.map_err(|found| faults.extend(found.into_iter().map(place))).ok().map(sanitise::tile)?;
    if content.label.value.trim().is_empty() {
        faults.push(Fault::new(format!("{pointer}/content/label/value"), "nothing of it may be shown"));
    }
    Some(Tile { key: key?, content })
}

fn declared_key(item: &Value, declared: &Extensions) -> Option<ExtensionKey> {
    let key = ExtensionKey::new(item.get("key")?.as_str()?).ok()?;
    declared.find(&ExtensionKind::from(ExtensionKind::GLANCE), &key).map(|_| key)
}

/// A list of names or numbers; absent means none.
fn names(document: &Value, member: &str, faults: &mut Vec<Fault>) -> Vec<String> {
    let Some(value) = document.get(member) else { return Vec::new() };
    let name = |item: &Value| match item {
        Value::String(name) => Some(name.clone()),
        Value::Number(number) => number.as_i64().map(|number| number.to_string()),
        _ => None,
    };
    let names = value.as_array().filter(|items| (1..=MAX_NAMES).contains(&items.len()));
    let names: Option<Vec<String>> = names.and_then(|items| items.iter().map(name).collect());
    names.unwrap_or_else(|| {
        let wanted = format!("expected a list of 1 to {MAX_NAMES} names or numbers");
        faults.push(Fault::new(format!("/{member}"), wanted));
        Vec::new()
    })
}
