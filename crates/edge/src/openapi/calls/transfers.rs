//! Sending passes.

use crate::openapi::{
    call::{Access, Call},
    param::Param,
    schemas::{PassTransfer, PassTransferList},
};

const TAG: &str = "Pass transfers";

pub(super) fn calls() -> Vec<Call> {
    let items = |description| Param::text("items", description);
    vec![
        Call::new(
            TAG,
            ("get", "/pass_transfer"),
            "listTransfers",
            Access::Rider,
            "Every transfer of the account.",
        )
        .answers::<PassTransferList>(),
        Call::new(
            TAG,
            ("post", "/pass_transfer"),
            "createTransfer",
            Access::Rider,
            "Sets passes aside, to be redeemed.",
        )
        .takes([
            items("Ids of passes and books, by commas.").required(),
            Param::moment(
                "expiration_timestamp",
                "When it is refunded by itself; never, if absent.",
            ),
        ])
        .once()
        .answers::<PassTransfer>(),
        Call::new(
            TAG,
            ("get", "/pass_transfer/{id}"),
            "getTransfer",
            Access::Rider,
            "One transfer.",
        )
        .at("id", "The transfer.")
        .answers::<PassTransfer>(),
        Call::new(
            TAG,
            ("post", "/pass_transfer/{id}/cancel"),
            "cancelTransfer",
            Access::Rider,
            "Gives the items back to the sender.",
        )
        .at("id", "The transfer.")
        .once()
        .answers::<PassTransfer>(),
        Call::new(
            TAG,
            ("post", "/pass_transfer/{id}/refund"),
            "refundTransfer",
            Access::Rider,
            "Gives the money back.",
        )
        .at("id", "The transfer.")
        .takes([items("Ids of those to refund; all, if absent.")])
        .once()
        .answers::<PassTransfer>(),
    ]
}
