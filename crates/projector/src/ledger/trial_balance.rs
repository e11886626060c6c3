//! The trial balance: every account with its debits, credits and balance.

use std::collections::BTreeMap;

use domain::{Aggregate, Currency, Purchase, PurchaseId, purchase::PurchaseEvent};
use event_log::{EventLog, Filter, LiftError, Position, ReadError, Recorded, Upcasters};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{Account, Books, Class, Entry, Side, Unbookable};

/// How many events are held in memory at once.
const BATCH: usize = 2_000;

/// Why the books could not be made.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An event cannot be read by today's code.
    #[error("event {position}: {source}")]
    Lift {
        /// Where it stands.
        position: Position,
        /// What is wrong with it.
        source: LiftError,
    },
    /// The log contradicts itself.
    #[error("event {position} {source}")]
    Unbookable {
        /// Where the event stands.
        position: Position,
        /// What is wrong with it.
        source: Unbookable,
    },
    /// A purchase's stream is not named as one.
    #[error("event {position} belongs to no purchase")]
    Stream {
        /// Where the event stands.
        position: Position,
    },
}

/// Sums of one account, or of all, in minor units of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// All debits.
    pub debit: i128,
    /// All credits.
    pub credit: i128,
}

impl Totals {
    /// Debits less credits: positive is a debit balance.
    #[must_use]
    pub const fn balance(&self) -> i128 {
        self.debit - self.credit
    }

    fn add(&mut self, side: Side, amount: i64) {
        match side {
            Side::Debit => self.debit += i128::from(amount),
            Side::Credit => self.credit += i128::from(amount),
        }
    }
}

/// One account in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountTotals<'a> {
    /// The account.
    pub account: &'a Account,
    /// Of what the amounts are minor units.
    pub currency: Currency,
    /// Its sums.
    pub totals: Totals,
}

impl Serialize for AccountTotals<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("AccountTotals", 6)?;
        row.serialize_field("account", self.account)?;
        row.serialize_field::<Class>("class", &self.account.class())?;
        row.serialize_field("currency", &self.currency)?;
        row.serialize_field("debit", &self.totals.debit)?;
        row.serialize_field("credit", &self.totals.credit)?;
        row.serialize_field("balance", &self.totals.balance())?;
        row.end()
    }
}

/// Every account with its debits, credits and balance, by currency, as of a position of the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrialBalance {
    as_of: Position,
    accounts: BTreeMap<Currency, BTreeMap<Account, Totals>>,
}

impl TrialBalance {
    /// Of the whole log as it is now, in bounded batches.
    pub async fn of(log: &dyn EventLog, upcasters: &Upcasters) -> Result<Self, LedgerError> {
        let head = log.head().await?;
        Self::as_of(log, upcasters, head).await
    }

    /// Of the log up to and including `until`.
    pub async fn as_of(
        log: &dyn EventLog,
        upcasters: &Upcasters,
        until: Position,
    ) -> Result<Self, LedgerError> {
        let filter = Filter::categories([Purchase::CATEGORY]);
        let (mut books, mut balance) = (Books::default(), Self::default());
        let mut read_to = Position::START;
        loop {
            let events = log.read(read_to, BATCH, &filter).await?;
            for event in events.iter().take_while(|event| event.position <= until) {
                balance.add(&entry_of(&mut books, event, upcasters)?);
            }
            match events.last() {
                Some(last) if last.position < until && events.len() == BATCH => read_to = last.position,
                _ => break,
            }
        }
        balance.as_of = until;
        Ok(balance)
    }

    /// Adds an entry.
    pub fn add(&mut self, entry: &Entry) {
        for line in &entry.lines {
            let accounts = self.accounts.entry(line.amount.currency).or_default();
            accounts
                .entry(line.account.clone())
                .or_default()
                .add(line.side, line.amount.amount);
        }
    }

    /// Position of the last event that is in it.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.as_of
    }

    /// Every account that anything was ever booked on, by currency and then in the order of the chart.
    pub fn accounts(&self) -> impl Iterator<Item = AccountTotals<'_>> {
        self.accounts.iter().flat_map(|(currency, accounts)| {
            accounts.iter().map(|(account, totals)| AccountTotals {
                account,
                currency: *currency,
                totals: *totals,
            })
        })
    }

    /// All debits and credits of each currency.
    pub fn totals(&self) -> impl Iterator<Item = (Currency, Totals)> {
        self.accounts.iter().map(|(currency, accounts)| {
            let sum = |side: fn(&Totals) -> i128| accounts.values().map(side).sum();
            (
                *currency,
                Totals {
                    debit: sum(|it| it.debit),
                    credit: sum(|it| it.credit),
                },
            )
        })
    }

    /// Whether debits equal credits in every currency.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        self.totals().all(|(_, totals)| totals.balance() == 0)
    }
}

/// What an event of a purchase's stream does to the accounts.
fn entry_of(books: &mut Books, event: &Recorded, upcasters: &Upcasters) -> Result<Entry, LedgerError> {
    let position = event.position;
    let purchase = PurchaseId::parse(event.stream.id()).map_err(|_| LedgerError::Stream { position })?;
    let lifted: PurchaseEvent = event
        .lift(upcasters)
        .map_err(|source| LedgerError::Lift { position, source })?;
    books
        .book(&purchase, &lifted)
        .map_err(|source| LedgerError::Unbookable { position, source })
}

impl Serialize for TrialBalance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Sum {
            currency: Currency,
            #[serde(flatten)]
            totals: Totals,
        }
        let sums: Vec<Sum> = self
            .totals()
            .map(|(currency, totals)| Sum { currency, totals })
            .collect();
        let mut all = serializer.serialize_struct("TrialBalance", 4)?;
        all.serialize_field("as_of", &self.as_of)?;
        all.serialize_field("balanced", &self.is_balanced())?;
        all.serialize_field("accounts", &self.accounts().collect::<Vec<_>>())?;
        all.serialize_field("totals", &sums)?;
        all.end()
    }
}
