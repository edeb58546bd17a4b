//! The samples against a chat server on loopback: everything over real HTTP.

mod descriptors;
mod host_health;
mod links;
mod repository;

use reqwest::header::AUTHORIZATION;
use roomglass_provider_kit::{
    Provider,
    testing::{ChatServer, Installed, Received, Running, client},
};
use serde_json::Value;
use tempfile::TempDir;

/// A provider that is installed in room 123.
struct World {
    chat: ChatServer,
    provider: Running,
    installed: Installed,
    _data: TempDir,
}

impl World {
    async fn with(provider: Provider) -> Self {
        let data = tempfile::tempdir().unwrap();
        let provider = Running::start(provider, data.path()).await;
        let chat = ChatServer::start().await;
        let installed = chat.install(&provider.url, Some(123)).await;
        Self { chat, provider, installed, _data: data }
    }

    /// What Emma's browser gets for a signed address.
    async fn get(&self, path: &str) -> reqwest::Response {
        let token = self.chat.token(&self.installed, 12);
        client()
            .get(format!("{}{path}", self.provider.url))
            .header(AUTHORIZATION, format!("JWT {token}"))
            .send()
            .await
            .unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> reqwest::Response {
        let token = self.chat.token(&self.installed, 12);
        let request = client().post(format!("{}{path}", self.provider.url)).json(body);
        request.header(AUTHORIZATION, format!("JWT {token}")).send().await.unwrap()
    }
}

/// The one tile of a push.
fn content(received: &Received) -> &Value {
    assert_eq!(received.line, "POST /v2/integration/ui/room/123");
    assert_eq!(received.body["glance"].as_array().unwrap().len(), 1);
    &received.body["glance"][0]["content"]
}
