//! Walking lists, and finding among them what became of a purchase.

use std::ops::ControlFlow;

use chrono::{DateTime, Duration, Utc};
use domain::{PurchaseId, StripeAccountId};
use serde_json::Value;
use stripe_client_core::{RequestBuilder, StripeRequest};
use stripe_core::{charge::ListCharge, payment_intent::ListPaymentIntent};
use stripe_types::RangeQueryTs;

use super::{answer::Body, call::Call, client::Stripe};
use crate::{
    Done, MetadataKey, Outcome, PaymentFacts, PaymentStatus, Platform, Postponed, Reason, facts::Unreadable,
};

/// The most that Stripe puts on a page.
pub(super) const PAGE_SIZE: i64 = 100;
/// A hundred thousand payments on one account in the window are more than any operator makes.
const MOST_PAGES: u32 = 1_000;
/// Our clock and Stripe's may differ by this much.
pub(super) const CLOCK_SLACK: Duration = Duration::minutes(10);

/// What to do with an item of a list.
type Visit = Result<ControlFlow<()>, Unreadable>;

impl Stripe {
    /// Shows every item of a list to `visit`, page by page, until it has seen enough. A page or an item that cannot
    /// be read ends the walk as unknown: what was not seen may be what we are looking for.
    pub(super) async fn walk(
        &self,
        call: &Call<'_>,
        page: impl Fn(Option<&str>) -> RequestBuilder + Send,
        mut visit: impl FnMut(&Value) -> Visit + Send,
    ) -> Outcome<()> {
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let outcome = self.transport.send(call, page(after.as_deref())).await;
            let outcome = outcome.and_then(|body| next_page(&body, after.as_deref(), &mut visit));
            match outcome {
                Outcome::Done(Done {
                    value: Some(next), ..
                }) => after = Some(next),
                ended => return ended.map(|_| ()),
            }
        }
        Outcome::Unknown(Postponed::without_answer(Reason::TooManyPages))
    }

    pub(super) async fn look_for_payment(
        &self,
        platform: &Platform,
        account: &StripeAccountId,
        purchase: &PurchaseId,
        since: DateTime<Utc>,
    ) -> Outcome<Option<PaymentFacts>> {
        let since = since.checked_sub_signed(CLOCK_SLACK).unwrap_or(since).timestamp();
        let mut best = None;
        let intents = |after: Option<&str>| {
            let request = ListPaymentIntent::new()
                .created(RangeQueryTs::gte(since))
                .limit(PAGE_SIZE)
                .expand(vec!["data.latest_charge".to_owned()]);
            match after {
                Some(after) => request.starting_after(after).build(),
                None => request.build(),
            }
        };
        let call = Call::read("find_payment_intent", platform).on(account);
        let walked = self
            .walk(&call, intents, |item| consider(item, purchase, &mut best))
            .await;
        if !matches!(walked, Outcome::Done(_)) || taken(best.as_ref()) {
            return walked.map(|()| best);
        }
        let charges = |after: Option<&str>| {
            let request = ListCharge::new()
                .created(RangeQueryTs::gte(since))
                .limit(PAGE_SIZE);
            match after {
                Some(after) => request.starting_after(after).build(),
                None => request.build(),
            }
        };
        let call = Call::read("find_charge", platform).on(account);
        let walked = self
            .walk(&call, charges, |item| consider(item, purchase, &mut best))
            .await;
        walked.map(|()| best)
    }
}

/// Whether the object carries this id. An object that shows no metadata at all cannot be ruled out.
pub(super) fn says(item: &Value, key: MetadataKey, id: &str) -> Result<bool, Unreadable> {
    let metadata = item.get("metadata").and_then(Value::as_object);
    let metadata = metadata.ok_or(Unreadable {
        object: "list",
        field: "metadata",
    })?;
    Ok(metadata.get(key.as_str()).and_then(Value::as_str) == Some(id))
}

fn taken(payment: Option<&PaymentFacts>) -> bool {
    payment.is_some_and(|payment| payment.status == PaymentStatus::Succeeded)
}

/// Keeps the item if it is the purchase's and weighs more than what was found so far. Lists run from the newest to
/// the oldest, so of equals the newest stays.
fn consider(item: &Value, purchase: &PurchaseId, best: &mut Option<PaymentFacts>) -> Visit {
    if says(item, MetadataKey::Purchase, purchase.as_str())? {
        let found = PaymentFacts::read(item)?;
        let weight = |payment: &PaymentFacts| payment.status.weight();
        if best.as_ref().is_none_or(|best| weight(&found) > weight(best)) {
            *best = Some(found);
        }
    }
    Ok(if taken(best.as_ref()) {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    })
}

/// Visits one page and returns where the next one starts, if there is more to see.
fn next_page(
    body: &Body,
    after: Option<&str>,
    visit: &mut impl FnMut(&Value) -> Visit,
) -> Result<Option<String>, Reason> {
    let items = body
        .json
        .get("data")
        .and_then(Value::as_array)
        .ok_or(Reason::Incomplete)?;
    for item in items {
        match visit(item) {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => return Ok(None),
            Err(unreadable) => {
                tracing::warn!(error = %unreadable, "an item of Stripe's list could not be read");
                return Err(Reason::Incomplete);
            }
        }
    }
    let has_more = body
        .json
        .get("has_more")
        .and_then(Value::as_bool)
        .ok_or(Reason::Incomplete)?;
    if !has_more {
        return Ok(None);
    }
    let last = items
        .last()
        .and_then(|item| item.get("id"))
        .and_then(Value::as_str);
    // A cursor that does not move would walk in a circle.
    let next = last
        .filter(|&last| Some(last) != after)
        .ok_or(Reason::Incomplete)?;
    Ok(Some(next.to_owned()))
}
