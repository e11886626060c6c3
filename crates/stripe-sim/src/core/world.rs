//! The whole simulated Stripe: accounts, who may act for whom, and what is still to happen.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::access;
use super::books::Account;
use super::cards::IssuerCode;
use super::command::CommandError;
use super::error::ApiError;
use super::events::WebhookCall;
use super::ids::Ids;
use super::nouns::{payment_intents, payouts, refunds};

/// Something that happens by itself at a time.
#[derive(Debug, Clone)]
pub(crate) enum Timer {
    /// An asynchronous refund reaches its end.
    RefundEnds { account: String, refund: String },
    /// A payout arrives at the bank.
    PayoutArrives { account: String, payout: String },
    /// The automatic payout schedule runs for the account.
    PayoutSchedule { account: String },
    /// A payment that was never captured is released.
    CaptureExpires { account: String, charge: String },
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) accounts: HashMap<String, Account>,
    /// Platform to the accounts connected to it.
    pub(crate) links: BTreeMap<String, BTreeSet<String>>,
    /// Ephemeral secret to account, customer and expiry.
    pub(crate) ephemeral: HashMap<String, (String, String, i64)>,
    /// Authorization codes of OAuth that were not yet exchanged: code to platform and account.
    pub(crate) oauth_codes: HashMap<String, (String, String)>,
    /// Keys that OAuth gave out, and the account each belongs to.
    pub(crate) issued_keys: HashMap<String, String>,
    pub(crate) ids: Ids,
    pub(crate) outbox: Vec<WebhookCall>,
    timers: BTreeMap<(i64, u64), Timer>,
    timers_set: u64,
    /// Simulated time minus real time, seconds.
    pub(crate) offset: i64,
    /// Simulated time of what is being done, Unix seconds.
    pub(crate) now: i64,
    /// The request that is being executed: its id and idempotency key, for events.
    pub(crate) request: Option<(String, Option<String>)>,
    /// What the issuer says to whatever the request charges.
    pub(crate) issuer: Option<IssuerCode>,
    /// How many events an account keeps; older ones can no longer be read.
    pub(crate) events_kept: usize,
}

impl World {
    pub(crate) fn new(seed: u64, events_kept: usize) -> Self {
        Self {
            accounts: HashMap::new(),
            links: BTreeMap::new(),
            ephemeral: HashMap::new(),
            oauth_codes: HashMap::new(),
            issued_keys: HashMap::new(),
            ids: Ids::new(seed),
            outbox: Vec::new(),
            timers: BTreeMap::new(),
            timers_set: 0,
            offset: 0,
            now: 0,
            request: None,
            issuer: None,
            events_kept,
        }
    }

    pub(crate) fn set_timer(&mut self, due: i64, timer: Timer) {
        self.timers_set += 1;
        self.timers.insert((due, self.timers_set), timer);
    }

    /// Let everything happen that is due by `now`, each at its own time.
    pub(crate) fn advance_to(&mut self, now: i64) {
        while let Some(entry) = self.timers.first_entry() {
            let (due, _) = *entry.key();
            if due > now {
                break;
            }
            let timer = entry.remove();
            self.now = self.now.max(due);
            self.request = None;
            match timer {
                Timer::RefundEnds { account, refund } => refunds::finish(self, &account, &refund),
                Timer::PayoutArrives { account, payout } => payouts::arrive(self, &account, &payout),
                Timer::PayoutSchedule { account } => payouts::run_schedule(self, &account),
                Timer::CaptureExpires { account, charge } => {
                    payment_intents::expire_capture(self, &account, &charge);
                }
            }
        }
        self.now = self.now.max(now);
    }

    /// The platform account behind a key, made on first use.
    pub(crate) fn ensure_platform(&mut self, id: &str) {
        if !self.accounts.contains_key(id) {
            self.accounts
                .insert(id.to_owned(), Account::platform(id, self.now));
        }
    }

    pub(crate) fn account(&self, id: &str) -> Result<&Account, ApiError> {
        self.accounts
            .get(id)
            .ok_or_else(|| ApiError::missing("account", id, "account"))
    }

    pub(crate) fn account_mut(&mut self, id: &str) -> Result<&mut Account, ApiError> {
        self.accounts
            .get_mut(id)
            .ok_or_else(|| ApiError::missing("account", id, "account"))
    }

    /// An account by id, for commands.
    pub(crate) fn existing(&mut self, id: &str) -> Result<&mut Account, CommandError> {
        self.accounts.get_mut(id).ok_or_else(|| CommandError::NoSuch {
            noun: "account",
            id: id.to_owned(),
        })
    }

    /// An account named by its id or by one of its keys; a platform is made on first use.
    pub(crate) fn account_named(&mut self, name: &str) -> Result<String, CommandError> {
        if let Some(account) = access::platform_of_key(name) {
            self.ensure_platform(&account);
            return Ok(account);
        }
        self.existing(name)?;
        Ok(name.to_owned())
    }

    pub(crate) fn link(&mut self, platform: &str, account: &str) {
        self.links
            .entry(platform.to_owned())
            .or_default()
            .insert(account.to_owned());
    }

    pub(crate) fn unlink(&mut self, platform: &str, account: &str) -> bool {
        self.links
            .get_mut(platform)
            .is_some_and(|accounts| accounts.remove(account))
    }

    pub(crate) fn is_linked(&self, platform: &str, account: &str) -> bool {
        self.links
            .get(platform)
            .is_some_and(|accounts| accounts.contains(account))
    }
}
