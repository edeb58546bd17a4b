//! Every answer that any test gets is one that the server's own description (`/api/openapi.json`) allows.

use std::{borrow::Cow, sync::LazyLock};

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value};

static DOCUMENT: LazyLock<Value> = LazyLock::new(roomglass_server::openapi::document);

/// Fails when an answer is not described: the operation, its status, or the form of its body.
#[track_caller]
pub fn check(method: &Method, path: &str, status: StatusCode, body: &str) {
    // Of addresses with `//` in them the straight ones are described; HEAD goes with GET.
    if path.contains("//") || method == Method::HEAD || matches!(status.as_u16(), 300..400 | 404 | 405) {
        return;
    }
    let Some(operation) = operation(method, path) else { panic!("{method} {path} is not described, but {status}") };
    let responses = &operation["responses"];
    let response = match responses.get(status.as_str()) {
        Some(response) => response,
        None if status.is_success() => panic!("{method} {path} answered {status}, which is not described"),
        None => &responses["default"],
    };
    match &response["content"]["application/json"]["schema"] {
        Value::Null if status == StatusCode::NO_CONTENT => assert_eq!(body, "", "{method} {path}"),
        Value::Null => {}
        schema => {
            let value: Value =
                serde_json::from_str(body).unwrap_or_else(|error| panic!("{method} {path}: {error}: {body}"));
            if let Err(why) = allows(schema, &value) {
                panic!("{method} {path} answered {status} otherwise than described: {why}\n{body}");
            }
        }
    }
}

fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let paths = DOCUMENT["paths"].as_object()?;
    let method = method.as_str().to_lowercase();
    // The one with the fewest parameters is the one that is meant.
    let fitting = paths.iter().filter(|(template, methods)| fits(template, path) && methods.get(&method).is_some());
    fitting.min_by_key(|(template, _)| template.matches('{').count()).map(|(_, methods)| &methods[&method])
}

fn fits(template: &str, path: &str) -> bool {
    let (parts, wanted): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), template.split('/').collect());
    parts.len() == wanted.len()
        && wanted.iter().zip(&parts).all(|(wanted, part)| wanted.starts_with('{') && !part.is_empty() || wanted == part)
}

/// The part of JSON Schema that the description uses. Members that are not described are faults too.
fn allows(schema: &Value, value: &Value) -> Result<(), String> {
    let schema = &*resolved(schema);
    if let Some(choices) = schema.get("anyOf").or(schema.get("oneOf")) {
        // What stands beside the choices is common to all of them.
        let common = schema["properties"].as_object().cloned().unwrap_or_default();
        let allowed = |choice: &Value| {
            let mut choice = resolved(choice).into_owned();
            for (name, member) in &common {
                if !choice["properties"].is_null() {
                    choice["properties"][name] = member.clone();
                }
            }
            allows(&choice, value)
        };
        let faults: Vec<String> =
            choices.as_array().unwrap().iter().filter_map(|choice| allowed(choice).err()).collect();
        let enough = faults.len() < choices.as_array().unwrap().len();
        return if enough { Ok(()) } else { Err(format!("none of the choices: {}", faults.join(" | "))) };
    }
    if schema.get("const").is_some_and(|constant| constant != value) {
        return Err(format!("{value} instead of {}", schema["const"]));
    }
    if schema.get("enum").is_some_and(|words| !words.as_array().unwrap().contains(value)) {
        return Err(format!("{value} is none of {}", schema["enum"]));
    }
    if !has_type(&schema["type"], value) {
        return Err(format!("{value} is no {}", schema["type"]));
    }
    match value {
        Value::Object(members) => object(schema, members),
        Value::Array(items) => {
            let fault =
                items.iter().enumerate().find_map(|(at, item)| Some((at, allows(&schema["items"], item).err()?)));
            fault.map_or(Ok(()), |(at, why)| Err(format!("/{at}: {why}")))
        }
        _ => Ok(()),
    }
}

/// What a reference leads to, with what stands beside the reference.
fn resolved(schema: &Value) -> Cow<'_, Value> {
    let Some(pointer) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) else {
        return Cow::Borrowed(schema);
    };
    let target = DOCUMENT.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is described nowhere"));
    let Some(beside) = schema["properties"].as_object() else { return Cow::Borrowed(target) };
    let mut both = target.clone();
    for (name, member) in beside {
        both["properties"][name] = member.clone();
    }
    Cow::Owned(both)
}

fn object(schema: &Value, members: &Map<String, Value>) -> Result<(), String> {
    for name in schema["required"].as_array().into_iter().flatten() {
        if !members.contains_key(name.as_str().unwrap()) {
            return Err(format!("{name} is missing"));
        }
    }
    let described = schema["properties"].as_object();
    for (name, value) in members {
        let member = match (described.and_then(|described| described.get(name)), &schema["additionalProperties"]) {
            (Some(member), _) => member,
            (None, Value::Null) if described.is_some() => return Err(format!("the member {name} is not described")),
            (None, any) => any,
        };
        allows(member, value).map_err(|why| format!("/{name}: {why}"))?;
    }
    Ok(())
}

fn has_type(wanted: &Value, value: &Value) -> bool {
    match wanted {
        Value::Null => true,
        Value::Array(choices) => choices.iter().any(|wanted| has_type(wanted, value)),
        wanted => match wanted.as_str().unwrap() {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("{other} is no type"),
        },
    }
}
