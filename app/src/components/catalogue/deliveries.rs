//! What became of the calls of an integration's webhooks in a room (HOOK-07): looking, calling again, ending a suspension.

use std::time::Duration;

use leptos::prelude::*;
use roomglass_protocol::{
    DeliveryId, ExtensionKey, IntegrationKey, RoomId,
    rest::{
        integration::InstalledIn,
        webhook::{Delivery, DeliveryState, Listing, Query},
    },
};

use super::delivery_log::DeliveryLog;
use crate::components::live::{effect, follow, memo, on, part};
use crate::{
    client::actions,
    components::{
        dialog::Dialog,
        focus,
        sending::{Refusal, Request},
    },
};

/// After a replay the log is looked at this often, at this distance: as long as a provider may take to answer.
const LOOKS: u8 = 10;
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The log of one integration in one room. A handle that can be copied.
#[derive(Debug, Clone, Copy)]
pub struct Deliveries {
    room: RoomId,
    integration: StoredValue<IntegrationKey>,
    listing: RwSignal<Option<Listing>>,
    loading: Request,
    changing: Request,
}

impl Deliveries {
    /// Nothing is known of it yet.
    pub fn new(room: RoomId, integration: IntegrationKey) -> Self {
        Self {
            room,
            integration: StoredValue::new(integration),
            listing: RwSignal::new(None),
            loading: Request::default(),
            changing: Request::default(),
        }
    }

    /// Shows what the server answered.
    pub fn show(self, listing: Listing) {
        // Whoever asked may have closed the dialog.
        let _ = self.listing.try_set(Some(listing));
    }

    /// What is shown, once there is something. Reactive.
    pub fn read<T>(self, read: impl FnOnce(&Listing) -> T) -> Option<T> {
        self.listing.with(|listing| listing.as_ref().map(read))
    }

    /// One delivery as it stands. Reactive.
    pub fn delivery(self, id: DeliveryId) -> Option<Delivery> {
        self.read(|listing| listing.items.iter().find(|delivery| delivery.id == id).cloned()).flatten()
    }

    fn load(self) {
        self.load_then(|| ());
    }

    fn load_then(self, then: impl FnOnce() + 'static) {
        let question = actions::deliveries(self.room, self.integration.get_value(), Query::default());
        self.loading.ask(question, move |found| {
            self.show(found);
            then();
        });
    }

    /// Looks again as long as a call that was asked for is not made, but not for ever: its provider may not answer.
    fn load_until_made(self, delivery: DeliveryId, looks: u8) {
        self.load_then(move || {
            let waits = self.listing.try_with_untracked(|listing| {
                let items = listing.iter().flat_map(|listing| &listing.items);
                items.filter(|item| item.id == delivery).any(|item| item.state == DeliveryState::Waiting)
            });
            if waits == Some(true) && looks > 1 {
                set_timeout(move || self.load_until_made(delivery, looks - 1), LOOK_AGAIN_AFTER);
            }
        });
    }

    /// Adds the next older part.
    pub fn load_older(self) {
        let before = self.listing.with_untracked(|listing| Some(listing.as_ref()?.items.last()?.id));
        let question =
            actions::deliveries(self.room, self.integration.get_value(), Query { before, ..Query::default() });
        self.loading.ask(question, move |older| {
            let _ = self.listing.try_update(|shown| match shown {
                Some(shown) => {
                    shown.items.extend(older.items);
                    shown.more = older.more;
                }
                None => *shown = Some(older),
            });
        });
    }

    /// Makes one call again.
    pub fn replay(self, delivery: DeliveryId) {
        let again = actions::replay_delivery(self.room, self.integration.get_value(), delivery);
        self.changing.ask(again, move |()| self.load_until_made(delivery, LOOKS));
    }

    /// Ends the suspension of a webhook. Its button goes away with it, so the heading takes the focus.
    pub fn resume(self, webhook: ExtensionKey) {
        let resumed = actions::resume_webhook(self.room, self.integration.get_value(), webhook);
        self.changing.ask(resumed, move |()| {
            if let Some(heading) = focus::element("deliveries-title") {
                focus::give(&heading);
            }
            self.load();
        });
    }
}

/// Opened from the list of what is installed in a room.
#[component]
pub fn DeliveriesDialog(item: InstalledIn, room: RoomId, on_close: Callback<()>) -> impl IntoView {
    let log = Deliveries::new(room, item.key);
    effect(move || log.load());
    let known = memo(move || log.read(|_| ()).is_some());
    let busy = move || (log.loading.is_busy() || log.changing.is_busy()).then_some("true");
    view! {
        <Dialog id="deliveries" title=format!("Deliveries to {}", item.name) class="dialog dialog--wide" on_close
            subtitle="What it was told of in this room, and how its server answered. Nothing of what was said is kept here.">
            <div class="dialog__body" aria-busy=follow(busy)>
                <Refusal request=log.loading/>
                <Refusal request=log.changing/>
                {part(move || known.get().then(|| view! { <DeliveryLog log/> }))}
            </div>
            <div class="dialog__foot">
                <button class="btn" type="button" on:click=on(move |_| log.load())>"Refresh"</button>
                <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Close"</button>
            </div>
        </Dialog>
    }
    .into_any()
}
