//! Prometheus Alertmanager, the program itself, posts to a running server through an incoming webhook.

use std::{path::Path, process::Stdio};

use futures_util::SinkExt as _;
use roomglass_protocol::{
    ClientId, Message,
    push::{ClientFrame, ServerFrame},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt as _, BufReader},
    net::TcpStream,
    process::{Child, Command},
    time::timeout,
};
use tokio_tungstenite::WebSocketStream;
use tungstenite::{client::IntoClientRequest as _, http::header};

use crate::support::{PATIENCE, next_frame};

/// Debian's name for it, and everybody else's.
const PROGRAMS: [&str; 2] = ["prometheus-alertmanager", "alertmanager"];

/// A program with the address it said it listens on. It ends with the test.
struct Running {
    address: String,
    _process: Child,
}

/// `mark` stands before the address in what the program says.
async fn said<R: AsyncBufRead + Unpin + Send + 'static>(output: R, mark: &str) -> String {
    let mut lines = output.lines();
    let found = timeout(PATIENCE, async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some((_, address)) = line.split_once(mark) {
                return address.split_whitespace().next().unwrap().to_owned();
            }
        }
        panic!("the program ended without saying {mark:?}");
    });
    let address = found.await.expect("an address in time");
    // Whoever stops reading would stop a program that goes on writing.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    address
}

async fn server(data: &Path) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roomglass"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap();
    let address = said(BufReader::new(process.stdout.take().unwrap()), "ready at http://").await;
    Running { address: address.trim_end_matches('/').to_owned(), _process: process }
}

async fn alertmanager(folder: &Path, webhook: &str) -> Running {
    let config = folder.join("alertmanager.yml");
    let settings = json!({
        "route": {"receiver": "room", "group_by": ["alertname"], "group_wait": "0s"},
        "receivers": [{"name": "room", "slack_configs": [{
            "api_url": webhook,
            "channel": "#ignored",
            "send_resolved": true,
            "title_link": "https://alerts.example.com/",
            "text": "{{ range .Alerts }}*{{ .Annotations.summary }}* <{{ .GeneratorURL }}|graph>{{ end }}",
            "fields": [{"title": "Severity", "value": "{{ .CommonLabels.severity }}"}],
        }]}],
    });
    // JSON is YAML.
    std::fs::write(&config, settings.to_string()).unwrap();
    let program = PROGRAMS.into_iter().find(|name| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
    });
    let program = program.expect("no Alertmanager here: `cargo xtask test` installs Debian's prometheus-alertmanager");
    let mut command = Command::new(program);
    command.arg("--config.file").arg(&config).arg("--storage.path").arg(folder.join("alerts"));
    command.args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="]);
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let address = said(BufReader::new(process.stderr.take().unwrap()), "msg=\"Listening on\" address=").await;
    Running { address, _process: process }
}

/// A connection that has said hello.
async fn listens(address: &str, token: &str) -> WebSocketStream<TcpStream> {
    let mut request = format!("ws://{address}/v2/push").into_client_request().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
    let client_id = ClientId::new("alerts").unwrap();
    let hello = ClientFrame::Hello { client_id, open_rooms: Vec::new(), rev: None };
    socket.send(tungstenite::Message::text(serde_json::to_string(&hello).unwrap())).await.unwrap();
    socket
}

async fn next_message(socket: &mut WebSocketStream<TcpStream>) -> Message {
    loop {
        let frame = timeout(PATIENCE, next_frame(socket)).await.expect("a message in time").unwrap();
        if let ServerFrame::Message { message, .. } = frame {
            return message;
        }
    }
}

#[tokio::test]
async fn alertmanager_posts_alerts_to_a_room() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder.path().join("data")).await;
    // Without TLS too, the client wants to know whose it would be.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = async |path: &str, token: &str, body: Value| -> Value {
        let request = http.post(format!("http://{}{path}", server.address)).bearer_auth(token).json(&body);
        request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
    };
    let set_up =
        json!({"organisation": "Example", "name": "Alana", "email": "alana@example.org", "password": "long enough"});
    let session = call("/api/v1/setup", "", set_up).await;
    let token = session["token"].as_str().unwrap();
    let room = call("/api/v1/rooms", token, json!({"name": "Operations", "privacy": "private"})).await;
    let path = format!("/api/v1/rooms/{}/incoming-webhooks", room["id"]);
    let webhook = call(&path, token, json!({"name": "Prometheus"})).await;
    let mut socket = listens(&server.address, token).await;

    let alertmanager = alertmanager(folder.path(), webhook["url"].as_str().unwrap()).await;
    let alert = json!([{
        "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "db-1"},
        "annotations": {"summary": "Disk of db-1 is full & it's <1%"},
        "generatorURL": "https://prometheus.example.com/graph?g0.expr=a%3Eb&g0.tab=1",
    }]);
    let posted = http.post(format!("http://{}/api/v2/alerts", alertmanager.address)).json(&alert);
    posted.send().await.unwrap().error_for_status().unwrap();

    let message = next_message(&mut socket).await;
    let parts = [
        r#"<a href="https://alerts.example.com/">[FIRING:1] DiskFull (db-1 critical)</a>"#,
        "<b>Disk of db-1 is full &amp; it's &lt;1%</b>",
        r#"<a href="https://prometheus.example.com/graph?g0.expr=a%3Eb&amp;g0.tab=1">graph</a>"#,
        "<b>Severity</b>: critical",
    ];
    for part in parts {
        assert!(message.text.contains(part), "{part} is missing in {}", message.text);
    }
    assert_eq!(message.color.as_deref(), Some("red"));
    assert!(message.is_notification());
}
