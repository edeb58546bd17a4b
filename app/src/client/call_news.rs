//! What the server tells of calls, kept until the code that understands it is there: that is fetched when the first news come.

use std::cell::RefCell;

use leptos::prelude::*;
use roomglass_protocol::call::CallNews;

use crate::state::Store;

thread_local! {
    static NEWS: RefCell<Vec<CallNews>> = const { RefCell::new(Vec::new()) };
}

/// Keeps news, and lets whoever understands them know.
pub fn keep(store: Store, news: CallNews) {
    NEWS.with_borrow_mut(|all| all.push(news));
    store.calls.update(|moved| *moved = moved.wrapping_add(1));
}

/// All that came since the last time, oldest first.
pub fn take() -> Vec<CallNews> {
    NEWS.take()
}
