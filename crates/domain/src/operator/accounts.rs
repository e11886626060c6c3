//! What is decided about an operator's account.

use chrono::{DateTime, Utc};

use super::{
    account::{Account, AccountRequest, AccountStatus, Evidence, HowConnected},
    command::{OperatorCommand, OperatorRejection},
    event::OperatorEvent,
    state::{Operator, only_if},
};
use crate::{AppId, OnboardingId, StripeAccountId, StripeCallKey, aggregate::Decided};

impl Operator {
    /// Those of the commands that are about the account.
    pub(super) fn decide_on_account(&self, command: OperatorCommand) -> Decided<Self> {
        use OperatorCommand as C;
        match command {
            C::RequestAccount {
                attempt,
                app,
                platform,
                kind,
                country,
                at,
            } => self.request_account(AccountRequest {
                key: StripeCallKey::derive(attempt.as_str(), "account", 1),
                attempt,
                app,
                platform,
                kind,
                country,
                at,
            }),
            C::RecordAccountRefused { attempt, code, at } => Ok(self.refuse_account(attempt, code, at)),
            C::StartOnboarding { account, attempt, at } => self.start_onboarding(account, attempt, at),
            C::StartOauth {
                attempt,
                app,
                expires_at,
                at,
            } => Ok(self.start_oauth(attempt, app, expires_at, at)),
            C::ConnectAccount {
                account,
                app,
                how,
                evidence,
                at,
            } => self.connect(account, app, how, evidence, at),
            C::ReportAccountStatus {
                account,
                status,
                evidence,
                as_of,
                at,
            } => self.report(account, status, evidence, as_of, at),
            C::DeauthorizeAccount {
                account,
                app,
                evidence,
                at,
            } => self.deauthorize(account, app, evidence, at),
            // The others have places of their own.
            _ => Ok(Vec::new()),
        }
    }

    fn start_oauth(
        &self,
        attempt: OnboardingId,
        app: AppId,
        expires_at: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Vec<OperatorEvent> {
        if self.oauth.get(&app) == Some(&attempt) {
            return Vec::new();
        }
        vec![OperatorEvent::OauthStarted {
            attempt,
            app,
            expires_at,
            at,
        }]
    }

    /// Another account may only take the place of one for which nobody may act any more.
    pub(super) fn check_account_free(&self, account: &StripeAccountId) -> Result<(), OperatorRejection> {
        match &self.account {
            Some(known) if known.account != *account && !known.deauthorized.is_complete() => {
                Err(OperatorRejection::AnotherAccount {
                    account: known.account.clone(),
                })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn known_account(&self, account: &StripeAccountId) -> Result<&Account, OperatorRejection> {
        match &self.account {
            None => Err(OperatorRejection::NoAccount),
            Some(known) if known.account == *account => Ok(known),
            Some(known) => Err(OperatorRejection::AnotherAccount {
                account: known.account.clone(),
            }),
        }
    }

    pub(super) fn request_account(&self, wanted: AccountRequest) -> Decided<Self> {
        match &self.requested {
            Some(open) if open.asks_the_same_as(&wanted) => return Ok(Vec::new()),
            Some(open) => {
                return Err(OperatorRejection::AccountUnderWay {
                    app: open.app.clone(),
                });
            }
            None => {}
        }
        if let Some(known) = self.account.as_ref().filter(|it| !it.deauthorized.is_complete()) {
            return Err(OperatorRejection::AnotherAccount {
                account: known.account.clone(),
            });
        }
        let AccountRequest {
            attempt,
            app,
            platform,
            kind,
            country,
            key,
            at,
        } = wanted;
        Ok(vec![OperatorEvent::AccountRequested {
            attempt,
            app,
            platform,
            kind,
            country,
            key,
            at,
        }])
    }

    pub(super) fn refuse_account(
        &self,
        attempt: OnboardingId,
        code: String,
        at: DateTime<Utc>,
    ) -> Vec<OperatorEvent> {
        only_if(
            self.is_requested(&attempt),
            OperatorEvent::AccountRequestRefused { attempt, code, at },
        )
    }

    pub(super) fn is_requested(&self, attempt: &OnboardingId) -> bool {
        self.requested
            .as_ref()
            .is_some_and(|open| open.attempt == *attempt)
    }

    pub(super) fn start_onboarding(
        &self,
        account: StripeAccountId,
        attempt: Option<OnboardingId>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        if self
            .account
            .as_ref()
            .is_some_and(|known| known.account == account)
        {
            return Ok(Vec::new());
        }
        let request = match &attempt {
            Some(attempt) if !self.is_requested(attempt) => return Err(OperatorRejection::NotRequested),
            Some(_) => self.requested.as_ref(),
            None => None,
        };
        self.check_account_free(&account)?;
        Ok(vec![OperatorEvent::OnboardingStarted {
            account,
            app: request.map(|request| request.app.clone()),
            attempt,
            at,
        }])
    }

    pub(super) fn connect(
        &self,
        account: StripeAccountId,
        app: Option<AppId>,
        how: HowConnected,
        evidence: Evidence,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let connected = self.account.as_ref().is_some_and(|known| {
            known.account == account
                && known.connected.is_some()
                && known.deauthorized.is_allowed(app.as_ref())
        });
        if connected {
            return Ok(Vec::new());
        }
        self.check_account_free(&account)?;
        Ok(vec![OperatorEvent::AccountConnected {
            account,
            app,
            how,
            evidence,
            at,
        }])
    }

    pub(super) fn report(
        &self,
        account: StripeAccountId,
        status: AccountStatus,
        evidence: Evidence,
        as_of: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let known = self.known_account(&account)?;
        if known.knows(&status, as_of) {
            return Ok(Vec::new());
        }
        let mut events = Vec::new();
        // The form is filled in: this is the operator's account from here on, for whoever made it.
        let app = known.made_by.as_ref();
        if status.details_submitted && known.connected.is_none() && known.deauthorized.is_allowed(app) {
            events.push(OperatorEvent::AccountConnected {
                account: account.clone(),
                app: app.cloned(),
                how: HowConnected::Onboarded,
                evidence: evidence.clone(),
                at,
            });
        }
        events.push(OperatorEvent::AccountStatusReported {
            account,
            status,
            evidence,
            as_of,
            at,
        });
        Ok(events)
    }

    pub(super) fn deauthorize(
        &self,
        account: StripeAccountId,
        app: Option<AppId>,
        evidence: Evidence,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let known = self.known_account(&account)?;
        // What Stripe withdrew may come back from there; what somebody here gave up may not.
        let is_word = matches!(evidence, Evidence::Declared);
        let given_up = app.as_ref().is_none_or(|app| known.given_up.contains(app));
        let withdrawn = known.deauthorized.is_withdrawn(app.as_ref()) && (given_up || !is_word);
        Ok(only_if(
            !withdrawn,
            OperatorEvent::AccountDeauthorized {
                account,
                app,
                evidence,
                at,
            },
        ))
    }
}
