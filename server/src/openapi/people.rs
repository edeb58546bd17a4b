//! Operations of people's clients.

use roomglass_protocol::{
    Attachment, Membership, Person, rest,
    sync::{SyncAnswer, SyncRequest},
};

use super::operation::Operation;

pub(super) fn operations() -> Vec<Operation> {
    [accounts(), rooms(), messages(), files(), integrations(), webhooks()].into_iter().flatten().collect()
}

fn accounts() -> Vec<Operation> {
    use rest::{invitation, person, session, setup, snapshot};
    vec![
        Operation::post(setup::PATH, "Sets the server up: its organisation and first administrator")
            .takes::<setup::Request>()
            .answers::<session::SignedIn>(201),
        Operation::get(session::PATH, "Who is signed in").by_person().answers::<Person>(200),
        Operation::post(session::PATH, "Signs in").takes::<session::SignIn>().answers::<session::SignedIn>(200),
        Operation::delete(session::PATH, "Signs out").by_person().answers_nothing(204),
        Operation::post(invitation::PATH, "Invites somebody by a link")
            .by_person()
            .takes::<invitation::Create>()
            .answers::<invitation::Invitation>(201),
        Operation::get(invitation::PATH_ONE, "What an invitation is for").answers::<invitation::Details>(200),
        Operation::post(invitation::PATH_ONE, "Accepts an invitation")
            .takes::<invitation::Accept>()
            .answers::<session::SignedIn>(201),
        Operation::get(person::PATH, "Everybody the caller may see").by_person().answers::<person::People>(200),
        Operation::get(snapshot::PATH, "People and rooms at one revision")
            .by_person()
            .answers::<snapshot::Snapshot>(200),
    ]
}

fn rooms() -> Vec<Operation> {
    use rest::room;
    vec![
        Operation::get(room::PATH, "The caller's rooms").by_person().answers::<room::List>(200),
        Operation::post(room::PATH, "Makes a room").by_person().takes::<room::Create>().answers::<Membership>(201),
        Operation::get(room::PATH_JOINABLE, "Rooms the caller could join").by_person().answers::<room::Joinable>(200),
        Operation::get(room::PATH_ONE, "A room").by_person().answers::<Membership>(200),
        Operation::patch(room::PATH_ONE, "Changes a room")
            .by_person()
            .takes::<room::Change>()
            .answers::<Membership>(200),
        Operation::get(room::PATH_MEMBERS, "Members of a room").by_person().answers::<room::Members>(200),
        Operation::post(room::PATH_MEMBERS, "Adds a member")
            .by_person()
            .takes::<room::AddMember>()
            .answers_nothing(204),
        Operation::delete(room::PATH_MEMBER, "Removes a member, or leaves").by_person().answers_nothing(204),
        Operation::post(room::PATH_JOIN, "Joins a public room").by_person().answers_nothing(204),
        Operation::post(room::PATH_READ, "Moves the read position forward")
            .by_person()
            .takes::<room::MarkRead>()
            .answers_nothing(204),
        Operation::post(room::PATH_CONVERSATIONS, "Opens a conversation")
            .by_person()
            .takes::<room::OpenConversation>()
            .answers::<Membership>(200)
            .answers::<Membership>(201),
    ]
}

fn messages() -> Vec<Operation> {
    use rest::message;
    vec![
        Operation::get(message::PATH, "A page of messages")
            .by_person()
            .query::<message::Query>()
            .answers::<message::Page>(200),
        Operation::post(message::PATH, "Sends a message")
            .by_person()
            .takes::<message::Send>()
            .answers::<message::Sent>(200)
            .answers::<message::Sent>(201),
        Operation::delete(message::PATH_ONE, "Deletes a message").by_person().answers_nothing(204),
        Operation::get(message::PATH_EVENTS, "A page of the whole log")
            .by_person()
            .query::<message::Query>()
            .answers::<message::Page>(200),
    ]
}

fn files() -> Vec<Operation> {
    use rest::file;
    vec![
        Operation::get(file::PATH_LIMITS, "What may be sent as a file").by_person().answers::<file::Limits>(200),
        Operation::post(file::PATH, "Stores a file for a message")
            .by_person()
            .query::<file::Query>()
            .takes_as::<String>(&["application/octet-stream"])
            .answers::<Attachment>(201),
        Operation::get(file::PATH_ONE, "A file of the room")
            .by_person()
            .answers_with(200, "application/octet-stream")
            .answers_with(206, "application/octet-stream"),
        Operation::get(file::PATH_LINK, "An address of a file for an add-on").by_person().answers::<file::Link>(200),
        Operation::delete(file::PATH_ONE, "Forgets a file that was not sent").by_person().answers_nothing(204),
    ]
}

fn integrations() -> Vec<Operation> {
    use rest::integration;
    vec![
        Operation::post(integration::PATH_PREVIEW, "What would be installed")
            .by_person()
            .takes::<integration::Preview>()
            .answers::<integration::Review>(200),
        Operation::post(integration::PATH_INSTALL, "Installs an integration")
            .by_person()
            .takes::<integration::InstallFromSite>()
            .answers::<integration::Installed>(200),
        Operation::post(integration::PATH_UNINSTALL, "Removes an integration")
            .by_person()
            .takes::<integration::Uninstall>()
            .answers::<integration::Installed>(200),
        Operation::post(integration::PATH_ROTATE, "Gives installations new credentials")
            .by_person()
            .takes::<integration::Uninstall>()
            .answers_nothing(204),
        Operation::post(integration::PATH_SYNC, "What differs from what the client has")
            .by_person()
            .takes::<SyncRequest>()
            .answers::<SyncAnswer>(200)
            .answers_nothing(204),
        Operation::post(integration::PATH_SIGNED_URL, "Signs an address of an extension")
            .by_person()
            .takes::<integration::SignUrl>()
            .answers::<integration::SignedUrl>(200),
        Operation::post(integration::PATH_FRAMING, "Whether a page lets itself be framed")
            .by_person()
            .takes::<integration::SignUrl>()
            .answers::<integration::Framing>(200),
        Operation::put(integration::PATH_REWRITING, "Decides whether pages of an integration are rewritten")
            .by_person()
            .takes::<integration::Rewriting>()
            .answers_nothing(204),
        Operation::get(integration::PATH_FRAMED, "A framed page of an integration, rewritten")
            .answers_with(200, "text/html"),
        Operation::get(integration::PATH_IN_ROOM, "What is installed in a room")
            .by_person()
            .answers::<integration::InRoom>(200),
        Operation::get(integration::PATH_ICON, "An icon of an integration")
            .by_person()
            .query::<integration::IconQuery>()
            .answers_with(200, "image/png"),
        Operation::get(integration::PATH_CARD_PICTURE, "A picture of a card")
            .by_person()
            .query::<integration::IconQuery>()
            .answers_with(200, "image/png"),
    ]
}

fn webhooks() -> Vec<Operation> {
    use rest::{incoming_webhook as incoming, webhook};
    vec![
        Operation::get(webhook::PATH_DELIVERIES, "The delivery log of an integration in a room")
            .by_person()
            .query::<webhook::Query>()
            .answers::<webhook::Listing>(200),
        Operation::post(webhook::PATH_REPLAY, "Makes a call again").by_person().answers_nothing(202),
        Operation::post(webhook::PATH_RESUME, "Ends a suspension").by_person().answers_nothing(204),
        Operation::get(incoming::PATH, "Incoming webhooks of a room").by_person().answers::<incoming::List>(200),
        Operation::post(incoming::PATH, "Makes an incoming webhook")
            .by_person()
            .takes::<incoming::Create>()
            .answers::<incoming::Created>(201),
        Operation::delete(incoming::PATH_ONE, "Removes an incoming webhook").by_person().answers_nothing(204),
    ]
}
