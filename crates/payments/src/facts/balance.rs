//! The books of an account: what moved its balance, and what went to the bank.

use chrono::{DateTime, Utc};
use domain::Money;
use serde_json::Value;

use super::read::{self, Unreadable};

/// One movement of a balance. <https://docs.stripe.com/api/balance_transactions/object>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceFacts {
    /// `txn_…`
    pub id: String,
    /// `charge`, `refund`, `payout`, `adjustment`, …
    pub kind: String,
    /// Before fees; negative when the balance shrinks.
    pub amount: Money,
    /// Stripe's own fee and the application's.
    pub fee: Money,
    /// What the balance changes by.
    pub net: Money,
    /// The charge, refund or payout behind it.
    pub source: Option<String>,
    /// `available` or `pending`.
    pub status: Option<String>,
    /// When.
    pub created: DateTime<Utc>,
    /// From when on it can be paid out.
    pub available_on: Option<DateTime<Utc>>,
}

/// Money on its way to the operator's bank. <https://docs.stripe.com/api/payouts/object>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutFacts {
    /// `po_…`
    pub id: String,
    /// How much.
    pub amount: Money,
    /// `paid`, `pending`, `in_transit`, `canceled` or `failed`.
    pub status: String,
    /// Whether Stripe's schedule made it.
    pub automatic: bool,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it arrives, or did.
    pub arrival: Option<DateTime<Utc>>,
    /// Why it failed.
    pub failure_code: Option<String>,
}

/// A page of a list, and whether there is more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// What is on it, the newest first.
    pub items: Vec<T>,
    /// Whether more follows.
    pub has_more: bool,
}

fn time(object: &Value, field: &str) -> Option<DateTime<Utc>> {
    let seconds = object.get(field).and_then(Value::as_i64)?;
    DateTime::from_timestamp(seconds, 0)
}

impl BalanceFacts {
    /// Reads a `balance_transaction`.
    pub fn read(object: &Value) -> Result<Self, Unreadable> {
        let missing = |field| Unreadable {
            object: "balance_transaction",
            field,
        };
        let source = object
            .get("source")
            .and_then(|source| source.as_str().or_else(|| read::text(source, "id")));
        Ok(Self {
            id: read::text(object, "id").ok_or(missing("id"))?.to_owned(),
            kind: read::text(object, "type").ok_or(missing("type"))?.to_owned(),
            amount: read::money(object, "amount").ok_or(missing("amount"))?,
            fee: read::money(object, "fee").ok_or(missing("fee"))?,
            net: read::money(object, "net").ok_or(missing("net"))?,
            source: source.map(str::to_owned),
            status: read::text(object, "status").map(str::to_owned),
            created: time(object, "created").ok_or(missing("created"))?,
            available_on: time(object, "available_on"),
        })
    }
}

impl PayoutFacts {
    /// Reads a `payout`.
    pub fn read(object: &Value) -> Result<Self, Unreadable> {
        let missing = |field| Unreadable {
            object: "payout",
            field,
        };
        Ok(Self {
            id: read::text(object, "id").ok_or(missing("id"))?.to_owned(),
            amount: read::money(object, "amount").ok_or(missing("amount"))?,
            status: read::text(object, "status").ok_or(missing("status"))?.to_owned(),
            automatic: read::flag(object, "automatic").unwrap_or_default(),
            created: time(object, "created").ok_or(missing("created"))?,
            arrival: time(object, "arrival_date"),
            failure_code: read::text(object, "failure_code").map(str::to_owned),
        })
    }
}

impl<T> Listed<T> {
    /// Reads a list whose every item can be read: a report that silently lacks one would be worse than none.
    pub(crate) fn read(list: &Value, item: fn(&Value) -> Result<T, Unreadable>) -> Result<Self, Unreadable> {
        let missing = |field| Unreadable {
            object: "list",
            field,
        };
        let data = list
            .get("data")
            .and_then(Value::as_array)
            .ok_or(missing("data"))?;
        let items: Result<Vec<T>, Unreadable> = data.iter().map(item).collect();
        Ok(Self {
            items: items?,
            has_more: read::flag(list, "has_more").ok_or(missing("has_more"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_with_an_item_that_cannot_be_read_is_not_read_at_all() {
        let whole = json!({
            "id": "txn_1", "type": "charge", "amount": 125, "fee": 37, "net": 88, "currency": "usd",
            "created": 1, "source": { "id": "ch_1" },
        });
        let list = json!({ "data": [whole], "has_more": false });
        let read = Listed::read(&list, BalanceFacts::read).unwrap();
        let first = read.items.first().unwrap();
        assert_eq!((first.net.amount, first.source.as_deref()), (88, Some("ch_1")));
        let broken = json!({ "data": [{ "id": "txn_1" }], "has_more": false });
        assert!(Listed::read(&broken, BalanceFacts::read).is_err());
    }
}
