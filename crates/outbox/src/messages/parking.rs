//! What is told of stays: that one is owed, and that it is owed no more. That one was paid at once is told by its purchase.

use domain::{
    Money,
    endpoint::MessageType,
    parking::{ParkingEvent, ParkingSession, Settlement},
};
use serde_json::{Value, json};

use super::{
    data::{money, with},
    map::{Draft, audience},
};

/// The first failure makes the debt; those of further attempts leave it as it is.
pub(super) fn of_parking(event: &ParkingEvent, session: &ParkingSession) -> Option<Draft> {
    use ParkingEvent as E;
    let bill = session.bill()?;
    let (kind, more) = match event {
        E::PaymentFailed { code, .. } if bill.attempts == 1 => {
            (MessageType::ParkingDebtRecorded, json!({ "code": code }))
        }
        E::Paid { .. } if bill.debt.is_some() => (MessageType::ParkingDebtSettled, json!({ "how": "paid" })),
        E::DebtSettled { settlement, .. } => {
            let how = match settlement {
                Settlement::Paid { .. } => "paid",
                Settlement::Forgiven { .. } => "forgiven",
            };
            (MessageType::ParkingDebtSettled, json!({ "how": how }))
        }
        E::Started { .. }
        | E::EntryPending { .. }
        | E::GateEntered { .. }
        | E::GateLeft { .. }
        | E::Ended { .. }
        | E::Billed { .. }
        | E::BilledAgain { .. }
        | E::Paid { .. }
        | E::PaymentFailed { .. }
        | E::Closed { .. }
        | E::Cancelled { .. } => return None,
    };
    let stay = session.stay();
    Some(Draft {
        kind,
        audience: audience([&stay.app], [&stay.operator]),
        data: with(about(session, bill.cost), more),
    })
}

fn about(session: &ParkingSession, cost: Money) -> Value {
    let stay = session.stay();
    json!({
        "session_id": stay.session.as_str(),
        "app_id": stay.app.as_str(),
        "operator_id": stay.operator.as_str(),
        "user_id": stay.user.as_str(),
        "location_id": stay.location.as_str(),
        "amount": money(cost),
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::{
        Aggregate, AppId, Currency, LocationId, OperatorId, ParkingSessionId, PurchaseId, UserId,
        parking::{EndedBy, Stay},
    };
    use uuid::Uuid;

    use super::*;

    fn purchase(number: u128) -> PurchaseId {
        PurchaseId::from_uuid(Uuid::from_u128(number))
    }

    /// What is told of each event of a history.
    fn told(events: Vec<ParkingEvent>) -> Vec<(MessageType, Value)> {
        let mut session = None;
        let mut told = Vec::new();
        for event in events {
            let after = ParkingSession::apply(session.take(), &event).unwrap();
            told.extend(of_parking(&event, &after).map(|draft| (draft.kind, draft.data)));
            session = Some(after);
        }
        told
    }

    fn until_billed() -> Vec<ParkingEvent> {
        let at = DateTime::UNIX_EPOCH;
        let stay = Stay {
            session: ParkingSessionId::from_uuid(Uuid::from_u128(1)),
            app: AppId::parse("cityhop").unwrap(),
            user: UserId::from_uuid(Uuid::from_u128(2)),
            operator: OperatorId::parse("harborpark").unwrap(),
            location: LocationId::parse("lot").unwrap(),
            rate_version: 1,
            is_simulated: false,
        };
        vec![
            ParkingEvent::Started { stay, at },
            ParkingEvent::Ended {
                by: EndedBy::Rider,
                at,
            },
            ParkingEvent::Billed {
                purchase: purchase(1),
                cost: Money::new(700, Currency::USD),
                at,
            },
        ]
    }

    fn failed(number: u128) -> ParkingEvent {
        ParkingEvent::PaymentFailed {
            purchase: purchase(number),
            code: "card_declined".to_owned(),
            at: DateTime::UNIX_EPOCH,
        }
    }

    fn paid(number: u128) -> ParkingEvent {
        ParkingEvent::Paid {
            purchase: purchase(number),
            at: DateTime::UNIX_EPOCH,
        }
    }

    fn billed_again(number: u128) -> ParkingEvent {
        ParkingEvent::BilledAgain {
            purchase: purchase(number),
            at: DateTime::UNIX_EPOCH,
        }
    }

    fn then(more: impl IntoIterator<Item = ParkingEvent>) -> Vec<ParkingEvent> {
        until_billed().into_iter().chain(more).collect()
    }

    #[test]
    fn what_is_paid_at_once_is_told_by_its_purchase_alone() {
        assert_eq!(told(then([paid(1)])), []);
    }

    #[test]
    fn a_debt_is_told_of_once_however_often_it_is_tried_and_once_when_it_is_settled() {
        let told_of = told(then([
            failed(1),
            billed_again(2),
            failed(2),
            billed_again(3),
            paid(3),
        ]));
        let kinds: Vec<_> = told_of.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(
            kinds,
            [MessageType::ParkingDebtRecorded, MessageType::ParkingDebtSettled]
        );
        assert_eq!(
            told_of[0].1["amount"],
            json!({ "amount": 700, "currency": "USD" })
        );
        assert_eq!(
            (&told_of[0].1["code"], &told_of[1].1["how"]),
            (&json!("card_declined"), &json!("paid"))
        );
        let forgiven = ParkingEvent::DebtSettled {
            settlement: Settlement::Forgiven {
                reason: "Mrs. Doe asked".to_owned(),
            },
            at: DateTime::UNIX_EPOCH,
        };
        let told_of = told(then([failed(1), forgiven]));
        assert_eq!(told_of[1].1["how"], "forgiven");
        assert!(!told_of[1].1.to_string().contains("Doe"), "no words of anybody's");
    }
}
