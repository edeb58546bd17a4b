//! People and their accounts.

use roomglass_protocol::{Person, Role, Timestamp, UserId};

use crate::{Reader, StorageError, WriteTransaction};

/// Somebody to add. No `Debug`: it holds a password hash.
#[derive(Clone)]
pub struct NewPerson {
    /// Display name.
    pub name: String,
    /// Address to sign in with; compared without regard to letter case.
    pub email: String,
    /// Hash of the password, as its maker wants it back.
    pub password_hash: String,
    /// What they may do.
    pub role: Role,
}

/// What signing in needs. No `Debug`: it holds a password hash.
#[derive(Clone)]
pub struct Account {
    /// Whose.
    pub person: Person,
    /// As it was stored.
    pub password_hash: String,
}

impl Reader {
    /// Finds a person.
    pub async fn person(&mut self, id: UserId) -> Result<Option<Person>, StorageError> {
        let _ = id;
        todo!()
    }

    /// Finds a person by handle, without the `@`.
    pub async fn person_by_mention(&mut self, mention: &str) -> Result<Option<Person>, StorageError> {
        let _ = mention;
        todo!()
    }

    /// Everybody, by name.
    pub async fn people(&mut self) -> Result<Vec<Person>, StorageError> {
        todo!()
    }

    /// Everybody a person may see, by name: for guests those they share a room with, for others everybody.
    pub async fn people_seen_by(&mut self, viewer: &Person) -> Result<Vec<Person>, StorageError> {
        let _ = viewer;
        todo!()
    }

    /// Finds an account by e-mail address, whatever its letter case.
    pub async fn account_by_email(&mut self, email: &str) -> Result<Option<Account>, StorageError> {
        let _ = email;
        todo!()
    }
}

impl WriteTransaction {
    /// Adds a person; the handle is made from the name, with a number where others have it already.
    ///
    /// # Errors
    /// [`crate::Conflict::EmailTaken`].
    pub async fn add_person(&mut self, person: NewPerson, now: Timestamp) -> Result<Person, StorageError> {
        let _ = (person, now);
        todo!()
    }

    /// Changes what somebody may do.
    ///
    /// # Errors
    /// When there is no such person.
    pub async fn set_role(&mut self, id: UserId, role: Role) -> Result<Person, StorageError> {
        let _ = (id, role);
        todo!()
    }

    /// Replaces a password hash. Sessions stay; see [`WriteTransaction::end_sessions_of`].
    ///
    /// # Errors
    /// When there is no such person.
    pub async fn set_password_hash(&mut self, id: UserId, hash: &str) -> Result<(), StorageError> {
        let _ = (id, hash);
        todo!()
    }
}
