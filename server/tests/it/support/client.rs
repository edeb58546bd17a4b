//! A connected client: real WebSocket over loopback, and the reducers of the browser.

use futures_util::{SinkExt as _, StreamExt as _};
use roomglass_protocol::{
    ClientId, Membership, MessageId, RoomId,
    push::{ClientFrame, Revision, ServerFrame},
    state::{Effect, Workspace},
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::WebSocketStream;
use tungstenite::{Message, client::IntoClientRequest as _, http::header};

use super::{PATIENCE, Someone};

/// One connection of a person, with everything it was told applied.
pub struct Client {
    pub someone: Someone,
    pub socket: WebSocketStream<TcpStream>,
    pub workspace: Workspace,
    /// Rooms in which a frame was missed: there must never be one.
    pub gaps: Vec<RoomId>,
}

impl Client {
    /// Connects, says hello without knowing anything, and waits for the welcome.
    pub async fn connect(someone: &Someone) -> Self {
        let mut client = Self::over(someone, open(someone).await).await;
        client.says_hello(None).await;
        client.until(|frame| matches!(frame, ServerFrame::Welcome { .. })).await;
        client
    }

    /// A client that has yet to say hello.
    pub async fn over(someone: &Someone, socket: WebSocketStream<TcpStream>) -> Self {
        let workspace = someone.workspace().await;
        Self { someone: someone.clone(), socket, workspace, gaps: Vec::new() }
    }

    pub async fn says_hello(&mut self, rev: Option<Revision>) {
        let client_id = ClientId::new("web-1").unwrap();
        self.send(&ClientFrame::Hello { client_id, open_rooms: Vec::new(), rev }).await;
    }

    pub async fn send(&mut self, frame: &ClientFrame) {
        self.send_text(&serde_json::to_string(frame).unwrap()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next frame, applied.
    pub async fn next(&mut self) -> ServerFrame {
        let frame = timeout(PATIENCE, next_frame(&mut self.socket)).await.expect("a frame in time");
        let frame = frame.unwrap_or_else(|code| panic!("closed with {code:?}"));
        self.take_in(&frame);
        frame
    }

    fn take_in(&mut self, frame: &ServerFrame) {
        let effects = self.workspace.apply(frame);
        if matches!(frame, ServerFrame::Welcome { .. }) {
            return; // What happened before it is in the log, not in frames.
        }
        self.gaps.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::RoomBehind(room) => Some(room),
            Effect::RoomJoined(_) | Effect::RoomLeft(_) => None,
        }));
    }

    /// Reads on to the frame that is waited for.
    pub async fn until(&mut self, wanted: impl Fn(&ServerFrame) -> bool) -> ServerFrame {
        loop {
            let frame = self.next().await;
            if wanted(&frame) {
                return frame;
            }
        }
    }

    /// Reads on to the message with this text; returns everything up to it.
    pub async fn hears(&mut self, text: &str) -> Vec<ServerFrame> {
        let mut heard = Vec::new();
        loop {
            let frame = self.next().await;
            let found = matches!(&frame, ServerFrame::Message { message, .. } if message.text == text);
            heard.push(frame);
            if found {
                return heard;
            }
        }
    }

    /// Everything that is told up to a message in `room`, which this sends for that purpose. What was told before it
    /// is there by then: one task tells, in order.
    pub async fn hears_up_to_now(&mut self, room: &Membership) -> Vec<ServerFrame> {
        let text = format!("up to {}", super::message_id());
        self.someone.says(room, &text).await;
        let mut heard = self.hears(&text).await;
        heard.pop();
        heard
    }

    /// The law of synchronisation: what this client was told, applied to its first snapshot, is a fresh snapshot.
    /// Presence is told a moment late, so unequal states wait for further frames.
    pub async fn agrees_with_the_server(&mut self) {
        loop {
            let fresh = self.someone.workspace().await;
            // Changes that do not concern this person move the revision without a frame.
            if fresh == (Workspace { rev: fresh.rev, ..self.workspace.clone() }) {
                return assert_eq!(self.gaps, [], "frames were missed");
            }
            match timeout(PATIENCE, next_frame(&mut self.socket)).await {
                Ok(frame) => self.take_in(&frame.expect("an open connection")),
                Err(_) => assert_eq!(self.workspace, fresh, "told and fresh differ"),
            }
        }
    }

    /// Reads on to the end and returns the close code.
    pub async fn is_closed(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = timeout(PATIENCE, next_frame(&mut self.socket)).await.expect("an end in time") {
                return code;
            }
        }
    }

    pub async fn sends_message(&mut self, room: &Membership, id: MessageId, text: &str) {
        self.send(&ClientFrame::Message { room_id: room.room.id, id, text: text.to_owned() }).await;
    }
}

/// Opens a socket without saying hello.
pub async fn open(someone: &Someone) -> WebSocketStream<TcpStream> {
    let stream = TcpStream::connect(someone.server.address()).await.unwrap();
    open_over(someone, stream).await
}

pub async fn open_over(someone: &Someone, stream: TcpStream) -> WebSocketStream<TcpStream> {
    let mut request = format!("ws://{}/v2/push", someone.server.address()).into_client_request().unwrap();
    if let Some(token) = &someone.token {
        request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    }
    tokio_tungstenite::client_async(request, stream).await.unwrap().0
}

/// The next frame, or the close code.
pub async fn next_frame(socket: &mut WebSocketStream<TcpStream>) -> Result<ServerFrame, Option<u16>> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Close(close))) => return Err(close.map(|close| close.code.into())),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Err(None),
        }
    }
}
