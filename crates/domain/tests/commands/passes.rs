//! What is asked of a wallet and of a transfer.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    DeviceId, DisputeId, PassId,
    transfer::{CodeHash, Eligibility, TransferCommand, TransferItem},
    wallet::{Held, IssueCause, IssuedItem, ItemId, MovedItem, WalletCommand},
};

use crate::fixtures::{
    app, bought, hex, issued, pass, pass_book, purchase, refund, single, transfer as transfer_id, user,
};

fn items(number: u128) -> Vec<ItemId> {
    vec![ItemId::Pass(pass(number)), ItemId::PassBook(pass_book(number))]
}

fn dispute(number: u128) -> DisputeId {
    DisputeId::parse(format!("dp_{number}")).unwrap()
}

fn arriving(number: u128, at: DateTime<Utc>) -> Vec<MovedItem> {
    let moved = |item| MovedItem {
        issued: issued(item),
        cause: bought(number),
        issued_at: at,
        held: Held::default(),
    };
    items(number).into_iter().map(moved).collect()
}

fn riding(pass: &PassId, at: DateTime<Utc>) -> Vec<WalletCommand> {
    let activate = |device: Option<&str>| WalletCommand::Activate {
        pass: pass.clone(),
        device: device.map(|device| DeviceId::parse(device).unwrap()),
        seen: None,
        caps: vec![],
        at,
    };
    let show = WalletCommand::Show {
        pass: pass.clone(),
        shown_at: at,
        latitude_microdegrees: Some(48_200_000),
        longitude_microdegrees: Some(16_370_000),
        at,
    };
    vec![
        activate(None),
        activate(Some("phone")),
        activate(Some("tablet")),
        show,
    ]
}

fn moving(number: u128, at: DateTime<Utc>) -> Vec<WalletCommand> {
    let transfer = || transfer_id(number);
    vec![
        WalletCommand::Reserve {
            transfer: transfer(),
            items: items(1),
            at,
        },
        WalletCommand::Reserve {
            transfer: transfer(),
            items: items(2),
            at,
        },
        WalletCommand::Release {
            transfer: transfer(),
            at,
        },
        WalletCommand::MoveOut {
            transfer: transfer(),
            at,
        },
        WalletCommand::MoveIn {
            transfer: transfer(),
            items: arriving(3, at),
            at,
        },
    ]
}

pub(super) fn wallet(at: DateTime<Utc>) -> Vec<WalletCommand> {
    let mut commands = Vec::new();
    for number in [1, 2] {
        let goods = || items(number).into_iter().map(issued).collect::<Vec<IssuedItem>>();
        commands.push(WalletCommand::Issue {
            cause: bought(number),
            items: goods(),
            at,
        });
        commands.push(WalletCommand::Refund {
            refund: refund(number),
            items: items(number),
            at,
        });
        commands.push(WalletCommand::Invalidate {
            items: items(number),
            reason: "forged".to_owned(),
            at,
        });
        commands.extend([
            WalletCommand::Suspend {
                dispute: dispute(number),
                items: items(number),
                at,
            },
            WalletCommand::Reinstate {
                dispute: dispute(number),
                at,
            },
        ]);
        commands.push(WalletCommand::RefundRides {
            refund: refund(number),
            rides: [1, 2]
                .map(|ordinal| PassId::of_book(&pass_book(number), ordinal))
                .into(),
            at,
        });
        commands.extend(items(number).into_iter().map(|replaces| WalletCommand::Reissue {
            replaces,
            anew: number == 2,
            reason: "broken".to_owned(),
            at,
        }));
        commands.extend(riding(&pass(number), at));
        commands.extend(riding(&PassId::of_book(&pass_book(number), 1), at));
        commands.extend(moving(number, at));
    }
    let replacement = ItemId::Pass(PassId::parse("pass_new").unwrap());
    commands.push(WalletCommand::Issue {
        cause: IssueCause::FareCap {
            cap_group: "local".to_owned(),
        },
        items: vec![issued(replacement)],
        at,
    });
    commands.push(WalletCommand::Cap {
        passes: vec![pass(1), pass(2)],
        cap_group: "local".to_owned(),
        replacement: Box::new(issued(ItemId::Pass(PassId::parse("pass_day").unwrap()))),
        at,
    });
    commands
}

pub(crate) fn transfer_item(number: u128, at: DateTime<Utc>) -> TransferItem {
    TransferItem {
        item: ItemId::Pass(pass(number)),
        terms: single(125),
        purchase: Some(purchase(number)),
        issued_at: at,
    }
}

pub(super) fn transfer(at: DateTime<Utc>) -> Vec<TransferCommand> {
    let hash = |digit| CodeHash::parse(hex(digit)).unwrap();
    let create = |expires_at| TransferCommand::Create {
        transfer: transfer_id(1),
        app: app("cityhop"),
        from: user(1),
        // What is in it is older than anything that is asked.
        items: [1, 2]
            .map(|number| transfer_item(number, DateTime::UNIX_EPOCH))
            .into(),
        code_hash: hash('a'),
        expires_at,
        at,
    };
    let mut commands = vec![
        create(None),
        create(Some(at + TimeDelta::minutes(1))),
        TransferCommand::Cancel { at },
        TransferCommand::Expire { at },
    ];
    for number in [1, 2, 3] {
        for eligibility in [Eligibility::Eligible, Eligibility::Ineligible] {
            commands.push(TransferCommand::Redeem {
                code_hash: hash('a'),
                by: user(number),
                eligibility,
                at,
            });
        }
        let refund = || refund(number);
        commands.extend([vec![1], vec![2], vec![1, 2]].map(|numbers| {
            TransferCommand::StartRefund {
                refund: refund(),
                items: numbers
                    .into_iter()
                    .map(|number| ItemId::Pass(pass(number)))
                    .collect(),
                at,
            }
        }));
        commands.push(TransferCommand::RecordRefund { refund: refund(), at });
        commands.push(TransferCommand::RecordRefundRefused { refund: refund(), at });
        commands.push(TransferCommand::RetryRefund { refund: refund(), at });
    }
    commands
}
