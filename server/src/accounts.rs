//! `roomglass user add`: accounts made by the operator.

use roomglass_protocol::{Person, Role};
use roomglass_storage::{Conflict, NewPerson, Storage, StorageError};
use tokio::sync::mpsc;

use crate::{
    api::input,
    cli::Store,
    clock,
    error::{HttpError, HttpResult},
    serve,
    session::PasswordHasher,
};

/// An account to make.
pub struct NewAccount {
    /// E-mail address to sign in with.
    pub email: String,
    /// Display name.
    pub name: String,
    /// At least 10 characters.
    pub password: String,
    /// Whether they administer the organisation.
    pub admin: bool,
}

async fn checked(account: NewAccount) -> HttpResult<NewPerson> {
    let name = input::person_name(&account.name)?;
    let email = input::email(&account.email)?;
    let password = input::password(account.password)?;
    let password_hash = PasswordHasher::new().map_err(HttpError::internal)?.hash(password).await?;
    let role = if account.admin { Role::Administrator } else { Role::Member };
    Ok(NewPerson { name, email, password_hash, role })
}

/// Adds the account; on an empty store it makes the organisation too, so that a server can be set up without a browser.
///
/// # Errors
/// A sentence for the operator.
pub async fn add(store: &Store, account: NewAccount) -> Result<Person, String> {
    let person = checked(account).await.map_err(|refusal| refusal.into_refusal().message)?;

    let (committed, mut unheard) = mpsc::channel(16);
    let storage = Storage::open(&serve::database_url(&store.data, store.database.as_deref())?, committed)
        .await
        .map_err(|error| error.to_string())?;
    let listener = tokio::spawn(async move { while unheard.recv().await.is_some() {} });
    let added = storage
        .write(move |tx| {
            Box::pin(async move {
                if tx.organisation().await?.is_none() {
                    return Ok(tx.set_up("My organisation", person, clock::now()).await?.1);
                }
                tx.add_person(person, clock::now()).await
            })
        })
        .await;
    storage.close().await;
    listener.abort();
    added.map_err(|error: StorageError| match error {
        StorageError::Conflict(Conflict::EmailTaken) => "Somebody with this e-mail address exists already.".to_owned(),
        other => other.to_string(),
    })
}
