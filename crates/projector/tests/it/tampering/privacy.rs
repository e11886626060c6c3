//! What must not stand in clear.

use domain::{
    OperatorId, Purchase, Sealed,
    operator::{Operator, OperatorEvent},
    purchase::PurchaseEvent,
    user::{Contact, UserEvent},
};
use event_log::Metadata;
use projector::audit::Rule;

use super::tampered::Tampered;
use crate::{
    fixtures::{minute, purchase, started},
    world::{origin, write},
};

#[tokio::test]
async fn what_must_not_stand_in_clear_is_noticed() {
    let contact = |email: &str| UserEvent::ContactChanged {
        contact: Contact {
            email: Some(Sealed::from_ciphertext(email.to_owned())),
            phone: None,
        },
        at: minute(9),
    };
    let said = |reason: &str| PurchaseEvent::ReviewRequested {
        reason: reason.to_owned(),
        at: minute(9),
    };
    for text in ["ada@example.com", "+1 415 555 0123", "tok_visa"] {
        Tampered::new()
            .await
            .user(1, [contact(text)])
            .await
            .breaks(&[Rule::NothingInClear])
            .await;
    }
    for text in [
        "card 4242 4242 4242 4242",
        "sk_live_abc",
        "call (415) 555-0123",
        "write to ada@example.com",
    ] {
        Tampered::new()
            .await
            .purchase(1, [said(text)])
            .await
            .breaks(&[Rule::NothingInClear])
            .await;
    }
    let tampered = Tampered::new().await;
    let metadata = Metadata {
        actor: "user:ada@example.com".to_owned(),
        ..origin("one")
    };
    tampered
        .server
        .append_as(
            metadata,
            minute(50),
            [write::<Purchase>(purchase(9), [started(9)])],
        )
        .await;
    let report = tampered.breaks(&[Rule::NothingInClear]).await;
    assert!(
        !report.to_string().contains("ada@example.com"),
        "the report repeats nothing of it"
    );
}

#[tokio::test]
async fn what_an_operator_says_is_public_but_never_a_secret() {
    let suspended = |reason: &str| {
        let id = OperatorId::parse("bigbluebus").unwrap();
        write::<Operator>(
            id,
            [OperatorEvent::Suspended {
                reason: reason.to_owned(),
                at: minute(9),
            }],
        )
    };
    let tampered = Tampered::new().await;
    tampered
        .server
        .append([suspended("ask ada@bus.example or +1 310 555 0123")])
        .await;
    // It was never registered, which is all that is wrong with it.
    tampered.breaks(&[Rule::Possible]).await;
    let tampered = Tampered::new().await;
    tampered.server.append([suspended("leaked sk_live_abc")]).await;
    tampered.breaks(&[Rule::Possible, Rule::NothingInClear]).await;
}
