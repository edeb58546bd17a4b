//! First run: the organisation and its administrator.

use leptos::prelude::*;
use roomglass_protocol::rest::setup::Request as SetUp;

use crate::{
    client::actions,
    components::{
        field::{PasswordField, SubmitButton, TextField},
        icon::Icon,
        sending::{Refusal, Request},
    },
    deferred::split_off,
};

split_off! {
    entrance,
    /// Asked once, while there are no users.
    pub fn setup_page() {
        view! { <SetupPage/> }
    }
}

#[component]
fn SetupPage() -> impl IntoView {
    let organisation = RwSignal::new(String::new());
    let name = RwSignal::new(String::new());
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let sending = Request::default();
    super::set_title(|| "Set up".to_owned());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let request = SetUp {
            organisation: organisation.get_untracked(),
            name: name.get_untracked(),
            email: email.get_untracked(),
            password: password.get_untracked(),
        };
        sending.ask(actions::set_up(request), |()| ());
    };
    view! {
        <main class="auth">
            <form class="auth__card" aria-labelledby="page-title" method="post" on:submit=submit>
                <div class="auth__brand">
                    <Icon name="logo" class="logo"/>
                    <div><h1 id="page-title">"Set up Roomglass"</h1><p>"This server has no organisation yet. You become its administrator."</p></div>
                </div>
                <TextField id="organisation" label="Organisation" value=organisation autocomplete="organization" max=64/>
                <TextField id="name" label="Your name" value=name autocomplete="name" max=64/>
                <TextField id="email" label="E-mail address" value=email kind="email" autocomplete="username"/>
                <PasswordField id="password" value=password autocomplete="new-password"/>
                <Refusal request=sending/>
                <SubmitButton label="Set up" request=sending class="btn btn--primary btn--lg btn--wide"/>
            </form>
        </main>
    }
    .into_any()
}
