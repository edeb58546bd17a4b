//! Requests in parts (`multipart`), read one piece at a time: what nobody looks at stays small, and whoever stops sending is
//! given up.

use std::{
    error::Error,
    mem::take,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Poll, ready},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use multer::{Constraints, Field, Multipart, SizeLimit};
use roomglass_protocol::ErrorKind;
use tokio::time::timeout;

use crate::{
    error::{HttpError, HttpResult},
    files::{PATIENCE, ended_early},
};

/// Bytes before, between and after parts, heads of parts included; a part that is skipped counts as between.
const MAX_BETWEEN: usize = 64 * 1024;
const MIB: u64 = 1024 * 1024;

/// The parts of a request.
pub(super) struct Parts {
    parts: Multipart<'static>,
    /// How many bytes may still come until the next part.
    left: Arc<AtomicUsize>,
}

impl Parts {
    /// Of a request with a file of at most `max_file` bytes, which may be in base64 with line breaks.
    pub(super) fn new<E: Error + Send + Sync + 'static>(
        bytes: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
        boundary: String,
        max_file: u64,
    ) -> Self {
        let whole = max_file.saturating_add(max_file / 2).saturating_add(MIB);
        let constraints = Constraints::new().size_limit(SizeLimit::new().whole_stream(whole));
        let left = Arc::new(AtomicUsize::new(MAX_BETWEEN));
        let pieces = one_by_one(bytes, Arc::clone(&left));
        Self { parts: Multipart::with_constraints(pieces, boundary, constraints), left }
    }

    /// The next part, if there is one; what is left of the one before is skipped.
    pub(super) async fn next(&mut self) -> HttpResult<Option<Field<'static>>> {
        self.left.store(MAX_BETWEEN, Ordering::Relaxed);
        let part = patiently(self.parts.next_field()).await?;
        self.left.store(usize::MAX, Ordering::Relaxed);
        Ok(part)
    }
}

/// The next piece of a part.
pub(super) async fn next_piece(part: &mut Field<'static>) -> HttpResult<Option<Bytes>> {
    patiently(part.chunk()).await
}

async fn patiently<T>(reading: impl Future<Output = multer::Result<T>>) -> HttpResult<T> {
    timeout(PATIENCE, reading).await.map_err(|_| ended_early())?.map_err(unreadable)
}

/// Too much came, and no part.
#[derive(Debug, thiserror::Error)]
#[error("no part comes")]
struct NoPart;

type PieceError = Box<dyn Error + Send + Sync>;

/// The reader of parts takes in all there is before it looks at any of it. So it is told after each piece that there is no
/// more yet.
fn one_by_one<E: Error + Send + Sync + 'static>(
    bytes: impl Stream<Item = Result<Bytes, E>>,
    left: Arc<AtomicUsize>,
) -> impl Stream<Item = Result<Bytes, PieceError>> {
    let mut bytes = Box::pin(bytes);
    let mut given = false;
    stream::poll_fn(move |context| {
        if take(&mut given) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let allowed = left.load(Ordering::Relaxed);
        if allowed == 0 {
            return Poll::Ready(Some(Err(NoPart.into())));
        }
        let piece = ready!(bytes.poll_next_unpin(context));
        if let Some(Ok(piece)) = &piece {
            given = true;
            if allowed != usize::MAX {
                left.store(allowed.saturating_sub(piece.len()), Ordering::Relaxed);
            }
        }
        Poll::Ready(piece.map(|piece| piece.map_err(PieceError::from)))
    })
}

fn unreadable(error: multer::Error) -> HttpError {
    match error {
        multer::Error::StreamSizeExceeded { .. } => {
            HttpError::new(ErrorKind::TooLarge, "The request is larger than this operation takes. Nothing was stored.")
        }
        multer::Error::StreamReadFailed(source) if source.is::<NoPart>() => cannot_be_read(),
        multer::Error::IncompleteFieldData { .. }
        | multer::Error::IncompleteStream
        | multer::Error::StreamReadFailed(_) => ended_early(),
        _ => cannot_be_read(),
    }
}

fn cannot_be_read() -> HttpError {
    HttpError::invalid("The parts of the request cannot be read.")
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        iter::{repeat, repeat_n},
    };

    use super::*;

    const PIECE: &[u8] = &[b' '; 16 * 1024];

    /// What a reader of all parts is told of a request, and how many bytes it took in meanwhile.
    async fn read(head: &'static str) -> (Option<ErrorKind>, usize) {
        let taken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&taken);
        let pieces = [Bytes::from(head)].into_iter().chain(repeat_n(Bytes::from_static(PIECE), 1_000));
        let bytes = stream::iter(pieces).map(move |piece| {
            counter.fetch_add(piece.len(), Ordering::Relaxed);
            Ok::<_, Infallible>(piece)
        });
        let mut parts = Parts::new(bytes, "b".to_owned(), 1_000);
        let refused = loop {
            match parts.next().await {
                Ok(Some(_)) => {}
                Ok(None) => break None,
                Err(error) => break Some(error.refusal().kind),
            }
        };
        (refused, taken.load(Ordering::Relaxed))
    }

    /// MSG-18
    #[tokio::test]
    async fn what_nobody_looks_at_is_not_taken_in() {
        for head in ["", "--b\r\nX: ", "--b\r\nX: y\r\n\r\nskipped"] {
            let (refused, taken) = read(head).await;
            assert_eq!(refused, Some(ErrorKind::Invalid), "{head:?}");
            assert!(taken <= head.len() + MAX_BETWEEN + 2 * PIECE.len(), "{taken} bytes after {head:?}");
        }
        assert_eq!(read("--b--").await.0, None, "what comes after the last part does not matter");
    }

    /// MSG-18: a piece at a time, however fast they come.
    #[tokio::test]
    async fn a_part_is_not_taken_in_faster_than_it_is_read() {
        let head = "--b\r\nContent-Disposition: attachment; name=\"file\"\r\n\r\n";
        let taken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&taken);
        let pieces = [Bytes::from(head)].into_iter().chain(repeat(Bytes::from_static(PIECE)));
        let bytes = stream::iter(pieces).map(move |piece| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(piece)
        });
        let mut parts = Parts::new(bytes, "b".to_owned(), 1_000);
        let mut part = parts.next().await.unwrap().unwrap();
        for read in 1..10 {
            assert!(next_piece(&mut part).await.unwrap().is_some());
            assert!(taken.load(Ordering::Relaxed) <= 2 * read + 4, "{taken:?} pieces");
        }
        let refused = loop {
            if let Err(error) = next_piece(&mut part).await {
                break error;
            }
        };
        assert_eq!(refused.refusal().kind, ErrorKind::TooLarge);
    }

    /// MSG-18
    #[tokio::test(start_paused = true)]
    async fn who_stops_sending_is_given_up() {
        for head in ["--b", "--b\r\nX: y\r\n\r\nbegun"] {
            let sent = stream::iter([Ok::<_, Infallible>(Bytes::from(head))]).chain(stream::pending());
            let mut parts = Parts::new(sent, "b".to_owned(), 1_000);
            let refused = async {
                let mut part = parts.next().await?;
                while let Some(part) = &mut part {
                    next_piece(part).await?;
                }
                Ok::<_, HttpError>(())
            };
            assert_eq!(refused.await.unwrap_err().refusal().message, ended_early().refusal().message);
        }
    }
}
