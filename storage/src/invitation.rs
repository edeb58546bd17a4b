//! Invitations by a link.

use roomglass_protocol::{Person, Role, RoomId, Timestamp, UserId};

use crate::{Reader, StorageError, TokenHash, WriteTransaction};

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
        let _ = (token, now);
        todo!()
    }
}

impl WriteTransaction {
    /// Makes an invitation for [`INVITATION_LIFETIME_MS`] and returns when it runs out.
    ///
    /// # Errors
    /// [`crate::Noun::Room`] when the inviter is not a member of one of the rooms.
    pub async fn invite(&mut self, invitation: NewInvitation, now: Timestamp) -> Result<Timestamp, StorageError> {
        let _ = (invitation, now);
        todo!()
    }

    /// Uses an invitation up: adds the person and makes them a member of its rooms. A refusal does not use it up.
    ///
    /// # Errors
    /// [`crate::Noun::Invitation`] when it was used or has run out; [`crate::Conflict::EmailTaken`].
    pub async fn accept_invitation(
        &mut self,
        token: &TokenHash,
        newcomer: Newcomer,
        now: Timestamp,
    ) -> Result<Person, StorageError> {
        let _ = (token, newcomer, now);
        todo!()
    }
}
