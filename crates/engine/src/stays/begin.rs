//! Beginning a stay: everything that could keep it from being paid is looked at first.

use chrono::{DateTime, Utc};
use domain::{
    AppId, LocationId, OperatorId, ParkingSessionId, User, UserId,
    catalog::Entry,
    parking::{ParkingCommand, ParkingSession, Stay},
    user::{UserCommand, UserRejection},
};
use event_log::Answer;

use super::{
    barcode::Barcode,
    problem::StayProblem,
    show::{RenderStay, ShownStay},
};
use crate::{
    Claim, Context, Engine, Failure, FoundLocation,
    handle::{ATTEMPTS, Change, Loaded},
};

/// A stay as a rider asks for it.
#[derive(Debug, Clone)]
pub struct BeginStay {
    /// Through which app.
    pub app: AppId,
    /// Who.
    pub user: UserId,
    /// Whose place.
    pub operator: OperatorId,
    /// Where.
    pub location: LocationId,
}

impl Engine {
    /// Begins a stay, once per claim. Where the rider's one stay goes on at this very place, that is the answer: a rider
    /// who did not hear of it asks again.
    pub async fn begin_stay(
        &self,
        context: &Context,
        wish: &BeginStay,
        claim: Option<&Claim>,
        render: RenderStay<'_>,
    ) -> Result<Answer, StayProblem> {
        for attempt in 0..ATTEMPTS {
            if let Some(answer) = self.answered(claim).await? {
                return Ok(answer);
            }
            let at = self.host().now();
            let user = self.user(&wish.user).await?;
            let known = user.state().ok_or_else(|| unknown(&wish.user))?;
            if let Some(active) = known.active_stay().cloned() {
                if Box::pin(self.close_overdue(&active)).await? {
                    continue;
                }
                let shown = self.going_on_at(wish, &active).await?;
                let answer = render(&shown);
                let nothing = vec![user.unchanged().write().map_err(Failure::from)?];
                match self
                    .store(context, at, nothing, claim, active.as_str(), &answer)
                    .await?
                {
                    true => return Ok(answer),
                    false => continue,
                }
            }
            let catalog = self.catalog_as_seen(&wish.operator, attempt > 0).await?;
            let found = self
                .directory()
                .parking_location(&wish.app, &wish.operator, &wish.location, at);
            let found = found.ok_or(StayProblem::NoSuchLocation)?;
            self.may_stay(known, &found, at)?;
            let session = ParkingSessionId::from_uuid(self.host().fresh_id());
            let Some(held) = hold(user.clone(), &session, at)? else {
                continue;
            };
            let begun = self.begun(wish, known, &found, &session, at)?;
            let shown = self.show(begun.after().cloned().ok_or_else(|| unknown(&wish.user))?)?;
            let answer = render(&shown);
            let writes = [held.write(), begun.write()]
                .into_iter()
                .collect::<Result<_, _>>();
            let mut writes: Vec<_> = writes.map_err(Failure::from)?;
            writes.push(catalog);
            let context = context.correlated(session.as_str());
            if self
                .store(&context, at, writes, claim, session.as_str(), &answer)
                .await?
            {
                metrics::counter!("stays_total", "step" => "begun").increment(1);
                return Ok(answer);
            }
        }
        Err(Failure::Contended.into())
    }

    /// The stay that goes on, if it is the one that is asked for.
    async fn going_on_at(
        &self,
        wish: &BeginStay,
        active: &ParkingSessionId,
    ) -> Result<ShownStay, StayProblem> {
        let shown = self.shown(active).await?;
        let stay = shown.session.stay();
        match stay.operator == wish.operator && stay.location == wish.location {
            true => Ok(shown),
            false => Err(StayProblem::InProgress {
                session: active.clone(),
            }),
        }
    }

    /// Everything that could keep the stay from being paid. Test users pay nothing.
    fn may_stay(&self, user: &User, found: &FoundLocation, at: DateTime<Utc>) -> Result<(), StayProblem> {
        let operator = &found.operator;
        if let Some(lack) = self.lacks(user, operator).into_iter().next() {
            return Err(StayProblem::Lacks(lack));
        }
        if user.is_test() {
            return Ok(());
        }
        let obstacles = self.obstacles(operator, user.app(), at);
        if !obstacles.is_empty() {
            return Err(StayProblem::NotTransactable(obstacles));
        }
        if let Some(owed) = user.debts_to(operator.id()).next() {
            return Err(StayProblem::Owes(owed));
        }
        match found.version.location.is_free() || self.card_of(user).is_some() {
            true => Ok(()),
            false => Err(StayProblem::NoCard),
        }
    }

    fn begun(
        &self,
        wish: &BeginStay,
        user: &User,
        found: &FoundLocation,
        session: &ParkingSessionId,
        at: DateTime<Utc>,
    ) -> Result<Change<ParkingSession>, Failure> {
        let stay = Stay {
            session: session.clone(),
            app: wish.app.clone(),
            user: wish.user.clone(),
            operator: wish.operator.clone(),
            location: wish.location.clone(),
            rate_version: found.version.version,
            is_simulated: user.is_test(),
        };
        let stay = Box::new(stay);
        let start = match found.version.location.entry {
            Entry::Open => ParkingCommand::Start { stay, at },
            Entry::Gated => {
                let barcode = Barcode::first(self.vault(), session, at);
                let redemption = barcode.and_then(|barcode| barcode.digest());
                let redemption = redemption
                    .ok_or_else(|| Failure::Corrupt(format!("{session}: no barcode can be made")))?;
                ParkingCommand::AwaitEntry { stay, redemption, at }
            }
        };
        let fresh: Loaded<ParkingSession> = self.repository().unborn(session.as_str())?;
        let begun = fresh.decide(start)?;
        begun.map_err(|rejection| Failure::Corrupt(format!("{session}: {rejection}")))
    }
}

fn unknown(user: &UserId) -> Failure {
    Failure::Corrupt(format!("{user} is not known"))
}

/// The rider's one stay; nothing where its number is taken, and another has to be found.
fn hold(
    user: Loaded<User>,
    session: &ParkingSessionId,
    at: DateTime<Utc>,
) -> Result<Option<Change<User>>, Failure> {
    let begin = UserCommand::BeginStay {
        session: session.clone(),
        at,
    };
    match user.decide(begin)? {
        Ok(held) => Ok(Some(held)),
        Err(UserRejection::StayNumberTaken) => Ok(None),
        Err(UserRejection::Erased) => Err(Failure::Erased),
        Err(rejection) => Err(Failure::Corrupt(format!("{session}: {rejection}"))),
    }
}
