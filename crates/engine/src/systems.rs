//! Systems, as Coord's APIs call operators that sell stays: which there are for an app, and which a user can transact with.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{AppId, OperatorId, User, operator::Operator, user::Lack};

use crate::Engine;

/// An operator as an app's riders see it.
#[derive(Debug, Clone)]
pub struct System {
    /// Who.
    pub operator: Arc<Operator>,
    /// Whether it can be paid through the app now. Says nothing of any one rider.
    pub is_transactable: bool,
}

/// An operator that a user can transact with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSystem {
    /// Who.
    pub operator: OperatorId,
    /// Whether the user linked an account of their own there.
    pub linked_account: bool,
}

impl Engine {
    /// Every system that does business with the app, by id.
    #[must_use]
    pub fn systems(&self, app: &AppId, at: DateTime<Utc>) -> Vec<System> {
        let linked = self.directory().operators_of(app).into_iter();
        linked
            .filter(|operator| operator.kind().sells_stays())
            .map(|operator| System {
                is_transactable: self.obstacles(&operator, app, at).is_empty(),
                operator,
            })
            .collect()
    }

    /// One of them.
    #[must_use]
    pub fn system(&self, app: &AppId, system: &OperatorId, at: DateTime<Utc>) -> Option<System> {
        let operator = self.directory().operator(system)?;
        let is_one = operator.kind().sells_stays() && operator.link(app).is_some();
        is_one.then(|| System {
            is_transactable: self.obstacles(&operator, app, at).is_empty(),
            operator,
        })
    }

    /// Those of them that this user can transact with now: nothing is in the way of the system, and the user lacks
    /// nothing that it requires.
    #[must_use]
    pub fn transactable_systems(&self, user: &User, at: DateTime<Utc>) -> Vec<OwnSystem> {
        let systems = self.systems(user.app(), at).into_iter();
        systems
            .filter(|system| system.is_transactable && self.lacks(user, &system.operator).is_empty())
            .map(|system| OwnSystem {
                linked_account: user.linked_accounts().contains(system.operator.id()),
                operator: system.operator.id().clone(),
            })
            .collect()
    }

    /// What a user lacks of that which an operator requires, cards being kept on the app's platform account.
    #[must_use]
    pub fn lacks(&self, user: &User, operator: &Operator) -> Vec<Lack> {
        let platform = self.own_platform(user.app()).ok().map(|(account, _)| account);
        user.lacks_for(operator, platform.as_ref())
    }
}
