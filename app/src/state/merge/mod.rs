//! Joining what the server sent with the page and what IndexedDB has: the server wins.

#[cfg(test)]
mod tests;

use roomglass_protocol::{
    RoomId, Sequence,
    rest::message::Page,
    state::{Timeline, Workspace},
    sync::{ChangedIntegration, ChangedIntegrations, InstalledState},
};

use super::{
    rows::{self, RowChange},
    sync::SyncOutcome,
};

/// Integrations of all rooms: those stored, except where the page knows better. Rooms the user is not a member of any
/// more go. The outcome has what to write; nothing remains to be asked.
pub fn merge_installed(stored: &mut InstalledState, page: &InstalledState, workspace: &Workspace) -> SyncOutcome {
    let mut outcome = SyncOutcome::default();
    let rooms = workspace.rooms.keys().copied().map(Into::into).chain([roomglass_protocol::RoomRef::Global]).collect();
    let retained = stored.retain_rooms(&rooms);
    outcome.take_in(&retained, stored);
    let applied = stored.apply(workspace.rev, false, &differences(stored, page));
    outcome.take_in(&applied, stored);
    outcome
}

fn differences(stored: &InstalledState, page: &InstalledState) -> ChangedIntegrations {
    let known = |room| stored.rooms.get(room).into_iter().flatten();
    page.rooms
        .iter()
        .map(|(room, present)| {
            let gone = known(room).filter(|key| !present.contains(*key)).cloned().map(ChangedIntegration::deleted);
            let here = present.iter().filter_map(|key| {
                let version = page.versions.get(key)?;
                let (token, extensions) = (version.token, Some(version.extensions.clone()));
                Some(ChangedIntegration::Present { key: key.clone(), token, extensions })
            });
            (*room, gone.chain(here).collect())
        })
        .collect()
}

/// Takes in the newest page of a room's log. When it does not reach back to what is loaded, it takes its place, so that
/// there is never a gap; messages under way stay. Returns what to write.
pub fn take_newest_page(room: RoomId, timeline: &mut Timeline, page: &Page) -> Vec<RowChange> {
    let first = page.items.first().map_or(Sequence::START, |event| event.seq);
    let empty = timeline.events().is_empty();
    if !empty && first <= timeline.newest().next() {
        timeline.insert(page.items.iter().cloned());
        if timeline.oldest() == first {
            timeline.older = page.more;
        }
        return rows::of_events(room, &page.items);
    }
    if !page.items.is_empty() || empty {
        replace(timeline, page);
    }
    rows::replacing_events(room, &page.items)
}

fn replace(timeline: &mut Timeline, page: &Page) {
    let mut fresh = Timeline::default();
    fresh.insert(page.items.iter().cloned());
    fresh.older = page.more;
    for pending in timeline.pending() {
        fresh.send(pending.message.clone());
        if let Some(why) = &pending.failure {
            fresh.fail(pending.message.id, why.clone());
        }
    }
    *timeline = fresh;
}
