//! The admin API for operators whose riders have accounts of their own there.

use super::admin::administering as call;
use crate::openapi::{
    call::Call,
    schemas::{AccountAtOperator, ConfirmedAccount},
};

pub(super) fn calls() -> Vec<Call> {
    vec![
        call(
            "post",
            "/admin/v1/{environment}/operators/{operator_id}/linked_accounts",
            "confirmLinkedAccount",
            "A rider let an app use their account at the operator.",
        )
        .reads::<ConfirmedAccount>()
        .once()
        .answers::<AccountAtOperator>()
        .refused(&[410]),
        call(
            "delete",
            "/admin/v1/{environment}/operators/{operator_id}/linked_accounts/{user_id}",
            "endLinkedAccount",
            "The rider's permission is over.",
        )
        .once()
        .answers::<AccountAtOperator>(),
    ]
}
