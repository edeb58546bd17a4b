//! What is held of one room, beyond what [`Workspace`](roomglass_protocol::state::Workspace) knows of all.

use leptos::prelude::*;
use roomglass_protocol::{ApiError, Sequence, UserId, state::Timeline};

/// How much of a room's log is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Loading {
    /// Not asked for.
    #[default]
    Idle,
    /// Asked for.
    InFlight,
    /// There.
    Done,
    /// Asked for in vain.
    Failed(ApiError),
}

/// Handles of one room's signals, for the lifetime of the component that asked for them.
#[derive(Debug, Clone, Copy)]
pub struct RoomSignals {
    /// Its log, and what is under way.
    pub timeline: RwSignal<Timeline>,
    /// The newest part of the log.
    pub newest: RwSignal<Loading>,
    /// The next older part of the log.
    pub older: RwSignal<Loading>,
    /// Its members in order of joining, once known.
    pub members: RwSignal<Option<Vec<UserId>>>,
    /// The "new" line stands after this entry; `None` when everything was read on opening.
    pub new_after: RwSignal<Option<Sequence>>,
    /// What is being written.
    pub draft: RwSignal<String>,
}

/// The same signals, counted: they live as long as the store, and need no owner.
#[derive(Debug, Clone, Default)]
pub struct SharedRoomSignals {
    /// See [`RoomSignals`].
    pub timeline: ArcRwSignal<Timeline>,
    /// See [`RoomSignals`].
    pub newest: ArcRwSignal<Loading>,
    /// See [`RoomSignals`].
    pub older: ArcRwSignal<Loading>,
    /// See [`RoomSignals`].
    pub members: ArcRwSignal<Option<Vec<UserId>>>,
    /// See [`RoomSignals`].
    pub new_after: ArcRwSignal<Option<Sequence>>,
    /// See [`RoomSignals`].
    pub draft: ArcRwSignal<String>,
}

impl From<SharedRoomSignals> for RoomSignals {
    fn from(shared: SharedRoomSignals) -> Self {
        let SharedRoomSignals { timeline, newest, older, members, new_after, draft } = shared;
        Self {
            timeline: timeline.into(),
            newest: newest.into(),
            older: older.into(),
            members: members.into(),
            new_after: new_after.into(),
            draft: draft.into(),
        }
    }
}
