//! Tokens (§16). Their values are checked with the stories, in `walkthrough`.

use roomglass_protocol::{
    RoomId, RoomRef,
    integration::Descriptor,
    token::{AccountToken, IntegrationToken, RoomToken},
};
use serde_json::json;

use crate::support::{extensions, key, test};

const EMPTY: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

#[test]
fn a_room_without_integrations_hashes_nothing() {
    assert_eq!(RoomToken::of([]).to_string(), EMPTY);
}

#[test]
fn two_integrations_with_equal_extensions_differ() {
    // TOK-04: to a client, equal tokens mean "already have it".
    let same = extensions(json!({ "glance": [{ "key": "a", "name": { "value": "A" } }] }));
    assert_ne!(IntegrationToken::of(&key("one"), &same), IntegrationToken::of(&key("two"), &same));
}

#[test]
fn the_order_of_installing_is_of_no_account() {
    // TOK-08, TOK-11.
    let (a, b) = (key("a"), key("b"));
    let [one, two] = [&a, &b].map(|key| IntegrationToken::of(key, &extensions(json!({}))));
    assert_eq!(RoomToken::of([(&a, one), (&b, two)]), RoomToken::of([(&b, two), (&a, one)]));
    assert_ne!(RoomToken::of([(&a, one)]), RoomToken::of([(&a, one), (&b, two)]));
    let newer = IntegrationToken::of(&b, &extensions(json!({ "glance": [{ "key": "g", "name": "G" }] })));
    assert_ne!(RoomToken::of([(&a, one), (&b, newer)]), RoomToken::of([(&a, one), (&b, two)]));
}

#[test]
fn an_account_token_names_its_rooms() {
    let empty = RoomToken::of([]);
    let rooms = |ids: &[i64]| {
        AccountToken::of(ids.iter().map(|id| (RoomRef::Room(RoomId(*id)), empty)).chain([(RoomRef::Global, empty)]))
    };
    assert_eq!(rooms(&[1, 2]), rooms(&[2, 1]));
    assert_ne!(rooms(&[1, 2]), rooms(&[1, 3]));
    // "global:<token>\n", frozen.
    assert_eq!(rooms(&[]).to_string(), "cbcd3830bfcb9ef167e4f1175ff5b61938e43fe8");
}

#[test]
fn tokens_read_only_what_they_write() {
    let token = RoomToken::of([]);
    assert_eq!(token.to_string().parse(), Ok(token));
    for wrong in ["", "da39", &EMPTY.to_uppercase(), &EMPTY.replace('d', "g"), &format!("{EMPTY}00"), &"é".repeat(20)]
    {
        assert!(wrong.parse::<RoomToken>().is_err(), "{wrong}");
    }
}

#[test]
fn numbers_a_double_cannot_hold_are_refused() {
    // They would be hashed alike, and a change from one to the other would go unnoticed (TOK-03).
    let descriptor = |number: &str| {
        let text = format!(
            r#"{{"key":"k","name":"N","description":"","links":{{"self":"https://a.example"}},
                "capabilities":{{"widget":[{{"key":"w","size":{number}}}]}}}}"#
        );
        Descriptor::parse(text.as_bytes())
    };
    assert!(descriptor("9007199254740992").is_ok());
    let faults = descriptor("9007199254740993").unwrap_err();
    assert_eq!(faults[0].pointer, "/capabilities/widget/0/size");
    assert!(descriptor("-9007199254740993").is_err());
}

#[cfg(not(target_arch = "wasm32"))]
mod property {
    use proptest::prelude::*;
    use roomglass_protocol::{integration::Extensions, json::parse_strict, token::IntegrationToken};
    use serde_json::{Value, json};

    use crate::support::key;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            (-1e9..1e9).prop_map(|number: f64| json!(number)),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(".{0,4}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    fn any_extensions() -> impl Strategy<Value = Extensions> {
        let list = prop::collection::vec(any_json(), 1..4).prop_map(|bodies| {
            let number = |(index, body)| json!({ "key": format!("e{index}"), "body": body });
            bodies.into_iter().enumerate().map(number).collect::<Vec<Value>>()
        });
        prop::collection::btree_map("[a-z]{1,5}", list, 1..3)
            .prop_map(|kinds| Extensions(kinds.into_iter().map(|(kind, list)| (kind.as_str().into(), list)).collect()))
    }

    fn leaves(value: &mut Value) -> Vec<&mut Value> {
        match value {
            value if is_leaf(value) => vec![value],
            Value::Array(items) => items.iter_mut().flat_map(leaves).collect(),
            Value::Object(members) => members.values_mut().flat_map(leaves).collect(),
            leaf => vec![leaf],
        }
    }

    fn is_leaf(value: &Value) -> bool {
        match value {
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => true,
        }
    }

    fn change(leaf: &mut Value) {
        *leaf = match leaf.take() {
            Value::Null => json!(true),
            Value::Bool(flag) => json!(!flag),
            Value::Number(number) => json!(number.as_f64().unwrap_or_default() + 1.0),
            Value::String(text) => json!(text + "x"),
            Value::Array(_) => json!([null]),
            Value::Object(_) => json!({ "": null }),
        };
    }

    /// The same value with the members of every object written last to first.
    fn reversed(value: &Value) -> String {
        match value {
            Value::Array(items) => format!("[{}]", items.iter().map(reversed).collect::<Vec<_>>().join(" , ")),
            Value::Object(members) => {
                let member = |(name, value): (&String, &Value)| format!("{}:{}", json!(name), reversed(value));
                format!("{{{}}}", members.iter().rev().map(member).collect::<Vec<_>>().join(",\n"))
            }
            leaf => leaf.to_string(),
        }
    }

    proptest! {
        /// TOK-01, TOK-03: another version has another token.
        #[test]
        fn any_leaf_changes_the_token(extensions in any_extensions(), which in any::<prop::sample::Index>()) {
            let before = IntegrationToken::of(&key("k"), &extensions);
            let mut changed = extensions.clone();
            let mut all: Vec<&mut Value> = changed.0.values_mut().flatten().flat_map(leaves).collect();
            let position = which.index(all.len());
            change(all[position]);
            prop_assert_ne!(IntegrationToken::of(&key("k"), &changed), before);
        }

        /// UPD-10: neither the order of members nor that of extensions is a change.
        #[test]
        fn order_never_changes_the_token(extensions in any_extensions()) {
            let before = IntegrationToken::of(&key("k"), &extensions);
            let text = reversed(&serde_json::to_value(&extensions).unwrap());
            let mut again: Extensions = serde_json::from_value(parse_strict(text.as_bytes()).unwrap()).unwrap();
            again.0.values_mut().for_each(|list| list.reverse());
            prop_assert_eq!(IntegrationToken::of(&key("k"), &again), before);
        }

        /// What is read strictly is what everybody else reads.
        #[test]
        fn strict_reading_loses_nothing(value in any_json()) {
            prop_assert_eq!(parse_strict(value.to_string().as_bytes()).unwrap(), value);
        }
    }
}
