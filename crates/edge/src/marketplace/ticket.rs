//! How tickets look, from the file's words to the domain's.

use domain::operator::{Rgb, TicketLogo, TicketStyle};

use super::{
    convert::{Flaw, at},
    document::TicketDocument,
};

/// The style of an operator's tickets. What the file does not say is what goes with the background.
pub(super) fn style_of(document: &TicketDocument) -> Result<TicketStyle, Flaw> {
    let colour = |field: &str, text: &String| at(field, Rgb::parse(text));
    let background = colour("ticket.background", &document.background)?;
    let foreground = document
        .foreground
        .as_ref()
        .map(|text| colour("ticket.foreground", text));
    let accent = document.accent.as_ref().map(|text| colour("ticket.accent", text));
    let logo = document
        .logo
        .as_ref()
        .map(|text| at("ticket.logo", TicketLogo::parse(text.clone())));
    let foreground = foreground
        .transpose()?
        .unwrap_or_else(|| background.black_or_white());
    Ok(TicketStyle {
        background,
        foreground,
        accent: accent.transpose()?.unwrap_or(foreground),
        logo: logo.transpose()?,
    })
}
