//! L4: every event, however old, can be read by today's code.

use chrono::DateTime;
use event_log::{LiftError, NewEvent, Position, Recorded, Upcasters};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Today's shape, schema 3 of `fare.published`.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FarePublished {
    name: String,
    price: Price,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Price {
    amount: i64,
    currency: String,
}

/// Schema 1 had the amount in dollars' cents; 2 named it so; 3 ties it to its currency.
fn upcasters() -> Upcasters {
    Upcasters::new()
        .step("fare.published", 1, |mut data| {
            let members = data.as_object_mut().ok_or("not an object")?;
            let cents = members.remove("price").ok_or("no price")?;
            members.insert("price_cents".into(), cents);
            Ok(data)
        })
        .step("fare.published", 2, |mut data| {
            let members = data.as_object_mut().ok_or("not an object")?;
            let cents = members.remove("price_cents").ok_or("no price_cents")?;
            members.insert("price".into(), json!({ "amount": cents, "currency": "USD" }));
            Ok(data)
        })
}

/// An event as it was stored.
fn stored(kind: &str, schema: u16, data: &str) -> Recorded {
    Recorded {
        position: Position(1),
        stream: "catalog-1".parse().unwrap(),
        version: 1,
        kind: kind.into(),
        schema,
        at: DateTime::from_timestamp(0, 0).unwrap(),
        data: data.into(),
        metadata: (&crate::make::metadata()).into(),
    }
}

fn golden(schema: u16) -> String {
    let path = format!(
        "{}/tests/golden/fare.published.{schema}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).unwrap().trim_end().to_owned()
}

#[test]
fn every_old_shape_reads_as_todays() {
    let today = FarePublished {
        name: "1-Ride".into(),
        price: Price {
            amount: 125,
            currency: "USD".into(),
        },
    };
    for schema in 1..=3 {
        let event = stored("fare.published", schema, &golden(schema));
        assert_eq!(
            event.lift::<FarePublished>(&upcasters()).unwrap(),
            today,
            "schema {schema}"
        );
    }
    // Today's golden file is what today's code writes.
    let written = NewEvent::new("fare.published", 3, &today).unwrap();
    assert_eq!(written.data, golden(3));
}

#[test]
fn a_kind_that_never_changed_is_read_as_stored() {
    let event = stored("pass.issued", 1, r#"{"pass":"p-1"}"#);
    let value: Value = event.lift(&upcasters()).unwrap();
    assert_eq!(value, json!({ "pass": "p-1" }));
}

#[test]
fn what_cannot_be_lifted_is_an_error_that_tells_no_payload() {
    let lift = |schema, data: &str| {
        stored("fare.published", schema, data)
            .lift::<FarePublished>(&upcasters())
            .unwrap_err()
    };
    let errors = [
        lift(1, r#"{"name":"secret"}"#),
        lift(3, r#"{"name":"secret"}"#),
        lift(3, r#"{"name":"x","price":"secret"}"#),
        lift(4, r#"{"name":"secret"}"#),
        lift(0, r#"{"name":"secret"}"#),
        lift(2, "secret"),
    ];
    assert!(matches!(errors[0], LiftError::Step { schema: 1, .. }));
    assert!(matches!(errors[1], LiftError::Shape { schema: 3, .. }));
    assert!(matches!(errors[2], LiftError::Shape { schema: 3, .. }));
    assert!(matches!(
        errors[3],
        LiftError::TooNew {
            schema: 4,
            known: 3,
            ..
        }
    ));
    assert!(matches!(errors[4], LiftError::Gap { schema: 0, .. }));
    assert!(matches!(errors[5], LiftError::Shape { schema: 2, .. }));
    for error in errors {
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
