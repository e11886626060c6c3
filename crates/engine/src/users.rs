//! Who a rider is, as the app's JWT says.

use chrono::{DateTime, Utc};
use domain::{
    AppId, Sealed, User, UserId,
    user::{Contact, UserCommand, UserRejection},
};

use crate::{
    Context, Engine, Failure,
    failure::Refused,
    handle::{ATTEMPTS, Loaded},
};

/// What a verified JWT says of a rider. In clear only as long as the request lives.
#[derive(Clone, PartialEq, Eq)]
pub struct Rider {
    /// The JWT's `sub`.
    pub subject: String,
    /// The JWT's `email`.
    pub email: Option<String>,
    /// The JWT's `phone_number`.
    pub phone: Option<String>,
}

impl std::fmt::Debug for Rider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rider(…)")
    }
}

impl Engine {
    /// Knows the rider from now on, and takes in a changed contact. Saying the same again records nothing.
    pub async fn identify(&self, context: &Context, app: &AppId, rider: &Rider) -> Result<UserId, Failure> {
        let user = self.user_id(app, &rider.subject);
        let subject = self.seal(&user, &rider.subject).await?;
        let contact = Contact {
            email: self.seal_some(&user, rider.email.as_deref()).await?,
            phone: self.seal_some(&user, rider.phone.as_deref()).await?,
        };
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded: Loaded<User> = self.user(&user).await?;
            let (app, subject, contact) = (app.clone(), subject.clone(), contact.clone());
            let Ok(change) = loaded.decide(UserCommand::Identify {
                app,
                subject,
                contact,
                at,
            })?
            else {
                return Err(Failure::Corrupt(format!("{user} is another rider")));
            };
            if change.is_empty() {
                return Ok(user);
            }
            match self
                .repository()
                .commit(context, at, vec![change.write()?], vec![])
                .await
                .map_err(Refused::from)
            {
                Ok(_) => return Ok(user),
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended)
    }

    /// The id a rider has in this environment. The same `sub` of the same app is the same user through every API.
    #[must_use]
    pub fn user_id(&self, app: &AppId, subject: &str) -> UserId {
        self.vault().pseudonym(app, subject)
    }

    /// Notes that the rider accepted the latest terms.
    pub async fn accept_terms(&self, context: &Context, user: &UserId) -> Result<(), Failure> {
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let Ok(change) = self.user(user).await?.decide(UserCommand::AcceptTerms { at })? else {
                return Err(Failure::Corrupt(format!(
                    "{user} accepts terms before being known"
                )));
            };
            if change.is_empty() {
                return Ok(());
            }
            match self
                .repository()
                .commit(context, at, vec![change.write()?], vec![])
                .await
                .map_err(Refused::from)
            {
                Ok(_) => return Ok(()),
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended)
    }

    /// Decides and records one command of a rider, and gives the state it led to.
    pub(crate) async fn tell_user(
        &self,
        context: &Context,
        user: &UserId,
        command: impl Fn(DateTime<Utc>) -> UserCommand,
    ) -> Result<Result<User, UserRejection>, Failure> {
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded: Loaded<User> = self.user(user).await?;
            let change = match loaded.decide(command(at))? {
                Ok(change) => change,
                Err(rejection) => return Ok(Err(rejection)),
            };
            let Some(after) = change.after().cloned() else {
                return Err(Failure::Corrupt(format!("{user}: is unknown")));
            };
            if change.is_empty() {
                return Ok(Ok(after));
            }
            let stored = self
                .repository()
                .commit(context, at, vec![change.write()?], vec![])
                .await;
            match stored.map_err(Refused::from) {
                Ok(_) => return Ok(Ok(after)),
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended)
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
