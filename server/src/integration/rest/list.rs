//! The form of lists: `{items, startIndex, maxResults, links}` (HipChat Connect §5). An offset past the end gives no
//! items and no error, which is how add-ons notice the end.

use serde_json::{Value, json};

use super::parameters::{Parameters, Window};
use crate::config::Config;

impl Window {
    /// Its part of a whole list, and whether there is more after it.
    pub(super) fn of<T>(self, all: Vec<T>) -> (Vec<T>, bool) {
        let more = self.max > 0 && all.len() > self.start.saturating_add(self.max);
        (all.into_iter().skip(self.start).take(self.max).collect(), more)
    }
}

/// A part of a list as it travels.
pub(super) fn document(
    items: Vec<Value>,
    window: Window,
    more: bool,
    parameters: &Parameters,
    config: &Config,
) -> Value {
    let mut links = json!({"self": parameters.own_address(config)});
    if window.start > 0 && window.max > 0 {
        let start = window.start.saturating_sub(window.max);
        links["prev"] = json!(parameters.address_of(config, Window { start, ..window }));
    }
    if more {
        let start = window.start.saturating_add(window.max);
        links["next"] = json!(parameters.address_of(config, Window { start, ..window }));
    }
    json!({"items": items, "startIndex": window.start, "maxResults": window.max, "links": links})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_past_the_end_is_empty() {
        let part = |start, max| Window { start, max }.of(vec![1, 2, 3]);
        assert_eq!(part(0, 2), (vec![1, 2], true));
        assert_eq!(part(2, 2), (vec![3], false));
        assert_eq!(part(1, 2), (vec![2, 3], false));
        assert_eq!(part(3, 2), (vec![], false));
        assert_eq!(part(usize::MAX, usize::MAX), (vec![], false));
        assert_eq!(part(0, 0), (vec![], false));
    }
}
