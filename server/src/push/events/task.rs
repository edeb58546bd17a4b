//! The task of a connection without a socket of its own: hears what is posted, and ends it.

use std::sync::Arc;

use tokio::time::{Instant, sleep_until};

use super::mailbox::Posts;
use crate::push::{
    Connection,
    conversation::{Conversation, GOODBYE_WITHIN},
};

/// Runs a connection until it ends, for whatever reason; its body ends with it.
pub(super) async fn run(conversation: Conversation, connection: Arc<Connection>, posts: Posts) {
    converse(conversation, &connection, posts).await;
    connection.abandon();
}

async fn converse(mut conversation: Conversation, connection: &Connection, mut posts: Posts) {
    let mut timer = Box::pin(sleep_until(Conversation::first_tick()));
    let mut last_heard = Instant::now();
    let mut goodbye_set = false;
    loop {
        let status = connection.status();
        if status.broken || (status.ended && !status.waiting) {
            return;
        }
        if status.ended && !goodbye_set {
            goodbye_set = true;
            timer.as_mut().reset(Instant::now() + GOODBYE_WITHIN);
        }
        tokio::select! {
            biased;
            () = connection.wake.notified() => {}
            Some(text) = posts.next(), if !conversation.is_busy() && !status.ended => {
                last_heard = Instant::now();
                if conversation.admits() && !text.is_empty() {
                    conversation.hear(&text);
                }
            }
            () = conversation.settled() => {}
            () = &mut timer => {
                if goodbye_set {
                    return;
                }
                match conversation.tick(last_heard) {
                    Ok(next) => timer.as_mut().reset(next),
                    Err(_) => return,
                }
            }
        }
    }
}
