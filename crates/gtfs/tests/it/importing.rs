//! What a feed and an overlay make.

use domain::{
    catalog::{CatalogContent, Fare, Product, Validity},
    operator::RefundRules,
};

use crate::feed::{OVERLAY, feed, imported, with};

fn content(said: &str) -> CatalogContent {
    imported(&feed(), said).unwrap().content
}

fn fare<'c>(content: &'c CatalogContent, id: &str) -> &'c Fare {
    let found = content.fares.iter().find(|fare| fare.id.as_str() == id);
    found.unwrap_or_else(|| panic!("no fare {id}: {:?}", ids(content)))
}

fn ids(content: &CatalogContent) -> Vec<&str> {
    content.fares.iter().map(|fare| fare.id.as_str()).collect()
}

#[test]
fn what_is_on_the_media_of_the_overlay_is_sold_at_the_prices_of_the_feed() {
    let content = content(OVERLAY);
    assert_eq!(
        ids(&content),
        ["single.adult.app", "single.senior.app", "express.adult.app"]
    );
    let prices: Vec<i64> = content.fares.iter().map(|fare| fare.price.amount).collect();
    assert_eq!(prices, [175, 85, 350]);
    assert_eq!(content.currency.code(), "USD");
    let single = fare(&content, "single.adult.app");
    assert_eq!(single.validity, Validity::Duration { minutes: 90 });
    assert_eq!(single.product, Product::SinglePass);
    assert!(single.restriction.is_none() && single.transferable);
    assert!(fare(&content, "single.senior.app").restriction.is_some());
}

#[test]
fn riders_choose_by_category_and_by_where_a_product_is_good() {
    let content = content(OVERLAY);
    let options: Vec<_> = content
        .options
        .iter()
        .map(|option| {
            let values = option.values.iter();
            let values = values.map(|value| (value.id.as_str(), value.name.default.as_str()));
            (option.option_type.as_str(), values.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        options,
        [
            (
                "rider",
                vec![("rider_adult", "Adult"), ("rider_senior", "Senior")]
            ),
            ("zone", vec![("zone_n", "North"), ("zone_n-s", "North ↔ South")]),
        ]
    );
    let senior = &content.options[0].values[1];
    let about = senior.description.as_ref().unwrap();
    assert_eq!(about.default, "https://lakeside.example/senior");
    let express = fare(&content, "express.adult.app");
    assert_eq!(
        express.description.default,
        "North ↔ South · 06:00–09:30, 15:00–18:00"
    );
    let chosen: Vec<&str> = express.options.iter().map(|choice| choice.id.as_str()).collect();
    assert_eq!(chosen, ["rider_adult", "zone_n-s"]);
    let single = fare(&content, "single.adult.app");
    assert_eq!(single.description.default, "North · Local buses");
}

#[test]
fn media_are_a_choice_where_there_is_more_than_one_and_products_where_nothing_else_is() {
    let both = content(&OVERLAY.replace("media: [app]", "media: [app, cash]"));
    let types: Vec<_> = both.options.iter().map(|it| it.option_type.as_str()).collect();
    assert_eq!(types, ["rider", "zone", "medium"]);
    let hidden = format!("{OVERLAY}options:\n  zone: {{ hidden: true }}\n");
    let content = content(&hidden);
    let types: Vec<_> = content.options.iter().map(|it| it.option_type.as_str()).collect();
    assert_eq!(types, ["rider", "fare"]);
    let chosen: Vec<_> = content.fares.iter().map(|fare| &fare.options[1].id).collect();
    assert_eq!(chosen, ["fare_single", "fare_single", "fare_express"]);
}

#[test]
fn a_later_rule_replaces_what_an_earlier_one_said_and_leaves_the_rest() {
    let said = format!(
        "{OVERLAY}
  - products: [express]
    id: express
    name: {{ translations: {{ ES: Viaje expreso }} }}
    description: Fast.
    valid_for: {{ service_days: 1 }}
    passes_count: 10
    discounted_price: 300
    login_required: true
    limit_per_order: 2
    transferable: false
    refunds: {{ unused_for_minutes: 60, parts_of_books: true }}
    cap_group: fast
    alert_text: Only at peak times.
"
    );
    let content = content(&said);
    let express = fare(&content, "express");
    assert_eq!(express.name.default, "Express Ride");
    assert_eq!(express.name.language.as_deref(), Some("en"), "the agency's");
    assert_eq!(express.name.translations["es"], "Viaje expreso");
    assert_eq!(express.description.default, "Fast.");
    assert_eq!(express.validity, Validity::ServiceDays { days: 1 });
    assert_eq!(express.product, Product::PassBook { passes: 10 });
    assert_eq!(express.discounted_price.unwrap().amount, 300);
    assert!(express.login_required && !express.transferable);
    assert_eq!(express.limit_per_order, Some(2));
    assert_eq!(express.cap_group.as_deref(), Some("fast"));
    assert_eq!(
        express.alert.as_ref().unwrap().text.default,
        "Only at peak times."
    );
    let rules = RefundRules {
        unused_for_minutes: Some(60),
        gives_back_parts_of_books: true,
        ..RefundRules::default()
    };
    assert_eq!(express.refund_rules, Some(rules));
    assert_eq!(fare(&content, "single.adult.app").refund_rules, None);
}

#[test]
fn an_overlay_adds_fares_and_caps() {
    let said = format!(
        "{OVERLAY}
  - products: [single]
    cap_group: local
fares:
  - {{ id: day, name: Day, price: 400, valid_for: {{ service_days: 1 }} }}
  - {{ id: week, name: Week, price: 1500, valid_for: {{ service_days: 7 }}, for_sale: true }}
caps:
  - {{ group: local, period: service_day, limit: 400, replacement: day }}
passes_per_order: 8
"
    );
    let content = content(&said);
    assert_eq!(ids(&content)[3..], ["day", "week"]);
    assert_eq!(content.not_for_sale, [fare(&content, "day").id.clone()]);
    assert_eq!(content.caps[0].limit.amount, 400);
    assert_eq!(content.passes_per_order, Some(8));
}

#[test]
fn what_a_catalog_cannot_express_is_told() {
    let notes = imported(&feed(), &OVERLAY.replace("90", "60")).unwrap().notes;
    let notes: Vec<String> = notes.iter().map(ToString::to_string).collect();
    for told in [
        "fare_products.txt row 6, amount: is a discount on a transfer",
        "fare_leg_rules.txt row 2: areas and networks",
        "fare_leg_rules.txt row 3: time frames",
        "fare_transfer_rules.txt row 2: free transfers for 90 minutes",
        "fare_transfer_rules.txt row 3: a transfer at a price",
        "fare_products.txt row 3: lasts for less than the 90 minutes",
    ] {
        assert!(
            notes.iter().any(|note| note.starts_with(told)),
            "{told}: {notes:#?}"
        );
    }
}

#[test]
fn nobody_is_told_apart_in_vain() {
    let open = OVERLAY.replace("  - riders: [senior]\n    restricted_label: Seniors\n    restricted_text: Show your card at the counter once.\n", "");
    let notes = imported(&feed(), &open).unwrap().notes;
    let told = notes
        .iter()
        .any(|note| note.reason.contains("anybody may buy it"));
    assert!(told, "{notes:#?}");
}

#[test]
fn columns_that_nobody_knows_and_files_that_are_not_read_change_nothing() {
    let mut more = with("areas.txt", "area_id,area_name", "area_colour,area_id,area_name");
    more.insert(
        "areas.txt",
        "area_colour,area_id,area_name\nred,n,North\n,s,South\n".to_owned(),
    );
    more.insert("stop_times.txt", "\u{0}\u{1}not a table".to_owned());
    let plain = imported(&feed(), OVERLAY).unwrap();
    assert_eq!(imported(&more, OVERLAY).unwrap(), plain);
    assert_eq!((plain.summary.products, plain.summary.sold), (5, 3));
    assert_eq!(plain.summary.timezone.as_deref(), Some("America/Chicago"));
    assert_eq!(plain.summary.agencies, ["Lakeside Transit"]);
}

#[test]
fn a_currency_without_decimals_has_none_here() {
    let yen = with("fare_products.txt", "USD", "JPY");
    let text = yen["fare_products.txt"].clone();
    let mut yen = yen;
    yen.insert(
        "fare_products.txt",
        text.replace("1.75", "175")
            .replace("0.85", "85")
            .replace("3.50", "350")
            .replace(".00", ""),
    );
    let content = imported(&yen, OVERLAY).unwrap().content;
    assert_eq!(
        (content.currency.code(), content.fares[0].price.amount),
        ("JPY", 175)
    );
}
