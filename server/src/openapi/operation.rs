//! One operation: a method of a path, what it takes and what it answers.

use roomglass_protocol::integration::Scope;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::{Refusals, add_on_types::Accepted};

/// Makes the schema of a type.
type Shape = fn(&mut SchemaGenerator) -> Value;

fn shape<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<T>().into()
}

/// Who may ask.
#[derive(Debug, Clone, Copy)]
enum Caller {
    Anybody,
    Person,
    Installation,
    /// With one of these scopes; none means that every token will do.
    AddOn(&'static [Scope]),
    /// Whichever of the two.
    AddOnOrPerson,
}

/// What comes back.
enum Answer {
    Nothing,
    Json(Shape),
    Other(&'static str),
}

/// Described step by step, beginning with [`Operation::get`] and its like.
pub(super) struct Operation {
    method: &'static str,
    path: String,
    summary: &'static str,
    caller: Caller,
    query: Vec<Shape>,
    body: Option<(Shape, &'static [&'static str])>,
    answers: Vec<(u16, Answer)>,
}

impl Operation {
    pub(super) fn get(path: &str, summary: &'static str) -> Self {
        Self::new("get", path, summary)
    }

    pub(super) fn post(path: &str, summary: &'static str) -> Self {
        Self::new("post", path, summary)
    }

    pub(super) fn put(path: &str, summary: &'static str) -> Self {
        Self::new("put", path, summary)
    }

    pub(super) fn patch(path: &str, summary: &'static str) -> Self {
        Self::new("patch", path, summary)
    }

    pub(super) fn delete(path: &str, summary: &'static str) -> Self {
        Self::new("delete", path, summary)
    }

    fn new(method: &'static str, path: &str, summary: &'static str) -> Self {
        let (caller, query, answers) = (Caller::Anybody, Vec::new(), Vec::new());
        Self { method, path: path.to_owned(), summary, caller, query, body: None, answers }
    }

    /// Somebody who is signed in.
    pub(super) fn by_person(self) -> Self {
        Self { caller: Caller::Person, ..self }
    }

    /// An add-on whose token has one of the scopes.
    pub(super) fn by_add_on(self, scopes: &'static [Scope]) -> Self {
        Self { caller: Caller::AddOn(scopes), ..self }
    }

    /// An add-on that shows the credentials of an installation.
    pub(super) fn by_installation(self) -> Self {
        Self { caller: Caller::Installation, ..self }
    }

    /// An add-on, or an administrator.
    pub(super) fn by_add_on_or_person(self) -> Self {
        Self { caller: Caller::AddOnOrPerson, ..self }
    }

    /// Members of a type as parameters in the query.
    pub(super) fn query<T: JsonSchema>(mut self) -> Self {
        self.query.push(shape::<T>);
        self
    }

    pub(super) fn takes<T: JsonSchema>(self) -> Self {
        Self { body: Some((shape::<T>, &["application/json"])), ..self }
    }

    /// Something that is no JSON.
    pub(super) fn takes_as<T: JsonSchema>(self, media_types: &'static [&'static str]) -> Self {
        Self { body: Some((shape::<T>, media_types)), ..self }
    }

    /// The same as a form.
    pub(super) fn takes_json_or_form<T: JsonSchema>(self) -> Self {
        Self { body: Some((shape::<T>, &["application/json", "application/x-www-form-urlencoded"])), ..self }
    }

    pub(super) fn answers<T: JsonSchema>(self, status: u16) -> Self {
        self.with(status, Answer::Json(shape::<T>))
    }

    pub(super) fn answers_nothing(self, status: u16) -> Self {
        self.with(status, Answer::Nothing)
    }

    /// Something that is no JSON.
    pub(super) fn answers_with(self, status: u16, media_type: &'static str) -> Self {
        self.with(status, Answer::Other(media_type))
    }

    fn with(mut self, status: u16, answer: Answer) -> Self {
        self.answers.push((status, answer));
        self
    }

    pub(super) fn path(&self) -> String {
        self.path.clone()
    }

    pub(super) fn method(&self) -> &'static str {
        self.method
    }

    pub(super) fn document(&self, schemas: &mut SchemaGenerator, refusals: &Refusals) -> Value {
        let mut parameters = path_parameters(&self.path);
        for query in &self.query {
            parameters.extend(query_parameters(*query, schemas));
        }
        let mut document = json!({
            "operationId": self.id(),
            "tags": [self.tag()],
            "summary": self.summary,
            "parameters": parameters,
            "security": self.security(),
            "responses": self.responses(schemas, refusals),
        });
        if let Some((body, media_types)) = self.body {
            let schema = body(schemas);
            let content: Map<String, Value> =
                media_types.iter().map(|it| ((*it).to_owned(), json!({"schema": schema}))).collect();
            document["requestBody"] = json!({"required": true, "content": content});
        }
        document
    }

    /// Made of method and path, so that it never changes by itself.
    fn id(&self) -> String {
        let words = self.path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        std::iter::once(self.method).chain(words).collect::<Vec<_>>().join("_")
    }

    fn tag(&self) -> &'static str {
        match self.caller {
            Caller::Person => "people",
            Caller::AddOn(_) | Caller::Installation | Caller::AddOnOrPerson => "add-ons",
            Caller::Anybody => "anybody",
        }
    }

    fn security(&self) -> Value {
        match self.caller {
            Caller::Anybody => json!([]),
            Caller::Person => json!([{"session": []}, {"sessionToken": []}]),
            Caller::Installation => json!([{"installation": []}]),
            Caller::AddOn([]) => json!([{"addOn": []}]),
            Caller::AddOn(scopes) => scopes.iter().map(|scope| json!({"addOn": [scope.as_str()]})).collect(),
            Caller::AddOnOrPerson => json!([{"addOn": []}, {"session": []}, {"sessionToken": []}]),
        }
    }

    fn responses(&self, schemas: &mut SchemaGenerator, refusals: &Refusals) -> Value {
        let mut responses = Map::new();
        for (status, answer) in &self.answers {
            let mut response = json!({"description": description(*status)});
            match answer {
                Answer::Nothing => {}
                Answer::Json(shape) => response["content"] = json!({"application/json": {"schema": shape(schemas)}}),
                Answer::Other(media_type) => response["content"] = json!({*media_type: {}}),
            }
            responses.insert(status.to_string(), response);
        }
        // A route may have an answer of its own with this status.
        if matches!(self.caller, Caller::AddOn(_) | Caller::AddOnOrPerson) && !responses.contains_key("202") {
            let content = json!({"application/json": {"schema": shape::<Accepted>(schemas)}});
            let description = "The token would do, to `?auth_test=true`; nothing was done.";
            responses.insert("202".to_owned(), json!({"description": description, "content": content}));
        }
        let refusal = if self.path.starts_with("/v2/") && !matches!(self.caller, Caller::Person | Caller::Anybody) {
            Some(&refusals.add_ons)
        } else if self.answers.iter().all(|(_, answer)| !matches!(answer, Answer::Other(_))) {
            Some(&refusals.people)
        } else {
            None
        };
        if let Some(schema) = refusal {
            let content = json!({"application/json": {"schema": schema}});
            responses.insert("default".to_owned(), json!({"description": "Refused.", "content": content}));
        }
        Value::Object(responses)
    }
}

fn description(status: u16) -> &'static str {
    match status {
        101 => "The connection is a WebSocket from here on.",
        201 => "Made.",
        202 => "Will be done.",
        204 => "Done; nothing to say.",
        302 | 303 => "Continues elsewhere.",
        503 => "Not everything works.",
        _ => "Done.",
    }
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let parameter = |name: &str| {
        let schema = match name {
            "room_id" | "user_id" | "webhook_id" | "delivery_id" => json!({"type": "integer", "minimum": 1}),
            _ => json!({"type": "string"}),
        };
        json!({"name": name.trim_start_matches('*'), "in": "path", "required": true, "schema": schema})
    };
    names.map(parameter).collect()
}

fn query_parameters(query: Shape, schemas: &mut SchemaGenerator) -> Vec<Value> {
    let reference = query(schemas);
    let name = reference["$ref"].as_str().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let Some(members) = schemas.definitions().get(name).cloned() else { return Vec::new() };
    let required = members["required"].as_array().cloned().unwrap_or_default();
    let parameter = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        let required = required.iter().any(|it| it == name);
        json!({"name": name, "in": "query", "required": required, "description": description, "schema": schema})
    };
    members["properties"].as_object().into_iter().flatten().map(parameter).collect()
}
