//! The language that an operator says once for all of its texts.

use serde_json::Value;

use super::{convert::Flaw, document::OperatorDocument};

/// The operator with its language on every text that has translations and names none of its own. A text without
/// translations is shown to everybody, so that its language decides nothing.
pub(super) fn in_its_language(document: &OperatorDocument) -> Result<OperatorDocument, Flaw> {
    let Some(language) = &document.language else {
        return Ok(document.clone());
    };
    if !is_tag(language) {
        return Err("language: is no BCP 47 tag, like en or pt-BR".to_owned());
    }
    // By the shape of a text, wherever one stands: a text that is added to the file later is not forgotten here.
    let flaw = |error: serde_json::Error| format!("language: {error}");
    let mut file = serde_json::to_value(document).map_err(flaw)?;
    name(&mut file, language);
    serde_json::from_value(file).map_err(flaw)
}

fn name(value: &mut Value, language: &str) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| name(value, language)),
        Value::Object(members) if members.contains_key("translations") && members.contains_key("default") => {
            members
                .entry("language")
                .or_insert_with(|| Value::String(language.to_owned()));
        }
        Value::Object(members) => members.values_mut().for_each(|value| name(value, language)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_tag(text: &str) -> bool {
    text.split('-')
        .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::marketplace::TextDocument;

    fn operator(language: Option<&str>) -> OperatorDocument {
        serde_json::from_value(json!({
            "id": "line", "kind": "transit", "timezone": "Europe/Warsaw", "language": language,
            "name": { "default": "Linia", "translations": { "en": "Line" } },
            "region": { "default": "Mazovia", "language": "en", "translations": { "pl": "Mazowsze" } },
            "location": { "latitude": 52.2297, "longitude": 21.0122 },
        }))
        .unwrap()
    }

    fn language_of(text: Option<&TextDocument>) -> Option<&str> {
        match text {
            Some(TextDocument::Translated { language, .. }) => language.as_deref(),
            _ => None,
        }
    }

    #[test]
    fn an_operators_language_is_that_of_every_text_that_names_none() {
        let named = in_its_language(&operator(Some("pl"))).unwrap();
        assert_eq!(language_of(Some(&named.name)), Some("pl"));
        assert_eq!(language_of(named.region.as_ref()), Some("en"));
        let latitude = named.location.map(|point| point.latitude.to_string());
        assert_eq!(latitude.as_deref(), Some("52.2297"), "all else stays");
        assert_eq!(
            language_of(Some(&in_its_language(&operator(None)).unwrap().name)),
            None
        );
    }

    #[test]
    fn what_is_no_language_tag_is_a_flaw() {
        for bad in ["", "polish language", "pl_PL", "*", "pl-"] {
            assert!(in_its_language(&operator(Some(bad))).is_err(), "{bad}");
        }
    }
}
