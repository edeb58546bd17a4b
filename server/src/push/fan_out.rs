//! After a commit: who is told what. Each frame is serialised once, whoever gets it (decision 4).

use roomglass_protocol::{
    Event, Membership, RoomId, UserId,
    push::{Revision, ServerFrame},
};
use roomglass_storage::{Change, Committed};
use tokio::{
    sync::mpsc::Receiver,
    time::{Instant, sleep_until},
};

use super::{EncodedFrame, opening, presence};
use crate::state::AppState;

/// Tells of every commit, in order, until storage is closed. Those who tell providers are woken, and never hold this up.
///
/// Neither writes to storage nor waits for anybody who does: storage waits for this.
pub async fn run(mut committed: Receiver<Committed>, app: AppState) {
    let connections = app.connections.clone();
    let mut fan_out = FanOut { app, run: None };
    let mut presence_due: Option<Instant> = None;
    loop {
        tokio::select! {
            biased;
            commit = committed.recv() => match commit {
                Some(commit) => fan_out.tell(commit),
                None => return,
            },
            () = connections.presence_changes() => {
                let soon = Instant::now() + presence::TOGETHER;
                presence_due = Some(presence_due.map_or(soon, |due| due.min(soon)));
            }
            () = sleep_until(presence_due.unwrap_or_else(Instant::now)), if presence_due.is_some() => {
                presence_due = connections.tell_presence(Instant::now());
            }
        }
    }
}

struct FanOut {
    app: AppState,
    run: Option<Run>,
}

/// Events of one room that follow each other in a commit: each recipient gets them in one write.
struct Run {
    room: RoomId,
    last: Revision,
    frames: Vec<EncodedFrame>,
}

impl FanOut {
    fn tell(&mut self, commit: Committed) {
        for (rev, change) in commit.into_changes() {
            self.app.webhooks.tell(&change);
            match change {
                Change::EventAppended { event } => self.append(rev, event),
                other => {
                    // What follows may change who is in the room: what was said before goes to those who were.
                    self.flush();
                    self.apply(rev, other);
                }
            }
        }
        self.flush();
    }

    fn append(&mut self, rev: Revision, event: Event) {
        let room = event.room_id;
        if self.run.as_ref().is_some_and(|run| run.room != room) {
            self.flush();
        }
        let run = self.run.get_or_insert_with(|| Run { room, last: rev, frames: Vec::new() });
        run.last = rev;
        run.frames.push(EncodedFrame::new(&ServerFrame::of_event(rev, event)));
    }

    /// Clients that are in the middle of a run with their welcome get some of it twice, which changes nothing.
    fn flush(&mut self) {
        if let Some(Run { room, last, frames }) = self.run.take() {
            self.app.connections.deliver_to_room(room, Some(last), &EncodedFrame::joined(&frames), None);
        }
    }

    fn apply(&mut self, rev: Revision, change: Change) {
        let connections = &self.app.connections;
        match change {
            Change::EventAppended { event } => self.append(rev, event),
            Change::MemberJoined { user_id, membership } => self.joined(rev, user_id, membership),
            Change::MemberLeft { user_id, room_id } => self.left(rev, user_id, room_id),
            Change::RoomChanged { memberships } => {
                // Nothing goes on in an archived room (MSG-19).
                if let Some((_, Membership { room, .. })) = memberships.first().filter(|(_, it)| it.room.archived) {
                    connections.end_call(room.id);
                }
                for (user, membership) in memberships {
                    self.tell_user(rev, user, || ServerFrame::Room { rev, room: membership });
                }
            }
            Change::ReadMoved { user_id, room_id, seq, messages } => {
                self.tell_user(rev, user_id, || ServerFrame::Read { rev, room_id, seq, messages });
            }
            Change::PersonChanged { person } => {
                let frame = EncodedFrame::new(&ServerFrame::Person { rev, person: person.clone() });
                connections.deliver_about(Some(rev), &[(person.id, frame)]);
                // Their role may have changed, and with it whom they see.
                opening::reopen(&self.app, connections.connections_of(person.id));
            }
            Change::IntegrationsChanged { places, change } => connections.deliver_integration(rev, &places, &change),
            Change::UpdateWaiting { integration, waiting, may_decide } => {
                let frame = ServerFrame::Update { rev, integration, waiting };
                may_decide.into_iter().for_each(|user| self.tell_user(rev, user, || frame.clone()));
            }
            Change::RoomWebhooksChanged { .. } | Change::RoomDeleted { .. } => {}
            Change::SessionsRevoked { user_id, sessions } => connections.close_sessions(user_id, &sessions),
        }
    }

    fn joined(&self, rev: Revision, user: UserId, membership: Membership) {
        let room = membership.room.id;
        self.app.connections.joined(user, room, rev);
        self.tell_user(rev, user, || ServerFrame::Room { rev, room: membership });
        let guests = self.app.connections.guests_around(room, user, rev);
        opening::reopen(&self.app, guests);
    }

    fn left(&self, rev: Revision, user: UserId, room_id: RoomId) {
        let guests = self.app.connections.guests_around(room_id, user, rev);
        self.app.connections.left(user, room_id, rev);
        self.tell_user(rev, user, || ServerFrame::RoomLeft { rev, room_id });
        opening::reopen(&self.app, guests);
    }

    fn tell_user(&self, rev: Revision, user: UserId, frame: impl FnOnce() -> ServerFrame) {
        if self.app.connections.is_connected(user) {
            self.app.connections.deliver_to_user(user, Some(rev), &EncodedFrame::new(&frame()));
        }
    }
}
