//! gRPC: the same riders, wallets and keys as over HTTP.

use prost::Message;
use serde_json::json;
use stripe_sim::{Fault, FaultRule, core::Method};
use tonic::Code;

use crate::world::{
    BUS, Desk, Order, PUBLISHABLE_KEY, SECRET_KEY, SINGLE, Store, World, buy_a_ride, channel, eventually,
    every_pass, fresh_key, keyed, of_rider, on_both_stores,
    pb::{
        self, catalog_client::CatalogClient, parking_client::ParkingClient, passes_client::PassesClient,
        purchases_client::PurchasesClient, transfers_client::TransfersClient, users_client::UsersClient,
    },
    reason, single_ride, wallet_of, with,
};

on_both_stores!(
    a_rider_buys_and_rides_over_either_face,
    a_key_that_was_answered_over_one_face_is_answered_over_the_other,
    a_deadline_that_is_over_loses_nothing_that_was_begun,
    passes_are_sent_and_redeemed,
    a_card_and_a_vehicle_are_the_riders,
    parking_is_found_and_priced,
    a_stay_is_begun_at_a_gate_and_paid_over_grpc,
);

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
    let bought = buy_a_ride(&world, &rider.jwt).await;
    let pass = bought.passes[0].pass_id.clone();
    let mut passes = PassesClient::new(channel(&world).await);
    let activate = pb::ActivatePassRequest {
        pass_id: pass.clone(),
        passes_state: bought.passes_state,
        shown: Some(every_pass()),
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
    let over_grpc = wallet_of(&world, &rider.jwt).await;
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
    let order = || with(of_rider(&rider.jwt, single_ride(&state)), "idempotency-key", &key);
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
        ..single_ride(&state)
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
    let late = hurried(&world, &rider.jwt, &key, &single_ride(&state)).await;
    let header = |name: &str| late.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("grpc-status"), (Code::DeadlineExceeded as i32).to_string());
    assert!(late.headers().contains_key("grpc-status-details-bin"));
    let order = || with(of_rider(&rider.jwt, single_ride(&state)), "idempotency-key", &key);
    let purchases = PurchasesClient::new(channel(&world).await);
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

/// A purchase by hand: a client's own timer would speak before the server does.
async fn hurried(
    world: &World,
    jwt: &str,
    key: &str,
    order: &pb::CreatePurchaseRequest,
) -> reqwest::Response {
    let message = order.encode_to_vec();
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    let framed = [&[0], length.as_slice(), &message].concat();
    let client = reqwest::Client::builder()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let addr = world.server.grpc();
    client
        .post(format!("http://{addr}/switchyard.v1.Purchases/CreatePurchase"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("grpc-timeout", "400m")
        .header("authorization", format!("Bearer {SECRET_KEY}"))
        .header("x-rider-jwt", jwt)
        .header("idempotency-key", key)
        .body(framed)
        .send()
        .await
        .unwrap()
}

async fn passes_are_sent_and_redeemed(store: Store) {
    let world = World::start(store).await;
    let (ann, bob) = (world.rider("ann").await, world.rider("bob").await);
    let pass = buy_a_ride(&world, &ann.jwt).await.passes[0].pass_id.clone();
    let mut transfers = TransfersClient::new(channel(&world).await);
    let send = pb::CreateTransferRequest {
        items: vec![pass],
        ..pb::CreateTransferRequest::default()
    };
    let transfer = transfers
        .create_transfer(of_rider(&ann.jwt, send))
        .await
        .unwrap()
        .into_inner();
    let link = transfer.redemption.expect("a link").url;
    let look = keyed(SECRET_KEY, pb::GetRedemptionRequest { link: link.clone() });
    let told = transfers.get_redemption(look).await.unwrap().into_inner();
    assert_eq!(told.agency.expect("of one agency").agency_id, BUS);
    transfers
        .redeem(of_rider(&bob.jwt, pb::RedeemRequest { link }))
        .await
        .unwrap();
    assert_eq!(wallet_of(&world, &bob.jwt).await.passes.len(), 1);
    let got = of_rider(
        &ann.jwt,
        pb::GetTransferRequest {
            id: transfer.id.clone(),
        },
    );
    assert_eq!(
        transfers.get_transfer(got).await.unwrap().get_ref().status,
        "transferred"
    );
    let strangers = of_rider(
        &bob.jwt,
        pb::GetTransferRequest {
            id: transfer.id.clone(),
        },
    );
    assert_eq!(
        transfers.get_transfer(strangers).await.unwrap_err().code(),
        Code::NotFound
    );
    let late = of_rider(&ann.jwt, pb::CancelTransferRequest { id: transfer.id });
    assert!(transfers.cancel_transfer(late).await.is_err());
    world.audit().await;
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

async fn a_stay_is_begun_at_a_gate_and_paid_over_grpc(store: Store) {
    const GARAGE: &str = "harborpark:malibu_garage";
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let mut users = UsersClient::new(channel(&world).await);
    let card = pb::SaveCardRequest {
        token: world.one_time_token().await,
    };
    users.save_card(of_rider(&rider.jwt, card)).await.unwrap();
    let mut parking = ParkingClient::new(channel(&world).await);
    let location_id = GARAGE.to_owned();
    let asked = pb::BeginSessionRequest {
        location_id: location_id.clone(),
    };
    let begun = parking.begin_session(of_rider(&rider.jwt, asked)).await;
    let begun = begun.unwrap().into_inner();
    let session_id = begun.id;
    let end = pb::EndSessionRequest {
        location_id: location_id.clone(),
        session_id,
    };
    let refused = parking.end_session(of_rider(&rider.jwt, end)).await.unwrap_err();
    assert_eq!(reason(&refused).0, "gate_controlled");
    let scan = |direction: &str, barcode: String| pb::ScanGateRequest {
        operator_id: "harborpark".to_owned(),
        scan_id: direction.to_owned(),
        direction: direction.to_owned(),
        location_id: "malibu_garage".to_owned(),
        shown: Some(pb::scan_gate_request::Shown::Barcode(barcode)),
        at: None,
    };
    let desk = Desk::of(&world)
        .hire(&json!({ "role": "operator_admin", "operator": "harborpark" }))
        .await;
    let entry = scan("entry", begun.redemption_info.unwrap().value);
    let entered = parking.scan_gate(keyed(desk.key(), entry)).await.unwrap();
    assert!(entered.into_inner().open);
    let barcode = parking.create_barcode(of_rider(&rider.jwt, pb::CreateBarcodeRequest {}));
    let barcode = barcode.await.unwrap().into_inner();
    let exit = scan("exit", barcode.value);
    let left = parking.scan_gate(keyed(desk.key(), exit)).await.unwrap();
    assert!(left.into_inner().open);
    let get = || pb::GetSessionRequest {
        location_id: location_id.clone(),
        session_id,
    };
    eventually("the stay is paid", async || {
        let mut parking = parking.clone();
        let session = parking.get_session(of_rider(&rider.jwt, get())).await.unwrap();
        let billing = session.into_inner().billing_info;
        billing.is_some_and(|billing| billing.payment == "paid")
    })
    .await;
    let list = pb::ListSessionsRequest { location_id: None };
    let listed = parking.list_sessions(of_rider(&rider.jwt, list)).await.unwrap();
    let sessions = listed.into_inner().sessions;
    let billing = sessions[0].billing_info.as_ref().unwrap();
    assert_eq!(billing.cost.as_ref().unwrap().amount, 250);
    assert_eq!((sessions.len(), billing.cost_lines.len()), (1, 1));
    let pay = pb::PaySessionRequest {
        location_id: location_id.clone(),
        session_id,
    };
    let paid = parking.pay_session(of_rider(&rider.jwt, pay)).await.unwrap();
    assert_eq!(paid.into_inner(), sessions[0], "it is paid once");
    let simulate = pb::SimulateRedemptionRequest {
        location_id,
        session_id,
        duration_minutes: 30,
    };
    let refused = parking.simulate_redemption(of_rider(&rider.jwt, simulate)).await;
    assert_eq!(reason(&refused.unwrap_err()).0, "not_a_test_session");
    world.audit().await;
}
