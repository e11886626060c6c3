//! How an operator's tickets look, and how they stay legible whatever it wishes.

use serde::{Deserialize, Serialize};

use super::ticket_logo::TicketLogo;

/// The least contrast of text that has to be read at a glance in sunlight (WCAG 2.2, success criterion 1.4.6).
pub const LEGIBLE_CONTRAST: f64 = 7.0;

/// In how many steps a background gives way until text on it is legible.
const STEPS: u16 = 32;

/// A colour as red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Not six hexadecimal digits behind a `#`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a colour like #0055a4")]
pub struct NotAColour;

/// How the operator's tickets look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketStyle {
    /// Behind everything.
    pub background: Rgb,
    /// Text on it.
    pub foreground: Rgb,
    /// What moves, so that a screenshot is told from a ticket.
    pub accent: Rgb,
    /// The operator's mark; its initials stand in for one that it does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<TicketLogo>,
}

impl Default for TicketStyle {
    /// Of operators without a style of their own.
    fn default() -> Self {
        Self {
            background: Rgb(0x12, 0x2b, 0x4a),
            foreground: Rgb::WHITE,
            accent: Rgb(0xff, 0xc2, 0x2e),
            logo: None,
        }
    }
}

/// A background and the text on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Legible {
    /// Behind the text.
    pub background: Rgb,
    /// The text.
    pub text: Rgb,
}

impl TicketStyle {
    /// The operator's colours where text can be read in them, else the nearest in which it can: its background with
    /// black or white text, and where neither will do, the background darker or lighter.
    #[must_use]
    pub fn legible(&self) -> Legible {
        Legible::on(self.background, self.foreground)
    }
}

impl Legible {
    /// Text on a background, in the wished colour if that can be read.
    #[must_use]
    pub fn on(background: Rgb, wished: Rgb) -> Self {
        if background.contrast(wished) >= LEGIBLE_CONTRAST {
            return Self {
                background,
                text: wished,
            };
        }
        let text = background.black_or_white();
        let away = if text == Rgb::WHITE {
            Rgb::BLACK
        } else {
            Rgb::WHITE
        };
        let background = (0..=STEPS)
            .map(|step| background.mixed_with(away, step))
            .find(|background| background.contrast(text) >= LEGIBLE_CONTRAST)
            .unwrap_or(away);
        Self { background, text }
    }
}

impl Rgb {
    /// All light.
    pub const WHITE: Self = Self(255, 255, 255);
    /// None.
    pub const BLACK: Self = Self(0, 0, 0);

    /// `#0055a4`
    pub fn parse(text: &str) -> Result<Self, NotAColour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let [_, red, green, blue] = number.ok_or(NotAColour)?.to_be_bytes();
        Ok(Self(red, green, blue))
    }

    /// The better of the two for text on this.
    #[must_use]
    pub fn black_or_white(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }

    /// From 1 for the same colour to 21 for black and white (WCAG 2.2, "contrast ratio").
    #[must_use]
    #[expect(
        clippy::float_arithmetic,
        reason = "light is measured, not counted like money"
    )]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if one > two { one / two } else { two / one }
    }

    /// From 0 for black to 1 for white (WCAG 2.2, "relative luminance").
    #[expect(
        clippy::float_arithmetic,
        reason = "light is measured, not counted like money"
    )]
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// So many steps on the way to another colour.
    fn mixed_with(self, other: Self, step: u16) -> Self {
        let mix = |from: u8, to: u8| {
            let sum = u16::from(from) * (STEPS - step) + u16::from(to) * step;
            u8::try_from(sum / STEPS).unwrap_or(to)
        };
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }
}

impl std::fmt::Display for Rgb {
    /// `#0055a4`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}
