//! Where an operator has room and what it costs: tried out, published with a date, imported, withdrawn.

use chrono::{SecondsFormat, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Answer, Desk, PUBLISHABLE_KEY, Store, World, on_both_stores};

on_both_stores!(
    a_location_is_read_edited_tried_out_and_put_back,
    a_price_with_a_date_is_not_quoted_before,
    locations_are_published_all_or_none_with_everything_that_is_wrong,
    a_withdrawn_location_is_not_found_and_stays_priced,
    a_file_of_rate_tables_is_imported_once,
    a_file_that_cannot_be_kept_changes_nothing,
    whoever_only_looks_publishes_nothing,
);

const LOCATIONS: &str = "/operators/harborpark/locations";
const PIER: &str = "/operators/harborpark/locations/pier_garage";

async fn events(world: &World) -> usize {
    world.events_like("catalog.%").await.len()
}

/// The newest version of the pier's garage, as a file has it.
async fn pier(desk: &Desk) -> Value {
    let whole = desk.get(PIER).await.ok().body;
    let versions = whole["versions"].as_array().unwrap();
    versions.last().unwrap()["location"].clone()
}

/// What an hour at the pier costs on a Tuesday's noon.
async fn quoted(world: &World, day: &str) -> Answer {
    let path = format!(
        "/v1/search/parking/location/harborpark:pier_garage?access_key={PUBLISHABLE_KEY}&duration_m=60&parking_start_time={day}"
    );
    world.app().bare(Method::GET, &path).send().await
}

async fn a_location_is_read_edited_tried_out_and_put_back(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let listed = desk.get(LOCATIONS).await.ok().body;
    assert_eq!(
        listed["data"][2],
        json!({ "id": "pier_garage", "name": "Pier Garage", "versions": 1, "in_force": 1 })
    );
    assert_eq!(listed["data"].as_array().unwrap().len(), 3);
    let before = events(&world).await;
    let mut edited = pier(&desk).await;
    let same = json!({ "locations": [edited.clone()] });
    let unchanged = desk.post(LOCATIONS, &same).await.ok().body;
    assert_eq!(
        (&unchanged["changed"], &unchanged["unchanged"]),
        (&json!(false), &json!(1))
    );
    edited["tariff"]["stay_maximum"] = json!(5_000);
    edited["tariff"]["free"] = Value::Null;
    let body = json!({ "locations": [edited] });
    let tried = desk
        .post(&format!("{LOCATIONS}?dry_run=true"), &body)
        .await
        .ok()
        .body;
    assert_eq!(events(&world).await, before);
    let done = desk.post(LOCATIONS, &body).await.ok().body;
    for told in [&tried, &done] {
        assert_eq!(told["changed"], true);
        let location = &told["locations"][0];
        assert_eq!(
            (&location["version"], &location["replaces"], &location["status"]),
            (&json!(2), &json!(1), &json!("in_force"))
        );
        assert_eq!(
            location["lines"],
            json!([
                "~ location pier_garage: tariff.free: {\"minutes\":15} -> nothing",
                "~ location pier_garage: tariff.stay_maximum: nothing -> 5000",
            ])
        );
        let remarks = location["remarks"].as_array().unwrap();
        assert_eq!(
            remarks.len(),
            2,
            "prices change by the clock and tiers differ: {remarks:?}"
        );
    }
    assert_eq!(events(&world).await, before + 1);
    let versions = desk.get(PIER).await.ok().body["versions"].clone();
    let status: Vec<&Value> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["status"])
        .collect();
    assert_eq!(status, ["superseded", "in_force"]);
}

async fn a_price_with_a_date_is_not_quoted_before(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let mut dearer = pier(&desk).await;
    dearer["tariff"] = Value::Null;
    dearer["rate"] = json!({ "currency": "USD", "flat": 9_900 });
    let from = Utc::now() + TimeDelta::days(365);
    let from = from.to_rfc3339_opts(SecondsFormat::Secs, true);
    let body = json!({ "effective_from": from, "locations": [dearer] });
    let done = desk.post(LOCATIONS, &body).await.ok().body;
    assert_eq!(done["locations"][0]["status"], "scheduled");
    let day = |days| (Utc::now() + TimeDelta::days(days)).to_rfc3339_opts(SecondsFormat::Secs, true);
    let sooner = quoted(&world, &day(300)).await.ok().body;
    assert_eq!(sooner["properties"]["pricing"]["version"], 1);
    let later = quoted(&world, &day(366)).await.ok().body;
    assert_eq!(later["properties"]["pricing"]["version"], 2);
    assert_eq!(later["properties"]["total_cost"]["amount"], 9_900);
}

async fn locations_are_published_all_or_none_with_everything_that_is_wrong(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let before = events(&world).await;
    let good = pier(&desk).await;
    let mut gap = good.clone();
    gap["id"] = json!("gap");
    gap["tariff"]["periods"] = json!([{
        "name": "Weekdays", "price": { "tiers": [{ "every_minutes": 0, "price": -1 }] },
        "times": [{ "days": ["mon", "tue", "wed", "thu", "fri"], "from": "00:00", "until": "24:00" }],
    }]);
    let mut both = good.clone();
    both["rate"] = json!({ "currency": "USD" });
    let body = json!({ "locations": [good, gap, both, good] });
    let refused = desk.post(LOCATIONS, &body).await;
    assert_eq!(refused.status, 422);
    assert_eq!(
        refused.body["errors"],
        json!([
            "locations[1].tariff.periods[0].price.tiers[0].every_minutes: the interval has no length",
            "locations[1].tariff.periods[0].price.tiers[0].price: the amount is negative",
            "locations[1].tariff.periods: no period covers Sat 00:00 to Mon 00:00",
            "locations[2].tariff: a location with a tariff has no rate besides",
            "locations[3].id: the id is used twice",
        ])
    );
    assert_eq!(events(&world).await, before);
    let unread = desk
        .post(LOCATIONS, &json!({ "locations": [{ "id": "x" }] }))
        .await;
    assert_eq!(unread.status, 400);
    let nobody = desk
        .post("/operators/nobody/locations", &json!({ "locations": [] }))
        .await;
    assert_eq!(nobody.status, 404);
}

async fn a_withdrawn_location_is_not_found_and_stays_priced(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    quoted(&world, "2027-06-01T12:00:00-07:00").await.ok();
    let withdraw = format!("{PIER}/withdraw");
    let first = desk.post(&withdraw, &json!({})).await.ok().body;
    let again = desk.post(&withdraw, &json!({})).await.ok().body;
    assert_eq!(
        (&first["changed"], &again["changed"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(first["withdrawn_at"], again["withdrawn_at"]);
    assert_eq!(quoted(&world, "2027-06-01T12:00:00-07:00").await.status, 404);
    let whole = desk.get(PIER).await.ok().body;
    assert_eq!(whole["versions"][0]["status"], "superseded");
    assert_eq!(
        desk.post(&format!("{LOCATIONS}/nowhere/withdraw"), &json!({}))
            .await
            .status,
        404
    );
}

fn file() -> Value {
    json!({
        "places": [{
            "id": "mall_garage",
            "name": [{ "language": "en", "string": "Mall Garage" }],
            "timeZone": "America/Los_Angeles",
            "geometry": { "type": "Point", "coordinates": [-118.4970, 34.0130] },
            "supply": [{ "supplyViewType": "spaceView", "supplyQuantity": 500 }],
            "rateTables": [{ "id": "standard" }],
        }],
        "rateTables": [{
            "id": "standard", "version": 7,
            "rateTableName": [{ "language": "en", "string": "Standard" }],
            "rateLineCollections": [{
                "collectionSequence": 1, "applicableCurrency": "USD", "relativeTimes": true,
                "taxIncluded": false, "taxRate": 10, "resetTime": "00:00", "maxValue": 24.0,
                "rateLines": [
                    { "sequence": 1, "rateLineType": "flatRateTier", "durationStart": 0, "durationEnd": 60, "value": 3.0 },
                    { "sequence": 2, "rateLineType": "incrementingRate", "durationStart": 60, "incrementPeriod": "PT30M", "value": 1.5 },
                ],
            }],
        }],
    })
}

async fn a_file_of_rate_tables_is_imported_once(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let before = events(&world).await;
    let import = format!("{LOCATIONS}/apds");
    let body = json!({ "file": file() });
    let tried = desk
        .post(&format!("{import}?dry_run=true"), &body)
        .await
        .ok()
        .body;
    assert_eq!((&tried["changed"], events(&world).await), (&json!(true), before));
    let done = desk.post(&import, &body).await.ok().body;
    assert_eq!(done["locations"][0]["id"], "mall_garage");
    assert_eq!(events(&world).await, before + 1);
    let again = desk.post(&import, &body).await.ok().body;
    assert_eq!(
        (&again["changed"], &again["unchanged"]),
        (&json!(false), &json!(1))
    );
    assert_eq!(events(&world).await, before + 1);
    let path = format!(
        "/v1/search/parking/location/harborpark:mall_garage?access_key={PUBLISHABLE_KEY}&duration_m=95&parking_start_time=2027-06-01T12:00:00-07:00"
    );
    let found = world.app().bare(Method::GET, &path).send().await.ok().body;
    // 3.00 and two half hours at 1.50, and a tenth on top.
    assert_eq!(
        found["properties"]["total_cost"],
        json!({ "amount": 660, "currency": "USD" })
    );
    assert_eq!(found["properties"]["capacity"], 500);
}

async fn a_file_that_cannot_be_kept_changes_nothing(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let before = events(&world).await;
    let mut bad = file();
    bad["rateTables"][0]["rateLineCollections"][0]["minValue"] = json!(1);
    let mut second = bad["places"][0].clone();
    second["id"] = json!("other_garage");
    second["entrances"] = json!(2);
    bad["places"].as_array_mut().unwrap().push(second);
    let refused = desk
        .post(&format!("{LOCATIONS}/apds"), &json!({ "file": bad }))
        .await;
    assert_eq!(refused.status, 422);
    assert_eq!(
        refused.body["errors"],
        json!([
            "rateTables[0].rateLineCollections[0].minValue: there is no least price here",
            "places[1].entrances: is not among what is read",
        ])
    );
    assert_eq!(events(&world).await, before);
}

async fn whoever_only_looks_publishes_nothing(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let body = json!({ "locations": [] });
    let own = desk
        .hire(&json!({ "role": "operator_admin", "operator": "harborpark" }))
        .await;
    own.get(LOCATIONS).await.ok();
    own.post(LOCATIONS, &body).await.ok();
    let finance = desk.hire(&json!({ "role": "finance" })).await;
    finance.get(LOCATIONS).await.ok();
    assert_eq!(finance.post(LOCATIONS, &body).await.status, 403);
    let others = desk
        .hire(&json!({ "role": "operator_admin", "operator": "bigbluebus" }))
        .await;
    assert_eq!(others.get(LOCATIONS).await.status, 404);
}
