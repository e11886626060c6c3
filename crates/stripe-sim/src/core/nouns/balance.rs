//! Balance transactions and the balance they add up to. <https://docs.stripe.com/api/balance_transactions>

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::core::books::Account;
use crate::core::error::ApiError;
use crate::core::ids::derived;
use crate::core::list;
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;
use crate::core::time::DAY;
use crate::core::world::{Timer, World};

/// A part of a transaction's fee.
#[derive(Debug, Clone)]
pub(crate) struct FeePart {
    amount: i64,
    application: Option<String>,
}

impl FeePart {
    pub(super) fn stripe(amount: i64) -> Self {
        Self {
            amount,
            application: None,
        }
    }

    pub(super) fn application(amount: i64, platform: &str) -> Self {
        Self {
            amount,
            application: Some(derived("ca", platform, 24)),
        }
    }

    fn render(&self, currency: &str) -> Value {
        let (kind, description) = match self.application {
            Some(_) => ("application_fee", "Application fee"),
            None => ("stripe_fee", "Stripe processing fees"),
        };
        json!({
            "amount": self.amount,
            "application": self.application,
            "currency": currency,
            "description": description,
            "type": kind,
        })
    }
}

/// What is to be put into an account's books.
pub(super) struct Entry {
    pub(super) kind: &'static str,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) fees: Vec<FeePart>,
    pub(super) source: String,
    pub(super) description: Option<String>,
    pub(super) available_on: i64,
}

#[derive(Debug)]
pub(crate) struct BalanceTransaction {
    pub(crate) id: String,
    created: i64,
    kind: &'static str,
    amount: i64,
    pub(crate) currency: String,
    fees: Vec<FeePart>,
    source: String,
    description: Option<String>,
    pub(crate) available_on: i64,
    /// The automatic payout that took it.
    pub(crate) payout: Option<String>,
}

impl BalanceTransaction {
    fn fee(&self) -> i64 {
        self.fees.iter().map(|part| part.amount).sum()
    }

    pub(crate) fn net(&self) -> i64 {
        self.amount.saturating_sub(self.fee())
    }
}

impl Object for BalanceTransaction {
    const NAME: &'static str = "balance_transaction";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, now: i64) -> Value {
        let category = match self.kind {
            "application_fee" => "platform_earning",
            "application_fee_refund" => "platform_earning_refund",
            "adjustment" => "dispute",
            other => other,
        };
        json!({
            "id": self.id,
            "object": "balance_transaction",
            "amount": self.amount,
            "available_on": self.available_on,
            "balance_type": "payments",
            "created": self.created,
            "currency": self.currency,
            "description": self.description,
            "exchange_rate": null,
            "fee": self.fee(),
            "fee_details": self.fees.iter().map(|part| part.render(&self.currency)).collect::<Vec<Value>>(),
            "net": self.net(),
            "reporting_category": category,
            "source": self.source,
            "status": if self.available_on <= now { "available" } else { "pending" },
            "type": self.kind,
        })
    }
}

/// Put a transaction into an account's books; the automatic payout schedule wakes when there is something to pay.
pub(super) fn post(world: &mut World, account_id: &str, entry: Entry) -> String {
    let (id, now) = (world.ids.next("txn"), world.now);
    let Some(account) = world.accounts.get_mut(account_id) else {
        return id;
    };
    let Entry {
        kind,
        amount,
        currency,
        fees,
        source,
        description,
        available_on,
    } = entry;
    account.balance_transactions.insert(BalanceTransaction {
        id: id.clone(),
        created: now,
        kind,
        amount,
        currency,
        fees,
        source,
        description,
        available_on,
        payout: None,
    });
    if kind != "payout" && account.profile.payouts_automatic && !account.payout_scheduled {
        account.payout_scheduled = true;
        let due = available_on.max(now.saturating_add(DAY));
        world.set_timer(
            due,
            Timer::PayoutSchedule {
                account: account_id.to_owned(),
            },
        );
    }
    id
}

/// Net sums by currency: available, pending.
pub(super) fn sums(account: &Account, now: i64) -> BTreeMap<String, (i64, i64)> {
    let mut sums = BTreeMap::new();
    for transaction in account.balance_transactions.iter() {
        let (available, pending): &mut (i64, i64) = sums.entry(transaction.currency.clone()).or_default();
        let side = if transaction.available_on <= now {
            available
        } else {
            pending
        };
        *side = side.saturating_add(transaction.net());
    }
    sums
}

/// Whether an account holds or owes anything.
pub(super) fn owed(account: &Account) -> bool {
    sums(account, i64::MAX).values().any(|(total, _)| *total != 0)
}

pub(crate) fn render(account: &Account, now: i64) -> Value {
    let mut sums = sums(account, now);
    sums.entry(account.profile.currency.clone()).or_default();
    let side = |pick: fn(&(i64, i64)) -> i64| -> Vec<Value> {
        sums.iter()
            .map(|(currency, both)| {
                let amount = pick(both);
                json!({ "amount": amount, "currency": currency, "source_types": { "card": amount } })
            })
            .collect()
    };
    json!({
        "object": "balance",
        "available": side(|(available, _)| *available),
        "livemode": false,
        "pending": side(|(_, pending)| *pending),
    })
}

pub(crate) fn retrieve_balance(call: &mut Call<'_>) -> Outcome {
    Ok(render(call.own()?, call.now()))
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let params = &call.params;
    let (currency, kind, source, payout) = (
        params.text("currency"),
        params.text("type"),
        params.text("source"),
        params.text("payout"),
    );
    list::page(
        params,
        &call.own()?.balance_transactions,
        "/v1/balance_transactions",
        call.now(),
        |row| {
            currency.is_none_or(|currency| row.currency == currency)
                && kind.is_none_or(|kind| row.kind == kind)
                && source.is_none_or(|source| row.source == source)
                && payout.is_none_or(|payout| row.payout.as_deref() == Some(payout) || row.source == payout)
        },
    )
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    let id = call.arg(0);
    let row = call.own()?.balance_transactions.get(id);
    let row = row.ok_or_else(|| ApiError::not_found("balance transaction", id, "id"))?;
    Ok(row.render(call.now()))
}
