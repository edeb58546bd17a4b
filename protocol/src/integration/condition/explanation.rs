//! Why something is shown or not: each condition with its verdict and the values it tested, for those who look after a
//! room's integrations. The verdicts are those of the evaluator; nothing is decided here.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Condition, ConditionContext, ConditionList, ElementContext, metadata, test};
use crate::{Author, Message};

/// What came of a list of conditions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Whether what they belong to is shown.
    pub holds: bool,
    /// What came of each, in their order.
    pub conditions: Vec<Explained>,
}

/// What came of one condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    /// Whether it holds, inverted if it asks for that.
    pub holds: bool,
    /// What it is.
    #[serde(flatten)]
    pub what: Tested,
}

/// A condition with what it looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Tested {
    /// A named test.
    Test {
        /// Its name.
        name: String,
        /// What it asks for, as the descriptor has it.
        params: Value,
        /// Whether its result was turned round.
        invert: bool,
        /// Whether this version knows it; one that is not known does not hold before it is turned round (COND-27).
        known: bool,
        /// The values it tested, by name. What is not there was not found. Equal values lead to equal verdicts.
        values: Map<String, Value>,
    },
    /// All of a group.
    All {
        /// Its members.
        conditions: Vec<Explained>,
    },
    /// Any of a group.
    Any {
        /// Its members.
        conditions: Vec<Explained>,
    },
    /// No condition; as long as there is one, nothing of the list holds.
    Broken,
}

impl ConditionList {
    /// What came of each condition, with the values tested.
    pub fn explain(&self, context: &ConditionContext<'_>) -> Explanation {
        Explanation { holds: self.hold(context), conditions: explain_all(&self.0, context) }
    }
}

fn explain_all(conditions: &[Condition], context: &ConditionContext<'_>) -> Vec<Explained> {
    conditions.iter().map(|condition| explain(condition, context)).collect()
}

fn explain(condition: &Condition, context: &ConditionContext<'_>) -> Explained {
    let what = match condition {
        Condition::Test { name, params, invert } => Tested::Test {
            values: values(name, params, context),
            known: test::is_known(name),
            name: name.clone(),
            params: params.clone(),
            invert: *invert,
        },
        Condition::All(group) => Tested::All { conditions: explain_all(group, context) },
        Condition::Any(group) => Tested::Any { conditions: explain_all(group, context) },
        Condition::Broken => Tested::Broken,
    };
    Explained { holds: condition.holds(context), what }
}

/// Everything a named test looks at.
fn values(name: &str, params: &Value, context: &ConditionContext<'_>) -> Map<String, Value> {
    let message = test::message(context);
    let found = match name {
        "room_is_public" | "room_is_private" => json!({"privacy": context.room.privacy}),
        "user_is_admin" | "user_is_guest" => json!({"role": context.user.role}),
        "user_is_room_owner" => json!({"owner_id": context.room.owner_id, "user_id": context.user.id}),
        "sender_is_admin" | "sender_is_guest" => {
            json!({"role": message.and_then(|of| of.sender).map(|sender| sender.role)})
        }
        "message_contains_link" => json!({"links": message.map(|of| of.links())}),
        "message_sent_by_current_user" => {
            json!({"sender_id": message.and_then(|of| of.message.sender()), "user_id": context.user.id})
        }
        "message_matches" => return of_message(params, context),
        "card_matches" => {
            return message
                .and_then(|of| of.message.metadata.as_ref())
                .map(|card| of_card(params, card))
                .unwrap_or_default();
        }
        test::GLANCE_MATCHES => match context.element {
            ElementContext::Tile(Some(data)) => return found_in(params, data),
            _ => Value::Null,
        },
        _ => Value::Null,
    };
    let found = found.as_object().cloned().unwrap_or_default();
    found.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

/// Only what is asked for: a text nobody tests is not shown.
fn of_message(params: &Value, context: &ConditionContext<'_>) -> Map<String, Value> {
    let message = test::message(context);
    let asked = |name: &str| params.get(name).is_some_and(|value| !value.is_null());
    let mut values = Map::new();
    if asked("regex") || asked("contains") {
        let text = message.map(|of| of.body().to_owned()).unwrap_or_default();
        values.insert("text".to_owned(), Value::String(text));
    }
    if let Some(of) = message {
        if asked("type") {
            values.insert("type".to_owned(), json!(test::type_of(of.message)));
        }
        if asked("file_type") {
            values.insert(
                "file_types".to_owned(),
                of.message.attachments.iter().map(|file| json!(file.media_type)).collect(),
            );
        }
        if asked("sender") {
            values
                .insert("sender".to_owned(), json!(names_of(of.message, of.sender.map(|person| person.name.as_str()))));
        }
    }
    values
}

/// Every name a sender may be asked for by.
fn names_of(message: &Message, present: Option<&str>) -> Vec<String> {
    let mut names = match &message.from {
        Author::User { name, .. } => vec![name.clone()],
        Author::Integration { key, name } => vec![name.clone(), key.to_string()],
    };
    if let (Author::User { .. }, Some(present)) = (&message.from, present)
        && names[0] != present
    {
        names.push(present.to_owned());
    }
    names
}

/// What tests of metadata find: nothing found is not the same as nothing to look in, which has no entry.
fn found_in(params: &Value, metadata: &Value) -> Map<String, Value> {
    let found = metadata::values(params.get("metadata"), metadata);
    Map::from_iter([("metadata".to_owned(), Value::Object(found))])
}

fn of_card(params: &Value, card: &Value) -> Map<String, Value> {
    let mut values = found_in(params, card);
    if let Some(style) = card.get(test::CARD_STYLE) {
        values.insert(test::CARD_STYLE.to_owned(), style.clone());
    }
    values
}
