//! Whether a room may deploy: a tile, a sidebar, a control on messages, and `/deploys`. `deploys.mjs` and `deploys.py` are
//! the same provider without the kit.

use std::{
    collections::BTreeMap,
    future::ready,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use roomglass_protocol::{RoomId, integration::LozengeKind};
use roomglass_provider_kit::{
    Chat, Color, Html, Notification, Page, Provider, Recipient, Refusal, SignedRequest, Template, Tile, WebhookEvent,
};
use serde::Serialize;
use serde_json::json;

const TILE: &str = "deploys.status";
const MAX_REASON_CHARS: usize = 200;

/// Why deploys are frozen, by installation and room. Cheap to clone, all clones are the same.
#[derive(Clone, Default)]
pub struct Deploys(Arc<Mutex<BTreeMap<Place, String>>>);

/// Rooms of different chat servers may have the same number.
type Place = (String, RoomId);

/// What the sidebar shows.
#[derive(Serialize)]
struct State {
    frozen: bool,
    reason: Option<String>,
}

impl Deploys {
    /// The provider; the kit fills its own addresses into the descriptor.
    ///
    /// # Errors
    /// When the descriptor is not JSON.
    pub fn provider(&self) -> serde_json::Result<Provider> {
        let [shown, read, frozen, opened, asked] = std::array::from_fn(|_| self.clone());
        let descriptor = serde_json::from_str(include_str!("../descriptor.json"))?;
        Ok(Provider::new(descriptor)
            .tile(TILE, move |request| ready(place_of(&request).map(|place| tile(&shown.state(&place)))))
            .page("deploys.sidebar", |request| ready(Ok(sidebar(&request))))
            .data("state", move |request| ready(place_of(&request).map(|place| read.state(&place))))
            .command("freeze", move |request| {
                let reason = request.parameter("reason").unwrap_or_default().to_owned();
                ready(place_of(&request).map(|place| frozen.change(&request.chat, place, Some(reason))))
            })
            .command("open", move |request| {
                ready(place_of(&request).map(|place| opened.change(&request.chat, place, None)))
            })
            .webhook("deploys.command", move |event| ready(Ok(asked.answer(&event)))))
    }

    /// Freezes or opens, and shows everybody in the room.
    fn change(&self, chat: &Chat, place: Place, reason: Option<String>) {
        match reason {
            Some(reason) => self.reasons().insert(place.clone(), reason.chars().take(MAX_REASON_CHARS).collect()),
            None => self.reasons().remove(&place),
        };
        chat.push(Recipient::Room(place.1), TILE, tile(&self.state(&place)));
    }

    /// `/deploys`, `/deploys freeze REASON`, `/deploys open`.
    fn answer(&self, event: &WebhookEvent) -> Option<Notification> {
        let rest = event.message.as_ref()?.message.strip_prefix("/deploys")?.trim();
        let (word, reason) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let place = (event.chat.installation().oauth_id.clone(), event.room.id);
        match word {
            "freeze" => self.change(&event.chat, place.clone(), Some(reason.trim().to_owned())),
            "open" => self.change(&event.chat, place.clone(), None),
            _ => {}
        }
        Some(match self.state(&place).reason {
            Some(reason) => Notification::text(format!("Deploys are frozen. {reason}").trim_end()).color(Color::Red),
            None => Notification::text("Deploys are open.").color(Color::Green),
        })
    }

    fn state(&self, place: &Place) -> State {
        let reason = self.reasons().get(place).cloned();
        State { frozen: reason.is_some(), reason }
    }

    fn reasons(&self) -> MutexGuard<'_, BTreeMap<Place, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place_of(request: &SignedRequest) -> Result<Place, Refusal> {
    let room = request.room_id.ok_or_else(|| Refusal::invalid("Deploys belong to a room."))?;
    Ok((request.installation().oauth_id.clone(), room))
}

fn tile(state: &State) -> Tile {
    let (word, kind, label) = match state.frozen {
        true => ("frozen", LozengeKind::Error, "FROZEN"),
        false => ("open", LozengeKind::Success, "OPEN"),
    };
    let text: Html = Template::new("Deploys <b>{{word}}</b>").text("word", word).render();
    Tile::new(text).lozenge(kind, label).metadata(json!({ "frozen": state.frozen }))
}

/// The page asks the chat for tokens with the chat's own script.
fn sidebar(request: &SignedRequest) -> Page {
    let chat = request.installation().capabilities_url.origin().ascii_serialization();
    Template::new(include_str!("../sidebar.html")).text("chat", chat).into()
}
