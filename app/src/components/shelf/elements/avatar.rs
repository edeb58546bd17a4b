//! Pictures of people in tiles (ELEM-11): people of the chat as everywhere in it, others by what the provider says of them.

use leptos::prelude::*;
use roomglass_protocol::{
    IntegrationKey,
    integration::{
        Icon,
        element::{Avatar, Pictured},
    },
};

use crate::components::live::{on, part};
use crate::{
    components::{
        avatar::{Avatar as PersonAvatar, initials},
        icon::{proxied, source_set, tint},
    },
    state::Store,
};

/// So many are drawn; all are named.
const MOST_DRAWN: usize = 4;
const CLASS: &str = "avatar avatar--20";

/// The pictures side by side, with the names in their stead for whoever does not see them.
pub fn draw(integration: &IntegrationKey, avatar: Avatar) -> AnyView {
    let store = expect_context::<Store>();
    let people: Vec<(Pictured, String)> =
        avatar.people.into_iter().filter_map(|person| name(store, &person).map(|name| (person, name))).collect();
    let names = people.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ");
    let further = people.len().saturating_sub(MOST_DRAWN);
    let drawn = people.into_iter().take(MOST_DRAWN).map(|(person, name)| picture(integration, person, name));
    view! {
        <span class="facepile" role="img" aria-label=names.clone() title=names>
            {drawn.collect_view()}
            {(further > 0).then(|| view! { <span class=CLASS aria-hidden="true">{format!("+{further}")}</span> })}
        </span>
    }
    .into_any()
}

/// The name in the chat, else the provider's; somebody without either is not drawn.
fn name(store: Store, person: &Pictured) -> Option<String> {
    let known = store
        .workspace
        .with_untracked(|known| known.as_ref()?.people.get(&person.id?).map(|person| person.name.clone()));
    known.or_else(|| person.name.clone())
}

fn picture(integration: &IntegrationKey, person: Pictured, name: String) -> AnyView {
    match (person.id, person.icon) {
        (Some(id), _) => view! { <PersonAvatar id name class=CLASS/> }.into_any(),
        (None, Some(icon)) => portrait(integration, icon, name),
        (None, None) => in_letters(&name),
    }
}

/// The provider's picture through our proxy; initials where it cannot be had.
fn portrait(integration: &IntegrationKey, icon: Icon, name: String) -> AnyView {
    let broken = RwSignal::new(false);
    let (source, source_set) = (proxied(integration, &icon.url), source_set(integration, &icon));
    part(move || {
        match broken.get() {
        true => in_letters(&name),
        false => view! {
            <span class=CLASS aria-hidden="true">
                <img src=source.clone() srcset=source_set.clone() alt="" decoding="async" on:error=on(move |_: leptos::ev::ErrorEvent| broken.set(true))/>
            </span>
        }
        .into_any(),
    }
    })
}

fn in_letters(name: &str) -> AnyView {
    let tint = tint(name.bytes().map(i64::from).sum());
    view! { <span class=CLASS data-tint=tint aria-hidden="true">{initials(name, 1)}</span> }.into_any()
}
