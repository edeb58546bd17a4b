//! What the catalogue can be narrowed to.

use leptos::prelude::*;
use roomglass_protocol::rest::catalogue::{Category, Entry};

use crate::components::live::{follow, list, on, part};

/// The category the reader chose; none is all. A handle that can be copied.
#[derive(Debug, Clone, Copy)]
pub struct Chosen(RwSignal<Option<String>>);

impl Chosen {
    /// One category, or all.
    pub fn new(category: Option<String>) -> Self {
        Self(RwSignal::new(category))
    }

    /// Whether an entry is to be shown. Reactive.
    pub fn includes(self, entry: &Entry) -> bool {
        self.0.with(|chosen| {
            chosen.as_ref().is_none_or(|chosen| {
                let chosen = chosen.to_lowercase();
                entry.categories.iter().any(|category| category.to_lowercase() == chosen)
            })
        })
    }

    /// What it is called, unless it is all. Reactive.
    pub fn name(self) -> Option<String> {
        self.0.get()
    }
}

/// A button for each category, with how many entries are in it; nothing where there is none.
#[component]
pub fn CategoryFilter(
    /// All there are.
    categories: Signal<Vec<Category>>,
    /// What is chosen.
    chosen: Chosen,
) -> impl IntoView {
    let any = move || categories.with(|categories| !categories.is_empty());
    let choice = move |value: Option<String>, words: String, count: Option<usize>| {
        let this = value.clone();
        let pressed = follow(move || (chosen.0.get() == this).to_string());
        view! {
            <button class="btn btn--sm" type="button" aria-pressed=pressed on:click=on(move |_| chosen.0.set(value.clone()))>
                {words}{count.map(|count| view! { <span class="num muted">{count.to_string()}</span> })}
            </button>
        }
        .into_any()
    };
    let draw = move |category: Category| choice(Some(category.name.clone()), category.name, Some(category.entries));
    part(move || {
        any().then(|| {
            view! {
                <div class="categories" role="group" aria-label="Categories">
                    {choice(None, "All".to_owned(), None)}
                    {list(move || categories.get(), |category| (category.name.clone(), category.entries), draw)}
                </div>
            }
        })
    })
}
