//! Reading what the page came with.

use leptos::prelude::document;
use roomglass_protocol::json;

use crate::page_data::{ELEMENT_ID, PageData};

/// The data embedded in the page. A page without it, or with data of another version, is treated as one that knows
/// nobody, and filled from IndexedDB.
pub fn embedded() -> PageData {
    let text = document().get_element_by_id(ELEMENT_ID).and_then(|element| element.text_content());
    text.and_then(|text| json::read(&text).ok()).unwrap_or_default()
}
