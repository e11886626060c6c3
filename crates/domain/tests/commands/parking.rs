//! What is asked of a stay.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    LocationId,
    app::KeyDigest,
    occupancy::{OccupancyCommand, Room},
    parking::{CloseReason, EndedBy, ParkingCommand, Settlement, Stay},
};

use crate::fixtures::{app, hex, operator, parking_session, purchase, usd, user};

pub(crate) fn stay(rate_version: u32) -> Stay {
    Stay {
        session: parking_session(1),
        app: app("cityhop"),
        user: user(1),
        operator: operator("parkwell"),
        location: LocationId::parse("pier").unwrap(),
        rate_version,
        is_simulated: false,
    }
}

pub(super) fn parking(at: DateTime<Utc>) -> Vec<ParkingCommand> {
    let redemption = KeyDigest::parse(hex('a')).unwrap();
    let mut commands = vec![
        ParkingCommand::Start {
            stay: Box::new(stay(1)),
            at,
        },
        ParkingCommand::Start {
            stay: Box::new(stay(2)),
            at,
        },
        ParkingCommand::AwaitEntry {
            stay: Box::new(stay(1)),
            redemption: redemption.clone(),
            at,
        },
        ParkingCommand::RecordEntry { at, barcode: None },
        ParkingCommand::RecordEntry {
            at,
            barcode: Some(redemption.clone()),
        },
        ParkingCommand::RecordExit { at, barcode: None },
        ParkingCommand::RecordExit {
            at,
            barcode: Some(redemption.clone()),
        },
        ParkingCommand::Cancel {
            reason: "wrong lot".to_owned(),
            at,
        },
        ParkingCommand::SettleDebt {
            settlement: Settlement::Paid {
                purchase: purchase(2),
            },
            at,
        },
        ParkingCommand::SettleDebt {
            settlement: Settlement::Forgiven {
                reason: "gate broke".to_owned(),
            },
            at,
        },
    ];
    commands.extend(
        [EndedBy::Rider, EndedBy::Operator, EndedBy::Gate, EndedBy::Tariff]
            .map(|by| ParkingCommand::End { by, at }),
    );
    for number in [1, 2] {
        let code = "card_declined".to_owned();
        commands.extend([100, 200].map(|cost| ParkingCommand::Bill {
            purchase: purchase(number),
            cost: usd(cost),
            at,
        }));
        commands.push(ParkingCommand::BillAgain {
            purchase: purchase(number),
            at,
        });
        commands.push(ParkingCommand::RecordPaid {
            purchase: purchase(number),
            at,
        });
        commands.push(ParkingCommand::RecordPaymentFailed {
            purchase: purchase(number),
            code,
            at,
        });
    }
    let reasons = [
        CloseReason::EntryNeverUsed,
        CloseReason::EntryNeverSeen,
        CloseReason::ExitNeverSeen,
        CloseReason::Abandoned,
    ];
    commands.extend(reasons.map(|reason| ParkingCommand::Close { reason, at }));
    commands
}

pub(super) fn occupancy(at: DateTime<Utc>) -> Vec<OccupancyCommand> {
    let counts = [(-1, None), (0, Some(3)), (1, Some(0)), (5, Some(1))];
    let mut commands = Vec::new();
    for name in ["bus", "tram"] {
        commands.extend(counts.map(|(minutes, free)| {
            OccupancyCommand::Report {
                operator: operator(name),
                rooms: ["pier", "mall"]
                    .map(|id| Room {
                        location: LocationId::parse(id).unwrap(),
                        free,
                    })
                    .into(),
                as_of: at + TimeDelta::minutes(minutes),
                until: at + TimeDelta::minutes(30),
                at,
            }
        }));
    }
    commands
}
