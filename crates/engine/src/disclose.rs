//! Showing somebody the personal data of a rider. That it is shown stands in the log before it is.

use domain::{
    DisclosureId, User, UserId,
    disclosure::{Disclosure, DisclosureCommand},
};

use crate::{Context, Engine, Failure};

/// What is known of a rider, in clear. Only as long as the request lives.
#[derive(Clone, PartialEq, Eq)]
pub struct Disclosed {
    /// Under which id the look stands in the log.
    pub disclosure: DisclosureId,
    /// The rider as recorded.
    pub user: User,
    /// The app's own name for the rider.
    pub subject: Option<String>,
    /// Where receipts go.
    pub email: Option<String>,
    /// For notifications.
    pub phone: Option<String>,
    /// The vehicle's plate.
    pub license_plate: Option<String>,
}

impl std::fmt::Debug for Disclosed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Disclosed")
            .field("disclosure", &self.disclosure)
            .finish_non_exhaustive()
    }
}

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub enum DiscloseProblem {
    /// There is no such rider.
    #[error("there is no such rider")]
    NoSuchUser,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Engine {
    /// Records that the context's actor is shown what is known of a rider, and then shows it. Of a rider who was erased
    /// nothing can be opened any more.
    pub async fn disclose(&self, context: &Context, user: &UserId) -> Result<Disclosed, DiscloseProblem> {
        let known = self.rider(user).await?.ok_or(DiscloseProblem::NoSuchUser)?;
        let disclosure = DisclosureId::from_uuid(self.host().fresh_id());
        let command = |at| DisclosureCommand::Record {
            disclosure: disclosure.clone(),
            user: user.clone(),
            at,
        };
        let context = context.correlated(disclosure.as_str());
        let recorded = self
            .record::<Disclosure>(&context, disclosure.as_str(), &command)
            .await?;
        recorded.map_err(|rejection| Failure::Corrupt(rejection.to_string()))?;
        let (contact, plate) = (known.contact().clone(), known.license_plate().cloned());
        let mut opened = Vec::with_capacity(4);
        for sealed in [Some(known.subject().clone()), contact.email, contact.phone, plate] {
            opened.push(match sealed {
                Some(sealed) => self.unseal(user, &sealed).await?,
                None => None,
            });
        }
        let mut opened = opened.into_iter();
        let mut next = || opened.next().flatten();
        Ok(Disclosed {
            disclosure,
            subject: next(),
            email: next(),
            phone: next(),
            license_plate: next(),
            user: known,
        })
    }
}
