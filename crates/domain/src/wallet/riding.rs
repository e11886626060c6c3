//! Using passes: activating them and showing them.

use chrono::{DateTime, Utc};

use super::{
    capping::CapTerms,
    command::WalletRejection,
    event::WalletEvent,
    pass::{Activation, Pass, Shown},
    standing::Standing,
    state::{Folded, Wallet},
    status::PassStatus,
};
use crate::{Decided, DeviceId, PassId, validity};

/// An activation as it is asked for.
pub(super) struct Request {
    pub(super) pass: PassId,
    pub(super) device: Option<DeviceId>,
    pub(super) seen: Option<u64>,
    pub(super) caps: Vec<CapTerms>,
    pub(super) at: DateTime<Utc>,
}

/// When a pass was shown, and at which latitude and longitude.
pub(super) type Showing = (DateTime<Utc>, Option<i32>, Option<i32>);

impl Wallet {
    /// Activates a pass, and pins it to the device until the service day ends. Active here is already so already,
    /// even for a client that has not seen it: that is what a retry looks like. Where a fare cap is reached, what
    /// replaces the pass is activated instead.
    pub(super) fn activate(&self, request: &Request) -> Decided<Self> {
        let pass = self.wanted_pass(&request.pass);
        if pass.as_ref().is_ok_and(|pass| self.is_active(pass, request)) {
            return Ok(vec![]);
        }
        if request.seen.is_some_and(|seen| seen != self.revision) {
            return Err(WalletRejection::OutOfSync);
        }
        let pass = pass?;
        can_activate(pass, request.device.as_ref(), request.at)?;
        match self.ride_capped(pass, request)? {
            Some(events) => Ok(events),
            None => Ok(vec![activation(pass, request)?]),
        }
    }

    /// Whether the pass, or what a fare cap gave in its stead, is active on the device. That a pass was capped by this
    /// very request, only who has not seen it yet can say.
    fn is_active(&self, pass: &Pass, request: &Request) -> bool {
        let (device, at) = (request.device.as_ref(), request.at);
        if pass.status(device, at) == PassStatus::Active {
            return true;
        }
        let stood_in_for = match pass.standing {
            Standing::Capped { .. } => request.seen != Some(self.revision),
            _ => pass.activation.is_none() && can_activate(pass, device, at).is_ok(),
        };
        let stand_in = self.stand_in(pass, at).filter(|_| stood_in_for);
        stand_in.is_some_and(|stand_in| stand_in.status(device, at) == PassStatus::Active)
    }

    /// Notes a showing, however late we hear of it: what happened is evidence, whatever became of the pass since.
    pub(super) fn show(&self, id: PassId, showing: Showing, at: DateTime<Utc>) -> Decided<Self> {
        let pass = self.wanted_pass(&id)?;
        if pass.last_shown.as_ref() == Some(&shown(showing)) {
            return Ok(vec![]);
        }
        if pass.activation.is_none() {
            return Err(pass.standing.refusal().unwrap_or(WalletRejection::NotActivated));
        }
        let (shown_at, latitude_microdegrees, longitude_microdegrees) = showing;
        Ok(vec![WalletEvent::PassShown {
            pass: id,
            shown_at,
            latitude_microdegrees,
            longitude_microdegrees,
            at,
        }])
    }

    /// The times stand as they were recorded. They are not computed again: zones change their rules, and a ticket
    /// keeps what it promised.
    pub(super) fn activated(
        &mut self,
        id: &PassId,
        device: Option<&DeviceId>,
        at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        ticket_expires_at: DateTime<Utc>,
    ) -> Folded {
        let pass = self
            .passes
            .get_mut(id)
            .ok_or("only a pass that is here is activated")?;
        if pass.standing != Standing::Good {
            return Err("a pass that is void, promised or gone is never activated");
        }
        if pass.is_over(at) || !pass.is_within_usable_times(at) {
            return Err("a pass is activated within its time");
        }
        if !(at < ticket_expires_at && ticket_expires_at <= ends_at) {
            return Err("a ticket expires after its activation and no later than the pass ends");
        }
        let first_at = match &pass.activation {
            None => at,
            Some(before) if before.ends_at != ends_at => return Err("the first activation fixes the end"),
            Some(before) if at < before.ticket_expires_at => {
                return Err("a pass is active on one device until its ticket expires");
            }
            Some(before) => before.first_at,
        };
        pass.activation = Some(Activation {
            first_at,
            ends_at,
            ticket_expires_at,
            device: device.cloned(),
        });
        Ok(())
    }

    pub(super) fn shown(&mut self, id: &PassId, showing: Showing) -> Folded {
        match self.passes.get_mut(id) {
            Some(pass) if pass.activation.is_some() => {
                pass.last_shown = Some(shown(showing));
                Ok(())
            }
            _ => Err("only an activated pass is shown"),
        }
    }
}

pub(super) fn can_activate(
    pass: &Pass,
    device: Option<&DeviceId>,
    at: DateTime<Utc>,
) -> Result<(), WalletRejection> {
    if let Some(refusal) = pass.standing.refusal() {
        return Err(refusal);
    }
    if pass.is_over(at) {
        return Err(WalletRejection::Expired);
    }
    if !pass.is_within_usable_times(at) {
        return Err(WalletRejection::OutsideUsableTimes);
    }
    match pass.status(device, at) {
        PassStatus::ActiveOnAnotherDevice => Err(WalletRejection::ActiveOnAnotherDevice),
        _ => Ok(()),
    }
}

/// The activation of a pass as a request asks for it.
pub(super) fn activation(pass: &Pass, request: &Request) -> Result<WalletEvent, WalletRejection> {
    let (ends_at, ticket_expires_at) = times(pass, request.at).ok_or(WalletRejection::ValidityOutOfRange)?;
    Ok(WalletEvent::PassActivated {
        pass: pass.id.clone(),
        device: request.device.clone(),
        at: request.at,
        ends_at,
        ticket_expires_at,
    })
}

/// When the pass ends, which only its first activation moves, and when its ticket does.
fn times(pass: &Pass, at: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let ends_at = match &pass.activation {
        Some(before) => before.ends_at,
        None => pass.would_end_at(at)?,
    };
    Some((
        ends_at,
        validity::ticket_expires_at(pass.terms.calendar, at, ends_at)?,
    ))
}

fn shown((at, latitude_microdegrees, longitude_microdegrees): Showing) -> Shown {
    Shown {
        at,
        latitude_microdegrees,
        longitude_microdegrees,
    }
}
