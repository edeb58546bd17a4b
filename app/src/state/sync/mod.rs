//! Bringing the integrations up to date (SYNC-01 … SYNC-31), without input or output: the client posts what this asks
//! for and hands back the answers.

#[cfg(test)]
mod tests;

use roomglass_protocol::{
    IntegrationKey, OrderedSet, RoomId, RoomRef,
    sync::{Applied, InstalledState, SyncAnswer, SyncRequest, Trigger},
    token::RoomToken,
};

use super::rows::{self, RowChange};

/// Answers after which an exchange gives up: opening, differing rooms, repair.
const MOST_ANSWERS: u32 = 3;

/// One exchange: from the first request until nothing differs.
#[derive(Debug)]
pub struct SyncExchange {
    trigger: Trigger,
    answers: u32,
}

/// What an answer led to.
#[derive(Debug, Default)]
pub struct SyncOutcome {
    /// To be written, all in one transaction.
    pub rows: Vec<RowChange>,
    /// Rooms whose list of integrations changed.
    pub rooms: OrderedSet<RoomRef>,
    /// Integrations whose version is new.
    pub versions: OrderedSet<IntegrationKey>,
    /// The next request; `None` ends the exchange.
    pub next: Option<SyncRequest>,
}

impl SyncOutcome {
    /// Adds what an update changed.
    pub fn take_in(&mut self, applied: &Applied, installed: &InstalledState) {
        self.rows.extend(rows::of_integrations(applied, installed));
        self.rooms.extend(applied.rooms.iter().copied());
        self.versions.extend(applied.versions.iter().cloned());
    }
}

impl SyncExchange {
    /// Asks with the account token alone whether anything differs.
    pub fn begin(trigger: Trigger, installed: &InstalledState) -> (Self, SyncRequest) {
        let account_token = Some(installed.account_token());
        (Self { trigger, answers: 0 }, SyncRequest { trigger, account_token, ..SyncRequest::default() })
    }

    /// Asks for one room that was entered, and no other (SYNC-02).
    pub fn enter(room: RoomId, installed: &InstalledState) -> (Self, SyncRequest) {
        let exchange = Self { trigger: Trigger::Room, answers: 0 };
        let request = exchange.table_q([room.into()], installed);
        (exchange, request)
    }

    /// Takes in an answer; `None` is "nothing differs".
    pub fn answered(&mut self, answer: Option<SyncAnswer>, installed: &mut InstalledState) -> SyncOutcome {
        let mut outcome = SyncOutcome::default();
        let Some(SyncAnswer { rev, changed_integrations, room_tokens }) = answer else { return outcome };
        self.answers += 1;
        let applied = installed.apply(rev, false, &changed_integrations);
        outcome.take_in(&applied, installed);
        let mut asked: OrderedSet<RoomRef> = OrderedSet::new();
        if let Some(room_tokens) = room_tokens {
            let rooms = room_tokens.keys().copied().collect();
            let applied = installed.retain_rooms(&rooms);
            outcome.take_in(&applied, installed);
            asked.extend(differing(installed, room_tokens));
        }
        if self.answers < MOST_ANSWERS {
            outcome.next = self.repair(&applied, &changed_integrations.into_keys().collect(), installed);
            if outcome.next.is_none() && !asked.is_empty() {
                outcome.next = Some(self.table_q(asked, installed));
            }
        }
        outcome
    }

    fn table_q(&self, rooms: impl IntoIterator<Item = RoomRef>, installed: &InstalledState) -> SyncRequest {
        SyncRequest {
            trigger: self.trigger,
            account_token: None,
            installed_integrations: Some(installed.known(rooms)),
            once: true,
        }
    }

    /// Versions the answer referred to but neither it nor this client has: asked for in full.
    fn repair(
        &self,
        applied: &Applied,
        rooms: &OrderedSet<RoomRef>,
        installed: &InstalledState,
    ) -> Option<SyncRequest> {
        if applied.missing.is_empty() {
            return None;
        }
        let mut known = installed.known(rooms.iter().copied());
        for list in known.values_mut() {
            list.retain(|known| !applied.missing.contains(&known.key));
        }
        Some(SyncRequest {
            trigger: Trigger::Repair,
            account_token: None,
            installed_integrations: Some(known),
            once: false,
        })
    }
}

fn differing(
    installed: &InstalledState,
    server: impl IntoIterator<Item = (RoomRef, RoomToken)>,
) -> impl Iterator<Item = RoomRef> {
    server.into_iter().filter(|(room, token)| installed.room_token(*room) != *token).map(|(room, _)| room)
}
