//! `display_html`: the visual ticket in the format that the client asked for.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use crate::ticketing::ticket::Ticket;

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

    /// A ticket in this format. One that cannot be made is left out, and the log says why: the pass itself is good.
    #[must_use]
    pub fn render(self, ticket: &Ticket<'_>) -> Option<String> {
        if self == Self::None {
            return None;
        }
        let page = ticket
            .page()
            .inspect_err(|error| tracing::error!(pass = %ticket.pass.id(), %error, "no ticket"))
            .ok()?;
        Some(match self {
            Self::HtmlBase64 => STANDARD_NO_PAD.encode(page),
            Self::HtmlRaw | Self::None => page,
        })
    }
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
