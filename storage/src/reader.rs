//! Read transactions.

use sqlx::{Any, Transaction};

/// A read transaction. Its methods are beside the tables they read: one file for each noun.
pub struct Reader {
    pub(crate) transaction: Transaction<'static, Any>,
}
