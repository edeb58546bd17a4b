//! What happened besides messages, as small lines.

use leptos::prelude::*;
use roomglass_protocol::{Event, EventBody, Privacy, UserId, state::Workspace};

use super::{TabStop, mark::Marks, rows::Row};
use crate::components::live::{follow, part};
use crate::{
    components::{icon::Icon, moment::Clock},
    state::Store,
};

/// One line.
#[component]
pub fn EventRow(row: Row, event: Event) -> impl IntoView {
    let store = expect_context::<Store>();
    let stop = expect_context::<TabStop>();
    let id = row.element_id();
    let (label_id, stop_id) = (format!("{id}-h"), id.clone());
    let icon = icon(&event.body);
    let at = event.at;
    let position = row.position;
    let words = move || store.workspace.with(|known| sentence(&event.body, |user| name(known.as_ref(), user)));
    view! {
        <article class="entry" id=id tabindex=follow(move || stop.of(&stop_id)) aria-labelledby=label_id
            aria-posinset=position.to_string() aria-setsize="-1">
            <Marks row/>
            <div class="event"><Icon name=icon class="icon icon--sm"/><p id=label_id.clone()>{part(words)}" "<Clock at/></p></div>
        </article>
    }
    .into_any()
}

fn name(workspace: Option<&Workspace>, user: UserId) -> String {
    let person = workspace.and_then(|known| known.people.get(&user));
    person.map_or_else(|| "Somebody".to_owned(), |person| person.name.clone())
}

fn icon(body: &EventBody) -> &'static str {
    match body {
        EventBody::Created { .. } => "i-plus",
        EventBody::Joined { .. } => "i-log-in",
        EventBody::Left { .. } => "i-log-out",
        EventBody::Integration { .. } => "i-blocks",
        EventBody::CallStarted { .. } | EventBody::CallEnded { .. } => "i-phone",
        EventBody::Changed { .. } | EventBody::Message(_) | EventBody::Deleted { .. } | EventBody::Unknown => {
            "i-pencil-line"
        }
    }
}

/// What happened, in the words of the product.
fn sentence(body: &EventBody, name: impl Fn(UserId) -> String) -> String {
    match body {
        EventBody::Created { by } => format!("{} created the room", name(*by)),
        EventBody::Joined { user_id, by: Some(by) } if by != user_id => {
            format!("{} added {}", name(*by), name(*user_id))
        }
        EventBody::Joined { user_id, .. } => format!("{} joined", name(*user_id)),
        EventBody::Left { user_id, by: Some(by) } if by != user_id => {
            format!("{} removed {}", name(*by), name(*user_id))
        }
        EventBody::Left { user_id, .. } => format!("{} left", name(*user_id)),
        EventBody::Changed { by, topic, name: new_name, privacy, archived } => {
            let changes = [
                topic.as_ref().map(|topic| match topic.as_str() {
                    "" => "cleared the topic".to_owned(),
                    topic => format!("changed the topic to “{topic}”"),
                }),
                new_name.as_ref().map(|new_name| format!("renamed the room to {new_name}")),
                privacy.map(|privacy| match privacy {
                    Privacy::Public => "made the room public".to_owned(),
                    Privacy::Private => "made the room private".to_owned(),
                }),
                archived.map(|archived| match archived {
                    true => "archived the room".to_owned(),
                    false => "brought the room back".to_owned(),
                }),
            ];
            format!("{} {}", name(*by), changes.into_iter().flatten().collect::<Vec<_>>().join(" and "))
        }
        EventBody::Integration { name: integration, installed, by, .. } => match (by, installed) {
            (Some(by), true) => format!("{} installed {integration}", name(*by)),
            (Some(by), false) => format!("{} removed {integration}", name(*by)),
            (None, true) => format!("{integration} was installed"),
            (None, false) => format!("{integration} was withdrawn by its provider"),
        },
        EventBody::CallStarted { by } => format!("{} started a call", name(*by)),
        EventBody::CallEnded { seconds: ..60 } => "The call ended within a minute".to_owned(),
        EventBody::CallEnded { seconds } => format!("The call ended after {} min", (seconds + 30) / 60),
        EventBody::Message(_) | EventBody::Deleted { .. } | EventBody::Unknown => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use roomglass_protocol::IntegrationKey;

    use super::*;

    fn told(body: &EventBody) -> String {
        sentence(body, |user| if user == UserId(1) { "Amina".to_owned() } else { "Jonas".to_owned() })
    }

    #[test]
    fn events_are_told_in_the_products_words() -> Result<(), roomglass_protocol::id::InvalidId> {
        let (amina, jonas) = (UserId(1), UserId(2));
        assert_eq!(told(&EventBody::Joined { user_id: jonas, by: None }), "Jonas joined");
        assert_eq!(told(&EventBody::Joined { user_id: jonas, by: Some(amina) }), "Amina added Jonas");
        assert_eq!(told(&EventBody::Left { user_id: jonas, by: Some(jonas) }), "Jonas left");
        let changed = EventBody::Changed {
            by: amina,
            topic: Some("Launch".to_owned()),
            name: None,
            privacy: Some(Privacy::Private),
            archived: None,
        };
        assert_eq!(told(&changed), "Amina changed the topic to “Launch” and made the room private");
        let key = IntegrationKey::new("builds")?;
        let withdrawn = EventBody::Integration { key, name: "Builds".to_owned(), installed: false, by: None };
        assert_eq!(told(&withdrawn), "Builds was withdrawn by its provider");
        Ok(())
    }
}
