//! What there is to tell: an entry of a room's log, or that a room is gone with its log.

use roomglass_protocol::{Event, EventBody, Message, Room, RoomId, Sequence, UserId};
use roomglass_storage::{FormerRoom, Reader, StorageError, WHOLE_ROOM};

/// What a message with files is called besides.
pub(super) const FILE_UPLOAD: &str = "room_file_upload";
/// What a new topic is called.
const TOPIC_CHANGE: &str = "room_topic_change";

/// Something that happened, as storage has it at the moment.
#[derive(Debug)]
pub(super) enum Occasion {
    /// An entry of a log.
    Logged(Box<Event>),
    /// A room was deleted.
    Deleted(Box<FormerRoom>),
}

impl Occasion {
    /// What a note or a delivery refers to; `None` when it is not remembered any more.
    pub(super) async fn at(reader: &mut Reader, room: RoomId, seq: Sequence) -> Result<Option<Self>, StorageError> {
        Ok(if seq == WHOLE_ROOM {
            reader.former_room(room).await?.map(|room| Self::Deleted(Box::new(room)))
        } else {
            reader.event(room, seq).await?.map(|event| Self::Logged(Box::new(event)))
        })
    }

    /// What HipChat Connect calls it, in the order in which it is told; nothing for what that does not know.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        let (name, besides) = match self {
            Self::Logged(event) => (event_name(event), second_name(event)),
            Self::Deleted(_) => (Some("room_deleted"), None),
        };
        name.into_iter().chain(besides)
    }

    /// The message, if it is one.
    pub(super) fn message(&self) -> Option<&Message> {
        match self {
            Self::Logged(event) => event.message(),
            Self::Deleted(_) => None,
        }
    }

    /// The new topic, where that is what a call is about.
    pub(super) fn topic(&self, name: &str) -> Option<&str> {
        match self {
            Self::Logged(event) => match &event.body {
                EventBody::Changed { topic, .. } if name == TOPIC_CHANGE => topic.as_deref(),
                _ => None,
            },
            Self::Deleted(_) => None,
        }
    }

    /// Its room as it is told: as it is now, but archived or not as the event says, for what is told must not deny what
    /// it is called. `None` when the room is gone, unless that is what happened.
    pub(super) async fn room(&self, reader: &mut Reader) -> Result<Option<Room>, StorageError> {
        let event = match self {
            Self::Logged(event) => event,
            Self::Deleted(former) => return Ok(Some(former.room.clone())),
        };
        let room = reader.room(event.room_id).await?;
        Ok(match event.body {
            EventBody::Changed { archived: Some(archived), .. } => room.map(|room| Room { archived, ..room }),
            _ => room,
        })
    }

    /// The person a call is about, and whose number its token carries: some add-ons compare the two.
    pub(super) fn actor(&self) -> Option<UserId> {
        match self {
            Self::Logged(event) => actor(event),
            Self::Deleted(former) => Some(former.deleted_by),
        }
    }
}

fn event_name(event: &Event) -> Option<&'static str> {
    match &event.body {
        EventBody::Message(message) if message.deleted => None,
        EventBody::Message(message) if message.is_notification() => Some("room_notification"),
        EventBody::Message(_) => Some("room_message"),
        EventBody::Created { .. } => Some("room_created"),
        EventBody::Joined { .. } => Some("room_enter"),
        EventBody::Left { .. } => Some("room_exit"),
        EventBody::Changed { topic: Some(_), .. } => Some(TOPIC_CHANGE),
        EventBody::Changed { .. }
        | EventBody::Integration { .. }
        | EventBody::CallStarted { .. }
        | EventBody::CallEnded { .. }
        | EventBody::Deleted { .. }
        | EventBody::Unknown => None,
    }
}

fn second_name(event: &Event) -> Option<&'static str> {
    match &event.body {
        EventBody::Message(message) if !message.attachments.is_empty() => Some(FILE_UPLOAD),
        EventBody::Changed { archived: Some(true), .. } => Some("room_archived"),
        EventBody::Changed { archived: Some(false), .. } => Some("room_unarchived"),
        _ => None,
    }
}

fn actor(event: &Event) -> Option<UserId> {
    match &event.body {
        EventBody::Message(message) => message.sender(),
        EventBody::Created { by }
        | EventBody::Changed { by, .. }
        | EventBody::CallStarted { by }
        | EventBody::Deleted { by, .. } => Some(*by),
        EventBody::Joined { user_id, .. } | EventBody::Left { user_id, .. } => Some(*user_id),
        EventBody::Integration { by, .. } => *by,
        EventBody::CallEnded { .. } | EventBody::Unknown => None,
    }
}
