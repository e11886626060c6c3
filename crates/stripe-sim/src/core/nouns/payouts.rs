//! Payouts: the available balance on its way to the bank. <https://docs.stripe.com/api/payouts>

use serde_json::{Value, json};

use super::balance::{self, Entry};
use super::metadata::{self, Metadata};
use crate::core::error::ApiError;
use crate::core::ids::derived;
use crate::core::list::{self, CreatedFilter};
use crate::core::money;
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;
use crate::core::time::{DAY, PAYOUT_TRAVEL};
use crate::core::world::{Timer, World};

#[derive(Debug, Clone)]
pub(crate) struct Payout {
    pub(crate) id: String,
    created: i64,
    amount: i64,
    currency: String,
    arrival_date: i64,
    automatic: bool,
    balance_transaction: Option<String>,
    description: Option<String>,
    destination: String,
    method: String,
    statement_descriptor: Option<String>,
    status: &'static str,
    metadata: Metadata,
}

impl Object for Payout {
    const NAME: &'static str = "payout";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, _now: i64) -> Value {
        json!({
            "id": self.id,
            "object": "payout",
            "amount": self.amount,
            "application_fee": null,
            "application_fee_amount": null,
            "arrival_date": self.arrival_date,
            "automatic": self.automatic,
            "balance_transaction": self.balance_transaction,
            "created": self.created,
            "currency": self.currency,
            "description": self.description,
            "destination": self.destination,
            "failure_balance_transaction": null,
            "failure_code": null,
            "failure_message": null,
            "livemode": false,
            "metadata": self.metadata,
            "method": self.method,
            "original_payout": null,
            "payout_method": null,
            "reconciliation_status": if self.automatic { "completed" } else { "not_applicable" },
            "reversed_by": null,
            "source_type": "card",
            "statement_descriptor": self.statement_descriptor,
            "status": self.status,
            "trace_id": null,
            "type": "bank_account",
        })
    }
}

/// What a new payout is made of.
struct NewPayout {
    amount: i64,
    currency: String,
    automatic: bool,
    description: Option<String>,
    method: String,
    statement_descriptor: Option<String>,
    metadata: Metadata,
}

fn send(world: &mut World, account: &str, new: NewPayout) -> String {
    let id = world.ids.next("po");
    let travel = if new.method == "instant" { 0 } else { PAYOUT_TRAVEL };
    let arrival_date = world.now.saturating_add(travel);
    let entry = Entry {
        kind: "payout",
        amount: -new.amount,
        currency: new.currency.clone(),
        fees: Vec::new(),
        source: id.clone(),
        description: Some("STRIPE PAYOUT".to_owned()),
        available_on: world.now,
    };
    let balance_transaction = balance::post(world, account, entry);
    let payout = Payout {
        id: id.clone(),
        created: world.now,
        amount: new.amount,
        currency: new.currency,
        arrival_date,
        automatic: new.automatic,
        balance_transaction: Some(balance_transaction),
        description: new.description,
        destination: derived("ba", account, 24),
        method: new.method,
        statement_descriptor: new.statement_descriptor,
        status: "pending",
        metadata: new.metadata,
    };
    let rendered = payout.render(world.now);
    if let Some(own) = world.accounts.get_mut(account) {
        own.payouts.insert(payout);
    }
    world.set_timer(
        arrival_date,
        Timer::PayoutArrives {
            account: account.to_owned(),
            payout: id.clone(),
        },
    );
    world.emit(account, "payout.created", &rendered);
    id
}

/// Pay out every currency's available balance, as the automatic schedule does.
pub(crate) fn pay_out_available(world: &mut World, account: &str) -> Vec<String> {
    let Some(own) = world
        .accounts
        .get(account)
        .filter(|own| own.profile.payouts_enabled())
    else {
        return Vec::new();
    };
    let now = world.now;
    let available: Vec<(String, i64)> = balance::sums(own, now)
        .into_iter()
        .map(|(currency, (available, _))| (currency, available))
        .filter(|(_, available)| *available > 0)
        .collect();
    let mut payouts = Vec::new();
    for (currency, amount) in available {
        let new = NewPayout {
            amount,
            currency: currency.clone(),
            automatic: true,
            description: Some("STRIPE PAYOUT".to_owned()),
            method: "standard".to_owned(),
            statement_descriptor: None,
            metadata: Metadata::new(),
        };
        let id = send(world, account, new);
        if let Some(own) = world.accounts.get_mut(account) {
            let settled = own.balance_transactions.iter_mut();
            for row in settled
                .filter(|row| row.currency == currency && row.available_on <= now && row.payout.is_none())
            {
                row.payout = Some(id.clone());
            }
        }
        payouts.push(id);
    }
    payouts
}

/// The daily schedule: pay out, and come back tomorrow as long as something is still pending.
pub(crate) fn run_schedule(world: &mut World, account: &str) {
    let Some(own) = world.accounts.get(account) else {
        return;
    };
    let automatic = own.profile.payouts_automatic;
    if automatic {
        pay_out_available(world, account);
    }
    let now = world.now;
    let Some(own) = world.accounts.get_mut(account) else {
        return;
    };
    let pending = balance::sums(own, now)
        .values()
        .any(|(available, pending)| *pending > 0 || *available > 0);
    own.payout_scheduled = automatic && pending && own.profile.payouts_enabled();
    if own.payout_scheduled {
        let due = now.saturating_add(DAY);
        world.set_timer(
            due,
            Timer::PayoutSchedule {
                account: account.to_owned(),
            },
        );
    }
}

/// A payout reaches the bank.
pub(crate) fn arrive(world: &mut World, account: &str, id: &str) {
    let now = world.now;
    let payout = world
        .accounts
        .get_mut(account)
        .and_then(|own| own.payouts.get_mut(id));
    let Some(payout) = payout.filter(|payout| payout.status == "pending") else {
        return;
    };
    payout.status = "paid";
    let rendered = payout.render(now);
    world.emit(account, "payout.paid", &rendered);
}

fn in_path<'a>(call: &'a Call<'_>) -> Result<&'a Payout, ApiError> {
    let id = call.arg(0);
    call.own()?
        .payouts
        .get(id)
        .ok_or_else(|| ApiError::not_found("payout", id, "payout"))
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    Ok(in_path(call)?.render(call.now()))
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let (status, destination) = (call.params.text("status"), call.params.text("destination"));
    let arrival = CreatedFilter::read(&call.params, "arrival_date");
    list::page(
        &call.params,
        &call.own()?.payouts,
        "/v1/payouts",
        call.now(),
        |payout| {
            status.is_none_or(|status| payout.status == status)
                && destination.is_none_or(|destination| payout.destination == destination)
                && arrival.fits(payout.arrival_date)
        },
    )
}

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    call.refuse_unsupported(&["destination"])?;
    if !call.own()?.profile.payouts_enabled() {
        return Err(
            ApiError::invalid("Payouts are not enabled for this account.").code("payouts_not_allowed")
        );
    }
    let amount = call.params.int("amount").unwrap_or_default();
    let currency = money::currency(call.params.text("currency").unwrap_or_default())?;
    if amount < 1 {
        return Err(
            ApiError::invalid("This value must be greater than or equal to 1.")
                .code("parameter_invalid_integer")
                .param("amount"),
        );
    }
    let sums = balance::sums(call.own()?, call.now());
    let available = sums.get(&currency).map_or(0, |(available, _)| *available);
    if amount > available {
        return Err(ApiError::invalid(
            "You have insufficient funds in your Stripe account. One likely reason you have insufficient funds is that \
             your funds are automatically being paid out; try enabling manual payouts by going to \
             https://dashboard.stripe.com/account/payouts.",
        )
        .code("balance_insufficient"));
    }
    let new = NewPayout {
        amount,
        currency,
        automatic: false,
        description: call.params.owned("description"),
        method: call
            .params
            .owned("method")
            .unwrap_or_else(|| "standard".to_owned()),
        statement_descriptor: call.params.owned("statement_descriptor"),
        metadata: metadata::fresh(&call.params)?,
    };
    let account = call.account.clone();
    let id = send(call.world, &account, new);
    let payout = call
        .own()?
        .payouts
        .get(&id)
        .ok_or_else(|| ApiError::not_found("payout", &id, "payout"))?;
    Ok(payout.render(call.now()))
}

pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut payout = in_path(call)?.clone();
    metadata::merge(&mut payout.metadata, &call.params)?;
    let rendered = payout.render(call.now());
    if let Some(place) = call.own_mut()?.payouts.get_mut(&payout.id) {
        *place = payout;
    }
    let account = call.account.clone();
    call.world.emit(&account, "payout.updated", &rendered);
    Ok(rendered)
}

pub(crate) fn cancel(call: &mut Call<'_>) -> Outcome {
    let mut payout = in_path(call)?.clone();
    if payout.status != "pending" || payout.automatic {
        return Err(ApiError::invalid(
            "You can only cancel payouts that are pending and were made by you.",
        ));
    }
    payout.status = "canceled";
    let account = call.account.clone();
    let entry = Entry {
        kind: "payout_cancel",
        amount: payout.amount,
        currency: payout.currency.clone(),
        fees: Vec::new(),
        source: payout.id.clone(),
        description: None,
        available_on: call.now(),
    };
    balance::post(call.world, &account, entry);
    let rendered = payout.render(call.now());
    if let Some(place) = call.own_mut()?.payouts.get_mut(&payout.id) {
        *place = payout;
    }
    call.world.emit(&account, "payout.canceled", &rendered);
    Ok(rendered)
}
