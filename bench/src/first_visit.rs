//! What a browser downloads when somebody opens a room for the first time.

use std::{collections::BTreeSet, path::Path};

use reqwest::{
    Client,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, COOKIE},
};
use roomglass_protocol::RoomId;

use crate::{Outcome, fixture, fixture::Fixture, report::Report, server::Server};

const SCENARIO: &str = "visit";
/// As many as the page shows.
const MESSAGES: usize = 50;
const TILES: usize = 3;

/// Asks for the page as a browser does, and for every file of the site that it names.
pub async fn measure(binary: &Path, report: &mut Report) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let (fixture, admin) = Fixture::create(folder.path()).await?;
    let room = fixture.add_room("visit".to_owned(), admin.person.id, Vec::new()).await?;
    for number in 0..TILES {
        fixture.install(fixture::descriptor(number, 1), vec![room], admin.person.id).await?;
    }
    fixture.finish().await;
    let server = Server::start(binary, folder, false).await?;
    let client = Client::new();
    fill(&client, &server.address, room, &admin.token).await?;
    let cookie = format!("roomglass_session={}", admin.token);
    let page = client.get(format!("{}/rooms/{room}", server.address)).header(COOKIE, &cookie);
    let plain = page.try_clone().ok_or("a request without a body")?.send().await?.error_for_status()?.text().await?;
    let page = downloaded(page).await?;
    let mut files = 0;
    for address in files_of(&plain) {
        files += downloaded(client.get(format!("{}{address}", server.address))).await?;
    }
    report.add(SCENARIO, "page of a room with 50 messages and 3 tiles", page as f64, "bytes", None);
    report.add(SCENARIO, "files it names: client, style, icons, font", files as f64, "bytes", None);
    report.add(SCENARIO, "first visit to a room", (page + files) as f64, "bytes", Some("at most 600000"));
    Ok(())
}

async fn fill(client: &Client, address: &str, room: RoomId, token: &str) -> Outcome<()> {
    for number in 0..MESSAGES {
        let text = format!(
            "Deploy {number} has reached **production**; the graphs look calm, see https://example.com/{number}"
        );
        let body = serde_json::json!({ "id": uuid::Uuid::now_v7(), "text": text });
        let request = client.post(format!("{address}/api/v1/rooms/{room}/messages")).bearer_auth(token).json(&body);
        request.send().await?.error_for_status()?;
    }
    Ok(())
}

/// Bytes of the body on the wire.
async fn downloaded(request: reqwest::RequestBuilder) -> Outcome<usize> {
    let answer = request.header(ACCEPT_ENCODING, "br").send().await?.error_for_status()?;
    let is_font = answer.url().path().ends_with(".woff2");
    if !is_font && answer.headers().get(CONTENT_ENCODING).is_none_or(|encoding| encoding != "br") {
        return Err(format!("{} came uncompressed", answer.url()).into());
    }
    Ok(answer.bytes().await?.len())
}

/// Addresses of the site's files in a page, each once.
fn files_of(page: &str) -> BTreeSet<&str> {
    let quoted = page.split(['"', '\'', '#']);
    quoted.filter(|text| text.starts_with("/assets/") && text.contains('.')).collect()
}
