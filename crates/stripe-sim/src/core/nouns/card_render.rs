//! A card in the three shapes Stripe shows it in.

use serde_json::{Value, json};

use crate::core::cards::{Behaviour, Card};

/// Brands as the older `card` object names them.
fn brand_name(brand: &str) -> &str {
    match brand {
        "visa" => "Visa",
        "mastercard" => "MasterCard",
        "amex" => "American Express",
        "discover" => "Discover",
        "diners" => "Diners Club",
        "jcb" => "JCB",
        "unionpay" => "UnionPay",
        _ => "Unknown",
    }
}

/// A `card` object: in tokens, and as a customer's source.
pub(super) fn card_object(id: &str, card: &Card, customer: Option<&str>, metadata: &Value) -> Value {
    json!({
        "id": id,
        "object": "card",
        "address_city": card.address.city,
        "address_country": card.address.country,
        "address_line1": card.address.line1,
        "address_line1_check": card.line1_check(),
        "address_line2": card.address.line2,
        "address_state": card.address.state,
        "address_zip": card.address.postal_code,
        "address_zip_check": card.zip_check(),
        "allow_redisplay": "unspecified",
        "brand": brand_name(card.brand),
        "country": card.country,
        "customer": customer,
        "cvc_check": card.cvc_check(),
        "dynamic_last4": null,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": card.fingerprint,
        "funding": card.funding,
        "last4": card.last4,
        "metadata": metadata,
        "name": card.name,
        "regulated_status": "unregulated",
        "tokenization_method": null,
        "wallet": null,
    })
}

fn checks(card: &Card) -> Value {
    json!({
        "address_line1_check": card.line1_check(),
        "address_postal_code_check": card.zip_check(),
        "cvc_check": card.cvc_check(),
    })
}

/// `card` in a PaymentMethod.
pub(super) fn in_payment_method(card: &Card) -> Value {
    json!({
        "brand": card.brand,
        "checks": checks(card),
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": card.fingerprint,
        "funding": card.funding,
        "generated_from": null,
        "last4": card.last4,
        "networks": { "available": [card.brand], "preferred": null },
        "regulated_status": "unregulated",
        "three_d_secure_usage": { "supported": card.brand != "amex" },
        "wallet": null,
    })
}

/// `payment_method_details` in a charge.
pub(super) fn in_charge(card: &Card, amount: i64, authenticated: bool) -> Value {
    let three_d_secure = authenticated.then(|| {
        json!({
            "authentication_flow": "challenge",
            "electronic_commerce_indicator": "05",
            "exemption_indicator": null,
            "exemption_indicator_applied": false,
            "result": "authenticated",
            "result_reason": null,
            "transaction_id": null,
            "version": "2.2.0",
        })
    });
    json!({
        "card": {
            "amount_authorized": amount,
            "authorization_code": null,
            "brand": card.brand,
            "checks": checks(card),
            "country": card.country,
            "exp_month": card.exp_month,
            "exp_year": card.exp_year,
            "extended_authorization": { "status": "disabled" },
            "fingerprint": card.fingerprint,
            "funding": card.funding,
            "incremental_authorization": { "status": "unavailable" },
            "installments": null,
            "last4": card.last4,
            "mandate": null,
            "multicapture": { "status": "unavailable" },
            "network": card.brand,
            "network_token": { "used": false },
            "overcapture": { "maximum_amount_capturable": amount, "status": "unavailable" },
            "regulated_status": "unregulated",
            "three_d_secure": three_d_secure,
            "wallet": null,
        },
        "type": "card",
    })
}

/// `outcome` in a charge.
pub(super) fn outcome(card: &Card, decline_reason: Option<&str>) -> Value {
    let score = match card.risk_level() {
        "highest" => 92,
        "elevated" => 68,
        _ => 12,
    };
    let (kind, network, reason, message) = match (card.behaviour, decline_reason) {
        (Behaviour::Blocked, _) => (
            "blocked",
            "not_sent_to_network",
            Some("highest_risk_level"),
            "Stripe blocked this payment as too risky.",
        ),
        (_, Some("authentication_required")) => (
            "issuer_declined",
            "declined_by_network",
            Some("authentication_required"),
            "The bank returned the decline code `authentication_required`.",
        ),
        (_, Some(reason)) => (
            "issuer_declined",
            "declined_by_network",
            Some(reason),
            "The bank did not return any further details with this decline.",
        ),
        (_, None) => ("authorized", "approved_by_network", None, "Payment complete."),
    };
    json!({
        "advice_code": null,
        "network_advice_code": null,
        "network_decline_code": null,
        "network_status": network,
        "reason": reason,
        "risk_level": card.risk_level(),
        "risk_score": score,
        "seller_message": message,
        "type": kind,
    })
}

/// Billing details with nothing known.
pub(super) fn no_billing_details() -> Value {
    json!({
        "address": { "city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null },
        "email": null,
        "name": null,
        "phone": null,
        "tax_id": null,
    })
}

/// Billing details from what came with a card.
pub(super) fn billing_details_of(card: &Card) -> Value {
    json!({
        "address": {
            "city": card.address.city,
            "country": card.address.country,
            "line1": card.address.line1,
            "line2": card.address.line2,
            "postal_code": card.address.postal_code,
            "state": card.address.state,
        },
        "email": null,
        "name": card.name,
        "phone": null,
        "tax_id": null,
    })
}
