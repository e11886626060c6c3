//! The description tells of everything that is served, and of nothing else.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde_json::Value;

use super::{choices::pascal, document, page::page};
use crate::ticketing::ErrorCode;

type Routes = BTreeSet<(String, String)>;

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("tests") {
            continue;
        }
        if path.is_dir() {
            sources(&path, found);
        } else if !path.ends_with("tests.rs") {
            let source = std::fs::read_to_string(path).unwrap();
            found.extend(source.split("#[cfg(test)]").next().map(str::to_owned));
        }
    }
}

/// Every `.route("…", get(…).post(…))` of this crate: what a router knows of itself it does not tell.
fn served() -> Routes {
    let mut texts = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut texts);
    let mut routes = Routes::new();
    for text in texts {
        for route in text.split(".route(").skip(1) {
            let Some(rest) = route.trim_start().strip_prefix('"') else {
                continue;
            };
            let (path, rest) = rest.split_once('"').unwrap();
            let mut depth = 1;
            let end = rest.find(|letter| {
                depth += i32::from(letter == '(') - i32::from(letter == ')');
                depth == 0
            });
            let handlers = &rest[..end.unwrap()];
            for method in ["get", "post", "put", "patch", "delete"] {
                let called = [" ", ".", "\n"].map(|before| format!("{before}{method}("));
                if called.iter().any(|call| handlers.contains(call)) {
                    routes.insert((method.to_owned(), path.to_owned()));
                }
            }
        }
    }
    assert!(routes.len() > 20, "{routes:?}");
    routes
}

fn described(document: &Value) -> Routes {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| (method.clone(), path.clone()))
        })
        .collect()
}

#[test]
fn everything_that_is_served_is_described_and_the_reverse() {
    let (served, described) = (served(), described(&document()));
    let untold: Vec<_> = served.difference(&described).collect();
    assert!(untold.is_empty(), "served, and not described: {untold:?}");
    let unserved: Vec<_> = described.difference(&served).collect();
    assert!(unserved.is_empty(), "described, and not served: {unserved:?}");
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(document: &Value, value: &Value, lost: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                if let Some(target) = members.get("$ref").and_then(Value::as_str)
                    && document
                        .pointer(target.strip_prefix('#').unwrap_or(target))
                        .is_none()
                {
                    lost.push(target.to_owned());
                }
                members.values().for_each(|member| walk(document, member, lost));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(document, item, lost)),
            _ => {}
        }
    }
    let (document, mut lost) = (document(), Vec::new());
    walk(&document, &document, &mut lost);
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn operations_have_names_of_their_own_and_parameters_for_their_braces() {
    let document = document();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            *names
                .entry(operation["operationId"].as_str().unwrap().to_owned())
                .or_default() += 1;
            let params = operation["parameters"].as_array().unwrap().iter();
            let in_path = params.filter(|param| param["in"] == "path");
            let in_path: BTreeSet<&str> = in_path.map(|param| param["name"].as_str().unwrap()).collect();
            let braces = path
                .split('{')
                .skip(1)
                .map(|rest| rest.split('}').next().unwrap());
            assert_eq!(in_path, braces.collect(), "{path}");
        }
    }
    assert!(names.values().all(|count| *count == 1), "{names:?}");
}

#[test]
fn every_code_that_is_shown_is_described_under_its_status() {
    let document = document();
    for code in ErrorCode::ALL.iter().filter(|code| code.shown() == **code) {
        let response = &document["components"]["responses"][format!("Error{}", code.status().as_u16())];
        let codes = &response["content"]["application/json"]["schema"]["properties"]["code"]["enum"];
        let codes = codes.as_array().unwrap();
        assert!(codes.iter().any(|it| it == code.name()), "{}", code.name());
    }
}

#[test]
fn what_is_left_out_when_unset_is_never_null() {
    let document = document();
    let pass = &document["components"]["schemas"]["Pass"]["properties"];
    assert_eq!(pass["display_html"]["type"], "string");
    assert_eq!(pass["fare"]["allOf"][0]["$ref"], "#/components/schemas/Fare");
    let list = &document["components"]["schemas"]["PassList"]["properties"]["pass_books"];
    assert_eq!(list["type"], serde_json::json!(["array", "null"]));
}

#[test]
fn the_page_tells_of_every_call_and_fetches_nothing() {
    let document = document();
    let page = page(&document).unwrap();
    for (_, path) in described(&document) {
        assert!(page.contains(&path), "{path}");
    }
    for fetched in ["<script", "<link", "<img", "url(", "@import", " src="] {
        assert!(!page.contains(fetched), "{fetched}");
    }
}

#[test]
fn whatever_a_client_has_to_name_has_a_name() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for choice in ["oneOf", "anyOf"] {
            for form in schema[choice].as_array().into_iter().flatten() {
                assert!(
                    form.get("properties").is_none(),
                    "{name} has a form without a name"
                );
            }
        }
        let members = schema["properties"].as_object().into_iter().flatten();
        // Some generators make a variable of either.
        let twice = members.filter(|(member, _)| pascal(member) == *name);
        assert_eq!(twice.count(), 0, "{name} has a member of its own name");
    }
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            let bodies = operation["requestBody"]["content"].as_object();
            let bodies: Vec<&str> = bodies
                .into_iter()
                .flatten()
                .map(|(_, body)| {
                    body["schema"]["$ref"]
                        .as_str()
                        .unwrap_or_else(|| panic!("{path}"))
                })
                .collect();
            let told_apart: BTreeSet<&&str> = bodies.iter().collect();
            assert_eq!(told_apart.len(), bodies.len(), "{path}");
        }
    }
    let status = &document["components"]["schemas"]["PassStatus"];
    assert_eq!(status["type"], "string");
    let values = status["enum"].as_array().unwrap();
    assert!(values.iter().any(|value| value == "fare_capped"), "{status}");
    assert!(status["description"].as_str().unwrap().contains("`fare_capped`"));
}
