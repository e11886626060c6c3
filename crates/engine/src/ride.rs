//! Riding: what is in the wallet, and making a pass usable.

use chrono::{DateTime, Utc};
use domain::{
    DeviceId, OperatorId, PassId, UserId,
    catalog::PassTerms,
    purchase::Order,
    wallet::{CapTerms, Pass, Wallet, WalletCommand, WalletRejection},
};
use event_log::Answer;

use crate::{Claim, Context, Engine, Failure, Seen, failure::Refused, handle::ATTEMPTS};

/// An activation as a client asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activate {
    /// Whose pass.
    pub user: UserId,
    /// Which.
    pub pass: PassId,
    /// On which device, if the JWT named one.
    pub device: Option<DeviceId>,
    /// The wallet's revision as it was last shown to the rider.
    pub seen: u64,
}

/// Why a pass was not activated.
#[derive(Debug, thiserror::Error)]
pub enum ActivateProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] WalletRejection),
    /// Nothing to show to anybody at this moment: rides are free.
    #[error("fares are free at this time")]
    FareFree,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Engine {
    /// A rider's wallet as of now; nothing where nothing was ever put in.
    pub async fn wallet_of(&self, user: &UserId) -> Result<Option<Wallet>, Failure> {
        Ok(self.wallet(user).await?.state().cloned())
    }

    /// Activates a pass, once per claim.
    pub async fn activate(
        &self,
        context: &Context,
        activate: &Activate,
        claim: Option<&Claim>,
        render: &(dyn Fn(&Wallet) -> Answer + Send + Sync),
    ) -> Result<Answer, ActivateProblem> {
        let context = context.correlated(activate.pass.as_str());
        for _ in 0..ATTEMPTS {
            if let Some(claim) = claim {
                match self.seen(claim).await? {
                    Seen::Answered(answer) => return Ok(answer),
                    Seen::Mismatch => return Err(ActivateProblem::KeyReused),
                    Seen::Fresh | Seen::Underway { .. } => {}
                }
            }
            let at = self.host().now();
            let wallet = self.wallet(&activate.user).await?;
            let pass = wallet.state().and_then(|wallet| wallet.pass(&activate.pass));
            let command = WalletCommand::Activate {
                pass: activate.pass.clone(),
                device: activate.device.clone(),
                seen: Some(activate.seen),
                caps: pass
                    .map(Pass::terms)
                    .map_or_else(Vec::new, |terms| self.caps_on(terms, at)),
                at,
            };
            let change = match wallet.decide(command).map_err(Failure::from)? {
                Ok(change) => change,
                Err(rejection) => return self.refused_activation(claim, rejection.into()).await,
            };
            if !change.is_empty() && self.is_free_ride(change.after(), &activate.pass, at) {
                return self.refused_activation(claim, ActivateProblem::FareFree).await;
            }
            let Some(after) = change.after() else {
                return Err(Failure::Corrupt("a pass was activated in no wallet".to_owned()).into());
            };
            let answer = render(after);
            let records: Vec<_> = claim
                .map(|claim| claim.claimed(activate.pass.as_str(), Some(answer.clone())))
                .into_iter()
                .collect();
            if change.is_empty() && records.is_empty() {
                return Ok(answer);
            }
            let write = change.write().map_err(Failure::from)?;
            let stored = self.repository().commit(&context, at, vec![write], records).await;
            match stored.map_err(Refused::from) {
                Ok(_) => return Ok(answer),
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended.into())
    }

    /// The fare caps that are in force at a moment for passes sold like this, by the operator's present catalog.
    pub(crate) fn caps_on(&self, terms: &PassTerms, at: DateTime<Utc>) -> Vec<CapTerms> {
        let Some(group) = &terms.fare.cap_group else {
            return Vec::new();
        };
        let directory = self.directory();
        let operator = directory.operator(&terms.operator);
        let catalog = directory.catalog_in_force(&terms.operator, at);
        match (operator, catalog) {
            (Some(operator), Some(catalog)) => {
                CapTerms::of(operator.id(), operator.calendar(), &catalog, group)
            }
            _ => Vec::new(),
        }
    }

    /// The same for a pass that an order gives and has activated at once: it is the only one of the order.
    pub(crate) fn caps_on_order(&self, order: &Order, at: DateTime<Utc>) -> Vec<CapTerms> {
        let line = order.items.first();
        line.map_or_else(Vec::new, |line| self.caps_on(&line.terms, at))
    }

    /// What refuses a request may be that the very same request was carried out meanwhile, by another server.
    async fn refused_activation(
        &self,
        claim: Option<&Claim>,
        problem: ActivateProblem,
    ) -> Result<Answer, ActivateProblem> {
        if let Some(claim) = claim
            && let Seen::Answered(answer) = self.seen(claim).await?
        {
            return Ok(answer);
        }
        Err(problem)
    }

    /// A pass that is activated while its operator lets everybody ride would be used up for nothing.
    fn is_free_ride(&self, wallet: Option<&Wallet>, pass: &PassId, at: DateTime<Utc>) -> bool {
        let pass = wallet.and_then(|wallet| wallet.pass(pass));
        pass.is_some_and(|pass| self.rides_are_free(&pass.terms().operator, at))
    }

    pub(crate) fn rides_are_free(&self, operator: &OperatorId, at: DateTime<Utc>) -> bool {
        let operator = self.directory().operator(operator);
        operator.is_some_and(|operator| operator.is_fare_free(at))
    }
}
