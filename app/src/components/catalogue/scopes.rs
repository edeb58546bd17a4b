//! What an integration may do, in sentences (design §1.6).

use leptos::prelude::*;
use roomglass_protocol::integration::Scope;

use crate::components::icon::Icon;

/// The scopes as sentences, wide reach first.
#[component]
pub fn ScopeList(scopes: Vec<Scope>) -> impl IntoView {
    let mut scopes = scopes;
    scopes.sort_by_key(|scope| (!is_wide(*scope), *scope));
    if scopes.is_empty() {
        return view! { <p class="muted">"Nothing beyond its own tiles, panels and controls."</p> }.into_any();
    }
    let row = |scope: Scope| {
        let (icon, sentence, limit) = words(scope);
        view! {
            <li class="scope" data-weight=is_wide(scope).then_some("high")>
                <Icon name=icon/><span>{sentence}</span><code>{scope.as_str()}</code><small>{limit}</small>
            </li>
        }
    };
    view! { <ul class="scopes" role="list">{scopes.into_iter().map(row).collect_view()}</ul> }.into_any()
}

/// Icon, what it may do, and within what limits.
fn words(scope: Scope) -> (&'static str, &'static str, &'static str) {
    match scope {
        Scope::AdminGroup => ("i-shield", "Administer the people of the organisation", "In the whole organisation."),
        Scope::AdminRoom => {
            ("i-sliders-horizontal", "Change topic, members and webhooks of rooms", "Only where it is installed.")
        }
        Scope::ManageRooms => {
            ("i-house", "Make and delete rooms", "In the whole organisation if it is installed everywhere.")
        }
        Scope::SendMessage => ("i-message-square", "Send messages as a person would", "Only where it is installed."),
        Scope::SendNotification => (
            "i-send-horizontal",
            "Post messages under its own name",
            "Marked as an integration, only where it is installed.",
        ),
        Scope::ViewGroup => {
            ("i-users", "See the people and rooms of the organisation", "Names and handles, no e-mail addresses.")
        }
        Scope::ViewMessages => {
            ("i-quote", "Read messages", "The history of rooms where it is installed leaves this server when it asks.")
        }
        Scope::ViewRoom => ("i-eye", "See rooms and who is in them", "Only where it is installed."),
        Scope::ImportData => ("i-database", "Import data", "Exists in HipChat's list; nothing here uses it."),
    }
}

/// What it may do, without the limits.
pub fn sentence(scope: Scope) -> &'static str {
    words(scope).1
}

fn is_wide(scope: Scope) -> bool {
    matches!(
        scope,
        Scope::AdminGroup | Scope::AdminRoom | Scope::ManageRooms | Scope::ViewMessages | Scope::SendMessage
    )
}

/// From 1, narrow, to 3, wide.
pub fn reach(scopes: &[Scope]) -> u8 {
    let administers = |scope: &Scope| matches!(scope, Scope::AdminGroup | Scope::ManageRooms | Scope::ViewMessages);
    match scopes {
        scopes if scopes.iter().any(administers) => 3,
        scopes if scopes.iter().any(|scope| is_wide(*scope) || *scope == Scope::ViewGroup) => 2,
        _ => 1,
    }
}

/// The word beside the bars.
pub fn reach_words(level: u8) -> &'static str {
    match level {
        3 => "Wide reach",
        2 => "Medium reach",
        _ => "Narrow reach",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hcc_07_reading_messages_is_wide_reach() {
        assert_eq!(reach(&[]), 1);
        assert_eq!(reach(&[Scope::SendNotification, Scope::ViewRoom]), 1);
        assert_eq!(reach(&[Scope::ViewGroup]), 2);
        assert_eq!(reach(&[Scope::ViewMessages]), 3);
    }
}
