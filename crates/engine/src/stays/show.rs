//! Stays as they are shown: the session, and what came of its bill.

use domain::{
    LocationId, OperatorId, ParkingSessionId, User, UserId, parking::ParkingSession, tariff::Calculation,
};
use event_log::Answer;

use super::{barcode::Barcode, bill::known, problem::StayProblem};
use crate::{Engine, Failure, handle::Loaded};

/// A stay, and what it cost where it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownStay {
    /// The stay.
    pub session: ParkingSession,
    /// How its cost comes about.
    pub calculation: Option<Calculation>,
    /// What the rider shows at the gate next.
    pub barcode: Option<Barcode>,
}

/// Renders a stay.
pub type RenderStay<'a> = &'a (dyn Fn(&ShownStay) -> Answer + Send + Sync);

impl Engine {
    /// Every stay of a user, the newest first; those at one location, if one is named.
    pub async fn stays(
        &self,
        user: &UserId,
        at: Option<(&OperatorId, &LocationId)>,
    ) -> Result<Vec<ShownStay>, Failure> {
        let user = self.user(user).await?;
        let sessions = user.state().map(User::stays).into_iter().flatten().rev();
        let mut stays = Vec::new();
        for session in sessions {
            let shown = self.shown(session).await?;
            let stay = shown.session.stay();
            if at.is_none_or(|(operator, location)| stay.operator == *operator && stay.location == *location)
            {
                stays.push(shown);
            }
        }
        Ok(stays)
    }

    /// The stay of a user that has a number, at a location.
    pub async fn stay(
        &self,
        user: &UserId,
        (operator, location): (&OperatorId, &LocationId),
        number: u64,
    ) -> Result<ShownStay, StayProblem> {
        let user = self.user(user).await?;
        let session = user.state().and_then(|user| user.stay(number));
        let session = session.ok_or(StayProblem::NoSuchStay)?;
        let shown = self.shown(session).await?;
        let stay = shown.session.stay();
        match stay.operator == *operator && stay.location == *location {
            true => Ok(shown),
            false => Err(StayProblem::NoSuchStay),
        }
    }

    /// The barcode for the gate that the user comes to next (Coord's Parking Access API, `POST /barcode`).
    pub async fn barcode(&self, user: &UserId) -> Result<Barcode, StayProblem> {
        let user = self.user(user).await?;
        let active = user.state().and_then(User::active_stay);
        let shown = self.shown(active.ok_or(StayProblem::NoneActive)?).await?;
        match shown.session.is_active() {
            true => shown.barcode.ok_or(StayProblem::NotGated),
            false => Err(StayProblem::NoneActive),
        }
    }

    /// A stay as it is now, by the rules too.
    pub(super) async fn shown(&self, session: &ParkingSessionId) -> Result<ShownStay, Failure> {
        let mut loaded = self.parking(session).await?;
        if loaded.state().is_some_and(ParkingSession::is_active)
            && Box::pin(self.close_overdue(session)).await?
        {
            loaded = self.parking(session).await?;
        }
        self.show(known(&loaded, session)?)
    }

    pub(super) fn show(&self, session: ParkingSession) -> Result<ShownStay, Failure> {
        let calculation = match session.ended_at() {
            Some(ended_at) => Some(self.price_of(&session, ended_at)?),
            None => None,
        };
        Ok(ShownStay {
            barcode: Barcode::of(self.vault(), &session, self.host().now()),
            session,
            calculation,
        })
    }

    pub(super) async fn parking(
        &self,
        session: &ParkingSessionId,
    ) -> Result<Loaded<ParkingSession>, Failure> {
        Ok(self.repository().load(session.as_str()).await?)
    }
}
