//! Operators' connected accounts and their onboarding.

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use domain::{OnboardingId, StripeAccountId, StripeCallKey};
use serde_json::Value;
use stripe_client_core::StripeRequest;
use stripe_connect::{
    account::{
        CreateAccount, CreateAccountCapabilities, CreateAccountCapabilitiesCardPayments,
        CreateAccountCapabilitiesTransfers, CreateAccountType, ListAccount, RetrieveAccount,
    },
    account_link::{CreateAccountLink, CreateAccountLinkType},
};

use stripe_types::RangeQueryTs;

use super::{
    call::Call,
    client::Stripe,
    customers::map_of,
    lists::{CLOCK_SLACK, PAGE_SIZE, says},
    typed::Courier,
};
use crate::{
    AccountFacts, AccountKind, AccountLink, LinkPurpose, MetadataKey, NewAccount, NewAccountLink, Outcome,
    Platform,
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

impl Stripe {
    /// An account that an attempt made carries the attempt's name.
    pub(super) async fn look_for_account(
        &self,
        platform: &Platform,
        attempt: &OnboardingId,
        since: DateTime<Utc>,
    ) -> Outcome<Option<AccountFacts>> {
        let since = since.checked_sub_signed(CLOCK_SLACK).unwrap_or(since).timestamp();
        let page = |after: Option<&str>| {
            let request = ListAccount::new()
                .created(RangeQueryTs::gte(since))
                .limit(PAGE_SIZE);
            match after {
                Some(after) => request.starting_after(after).build(),
                None => request.build(),
            }
        };
        let mut found = None;
        let visit = |item: &Value| {
            if !says(item, MetadataKey::Onboarding, attempt.as_str())? {
                return Ok(ControlFlow::Continue(()));
            }
            found = Some(AccountFacts::read(item)?);
            Ok(ControlFlow::Break(()))
        };
        let walked = self
            .walk(&Call::read("find_account", platform), page, visit)
            .await;
        walked.map(|()| found)
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
