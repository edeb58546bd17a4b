//! A git repository on disk (`org.roomglass.repository`).
//!
//! Shows: a live tile pushed on change, a sidebar with the log, a control on messages that mention a commit, and a
//! webhook that answers `/log` in the room.

mod git;

use std::{future::Future, io, path::Path, time::Duration};

use roomglass_protocol::integration::LozengeKind;
use roomglass_provider_kit::{
    Html, Icon, LiveTile, Notification, Page, Provider, Refusal, ServeError, SignedRequest, Template, Tile,
    WebhookEvent,
};
use serde_json::json;
use tokio::{net::TcpListener, task::JoinSet, time::MissedTickBehavior};

use crate::Config;

pub use git::{Change, Commit, CommitId, Details, GitError, Repository, Status};

/// How many commits the sidebar lists.
const LOG: u32 = 50;
/// How many `/log` answers with.
const ANSWER: u32 = 5;

/// The tile of a repository; set it from [`Repository::status`].
pub fn tile() -> LiveTile {
    LiveTile::new("repository.summary")
}

/// The provider that shows a repository.
pub fn provider(repository: &Repository, tile: &LiveTile) -> Provider {
    let [listed, shown, answered, logged, looked_up] = std::array::from_fn(|_| repository.clone());
    Provider::new(descriptor())
        .icon(Icon { png: include_bytes!("icon.png"), png_2x: include_bytes!("icon@2x.png") })
        .live_tile(tile)
        .page("repository.sidebar", move |_| std::future::ready(Ok(page(include_str!("sidebar.html"), &listed))))
        .page("repository.commit", move |_| std::future::ready(Ok(page(include_str!("commit.html"), &shown))))
        .data("log", move |_| {
            let repository = logged.clone();
            async move { Ok(repository.log(LOG).await?) }
        })
        .data("commit", move |request| look_up(looked_up.clone(), request))
        .webhook("repository.log", move |event| answer(answered.clone(), event))
}

/// Serves the provider and looks at the repository every `config.interval` until `shutdown` completes.
///
/// # Errors
/// See [`ServeError`]; also when there is no repository at `config.repository`.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let repository = open(&config.repository).await?;
    let tile = tile();
    let provider = provider(&repository, &tile);
    let mut looking = JoinSet::new();
    looking.spawn(look_regularly(repository, tile, config.interval));
    provider.serve(listener, config.settings, shutdown).await
}

async fn open(path: &Path) -> io::Result<Repository> {
    let unusable = |error| io::Error::other(format!("no git repository at {}: {error}", path.display()));
    Repository::open(path).await.map_err(unusable)
}

async fn look_regularly(repository: Repository, tile: LiveTile, interval: Duration) {
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match repository.status().await {
            Ok(status) => {
                tile.set(tile_of(&status));
            }
            Err(error) => tracing::warn!(%error, "the repository could not be looked at"),
        }
    }
}

/// What the tile shows of a repository.
pub fn tile_of(status: &Status) -> Tile {
    let label = Template::new("<b>{{commits}}</b> {{commit}} today · <b>{{dirty}}</b> dirty {{file}}")
        .text("commits", status.commits_today)
        .text("commit", if status.commits_today == 1 { "commit" } else { "commits" })
        .text("dirty", status.dirty_files)
        .text("file", if status.dirty_files == 1 { "file" } else { "files" });
    let clean = status.dirty_files == 0;
    let (kind, word) = if clean { (LozengeKind::Success, "Clean") } else { (LozengeKind::Moved, "Dirty") };
    // The newest commit is part of it, so that pages are told when only that changes.
    let metadata = json!({
        "commits_today": status.commits_today, "dirty_files": status.dirty_files, "clean": clean, "head": status.head,
    });
    Tile::new(label.render()).lozenge(kind, word).metadata(metadata)
}

fn page(template: &'static str, repository: &Repository) -> Page {
    Template::new(template).text("name", repository.name()).into()
}

async fn look_up(repository: Repository, request: SignedRequest) -> Result<Details, Refusal> {
    let id: CommitId = request
        .parameter("id")
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| Refusal::invalid("A commit is named by 7 to 40 hexadecimal digits."))?;
    let details = repository.show(&id).await?;
    details.ok_or_else(|| Refusal::not_found(format!("This repository has no commit {id}.")))
}

async fn answer(repository: Repository, event: WebhookEvent) -> Result<Option<Notification>, Refusal> {
    if event.message.is_none() {
        return Ok(None);
    }
    let commits = repository.log(ANSWER).await?;
    if commits.is_empty() {
        return Ok(Some(Notification::text(format!("{} has no commits yet.", repository.name()))));
    }
    let lines = commits.iter().map(line);
    let list = Template::new("Newest commits in <b>{{name}}</b>:<ul>{{lines}}</ul>")
        .text("name", repository.name())
        .html("lines", Html::concat(lines));
    Ok(Some(Notification::html(list.render())))
}

fn line(commit: &Commit) -> Html {
    Template::new("<li><code>{{id}}</code> {{subject}}, {{author}}</li>")
        .text("id", &commit.short_id)
        .text("subject", &commit.subject)
        .text("author", &commit.author)
        .render()
}

fn descriptor() -> serde_json::Value {
    serde_json::from_str(include_str!("descriptor.json")).expect("the descriptor is part of the program")
}
