//! Filling a cart. Nothing of it is stored: what the app gets is everything there is to know.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{
    AppId, FareId, OperatorId, User, UserId,
    cart::{Buyer, Cart, CartChange, CartRejection, Priced, Prices, Selection},
    catalog::CatalogVersion,
    operator::Operator,
};

use crate::{Engine, Failure, quote::sells_here};

/// A cart as a client wants it.
#[derive(Debug, Clone)]
pub struct FillCart {
    /// Through which app.
    pub app: AppId,
    /// For whom, where the rider is known.
    pub user: Option<UserId>,
    /// What it is made from.
    pub from: CartSource,
    /// What is to change, each fare at most once.
    pub changes: Vec<(FareId, CartChange)>,
}

/// What a cart is made from.
#[derive(Debug, Clone)]
pub enum CartSource {
    /// From nothing, for the fares of an operator.
    Empty(OperatorId),
    /// From what it was before.
    Cart(Cart),
}

/// A cart with the prices in force.
#[derive(Debug, Clone)]
pub struct FilledCart {
    /// Whose fares.
    pub operator: Arc<Operator>,
    /// The catalog it is priced from.
    pub catalog: CatalogVersion,
    /// What it holds.
    pub cart: Cart,
    /// What that comes to.
    pub priced: Priced,
    /// Whether the operator's fares can be bought through this app at all.
    pub sold_here: bool,
    /// The rider.
    pub user: Option<User>,
    /// As of when.
    pub at: DateTime<Utc>,
}

/// Why a cart cannot be so, in the order in which the reasons are looked for.
#[derive(Debug, thiserror::Error)]
pub enum CartProblem {
    /// No such operator for this app, or one that sells no fares.
    #[error("no such operator")]
    NoSuchOperator,
    /// The operator cannot be paid through this app, at least not now.
    #[error("fares cannot be purchased")]
    NotSoldHere,
    /// One of the changes cannot be made.
    #[error("{fare}: {rejection}")]
    Change {
        /// Of which fare.
        fare: FareId,
        /// Why.
        rejection: CartRejection,
    },
    /// What would be in it cannot be.
    #[error(transparent)]
    Refused(#[from] CartRejection),
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Engine {
    /// Fills a cart, and prices it from the catalog in force. Without changes that is how a stale one is refreshed.
    pub async fn fill_cart(&self, fill: FillCart) -> Result<FilledCart, CartProblem> {
        let at = self.host().now();
        let (id, missing) = match &fill.from {
            CartSource::Empty(operator) => (operator, CartProblem::NoSuchOperator),
            // Whoever holds a cart knew the operator.
            CartSource::Cart(cart) => (cart.operator(), CartProblem::NotSoldHere),
        };
        let operator = self.directory().operator(id);
        let operator = operator.filter(|it| it.kind().sells_rides() && it.link(&fill.app).is_some());
        let catalog = self.directory().catalog_in_force(id, at);
        let (Some(operator), Some(catalog)) = (operator, catalog) else {
            return Err(missing);
        };
        let sold_here = sells_here(&operator, &fill.app, at).is_ok();
        if !sold_here && fill.changes.iter().any(|(_, change)| change.puts_in()) {
            return Err(CartProblem::NotSoldHere);
        }
        let mut cart = match fill.from {
            CartSource::Empty(operator) => Cart::empty(operator, catalog.version),
            CartSource::Cart(cart) => cart.priced_from(catalog.version),
        };
        for (fare, change) in fill.changes {
            let changed = cart.change(fare.clone(), change, &catalog.content, at);
            changed.map_err(|rejection| CartProblem::Change { fare, rejection })?;
        }
        let user = match &fill.user {
            Some(user) => self.rider(user).await?,
            None => None,
        };
        let priced = price(&cart, &catalog, user.as_ref(), at)?;
        Ok(FilledCart {
            operator,
            catalog,
            cart,
            priced,
            sold_here,
            user,
            at,
        })
    }
}

/// An empty cart is a cart, too.
fn price(
    cart: &Cart,
    catalog: &CatalogVersion,
    user: Option<&User>,
    at: DateTime<Utc>,
) -> Result<Priced, CartRejection> {
    let selection = Selection::of_cart(&catalog.content, cart, at)?;
    if !selection.is_empty() {
        selection.check_limits()?;
    }
    selection.check_buyer(Buyer {
        user,
        operator: cart.operator(),
        at,
    })?;
    selection.price(Prices::Cart)
}
