//! Signing in.

use leptos::prelude::*;

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
    /// E-mail address and password; password managers work.
    pub fn signin_page() {
        view! { <SignInPage/> }
    }
}

#[component]
fn SignInPage() -> impl IntoView {
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let sending = Request::default();
    super::set_title(|| "Sign in".to_owned());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        sending.ask(actions::sign_in(email.get_untracked(), password.get_untracked()), |()| ());
    };
    view! {
        <main class="auth">
            <form class="auth__card" aria-labelledby="page-title" method="post" on:submit=submit>
                <div class="auth__brand"><Icon name="logo" class="logo"/><div><h1 id="page-title">"Sign in to Roomglass"</h1></div></div>
                <TextField id="email" label="E-mail address" value=email kind="email" autocomplete="username"/>
                <PasswordField id="password" value=password autocomplete="current-password"/>
                <Refusal request=sending/>
                <SubmitButton label="Sign in" request=sending class="btn btn--primary btn--lg btn--wide"/>
            </form>
            <footer class="auth__foot"><span>"New here? Ask somebody in your organisation for an invitation link."</span></footer>
        </main>
    }
    .into_any()
}
