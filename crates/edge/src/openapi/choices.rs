//! Choices as generators of clients can name them. What derives our schemas writes an enumeration as a choice of
//! constants and the forms of a value in place, of which clients would be made with names like `PassStatusType3`.

use serde_json::{Map, Value, json};

/// Makes enumerations of choices of constants, and gives each form of a value a schema of its own.
pub(super) fn name(schemas: &mut Map<String, Value>) {
    let mut forms = Map::new();
    for (name, schema) in schemas.iter_mut() {
        enumerate(schema);
        forms.extend(take_forms(name, schema));
    }
    schemas.extend(forms);
}

/// One list of values, and what each means in the description.
fn enumerate(schema: &mut Value) {
    let choices = schema.get("oneOf").and_then(Value::as_array);
    let constant = |choice: &Value| choice.get("const").and_then(Value::as_str).map(str::to_owned);
    let values: Option<Vec<String>> = choices.and_then(|choices| choices.iter().map(constant).collect());
    let (Some(values), Some(members)) = (values, schema.as_object_mut()) else {
        return;
    };
    let choices = members.remove("oneOf");
    let choices = choices.as_ref().and_then(Value::as_array).into_iter().flatten();
    let meanings = choices.zip(&values).map(|(choice, value)| {
        let meaning = choice.get("description").and_then(Value::as_str);
        format!("\n- `{value}`: {}", meaning.unwrap_or_default())
    });
    let meanings: String = meanings.collect();
    let about = members.get("description").and_then(Value::as_str);
    let description = format!("{}\n{meanings}", about.unwrap_or_default());
    members.extend([
        ("type".to_owned(), json!("string")),
        ("enum".to_owned(), json!(values)),
        ("description".to_owned(), json!(description)),
    ]);
}

/// Replaces the objects of a choice by references, and gives what these refer to.
fn take_forms(name: &str, schema: &mut Value) -> Vec<(String, Value)> {
    let mut forms = Vec::new();
    for choice in ["oneOf", "anyOf"] {
        let choices = schema.get_mut(choice).and_then(Value::as_array_mut);
        for form in choices.into_iter().flatten() {
            if let Some(called) = called(name, form) {
                let reference = json!({ "$ref": format!("#/components/schemas/{called}") });
                forms.push((called, std::mem::replace(form, reference)));
            }
        }
    }
    forms
}

/// What an object is called by its title, or else by the member that tells it from the other forms.
fn called(name: &str, form: &Value) -> Option<String> {
    form.get("properties")?;
    if let Some(title) = form.get("title").and_then(Value::as_str) {
        return Some(title.to_owned());
    }
    let member = form.get("required")?.as_array()?.first()?.as_str()?;
    Some(format!("{name}{}", pascal(member)))
}

/// `service_days` and `serviceDays` as `ServiceDays`.
pub(super) fn pascal(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}
