//! The people of the organisation.

use leptos::prelude::*;

use crate::{
    components::{frame::Frame, icon::Icon, people::PeopleList},
    deferred::split_off,
};

split_off! {
    manage,
    /// Everybody, with their presence.
    pub fn people_page() {
        view! { <PeoplePage/> }
    }
}

#[component]
fn PeoplePage() -> impl IntoView {
    let frame = expect_context::<Frame>();
    super::set_title(|| "People".to_owned());
    view! {
        <main id="main" tabindex="-1" class="page" aria-label="People">
            <header class="bar page__bar">
                <a class="iconbtn back" href="/rooms" aria-label="Back to rooms"><Icon name="i-arrow-left" class="icon icon--flip"/></a>
                {frame.rail_button()}
                <span class="bar__grow"></span>
            </header>
            <div class="page__body" tabindex="-1"><div class="page__inner"><PeopleList/></div></div>
        </main>
    }
    .into_any()
}
