//! A connected client with the browser's tables of integrations.

use roomglass_protocol::{
    Membership, OrderedSet, RoomRef,
    push::{ServerFrame, TileUpdate},
    sync::{InstalledState, SyncAnswer, SyncRequest},
};
use serde_json::{Value, json};

use crate::support::{Answer, Client, Someone};

pub const SYNC: &str = "/v2/integration/sync";

/// What a browser holds of integrations, kept current by what it is told.
pub struct Browser {
    pub client: Client,
    pub installed: InstalledState,
}

impl Browser {
    /// Connects, then synchronises everything.
    pub async fn opens(someone: &Someone) -> Self {
        let client = Client::connect(someone).await;
        let installed = synchronised(someone).await;
        Self { client, installed }
    }

    /// Reads on to the next `sync` frame; returns what it says, applied.
    pub async fn hears_of_integrations(&mut self) -> Value {
        let frame = self.client.until(|frame| matches!(frame, ServerFrame::Sync { .. })).await;
        self.apply(&frame);
        serde_json::to_value(frame).unwrap()
    }

    /// Reads on to the next data of tiles.
    pub async fn hears_of_tiles(&mut self) -> Vec<TileUpdate> {
        match self.client.until(|frame| matches!(frame, ServerFrame::DynamicData { .. })).await {
            ServerFrame::DynamicData { items, .. } => items,
            _ => Vec::new(),
        }
    }

    /// Everything about integrations and tiles that was told up to now, applied.
    pub async fn heard(&mut self, room: &Membership) -> Vec<ServerFrame> {
        let frames = self.client.hears_up_to_now(room).await;
        frames.iter().for_each(|frame| self.apply(frame));
        let wanted = |frame: &ServerFrame| matches!(frame, ServerFrame::Sync { .. } | ServerFrame::DynamicData { .. });
        frames.into_iter().filter(wanted).collect()
    }

    /// The law of synchronisation: what was pushed, applied, is what a fresh synchronisation would give.
    pub async fn agrees_with_the_server(&mut self, room: &Membership) {
        self.heard(room).await;
        let fresh = synchronised(&self.client.someone).await;
        assert_eq!(self.installed.rooms, fresh.rooms);
        assert_eq!(self.installed.versions, fresh.versions);
        assert_eq!(self.installed.account_token(), fresh.account_token());
        let open = json!({"trigger": "open", "accountToken": self.installed.account_token()});
        assert_eq!(self.client.someone.posts(SYNC, open).await.status, 204);
    }

    fn apply(&mut self, frame: &ServerFrame) {
        if let ServerFrame::Sync { rev, changed_integrations } = frame {
            self.installed.apply(*rev, true, changed_integrations);
        }
    }
}

/// What a browser that knows nothing is given.
pub async fn synchronised(someone: &Someone) -> InstalledState {
    let rooms: OrderedSet<RoomRef> =
        someone.snapshot().await.rooms.into_iter().map(|room| room.room.id.into()).collect();
    let mut state = InstalledState::default();
    state.retain_rooms(&rooms);
    synchronise(someone, &mut state, rooms.into_iter().chain([RoomRef::Global])).await;
    state
}

/// Synchronises some rooms as a browser does; whether there was anything to apply.
pub async fn synchronise(
    someone: &Someone,
    state: &mut InstalledState,
    rooms: impl IntoIterator<Item = RoomRef>,
) -> Option<SyncAnswer> {
    let request =
        SyncRequest { installed_integrations: Some(state.known(rooms)), once: true, ..SyncRequest::default() };
    let answer: Answer = someone.posts(SYNC, serde_json::to_value(request).unwrap()).await;
    if answer.status == 204 {
        assert_eq!(answer.body, "");
        return None;
    }
    let answer: SyncAnswer = answer.json();
    let applied = state.apply(answer.rev, false, &answer.changed_integrations);
    assert!(applied.missing.is_empty(), "{applied:?}");
    Some(answer)
}
