//! `stripe_token`: what a rider pays with, wherever something is bought.

use payments::Credential;

use super::{ErrorCode, TicketingError};
use crate::params::{ParamError, Params};

/// What Stripe's ids of accounts begin with.
const ACCOUNT: &str = "acct_";

/// A token, a card or source, or a PaymentMethod; nothing where none is given. Whether one is needed the price decides.
///
/// An account is a source of charges at Stripe, too, but of such only as take money from that account onto the
/// platform's own balance. No operator can be paid with one, so it is answered as a credential that does not fit.
pub(super) fn credential(params: &Params) -> Result<Option<Credential>, TicketingError> {
    const NAME: &str = "stripe_token";
    let wanted = "a Stripe token (tok_…), card (card_…), source (src_…) or payment method (pm_…)";
    let Some(text) = params.optional(NAME)? else {
        return Ok(None);
    };
    if text.starts_with(ACCOUNT) {
        return Err(TicketingError::new(ErrorCode::StripeInvalidRequest).param(NAME));
    }
    Credential::parse(text)
        .map(Some)
        .map_err(|_| ParamError::malformed(NAME, wanted).into())
}
