//! ARCH-14: the description of the API covers every route the server mounts, and describes nothing else. That answers
//! have the described form is checked for every answer of every test (`support/described.rs`).

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use roomglass_protocol::ErrorKind;
use serde_json::{Map, Value, json};

use crate::{
    integration::{samples, team::Team},
    support::TestServer,
};

/// Methods by path.
type Routes = BTreeMap<String, BTreeSet<String>>;

/// What axum shows of its router when it is asked to debug it: nothing else enumerates routes.
fn mounted(server: &TestServer) -> Routes {
    let text = format!("{:?}", server.router());
    let (text, _) = text.split_once("fallback_router").unwrap();
    let (routes, paths) = text.split_once("paths: {").unwrap();
    let allowed: BTreeMap<&str, BTreeSet<String>> = routes.split("RouteId(").skip(1).map(allowed_methods).collect();
    let paths = paths.split("RouteId(").skip(1).map(|entry| {
        let (id, rest) = entry.split_once("): \"").unwrap();
        (rest.split('"').next().unwrap().to_owned(), allowed[id].clone())
    });
    paths.collect()
}

fn allowed_methods(entry: &str) -> (&str, BTreeSet<String>) {
    let (id, route) = entry.split_once(')').unwrap();
    let (_, allowed) = route.split_once("allow_header: Bytes(b\"").unwrap_or_else(|| panic!("for any method: {route}"));
    let methods = allowed.split('"').next().unwrap().split(',').map(str::to_lowercase);
    (id, methods.filter(|method| method != "head").collect())
}

async fn document(server: &TestServer) -> Value {
    server.anonymous().gets("/api/openapi.json").await.json()
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    document["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

#[tokio::test]
async fn every_mounted_route_is_described_and_nothing_else_arch_14() {
    let server = TestServer::start().await;
    let (mounted, document) = (mounted(&server), document(&server).await);
    let mut described = Routes::new();
    for (path, method, _) in operations(&document) {
        described.entry(path.to_owned()).or_default().insert(method.to_owned());
    }
    assert!(mounted.len() > 70, "{mounted:?}");
    let missing: Vec<_> = mounted.iter().filter(|(path, methods)| described.get(*path) != Some(methods)).collect();
    assert!(missing.is_empty(), "mounted and not so described: {missing:?}");
    let extra: Vec<_> = described.iter().filter(|(path, methods)| mounted.get(*path) != Some(methods)).collect();
    assert!(extra.is_empty(), "described and not so mounted: {extra:?}");
}

/// The path with something in place of every parameter.
fn filled(path: &str) -> String {
    let mut filled = path.to_owned();
    while let Some((start, end)) = filled.find('{').zip(filled.find('}')) {
        filled.replace_range(start..=end, "1");
    }
    filled
}

fn scopes(operation: &Value) -> Vec<&str> {
    let any = operation["security"].as_array().unwrap().iter();
    any.filter_map(|one| one["addOn"].as_array()).flatten().map(|scope| scope.as_str().unwrap()).collect()
}

fn is_for(operation: &Value, scheme: &str) -> bool {
    operation["security"].as_array().unwrap().iter().any(|one| one.get(scheme).is_some())
}

/// What the description says about who may ask is what the server asks for (HCC-07).
#[tokio::test]
async fn callers_and_scopes_are_those_described() {
    let team = Team::assembles().await;
    let document = document(&team.server).await;
    let descriptor = samples::descriptor("com.example.scopes", "Scopes", &["import_data"], &json!({}));
    let (_, installation) = team.installed(&descriptor).await;
    let (mut of_people, mut of_add_ons) = (0, 0);
    for (path, method, operation) in operations(&document).filter(|(path, ..)| *path != "/v2/push") {
        let method: Method = method.to_uppercase().parse().unwrap();
        let (path, scopes) = (filled(path), scopes(operation));
        let body = operation.get("requestBody").map(|_| json!({}));
        if is_for(operation, "session") || is_for(operation, "addOn") {
            of_people += 1;
            let answer = team.server.anonymous().requests(method.clone(), &path, body.clone()).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}: {}", answer.body);
        }
        if !scopes.is_empty() {
            of_add_ons += 1;
            let refusal = installation.caller.requests(method.clone(), &path, body).await.refusal();
            assert_eq!(refusal.kind, ErrorKind::Forbidden, "{method} {path}");
            let words: Vec<String> = scopes.iter().map(|scope| format!("'{scope}'")).collect();
            assert!(
                refusal.message.ends_with(&format!("[{}]", words.join(", "))),
                "{method} {path}: {}",
                refusal.message
            );
        }
    }
    assert!(of_people > 60 && of_add_ons > 30, "{of_people} {of_add_ons}");
}

/// ARCH-12: whatever is published needs HTTP, JSON and open ways to say who one is, and nothing of our own.
#[tokio::test]
async fn everything_is_asked_with_open_protocols() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    for (name, scheme) in document["components"]["securitySchemes"].as_object().unwrap() {
        assert!(["http", "apiKey", "oauth2"].contains(&scheme["type"].as_str().unwrap()), "{name}");
    }
    let mut looked_at = 0;
    for (path, method, operation) in operations(&document).filter(|(path, ..)| is_api(path)) {
        looked_at += 1;
        if let Some(body) = operation.get("requestBody") {
            let open = ["application/json", "application/octet-stream", "multipart/related"];
            let types: Vec<&String> = body["content"].as_object().unwrap().keys().collect();
            assert!(types.iter().any(|it| open.contains(&it.as_str())), "{method} {path}: {types:?}");
        }
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let types: Vec<&String> = answer["content"].as_object().into_iter().flatten().map(|(it, _)| it).collect();
            let open = ["application/json", "application/octet-stream", "text/event-stream"];
            let is_open = |it: &&String| open.contains(&it.as_str()) || it.starts_with("image/");
            assert!(types.iter().all(is_open), "{method} {path} {status}: {types:?}");
            // The one socket is a WebSocket.
            assert!(status != "101" || path == "/v2/push", "{method} {path}");
        }
    }
    assert!(looked_at > 70, "{looked_at}");
}

fn is_api(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/v2/")
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_no_form_is_empty() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    assert_eq!(document["openapi"], "3.1.0");
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        let says = |member| schema.get(member).is_some();
        let form = ["type", "anyOf", "oneOf", "$ref", "enum", "const"].into_iter().any(says);
        assert!(form, "{name} says nothing: {schema}");
        let members = schema["properties"].as_object().map_or(0, Map::len);
        assert!(schema["type"] != "object" || members > 0 || says("additionalProperties"), "{name}: {schema}");
    }
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{method} {path}");
        for (media_type, body) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
            assert!(body["schema"].is_object(), "{method} {path} {media_type}");
        }
        assert!(!operation["responses"].as_object().unwrap().is_empty(), "{method} {path}");
    }
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    for reference in &references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    assert!(references.len() > 100, "{}", references.len());
}

fn collect_references<'v>(value: &'v Value, references: &mut Vec<&'v str>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|value| collect_references(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect_references(value, references)),
        _ => {}
    }
}
