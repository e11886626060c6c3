//! What a rider should know of a fare before buying it.

use domain::{
    catalog::{Alert, Fare, FareOption},
    text::Text,
};

/// The alerts of a fare: those of the option values it has, in the order in which they are selected, and its own.
pub(super) fn alerts<'a>(fare: &'a Fare, options: &'a [FareOption]) -> Vec<&'a Alert> {
    let chosen = fare.options.iter().filter_map(|choice| {
        let option = options
            .iter()
            .find(|option| option.option_type == choice.option_type)?;
        let value = option.values.iter().find(|value| value.id == choice.id)?;
        value.alert.as_ref()
    });
    chosen.chain(&fare.alert).collect()
}

/// Their texts, each once.
pub(super) fn texts<'a>(alerts: impl IntoIterator<Item = &'a Alert>, languages: &[String]) -> Vec<String> {
    distinct(alerts.into_iter().map(|alert| &alert.text), languages)
}

/// Their labels, each once.
pub(super) fn labels<'a>(alerts: impl IntoIterator<Item = &'a Alert>, languages: &[String]) -> Vec<String> {
    distinct(
        alerts.into_iter().filter_map(|alert| alert.label.as_ref()),
        languages,
    )
}

/// Several of them as one, if there are any.
pub(super) fn joined(words: &[String], by: &str) -> Option<String> {
    (!words.is_empty()).then(|| words.join(by))
}

fn distinct<'a>(texts: impl Iterator<Item = &'a Text>, languages: &[String]) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for text in texts {
        let words = text.in_language(languages);
        if !told.iter().any(|known| known == words) {
            told.push(words.to_owned());
        }
    }
    told
}
