//! Bytes on their way in: never more of them in memory than one piece, and none left behind by an upload that ends early.

use std::{io, path::PathBuf, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use image::ImageFormat;
use roomglass_protocol::{
    Attachment, ErrorKind, FileId,
    attachment::{UNKNOWN_MEDIA_TYPE, file_name, media_type},
};
use tokio::{fs::File, io::AsyncWriteExt as _, time::timeout};
use uuid::Uuid;

use super::{
    Files,
    arriving::{Arriving, Sender},
    of_disk,
};
use crate::error::{HttpError, HttpResult};

/// A sender that says nothing for so long has gone.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// A sender may take this long, however little there is to send.
const LEAST_DEADLINE: Duration = Duration::from_secs(30 * 60);
/// Nobody's line is slower.
const LEAST_BYTES_PER_SECOND: u64 = 16 * 1024;
/// As many bytes tell a picture.
const HEAD_BYTES: usize = 32;

/// A file that has arrived whole. Dropped, it goes; see [`Files::keep`].
#[derive(Debug)]
pub struct Received {
    id: FileId,
    size: u64,
    /// What its bytes say it is, if browsers may draw it.
    picture: Option<&'static str>,
    /// Removed with this value.
    path: Option<PathBuf>,
    /// Held until the bytes are counted among those of all files, or gone.
    _arriving: Arriving,
}

impl Files {
    /// Takes in a file of at most `most` bytes; it is on stable storage when this returns.
    ///
    /// # Errors
    /// When there is more, when it ends early, or when the disk does not take it. Nothing of it is kept then.
    pub async fn receive(
        &self,
        sender: Sender,
        bytes: impl Stream<Item = HttpResult<Bytes>> + Unpin,
        most: u64,
    ) -> HttpResult<Received> {
        let arriving = self.arrivals.admit(sender)?;
        timeout(deadline(most), self.take_in(arriving, bytes, most)).await.map_err(|_| ended_early())?
    }

    async fn take_in(
        &self,
        arriving: Arriving,
        mut bytes: impl Stream<Item = HttpResult<Bytes>> + Unpin,
        most: u64,
    ) -> HttpResult<Received> {
        let id = FileId(Uuid::new_v4());
        let path = self.incoming(id);
        // At once: what another thread made after this one was given up would stay.
        let mut file = File::from_std(std::fs::File::create_new(&path).map_err(of_disk)?);
        let mut received = Received { id, size: 0, picture: None, path: Some(path), _arriving: arriving };
        let mut head = Vec::with_capacity(HEAD_BYTES);
        while let Some(piece) = timeout(PATIENCE, bytes.next()).await.map_err(|_| ended_early())? {
            let piece = piece?;
            received.size += piece.len() as u64;
            if received.size > most {
                return Err(too_large(most));
            }
            head.extend(piece.iter().take(HEAD_BYTES - head.len()));
            file.write_all(&piece).await.map_err(of_disk)?;
        }
        file.flush().await.map_err(of_disk)?;
        file.sync_all().await.map_err(of_disk)?;
        received.picture = picture(&head);
        Ok(received)
    }
}

/// How long a file of at most `most` bytes may take to arrive: patience with each piece alone would let somebody send for
/// ever.
pub fn deadline(most: u64) -> Duration {
    LEAST_DEADLINE.max(Duration::from_secs(most / LEAST_BYTES_PER_SECOND))
}

impl Received {
    /// What is told of it; name and media type are its sender's words, and believed as far as they can do no harm.
    pub fn attachment(&self, name: &str, claimed: &str) -> Attachment {
        let claimed = media_type(claimed);
        let media_type = match self.picture {
            Some(picture) => picture.to_owned(),
            None if PICTURES.iter().any(|(_, picture)| *picture == claimed) => UNKNOWN_MEDIA_TYPE.to_owned(),
            None => claimed,
        };
        Attachment {
            id: self.id,
            name: file_name(name),
            media_type,
            size: i64::try_from(self.size).unwrap_or(i64::MAX),
            preview: self.picture.is_some(),
        }
    }

    /// Moves it to where files stay.
    pub(super) async fn settle(&mut self, files: &Files) -> io::Result<()> {
        let Some(from) = &self.path else { return Ok(()) };
        let to = files.path(self.id);
        tokio::fs::rename(from, &to).await?;
        self.path = Some(to);
        // The name is on stable storage when its folder is.
        File::open(&files.folder).await?.sync_all().await
    }

    pub(super) fn stays(&mut self) {
        self.path = None;
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if let Some(path) = self.path.take()
            && let Err(error) = std::fs::remove_file(&path)
        {
            tracing::warn!(id = %self.id, %error, "what arrived of a file was not removed");
        }
    }
}

/// Formats that browsers draw without running anything.
const PICTURES: [(ImageFormat, &str); 4] = [
    (ImageFormat::Png, "image/png"),
    (ImageFormat::Jpeg, "image/jpeg"),
    (ImageFormat::Gif, "image/gif"),
    (ImageFormat::WebP, "image/webp"),
];

fn picture(head: &[u8]) -> Option<&'static str> {
    let format = image::guess_format(head).ok()?;
    PICTURES.iter().find(|(known, _)| *known == format).map(|(_, media_type)| *media_type)
}

/// The bytes stopped coming.
pub fn ended_early() -> HttpError {
    HttpError::invalid("The file did not arrive whole. Nothing was stored; send it again.")
}

/// There are more bytes than may be.
pub fn too_large(most: u64) -> HttpError {
    const MIB: u64 = 1024 * 1024;
    let limit = if most >= MIB { format!("{} MiB", most / MIB) } else { format!("{most} bytes") };
    HttpError::new(
        ErrorKind::TooLarge,
        format!("The file is too large: it may have at most {limit}. Nothing was stored."),
    )
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use roomglass_protocol::UserId;
    use tokio::time::interval;

    use super::{super::arriving::Arrivals, *};

    const ALICE: Sender = Sender::Person(UserId(1));

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    fn received(picture: Option<&'static str>) -> Received {
        let arriving = Arrivals::new().admit(ALICE).unwrap();
        Received { id: FileId(Uuid::nil()), size: 5, picture, path: None, _arriving: arriving }
    }

    #[test]
    fn the_bytes_decide_what_is_drawn_msg_18() {
        assert_eq!(picture(PNG), Some("image/png"));
        for bytes in [&b""[..], b"<svg xmlns='x'>", b"<html>", b"BM000000", b"\0\0\x01\0", b"%PDF-1.7", b"RIFF....WAVE"]
        {
            assert_eq!(picture(bytes), None, "{bytes:?}");
        }
        let told = |picture, claimed| {
            let told = received(picture).attachment("a", claimed);
            (told.media_type, told.preview)
        };
        assert_eq!(told(Some("image/png"), "text/html"), ("image/png".to_owned(), true));
        assert_eq!(told(None, "image/png"), (UNKNOWN_MEDIA_TYPE.to_owned(), false));
        assert_eq!(told(None, "image/svg+xml"), ("image/svg+xml".to_owned(), false));
        assert_eq!(told(None, "text/html; charset=x"), ("text/html".to_owned(), false));
    }

    fn left(folder: &std::path::Path) -> usize {
        let count = |folder: PathBuf| {
            std::fs::read_dir(folder).unwrap().filter(|it| it.as_ref().unwrap().path().is_file()).count()
        };
        count(folder.join("files")) + count(folder.join("files/incoming"))
    }

    #[tokio::test]
    async fn nothing_stays_of_what_ends_early_or_is_too_large_msg_18() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let piece = |text: &'static str| Ok(Bytes::from_static(text.as_bytes()));
        let broken = [piece("begin"), Err(ended_early())];
        assert_eq!(
            files.receive(ALICE, stream::iter(broken), 100).await.unwrap_err().refusal().kind,
            ErrorKind::Invalid
        );
        let long = [piece("12345"), piece("6")];
        let refusal = files.receive(ALICE, stream::iter(long), 5).await.unwrap_err();
        assert_eq!(refusal.refusal().kind, ErrorKind::TooLarge);
        assert_eq!(left(folder.path()), 0);

        // Given up in the middle: the browser has gone.
        let endless = stream::iter([piece("begin")]).chain(stream::pending());
        let mut arriving = Box::pin(files.receive(ALICE, Box::pin(endless), 100));
        while left(folder.path()) == 0 {
            assert!(futures_util::poll!(&mut arriving).is_pending());
            tokio::task::yield_now().await;
        }
        drop(arriving);
        assert_eq!(left(folder.path()), 0);

        let whole = files.receive(ALICE, stream::iter([piece("12345")]), 5).await.unwrap();
        let refused = files.keep(whole, async { Err::<(), _>(HttpError::forbidden("No.")) }).await;
        assert_eq!((refused.unwrap_err().refusal().kind, left(folder.path())), (ErrorKind::Forbidden, 0));
        let whole = files.receive(ALICE, stream::iter([piece("12345")]), 5).await.unwrap();
        let path = files.path(whole.id);
        files.keep(whole, async { Ok(()) }).await.unwrap();
        assert_eq!(std::fs::read(path).unwrap(), b"12345");
    }

    #[tokio::test]
    async fn a_file_counts_as_arriving_until_it_is_counted_msg_18() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let bytes = || stream::iter([Ok(Bytes::from_static(b"12345"))]);
        let received = files.receive(ALICE, bytes(), 5).await.unwrap();
        assert_eq!(files.arrivals.count(), 1);
        let during = files.arrivals.clone();
        files.keep(received, async move { Ok(assert_eq!(during.count(), 1)) }).await.unwrap();
        assert_eq!(files.arrivals.count(), 0);
        drop(files.receive(ALICE, bytes(), 5).await.unwrap());
        assert_eq!(files.arrivals.count(), 0, "what nobody keeps makes room");
    }

    /// A piece before patience ends, again and again.
    #[tokio::test(start_paused = true)]
    async fn who_sends_for_ever_is_given_up_msg_18() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let mut pace = interval(PATIENCE - Duration::from_secs(1));
        let drops = stream::poll_fn(move |context| pace.poll_tick(context).map(|_| Some(Ok(Bytes::from_static(b"x")))));
        let refused = files.receive(ALICE, drops, 1_000_000).await.unwrap_err();
        assert_eq!(refused.refusal().message, ended_early().refusal().message);
        assert_eq!((left(folder.path()), files.arrivals.count()), (0, 0));
        assert!(deadline(10 * 1024 * 1024 * 1024) > deadline(0), "what is larger may take longer");
    }
}
