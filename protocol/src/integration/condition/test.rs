//! The named tests. All of HipChat Connect §1.14, and those the source adds.

use serde_json::Value;

use super::{ConditionContext, ElementContext, MessageContext, metadata};
use crate::{Author, Message, Person, Privacy, Role, text::pattern::Pattern};

pub(super) const GLANCE_MATCHES: &str = "glance_matches";

/// Most words one `contains` looks for; a hostile list must not make a menu slow.
const MAX_WORDS: usize = 100;

/// Member of a card's metadata in which the server tells the card's style, as it does `sender_addon_key`.
pub const CARD_STYLE: &str = "card_style";

type Evaluate = fn(&Value, &ConditionContext<'_>) -> bool;

const TESTS: [(&str, Evaluate); 12] = [
    ("room_is_public", |_, context| is_public(context)),
    ("room_is_private", |_, context| !is_public(context)),
    ("user_is_admin", |_, context| context.user.role == Role::Administrator),
    ("user_is_guest", |_, context| context.user.role == Role::Guest),
    ("user_is_room_owner", |_, context| context.room.owner_id == context.user.id),
    ("sender_is_admin", |_, context| sender(context).is_some_and(|person| person.role == Role::Administrator)),
    ("sender_is_guest", |_, context| sender(context).is_some_and(|person| person.role == Role::Guest)),
    ("message_contains_link", |_, context| message(context).is_some_and(|of| !of.links().is_empty())),
    ("message_sent_by_current_user", |_, context| {
        message(context).is_some_and(|of| of.message.sender() == Some(context.user.id))
    }),
    ("message_matches", message_matches),
    ("card_matches", card_matches),
    (GLANCE_MATCHES, |params, context| match context.element {
        ElementContext::Tile(Some(data)) => metadata::matches(params.get("metadata"), data),
        _ => false,
    }),
];

/// Whether the test holds, before it is inverted. An unknown one does not (COND-27).
pub(super) fn holds(name: &str, params: &Value, context: &ConditionContext<'_>) -> bool {
    TESTS.iter().find(|(known, _)| *known == name).is_some_and(|(_, evaluate)| evaluate(params, context))
}

pub(super) fn is_known(name: &str) -> bool {
    TESTS.iter().any(|(known, _)| *known == name)
}

pub(super) fn message<'c, 'a>(context: &'c ConditionContext<'a>) -> Option<&'c MessageContext<'a>> {
    match &context.element {
        ElementContext::Message(message) => Some(message),
        ElementContext::None | ElementContext::Tile(_) => None,
    }
}

/// The first of the words of `contains` that occurs in a text, which is in lower case.
pub(super) fn word_in<'p>(contains: &'p Value, text: &str) -> Option<&'p str> {
    let words = contains.as_array().map_or(std::slice::from_ref(contains), Vec::as_slice);
    words.iter().take(MAX_WORDS).filter_map(Value::as_str).find(|word| occurs(&word.to_lowercase(), text))
}

/// The pattern of a test, if it has one that can be used.
pub(super) fn regex_of(params: &Value) -> Option<Pattern> {
    let (pattern, flags) = written_pattern(params)?;
    Pattern::kept(pattern, flags)
}

/// The same with the reason why it cannot be.
pub(super) fn pattern_of(params: &Value) -> Option<Result<Pattern, String>> {
    let (pattern, flags) = written_pattern(params)?;
    Some(Pattern::new(pattern, flags))
}

fn written_pattern(params: &Value) -> Option<(&str, &str)> {
    let regex = params.get("regex")?;
    let flags = regex.get("flags").and_then(Value::as_str).unwrap_or_default();
    Some((regex.get("pattern")?.as_str()?, flags))
}

fn is_public(context: &ConditionContext<'_>) -> bool {
    context.room.privacy == Privacy::Public
}

fn sender<'a>(context: &ConditionContext<'a>) -> Option<&'a Person> {
    message(context)?.sender
}

/// All given parameters must match; the input field counts as an empty message of no type and no sender.
fn message_matches(params: &Value, context: &ConditionContext<'_>) -> bool {
    let message = message(context);
    let given = |name: &str| params.get(name).filter(|value| !value.is_null());
    given("type").is_none_or(|kind| message.is_some_and(|of| kind.as_str() == Some(type_of(of.message))))
        && given("regex").is_none_or(|_| {
            regex_of(params).is_some_and(|pattern| pattern.is_match(message.map_or("", MessageContext::body)))
        })
        && given("contains")
            .is_none_or(|words| word_in(words, message.map_or("", MessageContext::lower_case)).is_some())
        && given("sender").is_none_or(|name| message.is_some_and(|of| is_from(of, name)))
        && given("file_type").is_none_or(|wanted| message.is_some_and(|of| has_file(of.message, wanted)))
}

/// Whether one of the files is of the type asked for (COND-20).
fn has_file(message: &Message, wanted: &Value) -> bool {
    wanted.as_str().is_some_and(|wanted| message.attachments.iter().any(|file| file.is_of_type(wanted)))
}

pub(super) fn type_of(message: &Message) -> &'static str {
    if message.is_notification() { "notification" } else { "message" }
}

/// The exact name a person or integration had or has, or the key of an integration.
fn is_from(of: &MessageContext<'_>, name: &Value) -> bool {
    let Some(wanted) = name.as_str() else { return false };
    match &of.message.from {
        Author::User { name, .. } => name == wanted || of.sender.is_some_and(|person| person.name == wanted),
        Author::Integration { key, name } => name == wanted || key.as_str() == wanted,
    }
}

fn card_matches(params: &Value, context: &ConditionContext<'_>) -> bool {
    let Some(card) = message(context).and_then(|of| of.message.metadata.as_ref()) else { return false };
    let given = |name: &str| params.get(name).filter(|value| !value.is_null());
    given("style").is_none_or(|style| card.get(CARD_STYLE) == Some(style))
        && given("metadata").is_none_or(|tests| metadata::matches(Some(tests), card))
}

/// Both in lower case. "date" occurs in "Set a date!", not in "update".
fn occurs(word: &str, text: &str) -> bool {
    let is_edge = |neighbour: Option<char>| !neighbour.is_some_and(char::is_alphanumeric);
    !word.is_empty()
        && text.match_indices(word).any(|(start, found)| {
            is_edge(text[..start].chars().next_back()) && is_edge(text[start + found.len()..].chars().next())
        })
}
