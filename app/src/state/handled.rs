//! The events a framed page handles.

use roomglass_protocol::OrderedSet;

/// Most events one page may listen to.
const MOST_EVENTS: usize = 64;

/// What the page in one frame says that it handles.
#[derive(Debug, Default)]
pub struct Handled {
    events: OrderedSet<String>,
    has_begun: bool,
}

impl Handled {
    /// A page says that it is there. The first may have said before what it handles: bridges of add-ons' own register in a script and
    /// begin when all of the page is read. One after it is another document in the same frame, which handles nothing until it says so.
    pub fn begin(&mut self) {
        if std::mem::replace(&mut self.has_begun, true) {
            self.events.clear();
        }
    }

    /// It handles these too.
    pub fn add<'a>(&mut self, events: impl IntoIterator<Item = &'a str>) {
        for event in events {
            if self.events.len() < MOST_EVENTS {
                self.events.insert(event.to_owned());
            }
        }
    }

    /// Whether it handles an event.
    pub fn contains(&self, event: &str) -> bool {
        self.events.contains(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hcc_19_what_a_page_handles_before_it_says_that_it_is_there_counts() {
        let mut handled = Handled::default();
        handled.add(["glance-update"]);
        handled.begin();
        assert!(handled.contains("glance-update"));
        handled.add(["theme"]);
        assert!(handled.contains("theme") && handled.contains("glance-update"));
    }

    #[test]
    fn hcc_19_another_document_in_the_frame_handles_nothing_of_the_first() {
        let mut handled = Handled::default();
        handled.begin();
        handled.add(["theme"]);
        handled.begin();
        assert!(!handled.contains("theme"));
    }

    #[test]
    fn a_page_handles_so_many_events_and_no_more() {
        let mut handled = Handled::default();
        let names: Vec<String> = (0..=MOST_EVENTS).map(|number| format!("event {number}")).collect();
        handled.add(names.iter().map(String::as_str));
        assert!(handled.contains("event 63") && !handled.contains("event 64"));
    }
}
