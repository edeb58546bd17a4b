//! Accepting an invitation.

use leptos::prelude::*;
use roomglass_protocol::rest::invitation::{Accept, Details};

use crate::{
    client::actions,
    components::{
        field::{PasswordField, SubmitButton, TextField},
        icon::Icon,
        sending::{Refusal, Request},
    },
    deferred::split_off,
    page_data::{PageData, PageKind},
};

split_off! {
    entrance,
    /// What the link is for, and the account it makes.
    pub fn invitation_page() {
        view! { <InvitationPage/> }
    }
}

#[component]
fn InvitationPage() -> impl IntoView {
    super::set_title(|| "Invitation".to_owned());
    match expect_context::<PageData>().page {
        PageKind::Invitation { token, details: Some(details) } => view! { <AcceptForm token details/> }.into_any(),
        _ => view! {
            <main class="auth">
                <div class="auth__card">
                    <div class="auth__brand">
                        <Icon name="logo" class="logo"/>
                        <div>
                            <h1>"This invitation is no longer valid"</h1>
                            <p>"A link works once, for 7 days. Ask the person who invited you for another one."</p>
                        </div>
                    </div>
                    <a class="btn btn--lg btn--wide" href="/signin" rel="external">"Sign in"</a>
                </div>
            </main>
        }
        .into_any(),
    }
}

#[component]
fn AcceptForm(token: String, details: Details) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let sending = Request::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let request =
            Accept { name: name.get_untracked(), email: email.get_untracked(), password: password.get_untracked() };
        sending.ask(actions::accept_invitation(token.clone(), request), |()| ());
    };
    let role = crate::components::room::members::role_word(details.role);
    view! {
        <main class="auth">
            <form class="auth__card" aria-labelledby="page-title" method="post" on:submit=submit>
                <div class="auth__brand">
                    <Icon name="logo" class="logo"/>
                    <div>
                        <h1 id="page-title">"Join "<bdi>{details.organisation.name}</bdi></h1>
                        <p><bdi>{details.invited_by}</bdi>" invited you as "{role}"."</p>
                    </div>
                </div>
                <TextField id="name" label="Your name" value=name autocomplete="name" max=64/>
                <TextField id="email" label="E-mail address" value=email kind="email" autocomplete="username"/>
                <PasswordField id="password" value=password autocomplete="new-password"/>
                <Refusal request=sending/>
                <SubmitButton label="Join" request=sending class="btn btn--primary btn--lg btn--wide"/>
            </form>
        </main>
    }
    .into_any()
}
