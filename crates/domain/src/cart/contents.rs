//! What is in a cart.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::CartRejection;
use crate::{FareId, OperatorId, catalog::CatalogContent};

/// Fares of one operator, and how many of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    operator: OperatorId,
    catalog_version: u32,
    quantities: BTreeMap<FareId, u32>,
}

/// What is to become of a fare's quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CartChange {
    /// So many more.
    Add(u32),
    /// So many in all; none takes the fare out.
    Set(u32),
    /// So many less. More than there are takes all of them out.
    Remove(u32),
}

impl CartChange {
    /// Whether something may come in by it.
    #[must_use]
    pub const fn puts_in(self) -> bool {
        matches!(self, Self::Add(_) | Self::Set(1..))
    }
}

impl Cart {
    /// An empty cart, to be filled from a version of the operator's catalog.
    #[must_use]
    pub const fn empty(operator: OperatorId, catalog_version: u32) -> Self {
        Self {
            operator,
            catalog_version,
            quantities: BTreeMap::new(),
        }
    }

    /// A cart with so many of these fares. A fare with none is not in it.
    #[must_use]
    pub fn holding(self, quantities: impl IntoIterator<Item = (FareId, u32)>) -> Self {
        let held = quantities.into_iter().filter(|(_, quantity)| *quantity > 0);
        Self {
            quantities: held.collect(),
            ..self
        }
    }

    /// The same contents, to be priced from another version.
    #[must_use]
    pub fn priced_from(self, catalog_version: u32) -> Self {
        Self {
            catalog_version,
            ..self
        }
    }

    /// Whose fares.
    #[must_use]
    pub const fn operator(&self) -> &OperatorId {
        &self.operator
    }

    /// The version of the operator's catalog that it was priced from.
    #[must_use]
    pub const fn catalog_version(&self) -> u32 {
        self.catalog_version
    }

    /// How many of each fare; never none.
    #[must_use]
    pub const fn quantities(&self) -> &BTreeMap<FareId, u32> {
        &self.quantities
    }

    /// Changes the quantity of one fare. What is not sold any more can only go out.
    pub fn change(
        &mut self,
        fare: FareId,
        change: CartChange,
        content: &CatalogContent,
        at: DateTime<Utc>,
    ) -> Result<(), CartRejection> {
        let held = self.quantities.get(&fare).copied();
        let sold = content.fare_for_sale(&fare, at).is_some();
        match (sold, held) {
            (false, None) => return Err(CartRejection::NoSuchFare { fare }),
            (false, Some(_)) if change.puts_in() => return Err(CartRejection::OutOfDate { fare }),
            _ => {}
        }
        let held = held.unwrap_or(0);
        let quantity = match change {
            // Far above every limit, which is then what the rider is told.
            CartChange::Add(more) => held.saturating_add(more),
            CartChange::Set(quantity) => quantity,
            CartChange::Remove(less) => held.saturating_sub(less),
        };
        match quantity {
            0 => drop(self.quantities.remove(&fare)),
            quantity => drop(self.quantities.insert(fare, quantity)),
        }
        Ok(())
    }
}
