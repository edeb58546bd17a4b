//! What framed pages can ask of the chat (contract §9.3). Each function answers `(error, result)`.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{
    ExtensionKey, Person, Presence, Privacy, Role, RoomId, RoomKind, UserId,
    frame::{self, Incoming},
    integration::{ExtensionKind, Scope},
};
use serde_json::{Value, json};

use super::Frame;
use crate::{
    client::{browser, content, engine, rooms, simulation},
    components::composer::{focus_composer, stage_file},
    state::{Asked, OpenContent, OpenExtras, OpenRequest, OpenedFrom, ShownFile, Store, SuggestedRoom},
};

type Answer = Result<Value, String>;

/// Longest text a page may put into the input field, in characters.
const MOST_DRAFT_CHARS: usize = 10_000;
/// Longest name a page may suggest for a room, in characters.
const MOST_NAME_CHARS: usize = 50;
/// Longest topic a page may suggest for a room, in characters.
const MOST_TOPIC_CHARS: usize = 250;
/// Most files a page may show at once.
const MOST_VIEWED: usize = 100;

pub(super) fn call(frame: &Rc<Frame>, message: Incoming) {
    let argument = |at: usize| message.args.get(at).cloned().unwrap_or_default();
    let first = argument(0);
    let answer = match (message.module.as_str(), message.function.as_str()) {
        ("auth", "withToken") => return with_token(frame.clone(), message.mid),
        ("room", "getRoomDetails") => frame.needs(Scope::ViewRoom).and_then(|()| room_details(frame)),
        ("room", "getParticipants") => frame.needs(Scope::ViewRoom).and_then(|()| participants(frame)),
        ("room" | "user", "open") => return open_chat(frame.clone(), message.mid, first),
        ("room", "create") => create_room(frame, &message.args),
        ("room", "invite") => invite(frame, first),
        ("user", "getCurrentUser") => frame.needs(Scope::ViewRoom).and_then(|()| current_user(frame)),
        ("sidebar", "openView") => open_extension(frame, &first, false),
        ("sidebar", "closeView") => close(frame, false),
        ("dialog", "open") => open_extension(frame, &first, true),
        ("dialog", "update") => change_dialog(frame, |dialog| dialog.update(&first)),
        ("dialog", "updatePrimaryAction") => change_dialog(frame, |dialog| dialog.update_primary_action(&first)),
        ("dialog", "close") => close(frame, true),
        ("chat", "appendMessage") => append_message(frame, &first),
        ("chat", "focus") => {
            focus_composer();
            Ok(Value::Null)
        }
        ("chat", frame::FILE_CALL) => add_file(&first, &argument(1)),
        ("file", "openInFileViewer") => view_files(frame, &first, &argument(1)),
        (module, function) => Err(format!("This chat does not know the call {module}.{function}.")),
    };
    frame.answer(&message.mid, answer);
}

impl Frame {
    fn answer(&self, mid: &Value, answer: Answer) {
        if !mid.is_null() {
            self.post(&frame::answer(mid, answer));
        }
    }

    fn needs(&self, scope: Scope) -> Result<(), String> {
        let have = self.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(",");
        let needed = scope.as_str();
        let is_allowed = self.scopes.contains(&scope);
        is_allowed.then_some(()).ok_or_else(|| format!("insufficient scopes, needed {needed} have {have}"))
    }
}

fn with_token(frame: Rc<Frame>, mid: Value) {
    spawn_local(async move {
        let signed = content::sign_again(&frame.content.request).await;
        frame.answer(&mid, signed.map(|signed| signed.jwt.into()).map_err(|error| error.message));
    });
}

/// What the room is drawn from in which the page is.
fn store(frame: &Frame) -> Result<Store, String> {
    let store = engine::store().ok_or("Nobody is signed in.")?;
    Ok(simulation::store_of(frame.content.request.room, store))
}

fn room_details(frame: &Frame) -> Answer {
    let membership = store(frame)?.membership_untracked(frame.content.request.room);
    let room = membership.ok_or("You are not in this room any more.")?.room;
    Ok(json!({"id": room.id, "name": room.name, "privacy": room.privacy, "topic": room.topic}))
}

fn participants(frame: &Frame) -> Answer {
    let store = store(frame)?;
    let known = store.shared_room(frame.content.request.room).members.get_untracked().unwrap_or_default();
    let (guests, members): (Vec<Value>, Vec<Value>) = store.workspace.with_untracked(|workspace| {
        let Some(workspace) = workspace else { return Default::default() };
        let people: Vec<&Person> = known.iter().filter_map(|id| workspace.people.get(id)).collect();
        let (guests, members): (Vec<_>, Vec<_>) = people.into_iter().partition(|person| person.role == Role::Guest);
        let listed = |person: &Person| listed(person, workspace.presence_of(person.id));
        (guests.into_iter().map(listed).collect(), members.into_iter().map(listed).collect())
    });
    Ok(json!({"guests": guests, "members": members}))
}

fn listed(person: &Person, presence: Presence) -> Value {
    let show = match presence {
        Presence::Online => "chat",
        Presence::Away => "away",
        Presence::Offline => "unavailable",
    };
    json!({
        "id": person.id,
        "name": person.name,
        "mention_name": person.mention,
        "presence": {"show": show, "is_online": presence != Presence::Offline},
        "photo_url": null,
        "is_admin": person.role == Role::Administrator,
        "is_guest": person.role == Role::Guest,
    })
}

fn current_user(frame: &Frame) -> Answer {
    store(frame)?
        .workspace
        .with_untracked(|workspace| {
            workspace.as_ref().map(|known| listed(&known.user, known.presence_of(known.user.id)))
        })
        .ok_or_else(|| "Nobody is signed in.".to_owned())
}

/// `{roomId | roomName | userId | userMentionName, message}`: shows that chat, with the message in its input field.
fn open_chat(frame: Rc<Frame>, mid: Value, wanted: Value) {
    if simulation::of(frame.content.request.room).is_some() {
        return frame.answer(&mid, Err("The simulator has no other chat to open.".to_owned()));
    }
    spawn_local(async move {
        let answer = async {
            let store = store(&frame)?;
            let room = match chat(&store, &wanted)? {
                Chat::Room(room) => room,
                Chat::With(user) => rooms::open_conversation(vec![user]).await.map_err(|error| error.message)?,
            };
            if let Some(message) = wanted.get("message").and_then(Value::as_str) {
                store.shared_room(room).draft.set(message.chars().take(MOST_DRAFT_CHARS).collect());
            }
            store.visit.set(Some(format!("/rooms/{room}")));
            Ok(Value::Null)
        };
        let answer = answer.await;
        frame.answer(&mid, answer);
    });
}

enum Chat {
    Room(RoomId),
    With(UserId),
}

fn chat(store: &Store, wanted: &Value) -> Result<Chat, String> {
    let text = |name: &str| wanted.get(name).and_then(Value::as_str);
    let number = |name: &str| wanted.get(name).and_then(|id| id.as_i64().or_else(|| id.as_str()?.parse().ok()));
    store
        .workspace
        .with_untracked(|workspace| {
            let known = workspace.as_ref()?;
            let by_name = || known.rooms.values().find(|member| Some(member.room.name.as_str()) == text("roomName"));
            let room = number("roomId").map(RoomId).filter(|room| known.rooms.contains_key(room));
            let handle = text("userMentionName").map(|handle| handle.trim_start_matches('@'));
            let by_handle = || known.people.values().find(|person| Some(person.mention.as_str()) == handle);
            let user = number("userId").map(UserId).filter(|user| known.people.contains_key(user));
            let room = room.or_else(|| Some(by_name()?.room.id)).map(Chat::Room);
            room.or_else(|| user.or_else(|| Some(by_handle()?.id)).map(Chat::With))
        })
        .ok_or_else(|| "There is no such room or person here.".to_owned())
}

/// `{key, options, parameters, urlTemplateValues}`: opens another page of the same integration.
fn open_extension(frame: &Frame, wanted: &Value, as_dialog: bool) -> Answer {
    let store = store(frame)?;
    let own = &frame.content.request;
    let key = wanted.get("key").and_then(Value::as_str).and_then(|key| ExtensionKey::new(key).ok());
    let key = key.ok_or("A key is needed.")?;
    let kind = if as_dialog { ExtensionKind::DIALOG } else { ExtensionKind::WEB_PANEL };
    let target = store.installed.with_untracked(|installed| {
        let (_, version) = installed.in_room(own.room.into()).into_iter().find(|(key, _)| **key == own.integration)?;
        let extensions = &version.extensions;
        if extensions.find(&kind.into(), &key).is_some() {
            return Some(key.clone());
        }
        extensions.glances().into_iter().find(|glance| !as_dialog && glance.key == key)?.target
    });
    content::open(OpenRequest {
        target: target.ok_or_else(|| format!("This integration has no {key} to open here."))?,
        action: None,
        element: OpenedFrom::Panel,
        extras: OpenExtras::of(wanted),
        ..own.clone()
    });
    Ok(Value::Null)
}

/// Dialogs are changed and closed by their own integration alone.
fn change_dialog(frame: &Frame, change: impl FnOnce(&mut OpenContent)) -> Answer {
    let mut is_own = false;
    store(frame)?.dialog.update(|dialog| {
        let own = dialog.as_mut().filter(|open| open.request.integration == frame.content.request.integration);
        if let Some(dialog) = own {
            is_own = true;
            change(dialog);
        }
    });
    is_own.then_some(Value::Null).ok_or_else(|| "No dialog of this integration is open.".to_owned())
}

fn close(frame: &Frame, dialog: bool) -> Answer {
    let store = store(frame)?;
    let place = if dialog { store.dialog } else { store.panel };
    let is_own = place.with_untracked(|open| {
        open.as_ref().is_some_and(|open| open.request.integration == frame.content.request.integration)
    });
    if is_own {
        place.set(None);
    }
    Ok(Value::Null)
}

fn append_message(frame: &Frame, text: &Value) -> Answer {
    let text = text.as_str().or_else(|| text.get("text")?.as_str()).ok_or("A text is needed.")?;
    store(frame)?.shared_room(frame.content.request.room).draft.update(|draft| {
        if !draft.is_empty() && !draft.ends_with(char::is_whitespace) {
            draft.push(' ');
        }
        draft.extend(text.chars().take(MOST_DRAFT_CHARS));
    });
    focus_composer();
    Ok(Value::Null)
}

/// `(name, topic, privacy)`: the dialog in which rooms are made, filled in.
fn create_room(frame: &Frame, args: &[Value]) -> Answer {
    let store = store(frame)?;
    let is_guest = store.workspace.with_untracked(|known| known.as_ref().is_none_or(|it| it.user.role == Role::Guest));
    if is_guest {
        return Err("Guests cannot make rooms.".to_owned());
    }
    let text = |at: usize, most: usize| {
        args.get(at).and_then(Value::as_str).unwrap_or_default().chars().take(most).collect::<String>()
    };
    let privacy = if text(2, 10) == "private" { Privacy::Private } else { Privacy::Public };
    let suggested = SuggestedRoom { name: text(0, MOST_NAME_CHARS), topic: text(1, MOST_TOPIC_CHARS), privacy };
    store.asked.set(Some(Asked::Room(suggested)));
    Ok(Value::Null)
}

/// One id, or a list of them: the dialog in which people are added to the room, with these.
fn invite(frame: &Frame, wanted: Value) -> Answer {
    let store = store(frame)?;
    let room = frame.content.request.room;
    let is_room = store.membership_untracked(room).is_some_and(|it| it.room.kind == RoomKind::Room);
    if !is_room || store.active.get_untracked() != Some(room) {
        return Err("People can only be added to the room that is open.".to_owned());
    }
    let wanted = match wanted {
        Value::Array(wanted) => wanted,
        one => vec![one],
    };
    let number = |id: &Value| id.as_i64().or_else(|| id.as_str()?.parse().ok()).map(UserId);
    store.asked.set(Some(Asked::People(wanted.iter().filter_map(number).collect())));
    Ok(Value::Null)
}

/// `(data address, name)`: a file for the next message, which the person sends or not.
fn add_file(address: &Value, name: &Value) -> Answer {
    let (media_type, bytes) =
        address.as_str().and_then(frame::file_in).ok_or("A file is a data address in base64, and a name.")?;
    let name = name.as_str().filter(|name| !name.is_empty()).unwrap_or("file");
    let is_taken = browser::file(name, media_type, bytes).is_some_and(|file| stage_file(&file));
    is_taken
        .then_some(Value::Null)
        .ok_or_else(|| "This file cannot be read, or no room is open to send it in.".to_owned())
}

/// `(file, list)`: looks at a file, and from there at the others.
fn view_files(frame: &Frame, file: &Value, list: &Value) -> Answer {
    let own = window().location().origin().unwrap_or_default();
    let read = |file: &Value| ShownFile::read(file, &own);
    let wanted = read(file).ok_or("A file has a web address as its url.")?;
    let listed = list.as_array().into_iter().flatten().take(MOST_VIEWED).filter_map(read);
    let mut files: Vec<ShownFile> = listed.collect();
    let place = files.iter().position(|file| file.url == wanted.url).unwrap_or_else(|| {
        files.insert(0, wanted);
        0
    });
    store(frame)?.asked.set(Some(Asked::Files(files, place)));
    Ok(Value::Null)
}
