//! What the simulated Stripe has in its books, and what wallets say of it.

use std::collections::BTreeSet;

use serde_json::Value;

/// Stripe's own word on every payment.
pub(crate) struct Books(Value);

/// A charge that succeeded and was not given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Charge {
    /// The connected account that was paid.
    pub account: String,
    /// Minor units.
    pub amount: i64,
    /// What the engine kept of it.
    pub fee: i64,
    /// The purchase that it names.
    pub purchase: String,
}

impl Books {
    pub(super) fn new(books: Value) -> Self {
        assert!(books["accounts"].is_object(), "these are no books: {books}");
        Self(books)
    }

    /// Every payment that was taken and kept.
    pub(crate) fn kept(&self) -> Vec<Charge> {
        let accounts = self.0["accounts"].as_object().into_iter().flatten();
        accounts
            .flat_map(|(account, rows)| {
                let charges = rows["charges"].as_array().into_iter().flatten();
                charges.map(move |charge| (account, charge))
            })
            .filter(|(_, charge)| charge["status"] == "succeeded" && charge["amount_refunded"] == 0)
            .map(|(account, charge)| Charge {
                account: account.clone(),
                amount: charge["amount"].as_i64().unwrap(),
                fee: charge["application_fee_amount"].as_i64().unwrap_or_default(),
                purchase: charge["metadata"]["purchase"].as_str().unwrap().to_owned(),
            })
            .collect()
    }

    /// The customers of an account.
    pub(crate) fn customers(&self, account: &str) -> Vec<&str> {
        let customers = self.0["accounts"][account]["customers"].as_array();
        customers
            .into_iter()
            .flatten()
            .filter_map(|it| it["id"].as_str())
            .collect()
    }

    /// How many refunds there are.
    pub(crate) fn refunds(&self) -> usize {
        let accounts = self.0["accounts"].as_object().into_iter().flatten();
        accounts
            .map(|(_, rows)| rows["refunds"].as_array().map_or(0, Vec::len))
            .sum()
    }

    /// Each purchase that was paid is in a wallet, once, and nothing is that was not paid.
    #[track_caller]
    pub(crate) fn agree_with(&self, wallets: &[Value]) {
        let paid: Vec<String> = self.kept().into_iter().map(|charge| charge.purchase).collect();
        let paid_once: BTreeSet<&String> = paid.iter().collect();
        assert_eq!(paid_once.len(), paid.len(), "a purchase was charged twice");
        let held: Vec<String> = wallets.iter().flat_map(bought_in).collect();
        let held_once: BTreeSet<&String> = held.iter().collect();
        assert_eq!(held_once.len(), held.len(), "a purchase was issued twice");
        assert_eq!(held_once, paid_once);
    }
}

/// The purchases that a wallet's passes and books name. Rides of a book came with the book.
pub(crate) fn bought_in(wallet: &Value) -> Vec<String> {
    let passes = wallet["passes"].as_array().into_iter().flatten();
    let passes = passes.filter(|pass| pass.get("pass_book_id").is_none());
    let passes = passes.filter_map(|pass| pass["pass_id"].as_str()?.strip_prefix("pass_"));
    let books = wallet["pass_books"].as_array().into_iter().flatten();
    let books = books.filter_map(|book| book["pass_book_id"].as_str()?.strip_prefix("book_"));
    passes
        .chain(books)
        .map(|id| format!("pur_{}", id.rsplit_once('_').map_or(id, |(purchase, _)| purchase)))
        .collect()
}
