//! Taking back an app's permission to act for an operator's account.

use domain::{
    Aggregate, AppId, OperatorId, Purchase, StripeAccountId,
    operator::{Evidence, OperatorCommand, OperatorRejection},
};
use payments::{Outcome, Platform, RefusalKind};
use projector::Unfinished;

use crate::{ConsentProblem, Context, Engine, Failure, accounts::NO_ACCESS, up_to_date::unavailable};

/// How much unfinished work is looked at in one go.
const PAGE: usize = 256;

/// Whose permission was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenUp {
    /// Stripe has confirmed it.
    AtStripe,
    /// It is recorded here; Stripe has not confirmed it.
    HereOnly,
}

impl Engine {
    /// Takes an app's permission to act for the operator's account away: here first, so that nothing is sold from now
    /// on, and then at Stripe. Doing it again tries Stripe again.
    pub async fn give_up_account(
        &self,
        context: &Context,
        operator: &OperatorId,
        app: &AppId,
    ) -> Result<(StripeAccountId, GivenUp), ConsentProblem> {
        let loaded = self.load_operator(operator).await?;
        let known = loaded.state().ok_or(ConsentProblem::NoSuchOperator)?;
        let account = known
            .account()
            .ok_or(OperatorRejection::NoAccount)?
            .account
            .clone();
        let withdraw = |at| OperatorCommand::DeauthorizeAccount {
            account: account.clone(),
            app: Some(app.clone()),
            evidence: Evidence::Declared,
            at,
        };
        self.tell_operator(context, operator, &withdraw).await??;
        let given_up = match self.consenting_platform(app) {
            Ok(platform) if !self.has_open_purchases(operator, app).await? => {
                self.give_up_at_stripe(app, &platform, &account).await
            }
            // Without a key Stripe cannot be told. What is under way needs the permission until it is over.
            _ => GivenUp::HereOnly,
        };
        Ok((account, given_up))
    }

    pub(crate) async fn give_up_at_stripe(
        &self,
        app: &AppId,
        platform: &Platform,
        account: &StripeAccountId,
    ) -> GivenUp {
        let Some(client) = self.client_id(app) else {
            return GivenUp::HereOnly;
        };
        match self.gateway().deauthorize(platform, &client, account).await {
            Outcome::Done(_) => GivenUp::AtStripe,
            // It was not connected any more, unless the client id is wrong.
            Outcome::Refused(refusal) if refusal.code.as_deref() == Some("invalid_client") => {
                match self.gateway().retrieve_account(platform, account).await {
                    Outcome::Refused(refusal)
                        if refusal.kind == RefusalKind::Permission
                            && refusal.code.as_deref() == Some(NO_ACCESS) =>
                    {
                        GivenUp::AtStripe
                    }
                    _ => GivenUp::HereOnly,
                }
            }
            Outcome::Refused(_) | Outcome::NotExecuted(_) | Outcome::Unknown(_) => GivenUp::HereOnly,
        }
    }

    /// Whether a purchase of the operator's through the app may not be over: one is not, or nobody can tell in time.
    async fn has_open_purchases(&self, operator: &OperatorId, app: &AppId) -> Result<bool, Failure> {
        let head = self.log().head().await?;
        if self.taken_in_by::<Unfinished>().await? < head {
            return Ok(true);
        }
        let (now, mut last) = (self.host().now(), None);
        loop {
            let page = Unfinished::list_after(self.views()?, PAGE, now, last.as_ref())
                .await
                .map_err(unavailable)?;
            for open in page
                .iter()
                .filter(|it| it.stream.category() == Purchase::CATEGORY)
            {
                let loaded = self.repository().load::<Purchase>(open.stream.id()).await?;
                let is_theirs = |it: &Purchase| it.order().operator == *operator && it.order().app == *app;
                if loaded.state().is_some_and(is_theirs) {
                    return Ok(true);
                }
            }
            last = page.last().cloned();
            if page.len() < PAGE {
                return Ok(false);
            }
        }
    }
}
