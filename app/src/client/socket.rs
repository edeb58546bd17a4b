//! What carries frames: one WebSocket. Dropping it closes it and stops its events.

use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, WebSocket};

/// Carries frames in both directions until it is dropped.
pub trait Line {
    /// Sends a frame as JSON; one that cannot be sent is lost with the connection, which then closes.
    fn send(&self, frame: &str);
}

/// Is told what happens on a line.
pub type Tell = Rc<dyn Fn(SocketEvent)>;

/// What a line tells.
pub enum SocketEvent {
    /// It may be written to.
    Opened,
    /// A text frame came.
    Text(String),
    /// It is closed, or was never opened.
    Closed,
}

/// An open or opening connection.
pub struct Socket {
    inner: WebSocket,
    /// Called by the browser for as long as this lives.
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut()>,
}

impl Socket {
    /// Begins to connect.
    pub fn open(address: &str, tell: Tell) -> Result<Self, JsValue> {
        let inner = WebSocket::new(address)?;
        let (opened, message, closed) = (tell.clone(), tell.clone(), tell);
        let on_open = Closure::<dyn FnMut()>::new(move || opened(SocketEvent::Opened));
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                message(SocketEvent::Text(text));
            }
        });
        let on_close = Closure::<dyn FnMut()>::new(move || closed(SocketEvent::Closed));
        inner.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        inner.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        inner.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Self { inner, _on_open: on_open, _on_message: on_message, _on_close: on_close })
    }
}

impl Line for Socket {
    fn send(&self, frame: &str) {
        let _ = self.inner.send_with_str(frame);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.inner.set_onopen(None);
        self.inner.set_onmessage(None);
        self.inner.set_onclose(None);
        let _ = self.inner.close();
    }
}
