//! The rules of parking locations.

use super::*;

#[test]
fn a_location_is_published_in_versions_of_its_own() {
    let first = CatalogEvent::RatesPublished {
        operator: bus(),
        version: 1,
        effective_from: at(0),
        location: Box::new(location()),
        at: at(0),
    };
    given::<Catalog>([])
        .when(publish_rates(location(), 0))
        .then([first.clone()]);
    given::<Catalog>([first.clone()])
        .when(publish_rates(location(), 1))
        .then_nothing();
    let dearer = ParkingLocation {
        rate: ParkingRate {
            flat: 100,
            ..location().rate
        },
        ..location()
    };
    let (_, catalog) = play::<Catalog>([publish_rates(location(), 0), publish_rates(dearer.clone(), 60)]);
    let catalog = catalog.unwrap();
    assert_eq!(catalog.location_in_force(&dearer.id, at(59)).unwrap().version, 1);
    assert_eq!(
        catalog.location_in_force(&dearer.id, at(60)).unwrap().location,
        dearer
    );
    assert_eq!(
        catalog.location_version(&dearer.id, 1).unwrap().location,
        location()
    );
    assert_eq!(catalog.in_force(at(60)), None);
}

#[test]
fn a_withdrawn_location_takes_no_new_stays_until_it_is_published_anew() {
    let pier = location().id;
    let withdraw = |location: &LocationId, minute| CatalogCommand::WithdrawLocation {
        location: location.clone(),
        at: at(minute),
    };
    let (history, catalog) = play::<Catalog>([publish_rates(location(), 0), withdraw(&pier, 10)]);
    let catalog = catalog.unwrap();
    assert!(catalog.location_in_force(&pier, at(10)).is_none());
    assert_eq!(catalog.locations_in_force(at(10)).count(), 0);
    assert!(catalog.location_version(&pier, 1).is_some());
    given::<Catalog>(history.clone())
        .when(withdraw(&pier, 11))
        .then_nothing();
    given::<Catalog>(history.clone())
        .when(publish_rates(location(), 12))
        .then_nothing();
    let nowhere = LocationId::parse("nowhere").unwrap();
    given::<Catalog>(history.clone())
        .when(withdraw(&nowhere, 11))
        .then_rejected(CatalogRejection::NoSuchLocation { location: nowhere });
    let reopened = ParkingLocation {
        capacity: Some(40),
        ..location()
    };
    let (_, catalog) = play::<Catalog>([
        publish_rates(location(), 0),
        withdraw(&pier, 10),
        publish_rates(reopened, 20),
    ]);
    assert_eq!(
        catalog.unwrap().location_in_force(&pier, at(20)).unwrap().version,
        2
    );
}

#[test]
fn a_version_of_a_location_is_in_force_scheduled_or_superseded() {
    use VersionStatus::{InForce, Scheduled, Superseded};

    let dearer = ParkingLocation {
        capacity: Some(40),
        ..location()
    };
    let later = CatalogCommand::PublishRates {
        operator: bus(),
        location: Box::new(dearer.clone()),
        effective_from: Some(at(60)),
        at: at(1),
    };
    let (_, catalog) = play::<Catalog>([publish_rates(location(), 0), later]);
    let catalog = catalog.unwrap();
    let status = |minute| [1, 2, 3].map(|version| catalog.location_status(&dearer.id, version, at(minute)));
    assert_eq!(status(30), [Some(InForce), Some(Scheduled), None]);
    assert_eq!(status(60), [Some(Superseded), Some(InForce), None]);
}

#[test]
fn what_differs_in_a_location_is_told_by_field() {
    let moved = ParkingLocation {
        capacity: Some(40),
        ..location()
    };
    assert!(location_diff(Some(&location()), &location()).is_empty());
    assert_eq!(location_diff(None, &moved).to_string(), "+ location pier\n");
    assert_eq!(
        location_diff(Some(&location()), &moved).to_string(),
        "~ location pier: capacity: nothing -> 40\n"
    );
}
