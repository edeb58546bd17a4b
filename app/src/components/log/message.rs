//! One message: of a person, of an integration, on its way, or refused.

use leptos::prelude::*;
use roomglass_protocol::{Author, Message, MessageId, RoomId};

use super::{
    TabStop,
    card::{MessageCard, ShownBy},
    files::message_files,
    mark::Marks,
    rows::{Row, message_element_id},
    show_controls,
};
use crate::components::live::{follow, memo, on, part};
use crate::{
    client::actions,
    components::{
        avatar::Avatar,
        controls::ControlsOn,
        icon::{AppIcon, Icon},
        long_press::LongPress,
        markup::{self, MessageText, Sender},
        moment::Clock,
        provider::provider_icon,
        room::OpenRoom,
    },
    state::{ConnectionState, Store},
};

/// Id of the '…' button of a message.
pub fn controls_button_id(id: MessageId) -> String {
    format!("controls-{id}")
}

/// One message as a row of the log.
#[component]
pub fn MessageRow(
    row: Row,
    message: Message,
    /// For a message that is not stored yet: why it was refused, if it was.
    #[prop(optional)]
    pending: Option<Option<String>>,
) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let stop = expect_context::<TabStop>();
    let id = row.element_id();
    let (head_id, body_id, stop_id) = (format!("{id}-h"), format!("{id}-b"), id.clone());
    let (grouped, position) = (row.grouped, row.position);
    let state = match &pending {
        Some(Some(_)) => Some("failed"),
        Some(None) => Some("pending"),
        None => message.deleted.then_some("deleted"),
    };
    // What can be done with a message can be done with one that is there.
    let stored = state.is_none();
    let mentions_me = stored && mentions_reader(expect_context(), &message);
    let is_open = memo(move || room.controls.with(|open| matches!(open, Some(open) if open.is_on_message(message.id))));
    let press = LongPress::new();
    let pressed = message.clone();
    let pressed_id = id.clone();
    let on_press = Callback::new(move |()| {
        if stored {
            show_controls(room, pressed.clone(), Some(pressed_id.clone()));
        }
    });
    view! {
        <article class="entry" id=id tabindex=follow(move || stop.of(&stop_id)) aria-labelledby=head_id
            aria-describedby=body_id aria-posinset=position.to_string() aria-setsize="-1">
            <Marks row/>
            <div class="msg" data-grouped=grouped.then_some("") data-state=state data-mentions-me=mentions_me.then_some("")
                data-color=message.color.clone() data-notification=message.is_notification().then_some("")
                data-tools=follow(move || is_open.get().then_some(""))
                on:touchstart=move |_| press.begin(on_press) on:touchmove=move |_| press.cancel()
                on:touchend=on(move |event| press.end(&event))>
                <Side message=message.clone() grouped/>
                <div class="msg__main">
                    <Head message=message.clone() id=head_id.clone() grouped/>
                    <div class="msg__body" id=body_id.clone()>{body(message.clone(), room.id)}</div>
                    {pending.map(|refusal| view! { <Delivery id=message.id refusal/> })}
                </div>
                {stored.then(|| view! { <Tools message=message.clone()/> })}
            </div>
        </article>
    }
    .into_any()
}

/// What it says, then its files.
fn body(mut message: Message, room: RoomId) -> AnyView {
    if message.deleted {
        return view! { <p>"Message deleted"</p> }.into_any();
    }
    let files = message_files(room, std::mem::take(&mut message.attachments));
    let words = words(message, room);
    view! { {words}{files} }.into_any()
}

/// The card, where there is one that can be drawn; otherwise the text.
fn words(mut message: Message, room: RoomId) -> AnyView {
    match message.card.take().filter(|card| card.is_drawable()) {
        Some(card) => {
            let by = ShownBy { room, message: message.id, sender: Sender::of(&message) };
            view! { <MessageCard card=*card by/> }.into_any()
        }
        None if message.text.is_empty() => ().into_any(),
        None => view! { <MessageText message/> }.into_any(),
    }
}

fn mentions_reader(store: Store, message: &Message) -> bool {
    store
        .workspace
        .with_untracked(|known| known.as_ref().is_some_and(|known| markup::mentions(message, &known.user.mention)))
}

/// Who wrote it as a picture, or when, where the row goes on from the one before.
#[component]
fn Side(message: Message, grouped: bool) -> impl IntoView {
    let side = match message.from {
        _ if grouped => view! { <Clock at=message.sent_at/> }.into_any(),
        Author::User { id, name, .. } => view! { <Avatar id name/> }.into_any(),
        Author::Integration { key, name } => {
            let icon = provider_icon(expect_context(), &key);
            view! { <AppIcon integration=key name icon class="app-icon app-icon--avatar"/> }.into_any()
        }
    };
    view! { <div class="msg__side">{side}</div> }.into_any()
}

/// Who wrote it and when, in words; hidden from sight where the row goes on from the one before.
#[component]
fn Head(message: Message, id: String, grouped: bool) -> impl IntoView {
    let by_integration = message.is_notification();
    let (Author::User { name, .. } | Author::Integration { name, .. }) = message.from;
    view! {
        <div class=if grouped { "sr-only" } else { "msg__head" } id=id>
            <span class="msg__name"><bdi>{name}</bdi></span>
            {by_integration.then(|| view! { " "<span class="msg__org">"Integration"</span> })}
            " "<Clock at=message.sent_at/>
        </div>
    }
    .into_any()
}

/// How far an own message has come, and the ways out where it was refused.
#[component]
fn Delivery(id: MessageId, refusal: Option<String>) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let store = expect_context::<Store>();
    let waiting = move || match store.connection.get() {
        ConnectionState::Offline { .. } => "Waiting for the connection",
        _ => "Sending",
    };
    match refusal {
        None => view! { <div class="msg__state"><Icon name="i-clock" class="icon icon--xs"/>{part(waiting)}</div> }
            .into_any(),
        Some(why) => view! {
            <div class="msg__state">
                <Icon name="i-circle-alert" class="icon icon--xs"/><span>"Not sent: "{why}</span>
                <button class="link" type="button" on:click=on(move |_| actions::retry(room.id, id))>"Retry"</button>
                <button class="link" type="button" on:click=on(move |_| actions::discard(room.id, id))>"Discard"</button>
            </div>
        }
        .into_any(),
    }
}

/// What can be done with a message, shown on hover, focus, or while its menu is open.
#[component]
fn Tools(message: Message) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let (Author::User { name, .. } | Author::Integration { name, .. }) = message.from.clone();
    let label = format!("View controls for the message from {name}");
    let button_id = controls_button_id(message.id);
    let id = message.id;
    let stop = expect_context::<TabStop>();
    let row_id = StoredValue::new(message_element_id(id));
    // Only the tools of the row that is in the tab order are.
    let tab_index = move || row_id.with_value(|row| stop.of(row));
    let is_open = move || room.controls.with(|open| matches!(open, Some(open) if open.is_on_message(id)));
    let quoted = message.clone();
    let toggle = move |_| {
        if is_open() {
            room.controls.set(None);
        } else {
            show_controls(room, message.clone(), None);
        }
    };
    view! {
        <div class="msg__tools" role="toolbar" aria-label="Message actions">
            <button class="iconbtn" type="button" tabindex=follow(tab_index) aria-label=format!("Reply to {name}") on:click=on(move |_| room.reply_to(&quoted))>
                <Icon name="i-reply"/>
            </button>
            <button class="iconbtn" type="button" tabindex=follow(tab_index) id=button_id aria-label=label aria-haspopup="menu"
                aria-expanded=follow(move || is_open().to_string()) on:click=toggle>
                <Icon name="i-ellipsis"/>
            </button>
        </div>
    }
    .into_any()
}

impl super::OpenControls {
    /// Whether this is the menu of a message.
    pub fn is_on_message(&self, id: MessageId) -> bool {
        matches!(&self.on, ControlsOn::Message(message) if message.id == id)
    }
}
