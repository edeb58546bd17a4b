//! The only place that asks for the time; everything else is handed it.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use roomglass_protocol::Timestamp;
use tokio::sync::watch;

/// Now, from the system's clock.
pub fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// The clock of what waits for minutes and hours. It is the system's until somebody puts it forward, which is how a
/// day passes in a test. Clones show the same time.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    ahead_ms: Arc<watch::Sender<i64>>,
}

impl Clock {
    /// Now, by this clock.
    pub fn now(&self) -> Timestamp {
        Timestamp(now().0 + *self.ahead_ms.borrow())
    }

    /// Waits until a moment has come.
    pub async fn until(&self, moment: Timestamp) {
        let mut put_forward = self.ahead_ms.subscribe();
        loop {
            let left = moment.0 - self.now().0;
            let Some(left) = u64::try_from(left).ok().filter(|left| *left > 0) else { return };
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(left)) => {}
                _ = put_forward.changed() => {}
            }
        }
    }

    /// Lets time pass at once.
    pub fn put_forward(&self, by: Duration) {
        self.ahead_ms.send_modify(|ahead| *ahead += i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_clock_put_forward_wakes_those_who_wait() {
        let clock = Clock::default();
        let moment = Timestamp(clock.now().0 + 3_600_000);
        let waiting = clock.until(moment);
        let mut waiting = std::pin::pin!(waiting);
        assert!(futures_util::poll!(&mut waiting).is_pending());
        clock.clone().put_forward(Duration::from_secs(3600));
        waiting.await;
        assert!(clock.now() >= moment);
    }
}
