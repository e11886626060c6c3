//! What has to stand in one commit.
//!
//! The events of one append take consecutive positions and share their time and origin. Two appends might share these,
//! too, so what is found apart here is apart for certain.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::{
    PurchaseId, TransferId,
    parking::{ParkingEvent, Settlement},
    purchase::PurchaseEvent,
    wallet::{IssueCause, ItemId, WalletEvent},
};
use event_log::{Position, RawMetadata, Recorded, StreamId};

use super::{Rule, report::Report, state::Event};

/// The commit that is being read.
#[derive(Debug, Default)]
pub(super) struct Commits {
    /// Time and origin.
    current: Option<(DateTime<Utc>, RawMetadata)>,
    completed: Vec<(PurchaseId, Place)>,
    issued: Vec<(PurchaseId, Place)>,
    left: Vec<(TransferId, BTreeSet<ItemId>, Place)>,
    arrived: Vec<(TransferId, BTreeSet<ItemId>, Place)>,
    /// By the group of fares: passes that ended by a cap.
    capped: Vec<(String, Place)>,
    /// By the group of fares: what was given for reaching a cap.
    replacing: Vec<(String, Place)>,
}

type Place = (Position, StreamId);

/// The purchase that an event hands something out for.
pub(super) fn hands_out_for(event: &Event) -> Option<&PurchaseId> {
    match event {
        Event::Wallet(WalletEvent::PassesIssued {
            cause: IssueCause::Purchase { purchase, .. },
            ..
        })
        | Event::Parking(
            ParkingEvent::Paid { purchase, .. }
            | ParkingEvent::DebtSettled {
                settlement: Settlement::Paid { purchase },
                ..
            },
        ) => Some(purchase),
        _ => None,
    }
}

impl Commits {
    /// Goes on to an event. Closes the commit before it if it belongs to another.
    pub(super) fn next(&mut self, recorded: &Recorded, report: &mut Report) {
        let same = self
            .current
            .as_ref()
            .is_some_and(|(at, metadata)| *at == recorded.at && *metadata == recorded.metadata);
        if !same {
            self.close(report);
            self.current = Some((recorded.at, recorded.metadata.clone()));
        }
    }

    /// Takes in an event of the commit that [`Commits::next`] went on to.
    pub(super) fn take(&mut self, id: Option<&PurchaseId>, event: &Event, recorded: &Recorded) {
        let place = || (recorded.position, recorded.stream.clone());
        if let Some(purchase) = hands_out_for(event) {
            self.issued.push((purchase.clone(), place()));
        }
        match (event, id) {
            (Event::Purchase(PurchaseEvent::Completed { .. }), Some(id)) => {
                self.completed.push((id.clone(), place()));
            }
            (Event::Wallet(WalletEvent::PassesCapped { cap_group, .. }), _) => {
                self.capped.push((cap_group.clone(), place()));
            }
            (
                Event::Wallet(WalletEvent::PassesIssued {
                    cause: IssueCause::FareCap { cap_group },
                    ..
                }),
                _,
            ) => self.replacing.push((cap_group.clone(), place())),
            (Event::Wallet(WalletEvent::ItemsMovedOut { transfer, items, .. }), _) => {
                self.left
                    .push((transfer.clone(), items.iter().cloned().collect(), place()));
            }
            (Event::Wallet(WalletEvent::ItemsMovedIn { transfer, items, .. }), _) => {
                let items = items.iter().map(|item| item.issued.item.clone()).collect();
                self.arrived.push((transfer.clone(), items, place()));
            }
            _ => {}
        }
    }

    /// Says what the commit lacks.
    pub(super) fn close(&mut self, report: &mut Report) {
        let commit = std::mem::take(self);
        let lacks = |list: &[(PurchaseId, Place)], id| list.iter().all(|(other, _)| other != id);
        for (id, (position, stream)) in &commit.completed {
            if lacks(&commit.issued, id) {
                report.note(
                    Rule::ChargedIsIssued,
                    *position,
                    stream,
                    "completed, but nothing issued in this commit",
                );
            }
        }
        for (id, (position, stream)) in &commit.issued {
            if lacks(&commit.completed, id) {
                report.note(
                    Rule::ChargedIsIssued,
                    *position,
                    stream,
                    "issued, but not completed in this commit",
                );
            }
        }
        commit.close_caps(report);
        for (one, others) in [(&commit.left, &commit.arrived), (&commit.arrived, &commit.left)] {
            for (transfer, items, (position, stream)) in one {
                if !others
                    .iter()
                    .any(|(by, these, _)| by == transfer && these == items)
                {
                    report.note(
                        Rule::GoneIsGone,
                        *position,
                        stream,
                        "items moved on one side of a transfer only",
                    );
                }
            }
        }
    }

    /// What a cap ends is replaced in the same commit, and nothing is given for a cap that ended nothing.
    fn close_caps(&self, report: &mut Report) {
        let unanswered = "passes ended by a cap, and nothing replaced them";
        let unfounded = "given for a cap that ended no passes";
        for (one, others, what) in [
            (&self.capped, &self.replacing, unanswered),
            (&self.replacing, &self.capped, unfounded),
        ] {
            for (group, (position, stream)) in one {
                let matched = others
                    .iter()
                    .any(|(other, (_, within))| other == group && within == stream);
                if !matched {
                    report.note(Rule::CappedIsReplaced, *position, stream, what);
                }
            }
        }
    }
}
