//! Operators' connected accounts and their onboarding.

use chrono::DateTime;
use domain::{StripeAccountId, StripeCallKey};
use stripe_client_core::StripeRequest;
use stripe_connect::{
    account::{
        CreateAccount, CreateAccountCapabilities, CreateAccountCapabilitiesCardPayments,
        CreateAccountCapabilitiesTransfers, CreateAccountType, RetrieveAccount,
    },
    account_link::{CreateAccountLink, CreateAccountLinkType},
};

use super::{client::Stripe, customers::map_of, transport::Call, typed::Courier};
use crate::{
    AccountFacts, AccountKind, AccountLink, LinkPurpose, NewAccount, NewAccountLink, Outcome, Platform,
};

impl Stripe {
    pub(super) async fn make_account(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        account: &NewAccount,
    ) -> Outcome<AccountFacts> {
        let kind = match account.kind {
            AccountKind::Standard => CreateAccountType::Standard,
            AccountKind::Express => CreateAccountType::Express,
        };
        let request = CreateAccount::new()
            .type_(kind)
            .capabilities(charging())
            .metadata(map_of(&account.metadata));
        let request = match &account.country {
            Some(country) => request.country(country.as_str()),
            None => request,
        };
        let call = Call::write("create_account", platform, key);
        self.ask(call, &request, AccountFacts::read).await
    }

    pub(super) async fn make_account_link(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        link: &NewAccountLink,
    ) -> Outcome<AccountLink> {
        let purpose = match link.purpose {
            LinkPurpose::Onboarding => CreateAccountLinkType::AccountOnboarding,
            LinkPurpose::Update => CreateAccountLinkType::AccountUpdate,
        };
        let request = CreateAccountLink::new(link.account.as_str(), purpose)
            .refresh_url(link.refresh_url.as_str())
            .return_url(link.return_url.as_str());
        let courier = Courier::new(&self.transport, Call::write("account_link", platform, key));
        let object = request.customize().send(&courier).await;
        courier.finish(object).map(|made| AccountLink {
            url: made.url,
            expires_at: DateTime::from_timestamp(made.expires_at, 0),
        })
    }

    pub(super) async fn read_account(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
    ) -> Outcome<AccountFacts> {
        let request = RetrieveAccount::new(account.as_str());
        let call = Call::read("retrieve_account", platform);
        self.ask(call, &request, AccountFacts::read).await
    }
}

/// An operator takes card payments; Stripe grants that only together with transfers.
fn charging() -> CreateAccountCapabilities {
    let mut capabilities = CreateAccountCapabilities::new();
    capabilities.card_payments = Some(CreateAccountCapabilitiesCardPayments {
        requested: Some(true),
    });
    capabilities.transfers = Some(CreateAccountCapabilitiesTransfers {
        requested: Some(true),
    });
    capabilities
}
