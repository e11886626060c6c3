//! An office that sends, a rider that takes, and what happens between them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    AppId, UserId,
    testing::given,
    transfer::{CodeHash, Eligibility, Transfer, TransferCommand, TransferEvent, TransferItem},
    wallet::{
        ItemId,
        tests::fixtures::{
            TWO_HOURS, book_item, hour, moving, pass_item, refund, single, three_rides, transfer,
        },
    },
};

pub(super) fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

pub(super) fn office() -> UserId {
    user(1)
}

pub(super) fn rider() -> UserId {
    user(2)
}

pub(super) fn code(digit: char) -> CodeHash {
    CodeHash::parse(digit.to_string().repeat(64)).unwrap()
}

pub(super) fn items() -> Vec<TransferItem> {
    [single(1, TWO_HOURS), three_rides(2)]
        .map(|item| TransferItem::from(&moving(item)))
        .to_vec()
}

pub(super) fn all() -> Vec<ItemId> {
    vec![pass_item(1), book_item(2)]
}

pub(super) fn create(items: Vec<TransferItem>, expires_at: Option<DateTime<Utc>>) -> TransferCommand {
    TransferCommand::Create {
        transfer: transfer(1),
        app: AppId::parse("cityhop").unwrap(),
        from: office(),
        items,
        code_hash: code('a'),
        expires_at,
        at: hour(0),
    }
}

pub(super) fn created() -> TransferEvent {
    TransferEvent::Created {
        transfer: transfer(1),
        app: AppId::parse("cityhop").unwrap(),
        from: office(),
        items: items(),
        code_hash: code('a'),
        expires_at: Some(hour(10)),
        at: hour(0),
    }
}

pub(super) fn redeem_as(by: UserId, at: i64) -> TransferCommand {
    TransferCommand::Redeem {
        code_hash: code('a'),
        by,
        eligibility: Eligibility::Eligible,
        at: hour(at),
    }
}

pub(super) fn redeemed() -> TransferEvent {
    TransferEvent::Redeemed {
        by: rider(),
        at: hour(1),
    }
}

pub(super) fn cancelled() -> TransferEvent {
    TransferEvent::Cancelled { at: hour(1) }
}

pub(super) fn expired() -> TransferEvent {
    TransferEvent::Expired { at: hour(10) }
}

pub(super) fn start_refund(number: u128, items: impl Into<Vec<ItemId>>) -> TransferCommand {
    TransferCommand::StartRefund {
        refund: refund(number),
        items: items.into(),
        at: hour(2),
    }
}

pub(super) fn refund_started(number: u128, items: impl Into<Vec<ItemId>>) -> TransferEvent {
    TransferEvent::RefundStarted {
        refund: refund(number),
        items: items.into(),
        at: hour(2),
    }
}

pub(super) fn record_refund(number: u128) -> TransferCommand {
    TransferCommand::RecordRefund {
        refund: refund(number),
        at: hour(3),
    }
}

pub(super) fn items_refunded(number: u128, items: impl Into<Vec<ItemId>>) -> TransferEvent {
    TransferEvent::ItemsRefunded {
        refund: refund(number),
        items: items.into(),
        at: hour(3),
    }
}

pub(super) fn record_refused(number: u128) -> TransferCommand {
    TransferCommand::RecordRefundRefused {
        refund: refund(number),
        at: hour(3),
    }
}

pub(super) fn refund_refused(number: u128) -> TransferEvent {
    TransferEvent::RefundRefused {
        refund: refund(number),
        at: hour(3),
    }
}

pub(super) fn refunded(number: u128, items: impl Into<Vec<ItemId>> + Clone) -> [TransferEvent; 2] {
    [
        refund_started(number, items.clone()),
        items_refunded(number, items),
    ]
}

pub(super) fn after(events: impl IntoIterator<Item = TransferEvent>) -> Vec<TransferEvent> {
    std::iter::once(created()).chain(events).collect()
}

pub(super) fn state(events: impl IntoIterator<Item = TransferEvent>) -> Transfer {
    given::<Transfer>(after(events)).state()
}
