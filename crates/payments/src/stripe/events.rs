//! What happened on an account, read back from Stripe instead of being told.

use domain::StripeAccountId;
use serde::Serialize;
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::{call::Call, client::Stripe, lists::PAGE_SIZE};
use crate::{EventPage, Listed, Outcome, Platform, StripeEvent};

#[derive(Serialize)]
struct Query<'a> {
    limit: i64,
    created: Created,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_after: Option<&'a str>,
}

#[derive(Serialize)]
struct Created {
    gte: i64,
    lt: i64,
}

impl Stripe {
    pub(super) async fn read_events(
        &self,
        platform: &Platform,
        account: Option<&StripeAccountId>,
        page: &EventPage,
    ) -> Outcome<Listed<StripeEvent>> {
        let call = Call::read("list_events", platform);
        let call = match account {
            Some(account) => call.on(account),
            None => call,
        };
        let request = RequestBuilder::new(StripeMethod::Get, "/events").query(&Query {
            limit: PAGE_SIZE,
            created: Created {
                gte: page.since.timestamp(),
                lt: page.until.timestamp(),
            },
            starting_after: page.after.as_deref(),
        });
        let listed = self
            .ask_raw(call, request, |list| Listed::read(list, StripeEvent::listed))
            .await;
        // Under the account's own name Stripe leaves out whose events they are.
        listed.map(|listed| Listed {
            items: listed
                .items
                .into_iter()
                .map(|event| StripeEvent {
                    account: account.cloned(),
                    ..event
                })
                .collect(),
            has_more: listed.has_more,
        })
    }
}
