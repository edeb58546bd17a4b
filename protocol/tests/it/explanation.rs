//! Why something is shown or not (COND-27, and the "why?" of issue 3).

use roomglass_protocol::{
    Room,
    integration::{ConditionContext, ConditionList, ElementContext, Explained, Explanation, MessageContext, Tested},
};
use serde_json::{Value, json};

use crate::support::{ALANA, alana, emma, message, notification, room, test};

fn list(value: Value) -> ConditionList {
    ConditionList::from_value(Some(&value))
}

fn on_text(conditions: &Value, text: &str) -> Explanation {
    let (user, room, message) = (emma(), room(), message(1, ALANA, text));
    let element = ElementContext::Message(MessageContext::new(&message, None));
    list(conditions.clone()).explain(&ConditionContext { user: &user, room: &room, element })
}

/// Name, verdict and values of each test, groups left out.
fn told(conditions: &[Explained]) -> Vec<(String, bool, Value)> {
    let mut told = Vec::new();
    for explained in conditions {
        match &explained.what {
            Tested::Test { name, values, .. } => {
                told.push((name.clone(), explained.holds, Value::Object(values.clone())));
            }
            Tested::All { conditions } | Tested::Any { conditions } => told.extend(self::told(conditions)),
            Tested::Broken => told.push(("broken".to_owned(), explained.holds, json!({}))),
        }
    }
    told
}

fn line(name: &str, holds: bool, values: Value) -> (String, bool, Value) {
    (name.to_owned(), holds, values)
}

#[test]
fn each_condition_is_told_with_what_it_tested() {
    let conditions = json!([
        {"condition": "message_matches", "params": {"regex": {"pattern": "build #\\d+"}}},
        {"condition": "message_contains_link", "invert": true},
        {"type": "or", "conditions": [
            {"condition": "user_is_admin"},
            {"condition": "room_is_private"},
            {"condition": "message_sent_by_current_user"}
        ]}
    ]);
    let explanation = on_text(&conditions, "build #7: https://ci.example.com/7");
    assert!(!explanation.holds);
    let expected = [
        line("message_matches", true, json!({"text": "build #7: https://ci.example.com/7"})),
        line("message_contains_link", false, json!({"links": ["https://ci.example.com/7"]})),
        line("user_is_admin", false, json!({"role": "member"})),
        line("room_is_private", true, json!({"privacy": "private"})),
        line("message_sent_by_current_user", false, json!({"sender_id": 11, "user_id": 12})),
    ];
    assert_eq!(told(&explanation.conditions), expected);
    assert!(on_text(&conditions, "build #7").holds);
}

#[test]
fn data_of_tiles_and_cards_is_told_as_far_as_it_is_asked_for() {
    let tests = json!([{"attr": "build.failed", "gt": 0}, {"attr": "missing", "eq": null}]);
    let conditions = list(json!([{"condition": "glance_matches", "params": {"metadata": tests}}]));
    let (user, room, data) = (emma(), room(), json!({"build": {"failed": 2}, "secret": "untold"}));
    let context = ConditionContext { user: &user, room: &room, element: ElementContext::Tile(Some(&data)) };
    let told_of = |explanation: &Explanation| told(&explanation.conditions);
    let explanation = conditions.explain(&context);
    assert_eq!(told_of(&explanation), [line("glance_matches", false, json!({"metadata": {"build.failed": 2}}))]);
    let context = ConditionContext { element: ElementContext::Tile(None), ..context };
    assert_eq!(told_of(&conditions.explain(&context)), [line("glance_matches", false, json!({}))]);

    let conditions =
        json!([{"condition": "card_matches", "params": {"style": "link", "metadata": [{"attr": "id", "eq": 7}]}}]);
    let posted = notification("", Some(json!({"card_style": "link", "id": 7})));
    let element = ElementContext::Message(MessageContext::new(&posted, None));
    let explanation = list(conditions).explain(&ConditionContext { user: &user, room: &room, element });
    let values = json!({"card_style": "link", "metadata": {"id": 7}});
    assert_eq!(told_of(&explanation), [line("card_matches", true, values)]);
}

#[test]
fn cond_27_what_is_unknown_or_no_condition_is_named() {
    let explanation = on_text(&json!([{"condition": "feature_is_enabled", "params": {"feature": "x"}}, 7]), "");
    assert!(!explanation.holds);
    let Tested::Test { known, params, .. } = &explanation.conditions[0].what else { panic!("{explanation:?}") };
    assert_eq!((*known, params), (false, &json!({"feature": "x"})));
    assert_eq!(explanation.conditions[1], Explained { holds: false, what: Tested::Broken });
    let text = serde_json::to_value(&explanation).unwrap();
    assert_eq!(text["conditions"][1], json!({"holds": false, "kind": "broken"}));
    assert_eq!(serde_json::from_value::<Explanation>(text).unwrap(), explanation);
}

#[test]
fn nothing_to_hold_is_nothing_to_explain() {
    let (user, room): (_, Room) = (alana(), room());
    let context = ConditionContext { user: &user, room: &room, element: ElementContext::None };
    assert_eq!(list(json!([])).explain(&context), Explanation { holds: true, conditions: Vec::new() });
}

#[cfg(not(target_arch = "wasm32"))]
mod laws {
    use proptest::{collection::vec, prelude::*, sample::select};
    use roomglass_protocol::{Author, Message, Person, Privacy, Role, UserId, event::MessageFormat};

    use super::*;
    use crate::support::{EMMA, file, key, person};

    const NAMES: [&str; 13] = [
        "room_is_public",
        "room_is_private",
        "user_is_admin",
        "user_is_guest",
        "user_is_room_owner",
        "sender_is_admin",
        "sender_is_guest",
        "message_contains_link",
        "message_sent_by_current_user",
        "message_matches",
        "card_matches",
        "glance_matches",
        "unheard_of",
    ];
    const TEXTS: [&str; 5] =
        ["", "build #7", "see https://ci.example.com/7", "<a href=\"https://x.example\">here</a>", "Set a date!"];

    fn any_params() -> impl Strategy<Value = Value> {
        let value = || select(vec![json!(1), json!(2), json!("1"), json!(null), json!(true)]);
        let test = (select(vec!["a", "a.b", "c"]), select(vec!["eq", "lt", "gt"]), value())
            .prop_map(|(attr, operator, value)| json!({"attr": attr, operator: value}));
        let patterns = vec![json!(null), json!({"pattern": "build #\\d"}), json!({"pattern": "(", "flags": "i"})];
        let types = vec![json!(null), json!("message"), json!("notification")];
        let senders = vec![json!(null), json!("Alana"), json!("Builds"), json!("com.example.builds"), json!("User 11")];
        let words = vec![json!(null), json!("date"), json!(["here", "see"])];
        let styles = vec![json!(null), json!("link")];
        let files = vec![json!(null), json!("image"), json!("application/pdf"), json!("*/*"), json!(7)];
        let said = (select(patterns), select(types), select(senders), select(words), select(files));
        (said, select(styles), vec(test, 0..3)).prop_map(|((regex, kind, sender, contains, file), style, metadata)| {
            json!({"regex": regex, "type": kind, "sender": sender, "contains": contains, "file_type": file,
                "style": style, "metadata": metadata})
        })
    }

    fn any_conditions() -> impl Strategy<Value = Value> {
        let test = (select(NAMES.to_vec()), any_params(), any::<bool>())
            .prop_map(|(name, params, invert)| json!({"condition": name, "params": params, "invert": invert}));
        let leaf = prop_oneof![20 => test, 1 => Just(json!("no condition"))];
        let condition = leaf.prop_recursive(3, 12, 3, |inner| {
            (select(vec!["and", "or"]), vec(inner, 0..3))
                .prop_map(|(kind, conditions)| json!({"type": kind, "conditions": conditions}))
        });
        vec(condition, 0..4).prop_map(Value::from)
    }

    /// Everything conditions can look at, owned.
    #[derive(Debug, Clone)]
    struct Scene {
        user: Person,
        room: Room,
        sender: Option<Person>,
        message: Option<Message>,
        data: Option<Value>,
    }

    impl Scene {
        fn context(&self) -> ConditionContext<'_> {
            let element = match &self.message {
                Some(message) => ElementContext::Message(MessageContext::new(message, self.sender.as_ref())),
                None => ElementContext::Tile(self.data.as_ref()),
            };
            ConditionContext { user: &self.user, room: &self.room, element }
        }
    }

    fn any_data() -> impl Strategy<Value = Option<Value>> {
        let value = select(vec![json!(1), json!(2), json!("1"), json!(null), json!({"b": 1})]);
        let data = (value.clone(), value).prop_map(|(a, c)| json!({"a": a, "c": c, "card_style": "link"}));
        prop::option::of(data)
    }

    fn any_scene() -> impl Strategy<Value = Scene> {
        let roles = vec![Role::Administrator, Role::Member, Role::Guest];
        let user = (select(vec![ALANA, EMMA]), select(roles.clone()));
        let sender = prop::option::of((select(vec!["Alana", "User 11"]), select(roles)));
        let files = vec(select(vec!["image/png", "application/pdf", "text/plain"]), 0..3);
        let said = (select(TEXTS.to_vec()), any::<bool>(), any_data(), files);
        (user, any::<bool>(), sender, prop::option::of(said), any_data()).prop_map(
            |((id, role), public, sender, said, data)| Scene {
                user: person(id, "Somebody", role),
                room: Room { privacy: if public { Privacy::Public } else { Privacy::Private }, ..room() },
                sender: sender.map(|(name, role)| person(UserId(11), name, role)),
                message: said.map(|(text, from_integration, metadata, files)| {
                    let attachments = (1..).zip(files).map(|(number, kind)| file(number, kind)).collect();
                    let from = match from_integration {
                        true => Author::Integration { key: key("com.example.builds"), name: "Builds".to_owned() },
                        false => message(1, ALANA, "").from,
                    };
                    let format = if from_integration { MessageFormat::Html } else { MessageFormat::Markdown };
                    Message { from, format, metadata, attachments, ..message(1, ALANA, text) }
                }),
                data,
            },
        )
    }

    /// The verdict that follows from those told of the parts.
    fn follows(conditions: &[Explained]) -> bool {
        fn is_sound(explained: &Explained) -> bool {
            match &explained.what {
                Tested::Test { .. } => true,
                Tested::Broken => false,
                Tested::All { conditions } | Tested::Any { conditions } => conditions.iter().all(is_sound),
            }
        }
        conditions.iter().all(|explained| is_sound(explained) && explained.holds)
    }

    fn groups_follow(explained: &Explained) -> bool {
        match &explained.what {
            Tested::All { conditions } => {
                explained.holds == conditions.iter().all(|part| part.holds) && conditions.iter().all(groups_follow)
            }
            Tested::Any { conditions } => {
                explained.holds == conditions.iter().any(|part| part.holds) && conditions.iter().all(groups_follow)
            }
            Tested::Test { .. } | Tested::Broken => true,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// The verdict is the evaluator's, and follows from those of the parts.
        #[test]
        fn an_explanation_says_what_the_evaluator_says(conditions in any_conditions(), scene in any_scene()) {
            let conditions = list(conditions);
            let explanation = conditions.explain(&scene.context());
            prop_assert_eq!(explanation.holds, conditions.hold(&scene.context()));
            prop_assert_eq!(explanation.holds, follows(&explanation.conditions));
            prop_assert!(explanation.conditions.iter().all(groups_follow));
        }

        /// The values told are all that decides: nothing a test looked at is left out.
        #[test]
        fn equal_values_lead_to_equal_verdicts(
            name in select(NAMES.to_vec()), params in any_params(), one in any_scene(), other in any_scene()
        ) {
            let conditions = list(json!([{"condition": name, "params": params}]));
            let [one, other] = [&one, &other].map(|scene| conditions.explain(&scene.context()));
            let values = |explanation: &Explanation| told(&explanation.conditions)[0].2.clone();
            if values(&one) == values(&other) {
                prop_assert_eq!(one.holds, other.holds, "{:?}", one);
            }
        }
    }
}
