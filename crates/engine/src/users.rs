//! Who a rider is, as the app's JWT says.

use domain::{
    AppId, Sealed, User, UserId,
    user::{Contact, UserCommand},
};

use crate::{Context, Engine, Failure};

/// What a verified JWT says of a rider. In clear only as long as the request lives.
#[derive(Clone, PartialEq, Eq)]
pub struct Rider {
    /// The JWT's `sub`.
    pub subject: String,
    /// The JWT's `email`.
    pub email: Option<String>,
    /// The JWT's `phone_number`.
    pub phone: Option<String>,
    /// Whether the JWT marks a test user.
    pub is_test: bool,
}

impl std::fmt::Debug for Rider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rider(…)")
    }
}

impl Engine {
    /// Knows the rider from now on, and takes in a changed contact. Saying the same again records nothing.
    pub async fn identify(&self, context: &Context, app: &AppId, rider: &Rider) -> Result<UserId, Failure> {
        let user = match rider.is_test {
            true => self.test_user_id(app, &rider.subject),
            false => self.user_id(app, &rider.subject),
        };
        let subject = self.seal(&user, &rider.subject).await?;
        let contact = Contact {
            email: self.seal_some(&user, rider.email.as_deref()).await?,
            phone: self.seal_some(&user, rider.phone.as_deref()).await?,
        };
        let identify = |at| UserCommand::Identify {
            app: app.clone(),
            subject: subject.clone(),
            is_test: rider.is_test,
            contact: contact.clone(),
            at,
        };
        match self.record::<User>(context, user.as_str(), &identify).await? {
            Ok(_) => Ok(user),
            Err(_) => Err(Failure::Corrupt(format!("{user} is another rider"))),
        }
    }

    /// The id a rider has in this environment. The same `sub` of the same app is the same user through every API.
    #[must_use]
    pub fn user_id(&self, app: &AppId, subject: &str) -> UserId {
        self.vault().pseudonym(app, subject)
    }

    /// The id of a test user. No rider has it, whatever name the test user is given.
    #[must_use]
    pub fn test_user_id(&self, app: &AppId, subject: &str) -> UserId {
        self.vault().test_pseudonym(app, subject)
    }

    /// Notes that the rider accepted the latest terms.
    pub async fn accept_terms(&self, context: &Context, user: &UserId) -> Result<(), Failure> {
        let accept = |at| UserCommand::AcceptTerms { at };
        let accepted = self.record::<User>(context, user.as_str(), &accept).await?;
        match accepted {
            Ok(_) => Ok(()),
            Err(_) => Err(Failure::Corrupt(format!(
                "{user} accepts terms before being known"
            ))),
        }
    }

    /// The rider as recorded, for views of it.
    pub async fn rider(&self, user: &UserId) -> Result<Option<User>, Failure> {
        Ok(self.user(user).await?.state().cloned())
    }

    /// Opens what was sealed for a user; nothing once their key is destroyed.
    pub async fn unseal(&self, user: &UserId, sealed: &Sealed) -> Result<Option<String>, Failure> {
        Ok(self.vault().unseal(user, sealed).await?)
    }

    pub(crate) async fn seal(&self, user: &UserId, text: &str) -> Result<Sealed, Failure> {
        Ok(self.vault().seal(user, text).await?)
    }

    async fn seal_some(&self, user: &UserId, text: Option<&str>) -> Result<Option<Sealed>, Failure> {
        match text {
            Some(text) => Ok(Some(self.seal(user, text).await?)),
            None => Ok(None),
        }
    }
}
