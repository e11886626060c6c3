//! gRPC: the same riders, wallets, keys and roles as over HTTP.

use serde_json::json;
use stripe_sim::{Fault, FaultRule, core::Method};
use tonic::{Code, Request};

use crate::world::{
    ADMIN_KEY, BUS, Desk, OTHER_APPS_KEY, Order, PUBLISHABLE_KEY, SECRET_KEY, SINGLE, Store, World, channel,
    eventually, fresh_key, keyed, on_both_stores,
    pb::{
        self, accounts_client::AccountsClient, catalog_client::CatalogClient, parking_client::ParkingClient,
        passes_client::PassesClient, purchases_client::PurchasesClient, transfers_client::TransfersClient,
        users_client::UsersClient,
    },
    reason, with,
};

on_both_stores!(
    a_rider_buys_and_rides_over_either_face,
    a_key_that_was_answered_over_one_face_is_answered_over_the_other,
    a_deadline_that_is_over_loses_nothing_that_was_begun,
    passes_are_sent_and_redeemed,
    an_operator_gives_back_and_others_may_not,
    a_role_sees_what_is_its_own,
    what_is_wrong_is_said_by_code_reason_and_parameter,
    a_card_and_a_vehicle_are_the_riders,
    parking_is_found_and_priced,
);

/// In the name of a rider.
fn of_rider<M>(jwt: &str, message: M) -> Request<M> {
    with(keyed(SECRET_KEY, message), "x-rider-jwt", jwt)
}

fn all() -> Option<pb::PassesShown> {
    Some(pb::PassesShown {
        include_unusable: true,
        ..pb::PassesShown::default()
    })
}

fn single(state: &str) -> pb::CreatePurchaseRequest {
    pb::CreatePurchaseRequest {
        agency_id: BUS.to_owned(),
        fare_id: SINGLE.to_owned(),
        stripe_token: "pm_card_visa".to_owned(),
        passes_state: state.to_owned(),
        ..pb::CreatePurchaseRequest::default()
    }
}

async fn wallet(world: &World, jwt: &str) -> pb::Wallet {
    let mut passes = PassesClient::new(channel(world).await);
    let asked = of_rider(jwt, pb::ListPassesRequest { shown: all() });
    passes.list_passes(asked).await.unwrap().into_inner()
}

/// Buys one ride and gives what the answer holds.
async fn buy(world: &World, jwt: &str) -> pb::Wallet {
    let state = wallet(world, jwt).await.passes_state;
    let mut purchases = PurchasesClient::new(channel(world).await);
    let order = with(of_rider(jwt, single(&state)), "idempotency-key", &fresh_key());
    purchases.create_purchase(order).await.unwrap().into_inner()
}

async fn a_rider_buys_and_rides_over_either_face(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let mut catalog = CatalogClient::new(channel(&world).await);
    let asked = keyed(PUBLISHABLE_KEY, pb::ListAgenciesRequest {});
    let listed = catalog.list_agencies(asked).await.unwrap().into_inner();
    assert!(
        listed
            .agencies
            .iter()
            .any(|it| it.agency_id == BUS && it.timezone == "America/Los_Angeles")
    );
    let asked = pb::GetFareRequest {
        agency_id: BUS.to_owned(),
        fare_id: SINGLE.to_owned(),
    };
    let fare = catalog
        .get_fare(keyed(SECRET_KEY, asked))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        fare.price,
        Some(pb::Money {
            amount: 125,
            currency: "USD".to_owned()
        })
    );
    let bought = buy(&world, &rider.jwt).await;
    let pass = bought.passes[0].pass_id.clone();
    let mut passes = PassesClient::new(channel(&world).await);
    let activate = pb::ActivatePassRequest {
        pass_id: pass.clone(),
        passes_state: bought.passes_state,
        shown: all(),
    };
    let activated = passes
        .activate_pass(of_rider(&rider.jwt, activate))
        .await
        .unwrap();
    assert!(activated.metadata().get("x-request-id").is_some());
    assert_eq!(activated.get_ref().activated_pass_id.as_ref(), Some(&pass));
    let shown = pb::RecordVisualValidationRequest {
        pass_id: pass.clone(),
        timestamp: chrono::Utc::now().to_rfc3339(),
        ..pb::RecordVisualValidationRequest::default()
    };
    passes
        .record_visual_validation(of_rider(&rider.jwt, shown))
        .await
        .unwrap();
    let over_http = rider.wallet().await;
    assert_eq!(over_http.status_of(&pass), "active");
    let over_grpc = wallet(&world, &rider.jwt).await;
    assert_eq!(over_grpc.passes[0].status, "active");
    assert_eq!(over_grpc.passes_state, over_http.state);
    world.books().await.agree_with(&[over_http.body]);
    world.audit().await;
}

async fn a_key_that_was_answered_over_one_face_is_answered_over_the_other(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    let key = fresh_key();
    let mut purchases = PurchasesClient::new(channel(&world).await);
    let order = || with(of_rider(&rider.jwt, single(&state)), "idempotency-key", &key);
    let first = purchases.create_purchase(order()).await.unwrap().into_inner();
    let again = purchases.create_purchase(order()).await.unwrap().into_inner();
    assert_eq!(first, again);
    let over_http = Order {
        key: key.clone(),
        ..Order::single(&state)
    }
    .with("omit_unusable_passes", "true")
    .with("include_fare_price", "true")
    .with("include_fare_options", "false");
    let over_http = rider.place(&over_http).await.ok();
    assert_eq!(
        over_http.body["passes"][0]["pass_id"],
        first.passes[0].pass_id.as_str()
    );
    let other = pb::CreatePurchaseRequest {
        stripe_token: "pm_card_mastercard".to_owned(),
        ..single(&state)
    };
    let other = with(of_rider(&rider.jwt, other), "idempotency-key", &key);
    let refused = purchases.create_purchase(other).await.unwrap_err();
    assert_eq!(refused.code(), Code::AlreadyExists);
    assert_eq!(reason(&refused).0, "idempotency_key_in_use");
    assert_eq!(rider.wallet().await.passes().len(), 1);
    world.audit().await;
}

async fn a_deadline_that_is_over_loses_nothing_that_was_begun(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    let slow = Fault::Delay { ms: 2_000 };
    world
        .stripe()
        .add_fault(FaultRule::next(slow, Method::Post, "/v1/payment_intents", 1));
    let key = fresh_key();
    let mut purchases = PurchasesClient::new(channel(&world).await);
    let order = || with(of_rider(&rider.jwt, single(&state)), "idempotency-key", &key);
    // Not by the client's own timer: what is heard is the server's word.
    let hurried = with(order(), "grpc-timeout", "400m");
    let late = purchases.create_purchase(hurried).await.unwrap_err();
    assert_eq!(
        (late.code(), reason(&late).0.as_str()),
        (Code::DeadlineExceeded, "deadline_exceeded")
    );
    eventually("the answer stands under its key", async || {
        let asked = purchases.clone().create_purchase(order()).await;
        asked.is_ok_and(|answer| answer.get_ref().passes.len() == 1)
    })
    .await;
    let wallet = rider.wallet().await;
    assert_eq!(wallet.passes().len(), 1);
    world.books().await.agree_with(&[wallet.body]);
    world.audit().await;
}

async fn passes_are_sent_and_redeemed(store: Store) {
    let world = World::start(store).await;
    let (ann, bob) = (world.rider("ann").await, world.rider("bob").await);
    let pass = buy(&world, &ann.jwt).await.passes[0].pass_id.clone();
    let mut transfers = TransfersClient::new(channel(&world).await);
    let send = pb::CreateTransferRequest {
        items: vec![pass],
        ..pb::CreateTransferRequest::default()
    };
    let sent = transfers
        .create_transfer(of_rider(&ann.jwt, send))
        .await
        .unwrap()
        .into_inner();
    let link = sent.redemption.expect("a link").url;
    let look = keyed(SECRET_KEY, pb::GetRedemptionRequest { link: link.clone() });
    let told = transfers.get_redemption(look).await.unwrap().into_inner();
    assert_eq!(told.agency.expect("of one agency").agency_id, BUS);
    transfers
        .redeem(of_rider(&bob.jwt, pb::RedeemRequest { link }))
        .await
        .unwrap();
    assert_eq!(wallet(&world, &bob.jwt).await.passes.len(), 1);
    let got = of_rider(&ann.jwt, pb::GetTransferRequest { id: sent.id.clone() });
    assert_eq!(
        transfers.get_transfer(got).await.unwrap().get_ref().status,
        "transferred"
    );
    let strangers = of_rider(&bob.jwt, pb::GetTransferRequest { id: sent.id.clone() });
    assert_eq!(
        transfers.get_transfer(strangers).await.unwrap_err().code(),
        Code::NotFound
    );
    let late = of_rider(&ann.jwt, pb::CancelTransferRequest { id: sent.id });
    assert!(transfers.cancel_transfer(late).await.is_err());
    world.audit().await;
}

async fn an_operator_gives_back_and_others_may_not(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let operator = desk
        .hire(&json!({ "role": "operator_admin", "operator": BUS }))
        .await;
    let app = desk.hire(&json!({ "role": "app_admin", "app": "cityhop" })).await;
    let rider = world.rider("ann").await;
    let pass = buy(&world, &rider.jwt).await.passes[0].pass_id.clone();
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
    let list = || pb::ListPassesRequest { shown: all() };
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
        .create_purchase(of_rider(&rider.jwt, single("")))
        .await
        .unwrap_err();
    assert_eq!(reason(&stateless).0, "passes_state_header_invalid_or_missing");
    let state = rider.state().await;
    let declined = pb::CreatePurchaseRequest {
        stripe_token: "pm_card_chargeCustomerFail".to_owned(),
        ..single(&state)
    };
    let declined = purchases
        .create_purchase(of_rider(&rider.jwt, declined))
        .await
        .unwrap_err();
    assert_eq!(declined.code(), Code::FailedPrecondition);
    assert_eq!(reason(&declined).0, "card_declined_generic");
    let long = pb::CreatePurchaseRequest {
        cart_token: "x".repeat(70_000),
        ..single(&state)
    };
    let long = purchases
        .create_purchase(of_rider(&rider.jwt, long))
        .await
        .unwrap_err();
    assert_eq!(long.code(), Code::OutOfRange, "longer than a message may be");
}

async fn a_card_and_a_vehicle_are_the_riders(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let mut users = UsersClient::new(channel(&world).await);
    let token = world.one_time_token().await;
    let save = || of_rider(&rider.jwt, pb::SaveCardRequest { token: token.clone() });
    let saved = users.save_card(save()).await.unwrap().into_inner();
    assert!(saved.customer_id.starts_with("cus_"));
    assert_eq!(users.save_card(save()).await.unwrap().into_inner(), saved);
    let plate = pb::LicensePlate {
        text: "7ABC123".to_owned(),
        country: "us".to_owned(),
        subdivision: Some("ca".to_owned()),
    };
    let set = pb::SetVehicleRequest {
        license_plate: Some(plate),
    };
    users.set_vehicle(of_rider(&rider.jwt, set)).await.unwrap();
    let shown = users
        .get_current_user(of_rider(&rider.jwt, pb::GetCurrentUserRequest {}))
        .await;
    let shown = shown.unwrap().into_inner();
    assert_eq!(shown.vehicle.unwrap().license_plate.unwrap().text, "7ABC123");
    let bad = users
        .save_card(of_rider(
            &rider.jwt,
            pb::SaveCardRequest {
                token: "4242".to_owned(),
            },
        ))
        .await;
    assert_eq!(bad.unwrap_err().code(), Code::InvalidArgument);
}

async fn parking_is_found_and_priced(store: Store) {
    let world = World::start(store).await;
    let mut parking = ParkingClient::new(channel(&world).await);
    let stay = Some(pb::Stay {
        parking_start_time: String::new(),
        duration_minutes: 90,
    });
    let near = pb::SearchLocationsRequest {
        latitude: Some(34.0099),
        longitude: Some(-118.4960),
        stay: stay.clone(),
        ..pb::SearchLocationsRequest::default()
    };
    let found = parking
        .search_locations(keyed(PUBLISHABLE_KEY, near))
        .await
        .unwrap()
        .into_inner();
    let pier = &found.locations[0];
    assert_eq!(
        (pier.id.as_str(), pier.longitude),
        ("harborpark:pier_garage", -118.4957)
    );
    assert!(pier.total_cost.is_some() && !pier.cost_lines.is_empty());
    let one = pb::GetLocationRequest {
        location_id: pier.id.clone(),
        stay,
    };
    let one = parking
        .get_location(keyed(PUBLISHABLE_KEY, one))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(one.system_id, "harborpark");
    let wrong = pb::SearchLocationsRequest {
        latitude: Some(91.0),
        longitude: Some(0.0),
        ..pb::SearchLocationsRequest::default()
    };
    let wrong = parking
        .search_locations(keyed(PUBLISHABLE_KEY, wrong))
        .await
        .unwrap_err();
    assert_eq!(
        (wrong.code(), reason(&wrong).1.as_str()),
        (Code::InvalidArgument, "latitude")
    );
}
