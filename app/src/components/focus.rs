//! Moving the focus by keys (design §5, §6).

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// In which direction a group is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// ← and →.
    Row,
    /// ↑ and ↓.
    Column,
}

/// What happens at the end of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtEnd {
    /// The focus stays.
    Stay,
    /// It goes to the other end.
    Wrap,
}

/// Where a key leads from one of `count` items; `None` when the key means nothing here.
pub fn step(key: &str, at: usize, count: usize, axis: Axis, at_end: AtEnd) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let forward = if axis == Axis::Row { "ArrowRight" } else { "ArrowDown" };
    let back = if axis == Axis::Row { "ArrowLeft" } else { "ArrowUp" };
    match key {
        "Home" => Some(0),
        "End" => Some(last),
        key if key == forward && at < last => Some(at + 1),
        key if key == forward => (at_end == AtEnd::Wrap).then_some(0),
        key if key == back && at > 0 => Some(at - 1),
        key if key == back => (at_end == AtEnd::Wrap).then_some(last),
        _ => None,
    }
}

/// The first item after `at` whose text begins with the letter that was typed, going round.
pub fn by_letter(key: &str, at: usize, texts: &[String]) -> Option<usize> {
    let mut letters = key.chars();
    let letter = letters.next().filter(|c| c.is_alphanumeric() && letters.next().is_none())?;
    let lower = letter.to_lowercase().to_string();
    (1..=texts.len())
        .map(|offset| (at + offset) % texts.len())
        .find(|index| texts[*index].trim().to_lowercase().starts_with(&lower))
}

/// An element by id.
pub fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The element that has the focus.
pub fn focused() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

/// Gives the focus to an element, if it is still there, without scrolling anything.
pub fn give(element: &HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // Elements that cannot take the focus ignore this; there is nothing to do about it.
    let _ = element.focus_with_options(&options);
}

/// Visible elements inside `root` that match, in document order.
pub fn visible(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length())
        .filter_map(|index| found.item(index)?.dyn_into::<HtmlElement>().ok())
        .filter(|element| element.get_client_rects().length() > 0)
        .collect()
}

/// Index of the focused element among others.
pub fn position(among: &[HtmlElement]) -> Option<usize> {
    let focused = focused()?;
    among.iter().position(|element| **element == *focused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_walk_and_stop_or_wrap_at_the_ends() {
        assert_eq!(step("ArrowDown", 0, 3, Axis::Column, AtEnd::Stay), Some(1));
        assert_eq!(step("ArrowDown", 2, 3, Axis::Column, AtEnd::Stay), None);
        assert_eq!(step("ArrowDown", 2, 3, Axis::Column, AtEnd::Wrap), Some(0));
        assert_eq!(step("ArrowUp", 0, 3, Axis::Column, AtEnd::Wrap), Some(2));
        assert_eq!(step("ArrowRight", 0, 3, Axis::Column, AtEnd::Wrap), None);
        assert_eq!(step("End", 0, 3, Axis::Row, AtEnd::Stay), Some(2));
        assert_eq!(step("Home", 0, 0, Axis::Row, AtEnd::Stay), None);
    }

    #[test]
    fn a_letter_finds_the_next_entry_that_begins_with_it() {
        let texts = ["Copy link", "Open ticket", "Copy text"].map(str::to_owned);
        assert_eq!(by_letter("c", 0, &texts), Some(2));
        assert_eq!(by_letter("C", 2, &texts), Some(0));
        assert_eq!(by_letter("x", 0, &texts), None);
        assert_eq!(by_letter("Shift", 0, &texts), None);
    }
}
