//! People and their accounts.

use std::collections::{BTreeMap, BTreeSet};

use roomglass_protocol::{Person, Role, Timestamp, UserId, text::mention::handle_for};
use sqlx::AssertSqlSafe;

use crate::{
    Change, Conflict, Noun, Reader, StorageError, WriteTransaction,
    reader::{LIST_CHUNK, placeholders},
    row::Row,
    word::Word,
};

/// Handles that mean groups of people, so nobody may have them.
const RESERVED_HANDLES: [&str; 2] = ["all", "here"];

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
        let statement = sqlx::query("SELECT id AS user_id, name, mention, role FROM users WHERE id = $1");
        self.first(statement.bind(id.0)).await?.as_ref().map(person_of).transpose()
    }

    /// Finds a person by handle, without the `@` and in any letter case.
    pub async fn person_by_mention(&mut self, mention: &str) -> Result<Option<Person>, StorageError> {
        let statement = sqlx::query("SELECT id AS user_id, name, mention, role FROM users WHERE mention = $1");
        self.first(statement.bind(mention.to_lowercase())).await?.as_ref().map(person_of).transpose()
    }

    /// People by handle, given in lower case without the `@`, in one query for every 500 of them. Who does not exist has
    /// no entry.
    pub async fn people_by_mention(
        &mut self,
        mentions: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Person>, StorageError> {
        let mut found = BTreeMap::new();
        for mentions in mentions.iter().collect::<Vec<_>>().chunks(LIST_CHUNK) {
            let list = placeholders(1, mentions.len());
            let statement = sqlx::query(AssertSqlSafe(format!(
                "SELECT id AS user_id, name, mention, role FROM users WHERE mention IN ({list})"
            )));
            let bound = mentions.iter().fold(statement.persistent(false), |all, mention| all.bind(mention.as_str()));
            for row in self.all(bound).await? {
                let person = person_of(&row)?;
                found.insert(person.mention.clone(), person);
            }
        }
        Ok(found)
    }

    /// Everybody, by name.
    pub async fn people(&mut self) -> Result<Vec<Person>, StorageError> {
        let rows = self.all(sqlx::query("SELECT id AS user_id, name, mention, role FROM users")).await?;
        by_name(&rows)
    }

    /// Everybody a person may see, by name: for guests those they share a room with, for others everybody.
    pub async fn people_seen_by(&mut self, viewer: &Person) -> Result<Vec<Person>, StorageError> {
        if viewer.role != Role::Guest {
            return self.people().await;
        }
        let statement = sqlx::query(
            "SELECT id AS user_id, name, mention, role FROM users WHERE id = $1 OR id IN (
                 SELECT theirs.user_id FROM memberships AS mine
                 JOIN memberships AS theirs ON theirs.room_id = mine.room_id
                 WHERE mine.user_id = $1)",
        );
        let rows = self.all(statement.bind(viewer.id.0)).await?;
        by_name(&rows)
    }

    /// Finds an account by e-mail address, whatever its letter case.
    pub async fn account_by_email(&mut self, email: &str) -> Result<Option<Account>, StorageError> {
        // PostgreSQL cannot even be asked for it.
        if email.contains('\0') {
            return Ok(None);
        }
        let statement =
            sqlx::query("SELECT id AS user_id, name, mention, role, password_hash FROM users WHERE email_key = $1");
        let Some(row) = self.first(statement.bind(email_key(email))).await? else { return Ok(None) };
        Ok(Some(Account { person: person_of(&row)?, password_hash: row.text("password_hash")? }))
    }

    /// Makes a handle nobody has.
    async fn free_handle(&mut self, name: &str) -> Result<String, StorageError> {
        let handle = handle_for(name, "user");
        // Handles consist of letters, digits and dots: nothing in them is special to LIKE.
        let statement = sqlx::query("SELECT mention FROM users WHERE mention LIKE $1").bind(format!("{handle}%"));
        let rows = self.all(statement).await?;
        let mut taken: BTreeSet<String> = rows.iter().map(|row| row.text("mention")).collect::<Result<_, _>>()?;
        taken.extend(RESERVED_HANDLES.map(str::to_owned));
        let numbered = (2..).map(|number| format!("{handle}{number}"));
        let mut candidates = std::iter::once(handle.clone()).chain(numbered);
        Ok(candidates.find(|candidate| !taken.contains(candidate)).unwrap_or(handle))
    }
}

impl WriteTransaction {
    /// Adds a person; the handle is made from the name, with a number where others have it already.
    ///
    /// # Errors
    /// [`Conflict::EmailTaken`].
    pub async fn add_person(&mut self, person: NewPerson, now: Timestamp) -> Result<Person, StorageError> {
        let NewPerson { name, email, password_hash, role } = person;
        let mention = self.free_handle(&name).await?;
        let statement = sqlx::query(
            "INSERT INTO users (name, mention, email, email_key, password_hash, role, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (email_key) DO NOTHING RETURNING id",
        );
        let key = email_key(&email);
        let statement = statement.bind(&name).bind(&mention).bind(email).bind(key).bind(password_hash);
        let row = self.first(statement.bind(role.word()).bind(now.0)).await?.ok_or(Conflict::EmailTaken)?;
        let person = Person { id: row.user("id")?, name, mention, role };
        self.record(Change::PersonChanged { person: person.clone() });
        Ok(person)
    }

    /// Changes what somebody may do.
    ///
    /// # Errors
    /// When there is no such person.
    pub async fn set_role(&mut self, id: UserId, role: Role) -> Result<Person, StorageError> {
        let mut person = self.person(id).await?.ok_or(StorageError::NotFound(Noun::Person))?;
        if person.role != role {
            person.role = role;
            let statement = sqlx::query("UPDATE users SET role = $1 WHERE id = $2");
            self.execute(statement.bind(role.word()).bind(id.0)).await?;
            self.record(Change::PersonChanged { person: person.clone() });
        }
        Ok(person)
    }

    /// Replaces a password hash. Sessions stay; see [`WriteTransaction::end_sessions_of`].
    ///
    /// # Errors
    /// When there is no such person.
    pub async fn set_password_hash(&mut self, id: UserId, hash: &str) -> Result<(), StorageError> {
        let statement = sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2");
        match self.execute(statement.bind(hash).bind(id.0)).await? {
            0 => Err(StorageError::NotFound(Noun::Person)),
            _ => Ok(()),
        }
    }
}

/// Reads `user_id, name, mention, role`.
pub(crate) fn person_of(row: &Row) -> Result<Person, StorageError> {
    let id = row.user("user_id")?;
    let role = row.word("users", "role", id)?;
    Ok(Person { id, name: row.text("name")?, mention: row.text("mention")?, role })
}

/// Sorted here, because the databases disagree on the order of letters.
fn by_name(rows: &[Row]) -> Result<Vec<Person>, StorageError> {
    let mut people: Vec<Person> = rows.iter().map(person_of).collect::<Result<_, _>>()?;
    people.sort_by_cached_key(|person| (person.name.to_lowercase(), person.id));
    Ok(people)
}

fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}
