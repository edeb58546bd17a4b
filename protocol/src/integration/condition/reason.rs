//! Conditions in words (design §4.3): only those that hold are told.

use serde_json::Value;

use super::{
    Condition, ConditionContext,
    metadata::{MetadataTest, Operator},
    test,
};

/// Longer quotations are cut.
const MAX_QUOTED_CHARS: usize = 40;

/// Why an extension is shown, of whose conditions all hold.
pub(super) fn sentence(conditions: &[Condition], context: &ConditionContext<'_>) -> Option<String> {
    clauses(conditions, context).map(|clauses| format!("Shown because {clauses}."))
}

fn clauses(conditions: &[Condition], context: &ConditionContext<'_>) -> Option<String> {
    listed(&conditions.iter().filter_map(|condition| clause(condition, context)).collect::<Vec<_>>())
}

/// What can be said of a condition that holds.
fn clause(condition: &Condition, context: &ConditionContext<'_>) -> Option<String> {
    match condition {
        Condition::Test { name, params, invert: false } => plain(name, params, context),
        Condition::Test { name, invert: true, .. } => inverted(name).map(str::to_owned),
        Condition::All(group) => clauses(group, context),
        Condition::Any(group) => {
            let holding = group.iter().filter(|condition| condition.holds(context));
            listed(&holding.filter_map(|condition| clause(condition, context)).collect::<Vec<_>>())
        }
        Condition::Broken => None,
    }
}

/// "a", "a and b", "a, b and c".
fn listed(clauses: &[String]) -> Option<String> {
    match clauses {
        [] => None,
        [only] => Some(only.clone()),
        [first @ .., last] => Some(format!("{} and {last}", first.join(", "))),
    }
}

fn plain(name: &str, params: &Value, context: &ConditionContext<'_>) -> Option<String> {
    let fixed = match name {
        "room_is_public" => "the room is public",
        "room_is_private" => "the room is private",
        "user_is_admin" => "you are an administrator",
        "user_is_guest" => "you are a guest",
        "user_is_room_owner" => "you own the room",
        "sender_is_admin" => "an administrator wrote the message",
        "sender_is_guest" => "a guest wrote the message",
        "message_contains_link" => "the message contains a link",
        "message_sent_by_current_user" => "you wrote the message",
        "message_matches" => return message_matches(params, context),
        "card_matches" => return card_matches(params),
        test::GLANCE_MATCHES => return metadata(params.get("metadata")?, "its data says"),
        _ => return None,
    };
    Some(fixed.to_owned())
}

fn inverted(name: &str) -> Option<&'static str> {
    Some(match name {
        "room_is_public" => "the room is private",
        "room_is_private" => "the room is public",
        "user_is_admin" => "you are not an administrator",
        "user_is_guest" => "you are not a guest",
        "user_is_room_owner" => "you do not own the room",
        "sender_is_admin" => "no administrator wrote the message",
        "sender_is_guest" => "no guest wrote the message",
        "message_contains_link" => "the message contains no link",
        "message_sent_by_current_user" => "you did not write the message",
        "message_matches" => "the message does not contain what would hide it",
        "card_matches" => "the card does not say what would hide it",
        test::GLANCE_MATCHES => "its data does not say what would hide it",
        _ => return None,
    })
}

fn message_matches(params: &Value, context: &ConditionContext<'_>) -> Option<String> {
    let message = test::message(context)?;
    let text = |name: &str| params.get(name).and_then(Value::as_str);
    let matched = test::regex_of(params).and_then(|pattern| pattern.find(message.body()).map(shortened));
    let word = params.get("contains").and_then(|words| test::word_in(words, message.lower_case())).map(shortened);
    let found = matched.into_iter().chain(word).filter(|found| !found.trim().is_empty());
    let contents = found.map(|found| format!("the message contains {found}"));
    let kind = text("type").map(|kind| match kind {
        "notification" => "it is a notification".to_owned(),
        _ => "it is a message".to_owned(),
    });
    let file = text("file_type").map(|kind| match kind.trim() {
        "*/*" => "it has a file".to_owned(),
        kind => format!("it has a file of type {}", shortened(kind)),
    });
    let sender = text("sender").map(|name| format!("it is from {}", shortened(name)));
    listed(&contents.chain(kind).chain(file).chain(sender).collect::<Vec<_>>())
}

fn card_matches(params: &Value) -> Option<String> {
    let style = params.get("style").map(|style| format!("the card is of style {}", value_in_words(style)));
    let content = params.get("metadata").and_then(|tests| metadata(tests, "the card says"));
    listed(&style.into_iter().chain(content).collect::<Vec<_>>())
}

fn metadata(tests: &Value, says: &str) -> Option<String> {
    let in_words = |test: MetadataTest<'_>| {
        let relation = match test.operator {
            Operator::Equals => "is",
            Operator::Below => "is below",
            Operator::Above => "is above",
        };
        format!("{} {relation} {}", shortened(test.path), value_in_words(test.operand))
    };
    let tests: Vec<String> = tests.as_array()?.iter().filter_map(MetadataTest::read).map(in_words).collect();
    listed(&tests).map(|tests| format!("{says} {tests}"))
}

fn value_in_words(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => shortened(&other.to_string()),
    }
}

fn quoted(text: &str) -> String {
    format!("“{}”", shortened(text))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
