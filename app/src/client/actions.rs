//! Everything people can set in motion. Each entry is one line: what it does, its signature, and who does it.
//!
//! Asynchronous ones answer a refusal in the product's words; the others show their result in the
//! [`Store`](crate::state::Store).

use leptos::{
    html::{Audio, Iframe, Video},
    prelude::{NodeRef, RwSignal},
};
use roomglass_protocol::{
    ApiError, Attachment, DeliveryId, ExtensionKey, IncomingWebhookId, IntegrationKey, Message, MessageId, Person,
    Role, Room, RoomId, Sequence, UserId,
    call::{Media, ParticipantId},
    integration::{ExtensionRef, TileData},
    rest::{
        catalogue, file,
        incoming_webhook::{Created, IncomingWebhook},
        integration::{self, SignedUrl},
        invitation, room, setup,
        simulator::Document,
        update::{Decision, RefreshOutcome, UpdateReview, Waiting},
        webhook,
    },
};

use web_sys::File;

use crate::state::{OpenContent, OpenRequest, Theme, Upload, calls::Calls, simulator::Simulator};

/// Declares functions that work in the browser and do nothing in the server's build.
macro_rules! actions {
    ($($(#[$doc:meta])* async fn $name:ident($($arg:ident: $type:ty),*) -> $answer:ty => $doer:path;)*) => { $(
        $(#[$doc])*
        ///
        /// # Errors
        /// A sentence to show as it is.
        pub async fn $name($($arg: $type),*) -> Result<$answer, ApiError> {
            #[cfg(feature = "hydrate")]
            return $doer($($arg),*).await;
            #[cfg(not(feature = "hydrate"))]
            {
                $(let _ = $arg;)*
                Err(ApiError::new(roomglass_protocol::ErrorKind::Unavailable, "This happens only in a browser."))
            }
        }
    )* };
    ($($(#[$doc:meta])* fn $name:ident($($arg:ident: $type:ty),*) => $doer:path;)*) => { $(
        $(#[$doc])*
        pub fn $name($($arg: $type),*) {
            #[cfg(feature = "hydrate")]
            $doer($($arg),*);
            #[cfg(not(feature = "hydrate"))]
            { $(let _ = $arg;)* }
        }
    )* };
}

#[cfg(feature = "hydrate")]
use super::{
    browser, calls, content, files, frame, incoming, integrations, outbox, presence, read, rooms, session, simulator,
    tiles, updates,
};

actions! {
    /// Signs in and opens the room list.
    async fn sign_in(email: String, password: String) -> () => session::sign_in;
    /// Signs out, erases what this browser stored for the account, and opens the sign-in page.
    async fn sign_out() -> () => session::sign_out;
    /// Makes the organisation and its administrator, and opens the room list.
    async fn set_up(request: setup::Request) -> () => session::set_up;
    /// Accepts an invitation and opens the room list.
    async fn accept_invitation(token: String, request: invitation::Accept) -> () => session::accept_invitation;
    /// Makes a link that invites one person.
    async fn create_invitation(role: Role, rooms: Vec<RoomId>) -> invitation::Invitation => session::create_invitation;
    /// Reads the people of the organisation again.
    async fn load_people() -> Vec<Person> => rooms::load_people;
    /// Makes a room.
    async fn create_room(request: room::Create) -> RoomId => rooms::create;
    /// Public rooms the person could join.
    async fn joinable_rooms() -> Vec<Room> => rooms::joinable;
    /// Joins a public room.
    async fn join_room(room: RoomId) -> () => rooms::join;
    /// Leaves a room.
    async fn leave_room(room: RoomId) -> () => rooms::leave;
    /// Makes a person a member of a room.
    async fn invite_to_room(room: RoomId, user: UserId) -> () => rooms::invite;
    /// Takes a person out of a room.
    async fn remove_from_room(room: RoomId, user: UserId) -> () => rooms::remove;
    /// Changes topic, name or privacy of a room.
    async fn change_room(room: RoomId, change: room::Change) -> () => rooms::change;
    /// Changes the topic of a room.
    async fn change_topic(room: RoomId, topic: String) -> () => rooms::change_topic;
    /// Opens the conversation with people, making it if needed.
    async fn open_conversation(user_ids: Vec<UserId>) -> RoomId => rooms::open_conversation;
    /// What may be sent as a file.
    async fn file_limits() -> file::Limits => files::limits;
    /// Deletes a message for everybody.
    async fn delete_message(room: RoomId, message: MessageId) -> () => files::delete_message;
    /// Loads the next older part of a room's log.
    async fn load_older(room: RoomId) -> () => rooms::load_older;
    /// Integrations on offer whose key, name or description has every word of the query.
    async fn search_catalogue(query: String) -> catalogue::Search => integrations::search;
    /// What an integration on offer adds, and who sees what leaves, as its provider says now.
    async fn catalogue_detail(key: IntegrationKey) -> catalogue::Detail => integrations::detail;
    /// Lists an integration in the catalogue; administrators only.
    async fn add_to_catalogue(descriptor_url: String) -> catalogue::Entry => integrations::add_to_catalogue;
    /// Lists an integration as administrators say, or says anew how it is listed.
    async fn list_as(listing: catalogue::AddAs) -> catalogue::Entry => integrations::list_as;
    /// Takes an integration off the catalogue; where it is installed it stays.
    async fn withdraw(key: IntegrationKey) -> () => integrations::withdraw;
    /// Catalogues of other servers.
    async fn remote_catalogues() -> catalogue::RemoteCatalogues => integrations::remote_catalogues;
    /// Adds a catalogue of another server, or asks it again.
    async fn add_remote_catalogue(url: String) -> catalogue::RemoteCatalogue => integrations::add_remote_catalogue;
    /// Removes one with its entries.
    async fn remove_remote_catalogue(url: String) -> () => integrations::remove_remote_catalogue;
    /// Asks a provider for its descriptor now.
    async fn refresh_integration(integration: IntegrationKey) -> RefreshOutcome => updates::refresh;
    /// What installing would add and allow; stores nothing.
    async fn preview(source: integration::Source) -> integration::Review => integrations::preview;
    /// Installs an integration in rooms or globally.
    async fn install(request: integration::InstallFromSite) -> integration::Installed => integrations::install;
    /// Takes an integration out of rooms or away globally.
    async fn uninstall(request: integration::Uninstall) -> integration::Installed => integrations::uninstall;
    /// Gives an integration new credentials in rooms or globally; the former ones count for an hour more.
    async fn rotate_credentials(request: integration::Uninstall) -> () => integrations::rotate;
    /// Takes an integration out of all rooms there are; for administrators.
    async fn remove_everywhere(key: IntegrationKey) -> () => integrations::remove_everywhere;
    /// Decides whether the server fetches and rewrites the framed pages of an integration, so that they find HipChat's script.
    async fn rewrite_pages(key: IntegrationKey, rewritten: bool) -> () => integrations::rewrite;
    /// What is installed in a room and globally.
    async fn integrations_in(room: RoomId) -> Vec<integration::InstalledIn> => integrations::in_room;
    /// What the provider of a control says beside its words, and about which message (CC-19).
    async fn control_data(room: RoomId, control: ExtensionRef, message: Option<MessageId>) -> TileData => tiles::of_control;
    /// A page of the log of an integration's webhooks in a room; for who may install there.
    async fn deliveries(room: RoomId, integration: IntegrationKey, query: webhook::Query) -> webhook::Listing => integrations::deliveries;
    /// Makes a call of a webhook again.
    async fn replay_delivery(room: RoomId, integration: IntegrationKey, delivery: DeliveryId) -> () => integrations::replay;
    /// Ends the suspension of a webhook.
    async fn resume_webhook(room: RoomId, integration: IntegrationKey, webhook: ExtensionKey) -> () => integrations::resume;
    /// Versions of integrations that the person may decide about.
    async fn waiting_updates() -> Waiting => updates::waiting;
    /// What a version that waits would change.
    async fn review_update(integration: IntegrationKey) -> UpdateReview => updates::review;
    /// Lets a version replace the one in force.
    async fn accept_update(integration: IntegrationKey, decision: Decision) -> () => updates::accept;
    /// Keeps the version in force; the refused one does not come again.
    async fn refuse_update(integration: IntegrationKey, decision: Decision) -> () => updates::refuse;
    /// Addresses at which other systems speak in a room; for who may install there.
    async fn incoming_webhooks(room: RoomId) -> Vec<IncomingWebhook> => incoming::list;
    /// Makes such an address.
    async fn create_incoming_webhook(room: RoomId, name: String) -> Created => incoming::create;
    /// Ends such an address.
    async fn delete_incoming_webhook(room: RoomId, webhook: IncomingWebhookId) -> () => incoming::delete;
    /// A descriptor as its provider has it now, whatever is wrong with it.
    async fn descriptor_document(source: integration::Source) -> Document => simulator::load;
}

actions! {
    /// Brings a room into view: loads its log, members and tiles.
    fn open_room(room: RoomId) => rooms::open;
    /// No room is in view any more.
    fn close_room() => rooms::close;
    /// The person has seen this entry at the end of the log. Sent when the window is visible, and not too often.
    fn mark_read(room: RoomId, seq: Sequence) => read::mark;
    /// Sends a message: drawn at once, stored until the server has it.
    fn send_message(room: RoomId, text: String, files: Vec<Attachment>) => outbox::send;
    /// Sends a file for a message that is being written; `uploads` says how far it has come.
    fn upload(room: RoomId, key: u32, file: File, uploads: RwSignal<Vec<Upload>>) => files::upload;
    /// Calls off files that no message has.
    fn cancel_uploads(room: RoomId, uploads: Vec<Upload>) => files::cancel;
    /// Sends a failed message again.
    fn retry(room: RoomId, id: MessageId) => outbox::retry;
    /// Gives up a failed message.
    fn discard(room: RoomId, id: MessageId) => outbox::discard;
    /// The person is writing. Call it at every key; it is told every three seconds at most.
    fn typing(room: RoomId) => presence::typing;
    /// Fetches the data of a tile again.
    fn refresh_tile(room: RoomId, tile: ExtensionRef) => tiles::refresh;
    /// Opens the target of a tile or control: panel, dialog, or a tab of its own. Call it in the handler of the click.
    fn open_target(request: OpenRequest) => content::open;
    /// Opens what stands in the panel or dialog in a tab of its own. Call it in the handler of the click.
    fn open_outside(request: OpenRequest) => content::open_outside;
    /// Opens the page on which an integration is set up.
    fn configure(integration: IntegrationKey, name: String, room: RoomId) => content::configure;
    /// Signs the address of failed related content again.
    fn reload_content(content: OpenContent) => content::reload;
    /// A frame has loaded what its page sent, or what the browser shows in its place.
    fn frame_loaded(content: OpenContent) => frame::loaded;
    /// Closes the panel.
    fn close_panel() => content::close_panel;
    /// Closes the dialog.
    fn close_dialog() => content::close_dialog;
    /// Loads a page into a frame and listens to it. Call it once, in an effect of the component that shows the frame.
    fn attach_frame(frame: NodeRef<Iframe>, content: OpenContent, signed: SignedUrl) => frame::attach;
    /// Tells the page in a dialog that one of the dialog's buttons was pressed; the page decides whether it closes.
    fn press_dialog_button(opening: u64, action: String) => frame::press_button;
    /// Tells the page in a dialog what is searched for in the dialog's head.
    fn filter_dialog(opening: u64, value: String) => frame::filter_changed;
    /// Chooses a look and remembers it in this browser; `None` follows the system.
    fn set_theme(theme: Option<Theme>) => browser::set_theme;
    /// The simulated room asks the simulator from now on, with the descriptor that was kept in this tab.
    fn begin_simulation(simulator: Simulator) => simulator::begin;
    /// There is no simulated room any more.
    fn end_simulation() => simulator::end;
    /// Keeps the text of a descriptor in this tab.
    fn keep_descriptor(text: String) => simulator::keep;
    /// Shows data in a simulated tile as if its provider had pushed it.
    fn push_simulated(simulator: Simulator, tile: ExtensionRef, content: TileData) => simulator::push;
    /// Puts into `took` how many microseconds the controls of a simulated message take to be found, in the mean of many times.
    fn measure_controls(simulator: Simulator, message: Message, took: RwSignal<Option<u32>>) => simulator::measure;
    /// Keeps calls current from now on. Call it once, in an effect of the component that draws them.
    fn attend_calls(calls: RwSignal<Calls>) => calls::attend;
    /// Takes in what was told of calls since the last time.
    fn hear_of_calls() => calls::hear;
    /// Lets calls follow the connection to the server.
    fn call_connection(connected: bool) => calls::connection_changed;
    /// Joins the call of a room, or begins one. Call it in the handler of the click: browsers then let sound play.
    fn join_call(room: RoomId, media: Media) => calls::join;
    /// Leaves the call, or gives up joining.
    fn leave_call() => calls::leave;
    /// Does not want to join a call.
    fn decline_call(room: RoomId) => calls::decline;
    /// Unmutes or mutes the microphone.
    fn set_call_audio(on: bool) => calls::set_audio;
    /// Turns the camera on or off.
    fn set_call_video(on: bool) => calls::set_video;
    /// Plays what a participant says.
    fn play_call_sound(audio: NodeRef<Audio>, of: ParticipantId) => calls::play;
    /// Shows the picture of a participant, or our own.
    fn show_call_picture(video: NodeRef<Video>, of: Option<ParticipantId>) => calls::show;
    /// Tries to connect at once.
    fn reconnect() => presence::reconnect;
}
