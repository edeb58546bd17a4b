//! The cast of the walkthrough.

use axum::http::{Method, StatusCode};
use roomglass_protocol::{Membership, Person, Role, UserId};
use serde_json::{Value, json};

use super::{
    browser::Browser,
    provider::{Provider, Reply},
};
use crate::support::{Answer, Someone, TestServer};

pub const INSTALL: &str = "/v2/integration/install";
pub const UNINSTALL: &str = "/v2/integration/uninstall";

/// Alana owns the room and is an administrator; Emma and Omar are members; Priya is a member who is never connected;
/// Greta is in another room.
pub struct Team {
    pub server: TestServer,
    pub alana: Someone,
    pub emma: Someone,
    pub omar: Someone,
    pub priya: Someone,
    pub greta: Someone,
    /// "Release team", private.
    pub room: Membership,
    /// "Support", public, of Greta and Emma.
    pub support: Membership,
}

impl Team {
    pub async fn assembles() -> Self {
        let server = TestServer::start().await;
        let alana = server.administrator("Alana").await;
        let [emma, omar, priya, greta] = [
            server.member("Emma").await,
            server.member("Omar").await,
            server.member("Priya").await,
            server.member("Greta").await,
        ];
        let room = alana.creates_private_room("Release team").await;
        for member in [&emma, &omar, &priya] {
            alana.adds(member, &room).await;
        }
        let support = greta.creates_room("Support").await;
        emma.joins(&support).await;
        Self { server, alana, emma, omar, priya, greta, room, support }
    }

    /// Alana installs what a provider offers in the room.
    pub async fn installs(&self, provider: &Provider) -> Value {
        let body = json!({"descriptor_url": provider.descriptor_url(), "rooms": [self.room.room.id]});
        self.alana.posts(INSTALL, body).await.json()
    }

    /// Alana installs what a provider offers for everybody.
    pub async fn installs_globally(&self, provider: &Provider) -> Value {
        let body = json!({"descriptor_url": provider.descriptor_url(), "global": true});
        self.alana.posts(INSTALL, body).await.json()
    }

    /// A provider that obtains a token while it is installed in the room.
    pub async fn installed(&self, descriptor: &Value) -> (Provider, Installation) {
        let provider = Provider::start(descriptor).await;
        provider.replies("/installed", Reply::AfterCallingBack);
        self.installs(&provider).await;
        let installation = self.installation_of(&provider).await;
        (provider, installation)
    }

    /// As [`Team::installed`], for everybody.
    pub async fn installed_globally(&self, descriptor: &Value) -> (Provider, Installation) {
        let provider = Provider::start(descriptor).await;
        provider.replies("/installed", Reply::AfterCallingBack);
        self.installs_globally(&provider).await;
        let installation = self.installation_of(&provider).await;
        (provider, installation)
    }

    /// What the provider was told last, and the token it obtained with it.
    pub async fn installation_of(&self, provider: &Provider) -> Installation {
        let told = provider.next_call().await.json();
        let text = |member: &str| told[member].as_str().unwrap().to_owned();
        Installation {
            id: text("oauthId"),
            secret: text("oauthSecret"),
            caller: self.calls_with(&provider.token()),
            told: told.clone(),
        }
    }

    /// A provider with an access token.
    pub fn calls_with(&self, token: &str) -> Someone {
        let nobody = Person { id: UserId(0), name: String::new(), mention: String::new(), role: Role::Guest };
        Someone { server: self.server.clone(), person: nobody, token: Some(token.to_owned()) }
    }

    /// Browsers of Alana, Emma and Omar.
    pub async fn browsers(&self) -> [Browser; 3] {
        [Browser::opens(&self.alana).await, Browser::opens(&self.emma).await, Browser::opens(&self.omar).await]
    }

    /// Path of the room in addresses of `/v2`.
    pub fn room_path(&self, rest: &str) -> String {
        format!("/v2/room/{}{rest}", self.room.room.id)
    }
}

/// An installation as its provider holds it.
pub struct Installation {
    pub id: String,
    pub secret: String,
    pub caller: Someone,
    /// Body of the callback.
    pub told: Value,
}

impl Installation {
    pub async fn puts(&self, path: &str, body: &Value) -> Answer {
        self.caller.requests(Method::PUT, path, Some(body.clone())).await
    }
}

/// Pointers of the faults of a refusal, sorted.
pub fn fault_pointers(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
    let mut pointers: Vec<String> = answer.refusal().faults.into_iter().map(|fault| fault.pointer).collect();
    pointers.sort();
    pointers
}
