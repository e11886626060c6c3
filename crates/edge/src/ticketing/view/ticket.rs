//! The visual ticket: a self-contained page that a driver can judge.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use chrono::{DateTime, Utc};
use domain::wallet::Pass;

/// How `display_html` is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketFormat {
    /// Base64 without padding, as the document's examples are.
    HtmlBase64,
    /// As it is.
    HtmlRaw,
    /// Not at all.
    None,
}

impl TicketFormat {
    /// The values of the `ticket_format` parameter, and what they mean.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("html_base64", Self::HtmlBase64),
        ("html_raw", Self::HtmlRaw),
        ("none", Self::None),
    ];

    /// The ticket of an active pass in this format.
    #[must_use]
    pub fn render(self, pass: &Pass, agency_name: &str, expires_at: DateTime<Utc>) -> Option<String> {
        match self {
            Self::None => None,
            Self::HtmlRaw => Some(page(pass, agency_name, expires_at)),
            Self::HtmlBase64 => Some(STANDARD_NO_PAD.encode(page(pass, agency_name, expires_at))),
        }
    }
}

fn page(pass: &Pass, agency_name: &str, expires_at: DateTime<Utc>) -> String {
    let terms = pass.terms();
    let expiry = expires_at.with_timezone(&terms.calendar.zone);
    format!(
        concat!(
            "<!doctype html><html><head><meta charset=\"utf-8\">",
            "<meta name=\"viewport\" content=\"width=device-width\"><title>{name}</title></head>",
            "<body style=\"font-family:sans-serif;text-align:center\"><p>{agency}</p><h1>{name}</h1>",
            "<p>Valid until</p><p style=\"font-size:3em\">{time}</p><p>{date}</p><p><small>{id}</small></p>",
            "</body></html>"
        ),
        name = escaped(&terms.fare.name.default),
        agency = escaped(agency_name),
        time = expiry.format("%H:%M"),
        date = expiry.format("%Y-%m-%d"),
        id = escaped(pass.id().as_str()),
    )
}

/// Text as it may stand in HTML.
pub(in crate::ticketing) fn escaped(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut out, letter| {
            match letter {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                other => out.push(other),
            }
            out
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_the_page() {
        assert_eq!(escaped("<b>\"A&B'</b>"), "&lt;b&gt;&quot;A&amp;B&#39;&lt;/b&gt;");
    }
}
