//! One participant: their picture, or their initials where they send none.

use leptos::{html, prelude::*};
use roomglass_protocol::{UserId, call::ParticipantId};

use super::CallDesk;
use crate::components::live::{effect, follow, memo, part};
use crate::{client::actions, components::avatar::Avatar, state::calls::Link};

/// Somebody else.
#[component]
pub fn OtherTile(id: ParticipantId, user: UserId) -> impl IntoView {
    let desk = expect_context::<CallDesk>();
    let video = NodeRef::<html::Video>::new();
    let audio = NodeRef::<html::Audio>::new();
    let known = memo(move || desk.calls.with(|calls| (calls.participant(id), calls.link(id))));
    effect(move || {
        known.track();
        actions::show_call_picture(video, Some(id));
        actions::play_call_sound(audio, id);
    });
    let media = move || known.get().0.map(|other| other.media).unwrap_or_default();
    let picture = move || (media().video && known.get().1 == Link::Connected).then_some("");
    let state = move || match known.get().1 {
        Link::Connecting => ", connecting…",
        Link::Failed => ", no way to connect found",
        Link::Connected if !media().audio => ", muted",
        Link::Connected => "",
    };
    let link = move || match known.get().1 {
        Link::Connecting => "connecting",
        Link::Failed => "failed",
        Link::Connected => "connected",
    };
    let name = untrack(|| desk.name(user));
    view! {
        <li class="call__tile" data-link=follow(link) data-picture=follow(picture)>
            <audio node_ref=audio autoplay=""></audio>
            <video node_ref=video autoplay="" playsinline="" muted="" prop:muted=true aria-hidden="true"></video>
            <Avatar id=user name=name.clone()/>
            <span class="call__name">{name}{part(state)}</span>
        </li>
    }
    .into_any()
}

/// The person, mirrored and without sound.
#[component]
pub fn OwnTile() -> impl IntoView {
    let desk = expect_context::<CallDesk>();
    let me = untrack(|| desk.store.workspace.with(|known| known.as_ref().map(|known| known.user.clone())));
    let video = NodeRef::<html::Video>::new();
    let media = memo(move || desk.calls.with(|calls| calls.media));
    let mine = memo(move || desk.calls.with(|calls| calls.mine));
    // The camera is there once the browser has allowed it.
    effect(move || {
        media.track();
        mine.track();
        actions::show_call_picture(video, None);
    });
    let state = move || if media.get().audio { "" } else { ", muted" };
    view! {
        <li class="call__tile call__tile--own" data-picture=follow(move || media.get().video.then_some(""))>
            <video node_ref=video autoplay="" playsinline="" muted="" prop:muted=true aria-hidden="true"></video>
            {me.map(|me| view! { <Avatar id=me.id name=me.name/> })}
            <span class="call__name">"You"{part(state)}</span>
        </li>
    }
    .into_any()
}
