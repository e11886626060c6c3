//! `Accept-Language`: which languages the rider reads, and `Content-Language`: which ones an answer is in.

use std::collections::BTreeSet;

use axum::response::Response;
use domain::text::Text;
use http::{HeaderMap, HeaderValue, header};

/// Most languages that are considered.
const MAX_LANGUAGES: usize = 16;

/// What the document says a call without the header asks for.
const DEFAULT: &str = "en-us";

/// What the rider of a request reads, as [`domain::text`] looks it up. A header without anything usable in it is as good
/// as none.
#[must_use]
pub fn wanted(headers: &HeaderMap) -> Vec<String> {
    let given = headers.get_all(header::ACCEPT_LANGUAGE).into_iter();
    let ranges: Vec<&str> = given.filter_map(|value| value.to_str().ok()).collect();
    let accepted = accepted(&ranges.join(","));
    if accepted.iter().all(|range| range.starts_with('!')) {
        return std::iter::once(DEFAULT.to_owned()).chain(accepted).collect();
    }
    accepted
}

/// The ranges of a header in lower case, most wanted first (RFC 9110, section 12.5.4). What is not wanted (`q=0`) comes
/// last, after `!`. What is malformed is left out, and so is `*;q=0`: something has to be shown.
#[must_use]
pub fn accepted(header: &str) -> Vec<String> {
    let mut ranges: Vec<(u16, String)> = header
        .split(',')
        .filter_map(range)
        .filter(|range| *range != (0, "*".to_owned()))
        .take(MAX_LANGUAGES)
        .collect();
    // Stable: languages that are wanted as much stay in the client's order.
    ranges.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
    ranges
        .into_iter()
        .map(|(quality, range)| if quality == 0 { format!("!{range}") } else { range })
        .collect()
}

/// `Content-Language` of an answer with these texts; nothing where their operator has not said which languages they
/// are in.
#[must_use]
pub fn spoken<'a>(wanted: &[String], texts: impl IntoIterator<Item = &'a Text>) -> Option<HeaderValue> {
    let tags: BTreeSet<&str> = texts
        .into_iter()
        .filter_map(|text| text.language_for(wanted))
        .collect();
    let named = tags.into_iter().collect::<Vec<_>>().join(", ");
    HeaderValue::try_from(named)
        .ok()
        .filter(|value| !value.is_empty())
}

/// An answer that says which languages it is in.
pub(crate) fn in_language(spoken: Option<HeaderValue>, mut response: Response) -> Response {
    if let Some(spoken) = spoken {
        response.headers_mut().insert(header::CONTENT_LANGUAGE, spoken);
    }
    response
}

fn range(text: &str) -> Option<(u16, String)> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().filter(|range| *range == "*" || is_tag(range))?;
    let quality = match parts.next() {
        None => 1000,
        Some(weight) => thousandths(weight.strip_prefix("q=").or_else(|| weight.strip_prefix("Q="))?)?,
    };
    Some((quality, range.to_ascii_lowercase()))
}

fn is_tag(tag: &str) -> bool {
    tag.len() <= 35
        && tag
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// `0.8` is 800.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction = format!("{fraction:0<3}").parse::<u16>().ok()?;
    match (whole, fraction) {
        ("0", fraction) => Some(fraction),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        let values = values.iter().copied().map(HeaderValue::from_static);
        values.map(|value| (header::ACCEPT_LANGUAGE, value)).collect()
    }

    #[test]
    fn languages_are_taken_in_the_order_in_which_they_are_wanted() {
        assert_eq!(accepted("en-US"), ["en-us"]);
        assert_eq!(
            accepted("de;q=0.5, es-MX, en;q=0.8, *;q=0.1"),
            ["es-mx", "en", "de", "*"]
        );
        assert_eq!(accepted("fr;q=0.7,it;q=0.7,es;q=0.71"), ["es", "fr", "it"]);
    }

    #[test]
    fn what_is_not_wanted_is_marked_and_comes_last() {
        assert_eq!(accepted("en;q=0, es;q=0.1"), ["es", "!en"]);
        assert_eq!(accepted("*, en;q=0.000"), ["*", "!en"]);
        assert_eq!(accepted("de, *;q=0"), ["de"]);
    }

    #[test]
    fn what_is_malformed_is_left_out() {
        for header in [
            "",
            "*;q=0",
            "en;q=2",
            "en;q=x",
            "en;q=0.1234",
            "e n",
            "en-",
            "!en",
            ";q=1",
            ",,,",
        ] {
            assert_eq!(accepted(header), Vec::<String>::new(), "{header:?}");
        }
        assert_eq!(accepted(&"en,".repeat(1000)).len(), MAX_LANGUAGES);
    }

    #[test]
    fn a_call_that_names_no_language_asks_for_american_english() {
        for none in [&[][..], &[""], &["e n"], &["*;q=0"]] {
            assert_eq!(wanted(&headers(none)), ["en-us"], "{none:?}");
        }
        assert_eq!(wanted(&headers(&["en;q=0"])), ["en-us", "!en"]);
        assert_eq!(wanted(&headers(&["*"])), ["*"]);
        assert_eq!(
            wanted(&headers(&["es;q=0.5", "pl"])),
            ["pl", "es"],
            "two headers are one list"
        );
    }

    #[test]
    fn an_answer_names_the_languages_that_it_is_known_to_be_in() {
        let mut text = Text::plain("Bilet");
        assert_eq!(spoken(&["pl".to_owned()], [&text]), None);
        text.language = Some("pl".to_owned());
        let mut other = text.clone();
        other.translations.insert("en".to_owned(), "Ticket".to_owned());
        let said = |wanted: &str| spoken(&[wanted.to_owned()], [&text, &other]).unwrap();
        assert_eq!(said("pl"), "pl");
        assert_eq!(said("en"), "en, pl");
    }
}
