//! Opening related content (§11): panel, dialog, or a tab of its own.

use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{
    ApiError, ErrorKind, IntegrationKey, RoomId,
    integration::{ExtensionKind, Target, application_of},
    rest::integration::{CONFIGURATION, Framing, PATH_FRAMING, SignUrl, SignedUrl, UrlAttribute},
};
use web_sys::Window;

use super::{browser, engine, engine::Client, rest, simulation};
use crate::state::{ContentPage, ContentPlace, OpenContent, OpenRequest, OpenedFrom, Store, ToastKind};

/// Opens the target of a tile or control.
pub fn open(request: OpenRequest) {
    let Some(store) = engine::store() else { return };
    let Some(target) = target(&store, &request) else {
        return match OpenContent::of_link(store.next_number(), request) {
            Some(content) => show(&store, ContentPlace::Dialog, content),
            None => store.toast(
                ToastKind::Failed,
                "This integration names a page it does not have. Its provider can correct that.",
            ),
        };
    };
    match OpenContent::of(store.next_number(), request.clone(), &target) {
        Some((place, content)) => {
            // Behind the dialog in which a control was chosen nobody would see the panel.
            if place == ContentPlace::Panel && content.request.action.is_some() {
                store.dialog.set(None);
            }
            show(&store, place, content);
        }
        None => open_tab(&store, request, Page::Target(target)),
    }
}

/// Opens the target in a tab, wherever it is usually shown.
pub fn open_outside(request: OpenRequest) {
    let Some(store) = engine::store() else { return };
    if let Some(page) = page(&store, &request) {
        open_tab(&store, request, page);
    }
}

/// Opens the page on which an integration is set up. Whether the person may is for the server to say.
pub fn configure(integration: IntegrationKey, name: String, room: RoomId) {
    let Some(store) = engine::store() else { return };
    if let Some(request) = OpenRequest::configuration(integration, room) {
        show(&store, ContentPlace::Dialog, OpenContent::configuration(store.next_number(), request, &name));
    }
}

/// Signs the address again.
pub fn reload(content: OpenContent) {
    let Some(store) = engine::store() else { return };
    let place = if is_open(store.dialog, content.opening) { ContentPlace::Dialog } else { ContentPlace::Panel };
    let request = content.request.clone();
    show(&store, place, content.again(store.next_number(), request));
}

/// Closes the panel.
pub fn close_panel() {
    if let Some(store) = engine::store() {
        store.panel.set(None);
    }
}

/// Closes the dialog.
pub fn close_dialog() {
    if let Some(store) = engine::store() {
        store.dialog.set(None);
    }
}

/// Closes what belongs to an integration that is no longer in the room it was opened in (UNIN-06).
pub fn close_removed(client: &Client) {
    let store = client.store;
    for place in [store.panel, store.dialog] {
        let is_gone =
            place.with_untracked(|open| open.as_ref().is_some_and(|open| page(&store, &open.request).is_none()));
        if is_gone {
            place.set(None);
        }
    }
}

/// The person looks at another room: a dialog of the one before closes; the panel goes along where its page is installed, signed for that room,
/// and closes elsewhere (contract §8.2).
pub fn follow(store: &Store, room: RoomId) {
    if store.dialog.with_untracked(|open| open.as_ref().is_some_and(|open| open.request.room != room)) {
        store.dialog.set(None);
    }
    let Some(open) = store.panel.get_untracked().filter(|open| open.request.room != room) else { return };
    // A message it was chosen on stays behind.
    let element = if open.request.element == OpenedFrom::Tile { OpenedFrom::Tile } else { OpenedFrom::Panel };
    let request = OpenRequest { room, action: None, element, ..open.request.clone() };
    match target(store, &request) {
        Some(_) => {
            show(store, ContentPlace::Panel, open.again(store.next_number(), request));
        }
        None => store.panel.set(None),
    }
}

/// A page of a provider.
enum Page {
    /// That of an extension.
    Target(Target),
    /// The one on which the integration is set up, which only the server knows.
    Configuration,
    /// The one that a link brought.
    Linked(String),
}

fn page(store: &Store, request: &OpenRequest) -> Option<Page> {
    let store = simulation::store_of(request.room, *store);
    if !store.has_integrations(request.room) {
        return None;
    }
    store.installed.with_untracked(|installed| {
        let in_room = installed.in_room(request.room.into());
        let (_, version) = in_room.into_iter().find(|(key, _)| **key == request.integration)?;
        match request.element {
            OpenedFrom::Installed => Some(Page::Configuration),
            _ => {
                let target = version.extensions.target(&request.target).map(Page::Target);
                target.or_else(|| request.extras.page.clone().map(Page::Linked))
            }
        }
    })
}

fn target(store: &Store, request: &OpenRequest) -> Option<Target> {
    match page(store, request)? {
        Page::Target(target) => Some(target),
        Page::Configuration | Page::Linked(_) => None,
    }
}

fn show(store: &Store, place: ContentPlace, content: OpenContent) {
    let signal = match place {
        ContentPlace::Panel => store.panel,
        ContentPlace::Dialog => store.dialog,
    };
    let (opening, request) = (content.opening, content.request.clone());
    signal.set(Some(content));
    let store = *store;
    spawn_local(async move {
        let page = match page(&store, &request) {
            Some(page) => match sign(&store, &request, &page, false).await {
                Ok(signed) => ContentPage::Ready(signed),
                Err(error) => ContentPage::Failed(error),
            },
            None => ContentPage::Failed(ApiError::new(ErrorKind::NotFound, "This page is no longer installed here.")),
        };
        // It may have been closed, or something else opened, meanwhile.
        change(signal, opening, |open| open.page = page);
    });
}

/// Changes what is open, unless that is something else by now.
fn change(place: RwSignal<Option<OpenContent>>, opening: u64, change: impl FnOnce(&mut OpenContent)) {
    if is_open(place, opening) {
        place.update(|open| {
            if let Some(open) = open {
                change(open);
            }
        });
    }
}

fn is_open(signal: RwSignal<Option<OpenContent>>, opening: u64) -> bool {
    signal.with_untracked(|open| open.as_ref().is_some_and(|open| open.opening == opening))
}

/// A signed address of a target, with a token that is valid for a quarter of an hour.
async fn sign(store: &Store, request: &OpenRequest, page: &Page, outside: bool) -> Result<SignedUrl, ApiError> {
    match address(store, request, page, outside) {
        Ok(address) => simulation::signed(&address).await,
        Err(url) => Ok(SignedUrl { url, jwt: String::new(), expires_at: 0, scopes: Vec::new() }),
    }
}

/// Nothing was heard of a page for a while: where it forbids to be framed, its place says so; where nobody can tell, its place says
/// that too. Nobody but the browser asks for the pages of links.
pub fn silent(content: OpenContent) {
    let Some(store) = engine::store() else { return };
    // The server cannot ask for pages of a room that it does not know.
    if simulation::of(content.request.room).is_some() {
        return;
    }
    let Some(page) = page(&store, &content.request) else { return };
    let address = address(&store, &content.request, &page, false);
    spawn_local(async move {
        let framing = match address {
            Ok(address) => rest::post(PATH_FRAMING, &address).await,
            Err(_) => Ok(Framing { refusal: None, unknown: true }),
        };
        let Ok(Framing { refusal, unknown }) = framing else { return };
        for place in [store.panel, store.dialog] {
            change(place, content.opening, |open| match &refusal {
                Some(header) => open.page = ContentPage::Unframed(header.clone()),
                None => open.is_silent = unknown,
            });
        }
    });
}

/// Something was heard of a page after all.
pub fn heard(content: &OpenContent) {
    let Some(store) = engine::store() else { return };
    for place in [store.panel, store.dialog] {
        if place.with_untracked(|open| open.as_ref().is_some_and(|open| open.is_silent)) {
            change(place, content.opening, |open| open.is_silent = false);
        }
    }
}

/// What is asked for to load a page, or its address where nothing is to be signed.
fn address(store: &Store, request: &OpenRequest, page: &Page, outside: bool) -> Result<SignUrl, String> {
    let (kind, extension, message_id) = match page {
        Page::Target(Target::WebPanel(panel)) => (ExtensionKind::WEB_PANEL, &panel.key, None),
        Page::Target(Target::Dialog(dialog)) => (ExtensionKind::DIALOG, &dialog.key, None),
        // A tab has no port: the message a control was chosen on goes with the address (CC-17).
        Page::Target(Target::ExternalPage(page)) => (ExtensionKind::EXTERNAL_PAGE, &page.key, chosen_message(request)),
        Page::Configuration => (CONFIGURATION, &request.target, None),
        Page::Linked(url) => return Err(url.clone()),
    };
    let theme = browser::theme_in_force(store.theme.get_untracked());
    Ok(SignUrl {
        integration: request.integration.clone(),
        kind: kind.into(),
        extension: extension.clone(),
        attribute: UrlAttribute::Url,
        room_id: request.room,
        theme: Some(theme.as_str().to_owned()),
        message_id,
        variables: request.extras.variables.clone(),
        outside,
    })
}

/// The same for content that is open, whatever has become of it on screen.
pub async fn sign_again(request: &OpenRequest) -> Result<SignedUrl, ApiError> {
    let gone = || ApiError::new(ErrorKind::NotFound, "This page is no longer installed here.");
    let store = engine::store().ok_or_else(gone)?;
    let page = page(&store, request).filter(|page| !matches!(page, Page::Linked(_))).ok_or_else(gone)?;
    sign(&store, request, &page, false).await
}

fn chosen_message(request: &OpenRequest) -> Option<roomglass_protocol::MessageId> {
    match request.element {
        OpenedFrom::Message(id) => Some(id),
        OpenedFrom::Tile | OpenedFrom::Input | OpenedFrom::Panel | OpenedFrom::Installed => None,
    }
}

/// Browsers open a tab only in the handler of a click, before the address can be known.
fn open_tab(store: &Store, request: OpenRequest, page: Page) {
    if matches!(&page, Page::Target(Target::ExternalPage(page)) if application_of(&page.url).is_some()) {
        return open_application(*store, request, page);
    }
    let Ok(Some(tab)) = window().open_with_url_and_target("about:blank", "_blank") else {
        return store.toast(ToastKind::Failed, "The browser did not allow a new tab. Allow pop-ups for this page.");
    };
    // The page must not be able to reach back into this one.
    let _ = tab.set_opener(&wasm_bindgen::JsValue::NULL);
    let store = *store;
    spawn_local(async move {
        match sign(&store, &request, &page, true).await {
            Ok(signed) => lead(&tab, &signed.url),
            Err(error) => {
                let _ = tab.close();
                store.toast(ToastKind::Failed, error.message);
            }
        }
    });
}

/// The browser asks the person before it hands an address to an application (CC-18). This page stays.
fn open_application(store: Store, request: OpenRequest, page: Page) {
    spawn_local(async move {
        match sign(&store, &request, &page, true).await {
            Ok(signed) if application_of(&signed.url).is_some() => drop(window().location().set_href(&signed.url)),
            Ok(_) => {}
            Err(error) => store.toast(ToastKind::Failed, error.message),
        }
    });
}

fn lead(tab: &Window, url: &str) {
    // Nothing but web pages, whatever the provider wrote.
    if url.starts_with("https://") || url.starts_with("http://") {
        let _ = tab.location().set_href(url);
    }
}
