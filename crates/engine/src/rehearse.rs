//! Whether a pass that is to be active at once could be, before anybody pays for it.

use chrono::{DateTime, Utc};
use domain::{
    PassId,
    catalog::Product,
    purchase::{AtOnce, Order},
    wallet::{CapTerms, IssueCause, Wallet, WalletCommand, issued_items},
};

use crate::{BuyProblem, Failure, handle::Loaded};

/// Plays what is to come on a copy of the wallet. Nothing is rehearsed of an order that activates nothing.
pub(crate) fn rehearse(
    order: &Order,
    wallet: Loaded<Wallet>,
    caps: Vec<CapTerms>,
    at: DateTime<Utc>,
) -> Result<(), BuyProblem> {
    let Some(AtOnce { device }) = order.at_once() else {
        return Ok(());
    };
    let is_book = |product| matches!(product, Product::PassBook { .. });
    if order.items.iter().any(|line| is_book(line.terms.fare.product)) {
        return Err(BuyProblem::NotOnePass);
    }
    let held = wallet
        .state()
        .and_then(|wallet| wallet.active_on(device.as_ref(), &order.operator, at));
    if held.is_some() {
        return Err(BuyProblem::ActiveOnDevice);
    }
    let issue = WalletCommand::Issue {
        cause: IssueCause::Purchase {
            purchase: order.purchase.clone(),
            stripe_source: None,
        },
        items: issued_items(&order.purchase, &order.items),
        at,
    };
    let activate = WalletCommand::Activate {
        pass: PassId::bought(&order.purchase, 1),
        device,
        seen: None,
        caps,
        at,
    };
    let issued = wallet.decide(issue).map_err(Failure::from)?;
    let issued = issued.map_err(BuyProblem::NotActivatable)?;
    let activated = issued.and(activate).map_err(Failure::from)?;
    activated.map(drop).map_err(BuyProblem::NotActivatable)
}
