//! How many SQL statements the server runs, read from what the database driver logs.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

/// Counts what is read from the database by this process, in which no other test may run.
#[derive(Clone, Default)]
pub struct Statements(Arc<AtomicUsize>);

impl Statements {
    /// Begins to count.
    pub fn counted() -> Self {
        let statements = Self::default();
        tracing_subscriber::registry().with(statements.clone()).try_init().expect("each test has a process of its own");
        statements
    }

    /// How many were run while something happened.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> (usize, T) {
        let before = self.0.load(Ordering::SeqCst);
        let outcome = work.await;
        (self.0.load(Ordering::SeqCst) - before, outcome)
    }
}

impl<S: Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            event.record(&mut Selects(&self.0));
        }
    }
}

struct Selects<'a>(&'a AtomicUsize);

impl Visit for Selects<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        // The queue of webhooks is looked at after each commit, at a moment of its own.
        let counts = text.trim_start_matches('"').starts_with("SELECT") && !text.contains(" AS webhook_");
        if field.name() == "summary" && counts {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}
