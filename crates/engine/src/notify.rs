//! What Stripe tells: kept before it is acknowledged, once, and acted upon afterwards, for as long as it takes.

use std::time::Duration;

use domain::{
    ChargeId, InvalidId, NotificationId, OperatorId, PurchaseId, StripeAccountId, StripeEventId,
    notification::{Handling, Notification, NotificationCommand, Told},
    operator::Evidence,
};
use payments::{MetadataKey, StripeEvent, WebhookError};

use crate::{
    Actor, Context, Engine, Failure, Refreshed,
    accounts::Ask,
    handle::{ATTEMPTS, Loaded},
};

/// How long ago an event may have been signed (Stripe's own recommendation).
const TOLERANCE: Duration = Duration::from_mins(5);

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
pub(crate) enum Subject {
    /// What a connected account can do.
    Account,
    /// Whose platform may act for a connected account.
    Permission(Ask),
    /// A payment that took its money.
    Charged,
    /// A payment that did not, or not yet.
    Payment,
    /// Money that goes back, or fails to.
    Refunds,
    /// Money that a rider's bank wants back.
    Dispute,
}

impl Subject {
    fn of(kind: &str) -> Option<Self> {
        match kind {
            "account.updated" | "capability.updated" => Some(Self::Account),
            "account.application.deauthorized" => Some(Self::Permission(Ask::Each)),
            "account.application.authorized" => Some(Self::Permission(Ask::Again)),
            "charge.succeeded" | "payment_intent.succeeded" => Some(Self::Charged),
            "charge.failed"
            | "charge.updated"
            | "payment_intent.payment_failed"
            | "payment_intent.canceled"
            | "payment_intent.processing"
            | "payment_intent.requires_action" => Some(Self::Payment),
            "charge.refunded"
            | "charge.refund.updated"
            | "refund.created"
            | "refund.updated"
            | "refund.failed" => Some(Self::Refunds),
            "charge.dispute.created"
            | "charge.dispute.updated"
            | "charge.dispute.closed"
            | "charge.dispute.funds_withdrawn"
            | "charge.dispute.funds_reinstated" => Some(Self::Dispute),
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
        self.take_in(&event).await
    }

    /// Takes in an event that is Stripe's, however that is known. One that tells nothing new, or of what went on without
    /// us, is not kept: an account may have other business than ours, and much of it.
    pub(crate) async fn take_in(&self, event: &StripeEvent) -> Result<Received, ReceiveProblem> {
        let Some(subject) = Subject::of(&event.kind) else {
            return Ok(Received::Unheeded);
        };
        if let (Subject::Charged, Some(received)) = (subject, self.receive_charge(event).await?) {
            return Ok(received);
        }
        let told = told(event)?;
        if !self.is_news(subject, &told).await? {
            return Ok(Received::Unheeded);
        }
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

    /// Of a charge that its operator made by itself the report is kept where it belongs, so no copy of the notification
    /// has to be. Nothing where it is no such charge.
    async fn receive_charge(&self, event: &StripeEvent) -> Result<Option<Received>, ReceiveProblem> {
        let charge = text_at(event, "/id").and_then(|id| ChargeId::parse(id).ok());
        let (Some(purchase), Some(charge), Some(account)) = (purchase_on(event), charge, &event.account)
        else {
            return Ok(None);
        };
        let context = Context {
            causation: Some(event.id.clone()),
            ..Context::of_request(Actor::Stripe, None, event.id.clone())
        };
        let is_reported = self.hear_of_charge(&context, &purchase, account, &charge).await?;
        Ok(is_reported.then_some(Received::Reported))
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
        let handling = match Subject::of(known.kind()) {
            Some(Subject::Account) => self.follow_account(&context, known, Ask::First).await?,
            Some(Subject::Permission(ask)) => self.follow_account(&context, known, ask).await?,
            Some(subject) => Box::pin(self.follow_purchase(&context, known, subject)).await?,
            // A newer release knew what to do with it.
            None => None,
        };
        let Some(handling) = handling else {
            return Ok(false);
        };
        let handled = |at| NotificationCommand::RecordHandled { handling, at };
        let recorded = self
            .record::<Notification>(&context, id.as_str(), &handled)
            .await?;
        recorded.map_err(|rejection| Failure::Corrupt(rejection.to_string()))?;
        Ok(true)
    }

    /// What followed for the operators that are paid on the account; nothing as long as Stripe does not answer.
    async fn follow_account(
        &self,
        context: &Context,
        known: &Notification,
        ask: Ask,
    ) -> Result<Option<Handling>, Failure> {
        let evidence = Evidence::Webhook {
            event: known.event().to_string(),
        };
        let account = known.account().cloned().or_else(|| {
            let object = known.object()?;
            StripeAccountId::parse(object).ok()
        });
        let operators = account.map_or_else(Vec::new, |it| self.directory().operators_paid_on(&it));
        for operator in &operators {
            if !self.ask_because(context, operator, ask, &evidence).await? {
                return Ok(None);
            }
        }
        Ok(Some(match operators.is_empty() {
            true => Handling::Irrelevant,
            false => Handling::Applied,
        }))
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
        purchase: purchase_on(event),
        charge: charge_of(event),
        created: event.created,
    })
}

fn text_at<'e>(event: &'e StripeEvent, pointer: &str) -> Option<&'e str> {
    event.object.pointer(pointer).and_then(serde_json::Value::as_str)
}

/// The purchase that our metadata on the object names.
fn purchase_on(event: &StripeEvent) -> Option<PurchaseId> {
    let purchase = format!("/metadata/{}", MetadataKey::Purchase);
    text_at(event, &purchase).and_then(|id| PurchaseId::parse(id).ok())
}

/// The charge that the object is, or is of.
fn charge_of(event: &StripeEvent) -> Option<ChargeId> {
    [
        "/id",
        "/charge",
        "/charge/id",
        "/latest_charge",
        "/latest_charge/id",
    ]
    .into_iter()
    .filter_map(|pointer| text_at(event, pointer))
    .find_map(|id| ChargeId::parse(id).ok())
}
