//! A pass book: passes bought as one item and used one by one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{event::IssueCause, standing::Standing};
use crate::{PassBookId, PassId, PurchaseId, RefundId, TransferId, catalog::PassTerms};

/// The most rides that one book may hold: a bound on what a single event can bring into being.
pub const MAX_BOOK_PASSES: u32 = 1_000;

/// A book as this wallet knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassBook {
    pub(super) id: PassBookId,
    pub(super) passes: Vec<PassId>,
    pub(super) terms: PassTerms,
    pub(super) cause: IssueCause,
    pub(super) issued_at: DateTime<Utc>,
    /// Whether it came into being in this wallet.
    pub(super) issued_here: bool,
    pub(super) standing: Standing,
}

impl PassBook {
    /// Which it is.
    #[must_use]
    pub const fn id(&self) -> &PassBookId {
        &self.id
    }

    /// Its rides, first to last. `Wallet::unactivated_remaining_count` says how many are left.
    #[must_use]
    pub fn passes(&self) -> &[PassId] {
        &self.passes
    }

    /// What it was sold as.
    #[must_use]
    pub const fn terms(&self) -> &PassTerms {
        &self.terms
    }

    /// Why it came into being.
    #[must_use]
    pub const fn cause(&self) -> &IssueCause {
        &self.cause
    }

    /// When it came into being, in whichever wallet that was.
    #[must_use]
    pub const fn issued_at(&self) -> DateTime<Utc> {
        self.issued_at
    }

    /// The purchase by which the holder of this wallet bought it; none for what was bought by somebody else, or not at
    /// all.
    #[must_use]
    pub fn bought_by(&self) -> Option<&PurchaseId> {
        self.cause.purchase().filter(|_| self.issued_here)
    }

    /// What has become of the book as a whole.
    #[must_use]
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The refund that voided it, and when.
    #[must_use]
    pub const fn refund(&self) -> Option<(&RefundId, DateTime<Utc>)> {
        self.standing.refund()
    }

    /// The transfer it waits for or left by.
    #[must_use]
    pub const fn transfer(&self) -> Option<&TransferId> {
        self.standing.transfer()
    }

    /// When it left for another wallet, if it did.
    #[must_use]
    pub const fn transferred_at(&self) -> Option<DateTime<Utc>> {
        self.standing.moved_at()
    }
}
