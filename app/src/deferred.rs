//! Views whose code a browser fetches when they are first shown.
//!
//! What a room shows at once is in the module that every page loads. [`split_off!`] moves a view, and whatever only such views
//! need, into modules of their own, which `cargo xtask site` makes: one for each name that is given to it, and further ones for
//! what several of those share. The server draws such views like all others, and so do builds of the client that nobody takes apart
//! (tests): the feature `split` is for the one that is.

use std::{future::Future, sync::Arc};

use futures_util::{FutureExt as _, future::LocalBoxFuture};
pub use leptos::wasm_split::SplitLoaderError as NotLoaded;
use leptos::{prelude::*, task::spawn_local};

use crate::components::live::{on, part};

/// What a function that was split off answers: its view, or that its code could not be fetched.
pub type Drawn = Result<AnyView, NotLoaded>;

/// Declares a function that draws a view, with its code in the module of the name that comes first. Beside it a module of the
/// function's name has `load()`, which fetches the code ahead.
macro_rules! split_off {
    ($chunk:ident, $(#[$doc:meta])* $vis:vis fn $name:ident($($argument:ident: $type:ty),*) $view:block) => {
        $vis mod $name {
            use super::*;

            #[cfg(feature = "split")]
            #[::leptos::wasm_split::wasm_split(
                $chunk, wasm_split_path = ::leptos::wasm_split, preload(#[doc = "Fetches the code."] load), fallible
            )]
            pub fn $name($($argument: $type),*) -> $crate::deferred::Drawn {
                Ok($view.into_any())
            }

            #[cfg(not(feature = "split"))]
            pub async fn $name($($argument: $type),*) -> $crate::deferred::Drawn {
                Ok($view.into_any())
            }

            /// The code is there.
            #[cfg(not(feature = "split"))]
            pub async fn load() -> Result<(), $crate::deferred::NotLoaded> {
                Ok(())
            }
        }

        $(#[$doc])*
        $vis fn $name($($argument: $type),*) -> ::leptos::prelude::AnyView {
            $crate::deferred::deferred($name::load, move || $name::$name($($argument.clone()),*))
        }
    };
}
pub(crate) use split_off;

/// Declares a function that answers anything else, with its code in the module of the name that comes first. Called, it fetches its
/// code if that is not there.
#[cfg(feature = "hydrate")]
macro_rules! fetched {
    ($chunk:ident, $(#[$doc:meta])* $vis:vis fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty $body:block) => {
        $(#[$doc])*
        #[cfg(feature = "split")]
        #[::leptos::wasm_split::wasm_split($chunk, wasm_split_path = ::leptos::wasm_split, fallible)]
        $vis fn $name($($argument: $type),*) -> Result<$answer, $crate::deferred::NotLoaded> {
            Ok($body)
        }

        $(#[$doc])*
        #[cfg(not(feature = "split"))]
        $vis async fn $name($($argument: $type),*) -> Result<$answer, $crate::deferred::NotLoaded> {
            Ok($body)
        }
    };
}
#[cfg(feature = "hydrate")]
pub(crate) use fetched;

/// Draws a view that was split off: `load` fetches its code, `draw` calls it.
///
/// Where the code is there already (on the server, and for the page itself after [`crate::load`]) this is the view itself,
/// so that both sides draw the same first frame.
pub fn deferred<L, D>(load: impl Fn() -> L + Send + Sync + 'static, draw: impl Fn() -> D + Send + 'static) -> AnyView
where
    L: Future<Output = Result<(), NotLoaded>> + 'static,
    D: Future<Output = Drawn> + 'static,
{
    shown(Arc::new(move || load().boxed_local()), Box::new(move || draw().boxed_local()))
}

type Load = Arc<dyn Fn() -> LocalBoxFuture<'static, Result<(), NotLoaded>> + Send + Sync>;
type Draw = Box<dyn Fn() -> LocalBoxFuture<'static, Drawn> + Send>;

/// The same for all views: every page holds this once, not once for each.
fn shown(load: Load, draw: Draw) -> AnyView {
    let mut first = load();
    if let Some(Ok(())) = (&mut first).now_or_never() {
        return drawn(draw());
    }
    let loaded = RwSignal::new(None::<bool>);
    fetch(first, loaded);
    let again = Callback::new(move |()| {
        loaded.set(None);
        fetch(load(), loaded);
    });
    part(move || match loaded.get() {
        None => view! { <span class="sr-only" role="status">"Loading"</span> }.into_any(),
        Some(true) => drawn(draw()),
        Some(false) => not_loaded(again),
    })
}

fn fetch(loading: LocalBoxFuture<'static, Result<(), NotLoaded>>, loaded: RwSignal<Option<bool>>) {
    spawn_local(async move {
        let outcome = loading.await.is_ok();
        // Whoever waited may have gone elsewhere.
        let _ = loaded.try_set(Some(outcome));
    });
}

/// The code is there, so the view is too.
fn drawn(view: LocalBoxFuture<'static, Drawn>) -> AnyView {
    view.now_or_never().and_then(Result::ok).unwrap_or_else(|| ().into_any())
}

/// Without a connection, or after an update of the server, which then has other files.
fn not_loaded(again: Callback<()>) -> AnyView {
    view! {
        <div class="notice notice--broken" role="alert">
            <p>"This part of Roomglass could not be fetched. "<a href="" rel="external">"Reload the page"</a></p>
            <button class="btn btn--sm" type="button" on:click=on(move |_| again.run(()))>"Try again"</button>
        </div>
    }
    .into_any()
}
