//! What the ids of passes and books say: which purchase gave them, which book a ride is of, and what they stand in for.
//!
//! They are derived when an item comes into being (`ids`), so that nothing has to be looked up to go back from one.

use crate::{PassBookId, PassId, PurchaseId, wallet::ItemId};

/// Ends the id of what was given in place of an item.
const REISSUED: &str = ".reissued";
/// Ends the id of what a fare cap gave (`PassId::capping`).
const CAPPED: &str = ".fare_cap";
/// Stands between the id of a book and the ordinal of a ride.
const RIDE: &str = ".sub_pass_";

impl PassId {
    /// What is given in place of this pass, which happens to a pass once. None where the id would be too long to be
    /// read back.
    #[must_use]
    pub fn reissued(&self) -> Option<Self> {
        Self::parse(format!("{self}{REISSUED}")).ok()
    }

    /// The book that it is a ride of, and its ordinal there, counted from 1.
    #[must_use]
    pub fn ride_of(&self) -> Option<(PassBookId, u32)> {
        let (book, ordinal) = self.as_str().strip_prefix("pass_")?.split_once(RIDE)?;
        Some((
            PassBookId::parse(format!("book_{book}")).ok()?,
            ordinal.parse().ok()?,
        ))
    }
}

impl PassBookId {
    /// What is given in place of this book, which happens to a book once. None where the id would be too long to be
    /// read back.
    #[must_use]
    pub fn reissued(&self) -> Option<Self> {
        Self::parse(format!("{self}{REISSUED}")).ok()
    }
}

impl ItemId {
    /// The id as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pass(id) => id.as_str(),
            Self::PassBook(id) => id.as_str(),
        }
    }

    /// What is given in place of this item, which happens to an item once.
    #[must_use]
    pub fn reissued(&self) -> Option<Self> {
        match self {
            Self::Pass(id) => id.reissued().map(Self::Pass),
            Self::PassBook(id) => id.reissued().map(Self::PassBook),
        }
    }

    /// The item as it was sold, if this one stands in for it; otherwise itself.
    #[must_use]
    pub fn original(&self) -> Self {
        let sold = self.as_str().replace(REISSUED, "");
        match self {
            Self::Pass(_) => PassId::parse(sold).map(Self::Pass),
            Self::PassBook(_) => PassBookId::parse(sold).map(Self::PassBook),
        }
        .unwrap_or_else(|_| self.clone())
    }

    /// What was bought as one: the book of a ride, otherwise the item itself.
    #[must_use]
    pub fn whole(&self) -> Self {
        match self {
            Self::Pass(id) => id
                .ride_of()
                .map_or_else(|| self.clone(), |(book, _)| Self::PassBook(book)),
            Self::PassBook(_) => self.clone(),
        }
    }

    /// Whether a fare cap gave it, or what it stands in for.
    #[must_use]
    pub fn is_of_a_cap(&self) -> bool {
        self.as_str().contains(CAPPED)
    }

    /// What was bought as one and led to it: of what a fare cap gave, the pass that reached the cap.
    #[must_use]
    pub fn root(&self) -> Self {
        let original = self.original();
        let uncapped = original.as_str().replace(CAPPED, "");
        Self::read(&uncapped).unwrap_or(original).whole()
    }

    /// The purchase from which it comes, whatever it stands in for.
    #[must_use]
    pub fn purchase(&self) -> Option<PurchaseId> {
        let id = self.as_str();
        let bare = id.strip_prefix("pass_").or_else(|| id.strip_prefix("book_"))?;
        let bare = bare.split_once('.').map_or(bare, |(bare, _)| bare);
        let (purchase, _) = bare.rsplit_once('_')?;
        PurchaseId::parse(format!("pur_{purchase}")).ok()
    }

    /// An id of either kind, as it is written.
    #[must_use]
    pub fn read(id: &str) -> Option<Self> {
        match PassBookId::parse(id) {
            Ok(book) => Some(Self::PassBook(book)),
            Err(_) => PassId::parse(id).ok().map(Self::Pass),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_item_says_where_it_comes_from() {
        let purchase = PurchaseId::from_uuid(Uuid::from_u128(7));
        let (pass, book) = (PassId::bought(&purchase, 1), PassBookId::bought(&purchase, 2));
        let capping = PassId::capping(&pass).unwrap();
        let ride = PassId::of_book(&book, 3);
        for id in [
            ItemId::Pass(pass.clone()),
            ItemId::Pass(pass.reissued().unwrap().reissued().unwrap()),
            ItemId::PassBook(book.clone()),
            ItemId::Pass(ride.clone()),
            ItemId::Pass(capping),
        ] {
            assert_eq!(id.purchase().as_ref(), Some(&purchase), "{id:?}");
            assert_eq!(ItemId::read(id.as_str()), Some(id));
        }
        assert_eq!(ItemId::Pass(PassId::parse("pass_new").unwrap()).purchase(), None);
        let capped_ride = ItemId::Pass(PassId::capping(&ride).unwrap());
        assert!(capped_ride.is_of_a_cap());
        assert_eq!(capped_ride.root(), ItemId::PassBook(book.clone()));
        assert_eq!(ride.ride_of(), Some((book.clone(), 3)));
        assert_eq!(pass.ride_of(), None);
    }

    #[test]
    fn what_stands_in_for_an_item_leads_back_to_it() {
        let purchase = PurchaseId::from_uuid(Uuid::from_u128(7));
        let book = PassBookId::bought(&purchase, 2);
        let again = book.reissued().unwrap();
        let ride = ItemId::Pass(PassId::of_book(&again, 3));
        assert_eq!(ride.original(), ItemId::Pass(PassId::of_book(&book, 3)));
        assert_eq!(ride.whole(), ItemId::PassBook(again.clone()));
        assert_eq!(ItemId::PassBook(again).original(), ItemId::PassBook(book));
    }
}
