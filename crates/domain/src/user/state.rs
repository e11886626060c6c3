//! Who a user is, what they may buy, and the card they pay with.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{CardSave, Contact, UserCommand, UserEvent, UserRejection, debt::Debt, decide::register};
use crate::{
    Aggregate, AppId, CardSaveId, CustomerId, Decided, FareId, ImpossibleHistory, OperatorId,
    ParkingSessionId, PurchaseId, Sealed, SeriesId, StripeAccountId, StripeCallKey, VoucherId,
    purchase::SavedCredential,
};

/// For how long an open purchase keeps others out at most (ticketing API, `existing_purchase_in_progess`).
pub const PURCHASE_HOLD: TimeDelta = TimeDelta::minutes(2);

/// A user as their history tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub(super) app: AppId,
    pub(super) subject: Sealed,
    pub(super) contact: Contact,
    pub(super) terms_accepted_at: Option<DateTime<Utc>>,
    pub(super) license_plate: Option<Sealed>,
    pub(super) customers: BTreeMap<StripeAccountId, CustomerId>,
    /// The keys under which customers are being created.
    pub(super) requested_customers: BTreeMap<StripeAccountId, StripeCallKey>,
    pub(super) credential: Option<SavedCredential>,
    pub(super) card_saves: BTreeMap<CardSaveId, CardSave>,
    pub(super) open_purchase: Option<(PurchaseId, DateTime<Utc>)>,
    /// The purchase that was closed last: beginning it again would keep others out for nothing.
    pub(super) closed_purchase: Option<PurchaseId>,
    pub(super) entitlements: BTreeMap<OperatorId, BTreeMap<FareId, Option<DateTime<Utc>>>>,
    /// What was redeemed of each series.
    pub(super) vouchers: BTreeMap<SeriesId, BTreeSet<VoucherId>>,
    pub(super) linked_accounts: BTreeSet<OperatorId>,
    /// Settled ones too, so that late news of one does not bring it back.
    pub(super) debts: BTreeMap<PurchaseId, Debt>,
    /// Stays, those that are over too.
    #[serde(default)]
    pub(super) stays: BTreeSet<ParkingSessionId>,
    #[serde(default)]
    pub(super) active_stay: Option<ParkingSessionId>,
    /// Whether this is a test user: nobody, in the sandbox, without a card.
    #[serde(default)]
    pub(super) is_test: bool,
    pub(super) erased: bool,
}

impl Aggregate for User {
    const CATEGORY: &'static str = "user";
    type Command = UserCommand;
    type Event = UserEvent;
    type Rejection = UserRejection;

    fn decide(state: Option<&Self>, command: UserCommand) -> Decided<Self> {
        match (state, command) {
            (
                None,
                UserCommand::Identify {
                    app,
                    subject,
                    is_test,
                    contact,
                    at,
                },
            ) => Ok(register(app, subject, is_test, contact, at)),
            (None, _) => Err(UserRejection::NotRegistered),
            (Some(user), UserCommand::Erase { .. }) if user.erased => Ok(vec![]),
            (Some(user), _) if user.erased => Err(UserRejection::Erased),
            (Some(user), command) => user.decide_next(command),
        }
    }

    fn apply(state: Option<Self>, event: &UserEvent) -> Result<Self, ImpossibleHistory> {
        match (state, event) {
            (
                None,
                UserEvent::Registered {
                    app,
                    subject,
                    is_test,
                    ..
                },
            ) => Ok(Self::registered(app, subject, *is_test)),
            (None, _) => Err(Self::impossible("a user is registered first")),
            (Some(_), UserEvent::Registered { .. }) => Err(Self::impossible("a user is registered once")),
            (Some(user), _) if user.erased => Err(Self::impossible("nothing happens to an erased user")),
            (Some(user), event) => user.apply_next(event),
        }
    }
}
