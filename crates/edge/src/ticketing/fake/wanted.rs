//! What a client wants to see of passes.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use crate::{
    params::{ParamError, Params},
    ticketing::view::{Shown, TicketFormat},
};

/// The whole ticket. The published examples have it in base64, without padding.
const TICKET: &str = "<html><body>Token Transit ticket</body></html>";

/// The parameters that all answers with passes have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    format: TicketFormat,
    omit_unusable: bool,
    /// How much of a fare.
    pub(super) shown: Shown,
}

impl Wanted {
    /// Of a list, where the ticket's format must be said.
    pub(super) fn of_list(params: &Params) -> Result<Self, ParamError> {
        params.required("ticket_format")?;
        Ok(Self {
            format: format_of(params)?,
            // The published example spells it `omit_unusabled_passes`, and is to work as printed.
            omit_unusable: params.boolean("omit_unusable_passes", true)?
                && params.boolean("omit_unusabled_passes", true)?,
            shown: Shown {
                price: params.boolean("include_fare_price", true)?,
                options: params.boolean("include_fare_options", false)?,
            },
        })
    }

    /// Of one pass, where base64 is the default and the fare is printed without its price.
    pub(super) fn of_one(params: &Params) -> Result<Self, ParamError> {
        Ok(Self {
            format: format_of(params)?,
            omit_unusable: false,
            shown: Shown {
                price: params.boolean("include_fare_price", false)?,
                options: params.boolean("include_fare_options", false)?,
            },
        })
    }

    /// Whether a pass is shown.
    pub(super) const fn keeps(self, is_usable: bool) -> bool {
        is_usable || !self.omit_unusable
    }

    /// The ticket of an active pass.
    pub(super) fn ticket(self) -> Option<String> {
        match self.format {
            TicketFormat::None => None,
            TicketFormat::HtmlRaw => Some(TICKET.to_owned()),
            TicketFormat::HtmlBase64 => Some(STANDARD_NO_PAD.encode(TICKET)),
        }
    }
}

fn format_of(params: &Params) -> Result<TicketFormat, ParamError> {
    let names = TicketFormat::NAMES.map(|(name, _)| name);
    let wanted = params.one_of("ticket_format", &names)?;
    let found = TicketFormat::NAMES.iter().find(|(name, _)| Some(*name) == wanted);
    Ok(found.map_or(TicketFormat::HtmlBase64, |(_, format)| *format))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ticket_is_the_printed_one() {
        let wanted = |query: &str| {
            let params = Params::parse(query, &http::HeaderMap::new(), b"").unwrap();
            Wanted::of_list(&params).unwrap()
        };
        let printed = "PGh0bWw+PGJvZHk+VG9rZW4gVHJhbnNpdCB0aWNrZXQ8L2JvZHk+PC9odG1sPg";
        assert_eq!(
            wanted("ticket_format=html_base64").ticket().as_deref(),
            Some(printed)
        );
        assert_eq!(
            wanted("ticket_format=html_raw").ticket().as_deref(),
            Some("<html><body>Token Transit ticket</body></html>")
        );
        assert_eq!(wanted("ticket_format=none").ticket(), None);
    }
}
