//! The work that is not over: what a resolver has to take up if nobody else does.
//!
//! Missing any of it would leave a rider charged without a pass, so the rows say exactly what
//! [`Purchase::next`](domain::purchase::Purchase::next) says, folding no more of a purchase than that takes.

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, Purchase, User,
    notification::{Notification, NotificationEvent},
    operator::{Operator, OperatorEvent},
    purchase::PurchaseEvent,
    transfer::{Transfer, TransferEvent},
    user::UserEvent,
    wallet::ItemId,
};
use event_log::{Recorded, Store, StreamId, Upcasters};

use crate::{
    projection::{ProjectError, Projection},
    store::{Build, Rows, Value, ViewError, live_build, on_either},
};

/// The read model of what was begun and is not over.
#[derive(Debug, Clone, Copy)]
pub struct Unfinished;

/// A stream in which something is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenWork {
    /// The purchase, the transfer, the user whose card is being kept, the operator whose account is being made, or what
    /// Stripe told.
    pub stream: StreamId,
    /// Since when the oldest of it is open, or from when on it is due, to the microsecond.
    pub since: DateTime<Utc>,
}

/// The task of a purchase's way to passes, or to a full refund that is still to be started.
const PURCHASE: &str = "purchase";

/// The task of a token that an operator may charge.
const OFFER: &str = "offer";

const OFFERS: &str =
    "SELECT stream, since FROM unfinished WHERE build = $1 AND task = 'offer' ORDER BY since, stream";

const LIST: &str = "SELECT stream, min(since) FROM unfinished WHERE build = $1
    GROUP BY stream
    HAVING min(since) <= $2 AND (min(since) > $3 OR (min(since) = $3 AND stream > $4))
    ORDER BY 2, 1 LIMIT $5";

impl Unfinished {
    /// What is open since `older_than` or longer, the oldest first, at most `limit` streams.
    pub async fn list(
        store: &Store,
        limit: usize,
        older_than: DateTime<Utc>,
    ) -> Result<Vec<OpenWork>, ViewError> {
        Self::list_after(store, limit, older_than, None).await
    }

    /// The purchases whose token is on offer to an operator, the oldest first.
    pub async fn offers(store: &Store) -> Result<Vec<OpenWork>, ViewError> {
        let mut build = live_build(store, Self::NAME, Self::VERSION).await?;
        loop {
            let rows: Vec<(String, i64)> = on_either!(Store, store, pool => {
                sqlx::query_as(OFFERS).bind(build.number()).fetch_all(pool).await?
            });
            match live_build(store, Self::NAME, Self::VERSION).await? {
                live if live == build => return open_work(rows),
                live => build = live,
            }
        }
    }

    /// What follows upon `after` in the order of [`Unfinished::list`], so that work which stays open for long never
    /// hides what is younger.
    pub async fn list_after(
        store: &Store,
        limit: usize,
        older_than: DateTime<Utc>,
        after: Option<&OpenWork>,
    ) -> Result<Vec<OpenWork>, ViewError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (since, stream) = after.map_or((i64::MIN, ""), |it| {
            (it.since.timestamp_micros(), it.stream.as_str())
        });
        let until = older_than.timestamp_micros();
        let mut build = live_build(store, Self::NAME, Self::VERSION).await?;
        let rows: Vec<(String, i64)> = loop {
            let rows = on_either!(Store, store, pool => {
                let query = sqlx::query_as(LIST).bind(build.number()).bind(until);
                query.bind(since).bind(stream).bind(limit).fetch_all(pool).await?
            });
            // A build that was replaced meanwhile may have lost its rows, too.
            match live_build(store, Self::NAME, Self::VERSION).await? {
                live if live == build => break rows,
                live => build = live,
            }
        };
        open_work(rows)
    }
}

fn open_work(rows: Vec<(String, i64)>) -> Result<Vec<OpenWork>, ViewError> {
    rows.into_iter()
        .map(|(stream, since)| {
            let stream = stream.parse().ok()?;
            Some(OpenWork {
                stream,
                since: DateTime::from_timestamp_micros(since)?,
            })
        })
        .collect::<Option<_>>()
        .ok_or(ViewError::Damaged(Unfinished::NAME))
}

impl Projection for Unfinished {
    const NAME: &'static str = "unfinished";
    const VERSION: u32 = 4;
    const TABLES: &'static [&'static str] = &["unfinished"];
    const CATEGORIES: &'static [&'static str] = &[
        Purchase::CATEGORY,
        User::CATEGORY,
        Transfer::CATEGORY,
        Operator::CATEGORY,
        Notification::CATEGORY,
    ];

    async fn project(
        rows: &mut Rows<'_>,
        build: Build,
        event: &Recorded,
        upcasters: &Upcasters,
    ) -> Result<(), ProjectError> {
        let changes = match event.stream.category() {
            Purchase::CATEGORY => of_purchase(&event.lift(upcasters)?),
            User::CATEGORY => of_user(&event.lift(upcasters)?),
            Transfer::CATEGORY => of_transfer(&event.lift(upcasters)?),
            Operator::CATEGORY => of_operator(&event.lift(upcasters)?),
            Notification::CATEGORY => of_notification(&event.lift(upcasters)?),
            category => {
                return Err(ProjectError::Drift(format!(
                    "nothing of {category} is ever unfinished"
                )));
            }
        };
        for change in changes {
            change.write(rows, build, event).await?;
        }
        Ok(())
    }
}

/// What an event does to the list.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    Open(String),
    /// Nobody has to do anything before then.
    OpenFrom(String, DateTime<Utc>),
    Close(String),
    CloseAll,
}

impl Change {
    async fn write(&self, rows: &mut Rows<'_>, build: Build, event: &Recorded) -> Result<(), sqlx::Error> {
        // Opening what is open keeps its age.
        const OPEN: &str = "INSERT INTO unfinished (build, stream, task, category, since)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        const CLOSE: &str = "DELETE FROM unfinished WHERE build = $1 AND stream = $2 AND task = $3";
        const CLOSE_ALL: &str = "DELETE FROM unfinished WHERE build = $1 AND stream = $2";
        let (build, stream) = (Value::Integer(build.number()), Value::Text(event.stream.as_str()));
        match self {
            Self::Open(task) | Self::OpenFrom(task, _) => {
                let category = Value::Text(event.stream.category());
                let since = match self {
                    Self::OpenFrom(_, from) => *from,
                    _ => event.at,
                };
                let since = Value::Integer(since.timestamp_micros());
                rows.execute(OPEN, &[build, stream, Value::Text(task), category, since])
                    .await
            }
            Self::Close(task) => rows.execute(CLOSE, &[build, stream, Value::Text(task)]).await,
            Self::CloseAll => rows.execute(CLOSE_ALL, &[build, stream]).await,
        }
        .map(drop)
    }
}

fn of_purchase(event: &PurchaseEvent) -> Vec<Change> {
    let whole = || PURCHASE.to_owned();
    let part = |refund: &domain::RefundId| format!("refund:{refund}");
    let reported = |charge: &domain::ChargeId| format!("report:{charge}");
    match event {
        PurchaseEvent::Started { .. } => vec![Change::Open(whole())],
        // A charge after the end opens the purchase again: it has to be given back.
        PurchaseEvent::Charged { facts, .. } => vec![
            Change::Open(whole()),
            Change::Close(OFFER.to_owned()),
            Change::Close(reported(&facts.charge)),
        ],
        PurchaseEvent::Completed { .. } => vec![Change::Close(whole())],
        PurchaseEvent::Declined { .. } | PurchaseEvent::Voided { .. } => {
            vec![Change::Close(whole()), Change::Close(OFFER.to_owned())]
        }
        PurchaseEvent::CredentialHandedOver { .. } => vec![Change::Open(OFFER.to_owned())],
        // A report has to be looked into even where the purchase had ended before.
        PurchaseEvent::ChargeReported { charge, .. } => vec![Change::Open(reported(charge))],
        PurchaseEvent::ReportRefuted { charge, .. } => vec![Change::Close(reported(charge))],
        // What is being refunded is no longer issued, and whoever issues first is closed already.
        PurchaseEvent::RefundStarted { refund, .. } => {
            vec![Change::Close(whole()), Change::Open(part(refund))]
        }
        PurchaseEvent::RefundRetried { refund, .. } => vec![Change::Open(part(refund))],
        PurchaseEvent::Refunded { refund, .. } | PurchaseEvent::RefundRefused { refund, .. } => {
            vec![Change::Close(part(refund))]
        }
        // It goes on only if somebody tries it again.
        PurchaseEvent::RefundUndone { .. }
        | PurchaseEvent::CredentialDerived { .. }
        | PurchaseEvent::OutcomeUnknown { .. }
        | PurchaseEvent::StepRenewed { .. }
        | PurchaseEvent::DeclinedForNow { .. }
        | PurchaseEvent::ActionRequired { .. }
        | PurchaseEvent::TokenDelivered { .. }
        | PurchaseEvent::TokenNotDelivered { .. }
        | PurchaseEvent::RefundUnknown { .. }
        | PurchaseEvent::Disputed { .. }
        | PurchaseEvent::DisputeEscalated { .. }
        | PurchaseEvent::DisputeClosed { .. }
        | PurchaseEvent::ReviewRequested { .. } => vec![],
    }
}

fn of_user(event: &UserEvent) -> Vec<Change> {
    let card = |save: &domain::CardSaveId| format!("card:{save}");
    match event {
        UserEvent::CardSaveStarted { save, .. } => vec![Change::Open(card(save))],
        UserEvent::CardSaved { save, .. } | UserEvent::CardSaveRefused { save, .. } => {
            vec![Change::Close(card(save))]
        }
        // Nothing can happen to an erased user any more, and what was handed in can no longer be opened.
        UserEvent::Erased { .. } => vec![Change::CloseAll],
        UserEvent::Registered { .. }
        | UserEvent::ContactChanged { .. }
        | UserEvent::TermsAccepted { .. }
        | UserEvent::VehicleSet { .. }
        // A customer that is asked for and never made costs nothing; whoever needs it asks under the same key.
        | UserEvent::CustomerRequested { .. }
        | UserEvent::CustomerCreated { .. }
        | UserEvent::PurchaseOpened { .. }
        | UserEvent::PurchaseClosed { .. }
        | UserEvent::EntitlementGranted { .. }
        | UserEvent::EntitlementWithdrawn { .. }
        | UserEvent::VoucherRedeemed { .. }
        | UserEvent::OperatorAccountLinked { .. }
        | UserEvent::OperatorAccountUnlinked { .. }
        | UserEvent::StayBegun { .. }
        | UserEvent::StayOver { .. }
        | UserEvent::DebtRecorded { .. }
        | UserEvent::DebtSettled { .. } => vec![],
    }
}

/// An expiry is a matter of each item, because each may be refunded by itself before.
fn of_transfer(event: &TransferEvent) -> Vec<Change> {
    let expiry = |item: &ItemId| match item {
        ItemId::Pass(id) => format!("expiry:{id}"),
        ItemId::PassBook(id) => format!("expiry:{id}"),
    };
    let refunding = |refund: &domain::RefundId| format!("refund:{refund}");
    match event {
        TransferEvent::Created {
            items,
            expires_at: Some(end),
            ..
        } => items
            .iter()
            .map(|it| Change::OpenFrom(expiry(&it.item), *end))
            .collect(),
        TransferEvent::RefundStarted { refund, items, .. } => {
            let due = items.iter().map(|item| Change::Close(expiry(item)));
            due.chain([Change::Open(refunding(refund))]).collect()
        }
        TransferEvent::RefundRetried { refund, .. } => vec![Change::Open(refunding(refund))],
        TransferEvent::ItemsRefunded { refund, .. } | TransferEvent::RefundRefused { refund, .. } => {
            vec![Change::Close(refunding(refund))]
        }
        // Neither happens while a refund is under way.
        TransferEvent::Redeemed { .. } | TransferEvent::Cancelled { .. } => vec![Change::CloseAll],
        // What has expired is over once each of its items is being refunded.
        TransferEvent::Created { expires_at: None, .. } | TransferEvent::Expired { .. } => vec![],
    }
}

/// An account that Stripe was asked to make, until there is one or there will be none.
fn of_operator(event: &OperatorEvent) -> Vec<Change> {
    use OperatorEvent as E;
    let account = || "account".to_owned();
    match event {
        E::AccountRequested { .. } => vec![Change::Open(account())],
        E::AccountRequestRefused { .. } | E::OnboardingStarted { .. } | E::AccountConnected { .. } => {
            vec![Change::Close(account())]
        }
        E::Registered { .. }
        | E::KindChanged { .. }
        | E::ProfileChanged { .. }
        // Nobody has to do anything about a form that is not filled in.
        | E::OauthStarted { .. }
        | E::AccountStatusReported { .. }
        | E::AccountDeauthorized { .. }
        | E::LinkProposed { .. }
        | E::LinkDeclined { .. }
        | E::Linked { .. }
        | E::FeeChanged { .. }
        | E::TicketDisplaySet { .. }
        | E::Unlinked { .. }
        | E::Suspended { .. }
        | E::Reinstated { .. }
        | E::ServiceAlertRaised { .. }
        | E::ServiceAlertCleared { .. }
        | E::FareFreeDeclared { .. }
        | E::FareFreeWithdrawn { .. }
        | E::ChargingSet { .. }
        | E::RequirementsSet { .. }
        | E::RefundRulesSet { .. }
        | E::DisputedPassesSet { .. }
        | E::TicketStyleSet { .. } => vec![],
    }
}

fn of_notification(event: &NotificationEvent) -> Vec<Change> {
    let heeded = || "notification".to_owned();
    match event {
        NotificationEvent::Received { .. } => vec![Change::Open(heeded())],
        NotificationEvent::Handled { .. } => vec![Change::Close(heeded())],
    }
}
