//! Files on their way into a message that is being written.

use roomglass_protocol::Attachment;

/// A file that was chosen for the next message.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// Tells it from the others of the page.
    pub key: u32,
    /// What it is called.
    pub name: String,
    /// In bytes.
    pub size: i64,
    /// How far it has come.
    pub progress: Progress,
}

/// How far a file has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// So many of a hundred parts are sent.
    Sending(u8),
    /// The server has it.
    Done(Attachment),
    /// Why it was not taken, and whether another try could help.
    Failed(String, bool),
}

/// The files of the message, if all are there.
pub fn all_there(uploads: &[Upload]) -> Option<Vec<Attachment>> {
    let there = |upload: &Upload| match &upload.progress {
        Progress::Done(attachment) => Some(attachment.clone()),
        Progress::Sending(_) | Progress::Failed(..) => None,
    };
    uploads.iter().map(there).collect()
}

/// A size as people read it: two digits are enough to choose by.
pub fn size_in_words(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["bytes", "kB", "MB", "GB"];
    let (mut tenths, mut unit) = (bytes.max(0) * 10, 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    let (whole, tenth, unit) = (tenths / 10, tenths % 10, UNITS[unit]);
    if whole >= 10 || tenth == 0 { format!("{whole} {unit}") } else { format!("{whole}.{tenth} {unit}") }
}

#[cfg(test)]
mod tests {
    use roomglass_protocol::FileId;

    use super::*;

    fn upload(key: u32, progress: Progress) -> Upload {
        Upload { key, name: "a.txt".to_owned(), size: 1, progress }
    }

    #[test]
    fn a_message_waits_until_every_file_is_there_msg_18() {
        let (id, name, media_type) = (FileId(uuid::Uuid::nil()), "a.txt".to_owned(), "text/plain".to_owned());
        let done = Attachment { id, name, media_type, size: 1, preview: false };
        assert_eq!(all_there(&[]), Some(Vec::new()));
        assert_eq!(all_there(&[upload(1, Progress::Done(done.clone()))]), Some(vec![done.clone()]));
        for other in [Progress::Sending(99), Progress::Failed("no".to_owned(), true)] {
            assert_eq!(all_there(&[upload(1, Progress::Done(done.clone())), upload(2, other)]), None);
        }
    }

    #[test]
    fn sizes_are_told_in_two_digits() {
        let told = [0, 1, 999, 1_000, 1_550, 25_300, 1_048_576, 26_214_400, 5_000_000_000].map(size_in_words);
        assert_eq!(told, ["0 bytes", "1 bytes", "999 bytes", "1 kB", "1.5 kB", "25 kB", "1 MB", "26 MB", "5 GB"]);
    }
}
