//! What a user lacks before an operator deals with them (Coord's `transaction_info`), by field and by the call that sets it.

use super::User;
use crate::{
    StripeAccountId,
    operator::{Operator, UserField},
};

/// Something that an operator requires and a user does not have, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// The operator names a saved card, and test users have none: "There is no test transaction on a system that names
    /// `stripe_info.stripe_customer_id`."
    RealCard,
    /// Fact about them.
    Field(UserField),
    /// An account of their own at the operator.
    LinkedAccount,
}

impl Lack {
    /// What is lacking, by its published name.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::RealCard => UserField::StripeCustomer.as_str(),
            Self::Field(field) => field.as_str(),
            Self::LinkedAccount => "linked_account",
        }
    }

    /// The call that sets it; none for test users who lack a card.
    #[must_use]
    pub const fn call(self) -> Option<&'static str> {
        match self {
            Self::RealCard => None,
            Self::Field(UserField::StripeCustomer) => Some("POST /v1/users/user/current/stripe_info"),
            Self::Field(UserField::LicensePlate) => Some("PUT /v1/users/user/current/vehicle"),
            Self::Field(UserField::Email) => Some("POST /v1/users/create_jwt"),
            Self::LinkedAccount => Some("GET /v1/users/link_account"),
        }
    }
}

/// Why a test user's account at an operator is neither linked nor unlinked, in the order in which the reasons are
/// looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSimulatedLink {
    /// Riders link accounts on the operator's own page.
    #[error("not a test user")]
    NotATestUser,
    /// The operator has no accounts to link.
    #[error("the operator requires no linked account")]
    NothingToLink,
    /// The user lacks something else first.
    #[error("the user lacks {}", .0.field())]
    Lacks(Lack),
}

impl User {
    /// Everything that this operator requires and the user does not have. `platform` is the app's account, on which a
    /// card has to be kept; without one there is none.
    #[must_use]
    pub fn lacks_for(&self, operator: &Operator, platform: Option<&StripeAccountId>) -> Vec<Lack> {
        let requirements = operator.requirements();
        let mut lacks: Vec<Lack> = requirements
            .users_api_fields
            .iter()
            .filter(|field| !self.has(**field, platform))
            .map(|field| match field {
                UserField::StripeCustomer if self.is_test => Lack::RealCard,
                field => Lack::Field(*field),
            })
            .collect();
        if requirements.requires_linked_account && !self.linked_accounts.contains(operator.id()) {
            lacks.push(Lack::LinkedAccount);
        }
        lacks
    }

    fn has(&self, field: UserField, platform: Option<&StripeAccountId>) -> bool {
        match field {
            UserField::StripeCustomer => {
                !self.is_test && platform.is_some_and(|platform| self.credential_on(platform).is_some())
            }
            UserField::LicensePlate => self.license_plate.is_some(),
            UserField::Email => self.contact.email.is_some(),
        }
    }

    /// Whether the account at an operator may be said to be linked, or not to be, without anybody being asked: only of
    /// test users. What is linked needs the rest of what the operator requires; taking a link away needs nothing.
    pub fn may_simulate_link(
        &self,
        operator: &Operator,
        platform: Option<&StripeAccountId>,
        linked: bool,
    ) -> Result<(), NoSimulatedLink> {
        if !self.is_test {
            return Err(NoSimulatedLink::NotATestUser);
        }
        if !operator.requirements().requires_linked_account {
            return Err(NoSimulatedLink::NothingToLink);
        }
        let mut lacks = self.lacks_for(operator, platform).into_iter();
        match lacks.find(|lack| linked && *lack != Lack::LinkedAccount) {
            Some(lack) => Err(NoSimulatedLink::Lacks(lack)),
            None => Ok(()),
        }
    }
}
