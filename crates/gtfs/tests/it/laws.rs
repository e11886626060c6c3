//! Whatever comes in, something sensible comes out.

use gtfs::{Files, import};
use proptest::prelude::*;

use crate::feed::{OVERLAY, feed, overlay};

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(feed().into_keys().collect::<Vec<_>>())
}

/// What tables are made of, and what breaks them.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "", "single", "adult", "app", "cash", "n", "s", "peak", "core", "1.75", "-1", "USD", "JPY", "0",
            "1", "24:00:00", "\"a,b\"", "\"", "é",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,8}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_bytes_bring_it_down(file in name(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut given: Vec<(&str, Vec<u8>)> =
            feed().into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
        given.retain(|(name, _)| *name != file);
        given.push((file, bytes));
        if let Ok(files) = Files::of(given) {
            let _ = import(&files, &overlay(OVERLAY));
        }
    }

    #[test]
    fn no_archive_brings_it_down(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let bytes = [b"PK\x03\x04".to_vec(), bytes].concat();
        prop_assert!(Files::of([("feed.zip", bytes)]).is_err());
    }

    #[test]
    fn rows_make_the_same_catalog_or_the_same_report_every_time(
        file in name(), rows in prop::collection::vec(prop::collection::vec(cell(), 1..8), 0..6),
    ) {
        let mut given = feed();
        let text = given.get_mut(file).unwrap();
        for row in rows {
            text.push_str(&row.join(","));
            text.push('\n');
        }
        let files = Files::of(&given).unwrap();
        let said = overlay(OVERLAY);
        let (one, other) = (import(&files, &said), import(&files, &said));
        prop_assert_eq!(&one, &other);
        match one {
            Ok(imported) => prop_assert!(domain::catalog::inspect(&imported.content).is_empty()),
            Err(report) => prop_assert!(!report.flaws.is_empty()),
        }
    }

    #[test]
    fn prices_are_those_of_the_feed_to_the_last_unit(cents in 1_i64..10_000_000) {
        let mut given = feed();
        let text = given.get_mut("fare_products.txt").unwrap();
        *text = text.replace("1.75", &gtfs::decimal(cents, domain::Currency::USD));
        let imported = import(&Files::of(&given).unwrap(), &overlay(OVERLAY)).unwrap();
        prop_assert_eq!(imported.content.fares[0].price.amount, cents);
    }

    #[test]
    fn line_ends_and_marks_change_nothing(file in name(), mark in any::<bool>(), last in any::<bool>()) {
        let mut given = feed();
        let text = given.get_mut(file).unwrap();
        *text = text.replace('\n', "\r\n");
        if !last {
            *text = text.trim_end().to_owned();
        }
        if mark {
            text.insert(0, '\u{feff}');
        }
        let said = overlay(OVERLAY);
        let plain = import(&Files::of(&feed()).unwrap(), &said);
        prop_assert_eq!(import(&Files::of(&given).unwrap(), &said), plain);
    }
}
