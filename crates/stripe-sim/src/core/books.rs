//! One account's objects, and the dump of all of them for independent checks.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::events::Events;
use super::nouns::accounts::Profile;
use super::nouns::application_fees::ApplicationFee;
use super::nouns::balance::BalanceTransaction;
use super::nouns::charges::Charge;
use super::nouns::customers::Customer;
use super::nouns::disputes::Dispute;
use super::nouns::payment_intents::PaymentIntent;
use super::nouns::payment_methods::PaymentMethod;
use super::nouns::payouts::Payout;
use super::nouns::refunds::Refund;
use super::nouns::setup_intents::SetupIntent;
use super::nouns::sources::{SavedCard, Source};
use super::nouns::tokens::Token;
use super::nouns::webhook_endpoints::Endpoint;
use super::table::{Object, Table};
use super::world::World;

/// Everything that belongs to one account. No id in here is known in another account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) profile: Profile,
    pub(crate) customers: Table<Customer>,
    pub(crate) tokens: Table<Token>,
    pub(crate) cards: Table<SavedCard>,
    pub(crate) sources: Table<Source>,
    pub(crate) payment_methods: Table<PaymentMethod>,
    pub(crate) payment_intents: Table<PaymentIntent>,
    pub(crate) setup_intents: Table<SetupIntent>,
    pub(crate) charges: Table<Charge>,
    pub(crate) refunds: Table<Refund>,
    pub(crate) disputes: Table<Dispute>,
    /// Fees this account has earned as a platform.
    pub(crate) application_fees: Table<ApplicationFee>,
    pub(crate) balance_transactions: Table<BalanceTransaction>,
    pub(crate) payouts: Table<Payout>,
    pub(crate) endpoints: Table<Endpoint>,
    pub(crate) events: Events,
    /// The newest link to hosted onboarding, with where it leads back to: nobody fills in a form here.
    pub(crate) onboarding_link: Option<Value>,
    /// Whether the automatic payout schedule has a timer.
    pub(crate) payout_scheduled: bool,
}

impl Account {
    pub(crate) fn new(profile: Profile) -> Self {
        Self {
            profile,
            customers: Table::default(),
            tokens: Table::default(),
            cards: Table::default(),
            sources: Table::default(),
            payment_methods: Table::default(),
            payment_intents: Table::default(),
            setup_intents: Table::default(),
            charges: Table::default(),
            refunds: Table::default(),
            disputes: Table::default(),
            application_fees: Table::default(),
            balance_transactions: Table::default(),
            payouts: Table::default(),
            endpoints: Table::default(),
            events: Events::default(),
            onboarding_link: None,
            payout_scheduled: false,
        }
    }

    /// A platform account, as it is made when its key is first used.
    pub(crate) fn platform(id: &str, now: i64) -> Self {
        Self::new(Profile::platform(id, now))
    }
}

/// All money objects of all accounts, sorted by account id.
pub(super) fn dump(world: &World) -> Value {
    let mut accounts: Vec<(&String, &Account)> = world.accounts.iter().collect();
    accounts.sort_by_key(|(id, _)| *id);
    let books: BTreeMap<&String, Value> = accounts
        .into_iter()
        .map(|(id, account)| (id, dump_account(account, world.now)))
        .collect();
    json!({ "now": world.now, "links": world.links, "accounts": books })
}

fn dump_account(account: &Account, now: i64) -> Value {
    json!({
        "account": account.profile.render(now),
        "balance": super::nouns::balance::render(account, now),
        "customers": rows(&account.customers, now),
        "payment_intents": rows(&account.payment_intents, now),
        "charges": rows(&account.charges, now),
        "refunds": rows(&account.refunds, now),
        "disputes": rows(&account.disputes, now),
        "application_fees": rows(&account.application_fees, now),
        "balance_transactions": rows(&account.balance_transactions, now),
        "payouts": rows(&account.payouts, now),
        "onboarding_link": account.onboarding_link,
    })
}

fn rows<T: Object>(table: &Table<T>, now: i64) -> Vec<Value> {
    table.iter().map(|row| row.render(now)).collect()
}
