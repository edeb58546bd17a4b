//! The reader: how the interface looks, and the way out.

use leptos::prelude::*;

use crate::components::live::{memo, part};
use crate::{
    client::actions,
    components::{
        avatar::Avatar,
        icon::Icon,
        menu::{MenuButton, MenuItem},
        sending::Request,
    },
    state::{Store, Theme, ToastKind},
};

/// A button with the reader's name, and its menu.
#[component]
pub fn MeMenu(id: &'static str, class: &'static str) -> impl IntoView {
    let store = expect_context::<Store>();
    let me = memo(move || store.workspace.with(|known| known.as_ref().map(|known| known.user.clone())));
    let is_tab = class == "tabbar__me";
    part(move || {
        me.get().map(|person| {
            let handle = format!("@{}", person.mention);
            let name = person.name.clone();
            let face = if is_tab {
                view! { <Icon name="i-circle-user"/>"You" }.into_any()
            } else {
                view! {
                    <Avatar id=person.id name=name.clone() class="avatar avatar--28" presence=true/>
                    <span class="grow"><b>{name.clone()}</b><small>{handle}</small></span>
                }
                .into_any()
            };
            let label = format!("{name}, you");
            view! { <MenuButton id label class place="block-start" face><Entries/></MenuButton> }
        })
    })
}

#[component]
fn Entries() -> impl IntoView {
    let store = expect_context::<Store>();
    let leaving = Request::default();
    let look = |theme: Option<Theme>| Callback::new(move |()| actions::set_theme(theme));
    let sign_out = Callback::new(move |()| {
        leaving.ask(
            async move {
                let left = actions::sign_out().await;
                if let Err(error) = &left {
                    store.toast(ToastKind::Failed, error.message.clone());
                }
                left
            },
            |()| (),
        );
    });
    view! {
        <MenuItem icon="i-sun" label="Light look" on_choose=look(Some(Theme::Light))/>
        <MenuItem icon="i-moon" label="Dark look" on_choose=look(Some(Theme::Dark))/>
        <MenuItem icon="i-monitor" label="Look of the system" on_choose=look(None)/>
        <div class="menu__sep" role="separator"></div>
        <MenuItem icon="i-log-out" label="Sign out" on_choose=sign_out/>
    }
    .into_any()
}
