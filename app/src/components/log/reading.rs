//! What follows from reading: older entries are loaded, and what was seen is marked as read.

use leptos::{prelude::*, task::spawn_local};

use super::scroll::Scroll;
use crate::components::live::effect;
use crate::{client::actions, components::room::OpenRoom, state::Loading};

/// Asks for older entries, unless they are on their way or there are none.
pub fn load_older(room: OpenRoom) {
    let more = room.signals.timeline.with_untracked(|log| log.older);
    if more && room.signals.older.with_untracked(|older| *older != Loading::InFlight) {
        // The outcome, refusals included, is shown from `older`.
        spawn_local(async move { drop(actions::load_older(room.id).await) });
    }
}

/// Loads older entries before the reader reaches the top, and while the log does not fill its box.
pub fn load_older_near_the_top(room: OpenRoom, scroll: Scroll) {
    effect(move || {
        let more = room.signals.timeline.with(|log| log.older);
        let failed = room.signals.older.with(|older| matches!(older, Loading::Failed(_)));
        if scroll.near_top.get() && more && !failed {
            load_older(room);
        }
    });
}

/// Marks the newest entry as read whenever the end of the log is in view.
pub fn mark_read_at_the_bottom(room: OpenRoom, scroll: Scroll) {
    effect(move || {
        let newest = room.signals.timeline.with(|log| log.newest());
        let read = room.membership().map(|membership| membership.read_seq);
        if scroll.at_bottom.get() && scroll.placed.get() && read.is_some_and(|read| newest > read) {
            actions::mark_read(room.id, newest);
        }
    });
}
