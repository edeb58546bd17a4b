//! The organisation of this server, made once.

use roomglass_protocol::{Organisation, Person, Role, Timestamp, push::Revision};

use crate::{Conflict, NewPerson, Noun, Reader, StorageError, WriteTransaction};

/// The number of the one organisation.
const ONLY: i64 = 1;

impl Reader {
    /// The organisation, once set-up has happened.
    pub async fn organisation(&mut self) -> Result<Option<Organisation>, StorageError> {
        let Some(row) = self.first(sqlx::query("SELECT id, name FROM organisations")).await? else {
            return Ok(None);
        };
        Ok(Some(Organisation { id: row.number("id")?, name: row.text("name")? }))
    }

    /// The revision everything read through this transaction belongs to.
    pub async fn revision(&mut self) -> Result<Revision, StorageError> {
        let statement = sqlx::query("SELECT value FROM counters WHERE name = 'revision'");
        let row = self.first(statement).await?.ok_or(StorageError::NotFound(Noun::Organisation))?;
        row.number("value").map(Revision)
    }
}

impl WriteTransaction {
    /// Makes the organisation and its first person, an administrator whatever role `first` names.
    ///
    /// # Errors
    /// [`Conflict::AlreadySetUp`] the second time.
    pub async fn set_up(
        &mut self,
        organisation_name: &str,
        first: NewPerson,
        now: Timestamp,
    ) -> Result<(Organisation, Person), StorageError> {
        if self.organisation().await?.is_some() {
            return Err(Conflict::AlreadySetUp.into());
        }
        let statement = sqlx::query("INSERT INTO organisations (id, name, created_at) VALUES ($1, $2, $3)");
        self.execute(statement.bind(ONLY).bind(organisation_name).bind(now.0)).await?;
        let person = self.add_person(NewPerson { role: Role::Administrator, ..first }, now).await?;
        Ok((Organisation { id: ONLY, name: organisation_name.to_owned() }, person))
    }
}
