//! A small feed of our own that has a bit of everything, and an overlay for it.

use std::collections::BTreeMap;

use gtfs::{Files, Imported, Overlay, Report, import};

/// Files by their names.
pub(crate) type Given = BTreeMap<&'static str, String>;

pub(crate) fn feed() -> Given {
    let files = [
        (
            "agency.txt",
            "agency_id,agency_name,agency_url,agency_timezone,agency_lang\n1,Lakeside Transit,https://lakeside.example,America/Chicago,en\n",
        ),
        (
            "rider_categories.txt",
            "rider_category_id,rider_category_name,is_default_fare_category,eligibility_url\nsenior,Senior,0,https://lakeside.example/senior\nadult,Adult,1,\n",
        ),
        (
            "fare_media.txt",
            "fare_media_id,fare_media_name,fare_media_type\ncash,Cash,0\napp,Lakeside App,4\n",
        ),
        (
            "fare_products.txt",
            "fare_product_id,fare_product_name,rider_category_id,fare_media_id,amount,currency\n\
             single,Single Ride,adult,cash,2.00,USD\n\
             single,Single Ride,adult,app,1.75,USD\n\
             single,Single Ride,senior,app,0.85,USD\n\
             express,Express Ride,adult,app,3.50,USD\n\
             transfer,Transfer,,,-1.00,USD\n",
        ),
        ("areas.txt", "area_id,area_name\nn,North\ns,South\n"),
        ("stop_areas.txt", "area_id,stop_id\nn,1\ns,2\n"),
        ("networks.txt", "network_id,network_name\nlocal,Local buses\n"),
        ("route_networks.txt", "network_id,route_id\nlocal,10\n"),
        (
            "timeframes.txt",
            "timeframe_group_id,start_time,end_time,service_id\npeak,06:00:00,09:30:00,weekday\npeak,15:00:00,18:00:00,weekday\n",
        ),
        (
            "fare_leg_rules.txt",
            "leg_group_id,network_id,from_area_id,to_area_id,from_timeframe_group_id,fare_product_id\n\
             core,local,n,n,,single\n\
             fast,,n,s,peak,express\n\
             fast,,s,n,peak,express\n",
        ),
        (
            "fare_transfer_rules.txt",
            "from_leg_group_id,to_leg_group_id,fare_product_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type\n\
             core,core,,-1,5400,1,0\n\
             core,fast,transfer,,,,0\n",
        ),
    ];
    files.map(|(name, text)| (name, text.to_owned())).into()
}

/// All that the feed needs to be said.
pub(crate) const OVERLAY: &str = "
media: [app]
rules:
  - valid_for: { minutes: 90 }
  - products: [transfer]
    sold: false
  - riders: [senior]
    restricted_label: Seniors
    restricted_text: Show your card at the counter once.
";

pub(crate) fn overlay(text: &str) -> Overlay {
    serde_saphyr::from_str(text).unwrap()
}

pub(crate) fn imported(feed: &Given, said: &str) -> Result<Imported, Report> {
    import(&Files::of(feed)?, &overlay(said))
}

/// One file of the feed, with a text of it replaced.
pub(crate) fn with(file: &'static str, from: &str, to: &str) -> Given {
    let mut feed = feed();
    let text = feed.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replace(from, to);
    feed
}

/// Everything that is wrong, a line each.
#[track_caller]
pub(crate) fn flaws(outcome: Result<Imported, Report>) -> Vec<String> {
    let report = outcome.expect_err("an import that is refused");
    report.flaws.iter().map(ToString::to_string).collect()
}
