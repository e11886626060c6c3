//! What Stripe tells: kept before it is acknowledged, once, and acted upon afterwards, for as long as it takes.

use std::time::Duration;

use domain::{
    ChargeId, InvalidId, NotificationId, OperatorId, PurchaseId, StripeAccountId, StripeEventId,
    notification::{Handling, Notification, NotificationCommand, Told},
    operator::Evidence,
};
use payments::{StripeEvent, WebhookError};

use crate::{
    Actor, Context, Engine, Failure, Refreshed,
    accounts::Ask,
    handle::{ATTEMPTS, Loaded},
};

/// How long ago an event may have been signed (Stripe's own recommendation).
const TOLERANCE: Duration = Duration::from_mins(5);

/// A charge that took its money.
const CHARGED: &str = "charge.succeeded";

/// What came of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// It is kept, and waits to be acted upon.
    Kept(NotificationId),
    /// It was acted upon before.
    Known,
    /// It told of a charge that an operator made by itself, which is written down as its report.
    Reported,
    /// It is of a kind that nothing follows from, and is not kept.
    Unheeded,
}

/// Why an event was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveProblem {
    /// It is not Stripe's, not fresh, or not readable.
    #[error(transparent)]
    NotBelieved(#[from] WebhookError),
    /// Its ids are not such as Stripe gives.
    #[error("the event has no readable id")]
    Unreadable(#[from] InvalidId),
    /// The machinery failed; Stripe will tell it again.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// What an event is about. The other nouns of Stripe's join here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// What a connected account can do.
    Account,
    /// Whose platform may act for a connected account.
    Permission(Ask),
}

impl Subject {
    fn of(kind: &str) -> Option<Self> {
        match kind {
            "account.updated" | "capability.updated" => Some(Self::Account),
            "account.application.deauthorized" => Some(Self::Permission(Ask::Each)),
            "account.application.authorized" => Some(Self::Permission(Ask::Again)),
            _ => None,
        }
    }
}

impl Engine {
    /// Takes an event as it came, with Stripe's signature over it. When this returns, it is kept: it may be
    /// acknowledged, and [`Engine::act_on`] does what follows.
    pub async fn receive(&self, payload: &[u8], signature: &str) -> Result<Received, ReceiveProblem> {
        let now = self.host().now();
        let event = payments::verify(payload, signature, &self.event_secrets(), TOLERANCE, now)?;
        if event.kind == CHARGED {
            return self.receive_charge(&event).await;
        }
        if Subject::of(&event.kind).is_none() {
            return Ok(Received::Unheeded);
        }
        let told = told(&event)?;
        let id = told.notification.clone();
        let context = Context::of_request(Actor::Stripe, None, event.id.clone());
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded: Loaded<Notification> =
                self.repository().load(id.as_str()).await.map_err(Failure::from)?;
            if let Some(known) = loaded.state() {
                return Ok(match known.handling() {
                    Some(_) => Received::Known,
                    None => Received::Kept(id),
                });
            }
            let command = NotificationCommand::Receive {
                told: told.clone(),
                at,
            };
            if self.keep_notification(&context, loaded, command).await? {
                return Ok(Received::Kept(id));
            }
        }
        Err(Failure::Contended.into())
    }

    /// The report is kept where it belongs, so no copy of the notification has to be. Charges that we make ourselves
    /// are answered to us, and are no news.
    async fn receive_charge(&self, event: &StripeEvent) -> Result<Received, ReceiveProblem> {
        let text = |pointer| event.object.pointer(pointer).and_then(serde_json::Value::as_str);
        let purchase = text("/metadata/purchase").and_then(|id| PurchaseId::parse(id).ok());
        let charge = text("/id").and_then(|id| ChargeId::parse(id).ok());
        let (Some(purchase), Some(charge), Some(account)) = (purchase, charge, &event.account) else {
            return Ok(Received::Unheeded);
        };
        let context = Context {
            causation: Some(event.id.clone()),
            ..Context::of_request(Actor::Stripe, None, event.id.clone())
        };
        Ok(
            match self.hear_of_charge(&context, &purchase, account, &charge).await? {
                true => Received::Reported,
                false => Received::Unheeded,
            },
        )
    }

    /// Does what follows from a notification. Whether that is done; if not, it is to be tried again.
    pub async fn act_on(&self, id: &NotificationId) -> Result<bool, Failure> {
        let loaded: Loaded<Notification> = self.repository().load(id.as_str()).await?;
        let Some(known) = loaded.state() else {
            return Err(Failure::Corrupt(format!("{id} was never received")));
        };
        if known.handling().is_some() {
            return Ok(true);
        }
        let context = Context {
            causation: Some(known.event().to_string()),
            ..Context::of_request(Actor::Stripe, None, known.event().as_str())
        };
        let evidence = Evidence::Webhook {
            event: known.event().to_string(),
        };
        let account = known.account().cloned().or_else(|| {
            let object = known.object()?;
            StripeAccountId::parse(object).ok()
        });
        let operators = account.map_or_else(Vec::new, |it| self.directory().operators_paid_on(&it));
        let ask = match Subject::of(known.kind()) {
            Some(Subject::Account) => Ask::First,
            Some(Subject::Permission(ask)) => ask,
            // A newer release knew what to do with it.
            None => return Ok(false),
        };
        let handling = match operators.is_empty() {
            true => Handling::Irrelevant,
            false => Handling::Applied,
        };
        for operator in &operators {
            if !self.ask_because(&context, operator, ask, &evidence).await? {
                return Ok(false);
            }
        }
        let handled = |at| NotificationCommand::RecordHandled { handling, at };
        let recorded = self
            .record::<Notification>(&context, id.as_str(), &handled)
            .await?;
        recorded.map_err(|rejection| Failure::Corrupt(rejection.to_string()))?;
        Ok(true)
    }

    /// Whether Stripe's word was had, or there is nobody to ask.
    async fn ask_because(
        &self,
        context: &Context,
        operator: &OperatorId,
        ask: Ask,
        evidence: &Evidence,
    ) -> Result<bool, Failure> {
        let asked = self.ask_about(context, operator, ask, evidence.clone()).await?;
        Ok(match asked {
            Refreshed::Known { .. } | Refreshed::NotAskable | Refreshed::Refused => true,
            Refreshed::Unanswered => false,
        })
    }

    async fn keep_notification(
        &self,
        context: &Context,
        loaded: Loaded<Notification>,
        command: NotificationCommand,
    ) -> Result<bool, Failure> {
        let change = match loaded.decide(command)? {
            Ok(change) => change,
            Err(rejection) => return Err(Failure::Corrupt(rejection.to_string())),
        };
        self.keep(context, self.host().now(), &change, vec![]).await
    }
}

/// As little of an event as is kept: no part of the object but its id.
fn told(event: &StripeEvent) -> Result<Told, InvalidId> {
    let name = StripeEventId::parse(event.id.clone())?;
    let object = event.object.get("id").and_then(serde_json::Value::as_str);
    let plain =
        |id: &&str| id.len() <= domain::ids::MAX_ID_LENGTH && id.bytes().all(|byte| byte.is_ascii_graphic());
    Ok(Told {
        notification: NotificationId::of(event.account.as_ref(), &name)?,
        event: name,
        kind: event.kind.clone(),
        account: event.account.clone(),
        object: object.filter(plain).map(str::to_owned),
        created: event.created,
    })
}
