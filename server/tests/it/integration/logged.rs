//! What is logged of installations.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use super::{
    provider::Provider,
    samples,
    team::{INSTALL, Team},
};

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Of all that happens from now on: each test has a process of its own, and what an installation does goes on in tasks
    /// of its own.
    fn begins() -> Self {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        log
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// The API role receives the request and answers; the integration role handles it, as a trace of it shows.
#[tokio::test]
async fn inst_03_the_integration_role_handles_what_the_api_role_answers() {
    let log = Log::begins();
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let body = json!({"descriptor_url": builds.descriptor_url(), "rooms": [team.room.room.id]});
    let answer = team.alana.posts(INSTALL, body).await;
    assert_eq!(answer.json::<Value>()["integration"], "com.example.builds");
    let log = log.text();
    let handled = log.lines().filter(|line| line.contains("roomglass_server::integration::install"));
    let handled: Vec<&str> = handled.filter(|line| line.contains("key=com.example.builds")).collect();
    assert_eq!(handled.len(), 1, "{log}");
    assert!(!log.contains(&*builds.next_call().await.json()["oauthSecret"].to_string()), "I15");
}

/// In one line for each name, when a version comes into force.
#[tokio::test]
async fn cond_27_unknown_conditions_are_logged() {
    let log = Log::begins();
    let team = Team::assembles().await;
    let condition = |name: &str| json!({"condition": name});
    let of_group = json!({"type": "or", "conditions": [condition("room_is_public"), condition("moon\nis_full")]});
    let mut builds = samples::builds();
    builds["capabilities"]["action"] = json!([{"key": "a", "name": {"value": "A"}, "location": "hipchat.message.action",
        "conditions": [condition("user_is_admin"), of_group, condition("moon\nis_full")]}]);
    let (provider, installation) = team.installed(&builds).await;
    let logged = |name: &str| {
        let line = format!("never holds key=com.example.builds condition={name:?}");
        log.text().lines().filter(|logged| logged.contains(&line)).count()
    };
    assert_eq!((logged("moon\nis_full"), logged("user_is_admin")), (1, 0), "{}", log.text());

    let mut next = provider.own(&builds);
    next["capabilities"]["action"][0]["conditions"] = json!([condition("sun_shines")]);
    installation.puts("/v2/integration/com.example.builds/descriptor", &next).await.succeeded();
    assert_eq!((logged("sun_shines"), logged("moon\nis_full")), (1, 1), "{}", log.text());
}
