//! One tile: what it shows and how old that is.

use roomglass_protocol::{Timestamp, integration::TileData};
use serde::{Deserialize, Serialize};

/// How a tile stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TileStatus {
    /// It has no address to fetch from; what it shows comes from its descriptor, or was pushed.
    #[default]
    Static,
    /// Asked for the first time; nothing to show but the static form.
    Loading,
    /// What it shows is current.
    Fresh,
    /// What it shows was current at `updated_at`.
    Stale,
    /// The last fetch failed and there is nothing to show but the static form (DYN-12, HCC-14).
    Failed,
}

/// A tile in one room.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TileState {
    /// The last data, if any came.
    pub data: Option<TileData>,
    /// How it stands.
    pub status: TileStatus,
    /// When the data came.
    pub updated_at: Option<Timestamp>,
    /// Whether it changed while its room was not in view.
    pub unseen: bool,
    /// Counts pushes, so that an answer under way since before a push yields to it (PUSH-19).
    pub pushes: u64,
    /// Counts fetches: of several under way the last one counts.
    fetches: u64,
    /// Whether the last one is under way.
    fetching: bool,
}

/// What a fetch must know of the tile at its start, to find out at its end whether it still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchTicket {
    pushes: u64,
    fetches: u64,
}

impl TileState {
    /// A tile that was stored when the client was last open.
    pub fn stored(data: TileData, updated_at: Timestamp) -> Self {
        Self { data: Some(data), status: TileStatus::Stale, updated_at: Some(updated_at), ..Self::default() }
    }

    /// A fetch begins. Data already shown stays on screen meanwhile.
    pub fn fetching(&mut self) -> FetchTicket {
        if self.data.is_none() {
            self.status = TileStatus::Loading;
        }
        self.fetches += 1;
        self.fetching = true;
        FetchTicket { pushes: self.pushes, fetches: self.fetches }
    }

    /// Whether data is under way.
    pub fn is_fetching(&self) -> bool {
        self.fetching
    }

    /// A fetch has ended. Returns whether it counts: none has begun since, and nothing was pushed (PUSH-19).
    fn ends(&mut self, ticket: FetchTicket) -> bool {
        let is_last = ticket.fetches == self.fetches;
        self.fetching &= !is_last;
        is_last && ticket.pushes == self.pushes
    }

    /// A fetch brought data. Returns whether it was taken.
    pub fn fetched(&mut self, ticket: FetchTicket, data: TileData, now: Timestamp) -> bool {
        let current = self.ends(ticket);
        if current {
            self.show(data, now);
        }
        current
    }

    /// A fetch failed, or brought what cannot be read. Returns whether what was shown is gone.
    pub fn failed(&mut self, ticket: FetchTicket) -> bool {
        let current = self.ends(ticket);
        if current {
            self.data = None;
            self.status = TileStatus::Failed;
        }
        current
    }

    /// A fetch could not be made, for want of a connection. What is shown stays; where that is nothing, the fetch has failed.
    pub fn unreachable(&mut self, ticket: FetchTicket) {
        if self.data.is_none() {
            self.failed(ticket);
        } else if self.ends(ticket) {
            self.disconnected();
        }
    }

    /// The provider pushed data (PUSH-12).
    pub fn pushed(&mut self, data: TileData, now: Timestamp, in_view: bool) {
        self.pushes += 1;
        self.unseen = !in_view && self.data.as_ref() != Some(&data);
        self.show(data, now);
    }

    /// The connection is gone: what is shown may be out of date.
    pub fn disconnected(&mut self) {
        if self.status == TileStatus::Fresh {
            self.status = TileStatus::Stale;
        }
    }

    fn show(&mut self, data: TileData, now: Timestamp) {
        self.data = Some(data);
        self.status = TileStatus::Fresh;
        self.updated_at = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn data(label: &str) -> TileData {
        serde_json::from_value(json!({"label": {"type": "html", "value": label}})).expect("tile data")
    }

    fn label(tile: &TileState) -> Option<&str> {
        tile.data.as_ref().map(|data| data.label.value.as_str())
    }

    #[test]
    fn push_19_an_answer_asked_for_before_a_push_yields_to_it() {
        let mut tile = TileState::default();
        let ticket = tile.fetching();
        tile.pushed(data("newer"), Timestamp(2), true);
        assert!(!tile.fetched(ticket, data("older"), Timestamp(3)));
        assert_eq!(label(&tile), Some("newer"));
        tile.failed(ticket);
        assert_eq!(tile.status, TileStatus::Fresh);
    }

    #[test]
    fn dyn_12_a_failed_fetch_leaves_the_static_form() {
        let mut tile = TileState::stored(data("yesterday"), Timestamp(1));
        let ticket = tile.fetching();
        assert_eq!(label(&tile), Some("yesterday"));
        tile.failed(ticket);
        assert_eq!((label(&tile), tile.status), (None, TileStatus::Failed));
    }

    // UPD-10: a new version may say another address.
    #[test]
    fn of_two_fetches_the_later_counts_whichever_ends_first() {
        let mut tile = TileState::default();
        let (of_old_version, of_new_version) = (tile.fetching(), tile.fetching());
        assert!(tile.is_fetching());
        assert!(!tile.failed(of_old_version), "another is under way");
        assert_eq!((tile.status, tile.is_fetching()), (TileStatus::Loading, true));
        assert!(tile.fetched(of_new_version, data("new"), Timestamp(1)));
        assert!(!tile.is_fetching());
        assert!(!tile.fetched(of_old_version, data("old"), Timestamp(2)));
        assert_eq!(label(&tile), Some("new"));
    }

    #[test]
    fn push_19_a_fetch_that_yields_to_a_push_takes_nothing_of_it_away() {
        let mut tile = TileState::default();
        let ticket = tile.fetching();
        tile.pushed(data("newer"), Timestamp(2), true);
        assert!(!tile.failed(ticket), "what was stored of the push stays");
        let ticket = tile.fetching();
        assert!(tile.failed(ticket));
    }

    #[test]
    fn push_11_data_shows_the_same_whether_fetched_or_pushed() {
        let (mut fetched, mut pushed) = (TileState::default(), TileState::default());
        let ticket = fetched.fetching();
        assert!(fetched.fetched(ticket, data("<b>4</b> open"), Timestamp(1)));
        pushed.pushed(data("<b>4</b> open"), Timestamp(1), true);
        let shown = |tile: TileState| (tile.data, tile.status, tile.updated_at, tile.unseen);
        assert_eq!(shown(fetched), shown(pushed));
    }

    #[test]
    fn elem_02_a_new_status_icon_takes_the_place_of_the_old() {
        let icon = |name: &str| {
            let url = format!("https://weather.example.org/{name}.png");
            let status = json!({"type": "icon", "value": {"url": url}});
            let data = json!({"label": {"type": "html", "value": "x"}, "status": status});
            serde_json::from_value::<TileData>(data).expect("tile data")
        };
        let mut tile = TileState::default();
        for weather in ["sun", "rain", "thunder"] {
            tile.pushed(icon(weather), Timestamp(1), true);
            assert_eq!(tile.data, Some(icon(weather)));
        }
    }

    #[test]
    fn a_push_out_of_view_is_marked_unseen_only_when_it_changes_something() {
        let mut tile = TileState::default();
        tile.pushed(data("one"), Timestamp(1), true);
        tile.pushed(data("one"), Timestamp(2), false);
        assert!(!tile.unseen);
        tile.pushed(data("two"), Timestamp(3), false);
        assert!(tile.unseen);
    }
}
