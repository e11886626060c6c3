//! What a transfer is made of.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    PurchaseId,
    catalog::PassTerms,
    wallet::{IssueCause, IssuedItem, ItemId, MovedItem, Wallet},
};

/// One pass or book of a transfer, with what is needed to show it and to refund it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferItem {
    /// Which.
    pub item: ItemId,
    /// What it was sold as.
    pub terms: PassTerms,
    /// The purchase that paid for it; absent when no purchase did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<PurchaseId>,
    /// When it came into being.
    pub issued_at: DateTime<Utc>,
}

impl TransferItem {
    /// An item as a wallet holds it, if it does.
    #[must_use]
    pub fn of(wallet: &Wallet, item: &ItemId) -> Option<Self> {
        let (terms, cause, issued_at) = match item {
            ItemId::Pass(id) => wallet
                .pass(id)
                .map(|it| (it.terms(), it.cause(), it.issued_at()))?,
            ItemId::PassBook(id) => wallet
                .book(id)
                .map(|it| (it.terms(), it.cause(), it.issued_at()))?,
        };
        Some(Self {
            item: item.clone(),
            terms: terms.clone(),
            purchase: paid_by(item, cause),
            issued_at,
        })
    }
}

impl From<&MovedItem> for TransferItem {
    fn from(moved: &MovedItem) -> Self {
        let MovedItem {
            issued: IssuedItem { item, terms, .. },
            cause,
            issued_at,
            ..
        } = moved;
        Self {
            item: item.clone(),
            terms: terms.clone(),
            purchase: paid_by(item, cause),
            issued_at: *issued_at,
        }
    }
}

/// The purchase that paid for an item. What was given in place of another was paid for with that.
fn paid_by(item: &ItemId, cause: &IssueCause) -> Option<PurchaseId> {
    match cause {
        IssueCause::Purchase { purchase, .. } => Some(purchase.clone()),
        IssueCause::Reissue { .. } => item.purchase(),
        IssueCause::FareCap { .. } => None,
    }
}

/// The SHA-256 of a redemption code, in lower-case hexadecimal. The code itself opens the transfer to whoever has it,
/// so it stands in no event.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeHash(String);

/// Why a string is not the hash of a code. It never repeats the string, which may be a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 in lower-case hexadecimal")]
pub struct InvalidCodeHash;

impl CodeHash {
    const LENGTH: usize = 64;

    /// Checks length and characters.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidCodeHash> {
        let text = text.into();
        let is_hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() == Self::LENGTH && is_hex {
            Ok(Self(text))
        } else {
            Err(InvalidCodeHash)
        }
    }

    /// The hash as it is stored and looked up by.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeHash(…)")
    }
}

impl TryFrom<String> for CodeHash {
    type Error = InvalidCodeHash;
    fn try_from(text: String) -> Result<Self, InvalidCodeHash> {
        Self::parse(text)
    }
}

impl From<CodeHash> for String {
    fn from(hash: CodeHash) -> Self {
        hash.0
    }
}
