//! Calls in rooms (MSG-19, decision 23): what travels in frames of kind `call` on the push connection.
//!
//! A call belongs to a room and is made of *participants*. A participant is a connection, so two tabs of one person are two.
//! Sound and pictures go from browser to browser; the server only tells who is there and passes [`Signal`]s on.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ApiError, ErrorKind, RoomId, UserId};

/// Most participants of a call: everybody sends to everybody else.
pub const MAX_PARTICIPANTS: usize = 6;
/// Longest session description, in bytes; browsers write some 8 KiB.
pub const MAX_DESCRIPTION_BYTES: usize = 32 * 1024;
/// Longest candidate, in bytes; browsers write some 150.
pub const MAX_CANDIDATE_BYTES: usize = 1024;
/// Longest name of a stream within a description, in bytes.
pub const MAX_STREAM_NAME_BYTES: usize = 64;

/// Names a participant in its call. Whoever comes later has the larger number and makes the offers. No other call has the same
/// number: one who names who they were in a call that is over means nobody in the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParticipantId(pub u32);

impl fmt::Display for ParticipantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a participant sends at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Media {
    /// Sound; not while muted.
    pub audio: bool,
    /// A picture.
    pub video: bool,
}

/// Somebody in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Which participant.
    pub id: ParticipantId,
    /// Whose connection it is.
    pub user_id: UserId,
    /// What they send. Told of changes are only those in the call.
    pub media: Media,
}

/// What two browsers must tell each other to connect. The server does not look into it beyond its size.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Signal {
    /// What one side can send and receive.
    Offer {
        /// Session description (RFC 8866).
        sdp: String,
    },
    /// What the other side takes of it.
    Answer {
        /// Session description.
        sdp: String,
    },
    /// An address at which the sender may be reached (RFC 8839).
    Candidate {
        /// The line `candidate:…`.
        candidate: String,
        /// Which stream it is for, by name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stream: Option<String>,
        /// Which stream it is for, by its place in the description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<u16>,
    },
}

/// Signals hold addresses of people's machines: only their kind may appear in logs.
impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Offer { .. } => "Offer(…)",
            Self::Answer { .. } => "Answer(…)",
            Self::Candidate { .. } => "Candidate(…)",
        })
    }
}

impl Signal {
    /// How much it holds.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Offer { sdp } | Self::Answer { sdp } => sdp.len(),
            Self::Candidate { candidate, stream, .. } => candidate.len() + stream.as_ref().map_or(0, String::len),
        }
    }

    /// Whether it may be passed on.
    ///
    /// # Errors
    /// When it is larger than any browser makes it.
    pub fn check(&self) -> Result<(), ApiError> {
        let fits = match self {
            Self::Offer { sdp } | Self::Answer { sdp } => sdp.len() <= MAX_DESCRIPTION_BYTES,
            Self::Candidate { candidate, stream, .. } => {
                candidate.len() <= MAX_CANDIDATE_BYTES
                    && stream.as_ref().is_none_or(|name| name.len() <= MAX_STREAM_NAME_BYTES)
            }
        };
        if fits {
            return Ok(());
        }
        Err(ApiError::new(ErrorKind::TooLarge, "The signal of a call is larger than a browser makes it."))
    }
}

/// A server that helps browsers to find a way to each other, in the form browsers take it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// `stun:…` or `turn:…`.
    pub urls: String,
    /// Name at a TURN server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Password at a TURN server. Everybody who joins a call gets to know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceServer").field("urls", &self.urls).finish_non_exhaustive()
    }
}

/// What a client wants. On the wire `{"kind": "call", "do": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum CallRequest {
    /// To take part in the call of a room, which begins if there is none. A connection is in one call at most, and leaves
    /// the one before.
    Join {
        /// Where.
        room_id: RoomId,
        /// What is sent at first.
        media: Media,
        /// Who the page was in this call before its connection was lost: that place is free at once, if it is the same
        /// person's. Otherwise it would be taken until the server misses the old connection.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead_of: Option<ParticipantId>,
    },
    /// To take part no longer.
    Leave,
    /// To tell what is sent from now on.
    Media {
        /// That.
        media: Media,
    },
    /// To tell another participant how to connect.
    Signal {
        /// Whom.
        to: ParticipantId,
        /// What.
        signal: Signal,
    },
    /// Not to be asked to join any more.
    Decline {
        /// The call of which room.
        room_id: RoomId,
    },
    /// A wish of a later version; ignored.
    #[serde(other)]
    Unknown,
}

impl CallRequest {
    /// The frame as text.
    pub fn frame(&self) -> String {
        let mut frame = serde_json::json!(self);
        frame["kind"] = "call".into();
        frame.to_string()
    }
}

/// What the server tells of calls. On the wire `{"kind": "call", "is": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum CallTold {
    /// Who takes part in a room's call, to its members: when somebody comes or goes, and after the welcome. When what is
    /// sent changes, to those in the call.
    State {
        /// Where.
        room_id: RoomId,
        /// All of them, oldest first; nobody when the call is over.
        participants: Vec<Participant>,
    },
    /// The client takes part; the state follows.
    Joined {
        /// Where.
        room_id: RoomId,
        /// As whom.
        participant: ParticipantId,
        /// What may help to connect.
        ice_servers: Vec<IceServer>,
    },
    /// From another participant.
    Signal {
        /// From whom.
        from: ParticipantId,
        /// What.
        signal: Signal,
    },
    /// Somebody does not want to join: to those in the call, and to that person's other clients.
    Declined {
        /// The call of which room.
        room_id: RoomId,
        /// Who.
        user_id: UserId,
    },
    /// What the client wanted did not happen, and why.
    Refused(ApiError),
    /// Told by a later version; ignored.
    #[serde(other)]
    Unknown,
}

/// A [`CallTold`] as it came, not yet read: the code that understands calls is not in what every page loads (decision 8).
#[derive(Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct CallNews(pub(crate) Map<String, Value>);

/// Without descriptions, addresses and passwords, which nobody prints (decision 23).
impl fmt::Debug for CallNews {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CallNews({:?})", self.0.get("is"))
    }
}

impl CallNews {
    /// For the wire.
    pub fn new(told: &CallTold) -> Self {
        match serde_json::to_value(told) {
            Ok(Value::Object(members)) => Self(members),
            // Text keys and finite numbers only: cannot happen. An object without members is ignored by readers.
            _ => Self(Map::new()),
        }
    }

    /// What it says.
    ///
    /// # Errors
    /// What does not fit.
    pub fn read(self) -> serde_json::Result<CallTold> {
        CallTold::deserialize(Value::Object(self.0))
    }
}
