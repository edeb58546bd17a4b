//! The simulator: a room that no server knows, in which the author of a descriptor sees what it would be like.

mod checked;
mod logged;
mod sample;
mod signing;

use leptos::prelude::*;
use roomglass_protocol::{
    IntegrationKey, Membership, Person, Privacy, Role, Room, RoomId, RoomKind, RoomRef, Sequence, UserId,
    integration::{Descriptor, ExtensionRef},
    state::Workspace,
    sync::{InstalledState, InstalledVersion},
    token::IntegrationToken,
};
use serde_json::Value;

use super::Store;
pub use checked::{Checked, Finding, span_of_line};
pub use logged::{Exchange, Logged, excerpt};
pub use sample::{Sample, SampleKind};
pub use signing::{Credentials, Unsigned, base64url};

/// The simulated room. Larger than any id a server gives, and exact in every language.
pub const SIMULATED: RoomId = RoomId(9_007_199_254_740_991);
/// A colleague who writes sample messages.
pub const COLLEAGUE: UserId = UserId(9_007_199_254_740_990);

/// Everything of one simulation. A handle that can be copied; signals live as long as the page.
#[derive(Clone, Copy)]
pub struct Simulator {
    /// What the components of a room are drawn from.
    pub store: Store,
    /// The descriptor as it is written.
    pub text: RwSignal<String>,
    /// What there is to say about it.
    pub checked: RwSignal<Checked>,
    /// The last version without faults: what is simulated.
    pub descriptor: RwSignal<Option<Descriptor>>,
    /// What requests are signed with; made in the browser, known to nobody.
    pub credentials: RwSignal<Option<Credentials>>,
    /// Messages to open menus on.
    pub samples: RwSignal<Vec<Sample>>,
    /// Requests and frames, oldest first.
    pub log: RwSignal<Vec<Logged>>,
}

impl Simulator {
    /// Nothing simulated yet; the person is that of the page.
    pub fn new(page: Store) -> Self {
        let store = page.for_simulation();
        if let Some(workspace) = page.workspace.get_untracked() {
            store.workspace.set(Some(simulated_workspace(workspace)));
        }
        Self {
            store,
            text: RwSignal::new(String::new()),
            checked: RwSignal::new(Checked::default()),
            descriptor: RwSignal::new(None),
            credentials: RwSignal::new(None),
            samples: RwSignal::new(Sample::first()),
            log: RwSignal::new(Vec::new()),
        }
    }

    /// Takes in a text as its author wrote it. One with faults leaves the version before in the room.
    pub fn take(self, text: String) {
        let (checked, descriptor) = Checked::of(&text);
        self.text.set(text);
        self.checked.set(checked);
        if let Some(descriptor) = descriptor {
            self.store.installed.set(installed(&descriptor));
            self.descriptor.set(Some(descriptor));
        }
    }

    /// Adds to the log; the oldest entries make room.
    pub fn note(self, at: roomglass_protocol::Timestamp, what: Exchange) {
        let entry = Logged { number: self.store.next_number(), at, what };
        self.log.update(|log| logged::add(log, entry));
    }

    /// Whose descriptor is simulated. Reactive.
    pub fn integration(self) -> Option<IntegrationKey> {
        self.descriptor.with(|descriptor| descriptor.as_ref().map(|descriptor| descriptor.key.clone()))
    }

    /// The tiles of the descriptor, shown or not, with their names. Reactive.
    pub fn tiles(self) -> Vec<(ExtensionRef, String, bool)> {
        self.descriptor.with(|descriptor| {
            let Some(descriptor) = descriptor else { return Vec::new() };
            let glances = descriptor.extensions.glances().into_iter();
            let named = |key| ExtensionRef { integration: descriptor.key.clone(), key };
            glances.map(|glance| (named(glance.key), glance.name.value, glance.query_url.is_some())).collect()
        })
    }

    /// What holds for the person and the room.
    pub fn change_circumstances(self, change: impl FnOnce(&mut Role, &mut Privacy)) {
        self.store.workspace.update(|workspace| {
            let Some(workspace) = workspace else { return };
            let Some(membership) = workspace.rooms.get_mut(&SIMULATED) else { return };
            change(&mut workspace.user.role, &mut membership.room.privacy);
            workspace.people.insert(workspace.user.id, workspace.user.clone());
        });
    }
}

/// A room of the person's own, with a colleague in it.
fn simulated_workspace(mut workspace: Workspace) -> Workspace {
    let room = Room {
        id: SIMULATED,
        kind: RoomKind::Room,
        name: "Simulator".to_owned(),
        privacy: Privacy::Public,
        owner_id: workspace.user.id,
        topic: String::new(),
        seq: Sequence::START,
        messages: 0,
        archived: false,
    };
    let membership = Membership { room, read_seq: Sequence::START, read_messages: 0, with: Vec::new() };
    let colleague =
        Person { id: COLLEAGUE, name: "A colleague".to_owned(), mention: "colleague".to_owned(), role: Role::Member };
    workspace.rooms = [(SIMULATED, membership)].into();
    workspace.people.insert(COLLEAGUE, colleague);
    workspace
}

/// As if it were installed in the room. Icons stay out: the server fetches them only for what is installed.
fn installed(descriptor: &Descriptor) -> InstalledState {
    let mut extensions = descriptor.extensions.clone();
    for extension in extensions.0.values_mut().flatten() {
        if let Value::Object(members) = extension {
            members.remove("icon");
        }
    }
    let token = IntegrationToken::of(&descriptor.key, &extensions);
    let key = descriptor.key.clone();
    InstalledState {
        rooms: [(RoomRef::Room(SIMULATED), [key.clone()].into())].into(),
        versions: [(key, InstalledVersion { token, extensions })].into(),
        ..InstalledState::default()
    }
}

#[cfg(test)]
mod tests;
