//! What gates report: who drove in, and who drove out.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    LocationId, OperatorId, ParkingSessionId,
    parking::{ParkingCommand, ParkingRejection, ParkingSession},
};
use event_log::{Answer, StreamWrite};

use super::{
    barcode::{Barcode, CLOCKS_DIFFER},
    end::contradiction,
};
use crate::{
    Claim, Context, Engine, Failure,
    handle::{ATTEMPTS, Change, Loaded},
    once::KeyProblem,
};

/// A gate's clock may be ahead by no more.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// Which way somebody went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// In.
    Entry,
    /// Out.
    Exit,
}

/// How the stay is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// By what the rider showed.
    Barcode(String),
    /// By its id, where somebody at the gate opened it by hand.
    Session(ParkingSessionId),
}

/// What a gate saw.
#[derive(Debug, Clone)]
pub struct GateScan {
    /// Where the gate is.
    pub location: LocationId,
    /// Which way.
    pub way: Way,
    /// Whose stay.
    pub shown: Shown,
    /// When; now where the gate does not say.
    pub at: Option<DateTime<Utc>>,
}

/// Why a gate stays shut. Nothing is recorded then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    /// It is no barcode of this engine, or of another operator's stay.
    UnknownBarcode,
    /// It was good until before the scan.
    BarcodeExpired,
    /// It opened a gate already.
    BarcodeUsed,
    /// The stay is at another location.
    OtherLocation,
    /// It is a test user's, and gates are real.
    TestSession,
    /// Nothing is scanned in the future.
    InTheFuture,
    /// Its rider is inside already.
    AlreadyEntered,
    /// Its rider has left already.
    AlreadyLeft,
    /// The other scan of the stay says that it cannot have been then.
    OutOfOrder,
    /// A rule or somebody gave the stay up.
    SessionGivenUp,
}

impl Shut {
    /// A word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownBarcode => "unknown_barcode",
            Self::BarcodeExpired => "barcode_expired",
            Self::BarcodeUsed => "barcode_used",
            Self::OtherLocation => "other_location",
            Self::TestSession => "test_session",
            Self::InTheFuture => "in_the_future",
            Self::AlreadyEntered => "already_entered",
            Self::AlreadyLeft => "already_left",
            Self::OutOfOrder => "out_of_order",
            Self::SessionGivenUp => "session_given_up",
        }
    }
}

/// What the gate is to do.
pub type GateVerdict = Result<ParkingSessionId, Shut>;

/// Renders a verdict.
pub type RenderGateVerdict<'a> = &'a (dyn Fn(&GateVerdict) -> Answer + Send + Sync);

/// What became of a scan.
#[derive(Debug)]
pub struct Scanned {
    /// As it is kept.
    pub answer: Answer,
    /// The stay that it ended, whose bill is still to be paid.
    pub ended: Option<ParkingSessionId>,
}

/// Why nothing was taken in.
#[derive(Debug, thiserror::Error)]
pub enum ScanProblem {
    /// The scan's id was used for another one.
    #[error("the scan's id was used for another one")]
    KeyReused,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<KeyProblem> for ScanProblem {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Reused => Self::KeyReused,
            KeyProblem::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// A scan that counts.
struct Passage {
    parking: Change<ParkingSession>,
    session: ParkingSession,
}

impl Engine {
    /// Takes in what a gate saw, once per claim: the fact and the answer are one commit, so that a gate that asks again
    /// hears the same. Scans may arrive late and in any order. The exit ends the stay and bills it in that commit;
    /// paying is not waited for, since a car stands at the gate.
    pub async fn scan_gate(
        &self,
        context: &Context,
        operator: &OperatorId,
        scan: &GateScan,
        claim: &Claim,
        render: RenderGateVerdict<'_>,
    ) -> Result<Scanned, ScanProblem> {
        let _alone = self.alone(Some(claim)).await;
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.answered(Some(claim)).await? {
                return Ok(Scanned { answer, ended: None });
            }
            let now = self.host().now();
            let passage = match self.passage(operator, scan, now).await? {
                Ok(passage) => passage,
                Err(shut) => {
                    let answer = self.keep_answer(context, Some(claim), render(&Err(shut))).await?;
                    return Ok(Scanned { answer, ended: None });
                }
            };
            let session = passage.session.stay().session.clone();
            let context = context.correlated(session.as_str());
            let answer = render(&Ok(session.clone()));
            let is_over = passage.session.ended_at().is_some();
            let writes = self.passed(passage, now).await?;
            if self
                .store(&context, now, writes, Some(claim), session.as_str(), &answer)
                .await?
            {
                if is_over {
                    metrics::counter!("stays_total", "step" => "ended").increment(1);
                }
                return Ok(Scanned {
                    answer,
                    ended: is_over.then_some(session),
                });
            }
        }
        Err(Failure::Contended.into())
    }

    async fn passed(&self, passage: Passage, now: DateTime<Utc>) -> Result<Vec<StreamWrite>, Failure> {
        if passage.session.ended_at().is_none() {
            return Ok(vec![passage.parking.write()?]);
        }
        let user = &passage.session.stay().user;
        self.billed(passage.parking, user, now).await?.writes()
    }

    async fn passage(
        &self,
        operator: &OperatorId,
        scan: &GateScan,
        now: DateTime<Utc>,
    ) -> Result<Result<Passage, Shut>, Failure> {
        let at = scan.at.unwrap_or(now);
        let (id, barcode) = match &scan.shown {
            Shown::Session(id) => (id.clone(), None),
            Shown::Barcode(text) => match Barcode::read(self.vault(), text) {
                Some(barcode) => (barcode.session().clone(), Some(barcode)),
                None => return Ok(Err(Shut::UnknownBarcode)),
            },
        };
        let loaded: Loaded<ParkingSession> = self.parking(&id).await?;
        let Some(known) = loaded.state().filter(|it| it.stay().operator == *operator) else {
            return Ok(Err(Shut::UnknownBarcode));
        };
        let is_expired = |barcode: &Barcode| at > barcode.expires_at() + CLOCKS_DIFFER;
        let shut = match known.stay() {
            stay if stay.location != scan.location => Some(Shut::OtherLocation),
            stay if stay.is_simulated => Some(Shut::TestSession),
            _ if at > now + AHEAD => Some(Shut::InTheFuture),
            _ if barcode.as_ref().is_some_and(is_expired) => Some(Shut::BarcodeExpired),
            _ if known.asked_at().is_some_and(|asked| at + AHEAD < asked) => Some(Shut::OutOfOrder),
            _ => None,
        };
        if let Some(shut) = shut {
            return Ok(Err(shut));
        }
        let barcode = barcode.as_ref().and_then(Barcode::digest);
        let (command, repeated) = match scan.way {
            Way::Entry => (ParkingCommand::RecordEntry { at, barcode }, Shut::AlreadyEntered),
            Way::Exit => (ParkingCommand::RecordExit { at, barcode }, Shut::AlreadyLeft),
        };
        let parking = match loaded.decide(command)? {
            Ok(parking) if parking.is_empty() => return Ok(Err(repeated)),
            Ok(parking) => parking,
            Err(rejection) => return refused(&id, &rejection).map(Err),
        };
        let session = parking.after().cloned();
        let session = session.ok_or_else(|| Failure::Corrupt(format!("{id}: a stay without a state")))?;
        Ok(Ok(Passage { parking, session }))
    }
}

fn refused(session: &ParkingSessionId, rejection: &ParkingRejection) -> Result<Shut, Failure> {
    match rejection {
        ParkingRejection::BarcodeUsed => Ok(Shut::BarcodeUsed),
        ParkingRejection::EndsBeforeStart => Ok(Shut::OutOfOrder),
        ParkingRejection::GivenUp => Ok(Shut::SessionGivenUp),
        // A stay that no gate controls has no barcode, but somebody at a gate may name it.
        ParkingRejection::NotGated => Ok(Shut::OtherLocation),
        rejection => Err(contradiction(session, rejection)),
    }
}
