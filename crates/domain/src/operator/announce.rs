//! Announcing: service alerts and times in which riding is free.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{
    command::OperatorRejection,
    event::OperatorEvent,
    notice::{Announced, FareFreePeriod, ServiceAlert, is_possible},
    state::{Operator, only_if},
};
use crate::{NoticeId, aggregate::Decided, catalog::TimeRange};

/// What the two kinds of announcements have in common.
trait Notice: PartialEq + Clone {
    fn id(&self) -> &NoticeId;
    fn active(&self) -> &TimeRange;
    fn announced(self, at: DateTime<Utc>) -> OperatorEvent;
    fn withdrawn(id: NoticeId, at: DateTime<Utc>) -> OperatorEvent;
}

impl Notice for ServiceAlert {
    fn id(&self) -> &NoticeId {
        &self.id
    }

    fn active(&self) -> &TimeRange {
        &self.active
    }

    fn announced(self, at: DateTime<Utc>) -> OperatorEvent {
        OperatorEvent::ServiceAlertRaised { alert: self, at }
    }

    fn withdrawn(alert: NoticeId, at: DateTime<Utc>) -> OperatorEvent {
        OperatorEvent::ServiceAlertCleared { alert, at }
    }
}

impl Notice for FareFreePeriod {
    fn id(&self) -> &NoticeId {
        &self.id
    }

    fn active(&self) -> &TimeRange {
        &self.active
    }

    fn announced(self, at: DateTime<Utc>) -> OperatorEvent {
        OperatorEvent::FareFreeDeclared { period: self, at }
    }

    fn withdrawn(period: NoticeId, at: DateTime<Utc>) -> OperatorEvent {
        OperatorEvent::FareFreeWithdrawn { period, at }
    }
}

/// Announces what was not announced before; the same again, even after it was withdrawn, is nothing new.
fn announce<T: Notice>(
    notices: &BTreeMap<NoticeId, Announced<T>>,
    notice: T,
    at: DateTime<Utc>,
) -> Decided<Operator> {
    match notices.get(notice.id()) {
        Some(known) if known.notice == notice => Ok(Vec::new()),
        Some(_) => Err(OperatorRejection::NoticeDiffers {
            notice: notice.id().clone(),
        }),
        None if !is_possible(notice.active()) => Err(OperatorRejection::EmptyPeriod),
        None => Ok(vec![notice.announced(at)]),
    }
}

/// The same for somebody who says how an announcement is to be: one that reads otherwise is taken back and made anew.
fn announce_so<T: Notice>(
    notices: &BTreeMap<NoticeId, Announced<T>>,
    wanted: Vec<T>,
    at: DateTime<Utc>,
) -> Decided<Operator> {
    let (mut events, mut ids) = (Vec::new(), BTreeSet::new());
    for notice in wanted {
        let id = notice.id().clone();
        if !ids.insert(id.clone()) {
            return Err(OperatorRejection::NoticeDiffers { notice: id });
        }
        let known = notices.get(&id);
        if known.is_some_and(|known| known.notice == notice) {
            continue;
        }
        if !is_possible(notice.active()) {
            return Err(OperatorRejection::EmptyPeriod);
        }
        if known.is_some_and(Announced::stands) {
            events.push(T::withdrawn(id, at));
        }
        events.push(notice.announced(at));
    }
    Ok(events)
}

pub(super) fn withdraw<T>(
    notices: &BTreeMap<NoticeId, Announced<T>>,
    notice: NoticeId,
    event: impl FnOnce(NoticeId) -> OperatorEvent,
) -> Decided<Operator> {
    match notices.get(&notice) {
        None => Err(OperatorRejection::NoSuchNotice { notice }),
        Some(known) => Ok(only_if(known.stands(), event(notice))),
    }
}

impl Operator {
    pub(super) fn raise(&self, alert: ServiceAlert, at: DateTime<Utc>) -> Decided<Self> {
        announce(&self.alerts, alert, at)
    }

    pub(super) fn declare_fare_free(&self, period: FareFreePeriod, at: DateTime<Utc>) -> Decided<Self> {
        announce(&self.fare_free, period, at)
    }

    /// What is left out stays as it is.
    pub(super) fn announce_all(
        &self,
        alerts: Vec<ServiceAlert>,
        fare_free: Vec<FareFreePeriod>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let mut events = announce_so(&self.alerts, alerts, at)?;
        events.extend(announce_so(&self.fare_free, fare_free, at)?);
        Ok(events)
    }
}
