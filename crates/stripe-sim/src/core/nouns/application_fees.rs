//! Application fees: what a platform earns of a direct charge. <https://docs.stripe.com/api/application_fees>

use serde_json::{Value, json};

use super::balance::{self, Entry};
use super::charges::Charge;
use super::metadata::{self, Metadata};
use crate::core::error::ApiError;
use crate::core::ids::derived;
use crate::core::list;
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;
use crate::core::time::SETTLING;
use crate::core::world::World;

#[derive(Debug, Clone)]
struct FeeRefund {
    id: String,
    created: i64,
    amount: i64,
    balance_transaction: String,
    metadata: Metadata,
}

/// Kept in the platform's account.
#[derive(Debug, Clone)]
pub(crate) struct ApplicationFee {
    pub(crate) id: String,
    created: i64,
    account: String,
    platform: String,
    amount: i64,
    currency: String,
    charge: String,
    balance_transaction: String,
    refunds: Vec<FeeRefund>,
}

impl ApplicationFee {
    fn refunded(&self) -> i64 {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }

    fn left(&self) -> i64 {
        self.amount.saturating_sub(self.refunded())
    }

    fn render_refund(&self, refund: &FeeRefund) -> Value {
        json!({
            "id": refund.id,
            "object": "fee_refund",
            "amount": refund.amount,
            "balance_transaction": refund.balance_transaction,
            "created": refund.created,
            "currency": self.currency,
            "fee": self.id,
            "metadata": refund.metadata,
        })
    }

    fn refunds_url(&self) -> String {
        format!("/v1/application_fees/{}/refunds", self.id)
    }
}

impl Object for ApplicationFee {
    const NAME: &'static str = "application_fee";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, _now: i64) -> Value {
        let refunds: Vec<Value> = self
            .refunds
            .iter()
            .rev()
            .take(10)
            .map(|refund| self.render_refund(refund))
            .collect();
        json!({
            "id": self.id,
            "object": "application_fee",
            "account": self.account,
            "amount": self.amount,
            "amount_refunded": self.refunded(),
            "application": derived("ca", &self.platform, 24),
            "balance_transaction": self.balance_transaction,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "fee_source": { "charge": self.charge, "type": "charge" },
            "livemode": false,
            "originating_transaction": null,
            "refunded": self.left() == 0,
            "refunds": {
                "object": "list",
                "data": refunds,
                "has_more": self.refunds.len() > 10,
                "total_count": self.refunds.len(),
                "url": self.refunds_url(),
            },
        })
    }
}

/// Credit a platform with its fee of a charge that was just captured.
pub(super) fn earn(world: &mut World, platform: &str, account: &str, charge: &Charge, amount: i64) -> String {
    let id = world.ids.next("fee");
    let entry = Entry {
        kind: "application_fee",
        amount,
        currency: charge.currency.clone(),
        fees: Vec::new(),
        source: id.clone(),
        description: None,
        available_on: world.now.saturating_add(SETTLING),
    };
    let balance_transaction = balance::post(world, platform, entry);
    let fee = ApplicationFee {
        id: id.clone(),
        created: world.now,
        account: account.to_owned(),
        platform: platform.to_owned(),
        amount,
        currency: charge.currency.clone(),
        charge: charge.id.clone(),
        balance_transaction,
        refunds: Vec::new(),
    };
    let rendered = fee.render(world.now);
    if let Some(platform) = world.accounts.get_mut(platform) {
        platform.application_fees.insert(fee);
    }
    world.emit(platform, "application_fee.created", &rendered);
    id
}

/// What is left of a fee, to be given back; 0 if there is none.
pub(super) fn left(world: &World, platform: &str, id: &str) -> i64 {
    world
        .accounts
        .get(platform)
        .and_then(|own| own.application_fees.get(id))
        .map_or(0, ApplicationFee::left)
}

/// Give a part of a fee back to the connected account; at most what is left of it.
pub(super) fn give_back(
    world: &mut World,
    platform: &str,
    id: &str,
    amount: i64,
    metadata: Metadata,
) -> Option<String> {
    let fee = world.accounts.get(platform)?.application_fees.get(id)?;
    let amount = amount.min(fee.left());
    if amount <= 0 {
        return None;
    }
    let currency = fee.currency.clone();
    let refund_id = world.ids.next("fr");
    let entry = Entry {
        kind: "application_fee_refund",
        amount: -amount,
        currency,
        fees: Vec::new(),
        source: refund_id.clone(),
        description: None,
        available_on: world.now,
    };
    let balance_transaction = balance::post(world, platform, entry);
    let created = world.now;
    let refund = FeeRefund {
        id: refund_id.clone(),
        created,
        amount,
        balance_transaction,
        metadata,
    };
    let fee = world.accounts.get_mut(platform)?.application_fees.get_mut(id)?;
    fee.refunds.push(refund);
    let rendered = fee.render(created);
    world.emit(platform, "application_fee.refunded", &rendered);
    Some(refund_id)
}

fn in_path<'a>(call: &'a Call<'_>) -> Result<&'a ApplicationFee, ApiError> {
    let id = call.arg(0);
    call.own()?
        .application_fees
        .get(id)
        .ok_or_else(|| ApiError::not_found("application fee", id, "id"))
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    Ok(in_path(call)?.render(call.now()))
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let charge = call.params.text("charge");
    list::page(
        &call.params,
        &call.own()?.application_fees,
        "/v1/application_fees",
        call.now(),
        |fee| charge.is_none_or(|charge| fee.charge == charge),
    )
}

pub(crate) fn list_refunds(call: &mut Call<'_>) -> Outcome {
    let fee = in_path(call)?;
    let place = |id: &str| fee.refunds.iter().position(|refund| refund.id == id);
    let page = list::Page::read(&call.params, "fee_refund", place)?;
    let (rows, has_more) = page.cut(fee.refunds.iter().enumerate().rev());
    let data = rows.into_iter().map(|refund| fee.render_refund(refund)).collect();
    Ok(list::envelope(&fee.refunds_url(), data, has_more))
}

fn refund_of(fee: &ApplicationFee, id: &str) -> Outcome {
    let refund = fee.refunds.iter().find(|refund| refund.id == id);
    refund
        .map(|refund| fee.render_refund(refund))
        .ok_or_else(|| ApiError::not_found("fee refund", id, "id"))
}

pub(crate) fn retrieve_refund(call: &mut Call<'_>) -> Outcome {
    refund_of(in_path(call)?, call.arg(1))
}

pub(crate) fn create_refund(call: &mut Call<'_>) -> Outcome {
    let fee = in_path(call)?.clone();
    let (id, left) = (fee.id.clone(), fee.left());
    if left == 0 {
        return Err(
            ApiError::invalid(format!("Application fee {id} has already been refunded.")).param("amount"),
        );
    }
    let amount = call.params.int("amount").unwrap_or(left);
    if amount < 1 || amount > left {
        return Err(ApiError::invalid(format!(
            "Refund amount ({amount}) is greater than what is left of the fee ({left})."
        ))
        .param("amount"));
    }
    let metadata = metadata::fresh(&call.params)?;
    let (platform, account, currency) = (call.account.clone(), fee.account.clone(), fee.currency.clone());
    let refund = give_back(call.world, &platform, &id, amount, metadata);
    // Given back without a refund of the charge, the fee arrives as a transaction of its own.
    let entry = Entry {
        kind: "application_fee_refund",
        amount,
        currency,
        fees: Vec::new(),
        source: refund.clone().unwrap_or_default(),
        description: None,
        available_on: call.now(),
    };
    balance::post(call.world, &account, entry);
    refund_of(in_path(call)?, &refund.unwrap_or_default())
}
