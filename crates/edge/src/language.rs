//! `Accept-Language`: which languages the rider reads.

/// Most languages that are considered.
const MAX_LANGUAGES: usize = 16;

/// The languages of a header in lower case, most wanted first (RFC 9110, section 12.5.4). What is malformed or not
/// wanted (`q=0`) is left out, and so is `*`: the default is taken anyway where nothing fits.
#[must_use]
pub fn accepted(header: &str) -> Vec<String> {
    let mut ranges: Vec<(u16, String)> = header
        .split(',')
        .filter_map(range)
        .filter(|(quality, _)| *quality > 0)
        .take(MAX_LANGUAGES)
        .collect();
    // Stable: languages that are wanted as much stay in the client's order.
    ranges.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
    ranges.into_iter().map(|(_, tag)| tag).collect()
}

fn range(text: &str) -> Option<(u16, String)> {
    let mut parts = text.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| is_tag(tag))?;
    let quality = match parts.next() {
        None => 1000,
        Some(weight) => thousandths(weight.strip_prefix("q=").or_else(|| weight.strip_prefix("Q="))?)?,
    };
    Some((quality, tag.to_ascii_lowercase()))
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

    #[test]
    fn languages_are_taken_in_the_order_in_which_they_are_wanted() {
        assert_eq!(accepted("en-US"), ["en-us"]);
        assert_eq!(
            accepted("de;q=0.5, es-MX, en;q=0.8, *;q=0.1"),
            ["es-mx", "en", "de"]
        );
        assert_eq!(accepted("fr;q=0.7,it;q=0.7,es;q=0.71"), ["es", "fr", "it"]);
    }

    #[test]
    fn what_is_malformed_or_unwanted_is_left_out() {
        for header in [
            "",
            "*",
            "en;q=0",
            "en;q=2",
            "en;q=x",
            "en;q=0.1234",
            "e n",
            "en-",
            ";q=1",
            ",,,",
        ] {
            assert_eq!(accepted(header), Vec::<String>::new(), "{header:?}");
        }
        assert_eq!(accepted(&"en,".repeat(1000)).len(), MAX_LANGUAGES);
    }
}
