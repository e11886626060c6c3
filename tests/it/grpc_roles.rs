//! gRPC: who may do what, and what is said of what is wrong.

use serde_json::json;
use tonic::Code;

use crate::world::{
    ADMIN_KEY, BUS, Desk, OTHER_APPS_KEY, SECRET_KEY, Store, World, buy_a_ride, channel, every_pass,
    fresh_key, keyed, of_rider, on_both_stores,
    pb::{
        self, accounts_client::AccountsClient, passes_client::PassesClient, purchases_client::PurchasesClient,
    },
    reason, single_ride, with,
};

on_both_stores!(
    an_operator_gives_back_and_others_may_not,
    a_role_sees_what_is_its_own,
    what_is_wrong_is_said_by_code_reason_and_parameter,
);

async fn an_operator_gives_back_and_others_may_not(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let operator = desk
        .hire(&json!({ "role": "operator_admin", "operator": BUS }))
        .await;
    let app = desk.hire(&json!({ "role": "app_admin", "app": "cityhop" })).await;
    let rider = world.rider("ann").await;
    let pass = buy_a_ride(&world, &rider.jwt).await.passes[0].pass_id.clone();
    let mut purchases = PurchasesClient::new(channel(&world).await);
    let wanted = || pb::RefundByOperatorRequest {
        operator_id: BUS.to_owned(),
        pass_id: pass.clone(),
        reason: "the bus broke down".to_owned(),
        ..pb::RefundByOperatorRequest::default()
    };
    let refused = purchases
        .refund_by_operator(keyed(app.key(), wanted()))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
    let key = fresh_key();
    let asked = || with(keyed(operator.key(), wanted()), "idempotency-key", &key);
    let refund = purchases.refund_by_operator(asked()).await.unwrap().into_inner();
    assert_eq!((refund.amount, refund.currency.as_str()), (125, "USD"));
    assert_eq!(
        purchases.refund_by_operator(asked()).await.unwrap().into_inner(),
        refund
    );
    let one = pb::GetRefundRequest {
        operator_id: BUS.to_owned(),
        refund_id: refund.refund_id.clone(),
    };
    let shown = purchases
        .get_refund(keyed(operator.key(), one))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(shown.purchase_id, refund.purchase_id);
    let mut passes = PassesClient::new(channel(&world).await);
    let issued = pb::GetIssuedPassRequest {
        operator_id: BUS.to_owned(),
        pass_id: pass,
    };
    let issued = passes
        .get_issued_pass(keyed(operator.key(), issued))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(issued.refund_id, Some(refund.refund_id));
    world.audit().await;
}

async fn a_role_sees_what_is_its_own(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let operator = desk
        .hire(&json!({ "role": "operator_admin", "operator": BUS }))
        .await;
    let mut accounts = AccountsClient::new(channel(&world).await);
    let get = |id: &str| pb::GetOperatorRequest {
        operator_id: id.to_owned(),
    };
    let own = accounts
        .get_operator(keyed(operator.key(), get(BUS)))
        .await
        .unwrap()
        .into_inner();
    assert!(own.account.is_some_and(|account| account.charges_enabled));
    assert!(
        own.links
            .iter()
            .any(|link| link.app_id == "cityhop" && link.status == "standing")
    );
    let other = accounts
        .get_operator(keyed(operator.key(), get("harborpark")))
        .await
        .unwrap_err();
    assert_eq!(other.code(), Code::NotFound);
    let listed = accounts
        .list_apps(keyed(operator.key(), pb::ListAppsRequest::default()))
        .await;
    assert_eq!(listed.unwrap_err().code(), Code::PermissionDenied);
    let unnamed = accounts
        .list_apps(keyed(ADMIN_KEY, pb::ListAppsRequest::default()))
        .await;
    assert_eq!(reason(&unnamed.unwrap_err()).1, "x-environment");
    let page = Some(pb::PageRequest {
        limit: Some(1),
        cursor: String::new(),
    });
    let asked = with(
        keyed(ADMIN_KEY, pb::ListAppsRequest { page }),
        "x-environment",
        "test",
    );
    let first = accounts.list_apps(asked).await.unwrap().into_inner();
    assert_eq!((first.data.len(), first.next_cursor.is_empty()), (1, false));
    let links = pb::ListLinksRequest {
        app_id: "cityhop".to_owned(),
        page: None,
    };
    let links = with(keyed(ADMIN_KEY, links), "x-environment", "test");
    let links = accounts.list_links(links).await.unwrap().into_inner();
    assert!(
        links
            .data
            .iter()
            .any(|it| it.operator_id == BUS && it.link.is_some())
    );
}

async fn what_is_wrong_is_said_by_code_reason_and_parameter(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let mut passes = PassesClient::new(channel(&world).await);
    let list = || pb::ListPassesRequest {
        shown: Some(every_pass()),
    };
    let unkeyed = passes.list_passes(list()).await.unwrap_err();
    assert_eq!(
        (unkeyed.code(), reason(&unkeyed).1.as_str()),
        (Code::Unauthenticated, "authorization")
    );
    let unknown = passes
        .list_passes(keyed("sk_test_made_up", list()))
        .await
        .unwrap_err();
    assert_eq!(unknown.code(), Code::Unauthenticated);
    assert!(!unknown.message().contains("made_up"));
    let nobody = passes.list_passes(keyed(SECRET_KEY, list())).await.unwrap_err();
    assert_eq!(
        (nobody.code(), reason(&nobody).0.as_str()),
        (Code::Unauthenticated, "login_required")
    );
    let other_app = with(keyed(OTHER_APPS_KEY, list()), "x-rider-jwt", "no.jwt.atall");
    assert_eq!(
        passes.list_passes(other_app).await.unwrap_err().code(),
        Code::Unauthenticated
    );
    let bad = pb::PassesShown {
        ticket_format: "pdf".to_owned(),
        ..pb::PassesShown::default()
    };
    let bad = of_rider(&rider.jwt, pb::ListPassesRequest { shown: Some(bad) });
    let bad = passes.list_passes(bad).await.unwrap_err();
    assert_eq!(
        (bad.code(), reason(&bad).1.as_str()),
        (Code::InvalidArgument, "ticket_format")
    );
    let missing = pb::GetPassRequest {
        pass_id: "../pass".to_owned(),
        shown: None,
    };
    let missing = passes.get_pass(of_rider(&rider.jwt, missing)).await.unwrap_err();
    assert_eq!(
        (missing.code(), reason(&missing).1.as_str()),
        (Code::NotFound, "pass_id")
    );
    let mut purchases = PurchasesClient::new(channel(&world).await);
    let stateless = purchases
        .create_purchase(of_rider(&rider.jwt, single_ride("")))
        .await
        .unwrap_err();
    assert_eq!(reason(&stateless).0, "passes_state_header_invalid_or_missing");
    let state = rider.state().await;
    let declined = pb::CreatePurchaseRequest {
        stripe_token: "pm_card_chargeCustomerFail".to_owned(),
        ..single_ride(&state)
    };
    let declined = purchases
        .create_purchase(of_rider(&rider.jwt, declined))
        .await
        .unwrap_err();
    assert_eq!(declined.code(), Code::FailedPrecondition);
    assert_eq!(reason(&declined).0, "card_declined_generic");
    let long = pb::CreatePurchaseRequest {
        cart_token: "x".repeat(70_000),
        ..single_ride(&state)
    };
    let long = purchases
        .create_purchase(of_rider(&rider.jwt, long))
        .await
        .unwrap_err();
    assert_eq!(long.code(), Code::OutOfRange, "longer than a message may be");
}
