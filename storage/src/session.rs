//! Sessions of signed-in people.

use roomglass_protocol::{Person, Timestamp, UserId};

use crate::{Reader, StorageError, TokenHash, WriteTransaction};

/// How long a session lasts after it was last used, in milliseconds: 30 days.
pub const SESSION_LIFETIME_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// How far the time of last use may lag behind, in milliseconds, so that reading does not become writing: one hour.
pub const SESSION_TOUCH_MS: i64 = 60 * 60 * 1000;

/// Names a session inside the server; worthless outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub i64);

/// A session that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// Who is signed in.
    pub person: Person,
    /// The browser or program, for people to tell their sessions apart.
    pub client: String,
    /// When it was last used, up to [`SESSION_TOUCH_MS`] late.
    pub last_seen_at: Timestamp,
    /// When it ends unless it is used.
    pub expires_at: Timestamp,
}

impl Session {
    /// Whether [`WriteTransaction::touch_session`] is due.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now.0 - self.last_seen_at.0 >= SESSION_TOUCH_MS
    }
}

impl Reader {
    /// Finds the session of a token, unless it has ended.
    pub async fn session(&mut self, token: &TokenHash, now: Timestamp) -> Result<Option<Session>, StorageError> {
        let _ = (token, now);
        todo!()
    }
}

impl WriteTransaction {
    /// Begins a session of [`SESSION_LIFETIME_MS`].
    ///
    /// # Errors
    /// When there is no such person.
    pub async fn begin_session(
        &mut self,
        token: &TokenHash,
        user_id: UserId,
        client: &str,
        now: Timestamp,
    ) -> Result<SessionId, StorageError> {
        let _ = (token, user_id, client, now);
        todo!()
    }

    /// Notes that a session was used and prolongs it; does nothing when that was noted less than
    /// [`SESSION_TOUCH_MS`] ago, or the session is gone.
    pub async fn touch_session(&mut self, id: SessionId, now: Timestamp) -> Result<(), StorageError> {
        let _ = (id, now);
        todo!()
    }

    /// Ends a session; nothing happens when it has ended already.
    pub async fn end_session(&mut self, id: SessionId) -> Result<(), StorageError> {
        let _ = id;
        todo!()
    }

    /// Ends all sessions of a person.
    pub async fn end_sessions_of(&mut self, user_id: UserId) -> Result<(), StorageError> {
        let _ = user_id;
        todo!()
    }

    /// Removes what has run out: sessions, invitations, access tokens. To be called now and then.
    pub async fn remove_expired(&mut self, now: Timestamp) -> Result<(), StorageError> {
        let _ = now;
        todo!()
    }
}
