//! Bytes on their way in: never more of them in memory than one piece, and none left behind by an upload that ends early.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use image::ImageFormat;
use roomglass_protocol::{
    Attachment, ErrorKind, FileId,
    attachment::{UNKNOWN_MEDIA_TYPE, file_name, media_type},
};
use tokio::{fs::File, io::AsyncWriteExt as _, sync::OwnedSemaphorePermit, time::timeout};
use uuid::Uuid;

use super::{Files, busy, of_disk};
use crate::error::{HttpError, HttpResult};

/// A sender that says nothing for so long has gone.
pub const PATIENCE: Duration = Duration::from_secs(60);
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
    _arriving: OwnedSemaphorePermit,
}

impl Files {
    /// Takes in a file of at most `most` bytes; it is on stable storage when this returns.
    ///
    /// # Errors
    /// When there is more, when it ends early, or when the disk does not take it. Nothing of it is kept then.
    pub async fn receive(
        &self,
        mut bytes: impl Stream<Item = HttpResult<Bytes>> + Unpin,
        most: u64,
    ) -> HttpResult<Received> {
        let arriving = Arc::clone(&self.arriving).try_acquire_owned().map_err(busy)?;
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
    use tokio::sync::Semaphore;

    use super::{super::MAX_ARRIVING, *};

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    fn received(picture: Option<&'static str>) -> Received {
        let arriving = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
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
        assert_eq!(files.receive(stream::iter(broken), 100).await.unwrap_err().refusal().kind, ErrorKind::Invalid);
        let long = [piece("12345"), piece("6")];
        let refusal = files.receive(stream::iter(long), 5).await.unwrap_err();
        assert_eq!(refusal.refusal().kind, ErrorKind::TooLarge);
        assert_eq!(left(folder.path()), 0);

        // Given up in the middle: the browser has gone.
        let endless = stream::iter([piece("begin")]).chain(stream::pending());
        let mut arriving = Box::pin(files.receive(Box::pin(endless), 100));
        while left(folder.path()) == 0 {
            assert!(futures_util::poll!(&mut arriving).is_pending());
            tokio::task::yield_now().await;
        }
        drop(arriving);
        assert_eq!(left(folder.path()), 0);

        let whole = files.receive(stream::iter([piece("12345")]), 5).await.unwrap();
        let refused = files.keep(whole, async { Err::<(), _>(HttpError::forbidden("No.")) }).await;
        assert_eq!((refused.unwrap_err().refusal().kind, left(folder.path())), (ErrorKind::Forbidden, 0));
        let whole = files.receive(stream::iter([piece("12345")]), 5).await.unwrap();
        let path = files.path(whole.id);
        files.keep(whole, async { Ok(()) }).await.unwrap();
        assert_eq!(std::fs::read(path).unwrap(), b"12345");
    }
    #[tokio::test]
    async fn a_file_counts_as_arriving_until_it_is_counted_msg_18() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let free = || files.arriving.available_permits();
        let bytes = || stream::iter([Ok(Bytes::from_static(b"12345"))]);
        let received = files.receive(bytes(), 5).await.unwrap();
        assert_eq!(free(), MAX_ARRIVING - 1);
        let during = Arc::clone(&files.arriving);
        files
            .keep(received, async move { Ok(assert_eq!(during.available_permits(), MAX_ARRIVING - 1)) })
            .await
            .unwrap();
        assert_eq!(free(), MAX_ARRIVING);
        drop(files.receive(bytes(), 5).await.unwrap());
        assert_eq!(free(), MAX_ARRIVING, "what nobody keeps makes room");
    }
}
