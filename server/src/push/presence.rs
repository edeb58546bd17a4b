//! Who is there (MSG-10): what everybody was told, against what connections say.
//!
//! Changes are told a moment late and together. A page that reloads is not gone, and a thousand clients that come back
//! after a restart cost each other one frame with all names, not a thousand frames.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use roomglass_protocol::{
    Presence, UserId,
    push::{PresenceOf, ServerFrame},
};
use tokio::time::Instant;

use super::{Connections, EncodedFrame, registry::Registry};

/// How long changes wait for each other.
pub(super) const TOGETHER: Duration = Duration::from_millis(50);
/// How long somebody without a client still counts as there.
const GRACE: Duration = Duration::from_secs(1);

/// What everybody was told.
#[derive(Debug, Default)]
pub(super) struct Announced {
    statuses: HashMap<UserId, Presence>,
    /// Those whose presence may differ from what was told, since when.
    touched: HashMap<UserId, Instant>,
}

impl Announced {
    /// Somebody came, went or is away.
    pub(super) fn touch(&mut self, user: UserId) {
        self.touched.insert(user, Instant::now());
    }

    /// Those who are not offline, as told.
    pub(super) fn of_those(&self, visible: impl Fn(UserId) -> bool) -> Vec<PresenceOf> {
        let seen = self.statuses.iter().filter(|(user, _)| visible(**user));
        let mut presence: Vec<_> =
            seen.map(|(user_id, status)| PresenceOf { user_id: *user_id, status: *status }).collect();
        presence.sort_unstable_by_key(|presence| presence.user_id);
        presence
    }

    fn tell(&mut self, user_id: UserId, status: Presence) -> bool {
        let before = match status {
            Presence::Offline => self.statuses.remove(&user_id),
            Presence::Online | Presence::Away => self.statuses.insert(user_id, status),
        };
        before.unwrap_or_default() != status
    }
}

impl Registry {
    /// Takes note of what is to be told now. Returns that, and when to look again at those who may only be reloading.
    fn presence_to_tell(&mut self, now: Instant) -> (Vec<PresenceOf>, Option<Instant>) {
        let mut changed = Vec::new();
        let mut again = None;
        for (user_id, since) in std::mem::take(&mut self.announced.touched) {
            let status = self.presence_of(user_id);
            if status == Presence::Offline && now < since + GRACE {
                self.announced.touched.insert(user_id, since);
                again = Some(again.map_or(since + GRACE, |earlier: Instant| earlier.min(since + GRACE)));
            } else if self.announced.tell(user_id, status) {
                changed.push(PresenceOf { user_id, status });
            }
        }
        changed.sort_unstable_by_key(|presence| presence.user_id);
        (changed, again)
    }
}

impl Connections {
    /// Tells everybody whose presence changed, to those who may see them. Only the fan-out task calls this: one teller,
    /// one order. Returns when to call it again.
    pub(super) fn tell_presence(&self, now: Instant) -> Option<Instant> {
        let (changed, again) = self.lock().presence_to_tell(now);
        let frames: Vec<_> = changed
            .into_iter()
            .map(|presence| (presence.user_id, EncodedFrame::new(&ServerFrame::Presence { presence })))
            .collect();
        self.deliver_about(None, &frames);
        again
    }

    /// Those of `people` who are not offline.
    pub fn presence_among(&self, people: impl IntoIterator<Item = UserId>) -> Vec<PresenceOf> {
        let people: HashSet<_> = people.into_iter().collect();
        self.lock().announced.of_those(|user| people.contains(&user))
    }
}
