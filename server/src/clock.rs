//! The only place that asks for the time; everything else is handed it.

use std::time::{SystemTime, UNIX_EPOCH};

use roomglass_protocol::Timestamp;

/// Now, from the system's clock.
pub fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
