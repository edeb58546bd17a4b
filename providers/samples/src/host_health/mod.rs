//! This machine's load, memory and disk (`org.roomglass.host-health`).
//!
//! Shows: live tiles pushed on change only, lozenges by thresholds, a tile that appears by a condition on its own
//! data, a control on tiles, a sidebar that follows along, a notification.

mod reading;

use std::{
    collections::VecDeque,
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use roomglass_protocol::integration::LozengeKind;
use roomglass_provider_kit::{
    Color, Html, Icon, LiveTile, Notification, Page, Provider, Refusal, ServeError, SignedRequest, Template, Tile,
};
use serde::Serialize;
use serde_json::json;
use tokio::{net::TcpListener, task::JoinSet, time::MissedTickBehavior};

use crate::Config;

use reading::Probe;
pub use reading::{Disk, Reading, State};

/// How many readings the chart shows.
const HISTORY: usize = 60;
const GIGABYTE: u64 = 1_000_000_000;

/// What the provider knows: the last readings, and its two tiles. Cheap to clone, all clones are the same.
#[derive(Clone)]
pub struct HostHealth {
    readings: std::sync::Arc<Mutex<VecDeque<Reading>>>,
    load: LiveTile,
    disk: LiveTile,
}

impl Default for HostHealth {
    fn default() -> Self {
        Self {
            readings: std::sync::Arc::default(),
            load: LiveTile::new("host-health.load"),
            disk: LiveTile::new("host-health.disk"),
        }
    }
}

/// What the sidebar draws.
#[derive(Serialize)]
struct Sidebar {
    readings: VecDeque<Reading>,
    state: Option<StateShown>,
}

#[derive(Serialize)]
struct StateShown {
    kind: LozengeKind,
    label: &'static str,
}

impl HostHealth {
    /// Takes a new reading: tiles change where it makes a difference in what they show.
    pub fn record(&self, reading: Reading) {
        self.load.set(load_tile(&reading));
        if let Some(disk) = &reading.disk {
            self.disk.set(disk_tile(disk, reading.state()));
        }
        let mut readings = self.readings.lock().unwrap_or_else(PoisonError::into_inner);
        readings.truncate(HISTORY - 1);
        readings.push_front(reading);
    }

    /// The provider that shows it.
    pub fn provider(&self) -> Provider {
        let [data, discussed] = [self.clone(), self.clone()];
        Provider::new(descriptor())
            .icon(Icon { png: include_bytes!("icon.png"), png_2x: include_bytes!("icon@2x.png") })
            .live_tile(&self.load)
            .live_tile(&self.disk)
            .page("host-health.sidebar", async |_| Ok(Page::from(Template::new(include_str!("sidebar.html")))))
            .data("history", move |_| std::future::ready(Ok(data.sidebar())))
            .command("discuss", move |request| discussed.clone().discuss(request))
    }

    /// Oldest reading first.
    fn sidebar(&self) -> Sidebar {
        let readings = self.readings.lock().unwrap_or_else(PoisonError::into_inner);
        let state =
            readings.front().map(Reading::state).map(|state| StateShown { kind: kind(state), label: label(state) });
        Sidebar { readings: readings.iter().rev().cloned().collect(), state }
    }

    /// Puts the present figures in front of the people in the room.
    async fn discuss(self, request: SignedRequest) -> Result<(), Refusal> {
        let room = request.room_id.ok_or_else(|| Refusal::invalid("There is no room to discuss this in."))?;
        let newest = self.readings.lock().unwrap_or_else(PoisonError::into_inner).front().cloned();
        let reading = newest.ok_or_else(|| Refusal::not_found("There is no reading yet."))?;
        Ok(request.chat.notify(room, &notification(&reading)).await?)
    }
}

/// Serves the provider and reads the machine every `config.interval` until `shutdown` completes.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let health = HostHealth::default();
    let mut reading = JoinSet::new();
    reading.spawn(read_regularly(health.clone(), config.interval));
    health.provider().serve(listener, config.settings, shutdown).await
}

async fn read_regularly(health: HostHealth, interval: Duration) {
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut probe = Probe::default();
    loop {
        ticks.tick().await;
        // A disk that hangs must not hang the provider.
        let Ok((reading, used)) = tokio::task::spawn_blocking(move || (probe.read(), probe)).await else { return };
        probe = used;
        health.record(reading);
    }
}

fn descriptor() -> serde_json::Value {
    serde_json::from_str(include_str!("descriptor.json")).expect("the descriptor is part of the program")
}

fn load_tile(reading: &Reading) -> Tile {
    let state = reading.state();
    Tile::new(figures(reading)).lozenge(kind(state), label(state)).metadata(json!({
        "load": reading.load_rounded(),
        "memory_percent": reading.memory_percent,
        "disk_percent": reading.disk.as_ref().map(|disk| disk.percent),
        "state": state,
    }))
}

fn disk_tile(disk: &Disk, state: State) -> Tile {
    let text = Template::new("<b>{{percent}}</b>% of the disk in use").text("percent", disk.percent).render();
    let free_gigabytes = disk.free_bytes / GIGABYTE;
    let metadata = json!({"disk_percent": disk.percent, "free_gigabytes": free_gigabytes, "state": state});
    Tile::new(text).lozenge(LozengeKind::Moved, "Nearly full").metadata(metadata)
}

fn figures(reading: &Reading) -> Html {
    Template::new("<b>{{load}}</b> load · <b>{{memory}}</b>% memory")
        .text("load", format!("{:.2}", reading.load))
        .text("memory", reading.memory_percent)
        .render()
}

fn notification(reading: &Reading) -> Notification {
    let state = reading.state();
    let text =
        Template::new("<b>{{state}}</b>: {{figures}}").text("state", label(state)).html("figures", figures(reading));
    Notification::html(text.render()).color(match state {
        State::Healthy => Color::Green,
        State::Busy => Color::Yellow,
        State::Overloaded => Color::Red,
    })
}

fn kind(state: State) -> LozengeKind {
    match state {
        State::Healthy => LozengeKind::Success,
        State::Busy => LozengeKind::Moved,
        State::Overloaded => LozengeKind::Error,
    }
}

fn label(state: State) -> &'static str {
    match state {
        State::Healthy => "Healthy",
        State::Busy => "Busy",
        State::Overloaded => "Overloaded",
    }
}
