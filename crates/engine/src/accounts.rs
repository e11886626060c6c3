//! What Stripe says of operators' accounts. Only Stripe's word makes an operator transactable.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    AppId, OperatorId, StripeAccountId,
    operator::{AccountStatus, Evidence, HowConnected, Operator, OperatorCommand},
};
use payments::{AccountFacts, Outcome, Platform, RefusalKind};

use crate::{
    Context, Engine, Failure,
    handle::{ATTEMPTS, Loaded},
};

/// Stripe's word for an account that a platform may not act for, or that does not exist.
pub(crate) const NO_ACCESS: &str = "account_invalid";

/// Stands in for the dashboard on which accounts are made and linked, and endpoints registered, where Stripe is
/// simulated and has none.
#[async_trait]
pub trait AccountProvisioner: Send + Sync + 'static {
    /// Makes sure that the account exists and is linked to the platform.
    async fn ensure(&self, platform: &Platform, account: &StripeAccountId) -> Result<(), String>;

    /// Makes sure that we are told what happens on the accounts that are linked to the platform.
    async fn listen(&self, platform: &Platform) -> Result<(), String>;
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
    /// Stripe tells none of the platforms that may act for it.
    Refused,
    /// Stripe did not answer.
    Unanswered,
}

/// Whom to ask about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// One platform after the other, until one is told.
    First,
    /// Every platform that may act for it: whoever is not told any more has lost the permission.
    Each,
    /// Those also that may not, as far as is known: whoever is told has been given the permission again.
    Again,
}

/// What the platforms were told.
#[derive(Default)]
struct Heard {
    facts: Option<AccountFacts>,
    told: Vec<AppId>,
    shut_out: Vec<AppId>,
    unanswered: bool,
}

impl Engine {
    /// Asks Stripe about an operator's account, through any app it is linked to, and records what changed.
    pub async fn refresh_account(
        &self,
        context: &Context,
        operator: &OperatorId,
    ) -> Result<Refreshed, Failure> {
        self.refresh(context, operator, Ask::First).await
    }

    /// The same through every app, so that also a permission that came or went unheard is known afterwards.
    pub async fn refresh_account_through_all(
        &self,
        context: &Context,
        operator: &OperatorId,
    ) -> Result<Refreshed, Failure> {
        self.refresh(context, operator, Ask::Again).await
    }

    async fn refresh(
        &self,
        context: &Context,
        operator: &OperatorId,
        ask: Ask,
    ) -> Result<Refreshed, Failure> {
        self.provide_account(operator, false).await;
        let asked = self.ask_about(context, operator, ask, Evidence::Reply).await?;
        if asked != Refreshed::Refused || self.provisioner().is_none() {
            return Ok(asked);
        }
        // A simulated Stripe that has begun anew knows nobody.
        self.provide_account(operator, true).await;
        self.ask_about(context, operator, ask, Evidence::Reply).await
    }

    /// What somebody declared is made so at a simulated Stripe, which nobody could tell otherwise: where nothing was
    /// heard of the account since the link was made, or wherever it may be needed. What came about by onboarding or
    /// OAuth is there already, and a permission that was withdrawn stays so.
    async fn provide_account(&self, operator: &OperatorId, everywhere: bool) {
        let Some((provisioner, known)) = self.provisioner().zip(self.directory().operator(operator)) else {
            return;
        };
        let links: Vec<(AppId, DateTime<Utc>)> = known
            .links()
            .map(|link| (link.app.clone(), link.linked_at))
            .collect();
        for (app, linked_at) in links {
            let Some(platform) = self.platform(&app) else {
                continue;
            };
            let mut provided = provisioner.listen(&platform).await;
            let declared = known.account().filter(|account| {
                let new = account.status_as_of.is_none_or(|as_of| linked_at > as_of);
                account.connected == Some(HowConnected::Declared)
                    && !account.deauthorized.concerns(&app)
                    && (new || everywhere)
            });
            if let Some(account) = declared {
                provided = provided.and(provisioner.ensure(&platform, &account.account).await);
            }
            if let Err(reason) = provided {
                tracing::warn!(%operator, reason, "the simulated account could not be provided");
            }
        }
    }

    /// Asks, and records what changed. Whoever asks because of something that was told asks after it was told, so that
    /// the answer is at least as new.
    pub(crate) async fn ask_about(
        &self,
        context: &Context,
        operator: &OperatorId,
        ask: Ask,
        evidence: Evidence,
    ) -> Result<Refreshed, Failure> {
        let _alone = self.flights().board(format!("account:{operator}")).await;
        self.asked().note(operator, self.host().now());
        let loaded: Loaded<Operator> = self.repository().load(operator.as_str()).await?;
        let Some((known, account)) = loaded.state().and_then(|it| it.account().map(|own| (it, own))) else {
            return Ok(Refreshed::NotAskable);
        };
        let platforms = self.platforms_for(known, ask);
        if platforms.is_empty() {
            return Ok(Refreshed::NotAskable);
        }
        // What Stripe answers is as of when it was asked: a webhook that comes meanwhile is newer.
        let as_of = self.host().now();
        let heard = self.hear(operator, &account.account, &platforms, ask).await;
        let commands = commands_for(known, &heard, ask, &evidence, as_of);
        let account = account.account.clone();
        self.record_heard(context, operator, &account, &commands).await?;
        Ok(match heard.facts {
            // Whoever was not heard may be the one that it is about.
            Some(_) if heard.unanswered && ask != Ask::First => Refreshed::Unanswered,
            Some(facts) => Refreshed::Known {
                charges_enabled: facts.charges_enabled,
            },
            None if heard.unanswered => Refreshed::Unanswered,
            None => Refreshed::Refused,
        })
    }

    /// Of the apps that have anything to do with the account, those whose keys this process has.
    fn platforms_for(&self, operator: &Operator, ask: Ask) -> Vec<(AppId, Platform)> {
        let Some(account) = operator.account() else {
            return Vec::new();
        };
        let mut apps: Vec<AppId> = account.made_by.iter().cloned().collect();
        for link in operator.links() {
            if !apps.contains(&link.app) {
                apps.push(link.app.clone());
            }
        }
        apps.retain(|app| {
            !account.given_up.contains(app) && (ask == Ask::Again || !account.deauthorized.concerns(app))
        });
        apps.into_iter()
            .filter_map(|app| self.platform(&app).map(|platform| (app, platform)))
            .collect()
    }

    async fn hear(
        &self,
        operator: &OperatorId,
        account: &StripeAccountId,
        platforms: &[(AppId, Platform)],
        ask: Ask,
    ) -> Heard {
        let mut heard = Heard::default();
        for (app, platform) in platforms {
            match self.gateway().retrieve_account(platform, account).await {
                Outcome::Done(done) => {
                    heard.facts = Some(done.value);
                    heard.told.push(app.clone());
                    if ask == Ask::First {
                        break;
                    }
                }
                Outcome::Refused(refusal) => {
                    tracing::warn!(%operator, %app, code = refusal.code, "Stripe would not tell about the account");
                    // A key that may not ask at all says nothing of the account.
                    if refusal.kind == RefusalKind::Permission && refusal.code.as_deref() == Some(NO_ACCESS) {
                        heard.shut_out.push(app.clone());
                    }
                }
                Outcome::NotExecuted(_) | Outcome::Unknown(_) => heard.unanswered = true,
            }
        }
        heard
    }

    async fn record_heard(
        &self,
        context: &Context,
        operator: &OperatorId,
        account: &StripeAccountId,
        commands: &[OperatorCommand],
    ) -> Result<(), Failure> {
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded: Loaded<Operator> = self.repository().load(operator.as_str()).await?;
            let mut change = loaded.unchanged();
            for command in commands {
                change = match change.clone().and(dated(command.clone(), at))? {
                    Ok(change) => change,
                    Err(rejection) => {
                        tracing::warn!(%operator, %account, %rejection, "what Stripe says concerns nobody");
                        change
                    }
                };
            }
            if self.keep(context, at, &change, vec![]).await? {
                return Ok(());
            }
        }
        Err(Failure::Contended)
    }
}

/// What is to be recorded of what was heard. The times are filled in when it is.
fn commands_for(
    operator: &Operator,
    heard: &Heard,
    ask: Ask,
    evidence: &Evidence,
    as_of: DateTime<Utc>,
) -> Vec<OperatorCommand> {
    let Some(known) = operator.account() else {
        return Vec::new();
    };
    let account = known.account.clone();
    let mut commands = Vec::new();
    // An account that Stripe never told anything about has lost nothing: it may not be there yet.
    if ask != Ask::First && known.status.is_some() {
        commands.extend(
            heard
                .shut_out
                .iter()
                .map(|app| OperatorCommand::DeauthorizeAccount {
                    account: account.clone(),
                    app: Some(app.clone()),
                    evidence: evidence.clone(),
                    at: as_of,
                }),
        );
    }
    let how = known.connected.unwrap_or(HowConnected::Onboarded);
    let again = heard.told.iter().filter(|app| known.deauthorized.concerns(app));
    commands.extend(again.map(|app| OperatorCommand::ConnectAccount {
        account: account.clone(),
        app: Some(app.clone()),
        how,
        evidence: evidence.clone(),
        at: as_of,
    }));
    commands.extend(
        heard
            .facts
            .as_ref()
            .map(|facts| OperatorCommand::ReportAccountStatus {
                account: account.clone(),
                status: status_of(facts),
                evidence: evidence.clone(),
                as_of,
                at: as_of,
            }),
    );
    commands
}

fn status_of(facts: &AccountFacts) -> AccountStatus {
    AccountStatus {
        charges_enabled: facts.charges_enabled,
        payouts_enabled: facts.payouts_enabled,
        details_submitted: facts.details_submitted,
        currently_due: facts.currently_due.iter().cloned().collect(),
        disabled_reason: facts.disabled_reason.clone(),
        past_due: facts.past_due.iter().cloned().collect(),
        eventually_due: facts.eventually_due.iter().cloned().collect(),
        current_deadline: facts.current_deadline,
        capabilities: facts.capabilities.clone(),
        country: facts.country.clone(),
        default_currency: facts.default_currency,
    }
}

/// The same command, decided now.
fn dated(command: OperatorCommand, now: DateTime<Utc>) -> OperatorCommand {
    use OperatorCommand as C;
    match command {
        C::DeauthorizeAccount {
            account,
            app,
            evidence,
            ..
        } => C::DeauthorizeAccount {
            account,
            app,
            evidence,
            at: now,
        },
        C::ConnectAccount {
            account,
            app,
            how,
            evidence,
            ..
        } => C::ConnectAccount {
            account,
            app,
            how,
            evidence,
            at: now,
        },
        C::ReportAccountStatus {
            account,
            status,
            evidence,
            as_of,
            ..
        } => C::ReportAccountStatus {
            account,
            status,
            evidence,
            as_of,
            at: now,
        },
        other => other,
    }
}
