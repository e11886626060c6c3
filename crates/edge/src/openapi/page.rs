//! The description as a page. Nothing runs on it, and nothing is fetched for it.

use askama::Template;
use serde_json::Value;

use super::calls::TAGS;

#[derive(Template)]
#[template(path = "docs.html")]
struct Page {
    title: String,
    about: String,
    tags: Vec<Tag>,
}

struct Tag {
    name: &'static str,
    description: &'static str,
    calls: Vec<Listed>,
}

struct Listed {
    method: String,
    path: String,
    id: String,
    summary: String,
    needs: String,
    params: Vec<Row>,
    answers: Vec<Row>,
}

/// What it is called, what it is, and what is said of it.
struct Row {
    name: String,
    kind: String,
    description: String,
    required: bool,
}

/// Draws it.
pub(super) fn page(document: &Value) -> askama::Result<String> {
    let text = |path: &str| said(document.pointer(path));
    let page = Page {
        title: format!("{} {}", text("/info/title"), text("/info/version")),
        about: text("/info/description"),
        tags: TAGS
            .iter()
            .map(|(name, description)| Tag {
                name,
                description,
                calls: calls(document, name),
            })
            .collect(),
    };
    page.render()
}

fn said(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn calls(document: &Value, tag: &str) -> Vec<Listed> {
    let mut all = Vec::new();
    for (path, methods) in members(document.get("paths")) {
        for (method, operation) in members(Some(methods)) {
            if items(operation.get("tags")).any(|it| it == tag) {
                all.push(Listed {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    id: said(operation.get("operationId")),
                    summary: said(operation.get("summary")),
                    needs: needs(operation),
                    params: params(document, operation),
                    answers: answers(document, operation),
                });
            }
        }
    }
    all
}

/// `api_key + session or api_key + jwt`
fn needs(operation: &Value) -> String {
    let choices = items(operation.get("security")).map(|choice| {
        let names: Vec<&str> = members(Some(choice)).map(|(name, _)| name.as_str()).collect();
        names.join(" + ")
    });
    let choices: Vec<String> = choices.collect();
    if choices.is_empty() {
        "nothing".to_owned()
    } else {
        choices.join(" or ")
    }
}

fn params(document: &Value, operation: &Value) -> Vec<Row> {
    let placed = items(operation.get("parameters")).map(|param| {
        let param = resolved(document, param);
        Row {
            name: said(param.get("name")),
            kind: format!("{}, {}", kind(param.get("schema")), said(param.get("in"))),
            description: said(param.get("description")),
            required: param.get("required") == Some(&Value::Bool(true)),
        }
    });
    let schema = operation.pointer("/requestBody/content/application~1json/schema");
    let schema = schema.map(|schema| resolved(document, schema));
    let in_body = members(schema.and_then(|schema| schema.get("properties"))).map(|(name, member)| Row {
        name: name.clone(),
        kind: format!("{}, body", kind(Some(member))),
        description: said(member.get("description")),
        required: items(schema.and_then(|schema| schema.get("required"))).any(|it| it == name),
    });
    placed.chain(in_body).collect()
}

fn answers(document: &Value, operation: &Value) -> Vec<Row> {
    let all = members(operation.get("responses")).map(|(status, response)| {
        let response = resolved(document, response);
        let content = members(response.get("content")).next();
        Row {
            name: status.clone(),
            kind: content.map(|(_, it)| kind(it.get("schema"))).unwrap_or_default(),
            description: said(response.get("description")),
            required: false,
        }
    });
    all.collect()
}

/// What a reference stands for.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value.get("$ref").and_then(Value::as_str);
    let pointer = target.and_then(|target| target.strip_prefix('#'));
    pointer
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(value)
}

/// The type of a schema in a word or two.
fn kind(schema: Option<&Value>) -> String {
    let Some(schema) = schema else {
        return String::new();
    };
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        return target.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(first) = items(schema.get("allOf")).next() {
        return kind(Some(first));
    }
    let values: Vec<&str> = items(schema.get("enum")).filter_map(Value::as_str).collect();
    if !values.is_empty() {
        return values.join(" | ");
    }
    match (schema.get("type"), schema.get("format")) {
        (_, Some(format)) => said(Some(format)),
        (Some(kind), None) => said(Some(kind)),
        (None, None) => "any".to_owned(),
    }
}
