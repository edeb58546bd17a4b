//! Parts of views that follow signals, in few types.
//!
//! A closure in a view is a type of its own, and brings its own copy of everything that builds, updates and hydrates
//! it. These two give all of them the same few types: half of the client's size hangs on it.

use leptos::prelude::*;

/// A value that follows signals: an attribute, or text.
pub fn follow<T: Send + Sync + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    Signal::derive(value)
}

/// A part of a view that is drawn again when signals change.
pub fn part<V: IntoView + 'static>(mut view: impl FnMut() -> V + Send + 'static) -> AnyView {
    let erased: Box<dyn FnMut() -> AnyView + Send> = Box::new(move || view().into_any());
    erased.into_any()
}
