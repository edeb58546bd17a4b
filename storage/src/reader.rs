//! Read transactions.

use sqlx::{Any, AnyConnection, Transaction, any::AnyArguments, query::Query};

use crate::{StorageError, row::Row};

/// A statement with its values.
pub(crate) type Statement<'q> = Query<'q, Any, AnyArguments>;

/// Most values in a list inside a statement; longer lists take several statements.
pub(crate) const LIST_CHUNK: usize = 500;

/// A read transaction. Its methods are beside the tables they read: one file for each noun.
pub struct Reader {
    access: Access,
}

/// Connections for reading come from a pool and go back to it; the writer's is its own, thrown away after a fault.
enum Access {
    Reading(Transaction<'static, Any>),
    Writing(AnyConnection),
}

impl Reader {
    pub(crate) fn reading(transaction: Transaction<'static, Any>) -> Self {
        Self { access: Access::Reading(transaction) }
    }

    pub(crate) fn writing(connection: AnyConnection) -> Self {
        Self { access: Access::Writing(connection) }
    }

    pub(crate) fn into_writing(self) -> Option<AnyConnection> {
        match self.access {
            Access::Reading(_) => None,
            Access::Writing(connection) => Some(connection),
        }
    }

    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        match &mut self.access {
            Access::Reading(transaction) => transaction,
            Access::Writing(connection) => connection,
        }
    }

    pub(crate) async fn all(&mut self, statement: Statement<'_>) -> Result<Vec<Row>, StorageError> {
        let rows = statement.fetch_all(self.connection()).await?;
        Ok(rows.into_iter().map(Row::from).collect())
    }

    pub(crate) async fn first(&mut self, statement: Statement<'_>) -> Result<Option<Row>, StorageError> {
        Ok(statement.fetch_optional(self.connection()).await?.map(Row::from))
    }
}

/// `$from, $from+1, …`: places for a list of values.
pub(crate) fn placeholders(from: usize, count: usize) -> String {
    (from..from + count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}
