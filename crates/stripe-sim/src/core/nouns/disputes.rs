//! Disputes, opened by Stripe's dispute cards. <https://docs.stripe.com/api/disputes>

use serde_json::{Value, json};

use super::balance::{self, Entry, FeePart};
use super::charging;
use super::metadata::{self, Metadata};
use crate::core::command::CommandError;
use crate::core::error::ApiError;
use crate::core::list;
use crate::core::params::Node;
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;
use crate::core::time::EVIDENCE_WINDOW;
use crate::core::world::World;

/// What a dispute costs the merchant, in minor units (US).
const DISPUTE_FEE: i64 = 1500;

/// The card network's own code; test cards always give this one.
const REASON_CODE: &str = "10";

#[derive(Debug, Clone)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    created: i64,
    amount: i64,
    currency: String,
    charge: String,
    payment_intent: Option<String>,
    reason: &'static str,
    inquiry: bool,
    status: &'static str,
    evidence: serde_json::Map<String, Value>,
    submissions: u32,
    balance_transactions: Vec<Value>,
    brand: &'static str,
    metadata: Metadata,
}

/// Everything a merchant can submit as evidence.
const EVIDENCE: [&str; 27] = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
];

impl Dispute {
    fn is_open(&self) -> bool {
        matches!(
            self.status,
            "needs_response" | "under_review" | "warning_needs_response" | "warning_under_review"
        )
    }

    /// Only an inquiry leaves the charge refundable.
    pub(crate) fn is_refundable(&self) -> bool {
        self.inquiry || self.status == "won"
    }
}

impl Object for Dispute {
    const NAME: &'static str = "dispute";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, now: i64) -> Value {
        let due_by = self.created.saturating_add(EVIDENCE_WINDOW);
        let mut evidence: serde_json::Map<String, Value> = EVIDENCE
            .iter()
            .map(|name| ((*name).to_owned(), Value::Null))
            .collect();
        evidence.extend(self.evidence.clone());
        evidence.insert("enhanced_evidence".to_owned(), json!({}));
        json!({
            "id": self.id,
            "object": "dispute",
            "amount": self.amount,
            "balance_transaction": self.balance_transactions.first().and_then(|it| it.get("id")),
            "balance_transactions": self.balance_transactions,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "enhanced_eligibility_types": [],
            "evidence": evidence,
            "evidence_details": {
                "due_by": due_by,
                "enhanced_eligibility": {},
                "has_evidence": !self.evidence.is_empty(),
                "past_due": self.is_open() && now > due_by,
                "submission_count": self.submissions,
            },
            "is_charge_refundable": self.is_refundable(),
            "livemode": false,
            "metadata": self.metadata,
            "network_reason_code": REASON_CODE,
            "payment_intent": self.payment_intent,
            "payment_method_details": {
                "card": {
                    "brand": self.brand,
                    "case_type": if self.inquiry { "inquiry" } else { "chargeback" },
                    "network": self.brand,
                    "network_reason_code": REASON_CODE,
                },
                "type": "card",
            },
            "reason": self.reason,
            "status": self.status,
        })
    }
}

/// The customer's bank disputes a charge. `inquiry` is not a reason but a question that takes no money yet.
pub(super) fn open(world: &mut World, account: &str, charge_id: &str, reason: &'static str) {
    let Some(charge) = world
        .accounts
        .get(account)
        .and_then(|own| own.charges.get(charge_id))
        .cloned()
    else {
        return;
    };
    let inquiry = reason == "inquiry";
    let id = world.ids.next("dp");
    let mut dispute = Dispute {
        id: id.clone(),
        created: world.now,
        amount: charge.amount_captured,
        currency: charge.currency.clone(),
        charge: charge_id.to_owned(),
        payment_intent: charge.payment_intent.clone(),
        reason: if inquiry { "general" } else { reason },
        inquiry,
        status: if inquiry {
            "warning_needs_response"
        } else {
            "needs_response"
        },
        evidence: serde_json::Map::new(),
        submissions: 0,
        balance_transactions: Vec::new(),
        brand: charge.card.brand,
        metadata: Metadata::new(),
    };
    if !inquiry {
        let withdrawn = move_money(world, account, &dispute, -dispute.amount, DISPUTE_FEE);
        dispute.balance_transactions.push(withdrawn);
    }
    let rendered = dispute.render(world.now);
    if let Some(own) = world.accounts.get_mut(account) {
        own.disputes.insert(dispute);
        if let Some(charge) = own.charges.get_mut(charge_id) {
            charge.dispute = Some(id);
        }
    }
    world.emit(account, "charge.dispute.created", &rendered);
    if !inquiry {
        world.emit(account, "charge.dispute.funds_withdrawn", &rendered);
    }
    charging::emit(world, account, charge_id, "charge.updated");
}

fn move_money(world: &mut World, account: &str, dispute: &Dispute, amount: i64, fee: i64) -> Value {
    let entry = Entry {
        kind: "adjustment",
        amount,
        currency: dispute.currency.clone(),
        fees: vec![FeePart::stripe(fee)],
        source: dispute.id.clone(),
        description: Some(format!("Chargeback for {}", dispute.charge)),
        available_on: world.now,
    };
    let id = balance::post(world, account, entry);
    let now = world.now;
    let row = world
        .accounts
        .get(account)
        .and_then(|own| own.balance_transactions.get(&id));
    row.map(|row| row.render(now)).unwrap_or_default()
}

/// Close a dispute by command.
pub(crate) fn settle(world: &mut World, account: &str, id: &str, won: bool) -> Result<Value, CommandError> {
    let no_such = || CommandError::NoSuch {
        noun: "dispute",
        id: id.to_owned(),
    };
    let dispute = world
        .existing(account)?
        .disputes
        .get(id)
        .cloned()
        .ok_or_else(no_such)?;
    if !dispute.is_open() {
        return Err(CommandError::NotNow(format!(
            "the dispute {id} is {} already",
            dispute.status
        )));
    }
    Ok(close_as(world, account, dispute, won))
}

fn close_as(world: &mut World, account: &str, mut dispute: Dispute, won: bool) -> Value {
    dispute.status = match (dispute.inquiry, won) {
        (true, _) => "warning_closed",
        (false, true) => "won",
        (false, false) => "lost",
    };
    let reinstated = won && !dispute.inquiry;
    if reinstated {
        let returned = move_money(world, account, &dispute, dispute.amount, -DISPUTE_FEE);
        dispute.balance_transactions.push(returned);
    }
    let rendered = dispute.render(world.now);
    if let Some(place) = world
        .accounts
        .get_mut(account)
        .and_then(|own| own.disputes.get_mut(&dispute.id))
    {
        *place = dispute;
    }
    world.emit(account, "charge.dispute.closed", &rendered);
    if reinstated {
        world.emit(account, "charge.dispute.funds_reinstated", &rendered);
    }
    rendered
}

fn in_path<'a>(call: &'a Call<'_>) -> Result<&'a Dispute, ApiError> {
    let id = call.arg(0);
    call.own()?
        .disputes
        .get(id)
        .ok_or_else(|| ApiError::not_found("dispute", id, "dispute"))
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    Ok(in_path(call)?.render(call.now()))
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let (charge, intent) = (call.params.text("charge"), call.params.text("payment_intent"));
    list::page(
        &call.params,
        &call.own()?.disputes,
        "/v1/disputes",
        call.now(),
        |dispute| {
            charge.is_none_or(|charge| dispute.charge == charge)
                && intent.is_none_or(|intent| dispute.payment_intent.as_deref() == Some(intent))
        },
    )
}

/// Submit evidence. The published texts `winning_evidence` and `losing_evidence` decide the dispute at once.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut dispute = in_path(call)?.clone();
    if !dispute.is_open() {
        return Err(closed());
    }
    metadata::merge(&mut dispute.metadata, &call.params)?;
    if let Some(Node::Parts(given)) = call.params.at("evidence") {
        if let Some(unknown) = given.keys().find(|name| !EVIDENCE.contains(&name.as_str())) {
            return Err(
                ApiError::invalid(format!("Received unknown parameter: evidence[{unknown}]"))
                    .code("parameter_unknown")
                    .param(&format!("evidence[{unknown}]")),
            );
        }
        dispute
            .evidence
            .extend(given.iter().map(|(name, node)| (name.clone(), node.to_json())));
    }
    let account = call.account.clone();
    let text = dispute
        .evidence
        .get("uncategorized_text")
        .and_then(Value::as_str)
        .map(str::to_owned);
    if call.params.flag("submit") != Some(false) && !dispute.evidence.is_empty() {
        dispute.submissions += 1;
        dispute.status = if dispute.inquiry {
            "warning_under_review"
        } else {
            "under_review"
        };
    }
    let rendered = dispute.render(call.now());
    if let Some(place) = call.own_mut()?.disputes.get_mut(&dispute.id) {
        place.clone_from(&dispute);
    }
    call.world.emit(&account, "charge.dispute.updated", &rendered);
    match text.as_deref() {
        Some("winning_evidence") if dispute.submissions > 0 => {
            Ok(close_as(call.world, &account, dispute, true))
        }
        Some("losing_evidence") if dispute.submissions > 0 => {
            Ok(close_as(call.world, &account, dispute, false))
        }
        _ => Ok(rendered),
    }
}

fn closed() -> ApiError {
    ApiError::invalid("This dispute is already closed")
}

/// Give the dispute up.
pub(crate) fn close(call: &mut Call<'_>) -> Outcome {
    let dispute = in_path(call)?.clone();
    if !dispute.is_open() {
        return Err(closed());
    }
    let account = call.account.clone();
    Ok(close_as(call.world, &account, dispute, false))
}
