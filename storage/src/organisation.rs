//! The organisation of this server, made once.

use roomglass_protocol::{Organisation, Person, Timestamp, push::Revision};

use crate::{NewPerson, Reader, StorageError, WriteTransaction};

impl Reader {
    /// The organisation, once set-up has happened.
    pub async fn organisation(&mut self) -> Result<Option<Organisation>, StorageError> {
        todo!()
    }

    /// The revision everything read through this transaction belongs to.
    pub async fn revision(&mut self) -> Result<Revision, StorageError> {
        todo!()
    }
}

impl WriteTransaction {
    /// Makes the organisation and its first person, whatever role `first` names an administrator.
    ///
    /// # Errors
    /// [`crate::Conflict::AlreadySetUp`] the second time.
    pub async fn set_up(
        &mut self,
        organisation_name: &str,
        first: NewPerson,
        now: Timestamp,
    ) -> Result<(Organisation, Person), StorageError> {
        let _ = (organisation_name, first, now);
        todo!()
    }
}
