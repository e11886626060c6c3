//! Feeds that agencies published, with overlays of our own. The feeds are the agencies' and not part of this repository:
//! `SWITCHYARD_GTFS_FEEDS` names a folder that holds them, one folder each.

use std::{fs, path::PathBuf};

use gtfs::{Files, Imported, Overlay, import};

/// The feed of an agency with the overlay of the same name, where the feeds are at hand.
fn of(agency: &str) -> Option<Imported> {
    let Some(feeds) = std::env::var_os("SWITCHYARD_GTFS_FEEDS") else {
        eprintln!("skipped: SWITCHYARD_GTFS_FEEDS names no folder of feeds");
        return None;
    };
    let entries = fs::read_dir(PathBuf::from(feeds).join(agency)).unwrap();
    let files = entries.map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read(&path).unwrap())
    });
    let files = Files::of(files).unwrap();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/marketplaces/overlays");
    let overlay = fs::read_to_string(root.join(format!("{agency}.yaml"))).unwrap();
    let overlay: Overlay = serde_saphyr::from_str(&overlay).unwrap();
    match import(&files, &overlay) {
        Ok(imported) => Some(imported),
        Err(report) => panic!("{agency}: {report:#?}"),
    }
}

fn prices(imported: &Imported) -> Vec<(&str, i64)> {
    let fares = imported.content.fares.iter();
    fares.map(|fare| (fare.id.as_str(), fare.price.amount)).collect()
}

fn options(imported: &Imported) -> Vec<(&str, usize)> {
    let options = imported.content.options.iter();
    options
        .map(|option| (option.option_type.as_str(), option.values.len()))
        .collect()
}

#[test]
fn c_tran_sells_to_three_categories_on_one_of_five_media() {
    let Some(imported) = of("c-tran") else { return };
    assert_eq!(
        prices(&imported),
        [
            ("ADULT_LOCAL_SINGLE_RIDE.ADULT.4", 125),
            ("HC_LOCAL_SINGLE_RIDE.HONORED_CITIZEN.4", 60),
            ("YOUTH_LOCAL_SINGLE_RIDE.YOUTH.4", 0),
            ("adult_day", 250),
        ]
    );
    assert_eq!(options(&imported), [("rider", 3)]);
    assert_eq!((imported.summary.products, imported.summary.sold), (14, 3));
    let free = imported
        .notes
        .iter()
        .any(|note| note.reason.contains("150 minutes"));
    assert!(free, "{:#?}", imported.notes);
}

#[test]
fn zakroczym_sells_between_zones_and_by_the_month() {
    let Some(imported) = of("zakroczym") else { return };
    assert_eq!(
        prices(&imported),
        [
            ("single_ride_zones12_normal.0.0", 400),
            ("single_ride_zones13_normal.0.0", 500),
            ("single_ride_zones23_normal.0.0", 400),
            ("monthly_normal", 14_000),
            ("monthly_discount.3.1", 8_820),
            ("monthly_discount.2.1", 7_000),
        ]
    );
    assert_eq!(options(&imported), [("rider", 3), ("zone", 3)]);
    let zones = &imported.content.options[1].values;
    assert_eq!(zones[0].name.default, "Zakroczym ↔ Modlin-Twierdza");
    let monthly = &imported.content.fares[3];
    assert_eq!(monthly.name.language.as_deref(), Some("pl"));
    assert_eq!(imported.content.currency.code(), "PLN");
}
