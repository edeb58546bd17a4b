//! Members' connections, as browsers hold them.

use futures_util::{SinkExt, StreamExt};
use roomglass_protocol::{ClientId, push::ClientFrame};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::{Outcome, fixture::Account};

/// A connection that was welcomed.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects, says hello without knowing anything, and reads on to the welcome.
pub async fn connect(address: &str, account: &Account) -> Outcome<Socket> {
    let mut request = format!("{}/v2/push", address.replacen("http", "ws", 1)).into_client_request()?;
    request.headers_mut().insert("authorization", format!("Bearer {}", account.token).parse()?);
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await?;
    let hello = ClientFrame::Hello { client_id: ClientId::new("bench")?, open_rooms: Vec::new(), rev: None };
    socket.send(Message::text(serde_json::to_string(&hello)?)).await?;
    while let Some(frame) = socket.next().await {
        if frame?.to_text().is_ok_and(|text| text.contains("\"welcome\"")) {
            break;
        }
    }
    Ok(socket)
}
