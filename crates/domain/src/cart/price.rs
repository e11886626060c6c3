//! What a selection comes to.

use super::{CartRejection, Selection};
use crate::{Money, MoneyError, catalog::Fare};

/// Which prices hold (ticketing API, "Fare object": discounts are for purchases made via carts only).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prices {
    /// The usual ones.
    Usual,
    /// The discounted ones, where there are.
    Cart,
}

/// So many of one fare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    /// Which.
    pub fare: Fare,
    /// How many.
    pub quantity: u32,
    /// What one of them costs here.
    pub unit_price: Money,
    /// What they usually cost together.
    pub usual: Money,
    /// What they cost here.
    pub due: Money,
}

/// A selection with its prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    /// In the selection's order.
    pub lines: Vec<PricedLine>,
    /// What it usually costs.
    pub usual: Money,
    /// What it costs here: what is charged.
    pub due: Money,
}

impl PricedLine {
    /// What it costs, if that is less than usual.
    #[must_use]
    pub fn discounted(&self) -> Option<Money> {
        (self.due != self.usual).then_some(self.due)
    }
}

impl Priced {
    /// What it costs, if that is less than usual.
    #[must_use]
    pub fn discounted(&self) -> Option<Money> {
        (self.due != self.usual).then_some(self.due)
    }
}

impl Selection<'_> {
    /// Adds it up. Every sum is one of whole minor units, so that nothing is ever rounded.
    pub fn price(&self, prices: Prices) -> Result<Priced, CartRejection> {
        self.add_up(prices).map_err(|_| CartRejection::DoesNotAddUp)
    }

    fn add_up(&self, prices: Prices) -> Result<Priced, MoneyError> {
        let lines: Result<Vec<PricedLine>, MoneyError> = self
            .lines
            .iter()
            .map(|(fare, quantity)| {
                let unit_price = match prices {
                    Prices::Usual => fare.price,
                    Prices::Cart => fare.discount().unwrap_or(fare.price),
                };
                Ok(PricedLine {
                    fare: (*fare).clone(),
                    quantity: *quantity,
                    unit_price,
                    usual: fare.price.times(*quantity)?,
                    due: unit_price.times(*quantity)?,
                })
            })
            .collect();
        let lines = lines?;
        let currency = self.content.currency;
        Ok(Priced {
            usual: Money::sum(currency, lines.iter().map(|line| line.usual))?,
            due: Money::sum(currency, lines.iter().map(|line| line.due))?,
            lines,
        })
    }
}
