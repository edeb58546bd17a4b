//! How many SQL statements the server runs, read from what the database driver logs.

use std::{
    fmt,
    sync::{Arc, Mutex},
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

/// Remembers how what is read from the database by this process begins. No other test may run in it.
#[derive(Clone, Default)]
pub struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    /// Begins to listen.
    pub fn counted() -> Self {
        let statements = Self::default();
        tracing_subscriber::registry().with(statements.clone()).try_init().expect("each test has a process of its own");
        statements
    }

    /// How many were run while something happened.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> (usize, T) {
        self.during_of("SELECT", work).await
    }

    /// How many that begin with these words were run while something happened; what runs in the background does not count then.
    pub async fn during_of<T>(&self, words: &str, work: impl Future<Output = T>) -> (usize, T) {
        let before = self.0.lock().unwrap().len();
        let outcome = work.await;
        let count = self.0.lock().unwrap()[before..].iter().filter(|text| text.starts_with(words)).count();
        (count, outcome)
    }
}

impl<S: Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            event.record(&mut Selects(&self.0));
        }
    }
}

struct Selects<'a>(&'a Mutex<Vec<String>>);

impl Visit for Selects<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}").trim_matches('"').to_owned();
        // The queue of webhooks is looked at after each commit, at a moment of its own.
        let counts = text.starts_with("SELECT") && !text.contains(" AS webhook_");
        if field.name() == "summary" && counts {
            self.0.lock().unwrap().push(text);
        }
    }
}
