//! From what Stripe names to what we do.

use event_log::Store;

use super::Sales;
use crate::{
    projection::Projection,
    store::{ViewError, live_build, on_either},
};

/// Which of an operator's purchases and refunds something at Stripe is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// The purchase.
    pub purchase: String,
    /// The refund of it, if it is one.
    pub refund: Option<String>,
}

impl Sales {
    /// What a charge or refund at Stripe belongs to, if it is one of the operator's that went through here.
    pub async fn find(store: &Store, operator: &str, stripe: &str) -> Result<Option<Matched>, ViewError> {
        const CHARGE: &str = "SELECT purchase FROM sales WHERE build = $1 AND operator = $2 AND charge = $3";
        const REFUND: &str =
            "SELECT purchase, refund FROM refunds WHERE build = $1 AND operator = $2 AND stripe_refund = $3";
        let build = live_build(store, Self::NAME, Self::VERSION).await?.number();
        let charged: Option<String> = on_either!(Store, store, pool => {
            sqlx::query_scalar(CHARGE).bind(build).bind(operator).bind(stripe).fetch_optional(pool).await?
        });
        if let Some(purchase) = charged {
            return Ok(Some(Matched {
                purchase,
                refund: None,
            }));
        }
        let refunded: Option<(String, String)> = on_either!(Store, store, pool => {
            sqlx::query_as(REFUND).bind(build).bind(operator).bind(stripe).fetch_optional(pool).await?
        });
        Ok(refunded.map(|(purchase, refund)| Matched {
            purchase,
            refund: Some(refund),
        }))
    }

    /// Which purchase a charge pays for, whoever sold it; nothing where it did not go through here.
    pub async fn paid_by(store: &Store, charge: &str) -> Result<Option<String>, ViewError> {
        const CHARGE: &str = "SELECT purchase FROM sales WHERE build = $1 AND charge = $2";
        let build = live_build(store, Self::NAME, Self::VERSION).await?.number();
        Ok(on_either!(Store, store, pool => {
            sqlx::query_scalar(CHARGE).bind(build).bind(charge).fetch_optional(pool).await?
        }))
    }
}
