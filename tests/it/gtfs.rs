//! Fares from GTFS feeds: imported whole or not at all, once, and sold.

use std::{fs, path::PathBuf};

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{ADMIN_KEY, Answer, Order, Store, World, fresh_key, on_both_stores, repository};

on_both_stores!(
    a_feed_is_tried_out_imported_and_its_fares_are_sold,
    importing_the_same_feed_again_appends_nothing,
    a_feed_with_bad_rows_changes_nothing_and_every_row_is_named,
    feeds_that_agencies_published_are_imported_and_sold,
);

/// A feed that models what real ones have: a byte order mark, CR LF, three categories of riders on three media, zones, a
/// product that costs nothing, and no newline at the end.
fn feed() -> Vec<(&'static str, String)> {
    let files = [
        (
            "agency.txt",
            "\u{feff}agency_id,agency_name,agency_url,agency_timezone,agency_lang\r\n1,Harbor Lines,https://harbor.example,US/Pacific,en",
        ),
        (
            "rider_categories.txt",
            "rider_category_id,rider_category_name,is_default_fare_category,eligibility_url\r\nADULT,Adult,1,\r\nSENIOR,Senior,0,https://harbor.example/senior\r\nYOUTH,Youth,0,\r\n",
        ),
        (
            "fare_media.txt",
            "fare_media_id,fare_media_name,fare_media_type\r\n0,Cash,0\r\n3,Bank card,3\r\n4,Harbor App,4\r\n",
        ),
        (
            "fare_products.txt",
            "fare_product_id,fare_product_name,rider_category_id,fare_media_id,amount,currency\r\n\
             LOCAL,\"Local, 90 minutes\",ADULT,0,2.50,USD\r\n\
             LOCAL,\"Local, 90 minutes\",ADULT,3,2.50,USD\r\n\
             LOCAL,\"Local, 90 minutes\",ADULT,4,2.25,USD\r\n\
             LOCAL,\"Local, 90 minutes\",SENIOR,4,1.10,USD\r\n\
             LOCAL,\"Local, 90 minutes\",YOUTH,4,0.00,USD\r\n\
             BAY,Across the bay,ADULT,4,4.75,USD\r\n",
        ),
        ("areas.txt", "area_id,area_name\r\n1,City\r\n2,Island"),
        (
            "networks.txt",
            "network_id,network_name\r\nharbor,Harbor buses\r\n",
        ),
        (
            "fare_leg_rules.txt",
            "leg_group_id,network_id,from_area_id,to_area_id,fare_product_id\r\n\
             city,harbor,1,1,LOCAL\r\nout,harbor,1,2,BAY\r\nback,harbor,2,1,BAY\r\n",
        ),
        (
            "fare_transfer_rules.txt",
            "from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type\r\n\
             city,city,-1,5400,1,0",
        ),
    ];
    files.map(|(name, text)| (name, text.to_owned())).to_vec()
}

const OVERLAY: &str = "
media: [4]
zero_prices: true
rules:
  - valid_for: { minutes: 90 }
    refunds: { unused_for_minutes: 60 }
  - riders: [SENIOR]
    restricted_label: Seniors
    restricted_text: Ask us once.
  - riders: [YOUTH]
    transferable: false
";

const ADULT: &str = "LOCAL.ADULT.4";

/// A form with files, as any client makes one: parts between lines that nobody else has.
fn form(files: &[(&str, &[u8])], fields: &[(&str, &str)], boundary: &str) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, bytes) in files {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"feed\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        form.extend(head.bytes());
        form.extend(*bytes);
        form.extend(b"\r\n");
    }
    for (name, text) in fields {
        let part =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        form.extend(part.bytes());
    }
    form.extend(format!("--{boundary}--\r\n").bytes());
    form
}

struct Import<'a> {
    operator: &'a str,
    query: &'a str,
    files: Vec<(&'a str, &'a [u8])>,
    overlay: &'a str,
    key: String,
    boundary: &'a str,
}

impl<'a> Import<'a> {
    fn of(feed: &'a [(&'static str, String)], query: &'a str) -> Self {
        Self {
            operator: "bigbluebus",
            query,
            files: feed.iter().map(|(name, text)| (*name, text.as_bytes())).collect(),
            overlay: OVERLAY,
            key: fresh_key(),
            boundary: "b0undary",
        }
    }

    async fn send(&self, world: &World) -> Answer {
        let path = format!(
            "/admin/v1/test/operators/{}/catalogs/gtfs{}",
            self.operator, self.query
        );
        let call = world.app().bare(Method::POST, &path).bearer(ADMIN_KEY);
        let kind = format!("multipart/form-data; boundary={}", self.boundary);
        call.header("Content-Type", &kind)
            .header("Idempotency-Key", &self.key)
            .body(form(&self.files, &[("overlay", self.overlay)], self.boundary))
            .send()
            .await
    }
}

async fn events(world: &World) -> usize {
    world.events_like("catalog.%").await.len()
}

async fn a_feed_is_tried_out_imported_and_its_fares_are_sold(store: Store) {
    let world = World::start(store).await;
    let (feed, before) = (feed(), events(&world).await);
    let tried = Import::of(&feed, "?dry_run=true").send(&world).await.ok().body;
    assert_eq!(
        (&tried["dry_run"], &tried["changed"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(events(&world).await, before);
    let done = Import::of(&feed, "").send(&world).await.ok().body;
    assert_eq!(
        (&done["changes"], &done["notes"]),
        (&tried["changes"], &tried["notes"])
    );
    assert_eq!(
        done["feed"],
        json!({
            "agencies": ["Harbor Lines"], "timezone": "US/Pacific", "products": 6, "sold": 4,
        })
    );
    let lines = done["lines"].as_array().unwrap();
    for line in [
        "- fare regular_single_ride",
        "+ fare LOCAL.ADULT.4",
        "+ fare BAY.ADULT.4",
    ] {
        assert!(lines.contains(&json!(line)), "{line}: {lines:?}");
    }
    let notes = done["notes"].to_string();
    assert!(notes.contains("free transfers for 90 minutes"), "{notes}");
    assert_eq!(events(&world).await, before + 1);

    let fares = world.app().get("/agency/bigbluebus/fare").send().await.ok().body;
    let shown: Vec<(&str, i64)> = fares["fares"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fare| {
            (
                fare["fare_id"].as_str().unwrap(),
                fare["price"]["amount"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (ADULT, 225),
            ("LOCAL.SENIOR.4", 110),
            ("LOCAL.YOUTH.4", 0),
            ("BAY.ADULT.4", 475)
        ]
    );
    let ann = world.rider("ann").await;
    let pass = ann.buy_item(ADULT).await;
    ann.activate(&pass).await.ok();
    ann.buy("LOCAL.YOUTH.4", "pm_card_visa").await.ok();
    ann.buy("LOCAL.SENIOR.4", "pm_card_visa")
        .await
        .refused(403, Some("restricted_purchase"));
    let paid: Vec<i64> = world.books().await.kept().iter().map(|it| it.amount).collect();
    assert_eq!(paid, [225]);
    let listed = world
        .administer(Method::GET, "catalogs/2", &json!({}), None)
        .await
        .ok()
        .body;
    assert_eq!(
        (&listed["source"], &listed["status"]),
        (&json!("gtfs"), &json!("in_force"))
    );
    assert_eq!(listed["catalog"]["fares"][0]["refunds"]["unused_for_minutes"], 60);
    world.audit().await;
}

async fn importing_the_same_feed_again_appends_nothing(store: Store) {
    let world = World::start(store).await;
    let feed = feed();
    let first = Import::of(&feed, "");
    let done = first.send(&world).await.ok();
    let after = events(&world).await;
    // The same request again, put together by another client.
    let repeated = Import {
        boundary: "an0ther",
        key: first.key.clone(),
        ..Import::of(&feed, "")
    };
    assert_eq!(repeated.send(&world).await.ok().text, done.text);
    let other = Import {
        key: first.key.clone(),
        overlay: "media: [4]",
        ..Import::of(&feed, "")
    };
    assert_eq!(
        other.send(&world).await.status,
        409,
        "the key stands for another import"
    );
    let again = Import::of(&feed, "").send(&world).await.ok().body;
    assert_eq!((&again["changed"], &again["version"]), (&json!(false), &json!(2)));
    assert_eq!(again["changes"], json!([]));
    let dry = Import::of(&feed, "?dry_run=true").send(&world).await.ok().body;
    assert_eq!(dry["changed"], false);
    assert_eq!(events(&world).await, after);

    // What was imported can be put back as it is shown, and changes nothing either.
    let shown = world
        .administer(Method::GET, "catalogs/2", &json!({}), None)
        .await
        .ok()
        .body;
    let body = json!({ "catalog": shown["catalog"] });
    let put_back = world
        .administer(Method::POST, "catalogs", &body, Some(&fresh_key()))
        .await;
    assert_eq!(put_back.ok().body["changed"], false);
    assert_eq!(events(&world).await, after);
    world.audit().await;
}

async fn a_feed_with_bad_rows_changes_nothing_and_every_row_is_named(store: Store) {
    let world = World::start(store).await;
    let before = events(&world).await;
    let mut feed = feed();
    let products = &mut feed[3].1;
    *products = products
        .replace("ADULT,4,2.25", "ADULT,4,-2.25")
        .replace("1.10", "1.105")
        .replace("BAY,Across the bay,ADULT", "BAY,Across the bay,CREW");
    feed[6].1 = feed[6].1.replace("1,2,BAY", "1,9,BAY");
    let overlay = OVERLAY.replace("- valid_for: { minutes: 90 }\n    refunds", "- refunds")
        + "  - products: [NIGHT]\n    sold: false\n";
    let import = Import {
        overlay: &overlay,
        ..Import::of(&feed, "")
    };
    let refused = import.send(&world).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(
        refused.body["errors"],
        json!([
            "fare_leg_rules.txt row 3, to_area_id: there is no \"9\" in areas.txt",
            "fare_products.txt row 4: is sold, and no rule of the overlay says how long it is valid (valid_for)",
            "fare_products.txt row 4, amount: is negative: that is a discount on a transfer, which cannot be sold",
            "fare_products.txt row 5, amount: the currency has no more than 2 decimals",
            "fare_products.txt row 6: is sold, and no rule of the overlay says how long it is valid (valid_for)",
            "fare_products.txt row 7: is sold, and no rule of the overlay says how long it is valid (valid_for)",
            "fare_products.txt row 7, rider_category_id: there is no \"CREW\" in rider_categories.txt",
            "overlay, rules[3].products[0]: the feed has no fare_product_id \"NIGHT\"",
        ])
    );
    let misspelt = Import {
        overlay: "rulez: []",
        ..Import::of(&feed, "")
    };
    let refused = misspelt.send(&world).await;
    assert!(
        refused.status == 422 && refused.text.contains("rulez"),
        "{}",
        refused.text
    );
    let damaged = Import {
        files: vec![("feed.zip", b"PK\x03\x04 and nothing more")],
        ..Import::of(&feed, "")
    };
    assert_eq!(damaged.send(&world).await.status, 422);
    let empty = Import {
        files: vec![],
        ..Import::of(&feed, "")
    };
    assert_eq!(empty.send(&world).await.status, 400);
    assert_eq!(events(&world).await, before);
}

/// `SWITCHYARD_GTFS_FEEDS` names a folder of them; they are their agencies' and not part of this repository.
async fn feeds_that_agencies_published_are_imported_and_sold(store: Store) {
    let Some(feeds) = std::env::var_os("SWITCHYARD_GTFS_FEEDS") else {
        eprintln!("skipped: SWITCHYARD_GTFS_FEEDS names no folder of feeds");
        return;
    };
    let world = World::start(store).await;
    for (agency, operator, fare, price) in [
        ("c-tran", "bigbluebus", "ADULT_LOCAL_SINGLE_RIDE.ADULT.4", 125),
        (
            "zakroczym",
            "linia_wislana",
            "single_ride_zones13_normal.0.0",
            500,
        ),
    ] {
        let files = fs::read_dir(PathBuf::from(&feeds).join(agency)).unwrap();
        let files: Vec<(String, Vec<u8>)> = files
            .map(|file| {
                let path = file.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, fs::read(&path).unwrap())
            })
            .collect();
        let overlay = repository().join(format!("tests/marketplaces/overlays/{agency}.yaml"));
        let overlay = fs::read_to_string(overlay).unwrap();
        let import = || Import {
            operator,
            query: "",
            files: files
                .iter()
                .map(|(name, bytes)| (name.as_str(), &bytes[..]))
                .collect(),
            overlay: &overlay,
            key: fresh_key(),
            boundary: "b0undary",
        };
        let done = import().send(&world).await.ok().body;
        assert_eq!(
            (&done["changed"], &done["status"]),
            (&json!(true), &json!("in_force"))
        );
        let after = events(&world).await;
        let again: Value = import().send(&world).await.ok().body;
        assert_eq!(again["changed"], false);
        assert_eq!(events(&world).await, after);
        let shown = world.app().get(&format!("/agency/{operator}/fare/{fare}"));
        assert_eq!(shown.send().await.ok().body["price"]["amount"], price);
        let rider = world.rider(agency).await;
        let order = Order {
            agency: operator.to_owned(),
            ..Order::of(fare, "pm_card_visa", &rider.state().await)
        };
        rider.place(&order).await.ok();
        assert_eq!(world.books().await.kept().last().unwrap().amount, price);
    }
    world.audit().await;
}
