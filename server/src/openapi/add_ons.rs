//! Operations of add-ons under `/v2`, and of their installations.

use roomglass_protocol::{
    integration::Scope::{
        self, AdminRoom, ManageRooms, SendMessage, SendNotification, ViewGroup, ViewMessages, ViewRoom,
    },
    rest::integration::Installed,
};

use super::{add_on_types as types, operation::Operation};

pub(super) fn operations() -> Vec<Operation> {
    [itself(), extensions(), pushes(), rooms(), members(), messages(), webhooks(), people()]
        .into_iter()
        .flatten()
        .collect()
}

/// What an installation shows in single rooms.
fn extensions() -> Vec<Operation> {
    let path = "/v2/room/{room}/extension/{kind}/{key}";
    vec![
        Operation::get(path, "An extension of a room").by_add_on(&[]).answers::<types::Extension>(200),
        Operation::put(path, "Adds an extension to a room")
            .by_add_on(&[])
            .takes::<types::Extension>()
            .answers_nothing(204),
        Operation::delete(path, "Takes an extension out of a room").by_add_on(&[]).answers_nothing(204),
    ]
}

/// What an installation asks of itself and changes in itself.
fn itself() -> Vec<Operation> {
    let extension = "/v2/integration/{key}/extension/{kind}/{extension}";
    vec![
        Operation::get("/v2/capabilities", "What this server says of itself").answers::<types::Capabilities>(200),
        Operation::get("/v2/addon/{integration}/installable/{token}", "The data of an installation, once")
            .answers::<types::Installation>(200),
        Operation::get("/v2/addon/{integration}/onward/{token}", "Where a browser goes on from").answers_nothing(303),
        Operation::post("/v2/oauth/token", "Gives an access token")
            .by_installation()
            .takes_json_or_form::<types::TokenRequest>()
            .answers::<types::Grant>(200),
        Operation::get("/v2/oauth/token/{token}", "What a token may do")
            .by_add_on(&[])
            .answers::<types::TokenSession>(200),
        Operation::delete("/v2/oauth/token/{token}", "Ends a token").by_add_on(&[]).answers_nothing(204),
        Operation::put("/v2/integration/{key}/descriptor", "Replaces an integration's descriptor")
            .by_add_on(&[])
            .takes::<types::Descriptor>()
            .answers::<Installed>(200)
            .answers::<Installed>(202),
        Operation::put(extension, "Adds or replaces an extension")
            .by_add_on(&[])
            .takes::<types::Extension>()
            .answers::<Installed>(200)
            .answers::<Installed>(202),
        Operation::delete(extension, "Removes an extension")
            .by_add_on(&[])
            .answers::<Installed>(200)
            .answers::<Installed>(202),
        Operation::delete("/v2/integration/{key}", "Gives an integration up")
            .by_add_on_or_person()
            .answers_nothing(204),
    ]
}

fn pushes() -> Vec<Operation> {
    const SCOPES: &[Scope] = &[ViewRoom, ViewGroup];
    let push = |path: String, summary| {
        Operation::post(&path, summary).by_add_on(SCOPES).takes::<types::TilePush>().answers_nothing(204)
    };
    let under = |base: &str| {
        [
            push(base.to_owned(), "Pushes tiles to everybody"),
            push(format!("{base}/room/{{room}}"), "Pushes tiles to a room"),
            push(format!("{base}/user/{{user}}"), "Pushes tiles to a person"),
            push(format!("{base}/room/{{room}}/user/{{user}}"), "Pushes tiles to a person in a room"),
        ]
    };
    ["/v2/addon/ui", "/v2/integration/ui"].into_iter().flat_map(under).collect()
}

fn rooms() -> Vec<Operation> {
    vec![
        Operation::get("/v2/room", "Rooms the installation covers")
            .by_add_on(&[ViewGroup])
            .query::<types::Window>()
            .query::<types::Expand>()
            .query::<types::RoomFilter>()
            .answers::<types::List<types::Room>>(200),
        Operation::post("/v2/room", "Makes a room")
            .by_add_on(&[ManageRooms])
            .takes::<types::NewRoom>()
            .answers::<types::MadeRoom>(201),
        Operation::get("/v2/room/{room}", "A room")
            .by_add_on(&[ViewGroup, ViewRoom])
            .query::<types::Expand>()
            .answers::<types::FullRoom>(200),
        Operation::put("/v2/room/{room}", "Changes a room")
            .by_add_on(&[AdminRoom])
            .takes::<types::RoomChange>()
            .answers_nothing(204),
        Operation::delete("/v2/room/{room}", "Deletes a room for good").by_add_on(&[ManageRooms]).answers_nothing(204),
        Operation::put("/v2/room/{room}/topic", "Changes the topic")
            .by_add_on(&[AdminRoom])
            .takes::<types::Topic>()
            .answers_nothing(204),
        Operation::get("/v2/room/{room}/statistics", "How much was said")
            .by_add_on(&[ViewGroup])
            .answers::<types::Statistics>(200),
    ]
}

fn members() -> Vec<Operation> {
    let member = "/v2/room/{room}/member/{user}";
    vec![
        Operation::get("/v2/room/{room}/participant", "Members who are there")
            .by_add_on(&[ViewRoom])
            .query::<types::Window>()
            .query::<types::Expand>()
            .query::<types::ParticipantFilter>()
            .answers::<types::List<types::User>>(200),
        Operation::get("/v2/room/{room}/member", "Members")
            .by_add_on(&[ViewRoom])
            .query::<types::Window>()
            .query::<types::Expand>()
            .answers::<types::List<types::User>>(200),
        Operation::put(member, "Makes somebody a member")
            .by_add_on(&[AdminRoom])
            .takes::<types::MemberRoles>()
            .answers_nothing(204),
        Operation::delete(member, "Takes somebody out").by_add_on(&[AdminRoom]).answers_nothing(204),
        Operation::post("/v2/room/{room}/invite/{user}", "Invites somebody")
            .by_add_on(&[AdminRoom])
            .takes::<types::Reason>()
            .answers_nothing(204),
    ]
}

fn messages() -> Vec<Operation> {
    let share = "/v2/room/{room}/share/link";
    let shares =
        |operation: Operation| operation.by_add_on(&[SendMessage]).takes::<types::SharedLink>().answers_nothing(204);
    vec![
        shares(Operation::post(share, "Tells of a page")),
        shares(Operation::put(share, "Tells of a page")),
        Operation::post("/v2/room/{room}/share/file", "Shows a file")
            .by_add_on(&[SendMessage])
            .takes_as::<types::SharedFile>(&["multipart/related"])
            .answers_nothing(204),
        Operation::get("/v2/file/{ticket}", "A file, by the address a message told of it")
            .answers_with(200, "application/octet-stream"),
        Operation::post("/v2/room/{room}/reply", "Answers a message")
            .by_add_on(&[SendMessage])
            .takes::<types::Reply>()
            .answers_nothing(204),
        Operation::post("/v2/room/{room}/notification", "Posts a notification")
            .by_add_on(&[SendNotification])
            .takes::<types::Notification>()
            .answers_nothing(204),
        Operation::post("/v2/room/{room}/message", "Says something in plain text")
            .by_add_on(&[SendMessage])
            .takes::<types::NewMessage>()
            .answers::<types::SentMessage>(201),
        Operation::get("/v2/room/{room}/history", "Messages up to a date")
            .by_add_on(&[ViewMessages])
            .query::<types::Window>()
            .query::<types::HistorySpan>()
            .answers::<types::List<types::Message>>(200),
        Operation::get("/v2/room/{room}/history/latest", "The newest messages")
            .by_add_on(&[ViewMessages])
            .query::<types::LatestSpan>()
            .answers::<types::List<types::Message>>(200),
        Operation::get("/v2/room/{room}/history/{message_id}", "A message")
            .by_add_on(&[ViewMessages])
            .answers::<types::OneMessage>(200),
    ]
}

fn webhooks() -> Vec<Operation> {
    let (one, by_key) = ("/v2/room/{room}/webhook/{id}", "/v2/room/{room}/extension/webhook/{key}");
    vec![
        Operation::get("/v2/room/{room}/webhook", "Webhooks of the installation")
            .by_add_on(&[AdminRoom])
            .query::<types::Window>()
            .answers::<types::List<types::Webhook>>(200),
        Operation::post("/v2/room/{room}/webhook", "Makes a webhook")
            .by_add_on(&[AdminRoom])
            .takes::<types::NewWebhook>()
            .answers::<types::MadeWebhook>(201),
        Operation::get(one, "A webhook").by_add_on(&[AdminRoom]).answers::<types::Webhook>(200),
        Operation::delete(one, "Removes a webhook").by_add_on(&[AdminRoom]).answers_nothing(204),
        Operation::get(by_key, "A webhook by key").by_add_on(&[AdminRoom]).answers::<types::Webhook>(200),
        Operation::put(by_key, "Makes or replaces a webhook")
            .by_add_on(&[AdminRoom])
            .takes::<types::NewWebhook>()
            .answers::<types::MadeWebhook>(201),
        Operation::delete(by_key, "Removes a webhook by key").by_add_on(&[AdminRoom]).answers_nothing(204),
    ]
}

fn people() -> Vec<Operation> {
    vec![
        Operation::get("/v2/user", "People")
            .by_add_on(&[ViewGroup])
            .query::<types::Window>()
            .query::<types::Expand>()
            .query::<types::UserFilter>()
            .answers::<types::List<types::User>>(200),
        Operation::post("/v2/user/{user}/message", "Says something to one person")
            .by_add_on(&[SendMessage])
            .takes::<types::MessageToPerson>()
            .answers_nothing(204),
        Operation::get("/v2/emoticon", "Emoticons, of which there are none")
            .by_add_on(&[ViewGroup])
            .query::<types::Window>()
            .answers::<types::List<types::Emoticon>>(200),
        Operation::get("/v2/emoticon/{emoticon}", "An emoticon")
            .by_add_on(&[ViewGroup])
            .answers::<types::Emoticon>(200),
        Operation::get("/v2/user/{user}", "A person").by_add_on(&[ViewGroup]).answers::<types::FullUser>(200),
    ]
}
