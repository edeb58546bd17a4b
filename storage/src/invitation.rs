//! Invitations by a link.

use std::collections::BTreeSet;

use roomglass_protocol::{Person, Role, RoomId, Timestamp, UserId};

use crate::{NewPerson, Noun, Reader, StorageError, TokenHash, WriteTransaction, person::person_of, word::Word};

/// How long an invitation can be used, in milliseconds: seven days.
pub const INVITATION_LIFETIME_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// An invitation to make.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Of the secret part of the link.
    pub token: TokenHash,
    /// What the newcomer will be.
    pub role: Role,
    /// Rooms they become a member of; the inviter is a member of each.
    pub rooms: Vec<RoomId>,
    /// Who invites.
    pub invited_by: UserId,
}

/// An invitation that can still be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// What the newcomer will be.
    pub role: Role,
    /// Rooms they become a member of.
    pub rooms: Vec<RoomId>,
    /// Who invited them.
    pub invited_by: Person,
    /// After this it is refused.
    pub expires_at: Timestamp,
}

/// What a newcomer says of themselves. No `Debug`: it holds a password hash.
#[derive(Clone)]
pub struct Newcomer {
    /// Display name.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
    /// Hash of the password.
    pub password_hash: String,
}

impl Reader {
    /// Finds an invitation that can still be used.
    pub async fn invitation(&mut self, token: &TokenHash, now: Timestamp) -> Result<Option<Invitation>, StorageError> {
        let statement = sqlx::query(
            "SELECT i.role AS newcomer_role, i.expires_at, u.id AS user_id, u.name, u.mention, u.role
             FROM invitations AS i JOIN users AS u ON u.id = i.invited_by
             WHERE i.token_hash = $1 AND i.expires_at > $2",
        );
        let Some(row) = self.first(statement.bind(token.bytes()).bind(now.0)).await? else { return Ok(None) };
        let invited_by = person_of(&row)?;
        Ok(Some(Invitation {
            role: row.word("invitations", "newcomer_role", invited_by.id)?,
            rooms: self.invitation_rooms(token).await?,
            invited_by,
            expires_at: row.time("expires_at")?,
        }))
    }

    async fn invitation_rooms(&mut self, token: &TokenHash) -> Result<Vec<RoomId>, StorageError> {
        let statement = sqlx::query("SELECT room_id FROM invitation_rooms WHERE token_hash = $1 ORDER BY room_id");
        let rows = self.all(statement.bind(token.bytes())).await?;
        rows.iter().map(|row| row.room("room_id")).collect()
    }
}

impl WriteTransaction {
    /// Makes an invitation for [`INVITATION_LIFETIME_MS`] and returns when it runs out.
    ///
    /// # Errors
    /// [`Noun::Room`] when the inviter is not a member of one of the rooms.
    pub async fn invite(&mut self, invitation: NewInvitation, now: Timestamp) -> Result<Timestamp, StorageError> {
        let NewInvitation { token, role, rooms, invited_by } = invitation;
        let expires_at = Timestamp(now.0 + INVITATION_LIFETIME_MS);
        let statement = sqlx::query(
            "INSERT INTO invitations (token_hash, role, invited_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        );
        let statement = statement.bind(token.bytes()).bind(role.word()).bind(invited_by.0);
        self.execute(statement.bind(now.0).bind(expires_at.0)).await?;
        for room in BTreeSet::from_iter(rooms) {
            if !self.is_member(room, invited_by).await? {
                return Err(StorageError::NotFound(Noun::Room));
            }
            let statement = sqlx::query("INSERT INTO invitation_rooms (token_hash, room_id) VALUES ($1, $2)");
            self.execute(statement.bind(token.bytes()).bind(room.0)).await?;
        }
        Ok(expires_at)
    }

    /// Uses an invitation up: adds the person and makes them a member of those of its rooms the inviter is still in.
    /// A refusal does not use it up.
    ///
    /// # Errors
    /// [`Noun::Invitation`] when it was used or has run out; [`crate::Conflict::EmailTaken`].
    pub async fn accept_invitation(
        &mut self,
        token: &TokenHash,
        newcomer: Newcomer,
        now: Timestamp,
    ) -> Result<Person, StorageError> {
        let invitation = self.invitation(token, now).await?.ok_or(StorageError::NotFound(Noun::Invitation))?;
        let Newcomer { name, email, password_hash } = newcomer;
        let person = self.add_person(NewPerson { name, email, password_hash, role: invitation.role }, now).await?;
        for room in invitation.rooms {
            if self.is_member(room, invitation.invited_by.id).await? {
                self.add_member(room, person.id, invitation.invited_by.id, now).await?;
            }
        }
        self.execute(sqlx::query("DELETE FROM invitations WHERE token_hash = $1").bind(token.bytes())).await?;
        Ok(person)
    }
}
