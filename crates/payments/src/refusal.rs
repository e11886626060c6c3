//! Stripe's own no, with what it says about why.

use domain::{ChargeId, PaymentIntentId};
use serde_json::Value;

use crate::PaymentStatus;

/// Stripe looked at the request and did not do it. <https://docs.stripe.com/api/errors>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// What kind of refusal it is.
    pub kind: RefusalKind,
    /// Stripe's `code`: `card_declined`, `resource_missing`, `authentication_required`, …
    pub code: Option<String>,
    /// The issuer's reason: `insufficient_funds`, `lost_card`, …
    pub decline_code: Option<String>,
    /// What the issuer advises (`advice_code`): `do_not_try_again`, `try_again_later`, `confirm_card_data`.
    pub advice_code: Option<String>,
    /// Stripe's sentence, for people who look after the engine. Long digit runs and secrets are taken out.
    pub message: Option<String>,
    /// The parameter at fault.
    pub param: Option<String>,
    /// Stripe's `Request-Id`.
    pub request_id: Option<String>,
    /// Stripe answered from its record of an earlier request with this key.
    pub replayed: bool,
    /// The PaymentIntent that was made and declined. It exists, and its id is worth keeping.
    pub payment_intent: Option<PaymentIntentId>,
    /// Where that PaymentIntent stands.
    pub payment_status: Option<PaymentStatus>,
    /// The charge that was attempted.
    pub charge: Option<ChargeId>,
}

/// Kinds of refusal, by Stripe's error `type` and the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// 402 or `card_error`: the issuer or Stripe's risk rules said no, or the rider must act.
    Card,
    /// 400: the request is wrong.
    InvalidRequest,
    /// 404, or `resource_missing`: an id in the request does not exist on that account.
    NotFound,
    /// The key was used before with other parameters.
    Idempotency,
    /// 401: the API key is not accepted.
    Authentication,
    /// 403: the API key may not do this, or the operator has disconnected.
    Permission,
    /// A 4xx of some other kind.
    Other,
}

const MESSAGE_LIMIT: usize = 500;
/// Card numbers have 12 digits or more; amounts and dates have fewer.
const CARD_NUMBER_DIGITS: usize = 12;

impl Refusal {
    /// A refusal about which nothing more is known.
    #[must_use]
    pub const fn new(status: u16, kind: RefusalKind) -> Self {
        Self {
            status,
            kind,
            code: None,
            decline_code: None,
            advice_code: None,
            message: None,
            param: None,
            request_id: None,
            replayed: false,
            payment_intent: None,
            payment_status: None,
            charge: None,
        }
    }

    /// The rider has to authenticate, which an off-session payment cannot make them do.
    #[must_use]
    pub fn needs_action(&self) -> bool {
        let told = |code: &Option<String>| code.as_deref() == Some("authentication_required");
        told(&self.code) || told(&self.decline_code)
    }

    /// Reads Stripe's `error` object, each part on its own: one odd field never hides the others.
    pub(crate) fn read(status: u16, error: &Value) -> Self {
        let text = |name: &str| error.get(name).and_then(Value::as_str).map(str::to_owned);
        let code = text("code");
        let intent = error.get("payment_intent");
        let charge = text("charge").or_else(|| intent.and_then(latest_charge));
        Self {
            kind: kind_of(status, text("type").as_deref(), code.as_deref()),
            code,
            decline_code: text("decline_code"),
            advice_code: text("advice_code"),
            message: text("message").map(|message| scrub(&message)),
            param: text("param"),
            payment_intent: intent
                .and_then(id_of)
                .and_then(|id| PaymentIntentId::parse(id).ok()),
            payment_status: intent
                .and_then(|it| it.get("status"))
                .and_then(Value::as_str)
                .map(PaymentStatus::of_intent),
            charge: charge.and_then(|id| ChargeId::parse(id).ok()),
            ..Self::new(status, RefusalKind::Other)
        }
    }
}

/// An id, or the id of the object that Stripe put in its place.
fn id_of(value: &Value) -> Option<String> {
    value
        .as_str()
        .or_else(|| value.get("id").and_then(Value::as_str))
        .map(str::to_owned)
}

fn latest_charge(intent: &Value) -> Option<String> {
    intent.get("latest_charge").and_then(id_of)
}

fn kind_of(status: u16, kind: Option<&str>, code: Option<&str>) -> RefusalKind {
    match (status, kind, code) {
        (_, Some("idempotency_error"), _) => RefusalKind::Idempotency,
        (_, Some("card_error"), _) | (402, _, _) => RefusalKind::Card,
        (401, _, _) => RefusalKind::Authentication,
        (403, _, _) => RefusalKind::Permission,
        (404, _, _) | (_, _, Some("resource_missing")) => RefusalKind::NotFound,
        (400, _, _) | (_, Some("invalid_request_error"), _) => RefusalKind::InvalidRequest,
        _ => RefusalKind::Other,
    }
}

/// Stripe writes for people and may echo what it was sent.
fn scrub(message: &str) -> String {
    let short: String = message.chars().take(MESSAGE_LIMIT).collect();
    let words = short
        .split(' ')
        .map(|word| if is_delicate(word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

fn is_delicate(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_id = word.contains('_') && !word.contains('@');
    let secret = ["sk_", "rk_", "whsec_", "tok_"]
        .iter()
        .any(|prefix| word.contains(prefix));
    secret || word.contains('@') || (digits >= CARD_NUMBER_DIGITS && !is_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_decline_keeps_stripes_codes_and_the_intent_it_left_behind() {
        let refusal = Refusal::read(
            402,
            &json!({
                "type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds",
                "advice_code": "try_again_later", "message": "Your card has insufficient funds.",
                "payment_intent": { "id": "pi_1", "status": "requires_payment_method", "latest_charge": "ch_1" }
            }),
        );
        assert_eq!(refusal.kind, RefusalKind::Card);
        assert_eq!(refusal.code.as_deref(), Some("card_declined"));
        assert_eq!(refusal.decline_code.as_deref(), Some("insufficient_funds"));
        assert_eq!(refusal.payment_intent.unwrap().as_str(), "pi_1");
        assert_eq!(refusal.payment_status, Some(PaymentStatus::RequiresPaymentMethod));
        assert_eq!(refusal.charge.unwrap().as_str(), "ch_1");
    }

    #[test]
    fn one_odd_field_does_not_hide_the_others() {
        let error =
            json!({ "type": 7, "code": "card_declined", "charge": ["?"], "payment_intent": { "id": 3 } });
        let refusal = Refusal::read(402, &error);
        assert_eq!(
            (refusal.kind, refusal.payment_intent, refusal.charge),
            (RefusalKind::Card, None, None)
        );
        assert_eq!(refusal.code.as_deref(), Some("card_declined"));
    }

    #[test]
    fn a_rider_who_must_act_is_told_apart_from_a_plain_decline() {
        let error = json!({ "code": "card_declined", "decline_code": "authentication_required" });
        assert!(Refusal::read(402, &error).needs_action());
        assert!(!Refusal::read(402, &json!({ "code": "card_declined" })).needs_action());
    }

    #[test]
    fn kinds_follow_the_type_and_the_status() {
        let kind = |status, error: Value| Refusal::read(status, &error).kind;
        assert_eq!(
            kind(400, json!({ "type": "idempotency_error" })),
            RefusalKind::Idempotency
        );
        assert_eq!(
            kind(400, json!({ "type": "invalid_request_error" })),
            RefusalKind::InvalidRequest
        );
        assert_eq!(
            kind(400, json!({ "code": "resource_missing" })),
            RefusalKind::NotFound
        );
        assert_eq!(kind(404, json!({})), RefusalKind::NotFound);
        assert_eq!(
            kind(401, json!({ "type": "invalid_request_error" })),
            RefusalKind::Authentication
        );
        assert_eq!(kind(403, json!({})), RefusalKind::Permission);
        assert_eq!(kind(418, json!({})), RefusalKind::Other);
    }

    #[test]
    fn what_a_message_echoes_is_not_kept() {
        let message =
            "Invalid API Key sk_test_12 for 4242424242424242 of ada@example.com, see cus_123456789012345";
        let kept = Refusal::read(401, &json!({ "message": message }))
            .message
            .unwrap();
        assert_eq!(kept, "Invalid API Key … for … of … see cus_123456789012345");
    }
}
