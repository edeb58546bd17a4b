//! What a framed page, or something in the log, asks to be shown: nothing happens before the person does it (contract §9.3).

use roomglass_protocol::{Attachment, Privacy, RoomId, UserId, rest::file};
use serde_json::Value;

/// A dialog that waits to be shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// Making a room, with what the page suggests.
    Room(SuggestedRoom),
    /// Adding people to the room in view.
    People(Vec<UserId>),
    /// Looking at files, beginning with one of them.
    Files(Vec<ShownFile>, usize),
}

/// A room as a page would like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedRoom {
    /// May be empty.
    pub name: String,
    /// May be empty.
    pub topic: String,
    /// Who may enter.
    pub privacy: Privacy,
}

impl Default for SuggestedRoom {
    fn default() -> Self {
        Self { name: String::new(), topic: String::new(), privacy: Privacy::Public }
    }
}

/// A file in the viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownFile {
    /// As its sender named it.
    pub name: String,
    /// Where it is: of this server where it begins with a slash.
    pub url: String,
    /// Whether it can be drawn: a picture on this server.
    pub is_picture: bool,
}

impl ShownFile {
    /// A file of a message.
    pub fn of_attachment(room: RoomId, file: &Attachment) -> Self {
        let id = file.id.to_string();
        let url = file::PATH_ONE.replace("{room_id}", &room.to_string()).replace("{file_id}", &id);
        Self { name: file.name.clone(), url, is_picture: file.preview }
    }

    /// A file as pages write it: `{name, url, type}`, or its address alone. `own_origin` is that of the chat, whose files alone are
    /// drawn. `None` for what has no web address.
    pub fn read(file: &Value, own_origin: &str) -> Option<Self> {
        let text = |name: &str| file.get(name).and_then(Value::as_str);
        let url = file.as_str().or_else(|| text("url"))?;
        let own = url.strip_prefix(own_origin).filter(|path| path.starts_with('/'));
        if own.is_none() && !url.starts_with("https://") && !url.starts_with("http://") {
            return None;
        }
        let last = || url.split(['?', '#']).next()?.rsplit('/').next();
        let name = text("name").filter(|name| !name.is_empty()).or_else(last).unwrap_or(url);
        let of_type = text("type").is_some_and(|kind| kind == "img" || kind.starts_with("image"));
        Some(Self { name: name.to_owned(), url: own.unwrap_or(url).to_owned(), is_picture: of_type && own.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // HCC-19
    #[test]
    fn pictures_of_this_server_are_drawn_and_others_are_linked_to() {
        let read = |file: Value| ShownFile::read(&file, "https://chat.example");
        let own = read(json!({"name": "a.png", "url": "https://chat.example/v2/file/t", "type": "image"}));
        assert_eq!(own, Some(ShownFile { name: "a.png".into(), url: "/v2/file/t".into(), is_picture: true }));
        let other = read(json!({"url": "https://chat.example.org/b.png?size=1", "type": "image"}));
        let url = "https://chat.example.org/b.png?size=1".to_owned();
        assert_eq!(other, Some(ShownFile { name: "b.png".into(), url, is_picture: false }));
        assert_eq!(read(json!("https://x.example/notes.txt")).map(|file| file.name), Some("notes.txt".into()));
        for wrong in [json!("javascript:alert(1)"), json!({"url": "data:text/html,x"}), json!({"name": "a"}), json!(7)]
        {
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
    }
}
