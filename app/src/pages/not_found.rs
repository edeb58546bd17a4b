//! An address that leads nowhere.

use leptos::prelude::*;

/// Says so, and shows the way back.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    super::set_title(|| "Not found".to_owned());
    view! {
        <main id="main" tabindex="-1" class="room room--none" aria-label="Not found">
            <header class="bar"></header>
            <div class="empty">
                <h1>"There is nothing here"</h1>
                <p>"The room or page does not exist, or you are not a member of it."</p>
                <div class="btn-group"><a class="btn btn--primary" href="/rooms">"To your rooms"</a></div>
            </div>
        </main>
    }
    .into_any()
}
