//! A long press with a finger opens what a pointer finds on hover (design §1.7).

use std::time::Duration;

use leptos::{ev, prelude::*};

const LONG: Duration = Duration::from_millis(500);

/// How far a press has come.
#[derive(Debug, Clone, Copy, Default)]
enum Press {
    #[default]
    None,
    Waiting(TimeoutHandle),
    Long,
}

/// A press that may become long. A handle that can be copied.
#[derive(Debug, Clone, Copy)]
pub struct LongPress(StoredValue<Press>);

impl Default for LongPress {
    fn default() -> Self {
        Self::new()
    }
}

impl LongPress {
    /// Nothing is pressed.
    pub fn new() -> Self {
        Self(StoredValue::new(Press::None))
    }

    /// A finger is down.
    pub fn begin(self, on_long: Callback<()>) {
        self.cancel();
        let become_long = move || {
            self.0.set_value(Press::Long);
            on_long.run(());
        };
        if let Ok(pending) = set_timeout_with_handle(become_long, LONG) {
            self.0.set_value(Press::Waiting(pending));
        }
    }

    /// The finger moved: this is scrolling.
    pub fn cancel(self) {
        if let Some(Press::Waiting(pending)) = self.0.try_update_value(std::mem::take) {
            pending.clear();
        }
    }

    /// The finger was lifted. After a long press no click follows: it would hit what was opened under the finger.
    pub fn end(self, event: &ev::TouchEvent) {
        if matches!(self.0.try_get_value(), Some(Press::Long)) {
            event.prevent_default();
        }
        self.cancel();
    }
}
