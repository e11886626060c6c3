//! Laws of the pure core, over any sequence of payments, captures, refunds, disputes and waiting.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use stripe_sim::core::{Command, Method, NewAccount, Reply, Request, Settings, Simulator};

use crate::support::{KEY, OPERATOR};

const START: i64 = 1_700_000_000;

#[derive(Debug, Clone)]
enum Step {
    Pay {
        card: usize,
        amount: i64,
        fee: i64,
        manual: bool,
    },
    Capture {
        which: usize,
        amount: i64,
    },
    Cancel {
        which: usize,
    },
    Refund {
        which: usize,
        amount: i64,
        fee_too: bool,
    },
    Settle {
        which: usize,
        won: bool,
    },
    Wait {
        hours: i64,
    },
}

const CARDS: [&str; 6] = [
    "visa",
    "chargeCustomerFail",
    "createDispute",
    "refundFail",
    "bypassPending",
    "authenticationRequired",
];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..CARDS.len(), 50_i64..5_000, 0_i64..60, any::<bool>())
            .prop_map(|(card, amount, fee, manual)| Step::Pay { card, amount, fee, manual }),
        1 => (0_usize..8, 1_i64..5_000).prop_map(|(which, amount)| Step::Capture { which, amount }),
        1 => (0_usize..8).prop_map(|which| Step::Cancel { which }),
        3 => (0_usize..8, 1_i64..3_000, any::<bool>())
            .prop_map(|(which, amount, fee_too)| Step::Refund { which, amount, fee_too }),
        1 => (0_usize..8, any::<bool>()).prop_map(|(which, won)| Step::Settle { which, won }),
        1 => (1_i64..100).prop_map(|hours| Step::Wait { hours }),
    ]
}

struct Play {
    simulator: Simulator,
    now: i64,
}

impl Play {
    fn new() -> Self {
        let mut simulator = Simulator::new(Settings {
            seed: 5,
            ..Settings::default()
        });
        let account = NewAccount {
            id: Some(OPERATOR.to_owned()),
            platform: Some(KEY.to_owned()),
            ..NewAccount::default()
        };
        simulator
            .command(&Command::CreateAccount(account), START)
            .unwrap();
        Self {
            simulator,
            now: START,
        }
    }

    fn ask(&mut self, method: Method, path: &str, form: &str) -> Reply {
        let caller = self.simulator.authenticate(Some(KEY)).unwrap();
        let request = Request::new(method, path, form, caller).on_behalf_of(OPERATOR);
        self.simulator.handle(&request, self.now)
    }

    /// The id at a place of a list, wrapping around.
    fn pick(&mut self, path: &str, which: usize) -> Option<String> {
        let list = self.ask(Method::Get, path, "limit=100").json();
        let rows = list["data"].as_array()?.clone();
        let place = which.checked_rem(rows.len())?;
        rows[place]["id"].as_str().map(str::to_owned)
    }

    fn take(&mut self, step: &Step) -> Option<Reply> {
        let reply = match step {
            Step::Pay {
                card,
                amount,
                fee,
                manual,
            } => {
                let capture = if *manual { "manual" } else { "automatic" };
                let form = format!(
                    "amount={amount}&currency=usd&payment_method=pm_card_{}&confirm=true&off_session=true\
                     &application_fee_amount={fee}&capture_method={capture}",
                    CARDS[*card]
                );
                self.ask(Method::Post, "/v1/payment_intents", &form)
            }
            Step::Capture { which, amount } => {
                let id = self.pick("/v1/payment_intents", *which)?;
                let form = format!("amount_to_capture={amount}");
                self.ask(Method::Post, &format!("/v1/payment_intents/{id}/capture"), &form)
            }
            Step::Cancel { which } => {
                let id = self.pick("/v1/payment_intents", *which)?;
                self.ask(Method::Post, &format!("/v1/payment_intents/{id}/cancel"), "")
            }
            Step::Refund {
                which,
                amount,
                fee_too,
            } => {
                let id = self.pick("/v1/charges", *which)?;
                let form = format!("charge={id}&amount={amount}&refund_application_fee={fee_too}");
                self.ask(Method::Post, "/v1/refunds", &form)
            }
            Step::Settle { which, won } => {
                let dispute = self.pick("/v1/disputes", *which)?;
                let command = Command::SettleDispute {
                    account: OPERATOR.to_owned(),
                    dispute,
                    won: *won,
                };
                // Closed disputes refuse, which is fine.
                drop(self.simulator.command(&command, self.now));
                return None;
            }
            Step::Wait { hours } => {
                self.now += hours * 3_600;
                return None;
            }
        };
        Some(reply)
    }
}

fn rows<'a>(books: &'a Value, account: &str, kind: &str) -> &'a Vec<Value> {
    books["accounts"][account][kind].as_array().unwrap()
}

fn int(row: &Value, field: &str) -> i64 {
    row[field].as_i64().unwrap()
}

/// What a transaction's kind must sum to, told by the objects rather than by the transactions.
fn check_books(books: &Value) {
    let platform = stripe_sim::Control::platform_of(KEY).unwrap();
    for charge in rows(books, OPERATOR, "charges") {
        let (amount, refunded) = (int(charge, "amount"), int(charge, "amount_refunded"));
        assert!((0..=amount).contains(&refunded), "{charge:#}");
        let paid = charge["status"] == "succeeded" && charge["captured"] == true;
        assert_eq!(paid, charge["balance_transaction"].is_string(), "{charge:#}");
    }
    let sum = |account: &str, kind: &str| -> i64 {
        let all = rows(books, account, "balance_transactions").iter();
        all.filter(|row| row["type"] == kind)
            .map(|row| int(row, "amount"))
            .sum()
    };
    let captured: i64 = rows(books, OPERATOR, "charges")
        .iter()
        .map(|charge| int(charge, "amount_captured"))
        .sum();
    assert_eq!(sum(OPERATOR, "charge"), captured);
    let fees = rows(books, &platform, "application_fees");
    assert_eq!(
        sum(&platform, "application_fee"),
        fees.iter().map(|fee| int(fee, "amount")).sum::<i64>()
    );
    assert_eq!(
        -sum(&platform, "application_fee_refund"),
        fees.iter().map(|fee| int(fee, "amount_refunded")).sum::<i64>()
    );
    for fee in fees {
        assert!(int(fee, "amount_refunded") <= int(fee, "amount"));
    }
    // What the operator paid in fees to the platform is what the platform got.
    let paid_to_platform: i64 = rows(books, OPERATOR, "balance_transactions")
        .iter()
        .flat_map(|row| row["fee_details"].as_array().unwrap())
        .filter(|part| part["type"] == "application_fee")
        .map(|part| int(part, "amount"))
        .sum();
    let platform_net = sum(&platform, "application_fee") + sum(&platform, "application_fee_refund");
    assert_eq!(paid_to_platform, platform_net);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_requests_breaks_the_books(steps in vec(step(), 0..40)) {
        let mut play = Play::new();
        for step in &steps {
            if let Some(reply) = play.take(step) {
                prop_assert!([200, 400, 402].contains(&reply.status), "{step:?}: {}", reply.body);
            }
            check_books(&play.simulator.books());
        }
    }

    #[test]
    fn the_same_requests_give_the_same_stripe(steps in vec(step(), 0..40)) {
        let (mut one, mut other) = (Play::new(), Play::new());
        for step in &steps {
            prop_assert_eq!(one.take(step), other.take(step));
        }
        prop_assert_eq!(one.simulator.books(), other.simulator.books());
    }
}
