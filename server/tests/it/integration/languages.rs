//! One provider in three languages (`providers/deploys`): the server, a process of its own, cannot tell them apart.

use std::{collections::VecDeque, process::Stdio};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::SinkExt as _;
use reqwest::{Method, StatusCode};
use roomglass_deploys::Deploys;
use roomglass_protocol::push::{ClientFrame, ServerFrame, TileUpdate};
use roomglass_provider_kit::Settings;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    time::timeout,
};
use tokio_tungstenite::WebSocketStream;
use tungstenite::{Message, client::IntoClientRequest as _};

use crate::support::{PATIENCE, message_id, next_frame};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../providers/deploys");

#[tokio::test]
async fn a_provider_with_the_kit() {
    let data = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let descriptor = format!("http://{}/descriptor", listener.local_addr().unwrap());
    let provider = Deploys::default().provider().unwrap();
    tokio::spawn(provider.serve(listener, Settings::new(data.path()), std::future::pending()));
    deploys_are_frozen_and_opened(&descriptor).await;
}

#[tokio::test]
async fn a_provider_in_plain_node() {
    let data = tempfile::tempdir().unwrap();
    let (_provider, descriptor) = script("node", "deploys.mjs", &data).await;
    deploys_are_frozen_and_opened(&descriptor).await;
}

#[tokio::test]
async fn a_provider_in_plain_python() {
    let data = tempfile::tempdir().unwrap();
    let (_provider, descriptor) = script("python3", "deploys.py", &data).await;
    deploys_are_frozen_and_opened(&descriptor).await;
}

/// "The same in under 150 lines" stays true.
#[test]
fn each_of_them_is_short() {
    for file in ["src/lib.rs", "deploys.mjs", "deploys.py"] {
        let text = std::fs::read_to_string(format!("{SOURCES}/{file}")).unwrap();
        assert!(text.lines().count() < 150, "{file}");
    }
}

/// Everything a person and the server do with the provider, whatever it is written in. INST-05, DYN-01, DYN-05, DYN-07,
/// DYN-09, AUTH-01, AUTH-02, PUSH-03, HOOK-01 … HOOK-04, HCC-04.
async fn deploys_are_frozen_and_opened(descriptor: &str) {
    let chat = Chat::starts().await;
    let provider = descriptor.trim_end_matches("/descriptor");
    let review: Value = chat.posts("/v2/integration/preview", json!({"descriptor_url": descriptor})).await;
    assert_eq!((&review["name"], &review["warnings"]), (&json!("Deploys"), &Value::Null));
    assert_eq!(review["scopes"], json!(["view_room", "send_notification"]));

    // Installing: the provider asks back for a token before it answers.
    let mut browser = chat.connects().await;
    chat.posts("/v2/integration/install", json!({"descriptor_url": descriptor, "rooms": [chat.room]})).await;

    // The tile, fetched by the browser from the provider itself.
    let tile_address = chat.signed("glance", "deploys.status", "queryUrl").await;
    let answer = reqwest::get(&tile_address).await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert_eq!(answer.json::<Value>().await.unwrap(), open());
    let (address, _) = tile_address.split_once('?').unwrap();
    refuses_what_is_not_signed(address, &tile_address).await;

    // A command in the room is answered there, and the tile changes for everybody.
    chat.says("/deploys freeze The build is red").await;
    assert_eq!(browser.hears_notification().await, "Deploys are frozen. The build is red");
    let pushed = browser.hears_tile().await;
    assert_eq!((pushed.key.as_str(), pushed.room_id.map(|room| room.0)), ("deploys.status", chat.room.as_i64()));
    assert_eq!(serde_json::to_value(&pushed.content).unwrap(), frozen());
    assert_eq!(fetched(&tile_address).await, frozen());
    chat.says("/deploys").await;
    assert_eq!(browser.hears_notification().await, "Deploys are frozen. The build is red");

    // The panel: framed by this chat alone, with the chat's script; its button acts in the name of the person.
    let page = reqwest::get(chat.signed("webPanel", "deploys.sidebar", "url").await).await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains(&format!("frame-ancestors {}", chat.address)), "{policy}");
    let html = page.text().await.unwrap();
    assert!(html.contains(&format!("src=\"{}/atlassian-connect/all.js\"", chat.address)), "{html}");
    assert!(!html.contains("{{"), "every gap is filled in");
    let token = tile_address.split_once("signed_request=").unwrap().1.to_owned();
    let state = asks(Method::GET, &format!("{provider}/data/state"), &token).await;
    assert_eq!(state.json::<Value>().await.unwrap(), json!({"frozen": true, "reason": "The build is red"}));
    assert!(asks(Method::POST, &format!("{provider}/data/open"), &token).await.status().is_success());
    assert_eq!(serde_json::to_value(browser.hears_tile().await.content).unwrap(), open());
    assert!(asks(Method::POST, &format!("{provider}/data/freeze?reason=Friday"), &token).await.status().is_success());
    assert_eq!(serde_json::to_value(browser.hears_tile().await.content).unwrap(), frozen());

    counts_an_event_once(descriptor, &token, &chat.room).await;

    // Removed: nothing it was signed with counts any more.
    chat.posts("/v2/integration/uninstall", json!({"integration": "com.example.deploys", "rooms": [chat.room]})).await;
    let address = format!("{provider}/data/state");
    let refused = async { while asks(Method::GET, &address, &token).await.status() != StatusCode::UNAUTHORIZED {} };
    timeout(PATIENCE, refused).await.expect("the provider is told in time");
}

/// What somebody has read in a log does not happen again.
async fn counts_an_event_once(descriptor: &str, token: &str, room: &Value) {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let document = fetched(descriptor).await;
    let hook = document.pointer("/capabilities/webhook/0/url").and_then(Value::as_str).expect("a webhook");
    let message = json!({"id": message_id(), "message": "/deploys", "from": {"id": 1, "name": "Root"}});
    let item = json!({"room": {"id": room}, "message": message});
    let event = json!({"event": "room_message", "oauth_client_id": claims["iss"], "item": item});
    let mut statuses = Vec::new();
    for _ in 0..2 {
        let request = reqwest::Client::new().post(hook).header("authorization", format!("JWT {token}"));
        statuses.push(request.json(&event).send().await.unwrap().status());
    }
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNAUTHORIZED]);
}

/// AUTH-02: no token, another algorithm, another signature, another installation.
async fn refuses_what_is_not_signed(address: &str, signed: &str) {
    let token = signed.split_once("signed_request=").unwrap().1;
    let (claims, _) = token.rsplit_once('.').unwrap();
    // {"alg":"none"} and {"iss":"stranger"}
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", claims.split_once('.').unwrap().1);
    let strange = format!("{}.eyJpc3MiOiJzdHJhbmdlciJ9.AAAA", claims.split_once('.').unwrap().0);
    let forged = format!("{claims}.{}", "A".repeat(43));
    for query in [String::new(), unsigned, strange, forged, "nonsense".to_owned()] {
        let answer = reqwest::get(format!("{address}?signed_request={query}")).await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{query}");
    }
}

fn open() -> Value {
    tile("open", "OPEN", "success", false)
}

fn frozen() -> Value {
    tile("frozen", "FROZEN", "error", true)
}

fn tile(word: &str, label: &str, kind: &str, frozen: bool) -> Value {
    json!({"label": {"type": "html", "value": format!("Deploys <b>{word}</b>")},
        "status": {"type": "lozenge", "value": {"label": label, "type": kind}}, "metadata": {"frozen": frozen}})
}

/// Starts a script that prints the address of its descriptor; it ends with the test.
async fn script(program: &str, file: &str, data: &TempDir) -> (Child, String) {
    let mut command = Command::new(program);
    command.arg(format!("{SOURCES}/{file}")).arg("0").arg(data.path().join("installations.json"));
    let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap_or_else(|error| {
        panic!("{program} is needed for this test and cannot be started: {error}");
    });
    let address = first_line(&mut child).await;
    (child, address)
}

async fn first_line(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    timeout(PATIENCE, lines.next_line()).await.expect("a line in time").unwrap().expect("a line")
}

async fn fetched(address: &str) -> Value {
    reqwest::get(address).await.unwrap().json().await.unwrap()
}

/// As the page does, with a token from the chat.
async fn asks(method: Method, address: &str, token: &str) -> reqwest::Response {
    let request = reqwest::Client::new().request(method, address).header("authorization", format!("JWT {token}"));
    request.send().await.unwrap()
}

/// A browser in the room. Answers and pushes take different ways, so it keeps what it is not asked for yet.
struct Browser {
    socket: WebSocketStream<TcpStream>,
    notifications: VecDeque<String>,
    tiles: VecDeque<TileUpdate>,
}

impl Browser {
    async fn hears_notification(&mut self) -> String {
        loop {
            match self.notifications.pop_front() {
                Some(text) => return text,
                None => self.hears().await,
            }
        }
    }

    async fn hears_tile(&mut self) -> TileUpdate {
        loop {
            match self.tiles.pop_front() {
                Some(tile) => return tile,
                None => self.hears().await,
            }
        }
    }

    async fn hears(&mut self) {
        match hears(&mut self.socket).await {
            ServerFrame::Message { message, .. } if message.text.starts_with("Deploys are") => {
                self.notifications.push_back(message.text);
            }
            ServerFrame::DynamicData { items, .. } => self.tiles.extend(items),
            _ => {}
        }
    }
}

async fn hears(socket: &mut WebSocketStream<TcpStream>) -> ServerFrame {
    timeout(PATIENCE, next_frame(socket)).await.expect("a frame in time").expect("an open connection")
}

/// A server in a process of its own, and its administrator, who owns a room.
struct Chat {
    address: String,
    token: String,
    room: Value,
    _process: Child,
    _data: TempDir,
}

impl Chat {
    async fn starts() -> Self {
        // The client of this process; that of the server is in another.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let data = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_roomglass"));
        command.args(["serve", "--allow-private-providers", "--listen", "127.0.0.1:0", "--data"]).arg(data.path());
        let mut process =
            command.env("RUST_LOG", "warn").stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("the server");
        let ready = first_line(&mut process).await;
        let address = ready.strip_prefix("Roomglass is ready at ").unwrap().trim_end_matches('/').to_owned();
        let nobody = Self { address, token: String::new(), room: Value::Null, _process: process, _data: data };
        let root = json!({"organisation": "Example", "name": "Root", "email": "root@example.org",
            "password": "correct horse battery"});
        let token = nobody.posts("/api/v1/setup", root).await["token"].as_str().unwrap().to_owned();
        let root = Self { token, ..nobody };
        let room = root.posts("/api/v1/rooms", json!({"name": "Release team", "privacy": "public"})).await;
        Self { room: room["id"].clone(), ..root }
    }

    async fn posts(&self, path: &str, body: Value) -> Value {
        let request = reqwest::Client::new().post(format!("{}{path}", self.address)).bearer_auth(&self.token);
        let answer = request.json(&body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn says(&self, text: &str) {
        let path = format!("/api/v1/rooms/{}/messages", self.room);
        self.posts(&path, json!({"id": message_id(), "text": text})).await;
    }

    /// The address of an extension, as the server signs it for a browser.
    async fn signed(&self, kind: &str, extension: &str, attribute: &str) -> String {
        let body = json!({"integration": "com.example.deploys", "kind": kind, "extension": extension,
            "attribute": attribute, "room_id": self.room});
        self.posts("/v2/integration/signed-url", body).await["url"].as_str().unwrap().to_owned()
    }

    async fn connects(&self) -> Browser {
        let authority = self.address.trim_start_matches("http://");
        let mut request = format!("ws://{authority}/v2/push").into_client_request().unwrap();
        request.headers_mut().insert("authorization", format!("Bearer {}", self.token).parse().unwrap());
        let stream = TcpStream::connect(authority).await.unwrap();
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        let client_id = roomglass_protocol::ClientId::new("web-1").unwrap();
        let hello = ClientFrame::Hello { client_id, open_rooms: Vec::new(), rev: None };
        socket.send(Message::text(serde_json::to_string(&hello).unwrap())).await.unwrap();
        while !matches!(hears(&mut socket).await, ServerFrame::Welcome { .. }) {}
        Browser { socket, notifications: VecDeque::new(), tiles: VecDeque::new() }
    }
}
