//! What an order would be: priced from the catalog in force, with the account that would be paid and our fee.

use chrono::{DateTime, Utc};
use domain::{
    AppId, FareId, Money, OperatorId, PurchaseId, StripeAccountId, User, UserId,
    cart::{Buyer, Cart, CartRejection, Priced, Prices, Selection},
    catalog::{CatalogVersion, PassTerms},
    operator::{Charging, NotTransactable, Operator, Transactable},
    purchase::{AtOnce, LineItem, Order},
};

use crate::Engine;

/// What the rider wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// These fares, and how many of each, at their usual prices.
    Fares {
        /// From whom.
        operator: OperatorId,
        /// Which.
        fares: Vec<(FareId, u32)>,
    },
    /// What is in a cart, for what the cart showed.
    Cart(Cart),
}

impl Wish {
    /// From whom.
    #[must_use]
    pub const fn operator(&self) -> &OperatorId {
        match self {
            Self::Fares { operator, .. } => operator,
            Self::Cart(cart) => cart.operator(),
        }
    }
}

/// An order that could be placed at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// From whom.
    pub operator: OperatorId,
    /// What it holds, at which price.
    pub items: Vec<LineItem>,
    /// The sum.
    pub total: Money,
    /// Our fee within the sum.
    pub engine_fee: Money,
    /// The account to be paid.
    pub account: StripeAccountId,
    /// Who makes the charge on it.
    pub charging: Charging,
}

/// Why it could not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoQuote {
    /// No such operator for this app.
    #[error("no such operator")]
    NoSuchOperator,
    /// Nothing to pay at this moment: rides are free.
    #[error("fares are free at this time")]
    FareFree,
    /// The cart holds what is not sold any more, or the prices changed while the order was placed.
    #[error("the fares are out of date")]
    FaresOutOfDate,
    /// The cart was priced from another version of the catalog than is in force.
    #[error("the cart is out of date")]
    StaleCart,
    /// There is no such fare.
    #[error("no such fare")]
    NoSuchFare,
    /// The operator cannot be paid through this app at this moment.
    #[error("fares cannot be purchased: {0}")]
    NotTransactable(NotTransactable),
    /// These fares together, or this rider, may not be.
    #[error(transparent)]
    Refused(CartRejection),
}

impl Engine {
    /// Prices a wish for a rider at a moment.
    pub fn quote(
        &self,
        app: &AppId,
        user: Option<&User>,
        wish: &Wish,
        at: DateTime<Utc>,
    ) -> Result<Quote, NoQuote> {
        let operator = self.directory().operator(wish.operator());
        let operator = operator.filter(|it| it.link(app).is_some());
        let operator = operator.ok_or_else(|| not_linked(wish))?;
        if operator.is_fare_free(at) {
            return Err(NoQuote::FareFree);
        }
        let catalog = self.directory().catalog_in_force(wish.operator(), at);
        let catalog = catalog.ok_or_else(|| not_sold(wish))?;
        let selection = select(wish, &catalog, at)?;
        let transactable = sells_here(&operator, app, at)?;
        selection.check_limits().map_err(NoQuote::Refused)?;
        let buyer = Buyer {
            user,
            operator: operator.id(),
            at,
        };
        selection.check_buyer(buyer).map_err(NoQuote::Refused)?;
        let kind = match wish {
            Wish::Fares { .. } => Prices::Usual,
            Wish::Cart(_) => Prices::Cart,
        };
        let priced = selection.price(kind).map_err(NoQuote::Refused)?;
        let engine_fee = transactable.fee.fee_on(priced.due);
        let engine_fee = engine_fee.map_err(|_| NoQuote::Refused(CartRejection::DoesNotAddUp))?;
        Ok(Quote {
            operator: operator.id().clone(),
            total: priced.due,
            items: items(&operator, catalog.version, priced),
            engine_fee,
            account: transactable.account,
            charging: transactable.charging,
        })
    }
}

/// That a rider of this app can pay the operator, and whom and how much of it.
pub(crate) fn sells_here(
    operator: &Operator,
    app: &AppId,
    at: DateTime<Utc>,
) -> Result<Transactable, NoQuote> {
    let transactable = operator.transactable_for(app, at);
    transactable.map_err(NoQuote::NotTransactable)
}

/// Whoever holds a cart knew the operator.
fn not_linked(wish: &Wish) -> NoQuote {
    match wish {
        Wish::Fares { .. } => NoQuote::NoSuchOperator,
        Wish::Cart(_) => NoQuote::NotTransactable(NotTransactable::NotLinked),
    }
}

fn not_sold(wish: &Wish) -> NoQuote {
    match wish {
        Wish::Fares { .. } => NoQuote::NoSuchFare,
        Wish::Cart(_) => NoQuote::FaresOutOfDate,
    }
}

/// A cart is bought for the prices that it showed, or not at all.
fn select<'a>(wish: &Wish, catalog: &'a CatalogVersion, at: DateTime<Utc>) -> Result<Selection<'a>, NoQuote> {
    let selection = match wish {
        Wish::Fares { fares, .. } => Selection::of_wishes(&catalog.content, fares, at),
        Wish::Cart(cart) => Selection::of_cart(&catalog.content, cart, at),
    };
    match (selection, wish) {
        (Err(CartRejection::NoSuchFare { .. }), _) => Err(NoQuote::NoSuchFare),
        (Err(CartRejection::OutOfDate { .. }), _) => Err(NoQuote::FaresOutOfDate),
        (Err(rejection), _) => Err(NoQuote::Refused(rejection)),
        (Ok(_), Wish::Cart(cart)) if cart.catalog_version() != catalog.version => Err(NoQuote::StaleCart),
        (Ok(selection), _) => Ok(selection),
    }
}

fn items(operator: &Operator, catalog_version: u32, priced: Priced) -> Vec<LineItem> {
    let lines = priced.lines.into_iter();
    lines
        .map(|line| LineItem {
            terms: PassTerms {
                operator: operator.id().clone(),
                catalog_version,
                fare: line.fare,
                calendar: operator.calendar(),
            },
            quantity: line.quantity,
            unit_price: line.unit_price,
        })
        .collect()
}

impl Quote {
    pub(crate) fn into_order(
        self,
        purchase: PurchaseId,
        app: AppId,
        user: UserId,
        at_once: Option<AtOnce>,
    ) -> Order {
        Order {
            purchase,
            app,
            user,
            operator: self.operator,
            items: self.items,
            parked: None,
            total: self.total,
            engine_fee: self.engine_fee,
            activate_at_once: at_once.is_some(),
            activate_on: at_once.and_then(|at_once| at_once.device),
        }
    }
}
