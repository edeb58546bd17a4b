//! Parts of views that follow signals, and what happens beside them, in few types.
//!
//! A closure in a view is a type of its own, and brings its own copy of everything that builds, updates and hydrates
//! it. These give all of them the same few types: half of the client's size hangs on it.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use leptos::prelude::*;

/// A value that follows signals: an attribute, or text.
pub fn follow<T: Send + Sync + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    let value: Box<dyn Fn() -> T + Send + Sync> = Box::new(value);
    Signal::derive(value)
}

/// A value that follows signals, and tells only when it has changed.
pub fn memo<T: PartialEq + Send + Sync + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    let value: Box<dyn Fn() -> T + Send + Sync> = Box::new(value);
    Memo::new(move |_| value())
}

/// Something to be done in the browser, now and again when signals that it reads change.
pub fn effect(run: impl FnMut() + 'static) {
    let mut run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(move |_| run());
}

/// What an event of the page leads to.
pub fn on<E: 'static>(handler: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(handler)
}

/// A part of a view that is drawn again when signals change.
pub fn part<V: IntoView + 'static>(mut view: impl FnMut() -> V + Send + 'static) -> AnyView {
    let erased: Box<dyn FnMut() -> AnyView + Send> = Box::new(move || view().into_any());
    erased.into_any()
}

/// A list that follows signals. An entry is drawn once for each key, and moved when the order changes.
pub fn list<T, K>(
    items: impl Fn() -> Vec<T> + Send + Sync + 'static,
    key: impl Fn(&T) -> K + Send + Sync + 'static,
    draw: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
    K: Hash,
{
    let entry = move |item: T| {
        let key = fingerprint(&key(&item));
        let draw = draw.clone();
        Entry { key, draw: Arc::new(move || draw(item.clone())) }
    };
    keyed(Signal::derive(move || items().into_iter().map(&entry).collect()))
}

#[derive(Clone)]
struct Entry {
    key: u64,
    draw: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

fn keyed(entries: Signal<Vec<Entry>>) -> AnyView {
    view! { <For each=move || entries.get() key=|entry| entry.key children=|entry: Entry| (entry.draw)()/> }.into_any()
}

/// Two keys of one list have the same fingerprint about once in ten billion lists of a thousand entries.
fn fingerprint(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
