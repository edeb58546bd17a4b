//! Tests of metadata: `{"attr": "dotted.path", "eq" | "lt" | "gt": value}`, with the comparisons of JavaScript,
//! because add-ons were written against them.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// One test; `None` where the entry is not one.
pub(super) struct MetadataTest<'p> {
    pub path: &'p str,
    pub operator: Operator,
    pub operand: &'p Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    Below,
    Above,
}

/// Whether all entries of a list hold for some metadata. What is not a list of tests does not hold.
pub(super) fn matches(tests: Option<&Value>, metadata: &Value) -> bool {
    let Some(tests) = tests.and_then(Value::as_array) else { return false };
    tests.iter().all(|test| MetadataTest::read(test).is_some_and(|test| test.holds(metadata)))
}

/// What the tests of a list find, by path.
pub(super) fn values(tests: Option<&Value>, metadata: &Value) -> Map<String, Value> {
    let tests = tests.and_then(Value::as_array).into_iter().flatten().filter_map(MetadataTest::read);
    tests.filter_map(|test| Some((test.path.to_owned(), at_path(metadata, test.path)?.clone()))).collect()
}

impl<'p> MetadataTest<'p> {
    /// Only the first operator present counts.
    pub fn read(value: &'p Value) -> Option<Self> {
        let operators = [("eq", Operator::Equals), ("lt", Operator::Below), ("gt", Operator::Above)];
        let (operator, operand) =
            operators.into_iter().find_map(|(word, operator)| Some((operator, value.get(word)?)))?;
        Some(Self { path: value.get("attr")?.as_str()?, operator, operand })
    }

    fn holds(&self, metadata: &Value) -> bool {
        let Some(value) = at_path(metadata, self.path) else { return false };
        match self.operator {
            Operator::Equals => equals(value, self.operand),
            Operator::Below => order(value, self.operand) == Some(Ordering::Less),
            Operator::Above => order(value, self.operand) == Some(Ordering::Greater),
        }
    }
}

fn at_path<'m>(metadata: &'m Value, path: &str) -> Option<&'m Value> {
    path.split('.').try_fold(metadata, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        value => value.get(step),
    })
}

/// `===`: no conversion, and 1 equals 1.0. Lists and objects are compared by content, where JavaScript would always
/// say no.
fn equals(value: &Value, operand: &Value) -> bool {
    match (value, operand) {
        (Value::Number(value), Value::Number(operand)) => value.as_f64() == operand.as_f64(),
        (value, operand) => value == operand,
    }
}

/// `<` and `>`: texts by their UTF-16 units, all else as numbers.
fn order(value: &Value, operand: &Value) -> Option<Ordering> {
    match (value, operand) {
        (Value::String(value), Value::String(operand)) => Some(value.encode_utf16().cmp(operand.encode_utf16())),
        (value, operand) => number(value)?.partial_cmp(&number(operand)?),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Null => Some(0.0),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => decimal(text.trim()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// A text as JavaScript reads a number from it, hexadecimal and the like apart. Nothing is 0.
///
/// It is read as the number in JSON would be, so that texts and numbers agree to the last bit.
fn decimal(text: &str) -> Option<f64> {
    if text.is_empty() {
        return Some(0.0);
    }
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if !(whole.to_owned() + fraction).bytes().all(|byte| byte.is_ascii_digit()) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let json = format!("{}.{fraction}0e{exponent}", if whole.is_empty() { "0" } else { whole });
    serde_json::from_str::<f64>(&json).ok().map(|value| if negative { -value } else { value })
}
