//! The document around the application, drawn by the server alone.

use leptos::{nonce::use_nonce, prelude::*};

use crate::{
    App, client,
    page_data::{ELEMENT_ID, PageData, PageKind, WorkspaceData},
};

/// The whole document. Needs [`PageData`], the request's address and a nonce in context. A build without the client
/// names no script; its pages can be read, but not used.
pub fn shell() -> impl IntoView {
    let page = client::page_data();
    let data = page.to_embedded_json().unwrap_or_else(|_| "{}".to_owned());
    let theme = page.theme.map(|theme| theme.as_str());
    let title = title(&page);
    let assets = page.assets;
    let fonts = assets.fonts.into_iter().map(|font| {
        view! {
            <link as="font" rel="preload" type="font/woff2" crossorigin="anonymous" href=font/>
        }
    });
    let style = (!assets.style.is_empty()).then(|| view! { <link rel="stylesheet" href=assets.style/> });
    let start = (!assets.script.is_empty()).then(|| start_script(&assets.script, &assets.wasm));
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"/>
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {fonts.collect_view()}
                {style}
                <script type="application/json" id=ELEMENT_ID inner_html=data></script>
                <script nonce=use_nonce() inner_html=EARLY></script>
                {start}
            </head>
            <body>
                <App/>
                <noscript><p class="noscript">"JavaScript is needed to write, install and stay up to date here."</p></noscript>
                <script nonce=use_nonce() inner_html=START_AT_THE_END></script>
            </body>
        </html>
    }
}

/// Until the client takes over, nothing answers what a person does. So what they press last waits for it, and what they have typed, or
/// the browser for them, is put back after it: `early(takeOver)`. Without this a slow line swallows clicks and empties fields.
const EARLY: &str = "function early(takeOver){\
const typed=[...document.querySelectorAll('input,textarea')].filter(f=>f.value!==f.defaultValue).map(f=>[f,f.value]);\
takeOver();for(const kind of early.kinds)removeEventListener(kind,early.hold,true);\
for(const[f,value]of typed)if(f.isConnected){f.value=value;f.dispatchEvent(new Event('input',{bubbles:true}))}\
const it=early.pressed;if(it&&it.isConnected)it.requestSubmit?it.requestSubmit():it.click()}\
early.kinds=['click','submit'];early.hold=e=>{\
const it=e.type==='submit'?e.target:e.target.closest('button[type=button]');if(it){e.preventDefault();early.pressed=it}};\
for(const kind of early.kinds)addEventListener(kind,early.hold,true)";

/// Before the first paint, so that a room does not show its oldest rows for a moment.
const START_AT_THE_END: &str =
    "{const log=document.getElementById('log');if(log&&!location.hash)log.scrollTop=log.scrollHeight}";

fn start_script(script: &str, wasm: &str) -> AnyView {
    // Both addresses are made by our build from letters, digits, '-', '.' and '/'.
    let code = format!(
        "import start,{{prepare,hydrate}}from'{script}';await start({{module_or_path:'{wasm}'}});await prepare();early(hydrate)"
    );
    view! {
        <link rel="modulepreload" href=script.to_owned()/>
        <link as="fetch" rel="preload" type="application/wasm" crossorigin="anonymous" href=wasm.to_owned()/>
        <script type="module" nonce=use_nonce() inner_html=code></script>
    }
    .into_any()
}

fn title(page: &PageData) -> String {
    let name = match &page.page {
        PageKind::Setup => "Set up".to_owned(),
        PageKind::SignIn => "Sign in".to_owned(),
        PageKind::Invitation { .. } => "Invitation".to_owned(),
        PageKind::Workspace(data) => open_room_title(data),
        PageKind::Shell => return crate::pages::PRODUCT.to_owned(),
    };
    format!("{name} · {}", crate::pages::PRODUCT)
}

fn open_room_title(data: &WorkspaceData) -> String {
    let known = roomglass_protocol::state::Workspace::from(data.snapshot.clone());
    let room = data.room.as_ref().and_then(|room| known.rooms.get(&room.room_id));
    room.map_or_else(|| known.organisation.name.clone(), |room| known.room_title(room))
}
