//! Answers on the terminal: tables for people, JSON for programs.
#![expect(clippy::print_stdout, reason = "what these commands are for")]

use comfy_table::{Table, presets::NOTHING};
use serde_json::Value;

/// A column: its heading, and where its value stands in a row (RFC 6901).
pub(super) type Column = (&'static str, &'static str);

/// A list: a line each, or an array.
pub(super) fn list(json: bool, rows: &[Value], columns: &[Column]) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(rows)?);
    } else if rows.is_empty() {
        println!("None.");
    } else {
        println!("{}", table(rows, columns));
    }
    Ok(())
}

/// One thing: a line a field, or an object.
pub(super) fn one(json: bool, thing: &Value) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(thing)?);
        return Ok(());
    }
    let mut fields = Vec::new();
    flatten(String::new(), thing, &mut fields);
    let mut table = Table::new();
    table.load_style(NOTHING);
    for (name, value) in fields {
        table.add_row([name, value]);
    }
    println!("{}", table.trim_fmt());
    Ok(())
}

/// A sentence, or the object that it is about.
pub(super) fn say(json: bool, thing: &Value, sentence: &str) -> anyhow::Result<()> {
    match json {
        true => println!("{}", serde_json::to_string_pretty(thing)?),
        false => println!("{sentence}"),
    }
    Ok(())
}

fn table(rows: &[Value], columns: &[Column]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(columns.iter().map(|(heading, _)| heading.to_uppercase()));
    for row in rows {
        table.add_row(columns.iter().map(|(_, place)| plain(row.pointer(place))));
    }
    table.trim_fmt()
}

fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(values)) if values.is_empty() => "-".to_owned(),
        Some(Value::Array(values)) => {
            let texts: Vec<String> = values.iter().map(|value| plain(Some(value))).collect();
            texts.join(", ")
        }
        Some(other) => other.to_string(),
    }
}

fn flatten(name: String, value: &Value, fields: &mut Vec<(String, String)>) {
    let under = |inner: &str| match name.is_empty() {
        true => inner.to_owned(),
        false => format!("{name}.{inner}"),
    };
    match value {
        Value::Object(members) => {
            for (inner, value) in members {
                flatten(under(inner), value, fields);
            }
        }
        Value::Array(values) if values.iter().any(Value::is_object) => {
            for (place, value) in values.iter().enumerate() {
                flatten(under(&place.to_string()), value, fields);
            }
        }
        other => fields.push((name, plain(Some(other)))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_has_a_line_for_each_row_and_a_dash_for_what_is_absent() {
        let rows = [
            json!({ "id": "bus", "fee": { "basis_points": 150 }, "apps": ["a", "b"] }),
            json!({ "id": "tram", "apps": [] }),
        ];
        let columns = [("id", "/id"), ("fee", "/fee/basis_points"), ("apps", "/apps")];
        let printed = table(&rows, &columns);
        let words: Vec<Vec<&str>> = printed
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(
            words,
            [
                vec!["ID", "FEE", "APPS"],
                vec!["bus", "150", "a,", "b"],
                vec!["tram", "-", "-"]
            ]
        );
    }

    #[test]
    fn the_fields_of_one_thing_are_told_by_their_paths() {
        let mut fields = Vec::new();
        flatten(
            String::new(),
            &json!({ "a": { "b": 1 }, "c": [{ "d": "x" }], "e": [1, 2] }),
            &mut fields,
        );
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(fields, [("a.b", "1"), ("c.0.d", "x"), ("e", "1, 2")]);
    }
}
