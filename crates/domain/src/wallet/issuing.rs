//! Passes coming into being: bought, given anew, or given for passes that a fare cap replaces.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{
    book::{MAX_BOOK_PASSES, PassBook},
    capping::paid_for_each,
    command::WalletRejection,
    event::{CapReached, Held, IssueCause, IssuedItem, ItemId, WalletEvent},
    pass::{Activation, Pass},
    standing::Standing,
    state::{Folded, Wallet},
};
use crate::{Decided, Money, PassBookId, PassId, catalog::Product};

/// Where an item comes from, whichever wallet it was first in.
pub(super) struct Origin<'a> {
    pub(super) cause: &'a IssueCause,
    pub(super) issued_at: DateTime<Utc>,
    /// Whether it comes into being here.
    pub(super) here: bool,
}

impl Wallet {
    /// Issues once per cause. A fare cap can be reached again, so there the item itself tells a repetition.
    pub(super) fn issue(
        &self,
        cause: IssueCause,
        items: Vec<IssuedItem>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        if matches!(cause, IssueCause::Reissue { .. }) {
            return Err(WalletRejection::NotReplaceable);
        }
        let before = self
            .items
            .iter()
            .filter(|item| self.cause(item).is_some_and(|it| is_same_once(it, &cause)));
        let before = before.count();
        let named = items.iter().map(|item| &item.item).collect::<BTreeSet<_>>().len();
        let repeated = named > 0 && items.iter().all(|item| self.was_issued(item, &cause));
        if repeated && (before == 0 || before == named) {
            return Ok(vec![]);
        }
        if before > 0 || items.iter().any(|item| self.standing(&item.item).is_some()) {
            return Err(WalletRejection::ItemDiffers);
        }
        self.can_take(items.iter())?;
        Ok(vec![WalletEvent::PassesIssued {
            cause,
            items,
            held: Held::default(),
            at,
        }])
    }

    /// Replaces passes that reached a cap: the old are void and the new is there, in one decision.
    pub(super) fn cap(
        &self,
        passes: Vec<PassId>,
        cap_group: String,
        replacement: IssuedItem,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let passes = distinct(passes);
        let cause = IssueCause::FareCap {
            cap_group: cap_group.clone(),
        };
        if !passes.is_empty()
            && self.was_issued(&replacement, &cause)
            && passes.iter().all(|id| self.is_capped(id, &cap_group))
        {
            return Ok(vec![]);
        }
        passes.iter().try_for_each(|id| self.can_cap(id))?;
        if self.standing(&replacement.item).is_some() {
            return Err(WalletRejection::ItemDiffers);
        }
        self.can_take([&replacement])?;
        if passes.is_empty() {
            return Err(WalletRejection::NoItems);
        }
        Ok(vec![
            WalletEvent::PassesCapped {
                passes,
                cap_group,
                cap: None,
                at,
            },
            WalletEvent::PassesIssued {
                cause,
                items: vec![replacement],
                held: Held::default(),
                at,
            },
        ])
    }

    pub(super) fn issued(
        &mut self,
        cause: &IssueCause,
        items: &[IssuedItem],
        held: &Held,
        at: DateTime<Utc>,
    ) -> Folded {
        match cause {
            IssueCause::Reissue { replaces } => self.check_reissue(replaces, items, held)?,
            IssueCause::Purchase { .. } | IssueCause::FareCap { .. } if held.is_none() => {}
            IssueCause::Purchase { .. } | IssueCause::FareCap { .. } => {
                return Err("what is new was never used");
            }
        }
        if items.iter().any(|item| self.standing(&item.item).is_some()) {
            return Err("an item is issued only once");
        }
        self.can_take(items)
            .map_err(|_| "only new items that are as they were sold are issued")?;
        for item in items {
            let origin = Origin {
                cause,
                issued_at: at,
                here: true,
            };
            self.put(item, &origin);
        }
        self.put_use(held, at);
        Ok(())
    }

    pub(super) fn capped(
        &mut self,
        passes: &[PassId],
        cap_group: &str,
        cap: Option<&CapReached>,
        at: DateTime<Utc>,
    ) -> Folded {
        if passes.is_empty() || passes.iter().any(|id| self.can_cap(id).is_err()) {
            return Err("only passes in good standing are capped");
        }
        if cap.is_some_and(|cap| !self.is_due(passes, cap_group, cap, at)) {
            return Err("passes are capped when what was paid for their group has reached the cap");
        }
        let standing = Standing::Capped {
            cap_group: cap_group.to_owned(),
            at,
        };
        for id in passes {
            self.stand(&ItemId::Pass(id.clone()), &standing, |_| true);
        }
        Ok(())
    }

    /// Whether these items can be put in: they are what they were sold as, and none of their passes is here except
    /// as one that left.
    pub(super) fn can_take<'a>(
        &self,
        items: impl IntoIterator<Item = &'a IssuedItem>,
    ) -> Result<(), WalletRejection> {
        let mut arriving = BTreeSet::new();
        let mut misfit = false;
        let mut none = true;
        for item in items {
            none = false;
            let Some(passes) = pass_ids_of(item) else {
                misfit = true;
                continue;
            };
            for id in passes {
                let there = self
                    .passes
                    .get(&id)
                    .is_some_and(|pass| !has_left(pass, &item.item));
                if there || !arriving.insert(id) {
                    return Err(WalletRejection::ItemDiffers);
                }
            }
        }
        match (misfit, none) {
            (true, _) => Err(WalletRejection::NotAsSold),
            (false, true) => Err(WalletRejection::NoItems),
            (false, false) => Ok(()),
        }
    }

    /// Puts an item in as if it had never been used. One that comes back takes its old place no more.
    pub(super) fn put(&mut self, issued: &IssuedItem, origin: &Origin<'_>) {
        if self.standing(&issued.item).is_some() {
            self.items.retain(|item| *item != issued.item);
        }
        self.items.push(issued.item.clone());
        let passes = pass_ids_of(issued).unwrap_or_default();
        let book = match &issued.item {
            ItemId::Pass(_) => None,
            ItemId::PassBook(id) => Some(id.clone()),
        };
        for (id, paid) in passes.iter().zip(paid_for_each(issued, origin.cause)) {
            let mut pass = fresh(id, book.clone(), issued, (origin, paid));
            if !origin.here {
                self.remember(&mut pass);
            }
            self.passes.insert(id.clone(), pass);
        }
        if let Some(id) = book {
            let was_here = self.books.get(&id).is_some_and(|book| book.issued_here);
            let book = PassBook {
                id: id.clone(),
                passes,
                terms: issued.terms.clone(),
                cause: origin.cause.clone(),
                issued_at: origin.issued_at,
                issued_here: origin.here || was_here,
                standing: Standing::Good,
            };
            self.books.insert(id, book);
        }
    }

    /// Whoever bought a pass, sent it and has it back has paid for it still; others have paid nothing.
    fn remember(&self, pass: &mut Pass) {
        let before = self.passes.get(&pass.id);
        pass.issued_here = before.is_some_and(|before| before.issued_here);
        pass.paid = before.map_or(Money::zero(pass.paid.currency), |before| before.paid);
    }

    /// Restores the use that an item brought along. Its ticket stayed behind, so it is stale here from the start.
    pub(super) fn put_use(&mut self, held: &Held, at: DateTime<Utc>) {
        for (id, first_at, ends_at) in &held.activations {
            if let Some(pass) = self.passes.get_mut(id) {
                pass.activation = Some(Activation {
                    first_at: *first_at,
                    ends_at: *ends_at,
                    ticket_expires_at: at.min(*ends_at),
                    device: None,
                });
            }
        }
    }

    fn was_issued(&self, item: &IssuedItem, cause: &IssueCause) -> bool {
        let terms = match &item.item {
            ItemId::Pass(id) => self
                .passes
                .get(id)
                .filter(|pass| pass.book.is_none())
                .map(Pass::terms),
            ItemId::PassBook(id) => self.books.get(id).map(PassBook::terms),
        };
        terms == Some(&item.terms) && self.cause(&item.item) == Some(cause)
    }

    fn is_capped(&self, id: &PassId, group: &str) -> bool {
        let standing = self.passes.get(id).map(Pass::standing);
        matches!(standing, Some(Standing::Capped { cap_group, .. }) if cap_group == group)
    }

    fn can_cap(&self, id: &PassId) -> Result<(), WalletRejection> {
        self.wanted_pass(id)?.standing.refusal().map_or(Ok(()), Err)
    }
}

/// The same list without repetitions, in the same order.
pub(super) fn distinct<T: Ord + Clone>(list: Vec<T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    list.into_iter().filter(|it| seen.insert(it.clone())).collect()
}

fn is_same_once(one: &IssueCause, other: &IssueCause) -> bool {
    match (one, other) {
        (IssueCause::Purchase { purchase: one, .. }, IssueCause::Purchase { purchase: other, .. }) => {
            one == other
        }
        (IssueCause::Reissue { replaces: one }, IssueCause::Reissue { replaces: other }) => one == other,
        _ => false,
    }
}

fn has_left(pass: &Pass, item: &ItemId) -> bool {
    let same_item = match item {
        ItemId::Pass(_) => pass.book.is_none(),
        ItemId::PassBook(book) => pass.book.as_ref() == Some(book),
    };
    same_item && matches!(pass.standing, Standing::Moved { .. })
}

fn fresh(
    id: &PassId,
    book: Option<PassBookId>,
    issued: &IssuedItem,
    (origin, paid): (&Origin<'_>, Money),
) -> Pass {
    Pass {
        id: id.clone(),
        book,
        terms: issued.terms.clone(),
        cause: origin.cause.clone(),
        issued_at: origin.issued_at,
        paid,
        issued_here: origin.here,
        standing: Standing::Good,
        activation: None,
        last_shown: None,
    }
}

/// The passes that an item consists of; none where it is not what it was sold as.
pub(super) fn pass_ids_of(issued: &IssuedItem) -> Option<Vec<PassId>> {
    match (&issued.item, issued.terms.fare.product) {
        (ItemId::Pass(id), Product::SinglePass) => Some(vec![id.clone()]),
        (
            ItemId::PassBook(id),
            Product::PassBook {
                passes: passes @ 1..=MAX_BOOK_PASSES,
            },
        ) => {
            // A ride's id is longer than its book's; one that would be too long could not be read back.
            (1..=passes)
                .map(|ordinal| PassId::parse(PassId::of_book(id, ordinal).as_str()).ok())
                .collect()
        }
        _ => None,
    }
}
