//! A long press with a finger opens what a pointer finds on hover (design §1.7).

use std::time::Duration;

use leptos::prelude::*;

const LONG: Duration = Duration::from_millis(500);

/// A press that may become long. A handle that can be copied.
#[derive(Debug, Clone, Copy)]
pub struct LongPress(StoredValue<Option<TimeoutHandle>>);

impl LongPress {
    /// Nothing is pressed.
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// A finger is down.
    pub fn begin(self, on_long: Callback<()>) {
        self.cancel();
        self.0.set_value(set_timeout_with_handle(move || on_long.run(()), LONG).ok());
    }

    /// It moved, or was lifted.
    pub fn cancel(self) {
        if let Some(pending) = self.0.try_update_value(Option::take).flatten() {
            pending.clear();
        }
    }
}
