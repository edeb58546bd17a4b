//! Why tiles and controls are shown or not: every condition with its verdict and the values it tested. For a room's
//! owner and administrators.

use leptos::prelude::*;
use roomglass_protocol::integration::{Explained, LozengeKind, Tested};
use serde_json::{Map, Value};

use super::ControlsOn;
use crate::{
    components::{
        dialog::Dialog, live::on, lozenge::StateLozenge, menu::MenuItem, provider::ProviderNames, room::OpenRoom,
    },
    deferred::split_off,
    state::{ExplainedExtension, Store, TileStatus},
};

/// What is to be explained.
#[derive(Debug, Clone)]
pub enum Why {
    /// The tiles of the room.
    Tiles,
    /// The controls on an element, and the tile if it is one.
    Controls(Box<ControlsOn>),
}

/// The way there from the menu of an element.
#[component]
pub fn WhyItem(on: ControlsOn) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let show = Callback::new(move |()| room.why.set(Some(Why::Controls(Box::new(on.clone())))));
    view! { <MenuItem icon="i-info" label="Why these controls?" on_choose=show/> }.into_any()
}

split_off! {
    manage,
    /// What holds when it is opened.
    pub fn show_why(why: Why, on_close: Callback<()>) {
        view! { <WhyDialog why on_close/> }
    }
}

#[component]
fn WhyDialog(why: Why, on_close: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let (tiles, controls) = match why {
        Why::Tiles => (store.explained_tiles(room.id), None),
        Why::Controls(on) => {
            let mut tiles = store.explained_tiles(room.id);
            tiles.retain(|explained| matches!(&*on, ControlsOn::Tile(tile) if tile.id == explained.id));
            (tiles, Some(on.explained(store, room)))
        }
    };
    let about_tiles = (controls.is_none() || !tiles.is_empty()).then(|| {
        view! { <section class="sect"><h3>"Tiles"</h3><ExplainedList explained=tiles none="No integration has a tile here."/></section> }
    });
    let about_controls = controls.map(|controls| {
        view! { <section class="sect"><h3>"Controls"</h3><ExplainedList explained=controls none="No integration has a control for this."/></section> }
    });
    view! {
        <Dialog id="why" title="Why it is shown or hidden" subtitle="What came of each condition, for you and at this moment." class="dialog dialog--wide" on_close>
            <div class="dialog__body">{about_tiles}{about_controls}</div>
            <div class="dialog__foot"><button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Close"</button></div>
        </Dialog>
    }
    .into_any()
}

/// Each with what came of its conditions.
#[component]
pub fn ExplainedList(
    /// In their order.
    explained: Vec<ExplainedExtension>,
    /// Said where there are none.
    none: &'static str,
) -> impl IntoView {
    let names = expect_context::<ProviderNames>();
    if explained.is_empty() {
        return view! { <p class="muted">{none}</p> }.into_any();
    }
    let row = |explained: ExplainedExtension| {
        let provider = untrack(|| names.of(&explained.id.integration));
        let (kind, word) =
            if explained.shown { (LozengeKind::Success, "Shown") } else { (LozengeKind::Default, "Hidden") };
        let conditions = explained.explanation.conditions;
        let always = conditions.is_empty().then(|| view! { <p class="muted">"It has no conditions."</p> });
        view! {
            <li>
                <p class="row row--wrap"><b>{explained.name}</b><span class="muted">{provider}</span><StateLozenge kind text=word/></p>
                {explained.instead.map(|status| view! { <p class="muted">{instead(status)}</p> })}
                {always}{group(conditions)}
            </li>
        }
    };
    view! { <ul class="why" role="list">{explained.into_iter().map(row).collect_view()}</ul> }.into_any()
}

/// HCC-14 in words.
fn instead(status: TileStatus) -> &'static str {
    match status {
        TileStatus::Loading => "Its data has not come yet. Until then it is hidden, whatever its conditions say.",
        _ => "Its data could not be loaded. It is shown then, whatever its conditions say.",
    }
}

fn group(conditions: Vec<Explained>) -> AnyView {
    if conditions.is_empty() {
        return ().into_any();
    }
    view! { <ul class="why__group" role="list">{conditions.into_iter().map(condition).collect_view()}</ul> }.into_any()
}

fn condition(Explained { holds, what }: Explained) -> AnyView {
    let (kind, word) = if holds { (LozengeKind::Success, "Holds") } else { (LozengeKind::Error, "Does not hold") };
    let said = match what {
        Tested::All { conditions } => view! { <span>"All of these"</span>{group(conditions)} }.into_any(),
        Tested::Any { conditions } => view! { <span>"Any of these"</span>{group(conditions)} }.into_any(),
        Tested::Broken => {
            view! { <span>"This is no condition. Nothing is shown while it is in the list."</span> }.into_any()
        }
        Tested::Test { name, params, invert, known, values } => {
            let (turned, unknown) = if invert { ("not ", "its opposite holds") } else { ("", "it fails") };
            view! {
                <span>{turned}<code>{name}</code></span>
                {(!known).then(|| view! { <small>"This version does not know it, so that "{unknown}"."</small> })}
                {(!params.is_null()).then(|| view! { <small>"Asks for "<code>{params.to_string()}</code></small> })}
                <small>{found(values)}</small>
            }
            .into_any()
        }
    };
    view! { <li><StateLozenge kind text=word/><div>{said}</div></li> }.into_any()
}

fn found(values: Map<String, Value>) -> AnyView {
    if values.is_empty() {
        return "Found nothing to test".into_any();
    }
    view! { "Found "<code>{Value::Object(values).to_string()}</code> }.into_any()
}
