//! Every way a call can end, at every step, on the first attempt and on a later one.

use chrono::{DateTime, Utc};
use domain::{
    AppId, Currency, Money, OperatorId, PaymentIntentId, PaymentMethodId, PurchaseId, StripeAccountId,
    UserId,
    catalog::{Fare, PassTerms, Product, ServiceCalendar, Validity},
    purchase::{LineItem, Order, PaymentTerms, Route, SavedCredential},
    text::Text,
};
use payments::{Done, KEY_KEPT, PaymentProblem};

use super::*;

const STEPS: [Step; 3] = [Step::DeriveCredential, Step::Charge, Step::Cancel];
const KINDS: [RefusalKind; 7] = [
    RefusalKind::Card,
    RefusalKind::InvalidRequest,
    RefusalKind::NotFound,
    RefusalKind::Idempotency,
    RefusalKind::Authentication,
    RefusalKind::Permission,
    RefusalKind::Other,
];
const REASONS: [Reason; 19] = [
    Reason::Unsendable,
    Reason::NameLookup,
    Reason::NotConnected,
    Reason::ConnectTimeout,
    Reason::RateLimited,
    Reason::Deadline,
    Reason::ConnectionLost,
    Reason::InProgress,
    Reason::LockTimeout,
    Reason::ServerError,
    Reason::StripeSaysRetry,
    Reason::NotJson,
    Reason::Incomplete,
    Reason::UnexpectedStatus,
    Reason::TooLarge,
    Reason::TooManyPages,
    Reason::CircuitOpen,
    Reason::RetryBudget,
    Reason::Crowded,
];

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn usd(amount: i64) -> Money {
    Money::new(amount, Currency::USD)
}

/// A purchase of one ride for 2.50, 25 cents of it ours.
fn purchase() -> Purchase {
    let (id, operator) = (
        PurchaseId::from_uuid(uuid::Uuid::nil()),
        OperatorId::parse("bus").unwrap(),
    );
    let fare = Fare {
        id: domain::FareId::parse("single").unwrap(),
        name: Text::plain("Single"),
        description: Text::plain("A ride."),
        product: Product::SinglePass,
        price: usd(250),
        discounted_price: None,
        options: vec![],
        validity: Validity::Duration { minutes: 30 },
        usable: vec![],
        restriction: None,
        login_required: false,
        limit_per_order: None,
        alert: None,
        cap_group: None,
        transferable: true,
        refund_rules: None,
    };
    let order = Order {
        purchase: id.clone(),
        app: AppId::parse("app").unwrap(),
        user: UserId::parse("user_1").unwrap(),
        operator: operator.clone(),
        parked: None,
        items: vec![LineItem {
            terms: PassTerms {
                operator,
                catalog_version: 1,
                fare,
                calendar: ServiceCalendar {
                    zone: chrono_tz::UTC,
                    cutoff_minutes: 0,
                },
            },
            quantity: 1,
            unit_price: usd(250),
        }],
        total: usd(250),
        engine_fee: usd(25),
        activate_on: None,
        activate_at_once: false,
    };
    let payment = PaymentTerms {
        route: Route::PaymentMethod,
        platform: StripeAccountId::parse("acct_platform").unwrap(),
        account: StripeAccountId::parse("acct_bus").unwrap(),
        customer: domain::CustomerId::parse("cus_1").unwrap(),
        credential: SavedCredential::PaymentMethod(PaymentMethodId::parse("pm_1").unwrap()),
        calls: PurchaseCommand::planned_calls(&id, Route::PaymentMethod),
    };
    let start = PurchaseCommand::Start {
        order: Box::new(order),
        payment: Some(Box::new(payment)),
        at: now(),
    };
    let events = <Purchase as domain::Aggregate>::decide(None, start).unwrap();
    domain::evolve(None, &events).unwrap().unwrap()
}

fn judged(step: Step, outcome: &Outcome<StepResult>, first: bool, age: Duration) -> Verdict {
    let purchase = purchase();
    let call = PlannedCall::of(&purchase.order().purchase, step, 1);
    judge(&purchase, &call, outcome, first, now(), age)
}

fn told(verdict: Verdict) -> Option<PurchaseCommand> {
    match verdict {
        Verdict::Tell(command) => Some(*command),
        _ => None,
    }
}

fn is_void(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Tell(command) if matches!(**command, PurchaseCommand::Void { .. }))
}

fn facts(status: PaymentStatus) -> PaymentFacts {
    PaymentFacts {
        payment_intent: Some(PaymentIntentId::parse("pi_1").unwrap()),
        charge: Some(domain::ChargeId::parse("ch_1").unwrap()),
        status,
        amount: Some(usd(250)),
        amount_refunded: None,
        fee: Some(usd(25)),
        problem: None,
        metadata: std::collections::BTreeMap::new(),
    }
}

fn paid(facts: PaymentFacts) -> Outcome<StepResult> {
    Outcome::Done(Done {
        value: StepResult::Payment(facts),
        request_id: None,
        replayed: false,
    })
}

#[test]
fn a_failure_that_stripe_has_stored_is_looked_up_instead_of_heard_again() {
    let stored = |reason| Postponed {
        replayed: true,
        ..Postponed::without_answer(reason)
    };
    for first in [true, false] {
        let unknown = Outcome::Unknown(stored(Reason::ServerError));
        let charge = judged(Step::Charge, &unknown, first, Duration::ZERO);
        assert_eq!(charge, Verdict::LookUp(Absent::Open));
        let credential = judged(Step::DeriveCredential, &unknown, first, Duration::ZERO);
        assert!(matches!(credential, Verdict::Again { .. }));
        // That a request is in progress Stripe does not store, whatever a header says.
        let busy = Outcome::Unknown(stored(Reason::InProgress));
        let busy = judged(Step::Charge, &busy, first, Duration::ZERO);
        assert!(matches!(busy, Verdict::Again { .. }));
    }
}

#[test]
fn what_is_not_known_is_asked_again_or_looked_up_and_ends_nothing() {
    for step in STEPS {
        for reason in REASONS {
            for should_retry in [None, Some(true), Some(false)] {
                for age in [Duration::ZERO, KEY_KEPT] {
                    for first in [true, false] {
                        let postponed = Postponed {
                            should_retry,
                            ..Postponed::without_answer(reason)
                        };
                        let unknown = judged(step, &Outcome::Unknown(postponed.clone()), first, age);
                        let not_sent = judged(step, &Outcome::NotExecuted(postponed), first, age);
                        match (&unknown, &not_sent) {
                            (
                                Verdict::Again { unknown: Some(_), .. },
                                Verdict::Again { unknown: None, .. },
                            ) => {
                                let old = should_retry == Some(false) || age == KEY_KEPT;
                                assert!(step == Step::DeriveCredential || !old, "{step:?} {reason:?}");
                            }
                            (Verdict::LookUp(Absent::Open), Verdict::LookUp(Absent::Open)) => {}
                            other => panic!("{step:?} {reason:?}: {other:?}"),
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_charge_is_voided_only_by_a_refusal_that_leaves_no_earlier_attempt_open() {
    for kind in KINDS {
        for first in [true, false] {
            for replayed in [true, false] {
                let refusal = Refusal {
                    replayed,
                    ..Refusal::new(400, kind)
                };
                let verdict = judged(Step::Charge, &Outcome::Refused(refusal), first, Duration::ZERO);
                let expected = match kind {
                    RefusalKind::InvalidRequest | RefusalKind::NotFound => first || replayed,
                    RefusalKind::Authentication | RefusalKind::Permission => first,
                    RefusalKind::Card | RefusalKind::Idempotency | RefusalKind::Other => false,
                };
                assert_eq!(is_void(&verdict), expected, "{kind:?} {first} {replayed}");
                if kind != RefusalKind::Card && !expected {
                    assert!(matches!(verdict, Verdict::LookUp(_)), "{kind:?}: {verdict:?}");
                }
            }
        }
    }
}

#[test]
fn a_decline_is_final_whenever_it_is_heard() {
    for step in [Step::DeriveCredential, Step::Charge] {
        for first in [true, false] {
            let refusal = Refusal {
                code: Some("card_declined".to_owned()),
                decline_code: Some("lost_card".to_owned()),
                ..Refusal::new(402, RefusalKind::Card)
            };
            match told(judged(step, &Outcome::Refused(refusal), first, KEY_KEPT)) {
                Some(PurchaseCommand::RecordDecline { decline, .. }) => {
                    assert_eq!(decline.decline_code.as_deref(), Some("lost_card"));
                }
                other => panic!("{other:?}"),
            }
        }
    }
    let failed = PaymentFacts {
        problem: Some(PaymentProblem {
            code: Some("expired_card".to_owned()),
            decline_code: None,
        }),
        ..facts(PaymentStatus::RequiresPaymentMethod)
    };
    let declined = told(judged(Step::Charge, &paid(failed), false, Duration::ZERO));
    assert!(
        matches!(declined, Some(PurchaseCommand::RecordDecline { decline, .. }) if decline.code == "expired_card")
    );
}

#[test]
fn before_the_charge_every_refusal_ends_the_purchase() {
    for kind in KINDS {
        let verdict = judged(
            Step::DeriveCredential,
            &Outcome::Refused(Refusal::new(400, kind)),
            false,
            Duration::ZERO,
        );
        let declined = matches!(told(verdict.clone()), Some(PurchaseCommand::RecordDecline { .. }));
        assert!(
            is_void(&verdict) || (declined && kind == RefusalKind::Card),
            "{kind:?}"
        );
    }
}

#[test]
fn a_payment_that_cannot_be_given_up_is_looked_at_and_never_voided() {
    for kind in KINDS {
        let refused = Outcome::Refused(Refusal::new(400, kind));
        let verdict = judged(Step::Cancel, &refused, true, Duration::ZERO);
        assert_eq!(verdict, Verdict::LookUp(Absent::Open), "{kind:?}");
    }
    let canceled = judged(
        Step::Cancel,
        &paid(facts(PaymentStatus::Canceled)),
        true,
        Duration::ZERO,
    );
    assert!(is_void(&canceled));
    let succeeded = judged(
        Step::Cancel,
        &paid(facts(PaymentStatus::Succeeded)),
        true,
        Duration::ZERO,
    );
    assert!(matches!(
        told(succeeded),
        Some(PurchaseCommand::RecordCharge { .. })
    ));
}

#[test]
fn each_state_of_a_payment_leads_to_what_it_means() {
    let verdict = |status| judged(Step::Charge, &paid(facts(status)), false, Duration::ZERO);
    let processing = verdict(PaymentStatus::Processing);
    assert_eq!(
        processing,
        Verdict::Again {
            unknown: Some(UnknownReason::Processing),
            after: None
        }
    );
    for waits in [PaymentStatus::RequiresAction, PaymentStatus::RequiresConfirmation] {
        let told = told(verdict(waits));
        assert!(matches!(told, Some(PurchaseCommand::RecordActionRequired { .. })));
    }
    for odd in [
        PaymentStatus::RequiresCapture,
        PaymentStatus::Other("requires_moonlight".to_owned()),
    ] {
        assert!(matches!(verdict(odd), Verdict::Review(_)));
    }
    let nameless = PaymentFacts {
        charge: None,
        ..facts(PaymentStatus::Succeeded)
    };
    let nameless = judged(Step::Charge, &paid(nameless), false, Duration::ZERO);
    assert!(matches!(nameless, Verdict::Review(_)));
}

#[test]
fn a_charge_is_recorded_as_stripe_shows_it() {
    let charged = |amount, fee| {
        let facts = PaymentFacts {
            amount,
            fee,
            ..facts(PaymentStatus::Succeeded)
        };
        match told(judged(Step::Charge, &paid(facts), false, Duration::ZERO)) {
            Some(PurchaseCommand::RecordCharge { facts, .. }) => (facts.amount, facts.engine_fee),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(charged(Some(usd(250)), Some(usd(25))), (usd(250), usd(25)));
    assert_eq!(charged(Some(usd(900)), Some(usd(25))), (usd(900), usd(25)));
    assert_eq!(
        charged(Some(usd(250)), None),
        (usd(250), usd(0)),
        "no fee was taken"
    );
    assert_eq!(
        charged(None, None),
        (usd(250), usd(25)),
        "as ordered, where Stripe says nothing"
    );
}
