//! What an order would be: priced from the catalog in force, with the account that would be paid and our fee.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    AppId, FareId, Money, OperatorId, PurchaseId, StripeAccountId, User, UserId,
    catalog::{Fare, PassTerms},
    operator::{Charging, NotTransactable},
    purchase::{LineItem, Order},
};

use crate::Engine;

/// What the rider wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// From whom.
    pub operator: OperatorId,
    /// Which fares, and how many of each.
    pub fares: Vec<(FareId, u32)>,
}

/// An order that could be placed at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// What it holds, at which price.
    pub items: Vec<LineItem>,
    /// The sum.
    pub total: Money,
    /// Our fee within the sum.
    pub engine_fee: Money,
    /// The account to be paid.
    pub account: StripeAccountId,
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
    /// The operator has no catalog in force, or not this fare in it.
    #[error("no such fare")]
    NoSuchFare,
    /// The operator cannot be paid through this app at this moment.
    #[error("fares cannot be purchased: {0}")]
    NotTransactable(NotTransactable),
    /// The operator charges by itself, which this door does not serve.
    #[error("the operator charges by itself")]
    OperatorCharges,
    /// The rider may not buy this fare.
    #[error("the fare is restricted")]
    Restricted,
    /// More of one fare, or more in all, than one order may hold.
    #[error("too many passes in one order")]
    TooMany,
    /// Nothing was wished for, or nothing of some fare.
    #[error("the order is empty")]
    Empty,
    /// The sum cannot be made: mixed currencies, or out of range.
    #[error("the order does not add up")]
    DoesNotAddUp,
}

/// The most passes that one order may hold, whatever the fares allow.
pub const ORDER_LIMIT: u32 = 100;

impl Engine {
    /// Prices a wish for a rider at a moment.
    pub fn quote(
        &self,
        app: &AppId,
        user: Option<&User>,
        wish: &Wish,
        at: DateTime<Utc>,
    ) -> Result<Quote, NoQuote> {
        let operator = self
            .directory()
            .operator(&wish.operator)
            .filter(|it| it.link(app).is_some());
        let operator = operator.ok_or(NoQuote::NoSuchOperator)?;
        if operator.is_fare_free(at) {
            return Err(NoQuote::FareFree);
        }
        let catalog = self
            .directory()
            .catalog_in_force(&wish.operator, at)
            .ok_or(NoQuote::NoSuchFare)?;
        let fares: Option<Vec<(&Fare, u32)>> = wish
            .fares
            .iter()
            .map(|(id, quantity)| {
                let fare = catalog.content.fare_for_sale(id, at)?;
                Some((fare, *quantity))
            })
            .collect();
        let fares = fares.ok_or(NoQuote::NoSuchFare)?;
        let transactable = operator
            .transactable_for(app, at)
            .map_err(NoQuote::NotTransactable)?;
        if !matches!(transactable.charging, Charging::Engine) {
            return Err(NoQuote::OperatorCharges);
        }
        check_limits(&fares)?;
        check_restrictions(&fares, user, &wish.operator, at)?;
        let items: Vec<LineItem> = fares
            .into_iter()
            .map(|(fare, quantity)| LineItem {
                terms: PassTerms {
                    operator: wish.operator.clone(),
                    catalog_version: catalog.version,
                    fare: fare.clone(),
                    calendar: operator.calendar(),
                },
                quantity,
                unit_price: fare.price,
            })
            .collect();
        let total = sum(&items).ok_or(NoQuote::DoesNotAddUp)?;
        let engine_fee = transactable
            .fee
            .fee_on(total)
            .map_err(|_| NoQuote::DoesNotAddUp)?;
        Ok(Quote {
            items,
            total,
            engine_fee,
            account: transactable.account,
        })
    }
}

impl Quote {
    pub(crate) fn into_order(
        self,
        purchase: PurchaseId,
        app: AppId,
        user: UserId,
        operator: OperatorId,
    ) -> Order {
        Order {
            purchase,
            app,
            user,
            operator,
            items: self.items,
            total: self.total,
            engine_fee: self.engine_fee,
            activate_on: None,
        }
    }
}

/// Limits hold for a fare however often it is named.
fn check_limits(fares: &[(&Fare, u32)]) -> Result<(), NoQuote> {
    let mut of_each: BTreeMap<&FareId, (&Fare, u32)> = BTreeMap::new();
    let mut all = 0_u32;
    for (fare, quantity) in fares {
        if *quantity == 0 {
            return Err(NoQuote::Empty);
        }
        let (_, sum) = of_each.entry(&fare.id).or_insert((*fare, 0));
        *sum = sum.checked_add(*quantity).ok_or(NoQuote::TooMany)?;
        all = all.checked_add(*quantity).ok_or(NoQuote::TooMany)?;
    }
    let within = of_each
        .values()
        .all(|(fare, quantity)| fare.limit_per_order.is_none_or(|limit| *quantity <= limit));
    match all {
        0 => Err(NoQuote::Empty),
        all if all <= ORDER_LIMIT && within => Ok(()),
        _ => Err(NoQuote::TooMany),
    }
}

fn check_restrictions(
    fares: &[(&Fare, u32)],
    user: Option<&User>,
    operator: &OperatorId,
    at: DateTime<Utc>,
) -> Result<(), NoQuote> {
    let allowed = |fare: &Fare| {
        fare.restriction.is_none() || user.is_some_and(|user| user.may_buy_restricted(operator, &fare.id, at))
    };
    if fares.iter().all(|(fare, _)| allowed(fare)) {
        Ok(())
    } else {
        Err(NoQuote::Restricted)
    }
}

fn sum(items: &[LineItem]) -> Option<Money> {
    let currency = items.first()?.unit_price.currency;
    let prices: Option<Vec<Money>> = items
        .iter()
        .map(|line| line.unit_price.times(line.quantity).ok())
        .collect();
    Money::sum(currency, prices?).ok()
}
