//! Fares picked from a catalog: whether they may be bought together, and by whom.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Cart, CartRejection};
use crate::{
    FareId, OperatorId, User,
    catalog::{CatalogContent, Fare},
};

/// The most that one order may hold, whatever catalogs and fares allow. A book counts once: it is bought as one item.
pub const ORDER_LIMIT: u32 = 100;

/// Who wants to buy, from whom and when.
#[derive(Debug, Clone, Copy)]
pub struct Buyer<'a> {
    /// The rider, where one is known.
    pub user: Option<&'a User>,
    /// Who sells.
    pub operator: &'a OperatorId,
    /// Now.
    pub at: DateTime<Utc>,
}

/// Fares of one catalog and how many of each, every one of them for sale.
#[derive(Debug, Clone)]
pub struct Selection<'a> {
    pub(super) content: &'a CatalogContent,
    pub(super) lines: Vec<(&'a Fare, u32)>,
}

impl<'a> Selection<'a> {
    /// Looks up what is wished for, in the order of the wishes.
    pub fn of_wishes<'w>(
        content: &'a CatalogContent,
        wishes: impl IntoIterator<Item = &'w (FareId, u32)>,
        at: DateTime<Utc>,
    ) -> Result<Self, CartRejection> {
        let lines: Result<_, CartRejection> = wishes
            .into_iter()
            .map(|(id, quantity)| match content.fare_for_sale(id, at) {
                Some(fare) => Ok((fare, *quantity)),
                None => Err(CartRejection::NoSuchFare { fare: id.clone() }),
            })
            .collect();
        Ok(Self {
            content,
            lines: lines?,
        })
    }

    /// Looks up what a cart holds, in the catalog's order.
    pub fn of_cart(
        content: &'a CatalogContent,
        cart: &Cart,
        at: DateTime<Utc>,
    ) -> Result<Self, CartRejection> {
        let held = cart.quantities();
        if let Some(gone) = held.keys().find(|id| content.fare_for_sale(id, at).is_none()) {
            return Err(CartRejection::OutOfDate { fare: gone.clone() });
        }
        let lines = content
            .fares
            .iter()
            .filter_map(|fare| Some((fare, *held.get(&fare.id)?)))
            .collect();
        Ok(Self { content, lines })
    }

    /// Whether nothing is selected.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Limits hold for a fare however often it is named.
    pub fn check_limits(&self) -> Result<(), CartRejection> {
        if self.is_empty() || self.lines.iter().any(|(_, quantity)| *quantity == 0) {
            return Err(CartRejection::Empty);
        }
        let mut of_each: BTreeMap<&FareId, (&Fare, u32)> = BTreeMap::new();
        for (fare, quantity) in &self.lines {
            let (_, sum) = of_each.entry(&fare.id).or_insert((fare, 0));
            *sum = sum.saturating_add(*quantity);
        }
        for (fare, quantity) in of_each.values() {
            if let Some(limit) = fare.limit_per_order.filter(|limit| quantity > limit) {
                let fare = fare.id.clone();
                return Err(CartRejection::FareLimit { fare, limit });
            }
        }
        let all = of_each
            .values()
            .fold(0_u32, |all, (_, quantity)| all.saturating_add(*quantity));
        let limit = self.content.passes_per_order.unwrap_or(ORDER_LIMIT);
        let limit = limit.min(ORDER_LIMIT);
        if all > limit {
            return Err(CartRejection::OrderLimit { limit });
        }
        Ok(())
    }

    /// Whether this rider, or nobody in particular, may buy all of it.
    pub fn check_buyer(&self, buyer: Buyer<'_>) -> Result<(), CartRejection> {
        for (fare, _) in &self.lines {
            if fare.login_required && buyer.user.is_none() {
                let fare = fare.id.clone();
                return Err(CartRejection::LoginRequired { fare });
            }
            let allowed = |user: &User| user.may_buy_restricted(buyer.operator, &fare.id, buyer.at);
            if fare.restriction.is_some() && !buyer.user.is_some_and(allowed) {
                let fare = fare.id.clone();
                return Err(CartRejection::Restricted { fare });
            }
        }
        Ok(())
    }
}
