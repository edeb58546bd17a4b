//! Conversations: rooms named after the exact set of people in them.

use std::collections::BTreeSet;

use roomglass_protocol::{Membership, Timestamp, UserId};

use crate::{StorageError, WriteTransaction};

/// The conversation somebody opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedConversation {
    /// As the person who opened it sees it.
    pub membership: Membership,
    /// Whether it was made by this.
    pub created: bool,
}

impl WriteTransaction {
    /// Finds the conversation among `by` and `others`, or makes it. There is never more than one for a set of people.
    ///
    /// # Errors
    /// [`crate::Noun::Person`] when one of them does not exist, or when `others` names nobody but `by`.
    pub async fn open_conversation(
        &mut self,
        by: UserId,
        others: &BTreeSet<UserId>,
        now: Timestamp,
    ) -> Result<OpenedConversation, StorageError> {
        let _ = (by, others, now);
        todo!()
    }
}
