//! An operator's mark on its tickets: a small picture that travels inside the ticket.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

/// Longest logo, in bytes of the picture.
pub const MAX_LOGO_BYTES: usize = 32 * 1024;

/// Widest and highest PNG, in pixels: more is never seen on a phone, and a small file can hold a huge picture.
const MAX_SIDE: u32 = 1_024;

const PNG_HEADER: &str = "data:image/png;base64,";
const SVG_HEADER: &str = "data:image/svg+xml;base64,";

/// What would make an SVG more than a picture. Tickets show it as an image, in which none of this runs or loads; it is
/// refused all the same, because a logo may be shown elsewhere one day.
const NOT_A_PICTURE: [&str; 11] = [
    "<!doctype",
    "<!entity",
    "<script",
    "<foreignobject",
    "<iframe",
    "<?xml-stylesheet",
    "@import",
    "javascript:",
    "http:",
    "https:",
    "file:",
];

/// Names of XML namespaces look like addresses, and are none.
const NAMESPACES: [&str; 2] = ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"];

/// Why a picture cannot be a logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogoProblem {
    /// Not `data:image/png;base64,…` or `data:image/svg+xml;base64,…`.
    #[error("not a data URI of a PNG or SVG in base64")]
    NotADataUri,
    /// More than [`MAX_LOGO_BYTES`].
    #[error("the logo is larger than 32 KiB")]
    TooLarge,
    /// Broken, or wider or higher than 1,024 pixels.
    #[error("not a PNG of at most 1,024 pixels each way")]
    NotAPng,
    /// Not one `<svg>`, or it holds a script, an entity or an address.
    #[error("not a plain SVG: scripts, entities, event handlers and addresses are not allowed")]
    NotAPlainSvg,
}

/// A PNG or SVG as a data URI, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketLogo(String);

impl TicketLogo {
    /// Checks kind, size and content.
    pub fn parse(text: impl Into<String>) -> Result<Self, LogoProblem> {
        let text = text.into();
        if let Some(encoded) = text.strip_prefix(PNG_HEADER) {
            let picture = decoded(encoded)?;
            return is_small_png(&picture)
                .then_some(Self(text))
                .ok_or(LogoProblem::NotAPng);
        }
        let encoded = text.strip_prefix(SVG_HEADER).ok_or(LogoProblem::NotADataUri)?;
        let picture = decoded(encoded)?;
        is_plain_svg(&picture)
            .then_some(Self(text))
            .ok_or(LogoProblem::NotAPlainSvg)
    }

    /// The data URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TicketLogo {
    type Error = LogoProblem;

    fn try_from(text: String) -> Result<Self, LogoProblem> {
        Self::parse(text)
    }
}

impl From<TicketLogo> for String {
    fn from(logo: TicketLogo) -> Self {
        logo.0
    }
}

fn decoded(encoded: &str) -> Result<Vec<u8>, LogoProblem> {
    // Looked at before decoding: four characters are three bytes.
    if encoded.len() / 4 > MAX_LOGO_BYTES / 3 + 1 {
        return Err(LogoProblem::TooLarge);
    }
    let picture = STANDARD.decode(encoded).map_err(|_| LogoProblem::NotADataUri)?;
    if picture.len() > MAX_LOGO_BYTES {
        return Err(LogoProblem::TooLarge);
    }
    Ok(picture)
}

/// Begins with the signature and the header, which names its size, and ends where a PNG ends (RFC 2083, 3 and 4.1).
fn is_small_png(picture: &[u8]) -> bool {
    let size = |at: usize| {
        let bytes = picture.get(at..at + 4).and_then(|it| it.try_into().ok());
        bytes.map(u32::from_be_bytes)
    };
    let fits = |side: Option<u32>| side.is_some_and(|side| (1..=MAX_SIDE).contains(&side));
    picture.starts_with(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR")
        && fits(size(16))
        && fits(size(20))
        && picture.ends_with(b"\x00\x00\x00\x00IEND\xae\x42\x60\x82")
}

fn is_plain_svg(picture: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(picture) else {
        return false;
    };
    let mut text = text.trim_start_matches('\u{feff}').trim().to_lowercase();
    for name in NAMESPACES {
        text = text.replace(name, "");
    }
    let root = text.find("<svg").filter(|at| {
        // Only a declaration and comments may stand before it.
        let before = text.get(..*at).unwrap_or_default().trim();
        before.is_empty() || before.starts_with("<?xml ") || before.starts_with("<!--")
    });
    root.is_some()
        && text.ends_with("</svg>")
        && !NOT_A_PICTURE.iter().any(|word| text.contains(word))
        && !has_event_handler(&text)
}

/// `onload=`, `onclick =` and their like.
fn has_event_handler(text: &str) -> bool {
    text.split(['=']).any(|before| {
        let name = before.trim_end();
        let name = name
            .rsplit(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '/' | '<'))
            .next();
        name.is_some_and(|name| {
            name.len() > 3 && name.starts_with("on") && name.bytes().all(|byte| byte.is_ascii_lowercase())
        })
    })
}
