//! What differs, and which version is in force when.

use proptest::prelude::*;

use super::*;
use crate::catalog::{diff, schedule::VersionStatus};

fn lines(before: &CatalogContent, after: &CatalogContent) -> Vec<String> {
    let said = diff(Some(before), after).to_string();
    said.lines().map(str::to_owned).collect()
}

#[test]
fn a_catalog_does_not_differ_from_itself() {
    let one = content(vec![single(125)]);
    assert!(diff(Some(&one), &one).is_empty());
}

#[test]
fn all_of_the_first_catalog_is_new() {
    let said = diff(None, &content(vec![single(125)])).to_string();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines,
        [
            "+ catalog",
            "+ option rider",
            "+ option value rider_regular",
            "+ option fare",
            "+ option value fare_single_ride",
            "+ fare regular_single_ride",
        ]
    );
}

#[test]
fn a_change_names_the_field_and_both_values() {
    let before = content(vec![single(125)]);
    let mut dearer = content(vec![single(150)]);
    dearer.passes_per_order = Some(4);
    dearer.not_for_sale = vec![dearer.fares[0].id.clone()];
    dearer.fares[0].validity = Validity::ServiceDays { days: 1 };
    dearer.fares[0].transferable = false;
    dearer.fares[0]
        .name
        .translations
        .insert("es".to_owned(), "Viaje".to_owned());
    assert_eq!(
        lines(&before, &dearer),
        [
            "~ catalog: passes_per_order: nothing -> 4",
            "~ fare regular_single_ride: for_sale: true -> false",
            "~ fare regular_single_ride: name.translations: nothing -> {\"es\":\"Viaje\"}",
            "~ fare regular_single_ride: price: 125 USD -> 150 USD",
            "~ fare regular_single_ride: transferable: true -> false",
            "~ fare regular_single_ride: validity: {\"minutes\":30,\"type\":\"duration\"} -> {\"days\":1,\"type\":\"service_days\"}",
        ]
    );
}

#[test]
fn what_comes_and_what_goes_is_named_and_so_is_another_order() {
    let other = |id: &str| Fare {
        id: FareId::parse(id).unwrap(),
        ..single(300)
    };
    let before = content(vec![other("a"), other("b"), other("c")]);
    let after = content(vec![other("c"), other("d"), other("a")]);
    let told = lines(&before, &after);
    assert_eq!(told[..2], ["- fare b", "+ fare d"]);
    assert!(told[2].starts_with("~ catalog: order: "), "{}", told[2]);
    assert_eq!(told.len(), 3);
}

#[test]
fn programs_read_what_people_read() {
    let written = serde_json::to_value(diff(
        Some(&content(vec![single(125)])),
        &content(vec![single(150)]),
    ))
    .unwrap();
    assert_eq!(
        written,
        serde_json::json!([{
            "of": "fare",
            "id": "regular_single_ride",
            "change": "changed",
            "fields": [{
                "field": "price",
                "before": { "amount": 125, "currency": "USD" },
                "after": { "amount": 150, "currency": "USD" },
            }],
        }])
    );
}

#[test]
fn a_version_is_scheduled_in_force_and_superseded_in_turn() {
    let catalog = given::<Catalog>([published(1, 125, 0, 0), published(2, 150, 100, 10)]).state();
    let status = |version, minute| catalog.status(version, at(minute)).unwrap();
    assert_eq!(status(1, 20), VersionStatus::InForce);
    assert_eq!(status(2, 20), VersionStatus::Scheduled);
    assert_eq!(status(1, 100), VersionStatus::Superseded);
    assert_eq!(status(2, 100), VersionStatus::InForce);
    assert_eq!(catalog.status(3, at(0)), None);
    let shown = |minute| -> Vec<(DateTime<Utc>, u32)> {
        let timeline = catalog.timeline(at(minute)).into_iter();
        timeline.map(|(from, version)| (from, version.version)).collect()
    };
    assert_eq!(shown(20), [(at(0), 1), (at(100), 2)]);
    assert_eq!(shown(100), [(at(100), 2)]);
}

#[test]
fn what_takes_effect_at_once_takes_back_what_was_scheduled() {
    let history = [published(1, 125, 0, 0), published(2, 150, 100, 10)];
    let rolled = CatalogEvent::RolledBack {
        to_version: 1,
        effective_from: at(20),
        at: at(20),
    };
    let catalog = given::<Catalog>(history.into_iter().chain([rolled])).state();
    assert_eq!(catalog.status(2, at(20)), Some(VersionStatus::Superseded));
    assert_eq!(catalog.timeline(at(20)).len(), 1);
}

proptest! {
    #[test]
    fn there_is_a_difference_exactly_where_two_catalogs_are_not_equal(
        one in any_content(), other in any_content(),
    ) {
        prop_assert_eq!(diff(Some(&one), &other).is_empty(), one == other);
        prop_assert!(diff(Some(&one), &one.clone()).is_empty());
    }

    #[test]
    fn the_timeline_says_what_is_in_force(
        moments in prop::collection::vec((0_i64..50, 0_i64..50), 1..8), asked in 0_i64..60,
    ) {
        let mut decided: Vec<_> = moments;
        decided.sort_by_key(|(minute, _)| *minute);
        let events = decided.iter().zip(1_u32..).map(|((minute, later), version)| {
            published(version, i64::from(version), minute + later, *minute)
        });
        let catalog = given::<Catalog>(events.collect::<Vec<_>>()).state();
        for (from, version) in catalog.timeline(at(asked)) {
            prop_assert_eq!(catalog.in_force(from.max(at(asked))), Some(version));
        }
        let is_one = |version: &&CatalogVersion| {
            catalog.status(version.version, at(asked)) == Some(VersionStatus::InForce)
        };
        let in_force: Vec<_> = catalog.versions().iter().filter(is_one).collect();
        prop_assert_eq!(in_force.first().copied(), catalog.in_force(at(asked)));
        prop_assert!(in_force.len() <= 1);
    }
}

fn any_content() -> impl Strategy<Value = CatalogContent> {
    let fares = prop::sample::subsequence(vec!["a", "b", "c"], 0..=3).prop_shuffle();
    (
        fares,
        100_i64..102,
        prop::bool::ANY,
        prop::bool::ANY,
        prop::bool::ANY,
    )
        .prop_map(|(ids, price, own, withheld, limited)| {
            let fares: Vec<Fare> = ids
                .iter()
                .map(|id| Fare {
                    id: FareId::parse(*id).unwrap(),
                    transferable: own,
                    ..single(price)
                })
                .collect();
            CatalogContent {
                not_for_sale: fares
                    .iter()
                    .filter(|_| withheld)
                    .map(|fare| fare.id.clone())
                    .collect(),
                passes_per_order: limited.then_some(3),
                ..content(fares)
            }
        })
}
