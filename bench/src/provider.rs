//! A content provider on loopback: serves one descriptor, accepts installations, and never answers anything else.

use std::sync::Arc;

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use crate::Outcome;

/// The provider; it stops with the process.
pub struct Provider {
    /// Its address, without a trailing slash.
    pub address: String,
    credentials: mpsc::UnboundedReceiver<Value>,
}

impl Provider {
    /// Starts one with the descriptor that `describe` makes of its address.
    pub async fn start(describe: impl FnOnce(&str) -> Value) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let descriptor = Arc::new(describe(&address).to_string());
        let (sender, credentials) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(answer(socket, Arc::clone(&descriptor), sender.clone()));
            }
        });
        Ok(Self { address, credentials })
    }

    /// What the chat server posted when it installed the provider.
    pub async fn credentials(&mut self) -> Outcome<Value> {
        Ok(self.credentials.recv().await.ok_or("the provider has stopped")?)
    }
}

async fn answer(
    socket: TcpStream,
    descriptor: Arc<String>,
    credentials: mpsc::UnboundedSender<Value>,
) -> std::io::Result<()> {
    let mut socket = BufReader::new(socket);
    let (line, body) = read(&mut socket).await?;
    let answer = match line.split(' ').nth(1) {
        Some("/descriptor") => descriptor.as_str(),
        Some("/installed") => {
            let _ = serde_json::from_slice(&body).map(|told| credentials.send(told));
            "{}"
        }
        // A dead provider: the connection stays open and silent.
        _ => std::future::pending().await,
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", answer.len());
    socket.write_all(head.as_bytes()).await?;
    socket.write_all(answer.as_bytes()).await
}

/// The first line of a request, and its body.
async fn read(socket: &mut BufReader<TcpStream>) -> std::io::Result<(String, Vec<u8>)> {
    let mut first = String::new();
    socket.read_line(&mut first).await?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        socket.read_line(&mut line).await?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap_or(0),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    socket.read_exact(&mut body).await?;
    Ok((first, body))
}
