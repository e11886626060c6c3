//! What Stripe says of operators' accounts. Only Stripe's word makes an operator transactable.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    AppId, OperatorId, StripeAccountId,
    operator::{AccountStatus, Evidence, Operator, OperatorCommand},
};
use payments::{AccountFacts, Outcome, Platform};

use crate::{Context, Engine, Failure, failure::Refused, handle::ATTEMPTS};

/// Stands in for the dashboard on which accounts are made and linked, where Stripe is simulated and has none.
#[async_trait]
pub trait AccountProvisioner: Send + Sync + 'static {
    /// Makes sure that the account exists and is linked to the platform.
    async fn ensure(&self, platform: &Platform, account: &StripeAccountId) -> Result<(), String>;
}

/// What came of asking Stripe about an operator's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// Its status is as Stripe says now.
    Known {
        /// Whether it can take charges.
        charges_enabled: bool,
    },
    /// There is no account to ask about, or no linked app whose key this process has.
    NotAskable,
    /// Stripe did not answer, or refused.
    Unanswered,
}

impl Engine {
    /// Asks Stripe about an operator's account, through any app it is linked to, and records what changed.
    pub async fn refresh_account(
        &self,
        context: &Context,
        operator: &OperatorId,
    ) -> Result<Refreshed, Failure> {
        let Some(known) = self.directory().operator(operator) else {
            return Ok(Refreshed::NotAskable);
        };
        let Some(account) = known.account().map(|it| it.account.clone()) else {
            return Ok(Refreshed::NotAskable);
        };
        let apps: Vec<AppId> = known.links().map(|link| link.app.clone()).collect();
        let platforms: Vec<Platform> = apps.iter().filter_map(|app| self.platform(app)).collect();
        if let Some(provisioner) = self.provisioner() {
            for platform in &platforms {
                if let Err(reason) = provisioner.ensure(platform, &account).await {
                    tracing::warn!(%operator, reason, "the simulated account could not be provided");
                }
            }
        }
        if platforms.is_empty() {
            return Ok(Refreshed::NotAskable);
        }
        // What Stripe answers is as of when it was asked: a webhook that comes meanwhile is newer.
        let as_of = self.host().now();
        let Some(facts) = self.ask_about(operator, &account, &platforms).await else {
            return Ok(Refreshed::Unanswered);
        };
        let status = AccountStatus {
            charges_enabled: facts.charges_enabled,
            payouts_enabled: facts.payouts_enabled,
            details_submitted: facts.details_submitted,
            currently_due: facts.currently_due.into_iter().collect(),
            disabled_reason: facts.disabled_reason,
        };
        let charges_enabled = status.charges_enabled;
        self.report_status(context, operator, &account, status, as_of)
            .await?;
        Ok(Refreshed::Known { charges_enabled })
    }

    /// Asks through one app after the other: an operator may have disconnected from some of them.
    async fn ask_about(
        &self,
        operator: &OperatorId,
        account: &StripeAccountId,
        platforms: &[Platform],
    ) -> Option<AccountFacts> {
        for platform in platforms {
            match self.gateway().retrieve_account(platform, account).await {
                Outcome::Done(done) => return Some(done.value),
                Outcome::Refused(refusal) => {
                    tracing::warn!(%operator, code = refusal.code, "Stripe would not tell about the account");
                }
                Outcome::NotExecuted(_) | Outcome::Unknown(_) => {}
            }
        }
        None
    }

    async fn report_status(
        &self,
        context: &Context,
        operator: &OperatorId,
        account: &StripeAccountId,
        status: AccountStatus,
        as_of: DateTime<Utc>,
    ) -> Result<(), Failure> {
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let command = OperatorCommand::ReportAccountStatus {
                account: account.clone(),
                status: status.clone(),
                evidence: Evidence::Reply,
                as_of,
                at,
            };
            let loaded = self.repository().load::<Operator>(operator.as_str()).await?;
            let change = match loaded.decide(command)? {
                Ok(change) => change,
                Err(rejection) => {
                    tracing::warn!(%operator, %rejection, "an account's status concerns nobody");
                    return Ok(());
                }
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
                Ok(appended) => return self.directory().reach(appended.last).await,
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended)
    }
}
