//! From a stay that is over to the purchase that pays for it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ParkingSessionId, PurchaseId, User,
    parking::ParkingSession,
    purchase::{Order, ParkedStay, PaymentTerms, Purchase, PurchaseCommand},
    tariff::{Calculation, TariffRefusal},
};

use crate::{
    Engine, Failure, KeptCard,
    buy::payment_terms,
    handle::{Change, Loaded},
    quote::sells_here,
};

impl Engine {
    /// The card that a rider pays with, on the app's platform account. Nobody may use the card of an erased rider.
    pub(super) fn card_of(&self, user: &User) -> Option<KeptCard> {
        if user.is_erased() {
            return None;
        }
        let (platform, _) = self.own_platform(user.app()).ok()?;
        Some(KeptCard {
            customer: user.customer_on(&platform)?.clone(),
            credential: user.credential_on(&platform)?.clone(),
            platform,
        })
    }

    /// What a stay costs that ends at a moment, by the version of the location that was in force when it began. A stay
    /// that went on longer than anybody may stay costs what the longest does.
    pub(super) fn price_of(
        &self,
        session: &ParkingSession,
        until: DateTime<Utc>,
    ) -> Result<Calculation, Failure> {
        let stay = session.stay();
        let corrupt = |what: &str| Failure::Corrupt(format!("{}: {what}", stay.session));
        let from = session.started_at().ok_or_else(|| corrupt("it never began"))?;
        let catalog = self.directory().catalog(&stay.operator);
        let version = catalog
            .as_ref()
            .and_then(|it| it.location_version(&stay.location, stay.rate_version));
        let location = &version
            .ok_or_else(|| corrupt("its location is not known"))?
            .location;
        match location.price(from, until) {
            Err(TariffRefusal::TooLong { longest_minutes }) => {
                location.price(from, from + TimeDelta::minutes(i64::from(longest_minutes)))
            }
            priced => priced,
        }
        .map_err(|refusal| corrupt(&refusal.to_string()))
    }

    /// The purchase that is to pay for a stay, begun; nothing where the operator cannot be paid or the rider has no card.
    pub(super) fn billing(
        &self,
        session: &ParkingSession,
        calculation: Calculation,
        user: &User,
        purchase: &PurchaseId,
        at: DateTime<Utc>,
    ) -> Result<Option<Change<Purchase>>, Failure> {
        let Some((order, payment)) = self.bill(session, calculation, user, purchase, at) else {
            return Ok(None);
        };
        let fresh: Loaded<Purchase> = self.repository().unborn(purchase.as_str())?;
        let start = PurchaseCommand::Start {
            order: Box::new(order),
            payment: payment.map(Box::new),
            at,
        };
        let started = fresh.decide(start)?;
        let started = started.map_err(|rejection| Failure::Corrupt(format!("{purchase}: {rejection}")))?;
        Ok(Some(started))
    }

    fn bill(
        &self,
        session: &ParkingSession,
        calculation: Calculation,
        user: &User,
        purchase: &PurchaseId,
        at: DateTime<Utc>,
    ) -> Option<(Order, Option<PaymentTerms>)> {
        let stay = session.stay();
        let operator = self.directory().operator(&stay.operator)?;
        let catalog = self.directory().catalog(&stay.operator)?;
        let location = &catalog
            .location_version(&stay.location, stay.rate_version)?
            .location;
        let zone = location
            .tariff
            .as_ref()
            .map_or(operator.profile().timezone, |tariff| tariff.zone);
        let total = calculation.total;
        let mut order = Order {
            purchase: purchase.clone(),
            app: stay.app.clone(),
            user: stay.user.clone(),
            operator: stay.operator.clone(),
            items: Vec::new(),
            total,
            engine_fee: domain::Money::zero(total.currency),
            activate_on: None,
            activate_at_once: false,
            parked: Some(Box::new(ParkedStay {
                session: stay.session.clone(),
                location: stay.location.clone(),
                name: location.name.clone(),
                zone,
                from: session.started_at()?,
                until: session.ended_at()?,
                rate_version: stay.rate_version,
                calculation,
            })),
        };
        if !total.is_positive() {
            return Some((order, None));
        }
        let transactable = sells_here(&operator, &stay.app, at).ok()?;
        order.engine_fee = transactable.fee.fee_on(total).ok()?;
        let card = self.card_of(user)?;
        Some((
            order,
            Some(payment_terms(purchase, transactable.account, &transactable.charging, card).ok()?),
        ))
    }
}

/// That the session is what its stream says.
pub(super) fn known(
    loaded: &Loaded<ParkingSession>,
    session: &ParkingSessionId,
) -> Result<ParkingSession, Failure> {
    let known = loaded.state().cloned();
    known.ok_or_else(|| Failure::Corrupt(format!("{session} was never begun")))
}
