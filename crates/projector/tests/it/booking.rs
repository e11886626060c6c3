//! The ledger.

use domain::{
    Money, Purchase,
    purchase::{ChargeFacts, PurchaseEvent},
};
use event_log::{Position, Upcasters};
use projector::ledger::{Books, Entry, LedgerError, TrialBalance};
use proptest::prelude::*;

use crate::{
    commands::{any_commands, any_start, history},
    fixtures::{
        charged, completed, declined, dispute_closed, disputed, facts, minute, purchase, refund_refused,
        refund_started, refunded, started, started_free,
    },
    world::{World, on_both_stores, write},
};

on_both_stores! {
    a_trial_balance_covers_the_whole_log,
    a_trial_balance_can_be_made_as_of_any_position,
    a_log_that_cannot_be_booked_has_no_trial_balance,
}

/// The balances that a history leaves, a debit as a positive number.
fn balances(events: impl IntoIterator<Item = PurchaseEvent>) -> Vec<(String, i128)> {
    let (mut books, mut balance) = (Books::default(), TrialBalance::default());
    for event in events {
        balance.add(&books.book(&purchase(1), &event).unwrap());
    }
    assert!(balance.is_balanced());
    let open = balance.accounts().filter(|row| row.totals.balance() != 0);
    open.map(|row| (row.account.to_string(), row.totals.balance()))
        .collect()
}

fn expect(events: impl IntoIterator<Item = PurchaseEvent>, expected: &[(&str, i128)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(name, balance)| ((*name).to_owned(), *balance))
        .collect();
    assert_eq!(balances(events), expected);
}

#[test]
fn what_is_charged_is_owed_in_passes_until_they_are_issued() {
    let fees = [
        ("engine_fee_income:cityhop", -100),
        ("engine_fees:bigbluebus", 100),
    ];
    let stripe = [
        ("stripe_balance:acct_bus", 1_150),
        ("stripe_balance:acct_platform", 100),
    ];
    expect(
        [started(1), charged("1")],
        &[&stripe[..], &[("unfulfilled_orders:bigbluebus", -1_250)], &fees].concat(),
    );
    expect(
        [started(1), charged("1"), completed()],
        &[&stripe[..], &[("sales:bigbluebus", -1_250)], &fees].concat(),
    );
}

#[test]
fn a_refund_is_owed_when_it_is_started_and_takes_its_part_of_the_fee_back_when_sent() {
    let sold = [started(1), charged("1"), completed()];
    let owed = [sold.to_vec(), vec![refund_started(1, 500, 40)]].concat();
    expect(
        owed.clone(),
        &[
            ("stripe_balance:acct_bus", 1_150),
            ("stripe_balance:acct_platform", 100),
            ("refunds_payable:bigbluebus", -500),
            ("sales:bigbluebus", -1_250),
            ("refunds:bigbluebus", 500),
            ("engine_fee_income:cityhop", -100),
            ("engine_fees:bigbluebus", 100),
        ],
    );
    let sent = [owed, vec![refunded(1)]].concat();
    expect(
        sent,
        &[
            ("stripe_balance:acct_bus", 690),
            ("stripe_balance:acct_platform", 60),
            ("sales:bigbluebus", -1_250),
            ("refunds:bigbluebus", 500),
            ("engine_fee_income:cityhop", -60),
            ("engine_fees:bigbluebus", 60),
        ],
    );
}

#[test]
fn what_was_never_issued_goes_back_without_a_sale() {
    let late = [
        started(1),
        declined(),
        charged("1"),
        refund_started(1, 1_250, 100),
        refunded(1),
    ];
    expect(late, &[]);
}

#[test]
fn a_refused_refund_leaves_the_books_as_they_were_unless_it_is_sent_after_all() {
    let sold = vec![started(1), charged("1"), completed()];
    let refused = [sold.clone(), vec![refund_started(1, 500, 40), refund_refused(1)]].concat();
    assert_eq!(balances(refused.clone()), balances(sold.clone()));
    let sent_after_all = [refused, vec![refunded(1)]].concat();
    let sent_at_once = [sold, vec![refund_started(1, 500, 40), refunded(1)]].concat();
    assert_eq!(balances(sent_after_all), balances(sent_at_once));
}

#[test]
fn a_dispute_withholds_money_until_it_is_won_or_lost() {
    let sold = vec![started(1), charged("1"), completed()];
    let open = [sold.clone(), vec![disputed(1_250)]].concat();
    assert!(balances(open.clone()).contains(&("disputed_funds:bigbluebus".to_owned(), 1_250)));
    let won = [open.clone(), vec![dispute_closed(true)]].concat();
    assert_eq!(balances(won), balances(sold));
    let lost = balances([open, vec![dispute_closed(false)]].concat());
    assert!(lost.contains(&("dispute_losses:bigbluebus".to_owned(), 1_250)));
    assert!(lost.contains(&("stripe_balance:acct_bus".to_owned(), -100)));
}

#[test]
fn what_contradicts_itself_is_not_booked() {
    let yen: domain::Currency = "JPY".parse().unwrap();
    let foreign_fee = ChargeFacts {
        engine_fee: Money::new(1, yen),
        ..facts("1")
    };
    let sold = [started(1), charged("1"), completed()];
    for (history, event) in [
        (&sold[..0], charged("1")),
        (
            &sold[..1],
            PurchaseEvent::Charged {
                facts: foreign_fee,
                at: minute(1),
            },
        ),
        (&sold[..1], completed()),
        (&sold[..1], refund_started(1, 1, 0)),
        (&sold[..], charged("2")),
        (&sold[..], completed()),
        (&sold[..], refunded(1)),
        (&sold[..], refund_started(1, 1, 2)),
        (&sold[..], dispute_closed(true)),
        (&[started_free(1)], charged("1")),
    ] {
        let mut books = Books::default();
        for event in history {
            books.book(&purchase(1), event).unwrap();
        }
        assert!(books.book(&purchase(1), &event).is_err(), "{event:?}");
    }
}

async fn a_trial_balance_covers_the_whole_log(world: World) {
    let server = world.serve().await;
    for number in 1..=3 {
        let events = [started(number), charged(&number.to_string()), completed()];
        server.append([write::<Purchase>(purchase(number), events)]).await;
    }
    server
        .append([write::<Purchase>(purchase(4), [started_free(4), completed()])])
        .await;
    let balance = TrialBalance::of(&*server.log(), &Upcasters::new()).await.unwrap();
    assert_eq!(balance.position(), Position(11));
    let expected = "\
Trial balance as of position 11

USD
account                        debit  credit   balance
------------------------------------------------------
stripe_balance:acct_bus        37.50    3.00  34.50 Dr
stripe_balance:acct_platform    3.00    0.00   3.00 Dr
unfulfilled_orders:bigbluebus  37.50   37.50   0.00
sales:bigbluebus                0.00   37.50  37.50 Cr
engine_fee_income:cityhop       0.00    3.00   3.00 Cr
engine_fees:bigbluebus          3.00    0.00   3.00 Dr
------------------------------------------------------
total                          81.00   81.00   0.00
Debits equal credits.
";
    assert_eq!(balance.to_string(), expected);
    let json = serde_json::to_value(&balance).unwrap();
    assert_eq!(json["balanced"], true);
    assert_eq!(json["as_of"], 11);
    assert_eq!(json["totals"][0]["debit"], 8_100);
    let sales = json["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["account"] == "sales:bigbluebus");
    assert_eq!(sales.unwrap()["balance"], -3_750);
    assert_eq!(sales.unwrap()["class"], "income");
}

async fn a_trial_balance_can_be_made_as_of_any_position(world: World) {
    let server = world.serve().await;
    server
        .append([write::<Purchase>(
            purchase(1),
            [started(1), charged("1"), completed()],
        )])
        .await;
    for until in 0..=3 {
        let balance = TrialBalance::as_of(&*server.log(), &Upcasters::new(), Position(until))
            .await
            .unwrap();
        let expected = balances(
            [started(1), charged("1"), completed()]
                .into_iter()
                .take(usize::try_from(until).unwrap()),
        );
        let open = balance.accounts().filter(|row| row.totals.balance() != 0);
        assert_eq!(
            open.map(|row| (row.account.to_string(), row.totals.balance()))
                .collect::<Vec<_>>(),
            expected
        );
    }
}

async fn a_log_that_cannot_be_booked_has_no_trial_balance(world: World) {
    let server = world.serve().await;
    server
        .append([write::<Purchase>(
            purchase(1),
            [started(1), charged("1"), charged("2")],
        )])
        .await;
    let error = TrialBalance::of(&*server.log(), &Upcasters::new())
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            LedgerError::Unbookable {
                position: Position(3),
                ..
            }
        ),
        "{error}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to a purchase can be booked, and the books balance after every event.
    #[test]
    fn debits_equal_credits_at_every_position(start in any_start(), commands in any_commands()) {
        let (events, _) = history(1, start, commands);
        let (mut books, mut balance) = (Books::default(), TrialBalance::default());
        for event in &events {
            let entry: Entry = books.book(&purchase(1), event).unwrap();
            prop_assert!(entry.is_balanced());
            balance.add(&entry);
            prop_assert!(balance.is_balanced());
        }
    }

    /// What is left at Stripe is what was taken less what was sent back and what a bank holds or kept.
    #[test]
    fn the_stripe_balances_are_what_moved(start in any_start(), commands in any_commands()) {
        let (events, state) = history(1, start, commands);
        let balances = balances(events);
        let of = |name: &str| balances.iter().filter(|(account, _)| account.starts_with(name)).map(|it| it.1).sum::<i128>();
        let charged = state.charge().map_or(0, |charge| i128::from(charge.amount.amount));
        let sent = state.refunds().values().filter(|refund| matches!(refund.state, domain::purchase::RefundState::Done { .. }));
        let sent: i128 = sent.map(|refund| i128::from(refund.amount.amount)).sum();
        prop_assert_eq!(of("stripe_balance:"), charged - sent - of("disputed_funds:") - of("dispute_losses:"));
    }
}
