//! Making a rider a customer of the app's platform account, and what their phone may do there by itself.

use domain::{
    AppId, CardSaveId, CustomerId, StripeAccountId, StripeCallKey, User, UserId,
    user::{UserCommand, UserRejection},
};
use payments::{EphemeralKey, Metadata, NewCustomer, Platform, StripeVersion};

use crate::{
    CardProblem, Context, Engine, Failure,
    card_save::{Stopped, answered},
    patience::Patience,
};

/// A rider on the way to becoming a customer, under a key that is written down.
pub(crate) struct Becoming<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) context: &'a Context,
    pub(crate) app: &'a AppId,
    pub(crate) user: &'a UserId,
    pub(crate) account: &'a StripeAccountId,
    pub(crate) platform: &'a Platform,
    pub(crate) key: &'a StripeCallKey,
}

impl Becoming<'_> {
    /// Has Stripe make the customer, and records it.
    pub(crate) async fn create(&self, patience: &mut Patience<'_>) -> Result<CustomerId, Stopped> {
        let new = NewCustomer {
            credential: None,
            metadata: Metadata::of_user(self.app, self.user),
        };
        let gateway = self.engine.gateway();
        let customer = loop {
            let created = gateway.create_customer(self.platform, self.key, &new).await;
            if let Some(facts) = answered(patience, created).await? {
                break facts.customer;
            }
        };
        let told = self
            .engine
            .record::<User>(self.context, self.user.as_str(), &|at| {
                UserCommand::RecordCustomer {
                    platform: self.account.clone(),
                    customer: customer.clone(),
                    at,
                }
            })
            .await?;
        match told {
            Ok(_) => Ok(customer),
            // Another attempt was faster. Its customer stands, and ours is one that nobody will ever use.
            Err(UserRejection::CustomerDiffers) => {
                let known = self.engine.known_customer(self.user, self.account).await?;
                known.ok_or_else(|| self.corrupt("has no customer after all").into())
            }
            Err(rejection) => Err(self.corrupt(&rejection.to_string()).into()),
        }
    }

    fn corrupt(&self, what: &str) -> Failure {
        Failure::Corrupt(format!("{}: {what}", self.user))
    }
}

impl Engine {
    /// The rider's customer on the app's platform account, made where there is none yet. An app may attach cards to it
    /// by itself, and buy with them.
    pub async fn customer(
        &self,
        context: &Context,
        app: &AppId,
        user: &UserId,
    ) -> Result<CustomerId, CardProblem> {
        let (account, platform) = self.own_platform(app)?;
        if let Some(known) = self.known_customer(user, &account).await? {
            return Ok(known);
        }
        let _alone = self.flights().board(format!("card:{user}")).await;
        let attempt = CardSaveId::from_uuid(self.host().fresh_id());
        let told = self
            .record::<User>(context, user.as_str(), &|at| UserCommand::RequestCustomer {
                attempt: attempt.clone(),
                platform: account.clone(),
                at,
            })
            .await?;
        let state = told.map_err(|rejection| match rejection {
            UserRejection::TestUser => CardProblem::TestUser,
            rejection => Failure::Corrupt(format!("{user}: {rejection}")).into(),
        })?;
        if let Some(known) = state.customer_on(&account) {
            return Ok(known.clone());
        }
        let key = state.customer_key_on(&account);
        let key = key.ok_or_else(|| Failure::Corrupt(format!("{user}: a request without its key")))?;
        let becoming = Becoming {
            engine: self,
            context,
            app,
            user,
            account: &account,
            platform: &platform,
            key,
        };
        let mut patience = Patience::new(self.host(), self.settings().request_patience);
        Ok(becoming.create(&mut patience).await?)
    }

    /// A key with which the rider's phone may edit the rider's own customer, as Stripe gives it. It is written down
    /// nowhere; one that is lost on its way expires by itself.
    pub async fn ephemeral_key(
        &self,
        context: &Context,
        app: &AppId,
        user: &UserId,
        version: &StripeVersion,
    ) -> Result<EphemeralKey, CardProblem> {
        let customer = self.customer(context, app, user).await?;
        let (_, platform) = self.own_platform(app)?;
        let mut patience = Patience::new(self.host(), self.settings().request_patience);
        loop {
            let made = self.gateway().ephemeral_key(&platform, &customer, version).await;
            if let Some(key) = answered(&mut patience, made).await? {
                return Ok(key);
            }
        }
    }

    /// The app's platform account, and the key to it.
    pub(crate) fn own_platform(&self, app: &AppId) -> Result<(StripeAccountId, Platform), CardProblem> {
        let declared = self.directory().app(app);
        let account = declared.and_then(|app| app.platform().map(|it| it.account.clone()));
        let account = account.ok_or(CardProblem::NoPlatform)?;
        let platform = self.platform_on(app, &account).ok_or(CardProblem::NoPlatform)?;
        Ok((account, platform))
    }

    pub(crate) async fn known_customer(
        &self,
        user: &UserId,
        account: &StripeAccountId,
    ) -> Result<Option<CustomerId>, Failure> {
        let user = self.user(user).await?;
        Ok(user.state().and_then(|user| user.customer_on(account)).cloned())
    }
}
