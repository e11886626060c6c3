//! Stays that nobody ends, prices that change while somebody parks, and scans that come too late.

use std::time::Duration;

use domain::{
    LocationId, ParkingSessionId, UserId,
    catalog::ParkingLocation,
    parking::{CloseReason, EndedBy, GivenUp, ParkingSession, Payment},
    user::User,
};
use engine::{
    Answer, BeginStay, Claim, EndStay, Engine, Failure, GateScan, GateVerdict, Shown, ShownStay, StayProblem,
    Way, handle::Repository,
};
use serde_json::{Value, json};

use crate::{
    marketplace::{SINGLE, app, marketplace, operator},
    world::{StoreKind, World, admin, answer, on_both_stores, rider_asks},
};

on_both_stores!(
    a_stay_ends_when_its_tariff_says_and_is_paid_until_then,
    a_stay_that_nothing_ends_is_given_up_and_its_rider_may_park_elsewhere,
    what_nobody_looks_at_is_closed_in_the_background,
    whoever_never_drives_in_is_free_again,
    a_barcode_that_is_scanned_too_late_opens_nothing,
    an_entry_that_is_never_told_costs_nothing,
    a_stay_is_priced_by_what_was_published_when_it_began,
    a_price_that_this_server_has_not_seen_yet_begins_no_stay,
);

const HOUR: Duration = Duration::from_hours(1);

fn location(id: &str, more: &Value) -> ParkingLocation {
    let mut location = json!({
        "id": id,
        "name": { "default": id },
        "position": { "latitude_microdegrees": 34_000_000, "longitude_microdegrees": -118_000_000 },
        "entry": "open",
        "rate": { "currency": "USD", "flat": 500 },
    });
    for (name, value) in more.as_object().unwrap() {
        location[name] = value.clone();
    }
    serde_json::from_value(location).unwrap()
}

/// Five dollars an hour, and nobody stays longer than four.
fn short_term() -> ParkingLocation {
    let hourly = json!({ "tiers": [{ "every_minutes": 60, "price": 500 }] });
    let tariff = json!({
        "currency": "USD",
        "zone": "America/Los_Angeles",
        "periods": [{ "name": { "default": "Any time" }, "price": hourly }],
        "longest_stay_minutes": 240,
    });
    location("short", &json!({ "tariff": tariff }))
}

async fn publish(world: &World, locations: Vec<ParkingLocation>) {
    let mut declared = marketplace();
    declared.locations = locations.into_iter().map(|it| (operator(), it)).collect();
    world.engine.declare(&admin(), &declared).await.unwrap();
}

/// A marketplace with lots and a garage, and a rider with a card.
async fn world_with_lots(store: StoreKind) -> (World, UserId) {
    let world = World::open(store).await;
    let gated = location("gated", &json!({ "entry": "gated" }));
    publish(&world, vec![location("open", &json!({})), gated, short_term()]).await;
    let ann = world.rider("ann").await;
    world.buy(&ann, &[(SINGLE, 1)]).await;
    (world, ann)
}

fn wish(user: &UserId, location: &str) -> BeginStay {
    BeginStay {
        app: app(),
        user: user.clone(),
        operator: operator(),
        location: LocationId::parse(location).unwrap(),
    }
}

async fn begin(world: &World, user: &UserId, location: &str) -> Result<ShownStay, StayProblem> {
    let wish = wish(user, location);
    let render = |shown: &ShownStay| answer(&json!(shown.session.stay().session));
    let begun: Answer = world
        .engine
        .begin_stay(&rider_asks(user), &wish, None, &render)
        .await?;
    let session: ParkingSessionId = serde_json::from_str(&begun.body).unwrap();
    let all = world.engine.stays(user, None).await.unwrap();
    let found = all.into_iter().find(|it| it.session.stay().session == session);
    Ok(found.unwrap())
}

async fn newest(world: &World, user: &UserId) -> ParkingSession {
    let stays = world.engine.stays(user, None).await.unwrap();
    stays.into_iter().next().unwrap().session
}

async fn active(world: &World, user: &UserId) -> Option<ParkingSessionId> {
    let repository = Repository::new(world.database.log());
    let user = repository.load::<User>(user.as_str()).await.unwrap();
    user.state().and_then(User::active_stay).cloned()
}

/// What a gate hears.
async fn scan(world: &World, id: &str, way: Way, shown: Shown, ago: Duration) -> GateVerdict {
    let claim = Claim {
        scope: "gate:test".to_owned(),
        key: id.to_owned(),
        fingerprint: id.to_owned(),
    };
    let scan = GateScan {
        location: LocationId::parse("gated").unwrap(),
        way,
        shown,
        at: Some(world.now() - ago),
    };
    let heard = std::sync::Mutex::new(None);
    let render = |verdict: &GateVerdict| {
        *heard.lock().unwrap() = Some(verdict.clone());
        answer(&json!(verdict.is_ok()))
    };
    let engine = &world.engine;
    let scanned = engine
        .scan_gate(&admin(), &operator(), &scan, &claim, &render)
        .await;
    scanned.unwrap();
    heard.into_inner().unwrap().unwrap()
}

fn barcode(shown: &ShownStay) -> Shown {
    Shown::Barcode(shown.barcode.as_ref().unwrap().expose().to_owned())
}

const fn closed(reason: CloseReason) -> GivenUp {
    GivenUp::Closed { reason }
}

async fn a_stay_ends_when_its_tariff_says_and_is_paid_until_then(store: StoreKind) {
    let (world, ann) = world_with_lots(store).await;
    begin(&world, &ann, "short").await.unwrap();
    world.clock.advance(HOUR * 4);
    assert!(newest(&world, &ann).await.is_active());
    world.clock.advance(HOUR * 20);
    let over = newest(&world, &ann).await;
    let lasted = over.ended_at().unwrap() - over.started_at().unwrap();
    assert_eq!(lasted.num_minutes(), 240);
    let bill = over.bill().unwrap();
    assert_eq!((bill.cost.amount, &bill.payment), (2_000, &Payment::Due));
    assert_eq!(active(&world, &ann).await, None);
    world.resolve().await;
    assert_eq!(newest(&world, &ann).await.bill().unwrap().payment, Payment::Paid);
    let amounts = world
        .at_stripe("charges")
        .into_iter()
        .map(|it| it["amount"].as_i64());
    assert_eq!(amounts.max().unwrap(), Some(2_000));
    world.audit().await;
}

async fn a_stay_that_nothing_ends_is_given_up_and_its_rider_may_park_elsewhere(store: StoreKind) {
    let (world, ann) = world_with_lots(store).await;
    let first = begin(&world, &ann, "open").await.unwrap();
    world.clock.advance(HOUR * 24 * 7);
    assert!(matches!(
        begin(&world, &ann, "short").await,
        Err(StayProblem::InProgress { .. })
    ));
    world.clock.advance(HOUR);
    begin(&world, &ann, "short").await.unwrap();
    let stays = world.engine.stays(&ann, None).await.unwrap();
    let given_up = stays.last().unwrap().session.given_up().cloned();
    assert_eq!(given_up, Some(closed(CloseReason::Abandoned)));
    let end = EndStay {
        session: first.session.stay().session.clone(),
        by: EndedBy::Rider,
    };
    let ended = world.engine.end_stay(&rider_asks(&ann), &end).await;
    assert!(matches!(ended, Err(StayProblem::GivenUp)), "{ended:?}");
    world.audit().await;
}

async fn what_nobody_looks_at_is_closed_in_the_background(store: StoreKind) {
    let (world, ann) = world_with_lots(store).await;
    let bob = world.rider("bob").await;
    world.buy(&bob, &[(SINGLE, 1)]).await;
    begin(&world, &ann, "short").await.unwrap();
    begin(&world, &bob, "gated").await.unwrap();
    let close = async || {
        world.resolve().await;
        let views = world.database.views();
        world.engine.close_overdue_stays(views, &|| false).await.unwrap()
    };
    assert_eq!(close().await, 0);
    world.clock.advance(HOUR * 5);
    assert_eq!(close().await, 2);
    assert_eq!(
        (active(&world, &ann).await, active(&world, &bob).await),
        (None, None)
    );
    assert_eq!(close().await, 0);
    assert_eq!(newest(&world, &ann).await.bill().unwrap().payment, Payment::Paid);
    world.audit().await;
}

async fn whoever_never_drives_in_is_free_again(store: StoreKind) {
    let (world, ann) = world_with_lots(store).await;
    let waiting = begin(&world, &ann, "gated").await.unwrap();
    world.clock.advance(HOUR);
    let later = world.engine.barcode(&ann).await.unwrap();
    assert_ne!(
        barcode(&waiting),
        Shown::Barcode(later.expose().to_owned()),
        "it changes on the clock"
    );
    world.clock.advance(HOUR * 2);
    let given_up = newest(&world, &ann).await.given_up().cloned();
    assert_eq!(given_up, Some(closed(CloseReason::EntryNeverUsed)));
    let fresh = Shown::Session(waiting.session.stay().session.clone());
    let verdict = scan(&world, "1", Way::Entry, fresh, Duration::ZERO).await;
    assert_eq!(verdict.unwrap_err().as_str(), "session_given_up");
    assert!(matches!(
        world.engine.barcode(&ann).await,
        Err(StayProblem::NoneActive)
    ));
    begin(&world, &ann, "open").await.unwrap();
    world.audit().await;
}

async fn a_barcode_that_is_scanned_too_late_opens_nothing(store: StoreKind) {
    let (world, ann) = world_with_lots(store).await;
    let waiting = begin(&world, &ann, "gated").await.unwrap();
    world.clock.advance(HOUR);
    let late = scan(&world, "1", Way::Entry, barcode(&waiting), Duration::ZERO).await;
    assert_eq!(late.unwrap_err().as_str(), "barcode_expired");
    // The gate was offline: told late, but scanned in time.
    let told = scan(&world, "2", Way::Entry, barcode(&waiting), HOUR).await;
    assert_eq!(told.unwrap(), waiting.session.stay().session);
    let started = newest(&world, &ann).await.started_at().unwrap();
    assert_eq!(started, world.now() - HOUR);
    world.audit().await;
}

async fn an_entry_that_is_never_told_costs_nothing(store: StoreKind) {
    let (world, ann) = world_with_lots(store).await;
    let waiting = begin(&world, &ann, "gated").await.unwrap();
    scan(&world, "1", Way::Exit, barcode(&waiting), Duration::ZERO)
        .await
        .unwrap();
    world.clock.advance(HOUR * 24);
    assert!(newest(&world, &ann).await.is_active());
    world.clock.advance(HOUR);
    let given_up = newest(&world, &ann).await;
    assert_eq!(given_up.given_up(), Some(&closed(CloseReason::EntryNeverSeen)));
    assert_eq!(given_up.bill(), None);
    world.audit().await;
}

async fn a_price_that_this_server_has_not_seen_yet_begins_no_stay(store: StoreKind) {
    let (world, ann) = world_with_lots(store).await;
    // A server that has stopped following what others publish.
    let deaf = Engine::open(world.parts().await).await.unwrap();
    let dearer = json!({ "rate": { "currency": "USD", "flat": 900 } });
    publish(&world, vec![location("open", &dearer)]).await;
    let wish = wish(&ann, "open");
    let render = |_: &ShownStay| answer(&json!({}));
    let begun = deaf.begin_stay(&rider_asks(&ann), &wish, None, &render).await;
    assert!(
        matches!(begun, Err(StayProblem::Failure(Failure::Unavailable(_)))),
        "{begun:?}"
    );
    assert_eq!(active(&world, &ann).await, None);
    // The same request, at a server that has.
    let begun = begin(&world, &ann, "open").await.unwrap();
    assert_eq!(begun.session.stay().rate_version, 2);
    world.audit().await;
}

async fn a_stay_is_priced_by_what_was_published_when_it_began(store: StoreKind) {
    let (world, ann) = world_with_lots(store).await;
    let begun = begin(&world, &ann, "open").await.unwrap();
    let dearer = json!({ "rate": { "currency": "USD", "flat": 900 } });
    publish(&world, vec![location("open", &dearer)]).await;
    world.clock.advance(HOUR);
    let end = EndStay {
        session: begun.session.stay().session.clone(),
        by: EndedBy::Rider,
    };
    let ended = world.engine.end_stay(&rider_asks(&ann), &end).await.unwrap();
    let bill = ended.session.bill().unwrap();
    assert_eq!((bill.cost.amount, &bill.payment), (500, &Payment::Paid));
    let next = begin(&world, &ann, "open").await.unwrap();
    assert_eq!(
        next.session.stay().rate_version,
        begun.session.stay().rate_version + 1
    );
    world.audit().await;
}
