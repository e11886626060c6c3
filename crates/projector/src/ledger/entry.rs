//! A journal entry: what one event does to the accounts.

use std::collections::BTreeMap;

use domain::{Currency, Money};
use serde::Serialize;

use super::Account;

/// Which side of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The left.
    Debit,
    /// The right.
    Credit,
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::Debit => Self::Credit,
            Self::Credit => Self::Debit,
        }
    }
}

/// One line of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Which account.
    pub account: Account,
    /// On which side of it.
    pub side: Side,
    /// How much; never negative.
    pub amount: Money,
}

/// What one event does to the accounts. Empty when it moves no money.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Entry {
    /// Debits and credits.
    pub lines: Vec<Line>,
}

impl Entry {
    /// Adds a debit and a credit of the same amount. Nothing is written for nothing.
    #[must_use]
    pub fn and(mut self, debit: Account, credit: Account, amount: Money) -> Self {
        if amount.amount != 0 {
            self.lines.push(Line {
                account: debit,
                side: Side::Debit,
                amount,
            });
            self.lines.push(Line {
                account: credit,
                side: Side::Credit,
                amount,
            });
        }
        self
    }

    /// The entry that undoes this one.
    #[must_use]
    pub fn reversed(self) -> Self {
        let lines = self.lines.into_iter();
        Self {
            lines: lines
                .map(|line| Line {
                    side: line.side.other(),
                    ..line
                })
                .collect(),
        }
    }

    /// Whether no amount is negative and debits equal credits in every currency (invariant M4).
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for line in &self.lines {
            let amount = i128::from(line.amount.amount);
            *sums.entry(line.amount.currency).or_default() += match line.side {
                Side::Debit => amount,
                Side::Credit => -amount,
            };
        }
        self.lines.iter().all(|line| line.amount.amount >= 0) && sums.values().all(|sum| *sum == 0)
    }
}
