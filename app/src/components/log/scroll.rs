//! Keeps the log's place by measuring: at the newest row while the reader is there, else at the first row in view.
//! Only the log itself is scrolled, never its ancestors.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlDivElement, HtmlElement};

use crate::components::live::effect;
use crate::components::{focus, resize::on_resize};

/// Closer to the end than this counts as being there.
const NEAR_BOTTOM: i32 = 48;
/// Closer to the beginning than this asks for more.
const NEAR_TOP: i32 = 600;
/// What sticks to the edges must not cover a revealed row.
const MARGIN: f64 = 48.0;

/// The scrolling of one log. A handle that can be copied.
#[derive(Clone, Copy)]
pub struct Scroll {
    /// Whether the newest row is in view.
    pub at_bottom: RwSignal<bool>,
    /// Whether the oldest loaded row is about to come into view.
    pub near_top: RwSignal<bool>,
    /// Whether the first rows have been brought to their place.
    pub placed: RwSignal<bool>,
    log: NodeRef<html::Div>,
    rows: NodeRef<html::Div>,
    noted: StoredValue<Noted>,
}

/// What was in view when it was last looked at.
#[derive(Debug, Clone, Default)]
struct Noted {
    /// The first row in view, and how far below the upper edge it began.
    anchor: Option<(String, f64)>,
    top: i32,
    height: i32,
    /// Height of the log itself.
    view: i32,
}

impl Scroll {
    /// For a log and the box that holds its rows.
    pub fn new(log: NodeRef<html::Div>, rows: NodeRef<html::Div>) -> Self {
        Self {
            at_bottom: RwSignal::new(true),
            near_top: RwSignal::new(false),
            placed: RwSignal::new(false),
            log,
            rows,
            noted: StoredValue::new(Noted::default()),
        }
    }

    /// Brings the first rows to their place, and holds it whenever the rows or the log change their size: before
    /// anything is painted, so that nobody sees it move.
    pub fn keep_place(self, any_rows: Memo<bool>) {
        effect(move || {
            if self.log.get().is_some() && any_rows.get() && !self.placed.get_untracked() {
                // The rows are in the document by the next frame.
                request_animation_frame(move || self.place());
            }
        });
        let hold = move || {
            if self.placed.try_get_untracked() == Some(true) {
                self.restore();
            }
        };
        on_resize(self.rows, hold);
        on_resize(self.log, hold);
    }

    /// All rows, oldest first.
    pub fn entries(self) -> Vec<HtmlElement> {
        self.log.get_untracked().map(|log| focus::visible(&log, ".entry")).unwrap_or_default()
    }

    /// The reader scrolled, or what was scrolled here is told. Rows that came in the same frame, and a log of another height, are dealt
    /// with first: what is in view now is not yet what the reader will see.
    pub fn scrolled(self) {
        let Some(log) = self.log.try_get_untracked().flatten() else { return };
        let is_as_noted =
            self.noted.with_value(|noted| (noted.height, noted.view) == (log.scroll_height(), log.client_height()));
        if self.placed.get_untracked() && !is_as_noted {
            self.restore();
        } else {
            self.note(&log);
        }
    }

    /// Shows the newest row.
    pub fn to_bottom(self) {
        if let Some(log) = self.log.try_get_untracked().flatten() {
            log.set_scroll_top(log.scroll_height());
            self.note(&log);
        }
    }

    /// Brings a row into view by the shortest way.
    pub fn reveal(self, row: &HtmlElement) {
        let Some(log) = self.log.get_untracked() else { return };
        let (view, row) = (log.get_bounding_client_rect(), row.get_bounding_client_rect());
        let above = row.top() - (view.top() + MARGIN);
        let below = row.bottom() - (view.bottom() - MARGIN);
        let by = if above < 0.0 { above } else { below.max(0.0) };
        log.set_scroll_top(log.scroll_top() + by.round() as i32);
    }

    /// First sight of a room: the message the address names, else the first new one, else the newest.
    fn place(self) {
        let Some(log) = self.log.try_get_untracked().flatten() else { return };
        let named = window().location().hash().ok().and_then(|hash| focus::element(hash.trim_start_matches('#')));
        let named = named.filter(|row| log.contains(Some(row)));
        let new = log.query_selector(".newmark").ok().flatten().and_then(|mark| mark.dyn_into::<HtmlElement>().ok());
        log.set_scroll_top(log.scroll_height());
        if let Some(row) = named.or(new) {
            let above = row.get_bounding_client_rect().top() - (log.get_bounding_client_rect().top() + MARGIN);
            if above < 0.0 {
                log.set_scroll_top(log.scroll_top() + above.round() as i32);
            }
        }
        self.note(&log);
        self.placed.set(true);
    }

    fn restore(self) {
        let Some(log) = self.log.try_get_untracked().flatten() else { return };
        let noted = self.noted.get_value();
        // What the reader scrolled since is theirs, and stays.
        let scrolled = log.scroll_top() - noted.top;
        // At the end a log that grows is moved up by the browser, not by the reader.
        let grown = (log.client_height() - noted.view).max(0);
        if self.at_bottom.get_untracked() && scrolled + grown >= 0 {
            log.set_scroll_top(log.scroll_height());
        } else if let Some((id, offset)) = noted.anchor
            && let Some(row) = focus::element(&id)
        {
            let moved = (offset_in(&log, &row) - offset).round() as i32 + scrolled;
            log.set_scroll_top(log.scroll_top() + moved);
        }
        self.note(&log);
    }

    /// Takes note of what is in view.
    fn note(self, log: &HtmlDivElement) {
        let below = log.scroll_height() - log.scroll_top() - log.client_height();
        set_if_new(self.at_bottom, below < NEAR_BOTTOM);
        set_if_new(self.near_top, log.scroll_top() < NEAR_TOP);
        let anchor = first_in_view(log);
        let (top, height, view) = (log.scroll_top(), log.scroll_height(), log.client_height());
        self.noted.set_value(Noted { anchor, top, height, view });
    }
}

fn set_if_new(signal: RwSignal<bool>, value: bool) {
    if signal.try_get_untracked() == Some(!value) {
        signal.set(value);
    }
}

fn first_in_view(log: &HtmlDivElement) -> Option<(String, f64)> {
    let rows = log.query_selector_all(".entry").ok()?;
    (0..rows.length())
        .filter_map(|index| rows.item(index)?.dyn_into::<HtmlElement>().ok())
        .map(|row| (row.id(), offset_in(log, &row), row.offset_height()))
        .find(|(_, offset, height)| offset + f64::from(*height) > 0.0)
        .map(|(id, offset, _)| (id, offset))
}

fn offset_in(log: &HtmlDivElement, row: &HtmlElement) -> f64 {
    row.get_bounding_client_rect().top() - log.get_bounding_client_rect().top()
}
