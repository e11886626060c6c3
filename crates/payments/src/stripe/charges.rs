//! Charges on an operator's account, and what every way of charging checks before it asks.

use std::str::FromStr;

use domain::{ChargeId, Money, StripeAccountId, StripeCallKey};
use stripe_core::charge::{CreateCharge, RetrieveCharge};
use stripe_types::Currency;

use super::{call::Call, client::Stripe, customers::map_of};
use crate::{NewCharge, Outcome, PaymentFacts, Platform, Refusal, RefusalKind};

impl Stripe {
    pub(super) async fn pay_with_token(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        key: &StripeCallKey,
        charge: &NewCharge,
    ) -> Outcome<PaymentFacts> {
        let request = CreateCharge::new()
            .amount(charge.amount.amount)
            .currency(currency_of(charge.amount))
            .source(charge.token.expose())
            .metadata(map_of(&charge.metadata));
        let request = match fee_of(charge.amount, charge.application_fee) {
            Fee::None => request,
            Fee::Some(fee) => request.application_fee_amount(fee),
            Fee::Wrong(why) => return refuse(why),
        };
        let call = Call::write("create_charge", platform, key).on(account);
        self.ask(call, &request, PaymentFacts::read).await
    }

    pub(super) async fn read_charge(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        charge: &ChargeId,
    ) -> Outcome<PaymentFacts> {
        let request = RetrieveCharge::new(charge.as_str());
        let call = Call::read("retrieve_charge", platform).on(account);
        self.ask(call, &request, PaymentFacts::read).await
    }
}

/// What to say about our fee.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fee {
    /// Nothing: Stripe wants a fee of zero left out.
    None,
    /// So many minor units.
    Some(i64),
    /// These amounts must not go out.
    Wrong(&'static str),
}

/// The request states one currency for both amounts, so a fee in another one would silently become a wrong sum.
pub(super) fn fee_of(amount: Money, fee: Money) -> Fee {
    if !amount.is_positive() {
        return Fee::Wrong("amount");
    }
    if fee.currency != amount.currency || !(0..=amount.amount).contains(&fee.amount) {
        return Fee::Wrong("application_fee_amount");
    }
    if fee.amount == 0 {
        Fee::None
    } else {
        Fee::Some(fee.amount)
    }
}

/// Our own refusal of a request that must not go out. Nothing was sent; the status is 0.
pub(super) fn refuse<T>(param: &str) -> Outcome<T> {
    Outcome::Refused(Refusal {
        code: Some("refused_before_sending".to_owned()),
        param: Some(param.to_owned()),
        ..Refusal::new(0, RefusalKind::InvalidRequest)
    })
}

pub(super) fn currency_of(amount: Money) -> Currency {
    match Currency::from_str(&amount.currency.stripe_code()) {
        Ok(currency) => currency,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Currency;

    #[test]
    fn a_fee_is_part_of_the_amount_and_in_its_currency() {
        let usd = |amount| Money::new(amount, Currency::USD);
        let jpy = |amount| Money::new(amount, "jpy".parse().unwrap());
        assert_eq!(fee_of(usd(100), usd(0)), Fee::None);
        assert_eq!(fee_of(usd(100), usd(10)), Fee::Some(10));
        assert_eq!(fee_of(usd(100), usd(100)), Fee::Some(100));
        for (amount, fee) in [
            (usd(100), usd(101)),
            (usd(100), usd(-1)),
            (usd(100), jpy(10)),
            (usd(100), jpy(0)),
        ] {
            assert_eq!(fee_of(amount, fee), Fee::Wrong("application_fee_amount"));
        }
        assert_eq!(fee_of(usd(0), usd(0)), Fee::Wrong("amount"));
    }
}
