//! `options` of a dialog: what its provider wants around the page (HCC-12; contract §1.7).

use serde_json::Value;

use super::OpenContent;

/// A button of a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialogButton {
    /// Told to the page when it is pressed; `None` only closes.
    pub key: Option<String>,
    /// What stands on it.
    pub name: String,
    /// Whether it can be pressed.
    pub enabled: bool,
}

impl DialogButton {
    fn of(value: &Value) -> Option<Self> {
        let key = value.get("key").and_then(Value::as_str).map(str::to_owned);
        let enabled = value.get("enabled").and_then(Value::as_bool).unwrap_or(true);
        Some(Self { key, name: text(value.get("name")?)?, enabled })
    }
}

impl OpenContent {
    /// The button that does what the dialog is for, if it has one.
    pub fn primary_action(&self) -> Option<DialogButton> {
        DialogButton::of(self.options.get("primaryAction")?)
    }

    /// The other ways out. A dialog that names none has one that closes it; an empty list means none.
    pub fn secondary_actions(&self) -> Vec<DialogButton> {
        match self.options.get("secondaryActions").and_then(Value::as_array) {
            Some(actions) => actions.iter().filter_map(DialogButton::of).collect(),
            None => vec![DialogButton { key: None, name: "Close".to_owned(), enabled: true }],
        }
    }

    /// Whether it asks about something that cannot be undone, and the like.
    pub fn is_warning(&self) -> bool {
        self.options.get("style").and_then(Value::as_str) == Some("warning")
    }

    /// A sentence beside the buttons.
    pub fn hint(&self) -> Option<String> {
        text(self.options.get("hint")?)
    }

    /// What stands in the empty search field, if the page wants one.
    pub fn filter(&self) -> Option<String> {
        let filter = self.options.get("filter").filter(|filter| filter.is_object())?;
        Some(filter.get("placeholder").and_then(text).unwrap_or_else(|| "Search".to_owned()))
    }

    /// Takes over `{title, options}` of the page inside.
    pub fn update(&mut self, change: &Value) {
        if let Some(title) = change.get("title").and_then(text) {
            self.title = title;
        }
        if let Some(options) = change.get("options") {
            self.options = merged(std::mem::take(&mut self.options), options);
        }
    }

    /// Takes over `{name, enabled, key}` for the primary button.
    pub fn update_primary_action(&mut self, change: &Value) {
        let action = merged(self.options.get("primaryAction").cloned().unwrap_or_default(), change);
        self.options = merged(std::mem::take(&mut self.options), &serde_json::json!({"primaryAction": action}));
    }
}

/// A text, plain or as `{"value": …}`.
pub(super) fn text(value: &Value) -> Option<String> {
    value.as_str().or_else(|| value.get("value")?.as_str()).map(str::to_owned)
}

/// Members of the second in place of those of the first.
pub(super) fn merged(options: Value, changes: &Value) -> Value {
    let Some(changes) = changes.as_object() else { return options };
    let mut merged = match options {
        Value::Object(options) => options,
        _ => serde_json::Map::new(),
    };
    merged.extend(changes.iter().map(|(name, value)| (name.clone(), value.clone())));
    Value::Object(merged)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::state::{ContentPage, OpenExtras, OpenRequest, OpenedFrom};

    fn dialog(options: Value) -> OpenContent {
        let key = |text: &str| roomglass_protocol::ExtensionKey::new(text).expect("a key");
        let request = OpenRequest {
            integration: roomglass_protocol::IntegrationKey::new("builds").expect("a key"),
            target: key("details"),
            room: roomglass_protocol::RoomId(1),
            action: None,
            element: OpenedFrom::Tile,
            extras: OpenExtras::default(),
        };
        OpenContent {
            opening: 1,
            request,
            title: "Details".into(),
            icon: None,
            options,
            page: ContentPage::Signing,
            is_silent: false,
        }
    }

    // HCC-12
    #[test]
    fn buttons_are_read_as_descriptors_write_them() {
        let dialog = dialog(json!({
            "primaryAction": {"key": "rerun", "name": {"value": "Run again"}, "enabled": false},
            "secondaryActions": [{"key": "log", "name": "Show log"}],
            "hint": {"value": "Takes a minute"},
            "filter": {"placeholder": {"value": "Find a build"}},
        }));
        let button =
            |key: &str, name: &str, enabled| DialogButton { key: Some(key.into()), name: name.into(), enabled };
        assert_eq!(dialog.primary_action(), Some(button("rerun", "Run again", false)));
        assert_eq!(dialog.secondary_actions(), [button("log", "Show log", true)]);
        assert_eq!(dialog.hint().as_deref(), Some("Takes a minute"));
        assert_eq!(dialog.filter().as_deref(), Some("Find a build"));
    }

    // HCC-12
    #[test]
    fn a_dialog_without_secondary_actions_can_be_closed_and_an_empty_list_means_none() {
        assert_eq!(dialog(Value::Null).secondary_actions().first().map(|button| button.name.as_str()), Some("Close"));
        assert!(dialog(json!({"secondaryActions": []})).secondary_actions().is_empty());
        assert_eq!(dialog(Value::Null).primary_action(), None);
    }

    // HCC-12, HCC-19
    #[test]
    fn the_page_inside_changes_title_and_buttons() {
        let mut dialog = dialog(json!({"primaryAction": {"key": "send", "name": {"value": "Send"}}, "hint": "One"}));
        dialog.update(&json!({"title": "Sending", "options": {"hint": {"value": "Two"}}}));
        dialog.update_primary_action(&json!({"enabled": false, "name": "Wait"}));
        assert_eq!((dialog.title.as_str(), dialog.hint().as_deref()), ("Sending", Some("Two")));
        let button = DialogButton { key: Some("send".into()), name: "Wait".into(), enabled: false };
        assert_eq!(dialog.primary_action(), Some(button));
    }

    // HCC-19
    #[test]
    fn a_page_opens_another_with_parameters_and_its_own_title() {
        let extras = OpenExtras::of(&json!({
            "key": "details", "parameters": {"build": 7}, "urlTemplateValues": {"build.id": 7},
            "options": {"title": "Build 7", "options": {"hint": "Green"}},
        }));
        assert_eq!(extras.parameters, json!({"build": 7}));
        assert_eq!(extras.variables.get("build.id").map(String::as_str), Some("7"));
        assert_eq!(extras.title.as_deref(), Some("Build 7"));
        assert_eq!(extras.options, json!({"hint": "Green"}));
        assert_eq!(OpenExtras::of(&json!({"key": "details"})), OpenExtras::default());
    }
}
