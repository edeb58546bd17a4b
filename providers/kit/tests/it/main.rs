//! The kit against a chat server on loopback: everything over real HTTP.

mod descriptor;
mod install;
mod page;
mod push;
mod signed;
mod webhook;

use roomglass_provider_kit::{
    Html, LiveTile, Notification, Page, Provider, Template, Tile,
    testing::{ChatServer, Running},
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A provider with one of everything, a chat server, and the folder between restarts.
struct World {
    chat: ChatServer,
    provider: Running,
    tile: LiveTile,
    data: TempDir,
}

impl World {
    async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let tile = LiveTile::new("builds.summary");
        let provider = Running::start(provider(&tile), data.path()).await;
        Self { chat: ChatServer::start().await, provider, tile, data }
    }

    /// Stops the provider and starts it again with what it stored.
    async fn restart(mut self) -> Self {
        self.provider.stop().await;
        self.provider = Running::start(provider(&self.tile), self.data.path()).await;
        self
    }

    fn show(&self, text: &str) {
        self.tile.set(tile(text));
    }

    /// Waits for the next push and returns its address and the text of its tile.
    async fn pushed(&mut self) -> (String, String) {
        let received = self.chat.received().await;
        let text = received.body["glance"][0]["content"]["label"]["value"].as_str().unwrap().to_owned();
        (received.line, text)
    }
}

fn provider(tile: &LiveTile) -> Provider {
    Provider::new(descriptor_without_addresses())
        .live_tile(tile)
        .page("builds.sidebar", async |_| Ok(Page::from(Template::new(PAGE).text("who", "<Emma>"))))
        .data("who", async |request| {
            Ok(json!({"user": request.user_id, "room": request.room_id, "zone": request.time_zone,
                "asked": request.parameter("asked"), "installation": request.installation().oauth_id}))
        })
        .command("tell", async |request| {
            let room = request.room_id.unwrap();
            Ok(request.chat.notify(room, &Notification::text("Told")).await?)
        })
        .webhook("builds.command", async |event| {
            let message = event.message.unwrap();
            let text =
                Template::new("{{name}} wrote {{text}}").text("name", message.from.name).text("text", message.message);
            Ok(Some(Notification::html(text.render())))
        })
}

const PAGE: &str =
    "<html data-theme=\"{{theme}}\" data-base=\"{{base}}\"><p>{{who}}</p><script nonce=\"{{nonce}}\"></script>";

fn descriptor_without_addresses() -> Value {
    json!({"key": "com.example.builds", "name": "Builds", "description": "State of <builds>",
        "capabilities": {
            "hipchatApiConsumer": {"scopes": ["view_room", "send_notification"]},
            "glance": [{"key": "builds.summary", "name": {"value": "Builds"}, "target": "builds.sidebar"}],
            "webPanel": [{"key": "builds.sidebar", "name": {"value": "Builds"}, "location": "hipchat.sidebar.right"}],
            "webhook": [{"key": "builds.command", "event": "room_message", "pattern": "^/build\\b"}]}})
}

fn tile(text: &str) -> Tile {
    Tile::new(Html::text(text))
}
