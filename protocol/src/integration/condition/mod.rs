//! Conditions: when a tile is shown and a control offered (§8). Evaluated from what the client already holds.

mod context;
mod explanation;
mod metadata;
mod reason;
mod test;

pub use context::{ConditionContext, ElementContext, MessageContext};
pub use explanation::{Explained, Explanation, Tested};
use serde_json::Value;

pub use self::test::CARD_STYLE;

/// Conditions of an extension; all must hold (COND-03). Kept as they came, so that nothing is lost.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConditionList(pub Vec<Condition>);

/// One member of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// A named test.
    Test {
        /// Such as `message_contains_link`; an unknown one does not hold (COND-27).
        name: String,
        /// As they came.
        params: Value,
        /// Whether the result is turned round.
        invert: bool,
    },
    /// `{"type": "and", "conditions": […]}`.
    All(Vec<Condition>),
    /// `{"type": "or", "conditions": […]}`.
    Any(Vec<Condition>),
    /// Neither of these; never holds.
    Broken,
}

/// What is shown because its conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// A sentence such as "Shown because the message contains a link."; `None` when there are no conditions or nothing
    /// honest can be said.
    pub reason: Option<String>,
}

impl ConditionList {
    /// Reads `conditions` of an extension; absent or not a list means none.
    pub fn from_value(value: Option<&Value>) -> Self {
        Self(value.and_then(Value::as_array).map(|list| read_all(list)).unwrap_or_default())
    }

    /// Whether all hold. As in HipChat, a condition that is none ([`Condition::Broken`]) spoils the whole evaluation,
    /// wherever it stands, and a test that cannot be made (an unknown name, a pattern that does not compile) does not
    /// hold, which `invert` turns round like any other result.
    pub fn hold(&self, context: &ConditionContext<'_>) -> bool {
        !self.leaves().any(|leaf| *leaf == Condition::Broken) && self.0.iter().all(|condition| condition.holds(context))
    }

    /// Whether `glance_matches` occurs anywhere in it: such a tile stays hidden until its data has come (HCC-14).
    pub fn need_metadata(&self) -> bool {
        self.names().any(|name| name == test::GLANCE_MATCHES)
    }

    /// `None` when they do not hold; otherwise why what they belong to is shown.
    pub fn shown(&self, context: &ConditionContext<'_>) -> Option<Shown> {
        self.hold(context).then(|| Shown { reason: reason::sentence(&self.0, context) })
    }

    /// Names of tests this version does not know, for the warning of COND-27.
    pub fn unknown_names(&self) -> Vec<&str> {
        self.names().filter(|name| !test::is_known(name)).collect()
    }

    /// Why patterns of the tests cannot be used; such tests do not hold before they are turned round.
    pub fn unusable_patterns(&self) -> Vec<String> {
        let params = self.leaves().filter_map(|leaf| match leaf {
            Condition::Test { params, .. } => Some(params),
            _ => None,
        });
        params.filter_map(|params| test::pattern_of(params)?.err()).collect()
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.leaves().filter_map(|leaf| match leaf {
            Condition::Test { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }

    /// Everything that is not a group, whatever groups it is in.
    fn leaves(&self) -> impl Iterator<Item = &Condition> {
        let mut waiting: Vec<&Condition> = self.0.iter().rev().collect();
        std::iter::from_fn(move || {
            loop {
                match waiting.pop()? {
                    Condition::All(group) | Condition::Any(group) => waiting.extend(group.iter().rev()),
                    leaf => return Some(leaf),
                }
            }
        })
    }
}

impl Condition {
    fn read(value: &Value) -> Self {
        if let Some(name) = value.get("condition") {
            return name.as_str().map_or(Self::Broken, |name| Self::Test {
                name: name.to_owned(),
                params: value.get("params").cloned().unwrap_or_default(),
                invert: value.get("invert") == Some(&Value::Bool(true)),
            });
        }
        let Some(group) = value.get("conditions").and_then(Value::as_array) else { return Self::Broken };
        match value.get("type").map(Value::as_str) {
            None => Self::All(read_all(group)),
            Some(Some(word)) if word.eq_ignore_ascii_case("and") => Self::All(read_all(group)),
            Some(Some(word)) if word.eq_ignore_ascii_case("or") => Self::Any(read_all(group)),
            Some(_) => Self::Broken,
        }
    }

    fn holds(&self, context: &ConditionContext<'_>) -> bool {
        match self {
            Self::Test { name, params, invert } => test::holds(name, params, context) != *invert,
            Self::All(group) => group.iter().all(|condition| condition.holds(context)),
            Self::Any(group) => group.iter().any(|condition| condition.holds(context)),
            Self::Broken => false,
        }
    }
}

fn read_all(list: &[Value]) -> Vec<Condition> {
    list.iter().map(Condition::read).collect()
}
