//! Conditions (§8 of the requirements; hipchat-connect §1.14).

use roomglass_protocol::{
    Message, Person, Privacy, Role, Room, UserId,
    event::MessageFormat,
    integration::{ConditionContext, ConditionList, ElementContext, MessageContext},
};
use serde_json::{Value, json};

use crate::support::{ALANA, EMMA, alana, emma, file, message, notification, person, room, test};

fn list(value: Value) -> ConditionList {
    ConditionList::from_value(Some(&value))
}

/// One condition as a list.
fn one(name: &str, params: Value) -> ConditionList {
    list(json!([{ "condition": name, "params": params }]))
}

fn context<'a>(user: &'a Person, room: &'a Room, element: ElementContext<'a>) -> ConditionContext<'a> {
    ConditionContext { user, room, element }
}

fn holds_on(conditions: &ConditionList, message: &Message, sender: Option<&Person>) -> bool {
    let (user, room) = (emma(), room());
    conditions.hold(&context(&user, &room, ElementContext::Message(MessageContext::new(message, sender))))
}

fn holds_for_text(conditions: &ConditionList, text: &str) -> bool {
    holds_on(conditions, &message(1, ALANA, text), None)
}

fn holds_for_data(tests: Value, data: Option<Value>) -> bool {
    let (user, room) = (emma(), room());
    one("glance_matches", json!({ "metadata": tests })).hold(&context(
        &user,
        &room,
        ElementContext::Tile(data.as_ref()),
    ))
}

fn holds_for(conditions: &ConditionList, user: &Person, room: &Room) -> bool {
    conditions.hold(&context(user, room, ElementContext::None))
}

#[test]
fn no_conditions_hold() {
    // COND-02, DESC-14.
    for none in [None, Some(json!([])), Some(json!(null)), Some(json!("x"))] {
        assert!(holds_for(&ConditionList::from_value(none.as_ref()), &emma(), &room()));
    }
}

#[test]
fn all_conditions_of_a_list_must_hold() {
    // COND-03.
    let (holding, failing) = (json!({ "condition": "room_is_private" }), json!({ "condition": "room_is_public" }));
    assert!(holds_for(&list(json!([holding, holding])), &emma(), &room()));
    assert!(!holds_for(&list(json!([holding, failing])), &emma(), &room()));
    assert!(!holds_for(&list(json!([failing, holding])), &emma(), &room()));
}

#[test]
fn kinds_of_user() {
    // COND-04, COND-05, COND-06, COND-07.
    let guest = person(UserId(14), "Priya", Role::Guest);
    let people = [alana(), emma(), guest];
    let who = |name: &str| people.each_ref().map(|user| holds_for(&one(name, json!({})), user, &room()));
    assert_eq!(who("user_is_admin"), [true, false, false]);
    assert_eq!(who("user_is_guest"), [false, false, true]);
    assert_eq!(who("user_is_room_owner"), [true, false, false]);
    let either = list(json!([{ "type": "or", "conditions": [
        { "condition": "user_is_room_owner" }, { "condition": "user_is_guest" }] }]));
    assert_eq!(people.each_ref().map(|user| holds_for(&either, user, &room())), [true, false, true]);
    let of_somebody_else = Room { owner_id: EMMA, ..room() };
    assert!(!holds_for(&one("user_is_room_owner", json!({})), &alana(), &of_somebody_else));
}

#[test]
fn user_and_room_are_tested_together() {
    // COND-23.
    let conditions = list(json!([{ "condition": "user_is_guest" }, { "condition": "room_is_private" }]));
    let (guest, public) = (person(UserId(14), "Priya", Role::Guest), Room { privacy: Privacy::Public, ..room() });
    assert!(holds_for(&conditions, &guest, &room()));
    assert!(!holds_for(&conditions, &guest, &public));
    assert!(!holds_for(&conditions, &emma(), &room()));
}

#[test]
fn kinds_of_room() {
    // COND-08, COND-09.
    let (private, public) = (room(), Room { privacy: Privacy::Public, ..room() });
    for (condition, expected) in [
        (json!({ "condition": "room_is_public" }), [false, true]),
        (json!({ "condition": "room_is_private" }), [true, false]),
        (json!({ "condition": "room_is_public", "invert": true }), [true, false]),
    ] {
        let conditions = list(json!([condition]));
        assert_eq!([&private, &public].map(|room| holds_for(&conditions, &emma(), room)), expected);
    }
}

#[test]
fn values_are_compared() {
    // COND-10: for 101 only.
    let shown = |price: Value| holds_for_data(json!([{ "attr": "price", "gt": 100 }]), Some(json!({ "price": price })));
    assert_eq!([99, 100, 101].map(|price| shown(json!(price))), [false, false, true]);
    assert!(holds_for_data(json!([{ "attr": "price", "lt": 5 }]), Some(json!({ "price": 3 }))));
    assert!(!holds_for_data(json!([{ "attr": "price", "lt": 5 }]), Some(json!({ "price": 7 }))));
}

#[test]
fn comparisons_are_those_of_javascript() {
    let data = json!({ "n": 1, "f": 1.0, "s": "10", "t": true, "z": null, "o": { "a": { "b": [7, 8] } } });
    for (test, expected) in [
        (json!({ "attr": "n", "eq": 1.0 }), true),
        (json!({ "attr": "f", "eq": 1 }), true),
        (json!({ "attr": "n", "eq": "1" }), false),
        (json!({ "attr": "t", "eq": 1 }), false),
        (json!({ "attr": "z", "eq": null }), true),
        (json!({ "attr": "missing", "eq": null }), false),
        (json!({ "attr": "o.a.b.1", "eq": 8 }), true),
        (json!({ "attr": "o.a.b.2", "eq": 8 }), false),
        (json!({ "attr": "o.x.b", "eq": 8 }), false),
        (json!({ "attr": "s", "gt": 9 }), true),
        (json!({ "attr": "s", "gt": "9" }), false),
        (json!({ "attr": "s", "lt": "9" }), true),
        (json!({ "attr": "t", "gt": 0 }), true),
        (json!({ "attr": "z", "lt": 1 }), true),
        (json!({ "attr": "o", "lt": 1 }), false),
        (json!({ "attr": "n", "lt": "many" }), false),
        (json!({ "attr": "n", "lt": "inf" }), false),
        // Only the first operator counts, in the order eq, lt, gt.
        (json!({ "attr": "n", "gt": 5, "eq": 1 }), true),
        (json!({ "attr": "n", "gt": 0, "lt": 1 }), false),
        (json!({ "attr": "n" }), false),
        (json!({ "eq": 1 }), false),
        (json!(7), false),
    ] {
        assert_eq!(holds_for_data(json!([test]), Some(data.clone())), expected, "{test}");
    }
}

#[test]
fn without_metadata_nothing_is_met() {
    // COND-12, COND-13.
    let configured = json!([{ "attr": "isConfigured", "eq": true }]);
    assert!(holds_for_data(configured.clone(), Some(json!({ "isConfigured": true }))));
    assert!(!holds_for_data(configured.clone(), Some(json!({ "isConfigured": false }))));
    assert!(!holds_for_data(configured.clone(), None));
    assert!(!holds_for_data(json!("no list"), Some(json!({}))));
    assert!(!holds_for(&one("glance_matches", json!({ "metadata": configured })), &emma(), &room()));
}

#[test]
fn messages_contain_links() {
    // COND-14.
    let conditions = one("message_contains_link", json!({}));
    assert!(holds_for_text(&conditions, "Please read https://example.com/spec before noon"));
    assert!(!holds_for_text(&conditions, "thanks!"));
    let linked = notification("<a href='https://example.com'>here</a>", None);
    assert!(holds_on(&conditions, &linked, None));
    assert!(!holds_on(&conditions, &notification("<b>here</b>", None), None));
    // The same characters from a person are no markup.
    let typed = Message { format: MessageFormat::Markdown, ..message(1, ALANA, "<a href='mailto:a@b.example'>") };
    assert!(!holds_on(&conditions, &typed, None));
}

#[test]
fn messages_contain_words() {
    // COND-15, with the words of the calendar of §12.
    let words = json!(["organise", "date", "day", "schedule", "calendar", "appointment"]);
    let conditions = one("message_matches", json!({ "contains": words }));
    assert!(holds_for_text(&conditions, "let's organise a team lunch"));
    assert!(holds_for_text(&conditions, "Set a DATE!"));
    assert!(!holds_for_text(&conditions, "I updated it yesterday"));
    assert!(!holds_for_text(&conditions, ""));
    assert!(holds_for_text(&one("message_matches", json!({ "contains": "Team Lunch" })), "a team lunch?"));
    assert!(!holds_for_text(&one("message_matches", json!({ "contains": [] })), "x"));
    assert!(!holds_for_text(&one("message_matches", json!({ "contains": "" })), "x"));
}

#[test]
fn messages_match_patterns() {
    // COND-16.
    let regex =
        |pattern: &str, flags: &str| one("message_matches", json!({ "regex": { "pattern": pattern, "flags": flags } }));
    assert!(holds_for_text(&regex(r"build #\d+", "i"), "Build #41 broke"));
    assert!(!holds_for_text(&regex(r"build #\d+", ""), "Build #41 broke"));
    assert!(!holds_for_text(&regex("(", ""), "("), "a bad pattern does not match");
    assert!(!holds_for_text(&one("message_matches", json!({ "regex": {} })), "x"));
    let started = notification("Build #129 of <b>main</b> started", None);
    assert!(holds_on(&regex("129 of main started$", ""), &started, None), "the words are tested, not the markup");
}

#[test]
fn messages_have_types_and_senders() {
    // COND-17, COND-21, COND-22.
    let (from_user, from_builds) = (message(1, ALANA, "text"), notification("text", None));
    let both = |conditions: ConditionList| {
        [(&from_user, Some(&alana())), (&from_builds, None)]
            .map(|(message, sender)| holds_on(&conditions, message, sender))
    };
    assert_eq!(both(one("message_matches", json!({ "type": "notification" }))), [false, true]);
    assert_eq!(both(one("message_matches", json!({ "type": "message" }))), [true, false]);
    assert_eq!(both(one("message_matches", json!({ "sender": "Alana" }))), [true, false]);
    assert_eq!(both(one("message_matches", json!({ "sender": "Builds" }))), [false, true]);
    assert_eq!(both(one("message_matches", json!({ "sender": "com.example.builds" }))), [false, true]);
    assert_eq!(both(one("message_matches", json!({ "sender": "alana" }))), [false, false]);
    assert_eq!(both(one("message_matches", json!({ "type": "message", "contains": "else" }))), [false, false]);
    assert_eq!(both(one("sender_is_admin", json!({}))), [true, false]);
    assert_eq!(both(one("sender_is_guest", json!({}))), [false, false]);
    // COND-25: one that the source does not name.
    let own = message(1, EMMA, "mine");
    assert!(holds_on(&one("message_sent_by_current_user", json!({})), &own, Some(&emma())));
    assert!(!holds_on(&one("message_sent_by_current_user", json!({})), &from_user, Some(&alana())));
}

#[test]
fn messages_have_files() {
    // COND-20.
    let with = |types: &[&str]| Message {
        attachments: (1..).zip(types).map(|(number, media_type)| file(number, media_type)).collect(),
        ..message(1, ALANA, "")
    };
    let (picture, both, none) = (with(&["image/png"]), with(&["image/png", "application/pdf"]), with(&[]));
    for (file_type, expected) in [
        ("image", [true, true, false]),
        ("img", [true, true, false]),
        ("image/png", [true, true, false]),
        ("IMAGE/*", [true, true, false]),
        ("pdf", [false, true, false]),
        ("application/pdf", [false, true, false]),
        ("*/*", [true, true, false]),
        ("image/jpeg", [false, false, false]),
        ("video", [false, false, false]),
        ("", [false, false, false]),
    ] {
        let conditions = one("message_matches", json!({ "file_type": file_type }));
        assert_eq!(
            [&picture, &both, &none].map(|message| holds_on(&conditions, message, None)),
            expected,
            "{file_type}"
        );
    }
    let no_text = one("message_matches", json!({ "file_type": 7 }));
    assert!(!holds_on(&no_text, &picture, None));
    assert!(!holds_for(&one("message_matches", json!({ "file_type": "*/*" })), &emma(), &room()), "the input field");
    let (user, room) = (emma(), room());
    let element = ElementContext::Message(MessageContext::new(&picture, None));
    let shown = one("message_matches", json!({ "file_type": "image" })).shown(&context(&user, &room, element));
    let reason = shown.and_then(|shown| shown.reason);
    assert_eq!(reason.as_deref(), Some("Shown because it has a file of type image."));
}

#[test]
fn cards_match_by_metadata() {
    // COND-18; the form of a real add-on.
    let conditions = one("card_matches", json!({ "metadata": [{ "attr": "sentry_message_type", "eq": "event" }] }));
    let card = |metadata: Value| notification("x", Some(metadata));
    assert!(holds_on(&conditions, &card(json!({ "sentry_message_type": "event" })), None));
    assert!(!holds_on(&conditions, &card(json!({ "sentry_message_type": "other" })), None));
    assert!(!holds_on(&conditions, &notification("x", None), None));
    let style = one("card_matches", json!({ "style": "application" }));
    assert!(holds_on(&style, &card(json!({ "card_style": "application" })), None));
    assert!(!holds_on(&style, &card(json!({ "card_style": "image" })), None));
}

/// HCC-10: every condition of HipChat, true once and false once, and the other way round with `invert`; each in the form
/// of its documentation.
#[test]
fn the_conditions_of_hipchat_are_there() {
    let metadata = |test: Value| json!({ "metadata": [test] });
    let regex = json!({ "regex": { "pattern": "HIP-\\d+", "flags": "i" } });
    let linked = message(1, ALANA, "see https://example.com, hip-42");
    let plain = message(1, ALANA, "nothing");
    let event = notification("x", Some(json!({ "sentry": { "type": "event" }, "count": 5 })));
    let other = notification("x", Some(json!({ "sentry": { "type": "other" }, "count": 3 })));
    let cases = [
        ("message_contains_link", json!({}), &linked, &plain),
        ("message_matches", regex, &linked, &plain),
        ("message_matches", json!({ "type": "notification" }), &event, &plain),
        ("message_matches", json!({ "sender": "Alana" }), &plain, &event),
        ("message_sent_by_current_user", json!({}), &message(1, EMMA, "mine"), &plain),
        ("card_matches", metadata(json!({ "attr": "sentry.type", "eq": "event" })), &event, &other),
        ("card_matches", metadata(json!({ "attr": "count", "gt": 4 })), &event, &other),
        ("card_matches", metadata(json!({ "attr": "count", "lt": 4 })), &other, &event),
    ];
    let sender = |message: &Message| match message.sender() {
        Some(EMMA) => Some(emma()),
        Some(_) => Some(alana()),
        None => None,
    };
    for (name, params, holding, failing) in cases {
        for invert in [false, true] {
            let conditions = list(json!([{ "condition": name, "params": params, "invert": invert }]));
            let holds = |message: &Message| holds_on(&conditions, message, sender(message).as_ref());
            assert_eq!((holds(holding), holds(failing)), (!invert, invert), "{name} {params} {invert}");
        }
    }
    let (public, private) = (Room { privacy: Privacy::Public, ..room() }, Room { privacy: Privacy::Private, ..room() });
    let owned = |user: &Person| Room { owner_id: user.id, ..room() };
    let (admin, member, guest) = (
        Person { role: Role::Administrator, ..emma() },
        Person { role: Role::Member, ..emma() },
        Person { role: Role::Guest, ..emma() },
    );
    let not_owned = Room { owner_id: ALANA, ..room() };
    let cases = [
        ("room_is_public", (&member, &public), (&member, &private)),
        ("user_is_admin", (&admin, &public), (&member, &public)),
        ("user_is_guest", (&guest, &public), (&member, &public)),
        ("user_is_room_owner", (&member, &owned(&member)), (&member, &not_owned)),
    ];
    for (name, holding, failing) in cases {
        for invert in [false, true] {
            let conditions = list(json!([{ "condition": name, "invert": invert }]));
            let holds = |(user, room): (&Person, &Room)| holds_for(&conditions, user, room);
            assert_eq!((holds(holding), holds(failing)), (!invert, invert), "{name} {invert}");
        }
    }
    let data = || Some(json!({ "build": { "failed": 2 }, "isConfigured": true }));
    for (test, expected) in [
        (json!({ "attr": "isConfigured", "eq": true }), true),
        (json!({ "attr": "isConfigured", "eq": "true" }), false),
        (json!({ "attr": "build.failed", "gt": 1 }), true),
        (json!({ "attr": "build.failed", "lt": 2 }), false),
    ] {
        assert_eq!(holds_for_data(json!([test]), data()), expected, "glance_matches {test}");
    }
    assert!(!holds_for_data(json!([{ "attr": "isConfigured", "eq": true }]), None));
}

#[test]
fn the_input_field_has_no_message() {
    for name in ["message_contains_link", "message_sent_by_current_user", "card_matches", "sender_is_admin"] {
        assert!(!holds_for(&one(name, json!({})), &alana(), &room()), "{name}");
    }
    assert!(!holds_for(&one("message_matches", json!({ "type": "message" })), &alana(), &room()));
    assert!(holds_for(&one("message_matches", json!({ "regex": { "pattern": "^$" } })), &alana(), &room()));
}

#[test]
fn unknown_names_do_not_hold_and_are_told() {
    // COND-27.
    let conditions = list(json!([
        { "condition": "room_is_pubic" },
        { "type": "or", "conditions": [{ "condition": "feature_is_enabled", "params": { "feature": "x" } }] },
        { "condition": "user_is_admin" }
    ]));
    assert!(!holds_for(&conditions, &alana(), &room()));
    assert_eq!(conditions.unknown_names(), ["room_is_pubic", "feature_is_enabled"]);
    assert!(holds_for(&list(json!([{ "condition": "nonsense", "invert": true }])), &alana(), &room()));
}

#[test]
fn what_is_no_condition_spoils_all() {
    for broken in [
        json!(7),
        json!("room_is_private"),
        json!({}),
        json!({ "condition": 5 }),
        json!({ "type": "xor", "conditions": [] }),
        json!({ "type": 1, "conditions": [] }),
        json!({ "type": "and" }),
    ] {
        assert!(!holds_for(&list(json!([broken])), &alana(), &room()), "{broken}");
        let beside = json!([{ "type": "or", "conditions": [{ "condition": "room_is_private" }, broken] }]);
        assert!(!holds_for(&list(beside), &alana(), &room()), "{broken}");
    }
}

#[test]
fn only_true_inverts() {
    for invert in [json!(false), json!("true"), json!(1), json!(null)] {
        assert!(holds_for(&list(json!([{ "condition": "room_is_private", "invert": invert }])), &alana(), &room()));
    }
    // An inversion of a group counts for nothing, as in HipChat.
    let group = json!([{ "type": "AND", "conditions": [{ "condition": "room_is_private" }], "invert": true }]);
    assert!(holds_for(&list(group), &alana(), &room()));
}

#[test]
fn metadata_is_needed_wherever_it_is_tested() {
    // HCC-14.
    assert!(!list(json!([{ "condition": "room_is_public" }])).need_metadata());
    let nested = json!([{ "type": "or", "conditions": [
        { "condition": "room_is_public" }, { "type": "and", "conditions": [{ "condition": "glance_matches" }] }] }]);
    assert!(list(nested).need_metadata());
}

#[test]
fn reasons_are_short_and_true() {
    let text = "Build #41 broke, see https://ci.example.com";
    let (user, room, message) = (emma(), room(), message(1, ALANA, text));
    let on_message = context(&user, &room, ElementContext::Message(MessageContext::new(&message, None)));
    let reason = |value: Value| list(value).shown(&on_message).and_then(|shown| shown.reason);
    assert_eq!(
        reason(json!([{ "condition": "message_contains_link" }])).as_deref(),
        Some("Shown because the message contains a link.")
    );
    assert_eq!(
        reason(json!([{ "condition": "message_matches", "params": { "regex": { "pattern": "build #\\d+", "flags": "i" } } }]))
            .as_deref(),
        Some("Shown because the message contains Build #41.")
    );
    let either = json!([
        { "type": "or", "conditions": [{ "condition": "user_is_guest" }, { "condition": "message_contains_link" }] },
        { "condition": "room_is_public", "invert": true },
        { "condition": "message_sent_by_current_user", "invert": true }
    ]);
    assert_eq!(
        reason(either).as_deref(),
        Some("Shown because the message contains a link, the room is private and you did not write the message.")
    );
    assert_eq!(reason(json!([])), None);
    assert_eq!(reason(json!([{ "condition": "user_is_guest" }])), None, "it is not shown");
    assert_eq!(reason(json!([{ "condition": "unknown", "invert": true }])), None, "nothing honest can be said");
}

#[test]
fn reasons_of_tiles_quote_their_data() {
    let (user, room, data) = (emma(), room(), json!({ "temperature": 41, "state": "storm" }));
    let on_tile = context(&user, &room, ElementContext::Tile(Some(&data)));
    let tests = json!([{ "attr": "temperature", "gt": 35 }, { "attr": "state", "eq": "storm" }]);
    assert_eq!(
        one("glance_matches", json!({ "metadata": tests })).shown(&on_tile).and_then(|shown| shown.reason).as_deref(),
        Some("Shown because its data says temperature is above 35 and state is “storm”.")
    );
}

#[cfg(not(target_arch = "wasm32"))]
mod property {
    use proptest::prelude::*;

    use super::*;

    /// A formula over three facts.
    #[derive(Debug, Clone)]
    enum Formula {
        Fact(usize, bool),
        All(Vec<Formula>),
        Any(Vec<Formula>),
    }

    const FACTS: [&str; 3] = ["user_is_admin", "room_is_public", "message_contains_link"];

    impl Formula {
        fn condition(&self) -> Value {
            let group = |word: &str, parts: &[Formula]| json!({ "type": word, "conditions": parts.iter().map(Formula::condition).collect::<Vec<_>>() });
            match self {
                Self::Fact(fact, invert) => json!({ "condition": FACTS[*fact], "invert": invert }),
                Self::All(parts) => group("and", parts),
                Self::Any(parts) => group("or", parts),
            }
        }

        fn is_true(&self, facts: [bool; 3]) -> bool {
            match self {
                Self::Fact(fact, invert) => facts[*fact] != *invert,
                Self::All(parts) => parts.iter().all(|part| part.is_true(facts)),
                Self::Any(parts) => parts.iter().any(|part| part.is_true(facts)),
            }
        }
    }

    fn any_formula() -> impl Strategy<Value = Formula> {
        let fact = (0..FACTS.len(), any::<bool>()).prop_map(|(fact, invert)| Formula::Fact(fact, invert));
        fact.prop_recursive(3, 24, 4, |inner| {
            let parts = prop::collection::vec(inner, 0..4);
            prop_oneof![parts.clone().prop_map(Formula::All), parts.prop_map(Formula::Any)]
        })
    }

    proptest! {
        /// COND-26: every row of the truth table.
        #[test]
        fn nesting_is_boolean(formulas in prop::collection::vec(any_formula(), 0..3)) {
            let conditions = list(formulas.iter().map(Formula::condition).collect());
            for row in 0..8_u8 {
                let facts = [0, 1, 2].map(|bit| row & (1 << bit) != 0);
                let user = if facts[0] { alana() } else { emma() };
                let room = Room { privacy: if facts[1] { Privacy::Public } else { Privacy::Private }, ..room() };
                let message = message(1, ALANA, if facts[2] { "https://a.example" } else { "no" });
                let element = ElementContext::Message(MessageContext::new(&message, None));
                let context = context(&user, &room, element);
                let expected = formulas.iter().all(|formula| formula.is_true(facts));
                prop_assert_eq!(conditions.hold(&context), expected);
                prop_assert_eq!(conditions.shown(&context).is_some(), expected);
            }
        }
    }
}
