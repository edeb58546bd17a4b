//! Sessions of signed-in people.

use std::collections::BTreeMap;

use roomglass_protocol::{Person, Timestamp, UserId};

use crate::{Change, Noun, Reader, StorageError, TokenHash, WriteTransaction, person::person_of, row::Row};

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
        let statement = sqlx::query(
            "SELECT s.id, s.client, s.last_seen_at, s.expires_at, u.id AS user_id, u.name, u.mention, u.role
             FROM sessions AS s JOIN users AS u ON u.id = s.user_id
             WHERE s.token_hash = $1 AND s.expires_at > $2",
        );
        self.first(statement.bind(token.bytes()).bind(now.0)).await?.as_ref().map(session_of).transpose()
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
        self.person(user_id).await?.ok_or(StorageError::NotFound(Noun::Person))?;
        let statement = sqlx::query(
            "INSERT INTO sessions (token_hash, user_id, client, created_at, last_seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $4, $5) RETURNING id",
        );
        let statement = statement.bind(token.bytes()).bind(user_id.0).bind(client).bind(now.0);
        let row = self.first(statement.bind(now.0 + SESSION_LIFETIME_MS)).await?;
        row.ok_or(StorageError::NotFound(Noun::Session))?.number("id").map(SessionId)
    }

    /// Notes that a session was used and prolongs it; does nothing when that was noted less than
    /// [`SESSION_TOUCH_MS`] ago, or the session has ended.
    pub async fn touch_session(&mut self, id: SessionId, now: Timestamp) -> Result<(), StorageError> {
        let statement = sqlx::query(
            "UPDATE sessions SET last_seen_at = $2, expires_at = $3
             WHERE id = $1 AND last_seen_at <= $4 AND expires_at > $2",
        );
        let statement = statement.bind(id.0).bind(now.0).bind(now.0 + SESSION_LIFETIME_MS);
        self.execute(statement.bind(now.0 - SESSION_TOUCH_MS)).await.map(drop)
    }

    /// Ends a session; nothing happens when it has ended already.
    pub async fn end_session(&mut self, id: SessionId) -> Result<(), StorageError> {
        let ended =
            self.all(sqlx::query("DELETE FROM sessions WHERE id = $1 RETURNING id, user_id").bind(id.0)).await?;
        self.record_revoked(&ended)
    }

    /// Ends all sessions of a person.
    pub async fn end_sessions_of(&mut self, user_id: UserId) -> Result<(), StorageError> {
        let statement = sqlx::query("DELETE FROM sessions WHERE user_id = $1 RETURNING id, user_id").bind(user_id.0);
        let ended = self.all(statement).await?;
        self.record_revoked(&ended)
    }

    /// Removes what has run out: sessions, invitations, access tokens, the log of webhooks. To be called now and then.
    pub async fn remove_expired(&mut self, now: Timestamp) -> Result<(), StorageError> {
        let statement = sqlx::query("DELETE FROM sessions WHERE expires_at <= $1 RETURNING id, user_id").bind(now.0);
        let ended = self.all(statement).await?;
        self.record_revoked(&ended)?;
        self.execute(sqlx::query("DELETE FROM invitations WHERE expires_at <= $1").bind(now.0)).await?;
        self.execute(sqlx::query("DELETE FROM access_tokens WHERE expires_at <= $1").bind(now.0)).await?;
        self.remove_old_handovers(now).await?;
        self.remove_old_deliveries(now).await
    }

    fn record_revoked(&mut self, ended: &[Row]) -> Result<(), StorageError> {
        let mut revoked = BTreeMap::<UserId, Vec<SessionId>>::new();
        for row in ended {
            revoked.entry(row.user("user_id")?).or_default().push(SessionId(row.number("id")?));
        }
        for (user_id, mut sessions) in revoked {
            sessions.sort_unstable();
            self.record(Change::SessionsRevoked { user_id, sessions });
        }
        Ok(())
    }
}

fn session_of(row: &Row) -> Result<Session, StorageError> {
    Ok(Session {
        id: SessionId(row.number("id")?),
        person: person_of(row)?,
        client: row.text("client")?,
        last_seen_at: row.time("last_seen_at")?,
        expires_at: row.time("expires_at")?,
    })
}
