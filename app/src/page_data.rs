//! What the first frame of a page is drawn from. The server embeds it in the page, the browser reads it back from
//! there, and both draw the same frame from it.

use serde::{Deserialize, Serialize};

use roomglass_protocol::{
    RoomId, UserId,
    rest::{catalogue, invitation, message, snapshot::Snapshot},
    sync::InstalledState,
};

use crate::state::Theme;

/// Id of the `<script type="application/json">` element that carries [`PageData`].
pub const ELEMENT_ID: &str = "page-data";

/// Everything the first frame needs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PageData {
    /// Which page, with its data.
    pub page: PageKind,
    /// Addresses of the files the page loads.
    pub assets: AssetNames,
    /// The look the person chose in this browser; `None` follows the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
}

/// Which page, with its data.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum PageKind {
    /// First run: there is no organisation yet.
    Setup,
    /// Nobody is signed in.
    SignIn,
    /// Somebody follows a link that invites them.
    Invitation {
        /// The secret part of the link.
        token: String,
        /// What the link is for; `None` when it is unknown, used or too old.
        details: Option<invitation::Details>,
    },
    /// Somebody is signed in.
    Workspace(Box<WorkspaceData>),
    /// The page knows nobody: the client fills it from IndexedDB. This is what a browser opens without a connection.
    #[default]
    Shell,
}

/// What somebody who is signed in sees at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkspaceData {
    /// People and rooms.
    pub snapshot: Snapshot,
    /// The room named by the address, if the person is a member of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomData>,
    /// All integrations on offer, on the page that lists them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<catalogue::Search>,
}

/// What is drawn of the open room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomData {
    /// Which.
    pub room_id: RoomId,
    /// The newest entries of its log.
    pub page: message::Page,
    /// Its members, in order of joining.
    pub members: Vec<UserId>,
    /// Integrations of this room and of the global one, no others.
    pub installed: InstalledState,
}

/// Addresses of the files a page loads; those of builds carry a hash of the content.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AssetNames {
    /// The icon sprite.
    pub sprite: String,
    /// The style sheet.
    pub style: String,
    /// The script that loads the Wasm module.
    pub script: String,
    /// The Wasm module.
    pub wasm: String,
    /// Fonts worth loading early.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fonts: Vec<String>,
}

impl PageData {
    /// JSON that cannot end the element it is embedded in.
    ///
    /// # Errors
    /// Never for values of this type; the caller answers with a fault of the server if it happens.
    pub fn to_embedded_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string(self)?.replace('<', "\\u003c"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_json_cannot_close_its_element() -> Result<(), serde_json::Error> {
        let hostile = PageData {
            page: PageKind::Invitation { token: "</script><script>".into(), details: None },
            assets: AssetNames::default(),
            theme: None,
        };
        let json = hostile.to_embedded_json()?;
        assert!(!json.contains('<'));
        assert_eq!(serde_json::from_str::<PageData>(&json)?, hostile);
        Ok(())
    }
}
