//! Whether an operator can sell through an app, and if not, everything that is in the way.

use chrono::{DateTime, Utc};
use domain::{
    AppId,
    operator::{NotTransactable, Operator},
};

use crate::Engine;

/// Something that is in the way of selling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// The operator itself, its link or its account.
    #[error(transparent)]
    Operator(#[from] NotTransactable),
    /// The app has no platform account at Stripe, or this server has no key to it.
    #[error("the app has no platform account that this server has a key to")]
    NoPlatform,
    /// No catalog is in force, and no parking rates are.
    #[error("the operator has published nothing to buy")]
    NothingToSell,
}

impl Obstacle {
    /// A word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Operator(NotTransactable::Suspended) => "suspended",
            Self::Operator(NotTransactable::NotLinked) => "not_linked",
            Self::Operator(NotTransactable::NoAccount) => "no_account",
            Self::Operator(NotTransactable::Deauthorized) => "platform_not_authorized",
            Self::Operator(NotTransactable::ChargesDisabled) => "charges_disabled",
            Self::NoPlatform => "no_platform",
            Self::NothingToSell => "nothing_to_sell",
        }
    }
}

impl Engine {
    /// Every reason why a rider of an app cannot buy from an operator at a moment; none, if one can.
    #[must_use]
    pub fn obstacles(&self, operator: &Operator, app: &AppId, at: DateTime<Utc>) -> Vec<Obstacle> {
        let mut obstacles: Vec<Obstacle> = operator
            .obstacles_for(app, at)
            .into_iter()
            .map(Obstacle::from)
            .collect();
        if self.own_platform(app).is_err() {
            obstacles.push(Obstacle::NoPlatform);
        }
        if !self.sells_something(operator, at) {
            obstacles.push(Obstacle::NothingToSell);
        }
        obstacles
    }

    fn sells_something(&self, operator: &Operator, at: DateTime<Utc>) -> bool {
        let Some(catalog) = self.directory().catalog(operator.id()) else {
            return false;
        };
        let kind = operator.kind();
        (kind.sells_rides() && catalog.in_force(at).is_some())
            || (kind.sells_stays() && catalog.locations_in_force(at).next().is_some())
    }
}
