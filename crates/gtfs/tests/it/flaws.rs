//! Everything that is wrong, in one report.

use crate::feed::{OVERLAY, feed, flaws, imported, with};

fn refused(file: &'static str, from: &str, to: &str) -> Vec<String> {
    flaws(imported(&with(file, from, to), OVERLAY))
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of what can be wrong")]
fn every_bad_row_is_named_with_its_file_its_line_and_its_reason() {
    for (file, from, to, told) in [
        (
            "fare_products.txt",
            "app,1.75",
            "app,",
            "fare_products.txt row 3, amount: is missing",
        ),
        (
            "fare_products.txt",
            "1.75",
            "1.7x",
            "fare_products.txt row 3, amount: is not a decimal number such as 2.75",
        ),
        (
            "fare_products.txt",
            "1.75",
            "1.755",
            "fare_products.txt row 3, amount: the currency has no more than 2 decimals",
        ),
        (
            "fare_products.txt",
            "1.75",
            "-1.75",
            "fare_products.txt row 3, amount: is negative: that is a discount on a transfer, which cannot be sold",
        ),
        (
            "fare_products.txt",
            "1.75",
            "0.00",
            "fare_products.txt row 3, amount: is nothing: the overlay sells it for nothing by zero_prices, or not at all by a rule",
        ),
        (
            "fare_products.txt",
            "1.75,USD",
            "1.75,DOLLARS",
            "fare_products.txt row 3, currency: is no ISO 4217 code",
        ),
        (
            "fare_products.txt",
            "3.50,USD",
            "3.50,CAD",
            "fare_products.txt row 5, currency: is not USD, and a catalog has one currency",
        ),
        (
            "fare_products.txt",
            "adult,cash",
            "child,cash",
            "fare_products.txt row 2, rider_category_id: there is no \"child\" in rider_categories.txt",
        ),
        (
            "fare_products.txt",
            "adult,cash",
            "adult,app",
            "fare_products.txt row 3: has the same fare_product_id, rider_category_id, fare_media_id as row 2",
        ),
        (
            "fare_products.txt",
            "1.75,USD",
            "1,75,USD",
            "fare_products.txt row 3: has 7 fields, and the header has 6",
        ),
        (
            "fare_products.txt",
            "single,Single Ride,senior",
            "single,,senior",
            "fare_products.txt row 4, fare_product_name: is missing, and no rule of the overlay gives a name",
        ),
        (
            "rider_categories.txt",
            "Senior,0",
            "Senior,yes",
            "rider_categories.txt row 2, is_default_fare_category: must be one of 0, 1",
        ),
        (
            "rider_categories.txt",
            "Senior,0",
            "Senior,1",
            "rider_categories.txt row 3, is_default_fare_category: row 2 is the default already",
        ),
        (
            "fare_media.txt",
            "Cash,0",
            "Cash,9",
            "fare_media.txt row 2, fare_media_type: must be one of 0, 1, 2, 3, 4",
        ),
        (
            "areas.txt",
            "s,South",
            "n,South",
            "areas.txt row 3: has the same area_id as row 2",
        ),
        (
            "stop_areas.txt",
            "s,2",
            "s,",
            "stop_areas.txt row 3, stop_id: is missing",
        ),
        (
            "route_networks.txt",
            "local,10",
            "night,10",
            "route_networks.txt row 2, network_id: there is no \"night\" in networks.txt",
        ),
        (
            "timeframes.txt",
            "09:30:00",
            "05:30:00",
            "timeframes.txt row 2, end_time: is not after start_time",
        ),
        (
            "timeframes.txt",
            "18:00:00",
            "25:00:00",
            "timeframes.txt row 3, end_time: must be a time of day such as 06:00:00, at most 24:00:00",
        ),
        (
            "fare_leg_rules.txt",
            "n,s,peak",
            "n,w,noon",
            "fare_leg_rules.txt row 3, from_timeframe_group_id: there is no \"noon\" in timeframes.txt",
        ),
        (
            "fare_transfer_rules.txt",
            "-1,5400",
            "0,5400",
            "fare_transfer_rules.txt row 2, transfer_count: must be -1 or at least 1",
        ),
        (
            "fare_transfer_rules.txt",
            "5400,1,0",
            "5400,,0",
            "fare_transfer_rules.txt row 2, duration_limit_type: is missing, and duration_limit is given",
        ),
        (
            "fare_transfer_rules.txt",
            "core,fast",
            "core,slow",
            "fare_transfer_rules.txt row 3, to_leg_group_id: there is no \"slow\" in fare_leg_rules.txt",
        ),
        (
            "agency.txt",
            "agency_timezone",
            "zone",
            "agency.txt, agency_timezone: the column is missing",
        ),
    ] {
        let told_of = refused(file, from, to);
        assert!(told_of.contains(&told.to_owned()), "{told}: {told_of:#?}");
    }
}

#[test]
fn all_that_is_wrong_with_feed_and_overlay_stands_in_one_report() {
    let mut broken = with("fare_products.txt", "1.75", "-1.75");
    for (file, from, to) in [
        ("fare_products.txt", "0.85", "0.855"),
        ("fare_media.txt", "App,4", "App,5"),
        ("areas.txt", "s,South", "s,South,more"),
    ] {
        let text = broken.get_mut(file).unwrap();
        *text = text.replace(from, to);
    }
    let said =
        OVERLAY.replace("  - valid_for: { minutes: 90 }\n", "") + "  - products: [monthly]\n    id: x\n";
    let told = flaws(imported(&broken, &said));
    assert_eq!(
        told,
        [
            "areas.txt row 3: has 3 fields, and the header has 2",
            "fare_leg_rules.txt row 3, to_area_id: there is no \"s\" in areas.txt",
            "fare_leg_rules.txt row 4, from_area_id: there is no \"s\" in areas.txt",
            "fare_media.txt row 3, fare_media_type: must be one of 0, 1, 2, 3, 4",
            "fare_products.txt row 3: is sold, and no rule of the overlay says how long it is valid (valid_for)",
            "fare_products.txt row 3, amount: is negative: that is a discount on a transfer, which cannot be sold",
            "fare_products.txt row 4, amount: the currency has no more than 2 decimals",
            "fare_products.txt row 5: is sold, and no rule of the overlay says how long it is valid (valid_for)",
            "overlay, rules[2].products[0]: the feed has no fare_product_id \"monthly\"",
            "stop_areas.txt row 3, area_id: there is no \"s\" in areas.txt",
        ]
    );
}

#[test]
fn an_overlay_names_nothing_that_the_feed_lacks() {
    for (said, told) in [
        (
            "media: [app, hop]",
            "overlay, media[1]: the feed has no fare_media_id \"hop\"",
        ),
        (
            "media: [app]\nriders: [{ id: child }]",
            "overlay, riders[0].id: the feed has no rider_category_id \"child\"",
        ),
        (
            "media: [app]\nareas: [{ id: w }, { id: n }, { id: n }]",
            "overlay, areas[2].id: stands here twice",
        ),
        (
            "media: [app]\nlanguage: in English",
            "overlay, language: is no BCP 47 tag, like en or pt-BR",
        ),
        (
            "media: [app]\ncurrency: dollars",
            "overlay, currency: is no ISO 4217 code",
        ),
        (
            "media: [app]\npasses_per_order: 0",
            "overlay, passes_per_order: the limit is zero",
        ),
        (
            "media: [app]\ncaps: [{ group: x, period: service_day, limit: 400, replacement: day }]",
            "overlay, caps[0].replacement: there is no such fare",
        ),
        (
            "media: [app]\nfares: [{ id: day pass, name: Day, price: 1, valid_for: { service_days: 1 } }]",
            "overlay, fares[0].id: is no fare id: 1 to 128 letters, digits, _, - and .",
        ),
        (
            "media: [app]\nfares: [{ id: day, name: Day, price: -1, valid_for: { service_days: 0 } }]",
            "overlay, fares[0].price: the amount is negative",
        ),
    ] {
        let told_of = flaws(imported(&feed(), &OVERLAY.replace("media: [app]", said)));
        assert!(told_of.contains(&told.to_owned()), "{told}: {told_of:#?}");
    }
    for (rule, told) in [
        (
            "products: [single]\n    riders: [senior]\n    media: [cash]",
            "overlay, rules[3]: no product of the feed is all of this",
        ),
        (
            "products: [single]\n    id: one",
            "overlay, rules[3].id: is for one product, and the rule is about 3",
        ),
        (
            "riders: [adult]\n    restricted_label: Adults",
            "fare_products.txt row 3: needs both restricted_label and restricted_text, or neither",
        ),
        (
            "products: [express]\n    id: single.adult.app",
            "fare_products.txt row 5, id: the id is used twice",
        ),
        (
            "products: [express]\n    discounted_price: 351",
            "fare_products.txt row 5, discounted_price: the discounted price is above the price",
        ),
    ] {
        let told_of = flaws(imported(&feed(), &format!("{OVERLAY}  - {rule}\n")));
        assert!(told_of.contains(&told.to_owned()), "{told}: {told_of:#?}");
    }
}

#[test]
fn which_media_are_sold_has_to_be_said() {
    let told = flaws(imported(&feed(), &OVERLAY.replace("media: [app]", "")));
    let asks = "overlay, media: say which media are sold here: \"cash\" (cash or none), \"app\" (an app)";
    assert!(told.contains(&asks.to_owned()), "{told:#?}");
}

#[test]
fn a_feed_without_fare_products_is_no_feed_of_fares() {
    let mut bare = feed();
    bare.remove("fare_products.txt");
    bare.insert("fare_attributes.txt", "fare_id,price\n1,2.00\n".to_owned());
    let told = flaws(imported(&bare, "{}"));
    assert!(
        told.contains(&"fare_products.txt: the feed has none: it has no GTFS Fares v2".to_owned()),
        "{told:#?}"
    );
}

#[test]
fn a_misspelt_field_of_an_overlay_is_refused() {
    let refused = serde_saphyr::from_str::<gtfs::Overlay>("rules: [{ valid_four: { minutes: 9 } }]");
    assert!(refused.unwrap_err().to_string().contains("valid_four"));
}
