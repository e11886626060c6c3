//! The rows. A card's `names` follow both `tok_` and `pm_card_`; Stripe publishes some for one of them only.

use super::{Behaviour, Challenge, Decline, TestCard};

const fn declined(issuer_code: &'static str, message: &'static str) -> Decline {
    Decline {
        code: "card_declined",
        issuer_code: Some(issuer_code),
        message,
        param: None,
    }
}

const fn refused(code: &'static str, message: &'static str, param: Option<&'static str>) -> Decline {
    Decline {
        code,
        issuer_code: None,
        message,
        param,
    }
}

const GENERIC: Decline = declined("generic_decline", "Your card was declined.");
const INSUFFICIENT: Decline = declined("insufficient_funds", "Your card has insufficient funds.");
const LOST: Decline = declined("lost_card", "Your card was declined.");
const STOLEN: Decline = declined("stolen_card", "Your card was declined.");
const VELOCITY: Decline = declined(
    "card_velocity_exceeded",
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
);
const EXPIRED: Decline = refused("expired_card", "Your card has expired.", Some("exp_month"));
const BAD_CVC: Decline = refused(
    "incorrect_cvc",
    "Your card's security code is incorrect.",
    Some("cvc"),
);
const PROCESSING: Decline = refused(
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
    None,
);

const fn card(
    number: &'static str,
    brand: &'static str,
    funding: &'static str,
    names: &'static [&'static str],
) -> TestCard {
    TestCard {
        number,
        brand,
        funding,
        country: "US",
        names,
        behaviour: Behaviour::Plain,
    }
}

const fn abroad(
    number: &'static str,
    brand: &'static str,
    funding: &'static str,
    country: &'static str,
    names: &'static [&'static str],
) -> TestCard {
    TestCard {
        number,
        brand,
        funding,
        country,
        names,
        behaviour: Behaviour::Plain,
    }
}

/// A US Visa that does something.
const fn visa(number: &'static str, names: &'static [&'static str], behaviour: Behaviour) -> TestCard {
    TestCard {
        number,
        brand: "visa",
        funding: "credit",
        country: "US",
        names,
        behaviour,
    }
}

const fn checks(cvc: &'static str, line1: &'static str, zip: &'static str) -> Behaviour {
    Behaviour::Checks { cvc, line1, zip }
}

pub(super) const CARDS: &[TestCard] = &[
    card(
        "4242424242424242",
        "visa",
        "credit",
        &["visa", "us", "visa_threeDSecureNotSupported"],
    ),
    card("4012888888881881", "visa", "credit", &[]),
    card(
        "4000056655665556",
        "visa",
        "debit",
        &["visa_debit", "visa_debit_us"],
    ),
    card("5555555555554444", "mastercard", "credit", &["mastercard"]),
    card("2223003122003222", "mastercard", "credit", &[]),
    card("5200828282828210", "mastercard", "debit", &["mastercard_debit"]),
    card(
        "5105105105105100",
        "mastercard",
        "prepaid",
        &["mastercard_prepaid"],
    ),
    card(
        "378282246310005",
        "amex",
        "credit",
        &["amex", "amex_threeDSecureNotSupported"],
    ),
    card("371449635398431", "amex", "credit", &[]),
    card("6011111111111117", "discover", "credit", &["discover"]),
    card("6011000990139424", "discover", "credit", &[]),
    card("6011981111111113", "discover", "debit", &[]),
    card("3056930009020004", "diners", "credit", &["diners"]),
    card("36227206271667", "diners", "credit", &[]),
    card("30569309025904", "diners", "credit", &[]),
    card("38520000023237", "diners", "credit", &[]),
    card("6555900000604105", "discover", "credit", &[]),
    abroad("3566002020360505", "jcb", "credit", "JP", &["jcb"]),
    abroad("3530111333300000", "jcb", "credit", "JP", &[]),
    abroad("6200000000000005", "unionpay", "credit", "CN", &["unionpay"]),
    abroad("6200000000000047", "unionpay", "debit", "CN", &[]),
    abroad("6205500000000000004", "unionpay", "credit", "CN", &[]),
    abroad(
        "4000002500001001",
        "visa",
        "credit",
        "FR",
        &["visa_cartesBancaires"],
    ),
    abroad(
        "5555552500001001",
        "mastercard",
        "credit",
        "FR",
        &["mastercard_cartesBancaires"],
    ),
    abroad(
        "4000050360000001",
        "visa",
        "debit",
        "AU",
        &["visa_debit_eftposAuCoBranded"],
    ),
    abroad(
        "5555050360000080",
        "mastercard",
        "debit",
        "AU",
        &["mastercard_debit_eftposAuCoBranded"],
    ),
    card(
        "4000051230000072",
        "visa",
        "debit",
        &["debit_visaFsaProductCode", "debit_visaHsaProductCode"],
    ),
    card(
        "5200828282828897",
        "mastercard",
        "debit",
        &["mastercard_debit_mastercardFsaProductCode"],
    ),
    visa("4000000000000093", &["domesticPricing"], Behaviour::Plain),
    visa("4000000000001208", &[], Behaviour::Plain),
    visa("4000000000003725", &[], Behaviour::Plain),
    // Declines; these cannot be attached to a customer.
    visa(
        "4000000000000002",
        &["visa_chargeDeclined", "chargeDeclined"],
        Behaviour::Declines(GENERIC),
    ),
    visa(
        "4000000000009995",
        &[
            "visa_chargeDeclinedInsufficientFunds",
            "chargeDeclinedInsufficientFunds",
            "visa_debit_chargeDeclinedInsufficientFunds",
        ],
        Behaviour::Declines(INSUFFICIENT),
    ),
    visa(
        "4000000000009987",
        &["visa_chargeDeclinedLostCard", "chargeDeclinedLostCard"],
        Behaviour::Declines(LOST),
    ),
    visa(
        "4000000000009979",
        &["visa_chargeDeclinedStolenCard", "chargeDeclinedStolenCard"],
        Behaviour::Declines(STOLEN),
    ),
    visa(
        "4000000000000069",
        &["chargeDeclinedExpiredCard", "visa_chargeDeclinedExpiredCard"],
        Behaviour::Declines(EXPIRED),
    ),
    visa(
        "4000000000000127",
        &["chargeDeclinedIncorrectCvc", "visa_chargeDeclinedIncorrectCvc"],
        Behaviour::Declines(BAD_CVC),
    ),
    visa(
        "4000000000000119",
        &[
            "chargeDeclinedProcessingError",
            "visa_chargeDeclinedProcessingError",
        ],
        Behaviour::Declines(PROCESSING),
    ),
    visa(
        "4000000000006975",
        &[
            "visa_chargeDeclinedVelocityLimitExceeded",
            "chargeDeclinedVelocityLimitExceeded",
        ],
        Behaviour::Declines(VELOCITY),
    ),
    // Declines after a successful attachment. The last two have published tokens but no published number.
    visa(
        "4000000000000341",
        &["chargeCustomerFail", "visa_chargeCustomerFail"],
        Behaviour::DeclinesOnceAttached(GENERIC),
    ),
    visa(
        "4000000000000358",
        &["visa_chargeCustomerFailLostCard"],
        Behaviour::DeclinesOnceAttached(LOST),
    ),
    visa(
        "4000000000000366",
        &["visa_chargeCustomerFailStolenCard"],
        Behaviour::DeclinesOnceAttached(STOLEN),
    ),
    // Fraud prevention.
    visa(
        "4100000000000019",
        &[
            "radarBlock",
            "chargeDeclinedFraudulent",
            "visa_chargeDeclinedFraudulent",
        ],
        Behaviour::Blocked,
    ),
    visa(
        "4000000000004954",
        &["riskLevelHighest"],
        Behaviour::Risk("highest"),
    ),
    visa(
        "4000000000009235",
        &["riskLevelElevated"],
        Behaviour::Risk("elevated"),
    ),
    visa(
        "4000000000000101",
        &["cvcCheckFail"],
        checks("fail", "pass", "pass"),
    ),
    visa(
        "4000000000000036",
        &["avsZipFail"],
        checks("pass", "pass", "fail"),
    ),
    visa(
        "4000058400307872",
        &["cvcCheckFailElevatedRisk"],
        checks("fail", "pass", "pass"),
    ),
    visa(
        "4000058400306072",
        &["avsZipFailElevatedRisk"],
        checks("pass", "pass", "fail"),
    ),
    visa(
        "4000000000000028",
        &["avsLine1Fail"],
        checks("pass", "fail", "pass"),
    ),
    visa("4000000000000010", &["avsFail"], checks("pass", "fail", "fail")),
    visa(
        "4000000000000044",
        &["avsUnchecked"],
        checks("pass", "unavailable", "unavailable"),
    ),
    // Disputes.
    visa(
        "4000000000000259",
        &["createDispute"],
        Behaviour::Disputed("fraudulent"),
    ),
    visa(
        "4000000000002685",
        &["createDisputeProductNotReceived"],
        Behaviour::Disputed("product_not_received"),
    ),
    visa(
        "4000000000001976",
        &["createDisputeInquiry"],
        Behaviour::Disputed("inquiry"),
    ),
    visa("4000000000005423", &["createIssuerFraudRecord"], Behaviour::Plain),
    visa(
        "4000000404000079",
        &["createMultipleDisputes"],
        Behaviour::Disputed("fraudulent"),
    ),
    visa(
        "4000000404000038",
        &["createCe3EligibleDispute"],
        Behaviour::Disputed("fraudulent"),
    ),
    visa(
        "4000008400000779",
        &["createComplianceDispute"],
        Behaviour::Disputed("noncompliant"),
    ),
    // Refunds and balances.
    visa("4000000000007726", &["pendingRefund"], Behaviour::RefundsLater),
    visa("4000000000005126", &["refundFail"], Behaviour::RefundFails),
    visa("4000000000000077", &["bypassPending"], Behaviour::BypassesPending),
    TestCard {
        number: "4000003720000278",
        brand: "visa",
        funding: "credit",
        country: "IE",
        names: &["bypassPendingInternational"],
        behaviour: Behaviour::BypassesPending,
    },
    // 3D Secure.
    visa(
        "4000002500003155",
        &["authenticationRequiredOnSetup"],
        Behaviour::Challenges(Challenge::UnlessSetUp),
    ),
    visa(
        "4000002760003184",
        &["authenticationRequired"],
        Behaviour::Challenges(Challenge::Always),
    ),
    visa(
        "4000003800000446",
        &["authenticationRequiredSetupForOffSession"],
        Behaviour::Challenges(Challenge::OnSession),
    ),
    visa(
        "4000008260003178",
        &["authenticationRequiredChargeDeclinedInsufficientFunds"],
        Behaviour::Challenges(Challenge::ThenDeclines(INSUFFICIENT)),
    ),
    visa(
        "4000000000003220",
        &["threeDSecure2Required", "threeDSecureRequired"],
        Behaviour::Challenges(Challenge::OnSession),
    ),
    visa(
        "4000000000003063",
        &[],
        Behaviour::Challenges(Challenge::OnSession),
    ),
    visa(
        "4000008400001629",
        &["threeDSecureRequiredChargeDeclined"],
        Behaviour::Challenges(Challenge::ThenDeclines(GENERIC)),
    ),
    visa(
        "4000008400001280",
        &["threeDSecureRequiredProcessingError"],
        Behaviour::DeclinesOnceAttached(GENERIC),
    ),
    visa("4000000000003055", &["threeDSecureOptional"], Behaviour::Plain),
    visa(
        "4000000000003097",
        &["threeDSecureOptionalProcessingError"],
        Behaviour::Plain,
    ),
    visa("4000582600000094", &[], Behaviour::Challenges(Challenge::Always)),
    visa("4000582600000045", &[], Behaviour::Challenges(Challenge::Always)),
    visa("4000582600000102", &[], Behaviour::Challenges(Challenge::Always)),
    visa("4000582600000110", &[], Behaviour::Challenges(Challenge::Always)),
];
