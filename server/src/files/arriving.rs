//! Files that arrive at the same time: how many there may be, of all senders and of each.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use roomglass_protocol::{IntegrationKey, UserId, attachment::MAX_ATTACHMENTS};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{HttpError, HttpResult};

/// Bounds what is on the disk beside what is counted.
const MAX_TOGETHER: usize = 64;
/// As many as one message has, which a browser sends together; one sender does not take the places of all.
const MAX_OF_ONE: usize = MAX_ATTACHMENTS;

/// Whose files arrive.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Sender {
    /// Somebody's, for a message.
    Person(UserId),
    /// Of an integration, wherever it is installed.
    Integration(IntegrationKey),
}

type Counts = Arc<Mutex<HashMap<Sender, usize>>>;

/// What arrives at this moment. Clones share everything.
#[derive(Debug, Clone)]
pub(super) struct Arrivals {
    places: Arc<Semaphore>,
    counts: Counts,
}

/// One of them; its place is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Arriving {
    sender: Sender,
    counts: Counts,
    _place: OwnedSemaphorePermit,
}

impl Arrivals {
    pub(super) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(MAX_TOGETHER)), counts: Counts::default() }
    }

    /// # Errors
    /// When there are too many already.
    pub(super) fn admit(&self, sender: Sender) -> HttpResult<Arriving> {
        let all = "The server is taking in as many files as it can. Try again shortly.";
        let own = "You are sending many files at once. Wait until some of them have arrived.";
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| refusal(all))?;
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(sender.clone()).or_default();
        if *count >= MAX_OF_ONE {
            return Err(refusal(own));
        }
        *count += 1;
        Ok(Arriving { sender, counts: Arc::clone(&self.counts), _place: place })
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        MAX_TOGETHER - self.places.available_permits()
    }
}

fn refusal(sentence: &str) -> HttpError {
    HttpError::too_many(sentence, Duration::from_secs(5))
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.sender) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.sender);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use roomglass_protocol::ErrorKind;

    use super::*;

    fn person(id: i64) -> Sender {
        Sender::Person(UserId(id))
    }

    #[test]
    fn nobody_takes_the_places_of_all_msg_18() {
        let arrivals = Arrivals::new();
        let mut of_one: Vec<_> = (0..MAX_OF_ONE).map(|_| arrivals.admit(person(1)).unwrap()).collect();
        assert_eq!(arrivals.admit(person(1)).unwrap_err().refusal().kind, ErrorKind::TooMany);
        of_one.pop();
        of_one.push(arrivals.admit(person(1)).unwrap());
        let mut of_others: Vec<_> =
            (MAX_OF_ONE..MAX_TOGETHER).map(|id| arrivals.admit(person(id.try_into().unwrap())).unwrap()).collect();
        assert_eq!(arrivals.admit(person(2)).unwrap_err().refusal().kind, ErrorKind::TooMany);
        of_others.clear();
        of_one.clear();
        assert_eq!((arrivals.count(), arrivals.counts.lock().unwrap().len()), (0, 0));
    }
}
